"""A Discourse forum on loopback, in the shapes that its API documents (written by us)."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from socialhub.errors import SourceError
from socialhub.model import Deletion
from socialhub.sources.contract import try_contract
from socialhub.sources.discourse import DiscourseSource
from socialhub.sources.kinds.discourse import DiscourseSettings
from tests.servers import NOON, Answer, LoopbackServer, Request, clock_at, make_client, make_context
from tests.sources.gathering import collect_killed, deletions, drafts, natives, poll, poll_failing

Row = dict[str, Any]
MISSING = Answer(b'{"errors": ["The requested URL or resource could not be found."], "error_type": "not_found"}', 404)


class Forum:
    """Its posts by id; `private` ids are shown in no list. The id asked for is among the answer when `inclusive`."""

    def __init__(self, inclusive: bool = True) -> None:
        self.posts: dict[int, Row] = {}
        self.private: set[int] = set()
        self.pinned: list[int] = []
        self.inclusive = inclusive
        self.asked: list[str] = []
        self.keys: set[str] = set()

    def say(self, topic: int, number: int, **keys: Any) -> int:
        """A post; its id."""
        identity = max([*self.posts, *self.private], default=0) + 1
        self.posts[identity] = {
            "id": identity,
            "topic_id": topic,
            "topic_slug": f"fibre-{topic}",
            "post_number": number,
            "post_type": 1,
            "name": "Léa",
            "username": "lea",
            "cooked": f'<p>Plus de <b>fibre</b> &amp; {identity} <img class="emoji" src="a"></p>',
            "created_at": f"2026-11-21T{identity // 60 % 12:02}:{identity % 60:02}:00.000Z",
            "updated_at": "2026-11-21T11:59:00.000Z",
            "version": 1,
            "reply_count": 2,
            "reads": 40,
            "reply_to_post_number": None,
            "actions_summary": [{"id": 2, "count": 3}],
            **keys,
        }
        return identity

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        self.asked.append(request.path)
        self.keys |= {
            request.headers[name] for name in ("api-key", "api-username", "user-api-key") if name in request.headers
        }
        path, query = urlsplit(request.path).path, parse_qs(urlsplit(request.path).query)
        found = self.answer(path.removesuffix(".json").strip("/").split("/"), query)
        await (MISSING if found is None else Answer(json.dumps(found).encode()))(request, writer)

    def answer(self, path: list[str], query: dict[str, list[str]]) -> Any:
        page = int(query.get("page", ["0"])[0])
        match path:
            case ["posts"]:
                return self.latest(int(query.get("before", ["0"])[0]))
            case ["posts", "by_number", topic, number]:
                return next((row for row in self.of(topic) if str(row["post_number"]) == number), None)
            case ["t", topic, "posts"]:
                wanted = query["post_ids[]"]
                return {"post_stream": {"posts": [row for row in self.of(topic) if str(row["id"]) in wanted]}}
            case ["t", topic]:
                rows = self.of(topic)
                stream = {"posts": rows[:20], "stream": [row["id"] for row in rows]}
                return {"id": int(topic), "title": f"Sujet {topic}", "post_stream": stream} if rows else None
            case ["search"]:
                assert query["q"] == ["fibre order:latest"]
                rows = self.newest()[(max(page, 1) - 1) * 50 :]
                told = [{key: row[key] for key in ("id", "topic_id", "post_number", "username")} for row in rows[:50]]
                topics = [{"id": row["topic_id"], "title": f"Sujet {row['topic_id']}"} for row in rows[:50]]
                more = {"more_full_page_results": True if len(rows) > 50 else None}
                return {
                    "posts": [{**row, "blurb": "Plus…"} for row in told],
                    "topics": topics,
                    "grouped_search_result": more,
                }
            case ["user_actions"]:
                start = int(query.get("offset", ["0"])[0])
                return {
                    "user_actions": [
                        {**row, "excerpt": "Plus…", "title": "Sujet"} for row in self.newest()[start : start + 30]
                    ]
                }
            case ["c", "support", "6"]:
                opening = [row for row in self.newest() if row["post_number"] == 1]
                on_top = [row for row in opening if row["topic_id"] in self.pinned]
                rest = [row for row in opening if row not in on_top][page * 30 :]
                topics = [self.topic(row) for row in [*(on_top if not page else []), *rest[:30]]]
                return {
                    "users": [{"id": 5, "username": "lea"}],
                    "topic_list": {"topics": topics, **({"more_topics_url": "x"} if rest[30:] else {})},
                }
        return None

    def topic(self, row: Row) -> Row:
        posters = [{"description": "Original Poster, Most Recent Poster", "user_id": 5}]
        pinned = row["topic_id"] in self.pinned
        return {
            "id": row["topic_id"],
            "title": f"Sujet {row['topic_id']}",
            "slug": "fibre",
            "posters": posters,
            "pinned": pinned,
        }

    def of(self, topic: str) -> list[Row]:
        return [row for _id, row in sorted(self.posts.items()) if str(row["topic_id"]) == topic]

    def newest(self) -> list[Row]:
        return [row for _id, row in sorted(self.posts.items(), reverse=True)]

    def latest(self, before: int) -> Row:
        highest = before if before and self.inclusive else before - 1 if before else max(self.posts, default=0)
        lowest = highest - 49
        return {
            "latest_posts": [
                {**row, "topic_title": f"Sujet {row['topic_id']}"}
                for row in self.newest()
                if lowest <= row["id"] <= highest
            ]
        }


def source(server: LoopbackServer, folder: str = "", **keys: Any) -> DiscourseSource:
    asked = keys or {"posts": True}
    settings = DiscourseSettings(name="forum", server=server.url(folder), allow_private=True, **asked)
    clock = clock_at(NOON)
    return DiscourseSource(settings, make_context(make_client(clock=clock), clock), between=0.0)


async def test_a_post_is_read_whole() -> None:
    forum = Forum()
    forum.say(7, 1)
    answer = '<p>Voir <a href="https://example.org/carte">la carte</a></p><img src="https://example.org/a.png">'
    forum.say(7, 2, cooked=answer, version=2, reply_to_post_number=None)
    forum.say(7, 3, reply_to_post_number=2)
    forum.say(7, 4, post_type=3, cooked="")
    async with LoopbackServer({"*": forum}) as server:
        first, second, third = drafts(await poll(source(server)))
    assert (first.native_id, first.canonical_id) == ("7/1", "discourse:127.0.0.1/7/1")
    assert (first.title, first.text, first.media) == ("Sujet 7", "Plus de fibre & 1", 0)
    assert (first.author, first.handle, first.site, first.kind) == ("Léa", "lea", "127.0.0.1", "post")
    assert (first.likes, first.replies, first.reach, first.edited) == (3, 2, 40, None)
    assert first.url.endswith("/t/fibre-7/7/1")
    assert first.published == NOON - 12 * 3_600_000 + 60_000
    assert (second.title, second.text, second.kind, second.parent_id) == ("", "Voir la carte", "reply", "7/1")
    assert (second.links, second.media, second.edited) == (("https://example.org/carte",), 1, NOON - 60_000)
    assert third.parent_id == "7/2"


@pytest.mark.parametrize("inclusive", [True, False])
@pytest.mark.parametrize("kills", [[0], [1], [2, 1]])
async def test_new_posts_are_read_on_past_private_ones_and_deleted_ones(inclusive: bool, kills: list[int]) -> None:
    forum = Forum(inclusive)
    forum.say(7, 1)
    last = forum.say(7, 2)
    async with LoopbackServer({"*": forum}) as server:
        discourse = source(server)
        cursor = (await poll(discourse))[-1].cursor
        # The last one known is deleted; 200 ids in the middle are private.
        del forum.posts[last]
        forum.private |= {last}
        said = [forum.say(8, number) for number in range(1, 90)]
        forum.private |= set(range(said[-1] + 1, said[-1] + 201))
        said += [forum.say(9, number) for number in range(1, 90)]
        batches, cursor = await collect_killed(discourse, kills, cursor)
        assert len(said) == 178
        assert sorted(natives(batches)) == sorted(f"{topic}/{number}" for topic in (8, 9) for number in range(1, 90))
        assert not any(draft.backfill for draft in drafts(batches))
        forum.asked.clear()
        assert natives(await poll(discourse, cursor)) == []
        assert len(forum.asked) == 1


async def test_a_topic_is_read_on_from_its_last_post() -> None:
    forum = Forum()
    for number in range(1, 61):
        forum.say(7, number)
    async with LoopbackServer({"*": forum}) as server:
        topic = source(server, topics=("7",))
        first = await poll(topic)
        assert natives(first) == [f"7/{number}" for number in range(21, 61)]
        for number in range(61, 130):
            forum.say(7, number)
        batches, cursor = await collect_killed(topic, [1, 1], first[-1].cursor)
        assert natives(batches) == [f"7/{number}" for number in range(61, 130)]
        forum.asked.clear()
        assert natives(await poll(topic, cursor)) == []
        assert forum.asked == ["/t/7.json"]


@pytest.mark.parametrize("keys", [{"search": ("fibre",)}, {"users": ("@lea",)}], ids=str)
async def test_what_a_list_tells_by_a_few_words_is_asked_for_whole_once(keys: dict[str, Any]) -> None:
    forum = Forum()
    forum.say(7, 1)
    async with LoopbackServer({"*": forum}) as server:
        listed = source(server, **keys)
        first = await poll(listed)
        assert [draft.text for draft in drafts(first)] == ["Plus de fibre & 1"]
        for number in range(2, 80):
            forum.say(7, number)
        batches, cursor = await collect_killed(listed, [0, 1], first[-1].cursor)
        assert set(natives(batches)) == {f"7/{number}" for number in range(2, 80)}
        forum.asked.clear()
        assert natives(await poll(listed, cursor)) == []
        assert len(forum.asked) == 1


async def test_a_list_of_topics_tells_of_new_ones_also_of_a_new_pinned_one() -> None:
    forum = Forum()
    for topic in range(1, 5):
        forum.say(topic, 1)
    forum.pinned = [2]
    async with LoopbackServer({"*": forum}) as server:
        listed = source(server, lists=("c/support/6",))
        first = await poll(listed)
        assert sorted(natives(first)) == ["1/1", "2/1", "3/1", "4/1"]
        assert {draft.title for draft in drafts(first)} == {f"Sujet {topic}" for topic in range(1, 5)}
        for topic in range(5, 50):
            forum.say(topic, 1)
        forum.pinned = [2, 30]
        batches = await poll(listed, first[-1].cursor)
        assert sorted(natives(batches)) == sorted(f"{topic}/1" for topic in range(5, 50))
        assert natives(await poll(listed, batches[-1].cursor)) == []


async def test_a_post_that_is_not_shown_is_told_by_the_list_alone() -> None:
    forum = Forum()
    forum.say(7, 2)

    async def closed(request: Request, writer: asyncio.StreamWriter) -> None:
        refused = Answer(b'{"errors": ["no"], "error_type": "invalid_access"}', 403)
        await (refused if "by_number" in request.path else forum)(request, writer)

    async with LoopbackServer({"*": closed}) as server:
        (draft,) = drafts(await poll(source(server, search=("fibre",))))
    assert (draft.native_id, draft.text, draft.handle) == ("7/2", "Plus…", "lea")


async def test_refresh_tells_what_is_gone_what_changed_and_the_title_again() -> None:
    forum = Forum()
    forum.say(7, 1)
    forum.say(7, 2, user_deleted=True)
    async with LoopbackServer({"*": forum}) as server:
        batches = [batch async for batch in source(server).refresh(["7/1", "7/2", "7/3", "9/1"])]
        assert [(draft.native_id, draft.title) for draft in drafts(batches)] == [("7/1", "Sujet 7")]
        gone = [Deletion(native, f"discourse:127.0.0.1/{native}") for native in ("7/2", "7/3", "9/1")]
        assert deletions(batches) == gone


async def test_what_is_closed_meanwhile_is_not_gone_and_costs_no_other() -> None:
    forum = Forum()
    forum.say(7, 1)

    async def closed(request: Request, writer: asyncio.StreamWriter) -> None:
        refused = Answer(b'{"errors": ["no"], "error_type": "invalid_access"}', 403)
        await (refused if "/9" in request.path else forum)(request, writer)

    async with LoopbackServer({"*": closed}) as server:
        batches = [batch async for batch in source(server).refresh(["9/1", "7/1"])]
    assert (natives(batches), deletions(batches)) == (["7/1"], [])


@pytest.mark.parametrize("fault", [Answer(b"<html>", 404), Answer(b"<html>", 403), Answer(b"", 502)])
async def test_a_server_before_the_forum_deletes_nothing(fault: Answer) -> None:
    async with LoopbackServer({"*": fault}) as server:
        with pytest.raises(SourceError):
            [batch async for batch in source(server).refresh(["7/1"])]


@pytest.mark.parametrize(("keys", "sent"), [({"user": "desk"}, {"env:KEY", "desk"}), ({}, {"env:KEY"})])
async def test_a_key_is_sent_as_its_kind_wants_it(keys: dict[str, Any], sent: set[str]) -> None:
    forum = Forum()
    forum.say(7, 1)
    async with LoopbackServer({"*": forum}) as server:
        await poll(source(server, posts=True, token="env:KEY", **keys))
    assert forum.keys == sent


async def test_a_forum_in_a_folder_is_another_than_that_of_its_host() -> None:
    forum = Forum()
    forum.say(7, 1)

    async def inner(request: Request, writer: asyncio.StreamWriter) -> None:
        moved = Request(request.method, request.path.removeprefix("/forum"), request.headers)
        await forum(moved, writer)

    async with LoopbackServer({"*": inner}) as server:
        (draft,) = drafts(await poll(source(server, "/forum/")))
    assert draft.canonical_id == "discourse:127.0.0.1/forum/7/1"
    assert draft.url.endswith("/forum/t/fibre-7/7/1")


async def test_asked_to_wait_it_waits_as_long() -> None:
    body = json.dumps({"errors": ["slow down"], "error_type": "rate_limit", "extras": {"wait_seconds": 17}}).encode()
    async with LoopbackServer({"*": Answer(body, 429)}) as server:
        _batches, error = await poll_failing(source(server))
    assert (error.reason.code, error.retry_after) == ("rate-limited", 17_000)


@pytest.mark.parametrize("odd", [None, [], {}, "x", -1, True, 1e300])
async def test_values_of_another_kind_cost_nothing_else(odd: Any) -> None:
    forum = Forum()
    forum.say(7, 1)
    names = ("cooked", "username", "created_at", "actions_summary", "version", "deleted_at", "topic_slug", "reads")
    forum.say(7, 2, **dict.fromkeys(names, odd))
    body = forum.latest(0)
    body["latest_posts"] += [odd, {"id": odd}, {"id": 9, "topic_id": odd}]
    async with LoopbackServer({"*": Answer(json.dumps(body).encode())}) as server:
        assert "7/1" in natives(await poll(source(server)))


async def test_it_keeps_what_every_source_promises() -> None:
    forum = Forum()
    for number in range(1, 50):
        forum.say(7, number)
    async with LoopbackServer({"*": forum}) as server:
        asked: list[dict[str, Any]] = [{"posts": True}, {"topics": ("7",)}, {"search": ("fibre",)}]
        for keys in asked:
            made = partial(source, server, token="env:KEY", **keys)
            findings = await try_contract(made, lambda: NOON, secrets=["env:KEY"])
            assert [each for each in findings if each.kept is False] == []


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        ({}, [()]),
        ({"topics": ("57", "https://forum.example.org/t/fibre/57/3")}, [("topics", 1)]),
        ({"lists": ("c/support/6", "https://forum.example.org/c/support/6")}, [("lists", 1)]),
        ({"posts": True, "user": "desk"}, [("user",)]),
    ],
)
def test_what_cannot_be_meant_is_told(keys: dict[str, Any], at: list[Any]) -> None:
    troubles = list(DiscourseSettings(name="forum", server="https://forum.example.org", **keys).troubles())
    assert [each.at for each in troubles] == at
    assert all(each.hint == "57" for each in troubles if each.at == ("topics", 1))
