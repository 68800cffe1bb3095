"""Bluesky's search and feeds: nothing lost between polls, one log-in however long the process lives."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialhub.errors import SourceError
from socialhub.sources.base import SourceContext
from socialhub.sources.bluesky import BlueskySource, create
from socialhub.sources.kinds.bluesky import BlueskySettings
from tests.servers import Answer, make_client, make_context
from tests.sources.fake_bluesky import TOM, FakeBluesky, Json, post_uri, view
from tests.sources.gathering import Listener, boosts, collect_killed, deletions, drafts, natives, poll

ACCOUNT = {"identifier": "lea.bsky.example", "password": "env:PASSE"}


@asynccontextmanager
async def given_context() -> AsyncIterator[SourceContext]:
    client = make_client()
    try:
        yield make_context(client)
    finally:
        await client.close()


def source_of(server: FakeBluesky, context: SourceContext, **chosen: Any) -> BlueskySource:
    wanted = {"service": server.url, "public_service": server.url, "allow_private": True, **ACCOUNT, **chosen}
    return create(BlueskySettings(name="bluesky", **wanted), context)


def uris(numbers: range) -> set[str]:
    return {post_uri(number) for number in numbers}


def newest_first(numbers: range) -> list[dict[str, Any]]:
    return [view(number) for number in reversed(numbers)]


async def test_search_goes_back_to_what_is_known() -> None:
    async with FakeBluesky(newest_first(range(400))) as server, given_context() as context:
        source = source_of(server, context, search=("fibre",))
        batches = await poll(source)
        assert set(natives(batches)) == uris(range(200, 400))
        assert all(draft.backfill for draft in drafts(batches))
        server.posts = newest_first(range(400, 730)) + server.posts[3:]
        batches = await poll(source, batches[-1].cursor)
        assert uris(range(400, 730)) <= set(natives(batches))
        assert len(batches) == 4
        assert not any(draft.backfill for draft in drafts(batches))
        assert "page_token" not in batches[-1].cursor["search:fibre"]


@settings(max_examples=15, deadline=None)
@given(kills=st.lists(st.integers(0, 5), max_size=5), existing=st.integers(0, 45), arriving=st.integers(0, 3))
async def test_killed_between_any_two_pages_nothing_is_lost(kills: list[int], existing: int, arriving: int) -> None:
    async with FakeBluesky(newest_first(range(existing)), page=10) as server, given_context() as context:
        source = source_of(server, context, search=("fibre",))
        first = await poll(source)
        answer = server._read

        def arrive(method: str, query: dict[str, list[str]]) -> Answer:
            if len(server.posts) < existing + 100:
                start = len(server.posts)
                server.posts = newest_first(range(start, start + arriving)) + server.posts
            return answer(method, query)

        server._read = arrive  # type: ignore[method-assign]
        start = len(server.posts)
        server.posts = newest_first(range(start, start + 57)) + server.posts
        expected = {each["uri"] for each in server.posts[: -existing or None]}
        stored, cursor = await collect_killed(source, kills, first[-1].cursor)
        # What came while the last walk was under way is for the next.
        stored += await poll(source, cursor)
        assert expected <= set(natives([*first, *stored]))


async def test_a_stale_page_token_starts_the_walk_anew() -> None:
    async with FakeBluesky(newest_first(range(10))) as server, given_context() as context:
        source = source_of(server, context, search=("fibre",))
        anchor = [post_uri(3)]
        state = {"anchor": anchor, "until": [post_uri(8)], "page_token": "gone", "pages": 1}
        answer = server._read

        def refuse(method: str, query: dict[str, list[str]]) -> Answer:
            return Answer(b'{"error":"InvalidRequest"}', 400) if "cursor" in query else answer(method, query)

        server._read = refuse  # type: ignore[method-assign]
        batches = await poll(source, {"search:fibre": state})
        assert uris(range(4, 10)) <= set(natives(batches))


async def test_feeds_need_no_account_and_tell_reposts() -> None:
    by = {"did": TOM, "handle": "tom.bsky.example"}
    reason = {
        "$type": "app.bsky.feed.defs#reasonRepost",
        "by": by,
        "indexedAt": "2026-11-21T11:00:00Z",
        "uri": "at://r",
    }
    pin = {"$type": "app.bsky.feed.defs#reasonPin"}
    feed: list[Json] = [
        {"post": view(1), "reason": pin},
        {"post": view(9, TOM), "reason": reason},
        {"post": view(8)},
        {"post": {"uri": post_uri(7)}},
    ]
    async with FakeBluesky(feed=feed) as server, given_context() as context:
        source = source_of(server, context, accounts=("@tom.bsky.example",), identifier="", password="")
        batches = await poll(source)
        assert natives(batches) == [post_uri(1), post_uri(9, TOM), post_uri(8)]
        assert [boost.canonical_id for boost in boosts(batches)] == [post_uri(9, TOM)]
        assert batches[0].skipped == 1
        assert batches[-1].cursor["author:tom.bsky.example"] == {"anchor": ["at://r", post_uri(8)]}
        assert server.logins == 0


async def test_one_log_in_serves_all_sources_of_a_process() -> None:
    async with FakeBluesky(newest_first(range(5))) as server, given_context() as context:
        first = source_of(server, context, search=("fibre",))
        await poll(first)
        await first.close()
        await poll(source_of(server, context, accounts=("lea.bsky.example",)))
        assert (server.logins, server.refreshes) == (1, 0)


async def test_only_a_refused_refresh_logs_in_again() -> None:
    async with FakeBluesky(newest_first(range(5))) as server, given_context() as context:
        source = source_of(server, context, search=("fibre",))
        await poll(source)
        server.expire()
        server.refresh_works = False
        await poll(source)
        assert (server.logins, server.refreshes) == (2, 1)


async def test_an_expired_token_is_refreshed() -> None:
    async with FakeBluesky(newest_first(range(5))) as server, given_context() as context:
        source = source_of(server, context, search=("fibre", "panne"))
        await poll(source)
        for _hour in range(3):
            server.expire()
            await poll(source)
        assert (server.logins, server.refreshes) == (1, 3)


async def test_a_refused_password_stops_the_source() -> None:
    async with FakeBluesky(password="other") as server, given_context() as context:
        with pytest.raises(SourceError) as caught:
            await poll(source_of(server, context, search=("fibre",)))
        assert (caught.value.reason.code, caught.value.permanent) == ("login-failed", True)


async def test_trouble_while_refreshing_is_not_a_reason_to_log_in() -> None:
    async with FakeBluesky(newest_first(range(5))) as server, given_context() as context:
        source = source_of(server, context, search=("fibre",))
        await poll(source)
        server.expire()
        server.http.behaviours["/xrpc/com.atproto.server.refreshSession"] = Answer(b"", 503)
        with pytest.raises(SourceError) as caught:
            await poll(source)
        assert caught.value.reason.code == "server-error"
        del server.http.behaviours["/xrpc/com.atproto.server.refreshSession"]
        await poll(source_of(server, context, search=("fibre",)))
        assert server.logins == 1


async def test_what_is_missing_is_said_for_each() -> None:
    async with FakeBluesky(feed=[{"post": view(1)}]) as server, given_context() as context:
        source = source_of(
            server, context, search=("fibre",), accounts=("nobody.example", "lea"), identifier="", password=""
        )
        listener = Listener(source)
        failure = await listener.failure()
        assert isinstance(failure, SourceError)
        assert failure.reason.code == "token-needed"
        assert natives(listener.batches) == [post_uri(1)]
        unknown = source_of(server, context, accounts=("nobody.example",))
        with pytest.raises(SourceError) as caught:
            await poll(unknown)
        assert caught.value.reason.code == "account-unknown"


async def test_refresh_brings_counts_and_deletions() -> None:
    async with FakeBluesky(newest_first(range(60))) as server, given_context() as context:
        source = source_of(server, context)
        del server.posts[5]
        asked = [post_uri(number) for number in range(60)]
        batches = [batch async for batch in source.refresh(asked)]
        assert [gone.canonical_id for gone in deletions(batches)] == [post_uri(54)]
        assert len(set(natives(batches))) == 59


async def test_one_forgetful_answer_deletes_nothing() -> None:
    async with FakeBluesky(newest_first(range(5))) as server, given_context() as context:
        source = source_of(server, context)
        server.forgetful = 1
        batches = [batch async for batch in source.refresh([post_uri(1), post_uri(2)])]
        assert not deletions(batches)
        assert set(natives(batches)) == uris(range(1, 3))
