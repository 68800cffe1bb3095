"""Reviews of the App Store in the shapes that its feeds are documented to have (written by us)."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest

from socialhub.sources import create
from socialhub.sources.base import Source
from socialhub.sources.kinds.appstore import AppStoreSettings
from tests.servers import Answer, Behaviour, LoopbackServer, Request, make_client, make_context
from tests.sources.gathering import collect_killed, drafts, natives, poll, poll_failing

APP = "1234567"
ITSELF: dict[str, Any] = {"im:name": {"label": "Mandarine et moi"}, "id": {"label": "https://apps.apple.com/app"}}


def review(number: int, **keys: Any) -> dict[str, Any]:
    label = {"id": number, "title": "Ne marche plus", "im:rating": 1, "im:version": "4.2", "content": f"Avis {number}"}
    return {
        **{name: {"label": str(value)} for name, value in label.items()},
        "author": {"name": {"label": "Léa"}, "uri": {"label": "https://itunes.apple.com/fr/reviews/id77"}},
        "updated": {"label": f"2026-11-21T{number % 24:02}:00:00-07:00"},
        "link": {"attributes": {"rel": "related", "href": f"https://itunes.apple.com/fr/review?id={number}"}},
        **keys,
    }


def atom(rows: list[dict[str, Any]]) -> bytes:
    entries = "".join(
        f"<entry><updated>{row['updated']['label']}</updated><id>{row['id']['label']}</id>"
        f"<title>{row['title']['label']}</title><content type='text'>{row['content']['label']}</content>"
        f"<im:rating>{row['im:rating']['label']}</im:rating><im:version>{row['im:version']['label']}</im:version>"
        f"<author><name>Léa</name><uri>{row['author']['uri']['label']}</uri></author>"
        f"<content type='html'>&lt;table&gt;&lt;/table&gt;</content></entry>"
        for row in rows
    )
    head = "<feed xmlns:im='http://itunes.apple.com/rss' xmlns='http://www.w3.org/2005/Atom' xml:lang='fr'>"
    return f"<?xml version='1.0' encoding='utf-8'?>{head}<id>x</id><title>Avis</title>{entries}</feed>".encode()


class Store:
    """Apple's server: ten pages of `size` reviews, the newest first."""

    def __init__(self, reviews: list[dict[str, Any]], size: int = 50) -> None:
        self.reviews, self.size = reviews, size
        self.json_status = 200
        self.asked: list[str] = []

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        self.asked.append(request.path)
        found = re.fullmatch(
            r"/(\w\w)/rss/customerreviews/page=(\d+)/id=(\d+)/sortby=mostRecent/(json|xml)", request.path
        )
        if found is None or found[3] != APP:
            await Answer(status=404)(request, writer)
            return
        start = (int(found[2]) - 1) * self.size
        page = self.reviews[start : start + self.size]
        if found[4] == "xml":
            await Answer(atom(page), headers={"Content-Type": "application/atom+xml"})(request, writer)
            return
        feed: dict[str, Any] = {"author": {}, "title": {"label": "Avis"}}
        if page:
            feed["entry"] = page[0] if len(page) == 1 else [ITSELF, *page]
        await Answer(json.dumps({"feed": feed}).encode(), self.json_status)(request, writer)


def source(server: LoopbackServer, **settings: Any) -> Source:
    given = AppStoreSettings(name="avis", apps=(APP,), server=server.url(""), allow_private=True, **settings)
    return create(given, make_context(make_client()))


async def test_a_review_is_read_whole() -> None:
    async with LoopbackServer({"*": Store([review(9), review(8)])}) as server:
        first, _second = drafts(await poll(source(server)))
    assert (first.native_id, first.title, first.text, first.rating) == ("9", "Ne marche plus", "Avis 9", 1.0)
    assert (first.author, first.handle, first.kind, first.site) == ("Léa", "id77", "review", "apps.apple.com")
    assert first.published == 1_795_276_800_000
    assert first.bio == "v4.2"
    assert first.url.endswith("review?id=9")


@pytest.mark.parametrize("count", [0, 1, 2])
async def test_no_review_and_a_single_one_have_shapes_of_their_own(count: int) -> None:
    async with LoopbackServer({"*": Store([review(number) for number in range(count)])}) as server:
        assert len(drafts(await poll(source(server)))) == count


@pytest.mark.parametrize("status", [502, 404, 400])
async def test_where_json_fails_atom_is_read(status: int) -> None:
    store = Store([review(9), review(8)])
    async with LoopbackServer({"*": store}) as server:
        from_json = drafts(await poll(source(server)))
        store.json_status = status
        from_atom = drafts(await poll(source(server)))
    assert [
        (each.native_id, each.text, each.rating, each.published, each.author, each.handle, each.bio)
        for each in from_atom
    ] == [
        (each.native_id, each.text, each.rating, each.published, each.author, each.handle, each.bio)
        for each in from_json
    ]


async def test_json_without_dates_is_not_believed() -> None:
    rows = [review(9, updated={"label": ""}), review(8, updated={"label": ""})]

    class Dated(Store):
        async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
            self.reviews = rows if request.path.endswith("json") else [review(9), review(8)]
            await super().__call__(request, writer)

    async with LoopbackServer({"*": Dated([])}) as server:
        assert all(draft.published for draft in drafts(await poll(source(server))))


@pytest.mark.parametrize("kills", [[0], [1], [2, 1]])
async def test_nothing_is_lost_between_polls(kills: list[int]) -> None:
    store = Store([review(1)], size=3)
    async with LoopbackServer({"*": store}) as server:
        avis = source(server)
        cursor = (await poll(avis))[-1].cursor
        store.reviews = [review(number) for number in range(12, 0, -1)]
        batches, cursor = await collect_killed(avis, kills, cursor)
        assert {int(native) for native in natives(batches)} >= set(range(2, 13))
        store.asked.clear()
        await poll(avis, cursor)
        assert len(store.asked) == 1


async def test_countries_are_asked_apart_and_one_that_fails_costs_no_other() -> None:
    store = Store([review(2), review(1)])
    page = "/be/rss/customerreviews/page=1/id=1234567/sortby=mostRecent"
    behaviours: dict[str, Behaviour] = {"*": store, f"{page}/json": Answer(b"oops"), f"{page}/xml": Answer(b"<html>")}
    async with LoopbackServer(behaviours) as server:
        batches, error = await poll_failing(source(server, countries=("be", "fr")))
    assert natives(batches) == ["2", "1"]
    assert error.reason.code == "not-a-feed"
