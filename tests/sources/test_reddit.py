"""Reddit by its feeds and by its API, on loopback servers in the shapes that it has (written by us)."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from socialhub.ballots import Ballot, Choice
from socialhub.model import Cursor, Deletion
from socialhub.sources import create
from socialhub.sources.contract import try_contract
from socialhub.sources.kinds.reddit import RedditSettings
from socialhub.sources.reddit import RedditApi, RedditFeeds
from tests.servers import NOON, Answer, Behaviour, LoopbackServer, Request, clock_at, make_client, make_context
from tests.sources.gathering import collect_killed, deletions, drafts, natives, poll, poll_failing

SECONDS = NOON // 1000


def post(number: int, **other: Any) -> dict[str, Any]:
    return {
        "kind": "t3",
        "data": {
            "id": f"p{number}",
            "name": f"t3_p{number}",
            "title": f"Panne {number}",
            "selftext": f"Plus de réseau & {number}",
            "author": "voisine",
            "created_utc": float(SECONDS - 1000 + number),
            "edited": False,
            "score": 12,
            "num_comments": 3,
            "num_crossposts": 1,
            "permalink": f"/r/mandarine/comments/p{number}/panne/",
            "is_self": True,
            **other,
        },
    }


def comment(number: int, **other: Any) -> dict[str, Any]:
    data = {"id": f"c{number}", "name": f"t1_c{number}", "body": "Pareil ici", "parent_id": "t3_p1", "link_id": "t3_p1"}
    return {"kind": "t1", "data": {**data, "author": "voisin", "created_utc": SECONDS, "score": -4, **other}}


def listing(things: list[dict[str, Any]], after: str | None = None) -> dict[str, Any]:
    return {"kind": "Listing", "data": {"children": things, "after": after}}


class Reddit:
    """An API with one list; tokens run out when told to, things can be deleted under a reader's feet."""

    def __init__(self, things: list[dict[str, Any]], size: int = 100) -> None:
        self.things, self.size = things, size
        self.asked: list[str] = []
        self.agents: set[str] = set()
        self.tokens = 0
        self.fault: Behaviour | None = None

    def behaviours(self) -> dict[str, Behaviour]:
        return {"/api/v1/access_token": self.token, "/api/info": self.info, "*": self.page}

    async def token(self, request: Request, writer: asyncio.StreamWriter) -> None:
        assert request.headers["authorization"].startswith("Basic ")
        assert request.body == b"grant_type=client_credentials"
        self.tokens += 1
        await Answer(json.dumps({"access_token": f"jeton{self.tokens}", "expires_in": 3600}).encode())(request, writer)

    async def page(self, request: Request, writer: asyncio.StreamWriter) -> None:
        self.asked.append(request.path)
        self.agents.add(request.headers["user-agent"])
        if request.headers["authorization"] != f"Bearer jeton{self.tokens}":
            await Answer(b'{"message": "Unauthorized"}', 401)(request, writer)
        elif self.fault is not None:
            await self.fault(request, writer)
        else:
            query = parse_qs(urlsplit(request.path).query)
            names = [each["data"].get("name") if isinstance(each.get("data"), dict) else "" for each in self.things]
            after = query.get("after", [""])[0]
            start = 0 if not after else names.index(after) + 1 if after in names else len(names)
            page = self.things[start : start + self.size]
            more = page[-1]["data"]["name"] if start + self.size < len(names) and page else None
            await Answer(json.dumps(listing(page, more)).encode())(request, writer)

    async def info(self, request: Request, writer: asyncio.StreamWriter) -> None:
        wanted = parse_qs(urlsplit(request.path).query)["id"][0].split(",")
        found = [each for each in self.things if each["data"]["name"] in wanted]
        await Answer(json.dumps(listing(found)).encode())(request, writer)


def api(server: LoopbackServer, **keys: Any) -> RedditApi:
    keys = keys or {"subreddits": ("mandarine",)}
    settings = RedditSettings(
        name="reddit",
        client_id="app",
        client_secret="env:SECRET",
        user="socialhub",
        server=server.url(""),
        api=server.url(""),
        allow_private=True,
        **keys,
    )
    source = create(settings, make_context(make_client()))
    assert isinstance(source, RedditApi)
    return source


