"""Jetstream: every post once per stored cursor, through cuts, dead servers and frames of all kinds."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialhub.clock import DAY, Clock
from socialhub.errors import SourceError
from socialhub.model import Deletion, Draft
from socialhub.sources.jetstream import MOST_UNREAD, REWIND, JetstreamSource, read_frame
from socialhub.sources.kinds.jetstream import JetstreamSettings
from socialhub.sources.streams import PATIENCE, Patience
from tests.servers import NOON, clock_at, make_client, make_context
from tests.sources.fake_bluesky import LEA, FakeBluesky, FakeJetstream, commit, post_uri, record, view
from tests.sources.gathering import Listener, deletions, drafts, natives

START = 1_795_000_000_000_000
SECOND_US = 1_000_000


@asynccontextmanager
async def listening(
    *servers: str, patience: Patience = PATIENCE, clock: Clock | None = None, dids: tuple[str, ...] = ()
) -> AsyncIterator[JetstreamSource]:
    client = make_client(clock=clock)
    wanted = JetstreamSettings(name="bluesky", servers=servers, allow_private=True, dids=dids)
    try:
        yield JetstreamSource(wanted, make_context(client, clock), patience)
    finally:
        await client.close()


def post(number: int) -> str:
    return commit(START + number * SECOND_US, f"{number:013d}", record(f"message {number}"))


def uris(numbers: range) -> set[str]:
    return {post_uri(number) for number in numbers}


async def test_posts_edits_and_deletions_and_nothing_else() -> None:
    frames = [
        post(1),
        commit(START + 2, "1" * 13, {"$type": "app.bsky.feed.like"}, collection="app.bsky.feed.like"),
        commit(START + 3, "2" * 13, {"subject": {}}, collection="app.bsky.feed.repost"),
        json.dumps({"did": LEA, "time_us": START + 4, "kind": "identity", "identity": {"did": LEA}}),
        json.dumps({"did": LEA, "time_us": START + 5, "kind": "account", "account": {"active": False}}),
        commit(START + 2 * SECOND_US, f"{1:013d}", record("corrigé"), "update"),
        "nonsense",
        "[]",
        commit(START + 3 * SECOND_US, f"{1:013d}", None, "delete"),
    ]
    async with FakeJetstream(frames) as server, listening(server.url) as source:
        listener = Listener(source)
        batches = await listener.until(deletions)
        await listener.stop()
        assert [draft.text for draft in drafts(batches)] == ["message 1", "corrigé"]
        assert [draft.edited for draft in drafts(batches)] == [None, START // 1000 + 2000]
        assert deletions(batches) == [Deletion(post_uri(1), post_uri(1))]
        assert sum(batch.skipped for batch in batches) == 2
        assert listener.cursor == {"time_us": START + 3 * SECOND_US}
        assert server.queries[0] == {"wantedCollections": ["app.bsky.feed.post"]}


async def test_a_reconnect_rewinds_a_little() -> None:
    async with (
        FakeJetstream([post(number) for number in range(100)]) as server,
        listening(server.url, dids=(LEA, "did:plc:tom")) as source,
    ):
        listener = Listener(source, {"time_us": START + 50 * SECOND_US})
        batches = await listener.until(lambda batches: post_uri(99) in natives(batches))
        await listener.stop()
        assert set(natives(batches)) == uris(range(45, 100))
        assert server.queries[0]["cursor"] == [str(START + 50 * SECOND_US - REWIND)]
        assert server.queries[0]["wantedDids"] == [LEA, "did:plc:tom"]


@settings(max_examples=10, deadline=None)
@given(cut_after=st.integers(1, 40), stored=st.integers(0, 5), order=st.permutations(range(40)))
async def test_any_prefix_of_batches_and_a_cut_lose_nothing(cut_after: int, stored: int, order: list[int]) -> None:
    """Frames come slightly out of order, the connection breaks, the collector had stored only some of the batches."""
    frames = [post(number) for number in sorted(range(40), key=lambda number: number + order[number] / 20)]
    async with FakeJetstream(frames, cut_after=cut_after) as server, listening(server.url) as source:
        first = Listener(source)
        assert isinstance(await first.failure(), SourceError)
        kept = first.batches[:stored]
        again = Listener(source, kept[-1].cursor if kept else {})
        await again.until(lambda batches: uris(range(40)) <= set(natives([*kept, *batches])))
        await again.stop()


async def test_another_server_takes_over() -> None:
    async with AsyncExitStack() as stack:
        gone = await stack.enter_async_context(FakeJetstream())
        dead = gone.url
        await stack.aclose()
        cutting = await stack.enter_async_context(FakeJetstream([post(1), post(2)], cut_after=1))
        healthy = await stack.enter_async_context(FakeJetstream([post(1), post(2), post(3)]))
        source = await stack.enter_async_context(listening(dead, cutting.url, healthy.url))
        listener = Listener(source)
        await listener.until(lambda batches: uris(range(1, 4)) <= set(natives(batches)))
        await listener.stop()
        assert "cursor" not in cutting.queries[0]


async def test_when_all_servers_fail_it_says_why() -> None:
    async with FakeJetstream() as server:
        dead = server.url
    async with listening(dead, dead) as source:
        failure = await Listener(source).failure()
        assert isinstance(failure, SourceError)
        assert failure.reason.code == "refused"


async def test_frames_of_another_form_are_no_stream_of_posts() -> None:
    async with FakeJetstream([post(1)]) as server, listening(server.url) as source:
        listener = Listener(source)
        await listener.until(drafts)
        await server.say(*["nonsense"] * (MOST_UNREAD + 1))
        failure = await listener.failure()
        assert isinstance(failure, SourceError)
        assert failure.reason.code == "unexpected-shape"
        assert natives(listener.batches) == [post_uri(1)]
        assert sum(batch.skipped for batch in listener.batches) > MOST_UNREAD


async def test_quiet_but_alive() -> None:
    async with FakeJetstream() as server, listening(server.url, patience=Patience(0.05, 5)) as source:
        listener = Listener(source)
        await listener.until(lambda batches: len(batches) > 3)
        await listener.stop()
        assert not any(batch.items for batch in listener.batches)
        assert listener.cursor == {}


async def test_a_burst_comes_in_bounded_batches() -> None:
    async with FakeJetstream([post(number) for number in range(1000)]) as server, listening(server.url) as source:
        listener = Listener(source)
        batches = await listener.until(lambda batches: len(natives(batches)) == 1000)
        await listener.stop()
        assert max(len(batch.items) for batch in batches) <= 200


@pytest.mark.parametrize(("jump", "complete"), [(30, True), (90, False)])
async def test_a_cursor_older_than_the_server_keeps_is_a_gap(jump: int, complete: bool) -> None:
    since = (NOON - 2 * DAY) * 1000
    frames = [commit(since + jump * SECOND_US, "1" * 13, record("plus tard"))]
    async with FakeJetstream(frames) as server, listening(server.url, clock=clock_at(NOON)) as source:
        listener = Listener(source, {"time_us": since})
        batches = await listener.until(drafts)
        await listener.stop()
        assert all(batch.complete for batch in batches) is complete


def test_odd_parts_do_not_cost_the_text() -> None:
    odd = record("on lit le texte", embed={"external": 7}, facets="none", createdAt="hier")
    _frame, item = read_frame(commit(START, "1" * 13, odd).encode())
    assert isinstance(item, Draft)
    assert (item.text, item.published) == ("on lit le texte", START // 1000)


@pytest.mark.parametrize(
    ("account", "reason"),
    [
        ({"active": False, "status": "deleted"}, "account-deleted"),
        ({"active": False, "status": "takendown"}, "suspended"),
        ({"active": False, "status": "suspended"}, "suspended"),
        ({"active": False, "status": "deactivated"}, "deactivated"),
        ({"active": False, "status": "throttled"}, ""),
        ({"active": False}, ""),
        ({"active": True}, ""),
    ],
)
def test_with_an_account_all_it_wrote_is_gone(account: dict[str, object], reason: str) -> None:
    frame = json.dumps({"did": LEA, "time_us": START, "kind": "account", "account": account})
    item = read_frame(frame.encode())[1]
    assert item == (Deletion(account=f"at://{LEA}/", reason=reason) if reason else None)


async def test_what_was_deleted_while_nobody_listened_is_found_by_asking() -> None:
    async with FakeBluesky([view(number) for number in range(30)]) as server:
        client = make_client()
        wanted = JetstreamSettings(name="bluesky", public_service=server.url, allow_private=True)
        del server.posts[7]
        source = JetstreamSource(wanted, make_context(client))
        batches = [batch async for batch in source.refresh([post_uri(number) for number in range(30)])]
        await client.close()
    assert deletions(batches) == [Deletion(post_uri(7), post_uri(7))]
    assert len(natives(batches)) == 29
