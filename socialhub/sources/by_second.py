"""Pages of a newest-first list cut by time, where page numbers would slide or end: what came up to a second, again and
again. Pure.

The token of a page is the second that the page before ended in, with the ids already told of that second.
"""

from __future__ import annotations

from collections.abc import Mapping


def read_token(token: str) -> tuple[str, frozenset[str]]:
    """The second up to which to ask ("" for the first page), and the ids of it that were told."""
    second, _colon, told = token.partition(":")
    return second, frozenset(told.split(",")) - {""}


def next_token(seconds: Mapping[str, int], token: str) -> str:
    """The token of the page after one that told of these ids with their seconds; "" when none has any.

    A second that is fuller than a page gives nothing new: it is left behind.
    """
    _second, told = read_token(token)
    if not seconds:
        return ""
    last = min(seconds.values())
    if told.issuperset(seconds):
        return f"{last - 1}:"
    same = {each for each, second in seconds.items() if second == last}
    same |= told if max(seconds.values()) == last else set()
    return f"{last}:{','.join(sorted(same))}"
