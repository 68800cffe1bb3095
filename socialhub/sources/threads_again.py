"""Asking Threads again for posts that it gave before, each by its id: what they say now, and which are gone.

Meta does not say why a post is not there: it was deleted, or its account is private, closed or suspended; then it may
be there again. Nor does it say that the app may not read posts of others by their id ("advanced access"): so of others
one is only gone where at least as many are there.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Final
from urllib.parse import quote

import msgspec

from socialhub.errors import SourceError
from socialhub.model import Batch, Deletion
from socialhub.recalled import Recalled
from socialhub.sources.graph_again import put_back
from socialhub.sources.graph_api import GraphApi, NotThere
from socialhub.sources.threads_post import FIELDS, read_posts

UNAVAILABLE: Final = "unavailable"
_UNREADABLE: Final = frozenset({"refused-question", "forbidden"})
"""Of such a one nothing is known: it is asked for another time."""


async def posts_again(
    api: GraphApi, native_ids: Sequence[str], known: Mapping[str, Recalled], own: str, note: Callable[[str], None]
) -> AsyncGenerator[Batch]:
    """What these are now, as far as they could be asked for; then raises SourceError. `own` is the account's name.

    Each that was asked for is told to `note`: one that always fails must not stand before all others for ever.
    """
    there: list[msgspec.Raw] = []
    missing: list[str] = []
    trouble: SourceError | None = None
    for native in native_ids:
        try:
            api.spare()
            note(native)
            there.append(await api.get(quote(native, safe=""), {"fields": FIELDS}, msgspec.Raw))
        except NotThere:
            missing.append(native)
        except SourceError as error:
            if error.reason.code not in _UNREADABLE:
                trouble = error
                break
    posts, skipped = read_posts(there)
    drafts = put_back((draft for draft, _replied in posts), known)
    yield Batch([*drafts], skipped=skipped)
    if trouble is not None:
        raise trouble
    read = [draft.native_id for draft in drafts if draft.native_id in known]
    yield Batch([*_gone(read, missing, known, own)])


def _gone(there: Sequence[str], missing: Sequence[str], known: Mapping[str, Recalled], own: str) -> list[Deletion]:
    """Of what is not there what is believed to be gone. What was gone before is no witness, and told no second time."""
    own_there = sum(known[each].handle == own for each in there)
    lost = [each for each in missing if not known[each].gone]
    lost_own = [each for each in lost if known[each].handle == own]
    lost_others = [each for each in lost if known[each].handle != own]
    found = [Deletion(each, f"threads:{each}") for each in lost_own if own_there]
    if len(there) - own_there >= len(lost_others):
        found += [Deletion(each, f"threads:{each}", UNAVAILABLE) for each in lost_others]
    return found
