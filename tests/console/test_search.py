"""The search screen as its reader uses it: results as one types, counts to narrow by, orders, names, history."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

from socialhub.app import SocialhubApp
from socialhub.clock import HOUR
from socialhub.screens.saved import SavedSearches
from socialhub.screens.search import Search
from socialhub.screens.search_reader import SearchReader
from socialhub.store.connection import Connection, open_reader
from socialhub.store.searches import remembered, saved_queries
from socialhub.widgets.facet_panel import FacetPanel
from socialhub.widgets.feed import Feed
from socialhub.widgets.name_list import NameList
from tests.console.helpers import feed_of, lines, running, until
from tests.seed import NOW, Seeded, prepared


async def search(app: SocialhubApp, pilot: Pilot[int], query: str = "") -> None:
    """Open the screen, put a query into its bar and wait for the answer and its counts."""
    await pilot.press("slash")
    await until(lambda: isinstance(app.screen, Search) and isinstance(app.focused, Input))
    if query:
        await write(app, query)


async def write(app: SocialhubApp, query: str) -> None:
    """As typing does, without a wait for every key."""
    app.screen.query_one("#filter-query", Input).value = query
    await answered(app, query)


async def answered(app: SocialhubApp, query: str) -> None:
    """Wait until this is asked, listed and counted."""
    screen = app.screen
    assert isinstance(screen, Search)
    reader = screen.query_one(SearchReader)
    await until(lambda: reader.choices.query == query and "…" not in lines(app)[0])
    await until(lambda: screen._view is not None and "…" not in lines(app)[-2][:3])


def text(app: SocialhubApp) -> str:
    return "\n".join(lines(app))


def typed(app: SocialhubApp) -> str:
    return app.screen.query_one("#filter-query", Input).value


def rows(app: SocialhubApp) -> list[str]:
    return [row.text for row in feed_of(app).window.rows]


def asked(cache: Path, question) -> object:  # type: ignore[no-untyped-def]
    db: Connection = open_reader(cache)
    try:
        return question(db)
    finally:
        db.close()


async def test_what_is_found_is_listed_marked_and_counted(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await search(app, pilot)
        await pilot.press(*"libre")
        await until(lambda: rows(app) and all("Libre" in row for row in rows(app)))
        await until(lambda: f"{len(rows(app))} ─" in lines(app)[0])
        for words in ("Source", "bluesky", "Tone", "neutral", "Language", "fr", "Published"):
            assert words in text(app)


async def test_a_word_beyond_the_edge_is_brought_into_sight(seeded: Seeded, cache: Path) -> None:
    seeded.say("bla " * 60 + "licorne au bout")
    async with running(cache, size=(80, 24)) as (app, pilot):
        await search(app, pilot, "licorne")
        await until(lambda: "…bla bla" in text(app) and "licorne au bout" in text(app))
        assert lines(app)[3].endswith("bla licorne au bout")


async def test_a_value_narrows_and_widens_again_by_the_keyboard(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await search(app, pilot, "fibre OR box")
        assert "negative" in text(app)
        before = len(rows(app))
        await pilot.press("tab", "tab")
        assert isinstance(app.focused, FacetPanel)
        await pilot.press("enter")
        await until(lambda: typed(app).startswith("(fibre OR box) source:"))
        await until(lambda: 0 < len(rows(app)) < before)
        await until(lambda: any("✗ source:" in line for line in lines(app)))
        await pilot.press("enter")
        await answered(app, "(fibre OR box)")
        assert typed(app) == "(fibre OR box)"
        assert len(rows(app)) == before


async def test_results_never_wait_for_counting(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await search(app, pilot, "fibre")
        screen = app.screen
        assert isinstance(screen, Search)
        await until(lambda: screen._view is not None)
        gate = threading.Event()
        long_count = asyncio.create_task(app.room_context.counting.read(lambda _db: gate.wait()))
        app.screen.query_one("#filter-query", Input).value = "fibre -rennes"
        await until(lambda: rows(app) and not any("Rennes" in row for row in rows(app)), "results do not wait")
        gate.set()
        await long_count
        await until(lambda: screen._view is not None and screen._view.total == len(rows(app)))


async def test_three_orders(seeded: Seeded, cache: Path) -> None:
    seeded.add([prepared("licorne vue il y a longtemps, une licorne de foire", published=NOW - 48 * HOUR)])
    seeded.add([prepared("licorne", published=NOW - 72 * HOUR, title="Licorne !")])
    seeded.add([prepared("encore une licorne parmi beaucoup d'autres choses", published=NOW - 96 * HOUR)])
    async with running(cache) as (app, pilot):
        await search(app, pilot, "licorne")
        await until(lambda: len(rows(app)) == 3)
        assert "newest arrival first" in lines(app)[0]
        assert rows(app)[0].startswith("encore")
        await pilot.press("enter", "O")
        await until(lambda: rows(app)[0].startswith("licorne vue"))
        assert "newest published first" in lines(app)[0]
        await pilot.press("O")
        await until(lambda: rows(app)[0] == "licorne")
        assert "most relevant first" in lines(app)[0]
        row = seeded.say("une licorne toute fraîche")
        await until(lambda: "+1 new" in lines(app)[0])
        assert all(each.id != row.id for each in feed_of(app).window.rows)
        await pilot.press("G", "k", "g")
        await until(lambda: any(each.id == row.id for each in feed_of(app).window.rows))


async def test_searches_are_saved_picked_renamed_deleted_and_brought_back(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await search(app, pilot, "libre")
        await pilot.press("enter", "S")
        await until(lambda: isinstance(app.screen, SavedSearches) and isinstance(app.focused, Input))
        app.screen.query_one("#saved-name", Input).value = "Rival"
        await pilot.press("enter")
        await until(lambda: asked(cache, saved_queries) == {"Rival": "libre"})
        await until(lambda: "Rival  " in text(app) and isinstance(app.focused, NameList))
        await pilot.press("E", *"s", "enter")
        await until(lambda: asked(cache, saved_queries) == {"Rivals": "libre"})
        await until(lambda: "Rivals  " in text(app))
        await pilot.press("x")
        await until(lambda: asked(cache, saved_queries) == {})
        await until(lambda: "Nothing is saved yet" in text(app))
        await pilot.press("u")
        await until(lambda: "Rivals" in text(app))
        await pilot.press("escape", "slash")
        await write(app, "box")
        await pilot.press("enter", "S")
        await until(lambda: isinstance(app.screen, SavedSearches))
        await until(lambda: "Rivals" in text(app))
        await pilot.press("tab")
        await until(lambda: isinstance(app.focused, NameList))
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, Search) and typed(app) == "libre")
        assert isinstance(app.focused, Feed)


async def test_up_goes_through_earlier_searches_and_down_comes_back(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        for query in ("panne", "libre"):
            await search(app, pilot, query)
            await pilot.press("enter")
            await until(lambda query=query: asked(cache, lambda db: remembered(db, "lea"))[:1] == [query])  # type: ignore[index, misc]
            await pilot.press("escape")
        await search(app, pilot, "bo")
        await until(lambda: app.screen.query_one(SearchReader)._earlier == ["libre", "panne"])
        await pilot.press("up")
        assert typed(app) == "libre"
        await pilot.press("up", "up")
        assert typed(app) == "panne"
        await pilot.press("down", "down")
        assert typed(app) == "bo"
        await pilot.press("down")
        await until(lambda: isinstance(app.focused, Feed))


async def test_on_a_narrow_screen_the_counts_are_a_line_and_tab_opens_them(seeded: Seeded, cache: Path) -> None:
    for size in ((80, 24), (60, 15)):
        async with running(cache, size=size) as (app, pilot):
            await search(app, pilot, "libre")
            await until(lambda: rows(app) and lines(app)[-2].startswith(f" {len(rows(app))} ·"))
            assert "fr 100%" in lines(app)[-2]
            panel = app.screen.query_one(FacetPanel)
            assert not panel.is_on_screen
            await pilot.press("tab", "tab")
            await until(lambda panel=panel: panel.is_on_screen)  # type: ignore[misc]
            assert not feed_of(app).is_on_screen
            await pilot.press("escape")
            await until(lambda: feed_of(app).is_on_screen)
            assert isinstance(app.focused, Feed)