async def test_posts_and_comments_are_read_whole() -> None:
    things = [
        comment(1, edited=float(SECONDS + 60)),
        post(1, is_self=False, url="https://example.org/a", over_18=True, is_video=True),
        post(2, poll_data={"options": [{"text": "Oui", "vote_count": 7, "id": "1"}, {"text": "Non", "id": "2"}]}),
    ]
    reddit = Reddit(things)
    async with LoopbackServer(reddit.behaviours()) as server:
        said, written, asked = drafts(await poll(api(server)))
    assert asked.ballot == Ballot((Choice("Oui", 7), Choice("Non")))
    assert (said.native_id, said.canonical_id, said.kind, said.parent_id) == (
        "t1_c1",
        "reddit:t1_c1",
        "comment",
        "t3_p1",
    )
    assert (said.likes, said.replies, said.edited) == (0, None, NOON + 60_000)
    assert said.url == "https://www.reddit.com/comments/p1/_/c1/"
    assert (written.title, written.text, written.handle) == ("Panne 1", "Plus de réseau & 1", "voisine")
    assert (written.likes, written.replies, written.shares, written.media) == (12, 3, 1, 1)
    assert (written.links, written.warning) == (("https://example.org/a",), "NSFW")
    assert (written.published, written.edited) == (NOON - 999_000, None)
    assert written.url == "https://www.reddit.com/r/mandarine/comments/p1/panne/"
    assert all("raw_json=1" in path for path in reddit.asked)
    assert reddit.agents == {"python:socialhub:0.1.0 (by /u/socialhub)"}


async def test_what_was_taken_away_is_a_deletion_and_a_lost_account_is_nobody() -> None:
    things = [
        comment(1, body="[deleted]", author="[deleted]"),
        comment(2, body="[removed]"),
        post(3, removed_by_category="moderator"),
        comment(4, author="[deleted]"),
    ]
    async with LoopbackServer(Reddit(things).behaviours()) as server:
        batches = await poll(api(server))
    assert [(each.native_id, each.reason) for each in deletions(batches)] == [
        ("t1_c1", "deleted"),
        ("t1_c2", "removed"),
        ("t3_p3", "removed"),
    ]
    assert [(draft.native_id, draft.author) for draft in drafts(batches)] == [("t1_c4", "")]


@pytest.mark.parametrize("odd", [None, [], {}, "x", -1, True, 1e300, float("2e15")])
async def test_values_of_another_kind_cost_nothing_else(odd: Any) -> None:
    names = "title author created_utc edited score num_comments permalink url media is_self selftext_html gallery_data"
    names = f"{names} replies over_18 crosspost_parent"
    things = [post(1, **dict.fromkeys(names.split(), odd)), {"kind": "t3", "data": odd}, {"kind": "t1"}, post(2)]
    async with LoopbackServer(Reddit(things).behaviours()) as server:
        batches = await poll(api(server))
    assert "t3_p2" in natives(batches)
    first = next(draft for draft in drafts(batches) if draft.native_id == "t3_p1")
    assert first.text == "Plus de réseau & 1"
    assert first.published is None or first.published > 0


@pytest.mark.parametrize("kills", [[0], [1], [1, 0, 1], [2, 1]])
async def test_nothing_is_lost_between_polls_though_anchors_are_deleted(kills: list[int]) -> None:
    reddit = Reddit([post(number) for number in range(30, 0, -1)], size=5)
    async with LoopbackServer(reddit.behaviours()) as server:
        source = api(server)
        cursor = (await poll(source))[-1].cursor
        # The newest of those known is deleted, and so is the end of the first page while the pages are read.
        reddit.things = [post(number) for number in range(60, 30, -1)] + reddit.things[1:]
        batches, cursor = await collect_killed(source, [1], cursor) if kills == [0] else ([], cursor)
        reddit.things = [each for each in reddit.things if each["data"]["id"] != "p56"]
        later, cursor = await collect_killed(source, kills, cursor)
        wanted = {f"t3_p{number}" for number in range(31, 61) if number != 56}
        assert wanted <= set(natives([*batches, *later]))
        assert all(batch.complete for batch in later)
        reddit.asked.clear()
        await poll(source, cursor)
    assert len(reddit.asked) == 1


async def test_a_page_whose_end_is_deleted_meanwhile_is_gone_on_from() -> None:
    reddit = Reddit([post(number) for number in range(3, 0, -1)], size=3)
    async with LoopbackServer(reddit.behaviours()) as server:
        source = api(server)
        cursor = (await poll(source))[-1].cursor
        reddit.things = [post(number) for number in range(12, 0, -1)]
        first = await anext(source.run(cursor))
        reddit.things = [each for each in reddit.things if each["data"]["id"] != "p10"]
        rest = await poll(source, first.cursor)
    assert {f"t3_p{number}" for number in range(4, 13)} <= set(natives([first, *rest]))


