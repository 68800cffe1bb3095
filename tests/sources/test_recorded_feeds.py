"""Real feeds, well-formed and not, served on loopback with the headers named in the comments inside them."""

from __future__ import annotations

import re
from pathlib import Path

import feedparser
import pytest

from socialhub.errors import SourceError
from socialhub.model import Draft
from socialhub.sources import create
from socialhub.sources.base import Source
from socialhub.sources.feed_worker import borrow_reader, give_back_reader
from socialhub.sources.kinds.rss import RssSettings
from tests.servers import NOON, Answer, LoopbackServer, clock_at, make_client, make_context

pytestmark = pytest.mark.recorded

_HEADER = re.compile(rb"Header:\s*([A-Za-z-]+)\s*:\s*([^\r\n]*)")


def _answer(body: bytes) -> Answer:
    # Comments in UTF-16 and UTF-32 have a NUL beside every letter.
    headers = {
        name.decode(): value.decode("latin-1").strip() for name, value in _HEADER.findall(body.replace(b"\0", b""))
    }
    return Answer(body, headers=headers)


def _told(body: bytes, headers: dict[str, str]) -> int:
    """How many entries feedparser alone finds that have a text, a title or a link."""
    parsed = feedparser.parse(body, response_headers={name.lower(): value for name, value in headers.items()})
    return sum(any(entry.get(key) for key in ("title", "summary", "content", "link")) for entry in parsed.entries)


async def _poll(source: Source) -> list[Draft] | None:
    """The drafts of one first poll, None when the answer is no feed; nothing else may be raised."""
    try:
        return [item async for batch in source.run({}) for item in batch.items if isinstance(item, Draft)]
    except SourceError as error:
        if error.reason.code != "not-a-feed":
            raise
        return None


async def test_every_entry_is_yielded_once_and_alike_the_second_time(test_data: Path) -> None:
    files = sorted((test_data / "feeds").rglob("*.xml"))
    assert len(files) > 200
    answers = {f"/{file.relative_to(test_data)}": _answer(file.read_bytes()) for file in files}
    clock = clock_at(NOON)
    client = make_client(clock=clock)
    total = 0
    no_feeds: list[str] = []
    borrow_reader()
    async with LoopbackServer(answers) as server:
        for path, answer in answers.items():
            settings = RssSettings(name="feed", url=server.url(path), allow_private=True)
            source = create(settings, make_context(client, clock))
            first, second = await _poll(source), await _poll(source)
            await source.close()
            told = _told(answer.body, dict(answer.headers))
            if first is None or second is None:
                no_feeds.append(path)
                assert told == 0, path
                continue
            ids = [draft.native_id for draft in first]
            assert ids == [draft.native_id for draft in second], path
            assert len(set(ids)) == len(ids), path
            assert all(draft.text or draft.title or draft.url for draft in first), path
            assert len(first) >= told, path
            total += len(first)
    await give_back_reader()
    await client.close()
    assert total > 300
    assert len(no_feeds) <= 2
