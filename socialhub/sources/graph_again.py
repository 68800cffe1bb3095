"""Asking Meta's API again for what is known by its ids: what it is now, and what is gone. No meaning.

Of what does not stand with the account nobody may ask, which would look like a deletion: where a comment stands is
found in the cache, from comment to comment up to a post, so that it is known after every restart. Only Meta's own word
that something is not there is a deletion; trouble, a token that ended and a limit that was met are none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import msgspec

from socialhub.errors import SourceError
from socialhub.model import Draft, Kind
from socialhub.recalled import Recalled
from socialhub.sources.base import Recall
from socialhub.sources.graph_api import GraphApi, NotThere

AT_ONCE: Final = 40
SPOKEN: Final = frozenset({Kind.COMMENT, Kind.REPLY})
_LEVELS: Final = 3
"""A comment, a reply to it, a reply to that."""
_MOST_REFUSED: Final = 2
"""Of what Meta refuses one by one after the whole; more is a permission that the token has not."""


async def places_of(
    recall: Recall, known: Mapping[str, Recalled], place: Callable[[str, Recalled | None], str]
) -> dict[str, str]:
    """Where each of the known comments stands: what `place` says of the post above it; without those it knows not.

    `place` is told the id of a post and what is stored of it. A comment whose parent was taken away stands where it
    did, "": with the parent Meta takes away what was said beneath it, and only then nobody knows any more where.
    """
    above = {native: each.parent_id for native, each in known.items() if each.kind in SPOKEN and each.parent_id}
    places: dict[str, str] = {}
    for _level in range(_LEVELS):
        parents = await recall(list(dict.fromkeys(above.values()))) if above else {}
        further: dict[str, str] = {}
        for native, parent_id in above.items():
            parent = parents.get(parent_id)
            if found := place(parent_id, parent):
                places[native] = found
            elif parent is not None and parent.gone:
                places[native] = ""
            elif parent is not None and parent.kind in SPOKEN and parent.parent_id:
                further[native] = parent.parent_id
        above = further
    return places


async def ask_again(api: GraphApi, places: Mapping[str, str], fields: str) -> tuple[dict[str, msgspec.Raw], list[str]]:
    """What these are now, and which are gone. `places` is where each id stands.

    Where nothing at all is there any more it is the token that may not look: then nothing of that place is called gone.
    Raises SourceError, also when what the hour still allows is for what is new.
    """
    asking, ids = _Asking(api, fields), list(places)
    for start in range(0, len(ids), AT_ONCE):
        await asking.ask(ids[start : start + AT_ONCE])
    open_places = {places[native] for native in asking.there}
    # Of a comment whose place is not known any more any place will do: it is one of the account's.
    return asking.there, [each for each in asking.missing if open_places and places[each] in {*open_places, ""}]


class _Asking:
    """Questions about many things at once. An answer is refused whole for one of them: halves tell which."""

    def __init__(self, api: GraphApi, fields: str) -> None:
        self._api, self._fields = api, fields
        self._refused = 0
        self.there: dict[str, msgspec.Raw] = {}
        self.missing: list[str] = []

    async def ask(self, ids: list[str]) -> None:
        """Ask for these, and for halves of them where one of them spoils the answer."""
        self._api.spare()
        asked = {"ids": ",".join(ids), "fields": self._fields}
        try:
            found = await self._api.get("", asked, dict[str, msgspec.Raw])
            self.there |= {native: found[native] for native in ids if native in found}
            return
        except NotThere:
            if len(ids) == 1:
                self.missing += ids
                return
        except SourceError as error:
            if error.reason.code != "refused-question" or self._refused >= _MOST_REFUSED:
                raise
            if len(ids) == 1:
                # It may be there or not: it is asked for another time.
                self._refused += 1
                return
        half = len(ids) // 2
        await self.ask(ids[:half])
        await self.ask(ids[half:])


def put_back(drafts: Iterable[Draft], known: Mapping[str, Recalled]) -> list[Draft]:
    """Comments as they are now, asked for by id alone: what they stand beneath is as it was."""
    told = list(drafts)
    for draft in told:
        if (before := known.get(draft.native_id)) is not None:
            draft.kind, draft.parent_id = before.kind, before.parent_id
    return told
