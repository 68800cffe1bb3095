"""What counts of a text when it is asked whether it tells a known story: its words without what copies change.

Links, handles, the outlet's name after a headline, the hashtags at the end, "RT" and "via" say who copied, not what.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from socialhub.records import dataclass
from socialhub.text import tokenise

FEWEST_WORDS: Final = 5
"""Words below which only the very same text is a copy: anybody may say "merci beaucoup"."""
FEWEST_IN_HEADLINE: Final = 6
"""Words from which a headline alone tells a story; "Revue de presse du jour" does not."""
MOST_WORDS: Final = 300
"""Words of a text that are compared: more make articles no surer."""

_ADDRESS: Final = re.compile(r"https?://\S+|www\.\S+|(?<![\w.])@[\w.@-]+")
_MOST_TAGS: Final = 30
"""Hashtags at the end that are left out: a text of a hundred thousand must not cost its square."""
_BAR: Final = " | "
_DASHES: Final = (" - ", " – ", " — ", " · ", " • ")
_LONGEST_NAME: Final = 40
_NAME: Final = 5
"""Letters from which a part of a site's name tells the outlet."""
_BEFORE: Final = frozenset({"rt"})
_BEHIND: Final = frozenset({"via", "cc", "rt"})
_DIGIT: Final = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a text as stories compare them.

    `whole` and `headline` are keys (64 bits) of all words and of the headline's; 0 where there are too few. `words` is
    joined by blanks, `numbers` are the words with a digit in them.
    """

    whole: int
    headline: int
    words: str
    numbers: frozenset[str]


_NO_WORDS: Final[frozenset[str]] = frozenset()
NOTHING_SAID: Final = Said(0, 0, "", _NO_WORDS)


def said(title: str, text: str, outlets: tuple[str, ...] = (), words: list[str] | None = None) -> Said:
    """What a clean title and text say.

    `outlets` are names and sites that may stand after the headline. `words` are the text's tokens without their `#`,
    when the caller has them.
    """
    head = _told(_without_outlet(title, outlets)) if title else []
    body = _told(text, words)
    everything = body if body[: len(head)] == head else head + body
    if len(everything) < FEWEST_WORDS:
        return NOTHING_SAID
    joined = " ".join(everything[:MOST_WORDS])
    numbers = frozenset(filter(_DIGIT.search, joined.split())) if _DIGIT.search(joined) else _NO_WORDS
    headline = _key(" ".join(head)) if len(head) >= FEWEST_IN_HEADLINE else 0
    whole = joined if len(everything) <= MOST_WORDS else " ".join(everything)
    return Said(_key(whole), headline, joined, numbers)


def _told(text: str, words: list[str] | None = None) -> list[str]:
    """The words of a text that copies keep; `words` are all of its words."""
    kept = text
    if "@" in kept or "http" in kept or "www." in kept:
        kept = _ADDRESS.sub(" ", kept)
    if "#" in kept:
        kept = _without_tags(kept)
    if words is None or kept is not text:
        words = [token.lstrip("#@") for token in tokenise(kept)]
    first, last = 0, len(words)
    while first < last and words[first] in _BEFORE:
        first += 1
    while last > first and words[last - 1] in _BEHIND:
        last -= 1
    return words[first:last]


def _without_tags(text: str) -> str:
    """The text without the hashtags at its end."""
    kept = text
    for _tag in range(_MOST_TAGS):
        before, _blank, last = kept.rstrip(" \n.!…").rpartition(" ")
        if last[:1] != "#" or not before:
            break
        kept = before
    return kept


def _without_outlet(title: str, outlets: tuple[str, ...]) -> str:
    """A headline without the outlet that told it: what stands after a bar, or after a dash and is one of its names."""
    for separator in (_BAR, *_DASHES):
        headline, found, tail = title.rpartition(separator)
        if found and len(tail) <= _LONGEST_NAME:
            name = "".join(tokenise(tail))
            if separator == _BAR or any(_names(outlet, name) for outlet in outlets):
                return headline
    return title


def _names(outlet: str, name: str) -> bool:
    """Whether an outlet (a name, or a site such as "lecourrier.example") may be called so."""
    words = tokenise(outlet)
    return bool(name) and (name in "".join(words) or any(len(word) >= _NAME and word in name for word in words))


def _key(words: str) -> int:
    return int.from_bytes(hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=8).digest(), "big")
