"""Trustpilot: reviews newest first, edits and the company's answers, on a server of ours in the documented shapes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from socialhub.clock import DAY, HOUR, MINUTE, iso
from socialhub.model import Kind
from socialhub.sources.contract import try_contract
from socialhub.sources.kinds.trustpilot import TrustpilotSettings
from tests.servers import NOON, Answer, LoopbackServer, Request, clock_at
from tests.sources.benches import Bench, bench_in
from tests.sources.gathering import collect_killed, drafts, natives, poll, poll_failing

KEY = "env:TRUSTPILOT"
UNIT = "46d6a890000064000500e0c3"


@pytest.fixture(name="bench")
async def given_bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench_in(tmp_path) as bench:
        yield bench


class FakeTrustpilot:
    """One company, mandarine.fr, and its reviews, the oldest first."""

    def __init__(self) -> None:
        self.http = LoopbackServer({"*": self._answer})
        self.reviews: list[dict[str, Any]] = []

    def say(self, number: int, at: int, **changes: Any) -> dict[str, Any]:
        """Somebody writes a review."""
        review = {
            "id": f"{number:024x}",
            "stars": 1 + number % 5,
            "title": f"Avis {number}",
            "text": f"Texte {number} & <3",
            "language": "fr",
            "createdAt": iso(at),
            "updatedAt": None,
            "isVerified": True,
            "numberOfLikes": 2,
            "companyReply": None,
            "consumer": {"id": "c1", "displayName": "Léa", "numberOfReviews": 3, "displayLocation": "Lyon, FR"},
            **changes,
        }
        self.reviews.append(review)
        return review

    async def _answer(self, request: Request, writer: Any) -> None:
        parts = urlsplit(request.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        await self._plain(request, parts.path, query)(request, writer)

    def _plain(self, request: Request, path: str, query: dict[str, str]) -> Answer:
        if request.headers.get("apikey") != KEY:
            return Answer(b'{"message": "Invalid ApiKey"}', 401)
        if path == "/v1/business-units/find":
            if query["name"] != "mandarine.fr":
                return Answer(b'{"message": "Not found"}', 404)
            return _json({"id": UNIT, "displayName": "Mandarine", "name": {"identifying": "mandarine.fr"}})
        assert path == f"/v1/business-units/{UNIT}/reviews"
        assert (query["perPage"], query["orderBy"]) == ("100", "createdat.desc")
        start = (int(query["page"]) - 1) * 100
        return _json({"links": [], "reviews": self.reviews[::-1][start : start + 100]})


def _json(value: Any) -> Answer:
    return Answer(json.dumps(value).encode(), 200, {"Content-Type": "application/json"})


def settings(server: FakeTrustpilot, **chosen: Any) -> TrustpilotSettings:
    """A source of that server."""
    chosen = {"companies": ("mandarine.fr",), **chosen}
    return TrustpilotSettings(name="avis", key=KEY, server=server.http.url(""), allow_private=True, **chosen)


async def test_reviews_come_once_and_again_when_they_were_changed_or_answered(bench: Bench) -> None:
    server = FakeTrustpilot()
    async with server.http:
        for number in range(120):
            server.say(number, NOON - DAY + number * MINUTE)
        source = await bench.source(settings(server), clock_at(NOON))
        first = await poll(source)
        assert len(natives(first)) == len(set(natives(first))) == 100
        draft = next(each for each in drafts(first) if each.title == "Avis 118")
        assert (draft.kind, draft.rating, draft.lang, draft.likes) == (Kind.REVIEW, 4.0, "fr", 2)
        assert (draft.text, draft.author, draft.handle) == ("Texte 118 & <3", "Léa", "c1")
        assert (draft.published, draft.edited, draft.backfill) == (NOON - DAY + 118 * MINUTE, None, True)
        assert natives(await poll(source, first[-1].cursor)) == []

        changed, answered = server.reviews[110], server.reviews[111]
        changed |= {"text": "Tout est réglé", "stars": 5, "updatedAt": iso(NOON - HOUR)}
        answered["companyReply"] = {"text": "Merci de votre avis", "createdAt": iso(NOON - HOUR), "updatedAt": None}
        second = await poll(source, first[-1].cursor)
        by_id = {each.native_id: each for each in drafts(second)}
        assert set(by_id) == {changed["id"], answered["id"], f"{answered['id']}/reply"}
        assert (by_id[changed["id"]].rating, by_id[changed["id"]].edited) == (5.0, NOON - HOUR)
        answer = by_id[f"{answered['id']}/reply"]
        assert (answer.kind, answer.parent_id, answer.author) == (Kind.REPLY, answered["id"], "Mandarine")
        assert natives(await poll(source, second[-1].cursor)) == []


async def test_an_outage_is_read_up_page_by_page_though_it_is_killed_and_more_is_written(bench: Bench) -> None:
    server = FakeTrustpilot()
    async with server.http:
        server.say(0, NOON - 2 * DAY)
        source = await bench.source(settings(server), clock_at(NOON))
        start = (await poll(source))[-1].cursor
        for number in range(1, 351):
            server.say(number, NOON - DAY + number * MINUTE)
        stored, cursor = await collect_killed(source, [2], start)
        for number in range(351, 370):
            server.say(number, NOON - HOUR + number)
        stored += await poll(source, cursor)
        assert set(natives(stored)) == {each["id"] for each in server.reviews[1:]}


async def test_a_company_that_is_not_there_stops_no_other_and_a_bad_key_all(bench: Bench) -> None:
    server = FakeTrustpilot()
    async with server.http:
        server.say(1, NOON - HOUR)
        source = await bench.source(settings(server, companies=("absente.fr", "mandarine.fr")), clock_at(NOON))
        batches, error = await poll_failing(source)
        assert error.reason.code == "account-unknown"
        assert len(natives(batches)) == 1
        bad = TrustpilotSettings(
            name="avis", key="env:OTHER", companies=(UNIT,), server=server.http.url(""), allow_private=True
        )
        _batches, error = await poll_failing(await bench.source(bad, clock_at(NOON)))
        assert error.reason.code == "unauthorised"


async def test_it_keeps_what_every_source_promises_and_its_key_to_itself(bench: Bench) -> None:
    server = FakeTrustpilot()
    async with server.http:
        for number in range(150):
            server.say(number, NOON - DAY + number * MINUTE)
        source = await bench.source(settings(server), clock_at(NOON))
        findings = await try_contract(lambda: source, now=lambda: NOON, secrets=[KEY])
        assert [each for each in findings if each.kept is False] == []
        assert not any("TRUSTPILOT" in request.path for request in server.http.requests)


@pytest.mark.parametrize(
    ("companies", "keys"),
    [
        ((), [("companies",)]),
        (("https://www.trustpilot.com/review/mandarine.fr",), [("companies", 0)]),
        ((UNIT, "mandarine.fr"), []),
    ],
)
def test_what_cannot_be_meant_is_told(companies: tuple[str, ...], keys: list[Any]) -> None:
    troubles = [*TrustpilotSettings(name="avis", key=KEY, companies=companies).troubles()]
    assert [each.at for each in troubles] == keys
    assert all(each.hint in ("", "mandarine.fr") for each in troubles)
