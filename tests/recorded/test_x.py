"""Every recorded answer of X through the source over loopback: stored once, with its words, time and address."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

import pytest

from socialhub.sources.kinds.x import XSettings
from socialhub.sources.x import XSource
from socialhub.sources.x_post import moment_of_id
from tests.ledgers import ledger_on
from tests.recorded.test_whole_program import Room
from tests.servers import Answer, LoopbackServer, Request, clock_at, make_client, make_context
from tests.sources.gathering import drafts

pytestmark = pytest.mark.recorded

Recorded = dict[str, Any]


@pytest.fixture(scope="module")
def answers(test_data: Path) -> list[Recorded]:
    with (test_data / "recorded" / "x.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _posts(answer: Recorded) -> list[dict[str, Any]]:
    """The posts of an answer; none of one about people or counts."""
    data = json.loads(answer["body"]).get("data") or []
    found = data if isinstance(data, list) else [data]
    return [each for each in found if "text" in each]


async def _served(answer: Recorded, folder: Path, monkeypatch: pytest.MonkeyPatch, keys: str = "") -> Room:
    """A room whose only search of X is answered so, polled three times at the time of the recording."""
    monkeypatch.setenv("X_TOKEN", "x")
    posts = _posts(answer)
    body = {**json.loads(answer["body"]), "data": posts, "meta": {"result_count": len(posts)}}
    counts = Answer(answer["body"].encode()) if "/counts/" in answer["path"] else Answer(b"{}")
    served = {"/2/tweets/search/recent": Answer(json.dumps(body).encode()), "/2/tweets/counts/recent": counts}
    newest = max((moment_of_id(each["id"]) or 0 for each in posts), default=0) or 1_665_184_960_000
    async with LoopbackServer(served) as server:
        table = f'[[sources]]\nname = "x"\nkind = "x"\nsearch = ["tweepy"]\nserver = "{server.url("")}"\n'
        room = Room(folder, f'{table}token = "env:X_TOKEN"\nallow_private = true\n{keys}')
        new = await room.poll(clock_at(newest + 60_000))
        assert new == len(posts)
        for later in (1, 2):
            assert await room.poll(clock_at(newest + 60_000 + later * 3_600_000)) == 0
    return room


async def test_every_post_is_stored_once_with_its_words_and_its_time(
    answers: list[Recorded], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = 0
    for number, answer in enumerate(answers):
        folder = tmp_path / str(number)
        folder.mkdir()
        room = await _served(answer, folder, monkeypatch)
        stored = {
            native: (text, published, url)
            for native, text, published, url in room.ask("SELECT native_id, text, published, url FROM mentions")
        }
        posts = _posts(answer)
        assert set(stored) == {each["id"] for each in posts}
        for each in posts:
            text, published, url = stored[each["id"]]
            assert text.split() == html.unescape(each["text"]).replace("\u200b", "").split()
            assert abs(published - (moment_of_id(each["id"]) or 0)) < 1000
            assert url.endswith(f"/status/{each['id']}")
        assert room.rows()["x"].error == ""
        assert room.is_sound()
        told += len(posts)
    assert told > 20


async def test_posts_asked_for_by_id_are_read(answers: list[Recorded], tmp_path: Path) -> None:
    for answer in answers:
        by_id = answer["path"] == "/2/tweets" or answer["path"].removeprefix("/2/tweets/").isdigit()
        if not by_id:
            continue
        posts = _posts(answer)
        body = {**json.loads(answer["body"]), "data": posts}

        async def serve(request: Request, writer: Any, body: dict[str, Any] = body) -> None:
            await Answer(json.dumps(body).encode())(request, writer)

        async with LoopbackServer({"/2/tweets": serve}) as server:
            clock, client = clock_at(1_665_184_960_000), make_client()
            settings = XSettings(name="x", token="env:X", search=("x",), server=server.url(""), allow_private=True)
            async with ledger_on(tmp_path / "cache.db", settings.caps, clock) as ledger:
                source = XSource(settings, make_context(client, clock, ledger))
                batches = [batch async for batch in source.refresh([each["id"] for each in posts])]
            await client.close()
        assert [draft.native_id for draft in drafts(batches)] == [each["id"] for each in posts]


async def test_recorded_counts_are_added_up(
    answers: list[Recorded], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = next(each for each in answers if "/counts/" in each["path"])
    room = await _served(counts, tmp_path, monkeypatch, "counts_first = true\n")
    assert room.rows()["x"].error == ""
