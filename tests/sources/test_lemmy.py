"""Lemmy by both versions of its API, on loopback servers in the shapes that its client documents (written by us)."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from socialhub.model import Deletion
from socialhub.sources import create
from socialhub.sources.contract import try_contract
from socialhub.sources.kinds.lemmy import LemmySettings
from socialhub.sources.lemmy import LemmySource
from tests.servers import NOON, Answer, LoopbackServer, Request, clock_at, make_client, make_context
from tests.sources.gathering import collect_killed, deletions, drafts, natives, poll, poll_failing

Row = dict[str, Any]
HOME = "https://lemmy.example"


def moment(number: int) -> str:
    return f"2026-11-21T{number // 60 % 12:02}:{number % 60:02}:00.123456Z"


class Lemmy:
    """A server of one version: its posts and comments, fifty a page, by cursors or by numbers."""

    def __init__(self, version: int, posts: int = 0, comments: int = 0) -> None:
        self.version = version
        self.rows: dict[str, list[Row]] = {"post": [], "comment": []}
        for number in range(1, posts + 1):
            self.say("post", number)
        for number in range(1, comments + 1):
            self.say("comment", number)
        self.asked: list[str] = []
        self.fault: Answer | None = None

    def say(self, what: str, number: int, **keys: Any) -> None:
        """A new post or comment, with what stands beside it in this version."""
        when = {"published_at" if self.version == 4 else "published": moment(number)}
        counted = {"score": 7, "comments": 2, "child_count": 1}
        body = {"name": f"Fibre {number}", "body": f"Panne & {number}", "url": "https://example.org/a"}
        if what == "comment":
            body = {"content": f"Pareil {number}", "path": f"0.4.{number}", "post_id": 3}  # type: ignore[dict-item]
        said = {"id": number, "ap_id": f"{HOME}/{what}/{number}", "language_id": 47, **body, **when, **keys}
        creator = {"name": "lea", "display_name": "Léa", "ap_id" if self.version == 4 else "actor_id": f"{HOME}/u/lea"}
        view: Row = {what: said, "creator": creator, "community": {"name": "fibre"}}
        if what == "comment":
            view["post"] = {"id": 3, "ap_id": f"{HOME}/post/3", "featured_community": False}
        if self.version == 4:
            said |= counted
            view["type_"] = what
        else:
            view["counts"] = counted
        self.rows[what].insert(0, view)

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        self.asked.append(request.path)
        path, query = urlsplit(request.path).path, parse_qs(urlsplit(request.path).query)
        answer = Answer(b'{"error": "unknown"}', 404)
        if path == f"/api/v{self.version}/site":
            languages = [{"id": 0, "code": "und"}, {"id": 47, "code": "fr"}]
            answer = Answer(json.dumps({"site_view": {}, "all_languages": languages}).encode())
        elif self.fault is not None:
            answer = self.fault
        elif path.startswith(f"/api/v{self.version}/"):
            answer = self.listed(
                path.removeprefix(f"/api/v{self.version}/"), {key: value[0] for key, value in query.items()}
            )
        await answer(request, writer)

    def listed(self, path: str, query: dict[str, str]) -> Answer:
        if path in ("post", "comment"):
            found = [view for view in self.rows[path] if str(view[path]["id"]) == query["id"]]
            if not found:
                return Answer(b'{"error": "not_found"}', 404)
            return Answer(json.dumps({f"{path}_view": found[0]}).encode())
        new = "new" if self.version == 4 else "New"
        assert (query["sort"], query["limit"]) == (new, "50")
        what = query["type_"].lower().removesuffix("s") if path == "search" else path.partition("/")[0]
        if path == "search":
            assert query["search_term" if self.version == 4 else "q"] == "fibre"
        rows = self.rows[what]
        start = int(query.get("page_cursor", "c0")[1:])
        if self.version == 3 and (what == "comment" or path == "search"):
            assert "page_cursor" not in query
            start = (int(query.get("page", "1")) - 1) * 50
        page: Row = {
            ("search" if path == "search" else "items") if self.version == 4 else f"{what}s": rows[start : start + 50]
        }
        if (self.version == 4 or path == "post/list") and start + 50 < len(rows):
            page["next_page"] = f"c{start + 50}"
        return Answer(json.dumps(page).encode())


def source(server: LoopbackServer, **keys: Any) -> LemmySource:
    settings = LemmySettings(name="lemmy", server=server.url(""), allow_private=True, **(keys or {"public": "all"}))
    clock = clock_at(NOON)
    made = create(settings, make_context(make_client(clock=clock), clock))
    assert isinstance(made, LemmySource)
    return made


@pytest.mark.parametrize("version", [3, 4])
async def test_posts_and_comments_are_read_whole_in_both_versions(version: int) -> None:
    lemmy = Lemmy(version, posts=1, comments=1)
    async with LoopbackServer({"*": lemmy}) as server:
        written, said = drafts(await poll(source(server)))
    assert (written.native_id, written.canonical_id, written.url) == ("post/1", f"{HOME}/post/1", f"{HOME}/post/1")
    assert (written.title, written.text, written.links) == ("Fibre 1", "Panne & 1", ("https://example.org/a",))
    assert (written.author, written.handle, written.site) == ("Léa", "lea@lemmy.example", "lemmy.example")
    assert (written.likes, written.replies, written.lang) == (7, 2, "fr")
    assert written.published == NOON - 11 * 3_600_000 - 59 * 60_000 + 123
    assert (said.native_id, said.text, said.kind, said.parent_id) == ("comment/1", "Pareil 1", "comment", "comment/4")
    assert (said.likes, said.replies, said.title) == (7, 1, "")


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("keys", [{"public": "all"}, {"search": ("fibre",)}, {"communities": ("fibre",)}], ids=str)
async def test_nothing_is_lost_between_polls(version: int, keys: dict[str, Any]) -> None:
    lemmy = Lemmy(version, posts=1, comments=1)
    async with LoopbackServer({"*": lemmy}) as server:
        cursor = (await poll(source(server, **keys)))[-1].cursor
        for number in range(2, 140):
            lemmy.say("post", number)
            lemmy.say("comment", number)
        batches, cursor = await collect_killed(source(server, **keys), [1, 2, 0], cursor)
        expected = {f"{what}/{number}" for what in ("post", "comment") for number in range(2, 140)}
        assert set(natives(batches)) >= expected
        assert not any(draft.backfill for draft in drafts(batches))
        lemmy.asked.clear()
        await poll(source(server, **keys), cursor)
    # The version is found out anew by each source, then one page of each list.
    assert len(lemmy.asked) == (3 if version == 4 else 4)


async def test_what_is_pinned_does_not_hide_what_is_new() -> None:
    lemmy = Lemmy(3, posts=1)
    lemmy.say("post", 2, featured_community=True)
    async with LoopbackServer({"*": lemmy}) as server:
        only = {"communities": ("fibre",), "comments": False}
        cursor = (await poll(source(server, **only)))[-1].cursor
        pinned = lemmy.rows["post"].pop(0)
        for number in range(3, 120):
            lemmy.say("post", number)
        lemmy.rows["post"].insert(0, pinned)
        batches = await poll(source(server, **only), cursor)
    assert set(natives(batches)) >= {f"post/{number}" for number in range(3, 120)}


@pytest.mark.parametrize("version", [3, 4])
async def test_what_was_taken_away_is_told(version: int) -> None:
    lemmy = Lemmy(version, posts=1)
    lemmy.say("post", 2, deleted=True)
    lemmy.say("comment", 5, removed=True)
    async with LoopbackServer({"*": lemmy}) as server:
        batches = await poll(source(server))
        gone = [Deletion("post/2", f"{HOME}/post/2"), Deletion("comment/5", f"{HOME}/comment/5", "removed")]
        assert deletions(batches) == gone
        again = [batch async for batch in source(server).refresh(["post/1", "post/2", "comment/9"])]
    assert natives(again) == ["post/1"]
    assert deletions(again) == [Deletion("post/2", f"{HOME}/post/2"), Deletion("comment/9")]


async def test_a_server_that_knows_no_such_question_deletes_nothing() -> None:
    lemmy = Lemmy(4, posts=1)
    lemmy.fault = Answer(b"<html>not found</html>", 404)
    async with LoopbackServer({"*": lemmy}) as server:
        with pytest.raises(Exception, match="not-found"):
            [batch async for batch in source(server).refresh(["post/1"])]


async def test_a_private_server_is_asked_with_its_token() -> None:
    seen: list[str] = []

    async def private(request: Request, writer: asyncio.StreamWriter) -> None:
        seen.append(request.headers.get("authorization", ""))
        await lemmy(request, writer)

    lemmy = Lemmy(4, posts=1)
    async with LoopbackServer({"*": private}) as server:
        findings = await try_contract(
            lambda: source(server, public="local", token="env:JWT"), lambda: NOON, secrets=["env:JWT"]
        )
    assert set(seen) == {"Bearer env:JWT"}
    assert [each for each in findings if each.kept is False] == []


async def test_each_list_has_its_turn_though_the_server_asks_to_wait() -> None:
    lemmy = Lemmy(4, posts=1, comments=1)
    lists = 0

    async def stingy(request: Request, writer: asyncio.StreamWriter) -> None:
        nonlocal lists
        lists += "/site" not in request.path
        busy = "/site" not in request.path and lists % 2 == 0
        await (Answer(b'{"error": "rate_limit_error"}', 429) if busy else lemmy)(request, writer)

    async with LoopbackServer({"*": stingy}) as server:
        first = await poll(source(server))
        assert (natives(first), first[-1].complete) == (["post/1"], False)
        assert natives(await poll(source(server), first[-1].cursor)) == ["comment/1"]


async def test_a_community_that_is_not_there_costs_no_other() -> None:
    lemmy = Lemmy(4, posts=1)

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        missing = Answer(b'{"error": "not_found"}', 404)
        await (missing if "community_name=rien" in request.path else lemmy)(request, writer)

    async with LoopbackServer({"*": answer}) as server:
        batches, error = await poll_failing(source(server, communities=("rien", "fibre"), comments=False))
    assert natives(batches) == ["post/1"]
    assert (error.reason.code, error.permanent) == ("not-found", False)


@pytest.mark.parametrize("odd", [None, [], {}, "x", -1, True, 1e300])
async def test_values_of_another_kind_cost_nothing_else(odd: Any) -> None:
    lemmy = Lemmy(3, posts=1)
    lemmy.say("post", 2, **dict.fromkeys(("name", "body", "url", "ap_id", "published", "updated", "nsfw"), odd))
    lemmy.rows["post"] += [odd, {"post": odd}, {"post": {"id": 9}, "creator": odd, "counts": odd}]
    async with LoopbackServer({"*": lemmy}) as server:
        assert "post/1" in natives(await poll(source(server, public="all", comments=False)))


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        ({}, [()]),
        ({"communities": ("fibre@lemmy.world", "https://lemmy.world/c/fibre", "!fibre@a.b")}, [1, 2]),
        ({"public": "all"}, []),
    ],
)
def test_what_cannot_be_meant_is_told(keys: dict[str, Any], at: list[Any]) -> None:
    troubles = list(LemmySettings(name="lemmy", server="https://lemmy.world", **keys).troubles())
    assert [each.at if not isinstance(at[0], int) else each.at[1] for each in troubles] == at
    assert all(each.hint in ("", "fibre", "fibre@a.b") for each in troubles)
