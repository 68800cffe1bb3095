"""Days on a clock that is moved by hand: how often a server is asked an hour, while it is quiet, busy, at night, in a
crisis; who waits for longer is neither silent nor a hole.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from socialhub.clock import DAY, HOUR, MINUTE, from_datetime
from socialhub.collector import Collector
from socialhub.collector.pacer import Pacer, Pacing
from socialhub.config import load
from socialhub.detect.silence import health_of
from socialhub.model import Health, SourceRow
from socialhub.store import alerts, crises, sources
from socialhub.store.connection import Connection, open_reader, open_writer
from socialhub.tempo_words import tempo_words
from tests.collector.test_collector import feed_table, write_config
from tests.servers import Answer, HandClock, LoopbackServer, Request

MIDNIGHT = from_datetime(datetime(2026, 11, 20, tzinfo=UTC))
_HUB = 'contact = "https://example.org/"\ntimezone = "UTC"\nnight = "00:00-06:00"\n'


class News:
    """A feed that says something new at each poll of its busy hours; counts how often it is asked by the hour."""

    def __init__(self, clock: HandClock, busy: range, headers: dict[str, str] | None = None) -> None:
        self._clock, self._busy, self._headers = clock, busy, headers or {}
        self._items: list[str] = []
        self.asked: Counter[int] = Counter()

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        hour = (self._clock.now() - MIDNIGHT) // HOUR
        self.asked[hour] += 1
        if hour % 24 in self._busy or not self._items:
            when = datetime.fromtimestamp(self._clock.now() / 1000, UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
            number = self.asked.total()
            told = f"<guid>{number}</guid><title>Panne {number}</title><pubDate>{when}</pubDate>"
            self._items = [f"<item>{told}</item>", *self._items[:9]]
        feed = f'<rss version="2.0"><channel><title>x</title>{"".join(self._items)}</channel></rss>'
        await Answer(feed.encode(), headers=self._headers)(request, writer)

    def per_hour(self, first: int, last: int) -> float:
        """How often it was asked an hour, in the hours from `first` to before `last`."""
        return sum(self.asked[hour] for hour in range(first, last)) / (last - first)


@asynccontextmanager
async def asked_when_due(folder: Path, news: News, clock: HandClock, every: str) -> AsyncIterator[Collector]:
    """A collector of a feed, and a reader of its cache."""
    async with LoopbackServer({"*": news}) as server:
        config = write_config(folder, feed_table("presse", server.url("/"), every), _HUB)
        collector = Collector(load(config), folder / "cache.db", clock)
        await collector.start()
        try:
            yield collector
        finally:
            await collector.stop()


async def run_until(collector: Collector, db: Connection, clock: HandClock, moment: int) -> SourceRow:
    """Let the source be asked whenever it is due; nobody may call it late or silent on the way."""
    row = sources.source_rows(db)[0]
    while (row.due or 0) < moment:
        clock.moment = max(clock.moment, row.due or 0)
        if row.last_success is not None:
            assert health_of(row, clock.moment, MIDNIGHT) is Health.OK
        for runner in await collector.run_once():
            runner.apply(sources.source_rows(db)[0])
        row = sources.source_rows(db)[0]
    clock.moment = moment
    return row


async def test_a_day_is_slow_when_quiet_and_at_night_and_full_when_busy_and_nothing_of_it_is_a_hole(
    tmp_path: Path,
) -> None:
    clock = HandClock(MIDNIGHT)
    news = News(clock, range(12, 16))
    async with asked_when_due(tmp_path, news, clock, "5 min") as collector:
        db = open_reader(tmp_path / "cache.db")
        await run_until(collector, db, clock, MIDNIGHT + 9 * HOUR)
        quiet = await run_until(collector, db, clock, MIDNIGHT + 11 * HOUR)
        assert tempo_words(quiet) == "every 15 min, quiet, ×3"
        busy = await run_until(collector, db, clock, MIDNIGHT + 15 * HOUR + 50 * MINUTE)
        assert tempo_words(busy) == ""
        night = await run_until(collector, db, clock, MIDNIGHT + DAY + 5 * HOUR)
        assert tempo_words(night) == "every 30 min, quiet, night, ×6"
        # 12 an hour are configured; jitter and the way between two paces are allowed for.
        assert 1.5 <= news.per_hour(24, 29) <= 3
        assert 3.5 <= news.per_hour(8, 12) <= 5
        assert 11 <= news.per_hour(13, 16) <= 13.5
        day = next(each for each in sources.coverage(db, MIDNIGHT + HOUR, clock.moment))
        assert sum(high - low for low, high in day.spans) >= clock.moment - MIDNIGHT - HOUR
        db.close()


async def test_a_crisis_is_heard_fast_by_night_as_polite_as_ever_and_is_over_by_itself(tmp_path: Path) -> None:
    clock = HandClock(MIDNIGHT)
    news = News(clock, range(0))
    async with asked_when_due(tmp_path, news, clock, "10 min") as collector:
        db, writer = open_reader(tmp_path / "cache.db"), open_writer(tmp_path / "cache.db")
        await run_until(collector, db, clock, MIDNIGHT + 2 * HOUR)
        with writer.transaction() as cache:
            crises.begin_crisis(cache, 1, "lea", clock.moment, clock.moment + 3 * HOUR)
        hot = await run_until(collector, db, clock, MIDNIGHT + 5 * HOUR)
        assert tempo_words(hot) == "every 2 min, crisis"
        over = await run_until(collector, db, clock, MIDNIGHT + 6 * HOUR)
        assert tempo_words(over) == "every 1 h, quiet, night, ×6"
        assert 27 <= news.per_hour(3, 5) <= 33
        # What is not fed by the topic is left alone: an alert of another one, and one that is no crisis.
        with writer.transaction() as cache:
            cache.execute("UPDATE hour_counts SET source = source + 1 WHERE topic = 1")
            crises.begin_crisis(cache, 1, "lea", clock.moment, clock.moment + HOUR)
        calm = await run_until(collector, db, clock, MIDNIGHT + 8 * HOUR)
        assert "crisis" not in tempo_words(calm)
        writer.close()
        db.close()


async def test_what_the_server_asks_for_is_kept_to_in_a_crisis_and_is_no_silence(tmp_path: Path) -> None:
    clock = HandClock(MIDNIGHT)
    news = News(clock, range(24), {"Cache-Control": "max-age=2400"})
    async with asked_when_due(tmp_path, news, clock, "2 min") as collector:
        db, writer = open_reader(tmp_path / "cache.db"), open_writer(tmp_path / "cache.db")
        await collector.run_once()
        with writer.transaction() as cache:
            crises.begin_crisis(cache, 1, "lea", clock.moment, clock.moment + DAY)
        row = await run_until(collector, db, clock, MIDNIGHT + 12 * HOUR)
        assert tempo_words(row) == "every 40 min, crisis, as its server asks, ×20"
        assert news.per_hour(1, 12) <= 1.6
        assert not alerts.alert_rows(db)
        # Another collector knows it, too.
        pacer = Pacer(row.number, Pacing(2 * MINUTE, MINUTE), row)
        pacer.crisis = True
        assert pacer.plan(writer.db, clock.moment).interval == row.interval
        writer.close()
        db.close()
