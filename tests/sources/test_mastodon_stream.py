"""Mastodon's streams: gaps filled by REST, edits and deletions as they happen, silence noticed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from socialhub.errors import SourceError
from socialhub.sources import mastodon
from socialhub.sources.kinds.mastodon import MastodonSettings
from socialhub.sources.mastodon import MastodonSource
from socialhub.sources.streams import PATIENCE, Patience
from tests.servers import Answer, Request, make_client, make_context
from tests.sources.fake_mastodon import FakeMastodon, status
from tests.sources.gathering import Listener, deletions, drafts, natives, poll

TAG = ("hashtag", "fibre")


@asynccontextmanager
async def streaming(
    server: FakeMastodon,
    patience: Patience = PATIENCE,
    **chosen: Any,
) -> AsyncIterator[MastodonSource]:
    client = make_client()
    wanted = MastodonSettings(
        name="piaille", server=server.url, allow_private=True, token="env:JETON", **{"tags": ("fibre",), **chosen}
    )
    source = MastodonSource(wanted, make_context(client), patience)
    try:
        yield source
    finally:
        await source.close()
        await client.close()


@pytest.mark.parametrize("websocket", [False, True])
async def test_updates_edits_and_deletions(websocket: bool) -> None:
    async with (
        FakeMastodon(websocket_streaming=websocket) as server,
        streaming(server, tags=("fibre", "Panne") if websocket else ("fibre",)) as source,
    ):
        listener = Listener(source)
        await server.subscribed(2 if websocket else 1)
        await server.say("update", status(1), TAG)
        await server.say("status.update", status(1, content="<p>bis</p>", edited_at="2026-11-21T12:00:00Z"), TAG)
        await server.say("filters_changed", "undefined", TAG)
        await server.say("notification", "{}", TAG)
        await server.say("update", "{cut", TAG)
        await server.say("delete", status(1)["id"], TAG)
        batches = await listener.until(deletions)
        assert [draft.text.strip() for draft in drafts(batches)] == ["message 1", "bis"]
        assert drafts(batches)[1].edited
        assert deletions(batches)[0].native_id == status(1)["id"]
        assert sum(batch.skipped for batch in batches) == 1
        assert set(server.subscriptions) == ({TAG, ("hashtag", "panne")} if websocket else {TAG})
        await listener.stop()


async def test_it_has_caught_up_once_every_timeline_was_asked() -> None:
    async with (
        FakeMastodon([status(1)], websocket_streaming=True) as server,
        streaming(server, tags=("fibre", "panne")) as source,
    ):
        listener = Listener(source)
        batches = await listener.until(lambda batches: any(batch.reached for batch in batches))
        await listener.stop()
    *asked, done = batches
    assert [batch.reached for batch in asked] == [0] * len(asked)
    assert {key for batch in asked for key in batch.cursor} == {"tag:fibre", "tag:panne"}
    assert (done.items, done.cursor, bool(done.reached)) == ([], asked[-1].cursor, True)


async def test_the_token_travels_in_a_header_only() -> None:
    async with FakeMastodon() as server, streaming(server) as source:
        listener = Listener(source)
        await server.subscribed(1)
        assert all(request.headers["authorization"] == "Bearer env:JETON" for request in server.http.requests)
        assert not any("JETON" in request.path for request in server.http.requests)
        await listener.stop()


@pytest.mark.parametrize("websocket", [False, True])
async def test_a_gap_is_filled_after_a_reconnect(websocket: bool) -> None:
    tags = ("fibre", "panne") if websocket else ("fibre",)
    async with (
        FakeMastodon([status(1)], websocket_streaming=websocket) as server,
        streaming(server, tags=tags) as source,
    ):
        listener = Listener(source)
        await server.subscribed(len(tags))
        await listener.until(drafts)
        server.statuses.append(status(2))
        await server.say("update", status(2), TAG)
        await listener.until(lambda batches: status(2)["id"] in natives(batches))
        await server.cut()
        failure = await listener.failure()
        assert isinstance(failure, SourceError)
        assert failure.reason.code in ("reset", "stream-closed")
        server.statuses += [status(number) for number in range(3, 100)]
        again = Listener(source, listener.cursor)
        await again.until(lambda batches: {each["id"] for each in server.statuses[2:]} <= set(natives(batches)))
        await again.stop()


async def test_what_arrives_while_the_gap_is_filled_is_not_lost() -> None:
    """The stream is listened to before REST is asked: posts that only the stream tells come after the filling."""
    async with (
        FakeMastodon([status(number) for number in range(60)], websocket_streaming=True) as server,
        streaming(server, tags=("fibre", "panne")) as source,
    ):
        listened_before_asking: list[int] = []
        server.before_timeline = lambda: listened_before_asking.append(len(server.subscriptions))
        run = source.run({})
        await anext(run)
        await server.say("update", status(900), TAG)
        heard: list[str] = []
        while status(900)["id"] not in heard:
            heard += natives([await anext(run)])
        assert listened_before_asking[0] >= 1
        await run.aclose()


async def test_the_cursor_follows_the_stream_at_a_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mastodon, "OVERLAP_SECONDS", 0.0)
    async with FakeMastodon([status(1)]) as server, streaming(server) as source:
        listener = Listener(source)
        await server.subscribed(1)
        await listener.until(drafts)
        await server.say("update", status(7), TAG)
        await listener.until(lambda batches: batches[-1].cursor["tag:fibre"]["min_id"] == status(7)["id"])
        await listener.stop()


async def test_heartbeats_are_heard() -> None:
    async with FakeMastodon([status(1)]) as server, streaming(server) as source:
        listener = Listener(source)
        await server.subscribed(1)
        await listener.until(drafts)
        count = len(listener.batches)
        await server.say_raw(":thump\n")
        batches = await listener.until(lambda batches: len(batches) > count)
        assert not batches[-1].items
        await listener.stop()


@pytest.mark.parametrize("websocket", [False, True])
async def test_silence_ends_the_stream(websocket: bool) -> None:
    tags = ("fibre", "panne") if websocket else ("fibre",)
    patience = Patience(ping=0.05, silence=0.2)
    async with FakeMastodon(websocket_streaming=websocket) as server, streaming(server, patience, tags=tags) as source:
        listener = Listener(source)
        await server.subscribed(len(tags))
        if websocket:
            # A quiet WebSocket answers pings: that is life enough.
            await listener.until(lambda batches: len(batches) > 6)
            await listener.stop()
        else:
            failure = await listener.failure()
            assert isinstance(failure, SourceError)
            assert failure.reason.code == "stream-silent"


async def test_a_server_without_hashtag_streams_is_polled() -> None:
    async with FakeMastodon([status(1)], own_streaming=False) as server, streaming(server) as source:
        assert source.streaming
        batches = await poll(source)
        assert natives(batches) == [status(1)["id"]]
        assert not source.streaming
        assert not server.subscriptions


async def test_its_public_timeline_is_streamed_and_hashtags_polled_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MastodonSettings, "shortest_interval", 50)
    async with (
        FakeMastodon(own_streaming=False, websocket_streaming=True) as server,
        streaming(server, public="local", every=50) as source,
    ):
        listener = Listener(source)
        await server.subscribed(1)
        assert server.subscriptions == [("public:local", "")]
        await server.say("update", status(5), ("public:local",))
        await listener.until(lambda batches: status(5)["id"] in natives(batches))
        server.statuses.append(status(6))
        await listener.until(lambda batches: batches[-1].cursor["tag:fibre"]["min_id"] == status(6)["id"])
        await listener.stop()


async def test_an_unknown_stream_falls_back_to_polling() -> None:
    async with (
        FakeMastodon([status(1)], websocket_streaming=True) as server,
        streaming(server, tags=("fibre", "panne")) as source,
    ):
        listener = Listener(source)
        await server.subscribed(2)
        await server.say_raw('{"error":"Unknown stream type","status":400}')
        assert await listener.failure() is None
        assert not source.streaming
        assert natives(await poll(source, listener.cursor)) == []


async def test_posts_are_read_even_when_streaming_is_refused() -> None:
    async with FakeMastodon([status(1)]) as server, streaming(server) as source:
        server.http.behaviours["/api/v1/streaming/hashtag"] = Answer(b'{"error":"Missing access token"}', 401)
        listener = Listener(source)
        failure = await listener.failure()
        assert isinstance(failure, SourceError)
        assert failure.reason.code == "unauthorised"
        assert natives(listener.batches) == [status(1)["id"]]


async def test_without_a_token_or_a_stream_it_is_a_poll() -> None:
    async with FakeMastodon() as server:
        for chosen in ({"token": ""}, {"stream": False}, {"tags": (), "search": ("fibre",)}):
            wanted: dict[str, Any] = {"tags": ("fibre",), "token": "env:JETON", **chosen}
            settings = MastodonSettings(name="x", server=server.url, **wanted)
            assert not MastodonSource(settings, make_context(make_client())).streaming


async def test_frames_that_carry_json_itself_are_read_too() -> None:
    """As some servers that speak Mastodon's API send them: no text within the frame, the stream by its name alone."""
    async with FakeMastodon(websocket_streaming=True) as server, streaming(server) as source:
        listener = Listener(source)
        await server.subscribed(1)
        for payload, event in ((status(1), "update"), (int(status(1)["id"]), "delete"), (None, "filters_changed")):
            await server.say_frame({"stream": "hashtag", "event": event, "payload": payload})
        batches = await listener.until(deletions)
        await listener.stop()
        assert natives(batches) == [status(1)["id"]]
        assert deletions(batches)[0].native_id == str(int(status(1)["id"]))
        assert sum(batch.skipped for batch in batches) == 0


