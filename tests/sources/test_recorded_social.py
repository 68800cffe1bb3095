"""Real recorded answers of Mastodon and Jetstream, served on loopback and read by the real sources."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from socialhub.model import Batch
from socialhub.sources.jetstream import JetstreamSource
from socialhub.sources.kinds.jetstream import JetstreamSettings
from socialhub.sources.kinds.mastodon import MastodonSettings
from socialhub.sources.mastodon import MastodonSource
from socialhub.sources.mastodon_api import MastodonApi
from socialhub.sources.mastodon_status import items_of
from tests.servers import Answer, LoopbackServer, Request, make_client, make_context
from tests.sources.fake_bluesky import FakeJetstream
from tests.sources.gathering import Listener, boosts, deletions, drafts, natives, poll

pytestmark = pytest.mark.recorded

Recorded = dict[str, Any]
_PAGING = {"limit", "max_id", "min_id", "since_id"}


@pytest.fixture(scope="module")
def mastodon_answers(test_data: Path) -> list[Recorded]:
    with (test_data / "recorded" / "mastodon.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def frames_of(test_data: Path, name: str) -> list[str]:
    text = (test_data / "recorded" / "jetstream" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip()]


# ---- Mastodon ----------------------------------------------------------------------------------------------------


class Playback:
    """Answers of one recorded case by (method, path, query); the first page also without any paging parameter."""

    def __init__(self, answers: list[Recorded], case: str) -> None:
        self.answers = {
            (each["method"], each["path"].rstrip("/"), _query(each["query"])): each
            for each in reversed(answers)
            if each["case"] == case
        }
        self.server = LoopbackServer({"*": self._answer})

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        parts = urlsplit(request.path)
        path, query = unquote(parts.path), _query(parts.query)
        found = self.answers.get((request.method, path, query)) or self._first_page(path, query)
        if found is not None:
            headers = {name: value for name, value in found["headers"].items() if name.lower() in ("link", "etag")}
            answer = Answer(found["body"].encode(), found["status"], headers)
        elif "min_id" in dict(query) or "max_id" in dict(query):
            answer = Answer(b"[]")
        else:
            answer = Answer(b'{"error":"Record not found"}', 404)
        await answer(request, writer)

    def _first_page(self, path: str, query: frozenset[tuple[str, str]]) -> Recorded | None:
        """The recorded page of the same bounds, whatever its limit was."""
        wanted = {name: value for name, value in query if name in _PAGING - {"limit"}}
        for (method, recorded_path, recorded_query), answer in self.answers.items():
            bounds = {name: value for name, value in recorded_query if name in _PAGING - {"limit"}}
            if method == "GET" and recorded_path == path and bounds == wanted:
                return answer
        return None


def _query(text: str) -> frozenset[tuple[str, str]]:
    pairs = (pair.partition("=") for pair in text.split("&") if pair)
    return frozenset((unquote(name), unquote(value)) for name, _sign, value in pairs)


def statuses_in(answers: list[Recorded]) -> list[dict[str, Any]]:
    """Every status of the recordings that stands alone or in a list."""
    found = []
    for answer in answers:
        if answer["status"] != 200 or not answer["body"].lstrip().startswith(("{", "[")):
            continue
        body = json.loads(answer["body"])
        for each in body if isinstance(body, list) else [body]:
            if isinstance(each, dict) and "visibility" in each and "account" in each:
                found.append(each)
    return found


def test_every_recorded_status_is_read(mastodon_answers: list[Recorded]) -> None:
    statuses = statuses_in(mastodon_answers)
    assert len(statuses) > 50
    for status in statuses:
        status_id, items = items_of(json.dumps(status).encode(), "localhost:3000")
        assert status_id == status["id"]
        if status["visibility"] in ("private", "direct"):
            assert not items
            continue
        draft = drafts([Batch(items)])[0]
        assert draft.canonical_id == (status["reblog"] or status)["uri"]
        assert draft.published
        assert "@" in draft.handle
        assert draft.text.strip() or draft.media or draft.warning
        assert "<" not in draft.text or "&lt;" in status["content"]


async def test_a_recorded_timeline_is_read_once(mastodon_answers: list[Recorded]) -> None:
    playback = Playback(mastodon_answers, "test_fetch_remaining")
    tag = next(path for _method, path, _query in playback.answers if "/tag/" in path).rpartition("/")[2]
    pages = [json.loads(each["body"]) for (_m, path, _q), each in playback.answers.items() if "/tag/" in path]
    expected = {status["id"] for page in pages for status in page}
    async with playback.server as server:
        client = make_client()
        settings = MastodonSettings(name="x", server=server.url(""), tags=(tag,), allow_private=True)
        source = MastodonSource(settings, make_context(client))
        batches = await poll(source)
        assert set(natives(batches)) == expected
        assert len(natives(batches)) == len(expected)
        assert not drafts(await poll(source, batches[-1].cursor))
        await client.close()


async def test_a_recorded_account_is_looked_up_and_read(mastodon_answers: list[Recorded]) -> None:
    playback = Playback(mastodon_answers, "test_account_lookup")
    async with playback.server as server:
        client = make_client()
        api = MastodonApi(MastodonSettings(name="x", server=server.url(""), allow_private=True), make_context(client))
        found = await api.account_id("mastodonpy_test")
        assert found
        assert await api.account_id("mastodonpy_test@localhost:3000") == found
        await client.close()


async def test_recorded_streams_are_read(mastodon_answers: list[Recorded]) -> None:
    """The bytes of recorded streams: private conversations are no mentions, nothing raises."""
    streams = [each for each in mastodon_answers if "/streaming/" in each["path"]]
    assert streams
    for recorded in streams:
        events = Counter(line[7:] for line in recorded["body"].splitlines() if line.startswith("event: "))
        head = {"Content-Type": "text/event-stream"}
        instance: Recorded = {"configuration": {"urls": {}}}
        behaviours: Mapping[str, Answer] = {
            "/api/v2/instance": Answer(json.dumps(instance).encode()),
            "/api/v1/streaming/health": Answer(b"OK"),
            "/api/v1/streaming/public": Answer(recorded["body"].encode(), headers=head),
            "/api/v1/timelines/public": Answer(b"[]"),
        }
        async with LoopbackServer(behaviours) as server:
            client = make_client()
            settings = MastodonSettings(
                name="x", server=server.url(""), public="all", token="env:JETON", allow_private=True
            )
            listener = Listener(MastodonSource(settings, make_context(client)))
            await listener.failure()
            assert not sum(batch.skipped for batch in listener.batches)
            public = recorded["body"].count('"visibility":"public"')
            assert len(drafts(listener.batches)) <= events["update"] + events["status.update"]
            assert bool(drafts(listener.batches)) <= bool(public)
            await client.close()


# ---- Jetstream ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["golden_v1.jsonl", "expected_v1.jsonl"])
async def test_recorded_frames_give_every_post_once(test_data: Path, name: str) -> None:
    frames = frames_of(test_data, name)
    decoded = [json.loads(frame) for frame in frames]
    posts = [
        each for each in decoded if each["kind"] == "commit" and each["commit"]["collection"] == "app.bsky.feed.post"
    ]
    written = [each for each in posts if each["commit"]["operation"] in ("create", "update")]
    latest = max(each["time_us"] for each in decoded)
    async with FakeJetstream(frames) as server:
        client = make_client()
        settings = JetstreamSettings(name="x", servers=(server.url,), allow_private=True)
        listener = Listener(JetstreamSource(settings, make_context(client)))
        batches = await listener.until(lambda batches: batches and batches[-1].cursor.get("time_us") == latest)
        again = Listener(JetstreamSource(settings, make_context(client)), listener.cursor)
        await again.until(lambda batches: batches and len(batches) > 1)
        await listener.stop()
        await again.stop()
        await client.close()
    expected = [f"at://{each['did']}/app.bsky.feed.post/{each['commit']['rkey']}" for each in written]
    assert sorted(natives(batches)) == sorted(expected)
    assert len(deletions(batches)) == len(posts) - len(written)
    assert not boosts(batches)
    assert not sum(batch.skipped for batch in batches)
    assert set(natives(again.batches)) <= set(expected)
    for draft, each in zip(drafts(batches), written, strict=True):
        assert draft.text.startswith(each["commit"]["record"]["text"])
        assert draft.published is not None
        assert draft.published <= each["time_us"] // 1000
