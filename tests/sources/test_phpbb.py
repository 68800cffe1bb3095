"""A phpBB forum's Atom feeds on loopback, in the shape of its template (written by us)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from socialhub.model import Batch, Cursor
from socialhub.sources.contract import try_contract
from socialhub.sources.kinds.phpbb import PhpbbSettings
from socialhub.sources.phpbb import PhpbbSource, without_statistics
from tests.servers import NOON, Answer, LoopbackServer, Request, clock_at, make_client, make_context
from tests.sources.gathering import drafts, natives, poll, poll_failing


def entry(
    number: int, title: str = "Pannes • Fibre coupée", text: str = "", edited: bool = False, sid: str = ""
) -> str:
    link = f"https://forum.example.org/viewtopic.php?t=57&amp;p={number}{sid}#p{number}"
    added = '<a href="https://forum.example.org/memberlist.php?mode=viewprofile&amp;u=9">Léa</a> — Sat Nov 21, 2026'
    text = text or f'Plus de <strong>fibre</strong> {number}<br />voir <a href="https://example.org/a">ici</a>'
    moment = f"2026-11-21T{10 + number // 60}:{number % 60:02}:00+00:00"
    return (
        f"<entry><author><name><![CDATA[Léa]]></name></author>"
        f"<updated>{'2026-11-21T11:59:30+00:00' if edited else moment}</updated><published>{moment}</published>"
        f'<id>{link}</id><link href="{link}"/><title type="html"><![CDATA[{title}]]></title>'
        f'<category term="Pannes" scheme="https://forum.example.org/viewforum.php?f=2" label="Pannes"/>'
        f'<content type="html" xml:base="{link}"><![CDATA[\n{text}<p>Statistics: Posted by {added}</p><hr />\n]]>'
        "</content></entry>"
    )


class Board:
    """A forum with its feeds at one place: fifteen posts, the newest first."""

    def __init__(self, route: str, *entries: str) -> None:
        self.route, self.entries = route, list(entries)
        self.asked: list[str] = []

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        self.asked.append(request.path)
        if request.path != self.route:
            page = Answer(b"<!doctype html><title>The requested page could not be found</title>", 404)
            await page(request, writer)
            return
        head = '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">'
        body = f"{head}<title>Le forum</title><id>x</id>{''.join(self.entries[::-1][:15])}</feed>"
        await Answer(body.encode(), headers={"Content-Type": "application/atom+xml"})(request, writer)


def source(server: LoopbackServer, **keys: Any) -> PhpbbSource:
    settings = PhpbbSettings(name="forum", server=server.url(""), allow_private=True, **(keys or {"posts": True}))
    clock = clock_at(NOON)
    return PhpbbSource(settings, make_context(make_client(clock=clock), clock))


async def run(forum: PhpbbSource, cursor: Cursor | None = None) -> list[Batch]:
    try:
        return await poll(forum, cursor)
    finally:
        await forum.close()


async def test_a_post_is_read_whole_without_what_phpbb_adds() -> None:
    board = Board("/app.php/feed", entry(1), entry(2, "Pannes • Re: Fibre coupée", edited=True))
    async with LoopbackServer({"*": board}) as server:
        first, second = drafts(await run(source(server)))
    assert (first.native_id, first.canonical_id) == ("1", "phpbb:127.0.0.1/1")
    assert first.text.split("\n") == ["Plus de fibre 1", "voir ici"]
    assert (first.title, first.author, first.handle, first.kind) == ("Fibre coupée", "Léa", "Léa", "post")
    assert (first.links, first.edited) == (("https://example.org/a",), None)
    assert first.published == NOON - 119 * 60_000
    assert first.url == "https://forum.example.org/viewtopic.php?t=57&p=1#p1"
    assert (second.title, second.kind, second.edited) == ("Re: Fibre coupée", "reply", NOON - 30_000)


@pytest.mark.parametrize(
    ("route", "keys"),
    [
        ("/app.php/feed", {"posts": True}),
        ("/feed/forum/2", {"forums": ("2",)}),
        ("/app.php/feed/topic/57", {"topics": ("57",)}),
        ("/feed.php", {"posts": True}),
        ("/feed.php?f=2", {"forums": ("2",)}),
        ("/feed.php?t=57", {"topics": ("57",)}),
    ],
)
async def test_the_feeds_are_found_wherever_a_version_has_them_once(route: str, keys: dict[str, Any]) -> None:
    board = Board(route, entry(1))
    async with LoopbackServer({"*": board}) as server:
        forum = source(server, **keys)
        first = await run(forum)
        assert natives(first) == ["1"]
        board.asked.clear()
        await run(forum, first[-1].cursor)
    assert board.asked == [route]


async def test_what_fell_out_of_the_feed_is_a_gap_that_is_told() -> None:
    board = Board("/app.php/feed", *(entry(number) for number in range(1, 21)))
    async with LoopbackServer({"*": board}) as server:
        forum = source(server)
        first = await run(forum)
        assert (len(natives(first)), first[-1].complete) == (15, True)
        board.entries += [entry(number) for number in range(21, 31)]
        second = await run(forum, first[-1].cursor)
        assert second[-1].complete
        board.entries += [entry(number) for number in range(31, 51)]
        third = await run(forum, second[-1].cursor)
        assert not third[-1].complete
        assert [draft.backfill for draft in drafts(third)] == [False] * 15


async def test_a_session_in_an_address_makes_no_other_post() -> None:
    board = Board("/app.php/feed", entry(1, sid="&amp;sid=0123456789abcdef"))
    async with LoopbackServer({"*": board}) as server:
        (draft,) = drafts(await run(source(server)))
    assert draft.native_id == "1"
    assert "sid" not in draft.url


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Bonjour\n\nStatistics: Posted by Léa — Sat Nov 21", "Bonjour"),
        ("Bonjour\nStatistiques: Publié par Léa — sam. 21 nov.", "Bonjour"),
        ("Bonjour\nStatistiques : Posté par Léa — 21 nov.", "Bonjour"),
        ("Bonjour\nsigné : Léa", "Bonjour\nsigné : Léa"),
        ("Léa — c'est moi", "Léa — c'est moi"),
        ("", ""),
    ],
)
def test_only_the_added_line_is_left_out(text: str, kept: str) -> None:
    assert without_statistics(text, "Léa") == kept


async def test_a_forum_that_is_not_there_costs_no_other() -> None:
    board = Board("/app.php/feed/forum/2", entry(1))
    async with LoopbackServer({"*": board}) as server:
        forum = source(server, forums=("2", "9"))
        batches, error = await poll_failing(forum)
        await forum.close()
    assert natives(batches) == ["1"]
    assert (error.reason.code, error.permanent) == ("not-found", False)


async def test_it_keeps_what_every_source_promises() -> None:
    board = Board("/feed", *(entry(number) for number in range(1, 21)))
    async with LoopbackServer({"*": board}) as server:
        findings = await try_contract(lambda: source(server), lambda: NOON)
    assert [each for each in findings if each.kept is False] == []


@pytest.mark.parametrize(
    ("keys", "at", "hint"),
    [
        ({}, [()], ""),
        ({"forums": ("2", "https://forum.example.org/viewforum.php?f=12&sid=a")}, [("forums", 1)], "12"),
        ({"topics": ("https://forum.example.org/viewtopic.php?f=2&t=57",)}, [("topics", 0)], "57"),
        ({"posts": True}, [], ""),
    ],
)
def test_what_cannot_be_meant_is_told(keys: dict[str, Any], at: list[Any], hint: str) -> None:
    troubles = list(PhpbbSettings(name="forum", server="https://forum.example.org", **keys).troubles())
    assert [each.at for each in troubles] == at
    assert all(each.hint == hint for each in troubles)