async def test_a_list_that_ends_too_early_is_no_complete_poll() -> None:
    reddit = Reddit([post(1)])
    async with LoopbackServer(reddit.behaviours()) as server:
        source = api(server)
        cursor = (await poll(source))[-1].cursor
        reddit.things = [post(9), post(8)]
        assert not (await poll(source, cursor))[-1].complete


async def test_an_expired_token_is_renewed_once() -> None:
    reddit = Reddit([post(1)])
    async with LoopbackServer(reddit.behaviours()) as server:
        source = api(server)
        await poll(source)
        # As if it had expired: the server knows a newer one only.
        reddit.tokens = 5
        assert natives(await poll(source)) == ["t3_p1"]
        assert reddit.tokens == 6


async def test_refused_credentials_stop_the_source() -> None:
    async with LoopbackServer({"*": Answer(b'{"error": 401}', 401)}) as server:
        _batches, error = await poll_failing(api(server))
    assert (error.reason.code, error.permanent) == ("login-failed", True)


async def test_refresh_tells_what_is_gone_and_what_changed() -> None:
    reddit = Reddit([post(1, score=99), comment(2, body="[deleted]")])
    async with LoopbackServer(reddit.behaviours()) as server:
        batches = [batch async for batch in api(server).refresh(["t3_p1", "t1_c2", "t1_c3"])]
    assert {draft.likes for draft in drafts(batches)} == {99}
    gone = [Deletion("t1_c2", "reddit:t1_c2"), Deletion("t1_c3", "reddit:t1_c3")]
    assert sorted(deletions(batches), key=str) == sorted(gone, key=str)


async def test_an_empty_answer_deletes_nothing() -> None:
    async with LoopbackServer(Reddit([]).behaviours()) as server:
        assert not deletions([batch async for batch in api(server).refresh(["t3_p1"])])


async def test_words_are_searched_for_together() -> None:
    reddit = Reddit([])
    async with LoopbackServer(reddit.behaviours()) as server:
        source = api(server, search=("mandarine telecom",), search_topics=True)
        source._context = dataclasses.replace(
            source._context, watched=lambda: ["fibre", *(f"w{n}" * 9 for n in range(20))]
        )
        await poll(source)
    queries = [parse_qs(urlsplit(path).query)["q"][0] for path in reddit.asked]
    assert queries[0].startswith('"mandarine telecom" OR fibre OR ')
    assert len(queries) == 2
    assert all(len(query) <= 400 for query in queries)


async def test_it_keeps_what_every_source_promises_and_its_secret_to_itself() -> None:
    reddit = Reddit([post(number) for number in range(1, 150)])
    async with LoopbackServer(reddit.behaviours()) as server:
        findings = await try_contract(lambda: api(server), lambda: NOON, secrets=["env:SECRET", "jeton1"])
    assert [each for each in findings if each.kept is False] == []


# ---- feeds -------------------------------------------------------------------------------------------------------


def entry(number: int, kind: str = "t3") -> str:
    content = (
        f"&lt;!-- SC_OFF --&gt;&lt;div class=&quot;md&quot;&gt;&lt;p&gt;Plus de réseau {number}&lt;/p&gt;&lt;/div&gt;"
        "&amp;#32; submitted by &amp;#32; &lt;a href=&quot;https://www.reddit.com/user/voisine&quot;&gt; /u/voisine "
        "&lt;/a&gt; &amp;#32; to &amp;#32; &lt;a href=&quot;https://www.reddit.com/r/mandarine/&quot;&gt; r/mandarine "
        "&lt;/a&gt; &lt;br/&gt; &lt;span&gt;&lt;a href=&quot;https://example.org/a&quot;&gt;[link]&lt;/a&gt;"
        "&lt;/span&gt; "
        f"&amp;#32; &lt;span&gt;&lt;a href=&quot;https://www.reddit.com/r/mandarine/comments/p{number}/panne/&quot;&gt;"
        "[comments]&lt;/a&gt;&lt;/span&gt;"
    )
    return (
        f"<entry><author><name>/u/voisine</name></author><content type='html'>{content}</content>"
        f"<id>{kind}_p{number}</id>"
        f"<link href='https://www.reddit.com/r/mandarine/comments/p{number}/panne/'/><title>Panne {number}</title>"
        f"<updated>2026-11-21T11:{number:02}:00+00:00</updated><published>2026-11-21T11:{number:02}:00+00:00</published>"
        "</entry>"
    )


