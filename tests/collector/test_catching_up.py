"""A source that was not heard for hours, by a clock of the test: what was said is stored once, in its own minutes, from
the durable cursor on and within bounds; how far it is stands in the cache; what does not fit is a hole.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from socialhub.clock import HOUR, MINUTE, SECOND, floor_minute, from_datetime, iso
from socialhub.collector import Collector
from socialhub.config import load
from socialhub.gap_words import catch_up_words
from socialhub.gaps import CatchUp
from socialhub.hearing_words import unheard
from socialhub.store import alerts, catch_ups, sources, volumes
from socialhub.store.connection import Connection, open_reader
from tests.collector.test_collector import collecting, eventually, feed_table, row_when, write_config
from tests.servers import Answer, HandClock, LoopbackServer, Request, clock_at
from tests.sources.fake_bluesky import FakeJetstream, commit, record
from tests.sources.fake_mastodon import FakeMastodon, status

START = from_datetime(datetime(2026, 11, 20, 8, tzinfo=UTC))
_EVERY = 3 * MINUTE
_LOUD = 3 * SECOND
"""So often something is said that a feed of ten entries shows half a minute."""
HUB = 'contact = "https://example.org/"\ntimezone = "UTC"\n'


class Board:
    """Says something every three minutes, ten a page; answers as an API, either way round, or as a feed of ten."""

    def __init__(self, clock: HandClock, start: int = START) -> None:
        self.clock, self.start = clock, start
        self.down = False
        self.asked = 0
        self.loud: tuple[int, int] | None = None
        """From when to when it says something every `_LOUD` besides."""

        self.named = "1"
        """How its entries are named: every id of a feed is another once this changes."""

    def said(self) -> list[int]:
        """When something was said until now."""
        now, first = self.clock.now(), self.start - HOUR
        low, high = self.loud or (now, now)
        usual = [first + number * _EVERY for number in range((now - first) // _EVERY)]
        return sorted({*usual, *range(low, min(high, now), _LOUD)})

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        self.asked += 1
        if self.down:
            await Answer(status=503)(request, writer)
            return
        url = urlsplit(request.path)
        query = parse_qs(url.query)
        said = self.said()
        if url.path == "/feed":
            await Answer(_feed(said[-10:], self.named))(request, writer)
            return
        since = int(query.get("since", ["0"])[0])
        chosen = [moment for moment in said if moment > since]
        chosen = chosen if url.path == "/oldest" else chosen[::-1]
        page = int(query.get("page", ["1"])[0])
        rows = [{"id": str(at), "text": "panne", "at": iso(at)} for at in chosen[page * 10 - 10 : page * 10]]
        await Answer(json.dumps(rows).encode())(request, writer)


def _feed(said: list[int], named: str) -> bytes:
    rows = "".join(
        f"<item><guid>{named}-{at}</guid><title>panne</title><pubDate>"
        f"{datetime.fromtimestamp(at / 1000, UTC):%a, %d %b %Y %T} +0000</pubDate></item>"
        for at in reversed(said)
    )
    return f'<rss version="2.0"><channel><title>x</title>{rows}</channel></rss>'.encode()


def table(server: LoopbackServer, order: str, **keys: object) -> str:
    """The board as a source of the room: the newest first, the oldest first, or as a feed."""
    if order == "feed":
        return feed_table("board", server.url("/feed"), "3 min")
    settings = {"order": order, "page_param": "page", "most_pages": 2, **keys}
    if order == "oldest":
        settings |= {"since_param": "since", "since_form": "milliseconds"}
    told = "\n".join(f"{name} = {json.dumps(value)}" for name, value in settings.items())
    return (
        f'[[sources]]\nname = "board"\nkind = "json"\nurl = "{server.url("/" + order)}"\nallow_private = true\n'
        f'every = "3 min"\n{told}\n[sources.fields]\nnative_id = "id"\ntext = "text"\npublished_at = "at"\n'
    )


class Bench:
    """A room on the board; `poll` asks it when it is due."""

    def __init__(self, folder: Path, config: Path, board: Board) -> None:
        self.cache, self.config, self.board, self.clock = folder / "cache.db", config, board, board.clock
        self.collector: Collector
        self.db: Connection

    async def begin(self) -> None:
        """A collector begins."""
        self.collector = Collector(load(self.config), self.cache, self.clock)
        await self.collector.start()
        self.db = open_reader(self.cache)

    async def end(self) -> None:
        """And ends."""
        self.db.close()
        await self.collector.stop()

    async def poll(self, until: int | None = None) -> CatchUp | None:
        """Ask whenever it is due until a moment, or once; returns what it is catching up."""
        while True:
            (row,) = sources.source_rows(self.db)
            if until is not None and (row.due or 0) >= until:
                self.clock.moment = until
                break
            self.clock.moment = max(self.clock.moment, row.due or 0)
            for runner in await self.collector.run_once():
                runner.apply(sources.source_rows(self.db)[0])
            if until is None:
                break
        gap = sources.source_rows(self.db)[0].gap
        return gap if gap is not None and gap.is_told(self.clock.moment) else None

    def heard(self, start: int) -> list[tuple[int, int]]:
        """When it was listened to, from a moment on."""
        return list(volumes.heard(self.db, start, self.clock.moment)[1].listening.heard)

    def published(self) -> list[int]:
        """What is stored, in the order in which it came; each in its own minute, once."""
        said = [at for (at,) in self.db.execute("SELECT published FROM mentions ORDER BY id")]
        counted = dict(self.db.execute("SELECT minute, sum(mentions) FROM counts WHERE topic = 1 GROUP BY minute"))
        assert counted == {floor_minute(at): 1 for at in said}
        return said


@asynccontextmanager
async def listening(folder: Path, order: str, **keys: object) -> AsyncIterator[Bench]:
    """A room that has listened for an hour."""
    board = Board(HandClock(START))
    async with LoopbackServer({"*": board}) as server:
        bench = Bench(folder, write_config(folder, table(server, order, **keys), HUB), board)
        await bench.begin()
        try:
            assert await bench.poll(START + HOUR) is None
            yield bench
        finally:
            await bench.end()


async def _outage(bench: Bench, how: str) -> int:
    """Three hours in which nothing is heard, and the first poll after them is made; returns what was heard last."""
    since = sources.source_rows(bench.db)[0].last_success or 0
    if how == "theirs":
        bench.board.down = True
        await bench.poll(START + 4 * HOUR)
        bench.board.down = False
        await bench.poll()
    elif how == "ours":
        await bench.end()
        bench.clock.moment = START + 4 * HOUR
        await bench.begin()
        await bench.poll()
    else:  # the machine slept
        bench.clock.moment = START + 4 * HOUR
        await bench.poll()
    return since


@pytest.mark.parametrize(("order", "how"), [("newest", "theirs"), ("oldest", "ours"), ("newest", "asleep")])
async def test_what_was_missed_is_fetched_in_portions_and_no_burst(tmp_path: Path, order: str, how: str) -> None:
    async with listening(tmp_path, order) as bench:
        before = len(bench.published())
        since = await _outage(bench, how)
        again = bench.clock.moment
        gap = catch_ups.open_catch_up(bench.db, 1)
        assert gap is not None
        assert (gap.since, gap.until, gap.stored) == (since, again, len(bench.published()) - before)
        assert 15 <= gap.stored <= 20
        assert gap.length - HOUR - 10 * MINUTE < gap.left < gap.length - 50 * MINUTE
        words = catch_up_words(gap, again, UTC)
        assert words.startswith("catching up 2 h ")
        assert words.endswith(f", {gap.stored} came")
        # Until it is through nothing of it counts as heard, and it is asked as soon as politeness allows.
        assert bench.heard(since + MINUTE) == []
        assert (sources.source_rows(bench.db)[0].interval, sources.source_rows(bench.db)[0].tempo) == (
            MINUTE,
            '["behind"]',
        )
        polls = 1
        while await bench.poll() is not None:
            polls += 1
            assert polls < 12
        said = bench.published()
        assert len(said) == len(set(said))
        assert sorted(said) == list(range(START - HOUR, max(said) + 1, _EVERY))
        came = said[before:]
        assert came == sorted(came) if order == "oldest" else came[: gap.stored] == sorted(came[: gap.stored])[::-1]
        assert sources.source_rows(bench.db)[0].interval == 3 * MINUTE
        assert bench.heard(since) == [(since, bench.clock.moment)]
        assert [alert.kind for alert in alerts.alert_rows(bench.db) if alert.kind != "source_silent"] == []


async def test_what_lies_too_far_back_is_left_and_stays_a_hole(tmp_path: Path) -> None:
    async with listening(tmp_path, "newest", catch_up="1 h") as bench:
        since = await _outage(bench, "theirs")
        again = bench.clock.moment
        while (gap := await bench.poll()) is not None and gap.ended is None:
            pass
        assert gap is not None
        assert (gap.hole, gap.known) == (again - HOUR, (again - HOUR, again))
        said = bench.published()
        told = [at for at in range(START - HOUR, max(said), _EVERY) if at > since]
        missed = [at for at in told if at not in said]
        assert missed == told[: len(missed)]
        assert (len(missed) >= 25, missed[-1] < again - HOUR) == (True, True)
        assert bench.heard(since + MINUTE)[0][0] == again - HOUR
        (covered,) = sources.coverage(bench.db, since + 10 * MINUTE, bench.clock.moment)
        assert covered.spans[0][0] == again - HOUR
        assert catch_up_words(gap, bench.clock.moment, UTC).startswith("out of reach: 08:5")
        bench.board.asked = 0
        await bench.poll(bench.clock.moment + 30 * MINUTE)
        assert bench.board.asked <= 12


async def test_a_feed_tells_what_it_still_holds(tmp_path: Path) -> None:
    async with listening(tmp_path, "feed") as bench:
        since = await _outage(bench, "theirs")
        again = bench.clock.moment
        gap = catch_ups.latest_catch_ups(bench.db)[1]
        assert gap.ended == again
        assert gap.hole is not None
        assert again - 33 * MINUTE <= gap.hole <= again - 27 * MINUTE
        assert bench.heard(since + MINUTE)[0][0] == gap.hole
        # A short silence is none, and what a feed still holds of a longer one is no hole.
        bench.clock.moment += 25 * MINUTE
        assert await bench.poll() == gap
        assert bench.heard(gap.hole)[0][1] == bench.clock.moment


async def test_a_feed_that_names_all_it_shows_anew_has_lost_nothing(tmp_path: Path) -> None:
    async with listening(tmp_path, "feed") as bench:
        began = bench.clock.moment
        await bench.poll(began + 10 * MINUTE)
        bench.board.named = "2"
        await bench.poll(began + 20 * MINUTE)
        assert bench.db.execute("SELECT count(*) FROM catch_ups").fetchone() == (1,)
        # It reaches back to before the source was heard last: there is no hole to tell.
        assert catch_ups.latest_catch_ups(bench.db) == {}
        (row,) = sources.source_rows(bench.db)
        assert not unheard([row], bench.clock.moment, began).anything


async def test_what_a_feed_lost_between_two_polls_was_not_heard_and_all_else_was(tmp_path: Path) -> None:
    async with listening(tmp_path, "feed") as bench:
        began = bench.clock.moment
        bench.board.loud = (began, began + 20 * MINUTE)
        await bench.poll(began + 40 * MINUTE)
        stored = {at for (at,) in bench.db.execute("SELECT published FROM mentions")}
        loud = range(*bench.board.loud, _LOUD)
        lost = [at for at in loud if at not in stored]
        heard = bench.heard(began)
        # Of a minute that was lost in part what came is looked at.
        shown = {floor_minute(at) for at in stored}
        lost_whole = [at for at in lost if floor_minute(at) not in shown]
        assert lost_whole
        assert not any(low <= at < high for at in lost_whole for low, high in heard)
        came = [at for at in stored if at >= began]
        assert came
        assert all(any(low <= at < high for low, high in heard) for at in came)
        (covered,) = sources.coverage(bench.db, began, bench.clock.moment)
        assert not any(low <= at < high for at in lost for low, high in covered.spans)
        # What came, came in time.
        assert catch_ups.to_look_at(bench.db, bench.clock.moment) == []


async def test_a_timeline_that_is_read_oldest_first_goes_back_no_further_either(tmp_path: Path) -> None:
    clock = HandClock(START)
    table = '[[sources]]\nname = "masto"\nkind = "mastodon"\ntags = ["panne"]\nallow_private = true\ncatch_up = "1 h"\n'

    async with FakeMastodon(page_cap=20) as server:

        def say() -> None:
            for number in range(len(server.statuses), (clock.now() - START + HOUR) // MINUTE):
                said = iso(START - HOUR + number * MINUTE)
                server.statuses.append(status(number, content="<p>panne</p>", created_at=said))

        server.before_timeline = say
        config = write_config(tmp_path, f'{table}server = "{server.url}"\nevery = "3 min"\n', HUB)
        bench = Bench(tmp_path, config, Board(clock))
        await bench.begin()
        try:
            assert await bench.poll(START + HOUR) is None
            since = sources.source_rows(bench.db)[0].last_success or 0
            clock.moment = START + 6 * HOUR
            again = clock.moment
            while (gap := await bench.poll()) is not None and gap.ended is None:
                pass
            assert gap is not None
            assert gap.hole is not None
            assert again - HOUR - 20 * MINUTE <= gap.hole <= again - HOUR
            said = [at for (at,) in bench.db.execute("SELECT published FROM mentions ORDER BY published")]
            assert len(said) == len(set(said))
            late = [at for at in said if at >= gap.hole]
            assert late == list(range(late[0], late[-1] + 1, MINUTE))
            assert late[0] == gap.hole
            missed = gap.hole - since - 21 * MINUTE
            assert missed > 3 * HOUR
            assert len([at for at in said if since < at < gap.hole]) <= 20, "the page that showed how old it is"
            assert bench.heard(since + MINUTE)[0][0] == gap.hole
            assert catch_up_words(gap, clock.moment, UTC).startswith("out of reach: ")
        finally:
            await bench.end()


async def test_what_is_no_post_says_how_far_a_stream_is(tmp_path: Path) -> None:
    def frames(first: int, last: int) -> list[str]:
        return [
            json.dumps({"did": f"did:plc:{at}", "time_us": (START + at * MINUTE) * 1000 + 1, "kind": "identity"})
            for at in range(first, last)
        ]

    def post(minute: int) -> str:
        return commit((START + minute * MINUTE) * 1000, f"{minute + 100:013d}", record("panne"))

    cache, table = tmp_path / "cache.db", '[[sources]]\nname = "bsky"\nkind = "jetstream"\nallow_private = true\n'
    async with FakeJetstream([post(-1)]) as server:
        config = write_config(tmp_path, f'{table}servers = ["{server.url}"]\nkeep = "all"\n', HUB)
        async with collecting(config, cache, clock_at(START)):
            await row_when(cache, "bsky", lambda row: row.stored == 1)
    # Three hundred frames in which nothing is said come before the one post of the gap.
    backlog = [*frames(1, 301), post(320)]
    async with FakeJetstream(backlog) as server:
        config = write_config(tmp_path, f'{table}servers = ["{server.url}"]\nkeep = "all"\n', HUB)
        async with collecting(config, cache, clock_at(START + 10 * HOUR)):
            await row_when(cache, "bsky", lambda row: row.stored == 2)
            db = open_reader(cache)
            await server.say(*frames(600, 601))
            await eventually(lambda: catch_ups.open_catch_up(db, 1) is None)
            assert db.execute("SELECT stored FROM catch_ups").fetchall() == [(1,)]
            db.close()


async def test_a_stream_is_through_once_it_tells_of_the_present(tmp_path: Path) -> None:
    def said(first: int, last: int) -> list[str]:
        return [
            commit((START + minute * MINUTE) * 1000, f"{minute + 100:013d}", record("panne"))
            for minute in range(first, last)
        ]

    cache, tables = tmp_path / "cache.db", '[[sources]]\nname = "bsky"\nkind = "jetstream"\nallow_private = true\n'
    async with FakeJetstream(said(-5, 1)) as server:
        config = write_config(tmp_path, f'{tables}servers = ["{server.url}"]\nkeep = "all"\n', HUB)
        async with collecting(config, cache, clock_at(START)):
            before = await row_when(cache, "bsky", lambda row: row.stored == 6)
    async with FakeJetstream(said(-5, 181)) as server:
        config = write_config(tmp_path, f'{tables}servers = ["{server.url}"]\nkeep = "all"\n', HUB)
        async with collecting(config, cache, clock_at(START + 3 * HOUR)):
            db = open_reader(cache)
            await eventually(
                lambda: db.execute("SELECT 1 FROM catch_ups WHERE ended IS NOT NULL").fetchone() is not None
            )
            (gap,) = [CatchUp(*row) for row in db.execute("SELECT * FROM catch_ups")]
            assert (gap.stored, gap.hole, gap.since) == (180, None, before.last_success)
            assert gap.length >= 3 * HOUR - MINUTE
            assert catch_ups.open_catch_up(db, 1) is None
            db.close()
