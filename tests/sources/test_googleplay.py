"""Google Play's question for reviews on loopback, in the shape that known readers of it find (written by us)."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from socialhub.sources.contract import try_contract
from socialhub.sources.googleplay import GooglePlaySource
from socialhub.sources.kinds.googleplay import GooglePlaySettings
from tests.servers import NOON, Answer, LoopbackServer, Request, clock_at, make_client, make_context
from tests.sources.gathering import collect_killed, drafts, natives, poll, poll_failing

APP = "org.example.box"
SECONDS = NOON // 1000
PATH = "/_/PlayStoreUi/data/batchexecute"


def review(number: int, *, seconds: int = 0, answer: list[Any] | None = None) -> list[Any]:
    moment = [seconds or SECONDS - 10_000 + number, 0]
    return [
        f"gp:{number}",
        ["Léa", [None, 2]],
        1,
        None,
        f"Ne marche plus {number}",
        moment,
        12,
        answer,
        None,
        None,
        "4.2",
    ]


def written(rows: list[Any] | None, token: str | None = None) -> bytes:
    inner = [rows, None, [None, token]] if rows is not None else []
    calls = [["wrb.fr", "oCPfdb", json.dumps(inner), None, None, None, "generic"], ["di", 42], ["e", 4, None, None, 99]]
    return b")]}'\n\n" + json.dumps(calls).encode()


class Store:
    """Reviews by their time, the newest first; a hundred a page by tokens."""

    def __init__(self, *rows: list[Any]) -> None:
        self.rows = list(rows)
        self.asked: list[str] = []

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        self.asked.append(request.path)
        assert request.method == "POST"
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"
        ((call,),) = json.loads(parse_qs(request.body.decode())["f.req"][0])
        assert (call[0], call[2], call[3]) == ("oCPfdb", None, "generic")
        _none, (_two, newest, (count, _no, token), *_rest), (app, seven) = json.loads(call[1])
        assert (newest, app, seven) == (2, APP, 7)
        rows = sorted(self.rows, key=lambda row: row[5][0], reverse=True)
        start = int(token.removeprefix("t")) if token else 0
        page = rows[start : start + count]
        following = f"t{start + count}" if start + count < len(rows) else None
        await Answer(written(page or None, following))(request, writer)


def source(server: LoopbackServer, **keys: Any) -> GooglePlaySource:
    settings = GooglePlaySettings(name="avis", apps=(APP,), server=server.url(""), allow_private=True, **keys)
    clock = clock_at(NOON)
    return GooglePlaySource(settings, make_context(make_client(clock=clock), clock), between=0.0)


async def test_a_review_is_read_whole() -> None:
    store = Store(review(1))
    async with LoopbackServer({PATH: store}) as server:
        (draft,) = drafts(await poll(source(server, languages=("nl",), country="be")))
    assert parse_qs(urlsplit(store.asked[0]).query) == {"hl": ["nl"], "gl": ["be"]}
    assert (draft.native_id, draft.canonical_id, draft.kind) == ("gp:1", "googleplay:gp:1", "review")
    assert (draft.text, draft.author, draft.rating, draft.likes) == ("Ne marche plus 1", "Léa", 1.0, 12)
    assert (draft.lang, draft.site, draft.replies) == ("nl", "play.google.com", 0)
    assert draft.published == (SECONDS - 9_999) * 1000
    assert draft.url == "https://play.google.com/store/apps/details?id=org.example.box&reviewId=gp%3A1"
    assert draft.bio == "v4.2"


async def test_a_developers_answer_is_counted_and_when_wished_told() -> None:
    row = review(1, answer=["Example SA", "C'est réparé.", [SECONDS, 0]])
    async with LoopbackServer({PATH: Store(row)}) as server:
        (alone,) = drafts(await poll(source(server)))
        said, answered = drafts(await poll(source(server, answers=True)))
    assert (alone.replies, said.replies) == (1, 1)
    assert (answered.native_id, answered.parent_id, answered.kind) == ("gp:1/answer", "gp:1", "reply")
    assert (answered.text, answered.author, answered.published) == ("C'est réparé.", "Example SA", NOON)


@pytest.mark.parametrize("kills", [[0], [1], [2, 1]])
async def test_nothing_is_lost_though_a_known_review_was_changed(kills: list[int]) -> None:
    store = Store(review(1), review(2))
    async with LoopbackServer({PATH: store}) as server:
        avis = source(server)
        cursor = (await poll(avis))[-1].cursor
        store.rows = [review(number) for number in range(1, 350)]
        # Its author changed it a moment ago: it stands above all the new ones.
        store.rows[1] = review(2, seconds=SECONDS)
        batches, cursor = await collect_killed(avis, kills, cursor)
        assert set(natives(batches)) >= {f"gp:{number}" for number in range(2, 350)}
        assert not any(draft.backfill for draft in drafts(batches))
        store.asked.clear()
        await poll(avis, cursor)
        assert len(store.asked) == 1


@pytest.mark.parametrize(
    "body",
    [
        written(None),
        b")]}'\n\n" + json.dumps([["wrb.fr", "oCPfdb", None, None, None, None, "generic"]]).encode(),
        b")]}'\n\n118\n" + json.dumps([["wrb.fr", "oCPfdb", "[]", None]]).encode() + b'\n25\n[["e",4]]\n',
    ],
    ids=["empty", "null", "with lengths"],
)
async def test_no_review_is_no_error(body: bytes) -> None:
    async with LoopbackServer({PATH: Answer(body)}) as server:
        assert natives(await poll(source(server))) == []


@pytest.mark.parametrize(
    "calls",
    [
        [["wrb.fr", "another", "[]"]],
        [["wrb.fr", "oCPfdb", None, None, None, [3], "generic"]],
        [["wrb.fr", "oCPfdb", json.dumps([{"reviews": []}, None, [None, None]])]],
        [["wrb.fr", "oCPfdb", json.dumps([[[["nested"]], [7]], None, [None, None]])]],
        [["wrb.fr", "oCPfdb", json.dumps({"reviews": []})]],
        {"error": 1},
    ],
    ids=str,
)
async def test_another_shape_is_told_and_fails_softly(calls: Any) -> None:
    async with LoopbackServer({PATH: Answer(b")]}'\n\n" + json.dumps(calls).encode())}) as server:
        _batches, error = await poll_failing(source(server))
    assert error.reason.code in ("unexpected-shape", "not-json")
    assert not error.permanent
    assert "{" not in error.reason.sentence()


@pytest.mark.parametrize("odd", [None, [], {}, "x", -1, True, 1e300])
@pytest.mark.parametrize("place", [1, 2, 4, 5, 6, 7, 10])
async def test_a_value_of_another_kind_costs_itself(odd: Any, place: int) -> None:
    row = review(1)
    row[place] = odd
    async with LoopbackServer({PATH: Answer(written([row, odd, [odd], review(2)]))}) as server:
        assert set(natives(await poll(source(server, answers=True)))) >= {"gp:1", "gp:2"}


async def test_one_language_that_fails_costs_no_other() -> None:
    store = Store(review(1))

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        await (Answer(written(None)[:20]) if "hl=en" in request.path else store)(request, writer)

    async with LoopbackServer({PATH: answer}) as server:
        batches, error = await poll_failing(source(server, languages=("en", "fr")))
    assert natives(batches) == ["gp:1"]
    assert error.reason.code == "not-json"


async def test_it_keeps_what_every_source_promises() -> None:
    async with LoopbackServer({PATH: Store(*(review(number) for number in range(1, 250)))}) as server:
        findings = await try_contract(lambda: source(server), lambda: NOON)
    assert [each for each in findings if each.kept is False] == []


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        ({"apps": ()}, [("apps",)]),
        ({"apps": (APP, "https://play.google.com/store/apps/details?id=org.example.box&hl=fr")}, [("apps", 1)]),
        ({"apps": (APP,), "languages": ("FR",), "country": "France"}, [("languages", 0), ("country",)]),
        ({"apps": (APP,)}, []),
    ],
)
def test_what_cannot_be_meant_is_told(keys: dict[str, Any], at: list[Any]) -> None:
    troubles = list(GooglePlaySettings(name="avis", **keys).troubles())
    assert [each.at for each in troubles] == at
    assert all(each.hint in ("", APP, "fr") for each in troubles)
