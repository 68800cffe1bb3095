"""What is asked of X: the queries of a source by the key of their part, those made of the topics' words among them.

Pure. X finds whole words only, and words with accents only as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from socialhub.sources.kinds.x import LONGEST_QUERY, XSettings

_PLAIN: re.Pattern[str] = re.compile(r"[#@]?\w+")


def searches_of(settings: XSettings, watched: Iterable[str]) -> dict[str, str]:
    """The searches by the key of their part."""
    queries = {f"search:{query}": query for query in settings.search}
    if settings.topics:
        # By their place: when the topics change, it is searched on from where it stands, not paid for anew.
        made = grouped([_quoted(word) for word in watched], settings.only)
        queries |= {f"topics:{place}": query for place, query in enumerate(made)}
    return queries


def streamed_of(settings: XSettings, watched: Iterable[str]) -> dict[str, str]:
    """The same and, for the stream, accounts and mentions as queries."""
    accounts = grouped([f"from:{name.removeprefix('@')}" for name in settings.accounts])
    mentions = grouped([f"@{name.removeprefix('@')}" for name in settings.mentions])
    return {
        **searches_of(settings, watched),
        **{f"accounts:{place}": query for place, query in enumerate(accounts)},
        **{f"mentions:{place}": query for place, query in enumerate(mentions)},
    }


def grouped(words: Sequence[str], only: str = "") -> list[str]:
    """As few queries as these words need, each of them an alternative, each query with `only` added."""
    ending = f" {only}" if only else ""
    groups: list[list[str]] = []
    room = 0
    for word in dict.fromkeys(words):
        needed = len(word) + len(" OR ")
        if needed > LONGEST_QUERY - len(ending) - len("()"):
            continue
        if needed > room:
            groups.append([])
            room = LONGEST_QUERY - len(ending) - len("()") + len(" OR ")
        groups[-1].append(word)
        room -= needed
    return [f"({' OR '.join(group)}){ending}" if only else " OR ".join(group) for group in groups]


def _quoted(word: str) -> str:
    return word if _PLAIN.fullmatch(word) else '"' + word.replace('"', " ") + '"'
