"""Counts and orders of what a filter lets through: true to the list, bounded in time, interrupted when nobody waits."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialhub.clock import DAY, HOUR
from socialhub.live import Reading
from socialhub.model import Mention, Order
from socialhub.query import parse, to_sql
from socialhub.store import effort
from socialhub.store.connection import Connection, open_reader
from socialhub.store.facets import Facets, Question, facets, offsets
from socialhub.store.mentions import FeedFilter, feed
from socialhub.store.ranking import LISTED, ranked
from socialhub.store.tombstones import bury
from tests.seed import NOW, Seeded, prepared, seed_cache

PARIS = ZoneInfo("Europe/Paris")
ALL = 10_000


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A cache of 900 mentions over half a year, in three sources and languages, some of them gone."""
    path = tmp_path_factory.mktemp("varied") / "cache.db"
    made = seed_cache(path, 300)
    dice = random.Random(5)
    _add_varied(made, dice)
    with made.writer.transaction() as db:
        for mention in dice.sample(range(1, 900), 40):
            bury(db, mention, "deleted")
    made.writer.close()
    db = open_reader(path)
    yield db
    db.close()


def _add_varied(made: Seeded, dice: random.Random) -> None:
    for source in ("bluesky", "ouest-france", "le-monde"):
        rows = [
            prepared(
                " ".join(dice.choices(("fibre", "panne", "merci", "antenne", "de", "box", "#réseau", "hier"), k=6)),
                title=dice.choice(("", "", "Panne de fibre", "Antenne en feu")),
                tone=dice.choice((-1, 0, 1, None)),
                confidence=dice.choice((0.3, 0.9)),
                topics=tuple(dice.sample((1, 2, 3), dice.randrange(3))),
                lang=dice.choice(("fr", "en", "")),
                # Around the nights on which clocks change, and their midnights.
                published=NOW - dice.randrange(200) * DAY - dice.choice((0, HOUR, 2 * HOUR, 5 * HOUR)),
            )
            for _row in range(200)
        ]
        made.add(rows, source)
    title, text = prepared("rose mauve", title="licorne bleue"), prepared("licorne bleue", title="rose mauve")
    made.add([title, text])


WORDS = st.sampled_from(["fibre", "panne", "fib*", "#réseau", '"de box"', "title:panne", "box -panne", "xyzzy"])
FIELDS = st.sampled_from(["lang:fr", "lang:en", "sentiment:neg", "source:bluesky", "date:2026-05", "followers:>5000"])
QUERIES = st.one_of(
    WORDS, FIELDS, st.builds("{} {}".format, WORDS, FIELDS), st.builds("{} OR {}".format, WORDS, FIELDS)
)


@st.composite
def filters(draw: st.DrawFn) -> FeedFilter:
    """Any filter of the bar, with or without a query."""
    query = draw(st.none() | QUERIES)
    return FeedFilter(
        topic=draw(st.sampled_from([None, None, 1, 2])),
        source=draw(st.sampled_from([None, None, 1, 2])),
        tone=draw(st.sampled_from([None, None, -1, 2])),
        condition=None if query is None else to_sql(parse(query), PARIS),
    )


def listed(db: Connection, chosen: FeedFilter) -> list[Mention]:
    return [each for each in feed(db, chosen, operator="lea", limit=ALL, now=NOW) if not each.tombstone]


def bucket(mention: Mention) -> int:
    return 2 if mention.unsure or mention.tone is None else int(mention.tone)


@given(chosen=filters())
def test_facets_count_exactly_what_the_list_shows(varied: Connection, chosen: FeedFilter) -> None:
    counted, rows = facets(varied, chosen, PARIS, operator="lea", now=NOW), listed(varied, chosen)
    assert counted.exact
    assert counted.total == len(rows)
    assert dict(counted.sources) == Counter(row.source for row in rows)
    assert dict(counted.tones) == Counter(map(bucket, rows))
    assert dict(counted.languages) == Counter(row.lang for row in rows)
    days = Counter(datetime.fromtimestamp(row.published / 1000, PARIS).date() for row in rows)
    assert counted.days == tuple(sorted(days.items()))


@given(chosen=filters())
def test_time_and_relevance_hold_the_same_mentions_as_the_list(varied: Connection, chosen: FeedFilter) -> None:
    rows = listed(varied, chosen)
    by_time = ranked(varied, chosen, Order.TIME, operator="lea", now=NOW, limit=ALL)
    assert [each.id for each in by_time.mentions] == [
        each.id for each in sorted(rows, key=lambda row: (row.published, row.id), reverse=True)
    ]
    by_relevance = ranked(varied, chosen, Order.RELEVANCE, operator="lea", now=NOW, limit=ALL)
    assert {each.id for each in by_relevance.mentions} == {each.id for each in rows}
    assert by_time.since == by_relevance.since == 0


def test_a_word_in_the_title_is_more_relevant_than_one_in_the_text(varied: Connection) -> None:
    chosen = FeedFilter(condition=to_sql(parse("licorne")))
    assert [row.title for row in ranked(varied, chosen, Order.RELEVANCE).mentions] == ["licorne bleue", "rose mauve"]
    assert [row.title for row in ranked(varied, chosen, Order.TIME).mentions] == ["rose mauve", "licorne bleue"]


