"""Asking Meta's API again for what is known by its ids: what it is now, and what is gone. No meaning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from socialhub.errors import SourceError
from socialhub.sources.graph_api import GraphApi

AT_ONCE: Final = 40
_REMEMBERED: Final = 3_000


class Seen:
    """Ids that an account's own lists gave lately: of others nobody may ask, which would look like a deletion."""

    def __init__(self) -> None:
        self._ids: dict[str, None] = {}

    def add(self, ids: Iterable[str]) -> None:
        """Remember these, forget the oldest."""
        self._ids |= dict.fromkeys(ids)
        for native in list(self._ids)[: max(0, len(self._ids) - _REMEMBERED)]:
            del self._ids[native]

    def among(self, ids: Iterable[str]) -> list[str]:
        """Which of these were given."""
        return [native for native in ids if native in self._ids]


async def ask_again(api: GraphApi, ids: Sequence[str], fields: str) -> tuple[dict[str, msgspec.Raw], list[str]]:
    """What these are now, and those that are not there. An answer is refused whole for one of them: halves tell which.

    When nothing at all is there it is the token that may not look any more: then nothing is called gone.
    """
    there: dict[str, msgspec.Raw] = {}
    gone: list[str] = []
    for start in range(0, len(ids), AT_ONCE):
        found, missing = await _halved(api, list(ids[start : start + AT_ONCE]), fields)
        there |= found
        gone += missing
    return there, gone if there else []


async def _halved(api: GraphApi, ids: list[str], fields: str) -> tuple[dict[str, msgspec.Raw], list[str]]:
    try:
        return await api.get("", {"ids": ",".join(ids), "fields": fields}, dict[str, msgspec.Raw]), []
    except SourceError as error:
        if error.reason.code != "not-found":
            raise
    if len(ids) == 1:
        return {}, ids
    half = len(ids) // 2
    there, gone = await _halved(api, ids[:half], fields)
    also_there, also_gone = await _halved(api, ids[half:], fields)
    return there | also_there, [*gone, *also_gone]
