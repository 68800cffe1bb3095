"""What the linear model sees in a text: tokens, and the buckets that each of them fills.

Training and judging share this file: whatever changes here asks for a new training (benchmarks/train_sentiment.py).

A token fills the bucket of its word, of its word in its language and of its 3- to 5-grams of letters; after a negation
another one in place of the first two ("pas … cher" is not "cher"). A pair of neighbours fills one whose number is
arithmetic on the two word hashes, so that no string is made for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from typing import Final, NamedTuple
from zlib import crc32

BUCKETS: Final = 1 << 18
MASK: Final = BUCKETS - 1
LETTERS_COUNT: Final = 0.3
"""A bucket of letters counts this much of a word's: words decide, letters help with what was never seen."""
NEGATION_REACH: Final = 3
"""Words that a negation reaches."""
LANGUAGES: Final = ("fr", "en")
"""Languages whose words have buckets of their own beside the shared ones."""

CAPITALS: Final = crc32(b"<capitals>") & MASK
"""The bucket of a word in capitals."""
EDGE: Final = crc32(b"|")
"""The hash that stands before the first and after the last token."""
_LINK: Final = "<link>"


_TOKEN: Final = re.compile(
    r"https?://\S+|www\.\S+|[@#]\w+|[^\W_]+['’]?|<3|[:;=8xX]-?['’]?[)(DPpdo/|\\](?!\w)|[!?]+|\.{2,}|…|[^\w\s]"
)
_LONG_RUN: Final = re.compile(r"(.)\1{2,}")
_UNSEEN: Final = frozenset("\ufe0f\ufe0e\u200d\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
_NEGATIONS: Final = frozenset(
    [
        *("pas", "ne", "n'", "jamais", "sans", "aucun", "aucune", "rien", "ni", "guere"),
        *("not", "no", "never", "without", "nothing", "nobody", "neither", "nor", "cannot", "cant", "dont", "wont"),
        *("didnt", "don'", "can'", "isn'", "doesn'", "won'", "didn'", "wasn'", "aren'", "couldn'", "wouldn'"),
        *("shouldn'", "haven'", "hasn'"),
    ]
)
_STOPS: Final = frozenset(".!?;,:…") | {"!!", "??", "?!", "..."}


class Token(NamedTuple):
    """A token as the model sees it; `word` is folded, "" for what says nothing."""

    word: str
    number: int
    shouted: bool
    negates: bool
    stops: bool
    is_word: bool


def raw_tokens(text: str) -> list[str]:
    """The raw tokens of a text."""
    return _TOKEN.findall(text)


def tokens(text: str) -> list[Token]:
    """The tokens of a text that say something."""
    return [token for token in map(read, raw_tokens(text)) if token.word]


def read(raw: str) -> Token:
    """What a raw token stands for."""
    word = _word(raw)
    return Token(
        word,
        crc32(word.encode()),
        len(raw) > 3 and raw.isupper(),
        word in _NEGATIONS,
        word in _STOPS,
        bool(word) and (word[0].isalnum() or word[0] == "#"),
    )


def _word(raw: str) -> str:
    first = raw[0]
    if first == "@":
        # Who is spoken to says nothing of the tone, and a brand's handle would learn its customers' anger.
        return ""
    if raw.startswith(("http", "www.")):
        return _LINK
    if first in "!?":
        return "?!" if "!" in raw and "?" in raw else first * min(2, len(raw))
    if first in ".…":
        return "." if raw == "." else "..."
    if raw in _UNSEEN:
        return ""
    folded = _fold(raw)
    # Replacing where nothing is found takes five times as long as looking.
    return _LONG_RUN.sub(r"\1\1", folded) if _LONG_RUN.search(folded) else folded


def _fold(raw: str) -> str:
    lowered = raw.lower().replace("œ", "oe").replace("’", "'")
    if lowered.isascii():
        return lowered
    return "".join(sign for sign in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(sign))


def own_buckets(token: Token, lang: str) -> list[int]:
    """The buckets of a word that no negation reaches: itself, and itself in its language."""
    shared = token.number & MASK
    return [shared, language_number(token.word, lang) & MASK] if lang in LANGUAGES else [shared]


def negated_bucket(token: Token) -> int:
    """The bucket of a word within the reach of a negation, in place of its own ones."""
    return (token.number * 0x9E3779B1 >> 7) & MASK


def letter_buckets(token: Token) -> list[int]:
    """The buckets of a word's letters: runs of 3 to 5 bytes, its ends marked; each counts `LETTERS_COUNT`."""
    if not token.is_word:
        return []
    framed = f"_{token.word.lstrip('#')}_".encode()
    ends = len(framed) + 1
    return [crc32(framed[start : start + size]) & MASK for size in (3, 4, 5) for start in range(ends - size)]


def language_number(word: str, lang: str) -> int:
    """The hash (32 bits) of a folded word in one language: "pain" is no pain in French."""
    return crc32(f"{lang}:{word}".encode())


def left_part(number: int) -> int:
    """What a word (by its hash) gives to the bucket of the pair that it begins."""
    return (number * 0x85EBCA6B >> 5) & MASK


def right_part(number: int) -> int:
    """What a word (by its hash) gives to the bucket of the pair that it ends; pair = left part ^ right part."""
    return (number * 0xC2B2AE35 >> 9) & MASK


def features(text: str, lang: str) -> tuple[dict[int, float], int]:
    """All buckets of a text with how much each counts, and how many tokens it has: what training reads."""
    found: defaultdict[int, float] = defaultdict(float)
    seen = tokens(text)
    before, reach = left_part(EDGE), 0
    for token in seen:
        negated = reach > 0 and token.is_word
        for bucket in [negated_bucket(token)] if negated else own_buckets(token, lang):
            found[bucket] += 1.0
        if token.shouted:
            found[CAPITALS] += 1.0
        for bucket in letter_buckets(token):
            found[bucket] += LETTERS_COUNT
        found[before ^ right_part(token.number)] += 1.0
        before = left_part(token.number)
        reach = next_reach(reach, token)
    found[before ^ right_part(EDGE)] += 1.0
    return found, len(seen)


def next_reach(reach: int, token: Token) -> int:
    """How many words after `token` a negation still reaches, when it reached `reach` before."""
    if token.negates:
        return NEGATION_REACH
    if token.stops:
        return 0
    return reach - 1 if reach and token.is_word else reach
