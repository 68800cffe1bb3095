"""Any JSON API by its mapping: pages, cursors, dates, markup, and what a mapping gets wrong. The APIs are ours."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from socialhub.config import ConfigProblems, load
from socialhub.errors import SourceError
from socialhub.model import Deletion
from socialhub.sources import create
from socialhub.sources.base import Source
from socialhub.sources.kinds.json import JsonFields, JsonSettings
from socialhub.sources.newest_first import is_under_way
from tests.servers import NOON, Answer, LoopbackServer, Request, clock_at, make_client, make_context
from tests.sources.gathering import collect_killed, deletions, drafts, natives, poll

FIELDS = JsonFields(native_id="id", text="body.text", published_at="at", author="by[0].name", likes="votes.up")


def post(number: int, **keys: Any) -> dict[str, Any]:
    return {
        "id": number,
        "body": {"text": f"post {number}"},
        "at": 1_795_262_400 - 3_600 + number * 60,
        "by": [{"name": "Léa"}],
        "votes": {"up": number},
        **keys,
    }


class Api:
    """A server whose posts are asked for in one of the usual ways; it remembers what it was asked."""

    def __init__(self, answer: Callable[[dict[str, Any], list[dict[str, Any]]], Any]) -> None:
        self.posts: list[dict[str, Any]] = []
        self.asked: list[dict[str, Any]] = []
        self.headers: list[str] = []
        self._answer = answer

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        query: dict[str, Any] = {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}
        if request.method == "POST":
            assert request.headers["content-type"] == "application/json"
            query = json.loads(request.body)
        self.asked.append(query)
        self.headers.append(request.headers.get("authorization", ""))
        await Answer(json.dumps(self._answer(query, self.posts)).encode())(request, writer)


def source(server: LoopbackServer, **settings: Any) -> Source:
    given: dict[str, Any] = {"name": "crm", "url": server.url("/api"), "fields": FIELDS, "allow_private": True}
    return create(JsonSettings(**{**given, **settings}), make_context(make_client(), clock_at(NOON)))


def numbered(query: dict[str, str], posts: list[dict[str, Any]]) -> Any:
    """Pages by number, the newest first, three a page."""
    start = 3 * (int(query["page"]) - 1)
    return {"results": posts[::-1][start : start + 3]}


async def test_what_an_item_says_is_read_by_the_mapping() -> None:
    api = Api(lambda _query, posts: posts)
    api.posts = [post(7)]
    async with LoopbackServer({"*": api}) as server:
        (draft,) = drafts(await poll(source(server)))
    assert (draft.native_id, draft.text, draft.author, draft.likes) == ("7", "post 7", "Léa", 7)
    assert draft.published == NOON - 3_600_000 + 7 * 60_000
    assert json.loads(draft.raw)["votes"] == {"up": 7}


async def test_pages_by_number_are_walked_down_to_what_is_known() -> None:
    api = Api(numbered)
    api.posts = [post(number) for number in range(1, 6)]
    async with LoopbackServer({"*": api}) as server:
        crm = source(server, items="results", page_param="page")
        first = await poll(crm)
        assert sorted(map(int, natives(first))) == [1, 2, 3, 4, 5]
        api.posts += [post(number) for number in range(6, 15)]
        api.asked.clear()
        second = await poll(crm, first[-1].cursor)
        assert set(natives(second)) >= {str(number) for number in range(6, 15)}
        assert [query["page"] for query in api.asked] == ["1", "2", "3", "4"]
        api.asked.clear()
        await poll(crm, second[-1].cursor)
        assert len(api.asked) == 1


@pytest.mark.parametrize("kills", [[0], [1], [1, 1], [2, 1, 1]])
async def test_nothing_is_lost_when_it_is_killed_between_pages(kills: list[int]) -> None:
    api = Api(numbered)
    api.posts = [post(1)]
    async with LoopbackServer({"*": api}) as server:
        crm = source(server, items="results", page_param="page")
        cursor = (await poll(crm))[-1].cursor
        api.posts += [post(number) for number in range(2, 13)]
        batches, _cursor = await collect_killed(crm, kills, cursor)
    assert {int(native) for native in natives(batches)} >= set(range(2, 13))


def by_cursor(query: dict[str, str], posts: list[dict[str, Any]]) -> Any:
    """Pages by an opaque cursor, the oldest first, three a page."""
    start = int(query.get("after", "c0").removeprefix("c"))
    page = posts[start : start + 3]
    return {"data": page, "paging": {"cursor": f"c{start + len(page)}" if start + 3 < len(posts) else None}}


async def test_the_oldest_first_go_on_by_a_cursor() -> None:
    api = Api(by_cursor)
    api.posts = [post(number) for number in range(1, 8)]
    settings = {"items": "data", "order": "oldest", "next": "paging.cursor", "next_param": "after"}
    async with LoopbackServer({"*": api}) as server:
        crm = source(server, **settings)
        first = await poll(crm)
        assert natives(first) == [str(number) for number in range(1, 8)]
        api.posts += [post(8), post(9)]
        assert natives(await poll(crm, first[-1].cursor))[-2:] == ["8", "9"]


async def test_more_than_a_poll_may_read_is_read_by_the_next_one() -> None:
    api = Api(by_cursor)
    api.posts = [post(number) for number in range(1, 13)]
    settings = {"items": "data", "order": "oldest", "next": "paging.cursor", "next_param": "after", "most_pages": 2}
    async with LoopbackServer({"*": api}) as server:
        crm = source(server, **settings)
        first = await poll(crm)
        assert len(natives(first)) == 6
        assert is_under_way(first[-1].cursor)
        second = await poll(crm, first[-1].cursor)
    assert natives([*first, *second]) == [str(number) for number in range(1, 13)]
    assert not is_under_way(second[-1].cursor)


@pytest.mark.parametrize("since", [{}, {"since_param": "since", "since_form": "seconds"}])
async def test_a_place_that_is_known_no_more_is_left_and_all_is_read_anew(since: dict[str, str]) -> None:
    def newer(query: dict[str, str], posts: list[dict[str, Any]]) -> Any:
        return by_cursor(query, [post for post in posts if post["at"] > int(query.get("since", 0))])

    api, refused = Api(newer), list[str]()
    api.posts = [post(number) for number in range(1, 13)]
    settings = {"items": "data", "order": "oldest", "next": "paging.cursor", "next_param": "after", "most_pages": 2}

    async def stale(request: Request, writer: asyncio.StreamWriter) -> None:
        if "after=c6" in request.path and not refused:
            refused.append(request.path)
            await Answer(b'{"error": "expired cursor"}', 400)(request, writer)
        else:
            await api(request, writer)

    async with LoopbackServer({"*": stale}) as server:
        crm = source(server, **settings, **since)
        first = await poll(crm)
        assert len(natives(first)) == 6
        second = await poll(crm, first[-1].cursor)
        third = await poll(crm, second[-1].cursor)
    assert refused
    assert {*natives(first), *natives(second), *natives(third)} == {str(number) for number in range(1, 13)}


@pytest.mark.parametrize(
    ("form", "expected"),
    [("iso", "2026-11-21T11:05:00Z"), ("seconds", "1795259100"), ("milliseconds", "1795259100000")],
)
async def test_it_asks_for_what_is_newer(form: str, expected: str) -> None:
    api = Api(lambda _query, posts: posts)
    api.posts = [post(5), post(4)]
    async with LoopbackServer({"*": api}) as server:
        crm = source(server, since_param="updated_after", since_form=form)
        first = await poll(crm)
        await poll(crm, first[-1].cursor)
    assert api.asked == [{}, {"updated_after": expected}]


async def test_the_token_goes_to_the_configured_host_only() -> None:
    async with LoopbackServer(host="127.0.0.2") as other:
        api = Api(lambda _query, posts: {"data": posts, "next": other.url("/api?page=2")})
        api.posts = [post(1)]
        async with LoopbackServer({"*": api}) as server:
            crm = source(server, items="data", next="next", token="the-token", token_scheme="Token")
            with pytest.raises(SourceError) as caught:
                await poll(crm)
    assert api.headers == ["Token the-token"]
    assert other.requests == []
    assert caught.value.reason.code == "unexpected-shape"


async def test_the_next_address_may_be_relative() -> None:
    def answer(query: dict[str, str], posts: list[dict[str, Any]]) -> Any:
        return {"data": posts[1:], "next": None} if query else {"data": posts[:1], "next": "/api?page=2"}

    api = Api(answer)
    api.posts = [post(2), post(1)]
    async with LoopbackServer({"*": api}) as server:
        assert natives(await poll(source(server, items="data", next="next"))) == ["2", "1"]


GRAPH = """{"query": "query Posts($after: String, $since: Int) { posts }", "variables": {"first": 3, "since": 0}}"""


def by_graphql(query: dict[str, Any], posts: list[dict[str, Any]]) -> Any:
    """Pages of three, the newest first, by a cursor in the variables of a posted question."""
    asked = query["variables"]
    assert query["query"].startswith("query Posts")
    assert asked["first"] == 3
    assert type(asked["since"]) is int
    found = [each for each in posts[::-1] if each["at"] > asked["since"]]
    start = int(asked.get("after", "c0").removeprefix("c"))
    end = start + 3
    page = {"endCursor": f"c{end}" if end < len(found) else None}
    return {"data": {"posts": {"nodes": found[start:end], "pageInfo": page}}}


async def test_a_question_is_posted_with_its_cursor_in_the_body() -> None:
    api = Api(by_graphql)
    api.posts = [post(number) for number in range(1, 5)]
    settings = {
        "body": GRAPH,
        "items": "data.posts.nodes",
        "next": "data.posts.pageInfo.endCursor",
        "next_param": "variables.after",
        "since_param": "variables.since",
        "since_form": "seconds",
        "token": "the-token",
    }
    async with LoopbackServer({"*": api}) as server:
        crm = source(server, **settings)
        first = await poll(crm)
        assert sorted(map(int, natives(first))) == [1, 2, 3, 4]
        assert "after" not in api.asked[0]["variables"]
        assert api.asked[1]["variables"] == {"first": 3, "since": 0, "after": "c3"}
        api.posts += [post(number) for number in range(5, 14)]
        api.asked.clear()
        batches, cursor = await collect_killed(crm, [1, 1], first[-1].cursor)
        assert {int(native) for native in natives(batches)} >= set(range(5, 14))
        assert {each["variables"]["since"] for each in api.asked} == {post(4)["at"]}
        assert natives(await poll(crm, cursor)) == []
        assert set(api.headers) == {"Bearer the-token"}
        assert {request.method for request in server.requests} == {"POST"}


async def test_pages_of_a_posted_question_are_numbers_at_any_depth() -> None:
    api = Api(lambda query, posts: {"results": numbered({"page": query["paging"]["page"]}, posts)["results"]})
    api.posts = [post(number) for number in range(1, 8)]
    async with LoopbackServer({"*": api}) as server:
        crm = source(server, body='{"q": "fibre"}', items="results", page_param="paging.page", most_pages=9)
        assert len(natives(await poll(crm))) == 6
    assert [each["paging"]["page"] for each in api.asked] == [1, 2]
    assert all(each["q"] == "fibre" for each in api.asked)


async def test_markup_becomes_text_where_the_config_says_that_it_is_markup() -> None:
    api = Api(lambda _query, _posts: [post(1, body={"text": "<p>Plus de <b>fibre</b> &amp; de box</p>"})])
    async with LoopbackServer({"*": api}) as server:
        assert drafts(await poll(source(server, html=True)))[0].text == "Plus de fibre & de box"


async def test_an_item_without_a_date_counts_from_now_when_none_is_mapped() -> None:
    api = Api(lambda _query, _posts: [{"id": "a", "text": "bonjour"}])
    async with LoopbackServer({"*": api}) as server:
        (draft,) = drafts(await poll(source(server, fields=JsonFields(native_id="id", text="text"))))
    assert abs((draft.published or 0) - NOON) < 60_000


async def test_what_is_deleted_comes_as_a_deletion() -> None:
    api = Api(lambda _query, _posts: [{"id": "a", "gone": True}, post(2)])
    fields = JsonFields(native_id="id", text="body.text", published_at="at", deleted="gone")
    async with LoopbackServer({"*": api}) as server:
        batches = await poll(source(server, fields=fields))
    assert deletions(batches) == [Deletion("a")]


async def test_an_item_that_cannot_be_read_costs_no_other() -> None:
    api = Api(lambda _query, _posts: [post(1), {"id": None}, "text", post(2, at="not a date"), post(3)])
    async with LoopbackServer({"*": api}) as server:
        (batch,) = await poll(source(server))
    assert natives([batch]) == ["1", "3"]
    assert batch.skipped == 3


@pytest.mark.parametrize(
    ("settings", "detail"),
    [({"items": "nothing.here"}, "items"), ({"fields": JsonFields(native_id="uuid", text="text")}, "native_id")],
)
async def test_a_mapping_that_fits_nothing_is_told(settings: dict[str, Any], detail: str) -> None:
    api = Api(lambda _query, posts: posts)
    api.posts = [post(1), post(2)]
    async with LoopbackServer({"*": api}) as server:
        with pytest.raises(SourceError) as caught:
            await poll(source(server, **settings))
    assert caught.value.reason.code == "unexpected-shape"
    assert detail in str(caught.value.reason.values["detail"])


# ---- the config --------------------------------------------------------------------------------------------------


def problems(folder: Path, lines: str) -> list[str]:
    path = folder / "config.toml"
    topic = '[[topics]]\nname = "Fibre"\nkind = "brand"\nquery = "fibre"\n'
    start = '[[sources]]\nname = "crm"\nkind = "json"\nurl = "https://example.org/api"\n'
    path.write_text(f"{topic}{start}{lines}")
    try:
        load(path)
    except ConfigProblems as error:
        return [each.key for each in error.problems if not each.warning]
    return []


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ('fields = { native_id = "id", text = "text" }', []),
        ('[sources.fields]\nnative_id = "id"\ntitle = "name"', []),
        ("", ["sources[1]"]),
        ('fields = { text = "text" }', ["sources[1].fields"]),
        ('fields = { native_id = "id" }', ["sources[1].fields"]),
        ('fields = { native_id = "id[", text = "text" }', ["sources[1].fields.native_id"]),
        ('fields = { native_id = "id", txet = "text", text = "a" }', ["sources[1].fields.txet"]),
        ('items = "a b"\nfields = { native_id = "id", text = "a" }', ["sources[1].items"]),
        ('next = "n"\npage_param = "page"\nfields = { native_id = "id", text = "a" }', ["sources[1].page_param"]),
        ('body = "{1}"\nfields = { native_id = "id", text = "a" }', ["sources[1].body"]),
        ('body = "[]"\nfields = { native_id = "id", text = "a" }', ["sources[1].body"]),
        ('body = \'{"a": 1}\'\nfields = { native_id = "id", text = "a" }', []),
        ('next_param = "n"\nfields = { native_id = "id", text = "a" }', ["sources[1].next_param"]),
        ('order = "oldest"\nfields = { native_id = "id", text = "a" }', ["sources[1].order"]),
    ],
)
def test_what_is_wrong_with_a_mapping_is_told_where_it_stands(tmp_path: Path, lines: str, wrong: list[str]) -> None:
    assert [key for key in problems(tmp_path, lines) if key in wrong or not wrong] == wrong


def test_a_mapping_is_exported_as_it_was_written(tmp_path: Path) -> None:
    from socialhub.config import read
    from socialhub.config.export import to_toml

    assert problems(tmp_path, 'fields = { native_id = "id", text = "body.text" }\nmost_pages = 3') == []
    config = load(tmp_path / "config.toml")
    exported = read(to_toml(config), tmp_path / "again.toml")
    assert to_toml(exported) == to_toml(config)
    assert [each.fields for each in exported.sources if isinstance(each, JsonSettings)] == [
        JsonFields(native_id="id", text="body.text")
    ]
