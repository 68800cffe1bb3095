"""The places by keyboard: the page from the desk, the tile of a wall, and what the usual level is taken from."""

from __future__ import annotations

from pathlib import Path

import pytest

from socialhub.app import SocialhubApp
from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.gazetteer import places, with_ancestors
from socialhub.live import read_places
from socialhub.live.spans import USUAL_SPAN
from socialhub.screens.desk import Desk
from socialhub.screens.page import PageScreen
from socialhub.screens.places_pane import query_of
from socialhub.store.counts import CountDelta
from socialhub.widgets.place_list import PlaceList
from tests.console.helpers import lines, reader_of, running, until
from tests.seed import NOW, Seeded

WEEK = 7 * DAY


def speak(seeded: Seeded, code: str, count: int = 1, at: int = NOW - 10 * MINUTE) -> None:
    """So many mentions of a place."""
    for _number in range(count):
        seeded.say(f"ici {code}", tone=-1, places=with_ancestors((code,)), published=at)


def listened(seeded: Seeded, start: int, end: int) -> None:
    """Somebody listened all the time between two moments."""
    with seeded.writer.transaction() as db:
        db.execute(
            "INSERT OR REPLACE INTO polls (source, start, end, outcome) VALUES (?, ?, ?, 'ok')",
            (seeded.source["bluesky"], start, end),
        )


def rows(app: SocialhubApp) -> list[str]:
    return [line.strip() for line in lines(app) if "▸" in line or "▾" in line or "Rennes" in line or "Brest" in line]


def shown(app: SocialhubApp) -> bool:
    return bool(app.screen.query(PlaceList)) and bool(rows(app))


async def test_a_region_unfolds_to_its_towns_and_a_town_narrows_the_desk(seeded: Seeded, cache: Path) -> None:
    speak(seeded, "35238", 3)
    speak(seeded, "29019", 2)
    speak(seeded, "69123")
    async with running(cache) as (app, pilot):
        await pilot.press("7")
        await until(lambda: shown(app))
        assert [row.split()[:2] for row in rows(app)] == [["▌▸", "Bretagne"], ["▸", "Auvergne-Rhône-Alpes"]]
        await pilot.press("enter", "j", "enter", "j")
        await until(lambda: any("Rennes" in row for row in rows(app)))
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, Desk))
        assert reader_of(app).choices.query == "place:Rennes"
        await until(lambda: len(reader_of(app).feed.window.rows) == 3)


async def test_why_shows_the_mentions_of_a_whole_region_and_escape_leaves(seeded: Seeded, cache: Path) -> None:
    speak(seeded, "35238", 3)
    speak(seeded, "29019", 2)
    async with running(cache, (80, 24)) as (app, pilot):
        await pilot.press("7")
        await until(lambda: shown(app))
        await pilot.press("escape")
        assert isinstance(app.screen, Desk)
        await pilot.press("7")
        await until(lambda: shown(app))
        await pilot.press("w")
        await until(lambda: isinstance(app.screen, Desk))
        assert reader_of(app).choices.query == "place:Bretagne"
        await until(lambda: len(reader_of(app).feed.window.rows) == 5)


async def test_the_span_and_the_topic_are_chosen_by_key(seeded: Seeded, cache: Path) -> None:
    seeded.say("ici", topics=(1,), places=("R-53",), published=NOW - 10 * MINUTE)
    speak(seeded, "R-94", 2, NOW - 3 * HOUR)
    async with running(cache) as (app, pilot):
        await pilot.press("7")
        await until(lambda: len(rows_of(app)) == 2)
        await pilot.press("]", "]")
        await until(lambda: rows_of(app) == ["Bretagne"])
        await pilot.press("[", "[", "f")
        await until(lambda: rows_of(app) == ["Bretagne"] and "Mandarine" in lines(app)[1])
        await pilot.press("7")
        assert isinstance(app.screen, Desk)


def rows_of(app: SocialhubApp) -> list[str]:
    return [row.name for tree in app.screen.query(PlaceList) for row in tree._rows]


async def test_what_arrives_is_counted_while_one_looks(seeded: Seeded, cache: Path) -> None:
    speak(seeded, "35238")
    async with running(cache, (60, 15), pane="places") as (app, pilot):
        await until(lambda: shown(app))
        speak(seeded, "35238", 4)
        await until(lambda: any("5" in row.split() for row in rows(app)))
        await pilot.press("w")
        await until(lambda: isinstance(app.screen, PageScreen))
        await until(lambda: len(reader_of(app).feed.window.rows) == 5)


async def test_without_a_place_the_page_says_so(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("7")
        await until(lambda: any("no mention speaks of a place" in line for line in lines(app)))


# ---- the usual level ---------------------------------------------------------------------------------------------


def past(seeded: Seeded, week: int, count: int) -> None:
    """Mentions of Rennes counted so many weeks ago, at the same hour."""
    delta = CountDelta()
    delta.add(0, NOW - week * WEEK - 10 * MINUTE, seeded.source["bluesky"], 0, count, 0, with_ancestors(("35238",)))
    with seeded.writer.transaction() as db:
        delta.apply(db)


@pytest.mark.parametrize("span", range(5))
def test_the_usual_level_is_the_mean_of_the_weeks_that_were_listened_to(seeded: Seeded, span: int) -> None:
    speak(seeded, "35238", 6)
    assert read_places(seeded.writer.db, span, 0, NOW).weeks == 0
    assert {trend.usual for trend in read_places(seeded.writer.db, span, 0, NOW).trends} == {None}
    past(seeded, 1, 2)
    past(seeded, 3, 4)
    listened(seeded, NOW - 2 * WEEK + 1, NOW - WEEK)
    listened(seeded, NOW - 5 * WEEK, NOW - 3 * WEEK)
    found = read_places(seeded.writer.db, span, 0, NOW)
    (rennes,) = [trend for trend in found.trends if trend.code == "35238"]
    assert (found.weeks, rennes.usual, rennes.total, rennes.negative) == (2, 3.0, 6, 100)


def test_hours_that_nobody_listened_to_are_holes(seeded: Seeded) -> None:
    speak(seeded, "35238")
    with seeded.writer.transaction() as db:
        db.execute("DELETE FROM polls")
    listened(seeded, NOW - 26 * HOUR, NOW - 8 * HOUR)
    listened(seeded, NOW - 5 * HOUR, NOW)
    found = read_places(seeded.writer.db, USUAL_SPAN, 0, NOW)
    assert sum(found.holes) == 3
    assert not found.holes[-1]


def test_a_place_is_asked_for_by_its_name_where_it_has_one_of_its_own() -> None:
    assert query_of("35238") == "place:Rennes"
    assert query_of("D-35") == 'place:"Ille-et-Vilaine"'
    assert query_of("38544") == "place:38544"
    assert query_of("D-86") == 'place:"D-86"'
    assert query_of("bruxelles midi") == 'place:"bruxelles midi"'
    assert len({query_of(code) for code in places()}) == len(places())