@pytest.mark.parametrize(
    "named", ["wss://127.0.0.1:{port}", "wss://socialhub.invalid", "ws://127.0.0.1:{port}/api/v1/streaming/", "wss://:"]
)
async def test_a_server_that_misnames_its_streams_is_asked_itself(named: str) -> None:
    """GoToSocial says wss:// of its own domain wherever it runs; others name the whole path."""
    async with FakeMastodon() as server, streaming(server) as source:
        server.streams_at = named.format(port=server.http.port)
        listener = Listener(source)
        await server.subscribed(1)
        await server.say("update", status(1), TAG)
        await listener.until(drafts)
        await listener.stop()


async def test_what_a_stream_leaves_out_is_found_by_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a server that hears only the first of several subscriptions: it is open, answers pings and says nothing."""
    monkeypatch.setattr(MastodonSettings, "shortest_interval", 50)
    async with (
        FakeMastodon(websocket_streaming=True) as server,
        streaming(server, tags=("fibre", "panne"), every=50) as source,
    ):
        listener = Listener(source)
        await server.subscribed(2)
        await listener.until(lambda batches: len(batches) >= 2)
        server.statuses.append(status(8))
        await listener.until(drafts)
        assert source.streaming
        await listener.stop()


async def test_a_page_shown_for_every_address_is_no_streaming_server() -> None:
    async with FakeMastodon([status(1)]) as server, streaming(server) as source:
        server.http.behaviours["/api/v1/streaming/health"] = Answer(b"<!doctype html><title>Piaille</title>")
        assert natives(await poll(source)) == [status(1)["id"]]
        assert not source.streaming
        assert not server.subscriptions


async def test_a_stream_that_is_well_outlives_a_server_that_answers_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(MastodonSettings, "shortest_interval", 50)
    async with FakeMastodon() as server, streaming(server, every=50) as source:
        listener = Listener(source)
        await server.subscribed(1)
        await listener.until(len)
        refused = asyncio.Event()

        async def refuse(request: Request, writer: asyncio.StreamWriter) -> None:
            refused.set()
            await Answer(b"", 503)(request, writer)

        server.http.behaviours["/api/v1/timelines/tag/fibre"] = refuse
        async with asyncio.timeout(10):
            await refused.wait()
        await server.say("update", status(5), TAG)
        await listener.until(lambda batches: status(5)["id"] in natives(batches))
        await listener.stop()
