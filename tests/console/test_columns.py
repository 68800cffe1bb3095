"""The columns as their reader uses them: side by side, each with its place, arranged by keys, everything taken back."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

from socialhub.app import SocialhubApp
from socialhub.screens.column_reader import ColumnReader
from socialhub.screens.columns import Columns
from socialhub.screens.desk import Desk
from socialhub.screens.search import Search
from socialhub.store.columns import Column, add_column, columns_of, remove_column
from socialhub.store.connection import open_reader
from tests.console.helpers import lines, running, until
from tests.seed import Seeded

WIDE = (200, 50)


def seed_columns(seeded: Seeded, *queries: str) -> None:
    """Columns of lea, each named by its query in capitals."""
    with seeded.writer.transaction() as db:
        for query in queries:
            add_column(db, "lea", query.upper(), query)


def stored(cache: Path) -> list[Column]:
    db = open_reader(cache)
    try:
        return columns_of(db, "lea")
    finally:
        db.close()


def shown(app: SocialhubApp) -> list[ColumnReader]:
    """The columns on screen from left to right, once each has its mentions."""
    return [reader for reader in app.screen.query(ColumnReader) if reader.display]


def names(app: SocialhubApp) -> list[str]:
    return [reader.column.name for reader in shown(app)]


def focused(app: SocialhubApp) -> str:
    return next((reader.column.name for reader in shown(app) if reader.has_focus_within), "")


async def go(app: SocialhubApp, pilot: Pilot[int], expected: int) -> None:
    """To the columns, until so many are on screen with their answers."""
    await pilot.press("c")
    await until(lambda: isinstance(app.screen, Columns))
    await until(lambda: len(shown(app)) == expected and focused(app))
    await until(lambda: all("live" in reader.query_one("PaneTitle").text for reader in shown(app)))  # type: ignore[attr-defined]


async def test_as_many_columns_as_have_room_and_the_others_as_tabs(seeded: Seeded, cache: Path) -> None:
    seed_columns(seeded, "panne", "libre", "box", "fibre", "merci")
    async with running(cache, size=WIDE) as (app, pilot):
        await go(app, pilot, 4)
        assert names(app) == ["PANNE", "LIBRE", "BOX", "FIBRE"]
        for reader, word in zip(shown(app), ("panne", "libre", "box", "fib"), strict=True):
            assert reader.feed.window.rows
            assert all(word in row.text.casefold() for row in reader.feed.window.rows)
            assert reader.size.width >= 49
        assert "MERCI" in lines(app)[2]
        await pilot.press("left")
        await until(lambda: focused(app) == "MERCI")
        assert names(app) == ["LIBRE", "BOX", "FIBRE", "MERCI"]
        await pilot.press("right")
        await until(lambda: focused(app) == "PANNE")
        await pilot.press("3")
        await until(lambda: focused(app) == "BOX")
        await pilot.resize_terminal(80, 24)
        await until(lambda: names(app) == ["BOX"])
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, Desk))


async def test_a_column_keeps_its_place_and_counts_while_out_of_sight(seeded: Seeded, cache: Path) -> None:
    seed_columns(seeded, "libre", "box")
    async with running(cache, size=(60, 15)) as (app, pilot):
        await go(app, pilot, 1)
        await pilot.press("j", "j", "j")
        here = shown(app)[0].feed.current
        await pilot.press("right")
        await until(lambda: focused(app) == "BOX")
        for number in range(3):
            seeded.say(f"Libre Mobile encore {number}")
        seeded.say("rien à voir")
        await until(lambda: "LIBRE +3" in lines(app)[2] or "LIBRE +3" in lines(app)[1])
        seeded.say("Libre Mobile toujours")
        await until(lambda: "LIBRE +4" in lines(app)[2] or "LIBRE +4" in lines(app)[1])
        await pilot.press("left")
        await until(lambda: focused(app) == "LIBRE")
        await until(lambda: "+4 new" in "\n".join(lines(app)))
        assert shown(app)[0].feed.current == here
        await pilot.press("c")
        await until(lambda: isinstance(app.screen, Desk))
        seeded.say("Libre Mobile, la suite")
        await pilot.press("c")
        await until(lambda: "+5 new" in "\n".join(lines(app)))
        assert shown(app)[0].feed.current == here
        await pilot.press("g")
        await until(lambda: "LIBRE │" in "\n".join(lines(app)[:3]))


async def test_what_came_while_the_console_was_closed_is_counted(seeded: Seeded, cache: Path) -> None:
    seed_columns(seeded, "libre", "box")
    seeded.say("une box")
    seeded.say("une autre box")
    async with running(cache, size=(80, 24)) as (app, pilot):
        await go(app, pilot, 1)
        await until(lambda: "BOX +2" in "\n".join(lines(app)[:4]))
        await pilot.press("right")
        await until(lambda: focused(app) == "BOX" and "BOX +" not in "\n".join(lines(app)[:4]))
        await pilot.press("escape")
        await until(lambda: [each.seen for each in stored(cache)] == [202, 202])


async def test_a_search_and_a_filter_become_columns(seeded: Seeded, cache: Path) -> None:
    async with running(cache, size=WIDE) as (app, pilot):
        await pilot.press("c")
        await until(lambda: "No column yet" in "\n".join(lines(app)))
        await pilot.press("escape", "slash")
        await until(lambda: isinstance(app.screen, Search) and isinstance(app.focused, Input))
        app.screen.query_one("#filter-query", Input).value = "libre OR box"
        await until(lambda: app.screen.query_one("#mentions").choices.query == "libre OR box")  # type: ignore[attr-defined]
        await pilot.press("enter", "C")
        await until(lambda: focused(app) == "libre OR box")
        assert len(app.screen_stack) == 3
        await pilot.press("escape", "escape", "2", "j", "enter")
        await until(lambda: isinstance(app.screen, Desk) and "Fibre" in lines(app)[1])
        await pilot.press("C")
        await until(lambda: [each.query for each in stored(cache)] == ["libre OR box", "topic:fibre"])
        await until(lambda: focused(app) == "topic:fibre")


async def test_columns_are_added_edited_moved_closed_and_all_is_taken_back(seeded: Seeded, cache: Path) -> None:
    seed_columns(seeded, "panne", "libre")
    async with running(cache, size=WIDE) as (app, pilot):
        await go(app, pilot, 2)
        await pilot.press("C")
        await until(lambda: isinstance(app.focused, Input))
        app.screen.query_one("#column-query", Input).value = "(box"
        await pilot.press("enter")
        await until(lambda: "character" in "\n".join(lines(app)))
        app.screen.query_one("#column-query", Input).value = "box"
        app.screen.query_one("#column-name", Input).value = "Boîtes"
        await pilot.press("enter")
        await until(lambda: focused(app) == "Boîtes")
        await pilot.press("less_than_sign")
        await until(lambda: names(app) == ["PANNE", "Boîtes", "LIBRE"])
        await pilot.press("E")
        await until(lambda: isinstance(app.focused, Input))
        app.screen.query_one("#column-name", Input).value = "Box"
        await pilot.press("enter")
        await until(lambda: names(app) == ["PANNE", "Box", "LIBRE"])
        await pilot.press("f")
        await until(lambda: isinstance(app.focused, Input))
        app.screen.query_one("#filter-query", Input).value = "box -fibre"
        await pilot.press("enter")
        await until(lambda: [each.query for each in stored(cache)] == ["panne", "box -fibre", "libre"])
        await until(lambda: focused(app) == "Box")
        await pilot.press("D")
        await until(lambda: names(app) == ["PANNE", "LIBRE"])
        await until(lambda: focused(app) == "LIBRE")
        await pilot.press("u")
        await until(lambda: names(app) == ["PANNE", "Box", "LIBRE"])
        await pilot.press("u", "u", "u", "u")
        await until(lambda: [each.name for each in stored(cache)] == ["PANNE", "LIBRE"])
        await until(lambda: names(app) == ["PANNE", "LIBRE"])


async def test_a_column_that_another_console_removes_goes_and_one_that_cannot_be_read_says_why(
    seeded: Seeded, cache: Path
) -> None:
    seed_columns(seeded, "panne", "(broken")
    async with running(cache, size=WIDE) as (app, pilot):
        await pilot.press("c")
        await until(lambda: names(app) == ["PANNE", "(BROKEN"])
        await until(lambda: "character 1" in "\n".join(lines(app)))
        with seeded.writer.transaction() as db:
            remove_column(db, "lea", 1)
        await until(lambda: names(app) == ["(BROKEN"])


async def test_a_detail_takes_the_place_of_its_own_column(seeded: Seeded, cache: Path) -> None:
    seed_columns(seeded, "panne", "libre")
    async with running(cache, size=WIDE) as (app, pilot):
        await go(app, pilot, 2)
        await pilot.press("enter")
        await until(lambda: shown(app)[0].reading)
        assert not shown(app)[0].feed.is_on_screen
        assert shown(app)[1].feed.is_on_screen
        await pilot.press("escape")
        await until(lambda: shown(app)[0].feed.is_on_screen)
        assert isinstance(app.screen, Columns)
