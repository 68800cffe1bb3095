"""Words of grammar, in French and in English: a model may weigh them, but no reader takes one alone for a reason.

Not those that turn or raise a tone ("ne", "pas", "plus", "trop", "not", "very"): these say something by themselves.
They are typed with their accents or without.
"""

from __future__ import annotations

from typing import Final

_FRENCH: Final = """
le la les l un une des du de d à a au aux en dans par pour sur sous avec chez vers entre dès depuis pendant selon
ce cet cette ces c ça ca cela celui celle ceux celles ci là je j tu t il elle on nous vous ils elles me m te se s y
lui leur leurs moi toi soi eux mon ma mes ton ta tes son sa ses notre nos votre vos quel quelle quels quelles
qui que qu quoi dont où et ou mais donc or car si comme quand lorsque lorsqu puisque puisqu est es suis sommes êtes
etes sont était etait étais etais étaient etaient étions étiez été ete être etre sera seront serait serai ai as
avons avez ont avait avais avaient avions aviez eu avoir aura auront aurait aurais
"""
_ENGLISH: Final = """
a an the of to in on at by for with from as into onto about is are was were be been being am s re ve ll d m i you he
she it we they me him her us them my your his its our their mine yours ours this that these those and or but if so
then there here which who whom whose what when where how do does did have has had will would can could shall should
may might must
"""


def _as_typed(words: str) -> frozenset[str]:
    """In small letters, with a capital, all in capitals; each with an apostrophe too."""
    plain = [form for word in words.split() for form in (word, word.capitalize(), word.upper())]
    return frozenset(plain + [word + apostrophe for word in plain for apostrophe in "'’"])


_FUNCTION_WORDS: Final = {"fr": _as_typed(_FRENCH), "en": _as_typed(_ENGLISH)}
_EITHER: Final = _FUNCTION_WORDS["fr"] | _FUNCTION_WORDS["en"]


def function_words(lang: str) -> frozenset[str]:
    """Those of a language, as people type them; of any other, or of "", those of both."""
    return _FUNCTION_WORDS.get(lang, _EITHER)
