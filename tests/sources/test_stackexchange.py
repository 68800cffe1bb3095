"""Stack Exchange's API on loopback, in the shape that it documents (written by us): quota, back-off, pages."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from socialhub.budgets import CALLS
from socialhub.clock import HOUR, MINUTE
from socialhub.collector.ledger import StoreLedger
from socialhub.model import Deletion
from socialhub.sources.base import SourceContext
from socialhub.sources.contract import try_contract
from socialhub.sources.kinds.stackexchange import StackExchangeSettings
from socialhub.sources.stackexchange import StackExchangeSource
from tests.ledgers import ledger_on
from tests.servers import NOON, Answer, HandClock, LoopbackServer, Request, make_client, make_context
from tests.sources.gathering import collect_killed, deletions, drafts, natives, poll, poll_failing

Row = dict[str, Any]
SECONDS = NOON // 1000


def question(number: int, **keys: Any) -> Row:
    return {
        "question_id": number,
        "title": f"Why does &quot;fibre&quot; stop {number}?",
        "body": '<p>It <em>stops</em>, see <a href="https://example.org/log">log</a></p>',
        "link": f"https://superuser.com/questions/{number}/why",
        "owner": {"display_name": "L&#233;a", "user_id": 77, "reputation": 12},
        "creation_date": SECONDS - 10_000 + number,
        "score": -2,
        "answer_count": 3,
        "view_count": 120,
        "tags": ["fibre"],
        **keys,
    }


def reply(number: int, to: int, **keys: Any) -> Row:
    row = question(number, answer_id=number, question_id=to, link=f"https://superuser.com/a/{number}", **keys)
    return {key: value for key, value in row.items() if key not in ("answer_count", "view_count", "title")}


class Exchange:
    """The API: a quota that counts down, a back-off when told to, questions and answers by their dates."""

    def __init__(self, rows: list[Row], quota: int = 300) -> None:
        self.rows, self.quota = rows, quota
        self.backoff = 0
        self.asked: list[str] = []
        self.keys: set[str] = set()

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        self.asked.append(request.path)
        path, query = urlsplit(request.path).path, parse_qs(urlsplit(request.path).query)
        assert (query["site"], query["filter"]) == (["superuser"], ["withbody"])
        assert "gzip" in request.headers["accept-encoding"]
        self.keys |= set(query.get("key", []))
        if self.quota <= 0:
            said = "too many requests from this IP, more requests available in 4321 seconds"
            body = {"error_id": 502, "error_name": "throttle_violation", "error_message": said}
            await Answer(json.dumps(body).encode(), 400)(request, writer)
            return
        self.quota -= 1
        ids = path.split("/")[3].split(";") if path.split("/")[2] in ("questions", "answers") else []
        found = [row for row in self.rows if self._matches(row, path, ids)]
        if path.endswith(("/advanced", "/answers")):
            found = [row for row in found if row["creation_date"] <= int(query.get("todate", ["99999999999"])[0])]
            found.sort(key=lambda row: row["creation_date"], reverse=True)
        size = int(query["pagesize"][0])
        page: Row = {
            "items": found[:size],
            "has_more": len(found) > size,
            "quota_max": 300,
            "quota_remaining": self.quota,
        }
        if self.backoff:
            page["backoff"] = self.backoff
        packed = gzip.compress(json.dumps(page).encode())
        await Answer(packed, headers={"Content-Encoding": "gzip"})(request, writer)

    @staticmethod
    def _matches(row: Row, path: str, ids: list[str]) -> bool:
        if path.endswith("/advanced"):
            return "answer_id" not in row
        if path.endswith("/answers"):
            return "answer_id" in row and str(row["question_id"]) in ids
        return str(row.get("answer_id" if "/answers/" in path else "question_id")) in ids and (
            ("answer_id" in row) == ("/answers/" in path)
        )


class Bench:
    """A clock moved by hand, a ledger on a cache, one client."""

    def __init__(self, server: LoopbackServer, cache: Path) -> None:
        self.server, self.cache = server, cache
        self.clock = HandClock(NOON)
        self.client = make_client(clock=self.clock)
        self.ledger: StoreLedger | None = None

    def settings(self, **keys: Any) -> StackExchangeSettings:
        asked = {"tags": ("fibre",), **keys}
        return StackExchangeSettings(
            name="essai", site="superuser", server=self.server.url(""), allow_private=True, **asked
        )

    def source(self, **keys: Any) -> StackExchangeSource:
        context: SourceContext = make_context(self.client, self.clock, self.ledger)
        return StackExchangeSource(self.settings(**keys), context)


@asynccontextmanager
async def bench(exchange: Exchange, folder: Path, **keys: Any) -> AsyncIterator[Bench]:
    async with LoopbackServer({"*": exchange}) as server:
        made = Bench(server, folder / "cache.db")
        async with ledger_on(made.cache, made.settings(**keys).caps, made.clock) as made.ledger:
            yield made
        await made.client.close()


async def test_questions_and_answers_are_read_whole(tmp_path: Path) -> None:
    exchange = Exchange([question(5, last_edit_date=SECONDS), reply(6, to=5)])
    async with bench(exchange, tmp_path) as room:
        asked, said = drafts(await poll(room.source(questions=("5",))))
    assert (asked.native_id, asked.canonical_id) == ("question/5", "stackexchange:superuser/question/5")
    assert (asked.title, asked.text, asked.links) == (
        'Why does "fibre" stop 5?',
        "It stops, see log",
        ("https://example.org/log",),
    )
    assert (asked.author, asked.handle, asked.site, asked.kind) == ("Léa", "77", "superuser.com", "post")
    assert (asked.likes, asked.replies, asked.reach) == (0, 3, 120)
    assert (asked.published, asked.edited) == ((SECONDS - 9_995) * 1000, NOON)
    assert (said.native_id, said.kind, said.parent_id, said.title) == ("answer/6", "reply", "question/5", "")


@pytest.mark.parametrize("kills", [[0], [1], [2, 1]])
async def test_nothing_is_lost_between_polls(tmp_path: Path, kills: list[int]) -> None:
    exchange = Exchange([question(1)])
    async with bench(exchange, tmp_path) as room:
        source = room.source()
        cursor = (await poll(source))[-1].cursor
        exchange.rows += [question(number) for number in range(2, 160)]
        exchange.rows += [question(number, creation_date=SECONDS - 9_880) for number in range(500, 530)]
        batches, cursor = await collect_killed(source, kills, cursor)
        assert set(natives(batches)) >= {f"question/{number}" for number in [*range(2, 160), *range(500, 530)]}
        assert all(batch.complete for batch in batches)
        exchange.asked.clear()
        await poll(source, cursor)
        assert len(exchange.asked) == 1


async def test_a_method_is_left_alone_as_long_as_asked_also_by_another_source(tmp_path: Path) -> None:
    exchange = Exchange([question(1), reply(2, to=1)])
    exchange.backoff = 30
    async with bench(exchange, tmp_path) as room:
        first = await poll(room.source(tags=("a", "b"), questions=("1",)))
        assert natives(first) == ["question/1"]
        assert (first[0].wait, first[-1].wait, first[-1].complete) == (30_000, 30_000, False)
        room.clock.moment += 29_000
        _batches, error = await poll_failing(room.source(tags=("c",)))
        assert (error.reason.code, error.retry_after) == ("rate-limited", 1_000)
        # Answers are another method.
        assert natives(await poll(room.source(tags=(), questions=("1",)))) == ["answer/2"]
        assert len(exchange.asked) == 2
        room.clock.moment += 1_001
        exchange.backoff = 0
        assert natives(await poll(room.source(tags=("c",)))) == ["question/1"]


async def test_the_quota_of_a_day_is_never_exceeded(tmp_path: Path) -> None:
    exchange = Exchange([question(1)])
    async with bench(exchange, tmp_path, calls_a_day=10) as room:
        for step in range(10):
            room.clock.moment = NOON + step * MINUTE
            await poll(room.source(calls_a_day=10))
        _batches, error = await poll_failing(room.source(calls_a_day=10))
        assert error.reason.code == "budget-spent"
        assert len(exchange.asked) == 10
        room.clock.moment = NOON + 12 * HOUR + MINUTE
        await poll(room.source(calls_a_day=10))
        assert len(exchange.asked) == 11


async def test_what_others_spend_from_the_same_address_is_believed(tmp_path: Path) -> None:
    exchange = Exchange([question(1)], quota=2)
    async with bench(exchange, tmp_path) as room:
        await poll(room.source())
        assert room.ledger is not None
        assert await room.ledger.remaining(CALLS) == 1
        await poll(room.source())
        _batches, error = await poll_failing(room.source())
    assert error.reason.code == "budget-spent"
    assert len(exchange.asked) == 2


async def test_a_throttled_address_waits_as_long_as_it_is_told(tmp_path: Path) -> None:
    async with bench(Exchange([], quota=0), tmp_path) as room:
        _batches, error = await poll_failing(room.source())
    assert (error.reason.code, error.retry_after) == ("rate-limited", 4_321_000)


@pytest.mark.parametrize(
    ("code", "reason"), [(405, "unauthorised"), (400, "refused-question"), (None, "http-status"), ("x", "http-status")]
)
async def test_a_refusal_is_told_in_words_without_the_key(tmp_path: Path, code: Any, reason: str) -> None:
    body = {"error_id": code, "error_message": "no `key` matches" if code else ""}

    class Refusing(Exchange):
        async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
            await Answer(json.dumps(body if reason != "http-status" else {"error_id": code}).encode(), 400)(
                request, writer
            )

    async with bench(Refusing([]), tmp_path) as room:
        _batches, error = await poll_failing(room.source(key="env:STACK"))
    assert error.reason.code == reason
    assert "env:STACK" not in error.reason.to_json()


async def test_with_a_key_it_tells_what_is_gone_and_what_changed(tmp_path: Path) -> None:
    exchange = Exchange([question(1, score=9), reply(3, to=1)], quota=10_000)
    asked = ["question/1", "question/2", "answer/3", "answer/4"]
    async with bench(exchange, tmp_path, key="env:STACK") as room:
        batches = [batch async for batch in room.source(key="env:STACK").refresh(asked)]
        assert natives(batches) == ["question/1", "answer/3"]
        assert deletions(batches) == [
            Deletion("question/2", "stackexchange:superuser/question/2"),
            Deletion("answer/4", "stackexchange:superuser/answer/4"),
        ]
        assert exchange.keys == {"env:STACK"}
        exchange.rows.clear()
        assert not deletions([batch async for batch in room.source(key="env:STACK").refresh(asked)])
        exchange.asked.clear()
        assert [batch async for batch in room.source().refresh(asked)] == []
        assert exchange.asked == []
        # What is left when others have asked a lot is for news.
        exchange.quota = 1_500
        await poll(room.source(key="env:STACK"))
        assert [batch async for batch in room.source(key="env:STACK").refresh(asked)] == []


@pytest.mark.parametrize("odd", [None, [], {}, "x", -1, True, 1e300])
async def test_values_of_another_kind_cost_nothing_else(tmp_path: Path, odd: Any) -> None:
    names = ("title", "body", "owner", "creation_date", "score", "link", "last_edit_date")
    rows = [question(1, **dict.fromkeys(names, odd)), odd, {"question_id": odd}, question(2)]
    page = {"items": rows, "has_more": odd, "backoff": None, "quota_remaining": None}

    class Odd(Exchange):
        async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
            await Answer(json.dumps(page).encode())(request, writer)

    async with bench(Odd([]), tmp_path) as room:
        assert "question/2" in natives(await poll(room.source()))


async def test_it_keeps_what_every_source_promises(tmp_path: Path) -> None:
    exchange = Exchange([question(number) for number in range(1, 120)] + [reply(500, to=1)])
    async with bench(exchange, tmp_path, key="env:STACK") as room:
        findings = await try_contract(
            lambda: room.source(key="env:STACK", questions=("1",)), room.clock.now, secrets=["env:STACK"]
        )
    assert [each for each in findings if each.kept is False] == []


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        ({}, [()]),
        ({"site": "https://superuser.com", "tags": ("fibre",)}, [("site",)]),
        ({"questions": ("5", "https://superuser.com/questions/77/why")}, [("questions", 1)]),
    ],
)
def test_what_cannot_be_meant_is_told(keys: dict[str, Any], at: list[Any]) -> None:
    troubles = list(StackExchangeSettings(name="essai", **keys).troubles())
    assert [each.at for each in troubles] == at
    assert [each.hint for each in troubles] in ([""], ["superuser"], ["77"])


def test_the_more_lists_the_longer_the_steps() -> None:
    assert StackExchangeSettings(name="x", tags=("a", "b")).interval == 12 * MINUTE
    assert StackExchangeSettings(name="x", tags=("a", "b"), key="env:K").interval == 10 * MINUTE
    assert StackExchangeSettings(name="x", tags=tuple("abcdefghij")).interval == HOUR
