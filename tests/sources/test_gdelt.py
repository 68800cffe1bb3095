"""GDELT's index of articles, played by a server of ours that enforces its pace and has its faults."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from socialhub.clock import MINUTE
from socialhub.sources.gdelt import GdeltSource
from socialhub.sources.http import Client
from socialhub.sources.kinds.gdelt import GdeltSettings
from socialhub.sources.notebook import Notebook
from tests.servers import Answer, LoopbackServer, Request, make_client, make_context
from tests.sources.gathering import collect_killed, drafts, poll, poll_failing

REFUSAL = b"Please limit requests to one every 5 seconds or contact us for larger queries."


def article(number: int, **keys: Any) -> dict[str, Any]:
    """One in every quarter of an hour."""
    hours, quarter = divmod(number, 4)
    return {
        "url": f"https://www.ouest-journal.example/{number}?utm=x",
        "title": f"Panne numéro {number} ",
        "seendate": f"202611{1 + hours // 24:02}T{hours % 24:02}{quarter * 15:02}00Z",
        "domain": "ouest-journal.example",
        "language": "French",
        "sourcecountry": "France",
        **keys,
    }


class Gdelt:
    """The newest `most` articles up to a moment; refuses a question that comes too soon."""

    def __init__(self, articles: list[dict[str, Any]], most: int = 250, pace: float = 0.0) -> None:
        self.articles, self.most, self.pace = articles, most, pace
        self.asked: list[dict[str, str]] = []
        self.refused = 0
        self._last = -1e9

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}
        self.asked.append(query)
        now = asyncio.get_running_loop().time()
        if now - self._last < self.pace:
            self.refused += 1
            await Answer(REFUSAL)(request, writer)
            return
        self._last = now
        until = query.get("enddatetime", "9")
        found = [row for row in self.articles if row["seendate"].replace("T", "").removesuffix("Z") <= until]
        found.sort(key=lambda row: row["seendate"], reverse=True)
        body = json.dumps({"articles": found[: self.most]}) if found else ""
        await Answer(body.encode())(request, writer)


def source(server: LoopbackServer, *queries: str, client: Client | None = None, between: float = 0.0) -> GdeltSource:
    settings = GdeltSettings(
        name="gdelt", queries=queries or ("mandarine sourcelang:french",), server=server.url(""), allow_private=True
    )
    return GdeltSource(settings, make_context(client or make_client()), between)


async def test_an_article_is_its_title_and_address() -> None:
    async with LoopbackServer({"*": Gdelt([article(5)])}) as server:
        (draft,) = drafts(await poll(source(server)))
    assert (draft.title, draft.lang, draft.kind) == ("Panne numéro 5", "fr", "article")
    assert (draft.site, draft.author) == ("ouest-journal.example", "ouest-journal.example")
    assert draft.published == 1_793_495_700_000
    assert draft.canonical_id.startswith("news:")


async def test_the_pace_is_kept_for_all_sources_together() -> None:
    gdelt = Gdelt([article(5)], pace=0.25)
    async with LoopbackServer({"*": gdelt}) as server:
        client = make_client()
        # Each source notes what it exchanges in a notebook of its own.
        one = source(server, "mandarine", "clementine", client=client.noted_in(Notebook()), between=0.3)
        two = source(server, "fibre optique", client=client.noted_in(Notebook()), between=0.3)
        await asyncio.gather(poll(one), poll(two))
    assert len(gdelt.asked) == 3
    assert gdelt.refused == 0


@pytest.mark.parametrize("kills", [[0], [1], [1, 1]])
async def test_after_a_day_and_more_away_nothing_is_missing(kills: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socialhub.sources.gdelt.MOST_RECORDS", 40)
    gdelt = Gdelt([article(number) for number in range(10)], most=40)
    async with LoopbackServer({"*": gdelt}) as server:
        journals = source(server)
        cursor = (await poll(journals))[-1].cursor
        gdelt.articles += [article(number) for number in range(10, 150)]
        batches, cursor = await collect_killed(journals, kills, cursor)
        assert {draft.url for draft in drafts(batches)} >= {article(number)["url"] for number in range(10, 150)}
        gdelt.asked.clear()
        await poll(journals, cursor)
    assert len(gdelt.asked) == 1


async def test_nothing_found_is_no_error() -> None:
    async with LoopbackServer({"*": Gdelt([])}) as server:
        assert drafts(await poll(source(server))) == []


async def test_characters_that_json_forbids_are_read_all_the_same() -> None:
    body = json.dumps({"articles": [article(1)]}).replace("num", "n\x0bum").encode()
    async with LoopbackServer({"*": Answer(body)}) as server:
        assert drafts(await poll(source(server)))[0].title == "Panne n uméro 1"


async def test_an_article_without_an_address_costs_no_other() -> None:
    body = json.dumps({"articles": [article(1, url="javascript:1"), {"title": "x"}, article(2)]}).encode()
    async with LoopbackServer({"*": Answer(body)}) as server:
        (batch,) = await poll(source(server))
    assert len(batch.items) == 1
    assert batch.skipped == 2


@pytest.mark.parametrize(
    ("said", "code", "wait"),
    [
        (REFUSAL, "rate-limited", MINUTE),
        (b"<html><body>The specified phrase is too short.</body></html>", "unexpected-shape", None),
    ],
)
async def test_an_error_with_status_200_is_told_in_its_words(said: bytes, code: str, wait: int | None) -> None:
    async with LoopbackServer({"*": Answer(said, headers={"Content-Type": "text/html"})}) as server:
        _batches, error = await poll_failing(source(server))
    assert (error.reason.code, error.retry_after) == (code, wait)
    if code == "unexpected-shape":
        assert "too short" in error.reason.sentence()
