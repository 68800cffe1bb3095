"""Asking a Mastodon server again for statuses it gave before: edits, engagement, and what was deleted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Final
from urllib.parse import quote

import msgspec

from socialhub.errors import SourceError
from socialhub.model import Batch, Deletion
from socialhub.sources.mastodon_api import MastodonApi
from socialhub.sources.mastodon_status import items_of, read_statuses
from socialhub.sources.pages import decode_list

# The most that Mastodon takes in one question.
_IDS_AT_ONCE: Final = 20
_NO_BATCHES: Final = frozenset({"not-found", "http-status", "forbidden", "unexpected-shape"})


async def refresh_statuses(api: MastodonApi, native_ids: Sequence[str]) -> AsyncIterator[Batch]:
    """A batch per question. A status missing from an answer is asked for alone: only a 404 or 410 is a deletion."""
    in_batches = True
    for start in range(0, len(native_ids), _IDS_AT_ONCE):
        asked = native_ids[start : start + _IDS_AT_ONCE]
        missing = list(asked)
        if in_batches:
            try:
                answer = await api.get("/api/v1/statuses", {"id[]": list(asked)})
                await api.learn_home()
                ids, items, skipped = read_statuses(decode_list(answer.body, api.host), api.home)
            except SourceError as error:
                if error.reason.code not in _NO_BATCHES:
                    raise
                in_batches = False
            else:
                missing = [native_id for native_id in asked if native_id not in set(ids)]
                yield Batch(list(items), skipped=skipped)
        for native_id in missing:
            yield await _refresh_one(api, native_id)


async def _refresh_one(api: MastodonApi, native_id: str) -> Batch:
    try:
        answer = await api.get(f"/api/v1/statuses/{quote(native_id, safe='')}")
        await api.learn_home()
        return Batch(items_of(answer.body, api.home)[1])
    except msgspec.DecodeError:
        return Batch(skipped=1)
    except SourceError as error:
        if error.reason.code not in ("not-found", "gone"):
            raise
        return Batch([Deletion(native_id=native_id)])
