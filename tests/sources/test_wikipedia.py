"""Edits of watched pages by a stream in the shape of Wikimedia's (written by us): picked, resumed, ended and broken."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from socialhub.sources.kinds.wikipedia import WikipediaSettings
from socialhub.sources.streams import Patience
from socialhub.sources.wikipedia import WikipediaSource
from tests.servers import Answer, LoopbackServer, Request, make_client, make_context
from tests.sources.gathering import Listener, drafts, natives, poll_failing


def change(number: int, title: str = "Mandarine Télécom", **keys: Any) -> dict[str, Any]:
    return {
        "wiki": "frwiki",
        "type": "edit",
        "title": title,
        "user": "Léa Dupont",
        "comment": "ajout d'une source",
        "bot": False,
        "timestamp": 1_795_262_400 + number,
        "server_name": "fr.wikipedia.org",
        "length": {"old": 1_000, "new": 1_000 + number},
        "revision": {"old": 100 + number, "new": 200 + number},
        "meta": {"id": f"uuid-{number}", "domain": "fr.wikipedia.org"},
        **keys,
    }


def event_id(number: int) -> str:
    return json.dumps([{"topic": "eqiad.mediawiki.recentchange", "partition": 0, "offset": number}])


class Stream:
    """Wikimedia's server: tells what came after the id that it is given, and goes on until it is told to end."""

    def __init__(self, *changes: dict[str, Any]) -> None:
        self.changes = list(changes)
        self.resumed_from: list[str] = []
        self.ends = asyncio.Event()

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        last = request.headers.get("last-event-id", "")
        self.resumed_from.append(last)
        start = json.loads(last)[0]["offset"] + 1 if last else 0
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n:ok\n\n")
        for number in range(start, len(self.changes)):
            data = json.dumps(self.changes[number])
            writer.write(f"event: message\nid: {event_id(number)}\ndata: {data}\n\n".encode())
        await writer.drain()
        await self.ends.wait()


def source(server: LoopbackServer, patience: Patience | None = None, **settings: Any) -> WikipediaSource:
    given: dict[str, Any] = {"name": "wikipedia", "titles": ("mandarine_Télécom",), "allow_private": True, **settings}
    wanted = WikipediaSettings(server=server.url(""), **given)
    return WikipediaSource(wanted, make_context(make_client()), patience or Patience())


async def test_an_edit_of_a_watched_page_is_a_mention() -> None:
    stream = Stream(
        change(0, "Orange (fruit)"), change(1), change(2, wiki="enwiki"), change(3, bot=True), change(4, type="log")
    )
    async with LoopbackServer({"*": stream}) as server:
        listener = Listener(source(server))
        batches = await listener.until(drafts)
        await listener.stop()
    (draft,) = drafts(batches)
    assert (draft.native_id, draft.title, draft.author) == ("frwiki:201", "Mandarine Télécom", "Léa Dupont")
    assert draft.text == "ajout d'une source (+1)"
    assert draft.url == ("https://fr.wikipedia.org/w/index.php?title=Mandarine_T%C3%A9l%C3%A9com&diff=201&oldid=101")
    assert draft.handle == "Léa_Dupont@fr.wikipedia.org"
    assert draft.published == 1_795_262_401_000


@pytest.mark.parametrize("comment", ["Revert to last version", "Annulation de la modification", "rv vandalisme"])
async def test_taking_back_is_marked(comment: str) -> None:
    async with LoopbackServer({"*": Stream(change(1, comment=comment, length={"old": 9, "new": 4}))}) as server:
        listener = Listener(source(server))
        (draft,) = drafts(await listener.until(drafts))
        await listener.stop()
    assert draft.text == f"⟲ {comment} (-5)"


async def test_after_a_break_it_goes_on_where_it_was() -> None:
    stream = Stream(change(0), change(1))
    async with LoopbackServer({"*": stream}) as server:
        listener = Listener(source(server))
        await listener.until(lambda batches: len(drafts(batches)) == 2)
        await listener.stop()
        stream.changes += [change(2), change(3)]
        again = Listener(source(server), listener.cursor)
        batches = await again.until(lambda batches: len(drafts(batches)) == 2)
        await again.stop()
    assert natives(batches) == ["frwiki:202", "frwiki:203"]
    assert stream.resumed_from == ["", event_id(1)]


async def test_the_canary_is_not_news_and_an_odd_event_costs_no_other() -> None:
    canary = change(1, meta={"id": "x", "domain": "canary"})
    stream = Stream(canary, {"wiki": ["frwiki"]}, change(3))
    async with LoopbackServer({"*": stream}) as server:
        listener = Listener(source(server))
        batches = await listener.until(drafts)
        await listener.stop()
    assert natives(batches) == ["frwiki:203"]
    assert sum(batch.skipped for batch in batches) == 1


async def test_any_edit_says_how_far_the_stream_is_but_the_canary_does_not() -> None:
    other, canary = change(7, "Orange (fruit)"), change(900, meta={"id": "canary", "domain": "canary"})
    async with LoopbackServer({"*": Stream(other, canary)}) as server:
        listener = Listener(source(server))
        batches = await listener.until(lambda batches: batches)
        await listener.stop()
    assert not drafts(batches)
    assert batches[-1].reached == (1_795_262_400 + 7) * 1000


async def test_an_answer_that_ends_at_once_is_not_asked_for_in_a_loop() -> None:
    stream = Stream(change(0))
    stream.ends.set()
    async with LoopbackServer({"*": stream}) as server:
        batches, error = await poll_failing(source(server))
    assert natives(batches) == ["frwiki:200"]
    assert error.reason.code == "stream-closed"
    assert len(stream.resumed_from) == 1


async def test_silence_is_noticed() -> None:
    async with LoopbackServer({"*": Stream(change(0))}) as server:
        _batches, error = await poll_failing(source(server, Patience(silence=0.3)))
    assert error.reason.code == "stream-silent"


@pytest.mark.parametrize(("status", "code"), [(403, "forbidden"), (429, "rate-limited"), (503, "server-error")])
async def test_a_refusal_is_told(status: int, code: str) -> None:
    async with LoopbackServer({"*": Answer(status=status)}) as server:
        _batches, error = await poll_failing(source(server))
    assert error.reason.code == code
