"""The network of Bluesky itself, where this machine reaches it: its feeds without an account, its Jetstream.

Little is asked: one account's feed, a few posts by their ids, and what is written in some seconds.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import urlsplit

import pytest

from socialhub.clock import DAY, HOUR, Clock
from socialhub.model import Deletion
from socialhub.sources.base import SourceContext
from socialhub.sources.bluesky import BlueskySource
from socialhub.sources.contract import try_contract
from socialhub.sources.jetstream import JetstreamSource
from socialhub.sources.kinds.bluesky import BlueskySettings
from socialhub.sources.kinds.jetstream import JetstreamSettings
from tests.servers import make_client, make_context
from tests.sources.gathering import Listener, deletions, drafts, natives, poll

pytestmark = pytest.mark.real

ACCOUNT: Final = "bsky.app"
"""Bluesky's own."""
HEARD: Final = 30
REACHED_WITHIN: Final = 5.0


def _require(address: str) -> None:
    host = urlsplit(address).hostname or ""
    try:
        socket.create_connection((host, 443), REACHED_WITHIN).close()
    except OSError as error:
        pytest.skip(f"the network of Bluesky is not reached from here: {host}: {error}")


@pytest.fixture
async def context() -> AsyncIterator[SourceContext]:
    client = make_client()
    yield make_context(client)
    await client.close()


async def test_the_feed_of_an_account_is_read_and_asked_for_again(context: SourceContext) -> None:
    settings = BlueskySettings(name="bluesky", accounts=(ACCOUNT,))
    _require(settings.public_service)
    source = BlueskySource(settings, context)
    batches = await poll(source)
    found = drafts(batches)
    assert len(found) > 50
    assert len(set(natives(batches))) == len(found)
    assert not sum(batch.skipped for batch in batches)
    now = Clock().now()
    for draft in found:
        assert draft.native_id.startswith("at://did:")
        assert draft.url.startswith("https://bsky.app/profile/did:")
        assert draft.published is not None
        assert draft.published <= now + DAY
        assert draft.handle
        assert draft.text or draft.media or draft.title or draft.parent_id
    own = next(draft for draft in found if draft.handle == ACCOUNT)
    nowhere = f"at://{own.native_id.split('/')[2]}/app.bsky.feed.post/2222222222222"
    again = [batch async for batch in source.refresh([own.native_id, nowhere])]
    assert own.native_id in natives(again)
    assert deletions(again) == [Deletion(nowhere, nowhere)]
    kept = await try_contract(lambda: BlueskySource(settings, context), Clock().now)
    assert [each for each in kept if each.kept is False] == []


async def test_what_is_being_written_is_heard_and_after_a_cut_nothing_is_missing(context: SourceContext) -> None:
    settings = JetstreamSettings(name="stream")
    _require(settings.servers[0])
    listener = Listener(JetstreamSource(settings, context))
    await listener.until(lambda batches: len(drafts(batches)) >= HEARD)
    await listener.stop()
    first = drafts(listener.batches)
    assert sum(batch.skipped for batch in listener.batches) == 0
    assert all(draft.native_id.startswith("at://did:") for draft in first)
    now = Clock().now()
    assert sum(abs((draft.published or 0) - now) < HOUR for draft in first) > HEARD // 2
    again = Listener(JetstreamSource(settings, context), listener.cursor)
    await again.until(lambda batches: len(drafts(batches)) >= HEARD)
    await again.stop()
    # It begins some seconds earlier: the last posts before the cut come again.
    assert set(natives(listener.batches[-1:])) <= set(natives(again.batches))