def atom(*numbers: int, kind: str = "t3") -> Answer:
    body = "".join(entry(number, kind) for number in numbers)
    head = "<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom'><title>mandarine</title>"
    return Answer(f"{head}{body}</feed>".encode(), headers={"Content-Type": "application/atom+xml; charset=UTF-8"})


def feeds(server: LoopbackServer, **keys: Any) -> RedditFeeds:
    keys = keys or {"subreddits": ("mandarine",)}
    settings = RedditSettings(name="reddit", server=server.url(""), allow_private=True, **keys)
    clock = clock_at(NOON)
    return RedditFeeds(settings, make_context(make_client(clock=clock), clock), between=0.0)


async def run(source: RedditFeeds, cursor: Cursor | None = None) -> Any:
    try:
        return await poll(source, cursor)
    finally:
        await source.close()


async def test_a_feed_is_read_without_what_reddit_adds() -> None:
    async with LoopbackServer({"/r/mandarine/new/.rss": atom(3)}) as server:
        (draft,) = drafts(await run(feeds(server)))
    assert (draft.native_id, draft.canonical_id, draft.title) == ("t3_p3", "reddit:t3_p3", "Panne 3")
    assert (draft.text, draft.author, draft.handle) == ("Plus de réseau 3", "voisine", "voisine")
    assert draft.links == ("https://example.org/a",)
    assert draft.published == NOON - 57 * 60_000


async def test_comments_of_a_feed_know_their_post() -> None:
    behaviours: dict[str, Behaviour] = {"/r/a+b/new/.rss": atom(), "/r/a+b/comments/.rss": atom(4, kind="t1")}
    async with LoopbackServer(behaviours) as server:
        (draft,) = drafts(await run(feeds(server, subreddits=("a", "b"), comments=True)))
    assert (draft.kind, draft.parent_id, draft.title) == ("comment", "t3_p4", "")


async def test_each_feed_has_its_turn_though_reddit_lets_one_through() -> None:
    """Two lists, and a server that answers 429, without saying how long, to every second question."""
    answered: list[str] = []

    async def stingy(request: Request, writer: asyncio.StreamWriter) -> None:
        answered.append(request.path.partition("?")[0])
        await (Answer(status=429) if len(answered) % 2 == 0 else atom(len(answered)))(request, writer)

    async with LoopbackServer({"*": stingy}) as server:
        source = feeds(server, subreddits=("a",), users=("b",))
        first = await run(source)
        assert not first[-1].complete
        second = await run(source, first[-1].cursor)
        assert natives(second) == ["t3_p3"]
        assert server.most_busy == 1
    assert answered == ["/r/a/new/.rss", "/user/b/.rss", "/user/b/.rss", "/r/a/new/.rss"]


async def test_a_refusal_at_once_is_told_with_its_wait() -> None:
    reset = {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "90"}
    async with LoopbackServer({"*": Answer(status=429, headers=reset)}) as server:
        source = feeds(server)
        _batches, error = await poll_failing(source)
        await source.close()
    assert error.reason.code == "rate-limited"
    assert 80_000 < (error.retry_after or 0) <= 90_000


def test_feeds_are_slow_and_the_api_is_not() -> None:
    minute = 60_000
    assert RedditSettings(name="x", subreddits=("a",), every=minute).interval == 10 * minute
    assert RedditSettings(name="x", subreddits=("a",), client_id="a", every=minute).interval == minute


async def test_the_feeds_keep_what_every_source_promises() -> None:
    async with LoopbackServer({"/r/mandarine/new/.rss": atom(*range(1, 20))}) as server:
        findings = await try_contract(lambda: feeds(server), lambda: NOON)
    assert [each for each in findings if each.kept is False] == []


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        ({}, [()]),
        ({"subreddits": ("france", "https://www.reddit.com/r/orange/")}, [("subreddits", 1)]),
        ({"users": ("lea",), "client_id": "a"}, [(), ("client_id",)]),
        ({"search": ("fibre",), "client_id": "a", "client_secret": "env:S", "user": "desk"}, []),
    ],
)
def test_what_cannot_be_meant_is_told(keys: dict[str, Any], at: list[Any]) -> None:
    troubles = list(RedditSettings(name="x", **keys).troubles())
    assert [each.at for each in troubles] == at
    assert all(each.hint == "orange" for each in troubles if each.at == ("subreddits", 1))