def test_without_words_relevance_is_the_newest_published(varied: Connection) -> None:
    chosen = FeedFilter(condition=to_sql(parse("lang:en")))
    assert ranked(varied, chosen, Order.RELEVANCE) == ranked(varied, chosen, Order.TIME)


# ---- more than can be judged in time -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """30,000 mentions of two words, sources taking turns, a third of them in English, over a hundred days."""
    path = tmp_path_factory.mktemp("many") / "cache.db"
    made = seed_cache(path, 0, alerted=False)
    sources = ("bluesky", "ouest-france", "le-monde")
    for start in range(0, 30_000, 1000):
        for place, source in enumerate(sources):
            rows = [
                prepared("fibre coupée", native_id=f"m{number}", lang=("fr", "fr", "en")[number // 3 % 3],
                         published=NOW - (30_000 - number) * 288_000)
                for number in range(start + place, start + 1000, 3)
            ]  # fmt: skip
            made.add(rows, source)
    made.writer.checkpoint(truncate=True)
    made.writer.close()
    db = open_reader(path, threads=True)
    yield db
    db.close()


def test_an_estimate_says_so_and_is_near(many: Connection) -> None:
    chosen = FeedFilter(condition=to_sql(parse("fibre")))
    calm = facets(many, chosen, UTC, seconds=60)
    # A machine that is busy elsewhere may judge a handful in so short a time: until it has judged some of every day.
    tries = (facets(many, chosen, UTC, seconds=0.004) for _ in range(200))
    hurried = next(each for each in tries if len(each.days) > 95)
    assert calm.exact
    assert calm.total == 30_000
    assert not hurried.exact
    assert abs(hurried.total - 30_000) < 3_000
    for estimated, counted in ((hurried.sources, calm.sources), (hurried.languages, calm.languages)):
        assert {name for name, _count in estimated} == {name for name, _count in counted}
        for name, count in estimated:
            assert abs(count / dict(counted)[name] - 1) < 0.25


@settings(max_examples=20)
@given(share=st.integers(1, 1000))
def test_a_share_is_drawn_from_every_source_alike(many: Connection, share: int) -> None:
    """Sources take turns in the ids: a draw in step with them would see one alone."""
    chosen = FeedFilter(condition=to_sql(parse("fibre")))
    drawn = facets_of_share(many, chosen, share)
    expected = 10_000 * share / 1000
    for _source, count in drawn.items():
        assert abs(count - expected) <= 5 * expected**0.5 + 1


def facets_of_share(db: Connection, chosen: FeedFilter, share: int) -> Counter[int]:
    counted: Counter[int] = Counter()
    for source, _lang, _tone, _day, count in Question(db, chosen, UTC, {"operator": "", "now": NOW}).counted(
        share=share
    ):
        counted[source] += count
    return counted


def test_what_cannot_all_be_ranked_in_time_is_ranked_from_the_newest_arrivals(many: Connection) -> None:
    chosen = FeedFilter(condition=to_sql(parse("fibre")))
    hurried = ranked(many, chosen, Order.TIME, seconds=0.002)
    assert hurried.since > 0
    calm = ranked(many, chosen, Order.TIME, seconds=60, limit=ALL * 10)
    assert calm.since == 0
    newest = [each.id for each in calm.mentions if each.id >= hurried.since]
    assert [each.id for each in hurried.mentions] == newest[:LISTED]


def test_candidates_are_counted_from_the_newest(many: Connection) -> None:
    for chosen in (FeedFilter(), FeedFilter(condition=to_sql(parse("coupée")))):
        lowest = effort.newest_from(many, chosen, 100)
        assert len(feed(many, chosen, operator="", limit=ALL, after=lowest - 1)) == 100
        assert effort.newest_from(many, chosen, 10**9) == 0


async def test_a_count_that_nobody_waits_for_is_interrupted(many: Connection) -> None:
    (path,) = many.execute("SELECT file FROM pragma_database_list").fetchone()
    reading = Reading(Path(path))
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    await reading.read(lambda db: db.execute("SELECT 1").fetchone())
    asked = asyncio.create_task(reading.read(lambda db: db.execute(endless).fetchone()))
    await asyncio.sleep(0.05)
    asked.cancel()
    started = time.monotonic()
    counted: Facets = await reading.read(lambda db: facets(db, FeedFilter(), UTC))
    assert counted.total == 30_000
    assert time.monotonic() - started < 5
    reading.close()


# ---- days --------------------------------------------------------------------------------------------------------


@given(
    start=st.integers(0, 2_000_000_000_000),
    days=st.integers(0, 2_000),
    zone=st.sampled_from(["UTC", "Europe/Paris", "Asia/Kolkata", "Australia/Lord_Howe", "America/New_York"]),
)
def test_the_offsets_of_a_span_are_those_of_its_zone(start: int, days: int, zone: str) -> None:
    there, end = ZoneInfo(zone), start + days * DAY
    found = offsets(there, start, end)
    assert [since for since, _offset in found] == sorted({since for since, _offset in found})
    for moment in range(start, end + 1, max(1, (end - start) // 50)):
        offset = [offset for since, offset in found if since <= moment][-1]
        real = datetime.fromtimestamp(moment / 1000, there).utcoffset()
        assert timedelta(milliseconds=offset) == real
