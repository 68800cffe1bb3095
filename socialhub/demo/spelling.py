"""How people really type: dropped negations, abbreviations, missing accents, slips of the finger; a habit each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from random import Random
from typing import Final, TypeAlias

Change: TypeAlias = Callable[[str, Random], str]

HABITS: Final = ("careful", "plain", "plain", "relaxed", "relaxed", "texting", "loud", "hasty")
"""The habits people are given, the common ones more often."""

# What is never touched: addresses, hashtags and handles.
_FIXED: Final = re.compile(r"(https?://\S+|[#@][\w.@-]+)")
_DROPPED_NE: Final = re.compile(r"\b(?:ne |n')(?=\w+ (?:plus|pas|rien|jamais)\b)")
_PLAIN: Final = (
    (re.compile(r"\bje n'(?=\w+ (?:plus|pas|rien|jamais)\b)"), "j'"),
    (_DROPPED_NE, ""),
    (re.compile(r"\bil y a\b"), "y a"),
    (re.compile(r"\bcela\b"), "ça"),
)
_RELAXED: Final = (
    (re.compile(r"\bvous\b"), "vs"),
    (re.compile(r"\btoujours\b"), "tjs"),
    (re.compile(r"\bproblème\b"), "pb"),
    (re.compile(r"\bbeaucoup\b"), "bcp"),
    (re.compile(r"\b([Qq])uelqu'un\b"), r"\1qn"),
    (re.compile(r"\bs'il vous plaît\b"), "svp"),
    (re.compile(r"\brendez-vous\b"), "rdv"),
    (re.compile(r"\bmême\b"), "meme"),
    (re.compile(r"\bjamais\b"), "jms"),
)
_TEXTING: Final = (
    (re.compile(r"\b[Cc]'est\b"), "c"),
    (re.compile(r"\b([Jj])'ai\b"), r"\1ai"),
    (re.compile(r"\b[Qq]ue\b"), "ke"),
    (re.compile(r"\bpourquoi\b"), "pk"),
    (re.compile(r"\bpour\b"), "pr"),
    (re.compile(r"\bdans\b"), "ds"),
    (re.compile(r"\bavec\b"), "avc"),
    (re.compile(r"\b[Pp]as de\b"), "pa de"),
    (re.compile(r"\bquand\b"), "qd"),
    (re.compile(r"\bmaintenant\b"), "mtn"),
    (re.compile(r"\bbonjour\b", re.IGNORECASE), "bjr"),
    (re.compile(r"\bça fait\b"), "sa fait"),
)
_ENDINGS: Final = (
    (re.compile(r"(\w{3,})er\b(?= (?:la|le|les|ma|mon|une?)\b)"), r"\1é"),
    (re.compile(r"\bça\b"), "ca"),
    (re.compile(r"\bà\b"), "a"),
)
_LOUD_WORDS: Final = re.compile(r"\b(plus|rien|jamais|encore|toujours|encore une fois|honte|jours|heures|personne)\b")
_WORDS: Final = re.compile(r"\b[a-zàâéèêîôùûç]{5,}\b")
_FINAL_STOP: Final = re.compile(r"(?<=[\wé%€»)])\.$")


def as_typed(text: str, habit: str, rng: Random) -> str:
    """The sentence as a person of this habit types it; addresses, hashtags and handles stay."""
    return _typed(text, _FRENCH.get(habit), rng)


def in_english(text: str, habit: str, rng: Random) -> str:
    """The same for English, which only loses its capitals, its last stop and a letter here and there."""
    return _typed(text, _ENGLISH.get(habit), rng)


def _typed(text: str, change: Change | None, rng: Random) -> str:
    if change is None:
        return text
    pieces = _FIXED.split(text)
    for index in range(0, len(pieces), 2):
        pieces[index] = change(pieces[index], rng)
    return _FINAL_STOP.sub("", "".join(pieces))


def _plain(text: str, _rng: Random) -> str:
    return _replace(text, _PLAIN)


def _relaxed(text: str, rng: Random) -> str:
    return _sometimes(_lower_start(_replace(text, _PLAIN)), _RELAXED, rng)


def _texting(text: str, rng: Random) -> str:
    text = _sometimes(_relaxed(text, rng), (*_TEXTING, *_ENDINGS), rng)
    return _without_accents(text) if rng.random() < 0.4 else text.lower()


def _loud(text: str, rng: Random) -> str:
    text = _LOUD_WORDS.sub(lambda found: found[0].upper(), text, count=2)
    return re.sub(r" ([!?])(?= |$)", lambda found: " " + found[1] * rng.randint(2, 4), text)


def _hasty(text: str, rng: Random) -> str:
    return _slip(_replace(text, (*_PLAIN, _ENDINGS[1]) if rng.random() < 0.5 else _PLAIN), rng)


def _sometimes(text: str, changes: tuple[tuple[re.Pattern[str], str], ...], rng: Random) -> str:
    for pattern, typed in changes:
        if rng.random() < 0.6:
            text = pattern.sub(typed, text)
    return text


def _replace(text: str, changes: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, typed in changes:
        text = pattern.sub(typed, text)
    return text


def _lower_start(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", text) if unicodedata.category(char) != "Mn").lower()


def _slip(text: str, rng: Random) -> str:
    """Two letters swapped, one doubled or one lost in a word of the text."""
    words = list(_WORDS.finditer(text))
    if not words or rng.random() < 0.35:
        return text
    word = words[int(rng.random() * len(words))]
    at = word.start() + 1 + int(rng.random() * (len(word[0]) - 2))
    kind = rng.random()
    if kind < 0.45:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + (text[at] * 2 if kind < 0.7 else "") + text[at + 1 :]


_FRENCH: Final[dict[str, Change]] = {
    "plain": _plain,
    "relaxed": _relaxed,
    "texting": _texting,
    "loud": _loud,
    "hasty": _hasty,
}
_ENGLISH: Final[dict[str, Change]] = {
    "relaxed": lambda text, _rng: _lower_start(text),
    "texting": lambda text, _rng: text.lower(),
    "hasty": _slip,
}
