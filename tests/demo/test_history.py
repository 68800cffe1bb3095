"""The past that is written into the cache: it agrees with itself, with the scenario and with the gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.demo.data import load
from socialhub.demo.generator import Teller
from socialhub.demo.help_line import HELP_LINE
from socialhub.demo.history import ALL, Row, tell_history
from socialhub.demo.scenario import BROKEN_SOURCE, Scenario, laid_out
from socialhub.demo.seed import seed_history
from socialhub.demo.story import EVENTS, HISTORY_DAYS, SILENT_SOURCE, SPAN
from socialhub.demo.topics import TOPICS
from socialhub.demo.voices import SOURCES
from socialhub.gazetteer import ancestors
from socialhub.store.alerts import alert_rows
from socialhub.store.connection import Writer, open_writer
from socialhub.store.counts import series
from socialhub.store.places import place_series, place_totals
from socialhub.store.repair import check, counts_agree
from socialhub.store.sources import coverage, holes, source_rows
from socialhub.store.topics import active_topics
from tests.demo.conftest import SEED


@pytest.fixture(scope="module")
def rows(start: int) -> list[Row]:
    return tell_history(SEED, start).counts


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory, start: int) -> Scenario:
    return laid_out(tmp_path_factory.mktemp("demo"), start + 41 * HOUR)


@pytest.fixture(scope="module")
def writer(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    cache = open_writer(tmp_path_factory.mktemp("cache") / "demo.db")
    seed_history(cache, scenario, SEED)
    yield cache
    cache.close()


def test_the_same_seed_gives_the_same_past(rows: list[Row], start: int) -> None:
    assert tell_history(SEED, start).counts == rows


def test_counts_lie_in_the_28_days_before(rows: list[Row], start: int) -> None:
    for topic, minute, source, tone, mentions, stories in rows:
        assert start - HISTORY_DAYS * DAY <= minute < start
        assert minute % MINUTE == 0
        assert topic in {ALL, *(topic.slug for topic in TOPICS)}
        assert source in SOURCES
        assert tone in (-1, 0, 1, 2)
        assert 0 <= stories <= mentions >= 1


def test_a_topic_never_has_more_than_all(rows: list[Row]) -> None:
    totals: Counter[tuple[str, int]] = Counter()
    for topic, minute, _source, _tone, mentions, _stories in rows:
        totals[topic, minute // HOUR] += mentions
    assert all(mentions <= totals[ALL, hour] for (_topic, hour), mentions in totals.items())


def test_levels_are_those_of_the_scenarios_ordinary_life(rows: list[Row], start: int) -> None:
    ordinary = {beat.name for beat in load().beats if not beat.event}
    told = [line for line in Teller(SEED, start).tell() if line.beat in ordinary and not line.deleted]
    a_day = Counter(line.source for line in told)
    before: Counter[str] = Counter()
    for topic, _minute, source, _tone, mentions, _stories in rows:
        before[source] += mentions if topic == ALL else 0
    for source in ("bluesky", "mastodon:bavardage", "forum:fibre-entraide"):
        assert before[source] / HISTORY_DAYS == pytest.approx(a_day[source] / 2, rel=0.25)


def test_nights_are_quiet_and_one_evening_is_not(rows: list[Row], start: int) -> None:
    hours: Counter[int] = Counter()
    for topic, minute, _source, _tone, mentions, _stories in rows:
        hours[(minute - start) // HOUR] += mentions if topic == "fibre" else 0
    nights = sum(hours[-24 * day] for day in range(1, HISTORY_DAYS + 1))
    evenings = sum(hours[-24 * day + 17] for day in range(1, HISTORY_DAYS + 1))
    assert nights * 5 < evenings
    assert hours.most_common(1)[0][0] // 24 == -11


def test_the_seeded_cache_is_sound(writer: Writer) -> None:
    assert check(writer).ok
    assert counts_agree(writer.db)
    assert [topic.id for topic in active_topics(writer.db)] == [topic.slug for topic in TOPICS]


def test_hours_say_what_minutes_say(writer: Writer, start: int) -> None:
    days_by_hour = series(writer.db, start - 7 * DAY, start, 7)
    minutes = writer.db.execute(
        "SELECT topic, sum(mentions) FROM counts WHERE minute >= ? GROUP BY topic", (start - 7 * DAY,)
    )
    for topic, mentions in minutes:
        assert days_by_hour[topic].total == mentions


def configured(db: Any) -> None:
    """As the collector does on its start."""
    db.execute("UPDATE sources SET configured = 1")


def test_history_is_no_hole_but_the_hole_is_one(writer: Writer, scenario: Scenario) -> None:
    with writer.transaction() as db:
        configured(db)
    begun = scenario.start - HISTORY_DAYS * DAY
    spans = coverage(writer.db, begun, scenario.play_from)
    days = (scenario.play_from - begun) // HOUR
    gaps = [hour for hour, gap in enumerate(holes(spans, begun, HOUR, days)) if gap]
    hole = EVENTS["hole"]
    assert gaps == [HISTORY_DAYS * 24 + hole.start_offset_ms // HOUR]


def test_the_silent_source_was_not_heard_for_a_while(writer: Writer, scenario: Scenario) -> None:
    silence = EVENTS["silence"]
    since, until = scenario.start + silence.start_offset_ms, scenario.start + silence.end_offset_ms
    (number,) = writer.db.execute("SELECT id FROM sources WHERE name = ?", (SILENT_SOURCE,)).fetchone()
    outcomes = writer.db.execute(
        "SELECT outcome FROM polls WHERE source = ? AND start < ? AND end > ?", (number, until, since)
    ).fetchall()
    assert outcomes == [("timeout",)]


def test_past_alerts_are_over(writer: Writer) -> None:
    alerts = alert_rows(writer.db)
    assert {alert.kind for alert in alerts} == {"network", "source_silent"}
    assert all(alert.state == "resolved" for alert in alerts)


def test_every_source_has_its_past(writer: Writer, scenario: Scenario) -> None:
    rows = {row.name: row for row in source_rows(writer.db, configured_only=False)}
    assert set(rows) == {*SOURCES, HELP_LINE, BROKEN_SOURCE}
    assert all(row.last_success == scenario.play_from for name, row in rows.items() if name != BROKEN_SOURCE)
    assert (rows[BROKEN_SOURCE].last_success or 0) < scenario.play_from
    assert scenario.end == scenario.start + SPAN


def test_the_past_has_its_places_under_all_that_lies_around_them(writer: Writer, start: int) -> None:
    counted = place_totals(writer.db, 0, [(start - HISTORY_DAYS * DAY, start)])
    assert counted["R-53"] > counted["D-35"] > counted["35238"] > 0
    for code, mentions in counted.items():
        assert all(counted[around] >= mentions for around in ancestors(code))
    by_hours = sum(sum(found.totals) for found in place_series(writer.db, 0, start - 7 * DAY, start, 7).values())
    minutes = "SELECT sum(mentions) FROM place_counts WHERE topic = 0 AND minute >= ? AND minute < ?"
    assert writer.db.execute(minutes, (start - 7 * DAY, start)).fetchone() == (by_hours,)
