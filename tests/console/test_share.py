"""Share of voice by keyboard: the page from the desk, other periods, measures and kinds, and the tile of a wall."""

from __future__ import annotations

from pathlib import Path

import pytest

from socialhub.app import SocialhubApp
from socialhub.clock import DAY, HOUR
from socialhub.screens.desk import Desk
from socialhub.screens.page import PageScreen
from tests.console.helpers import lines, reader_of, running, until
from tests.seed import NOW, Seeded


@pytest.fixture
def heard(seeded: Seeded) -> Seeded:
    """Every source was heard all along for a month, every topic is as old."""
    with seeded.writer.transaction() as db:
        db.execute("DELETE FROM polls")
        for number in seeded.source.values():
            db.execute(
                "INSERT INTO polls (source, start, end, outcome) VALUES (?, ?, ?, 'ok')",
                (number, NOW - 30 * DAY, NOW + HOUR),
            )
        db.execute("UPDATE sources SET first_success = ?", (NOW - 30 * DAY,))
        db.execute("UPDATE topics SET since = ?", (NOW - 30 * DAY,))
    return seeded


def line_of(app: SocialhubApp, word: str) -> str:
    return next((line for line in lines(app) if word in line), "")


async def test_the_page_compares_and_enter_shows_the_mentions(heard: Seeded, cache: Path) -> None:
    (mandarine,) = heard.writer.db.execute(
        "SELECT count(*) FROM mention_topics WHERE topic = ?", (heard.topic["mandarine"],)
    ).fetchone()
    async with running(cache) as (app, pilot):
        await pilot.press("5")
        await until(lambda: "%" in line_of(app, "▌Mandarine"))
        assert isinstance(app.screen, PageScreen)
        assert f" {mandarine} " in line_of(app, "▌Mandarine")
        shares = [int(line_of(app, name).split("%")[0].split()[-1]) for name in ("▌Mandarine", "Libre Mobile █")]
        assert sum(shares) == 100
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, Desk))
        choices = reader_of(app).choices
        assert (choices.query, choices.topic) == ("date:P7D", heard.topic["mandarine"])


async def test_other_periods_measures_and_kinds(heard: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("5")
        await until(lambda: "· 7 d ·" in lines(app)[1])
        await pilot.press("right_square_bracket", "right_square_bracket", "right_square_bracket")
        await until(lambda: "· 1 h ·" in lines(app)[1])
        await pilot.press("left_square_bracket", "f", "O")
        await until(lambda: "and products" in lines(app)[1] and "Fibre" in line_of(app, " Fibre  "))
        assert "stories" in lines(app)[2]
        await pilot.press("E", *"PT6H", "enter")
        await until(lambda: "PT6H ·" in lines(app)[1])
        await pilot.press("E", *"oops", "enter")
        await until(lambda: any("is not a date" in note.title for note in app._notifications))
        await pilot.press("escape")
        assert isinstance(app.screen, PageScreen)
        await pilot.press("escape")
        assert isinstance(app.screen, Desk)


async def test_a_source_that_was_down_is_said_before_anything_else(heard: Seeded, cache: Path) -> None:
    with heard.writer.transaction() as db:
        db.execute("UPDATE polls SET end = ? WHERE source = ?", (NOW - 3 * DAY, heard.source["bluesky"]))
    async with running(cache, (80, 24), pane="share") as (app, _pilot):
        await until(lambda: "Suspended" in line_of(app, "Suspended"))
        assert "≥" in line_of(app, "▌Mandarine")
        assert "bluesky" in " ".join(lines(app))


async def test_a_small_tile_shows_every_topic_and_reaches_every_measure(heard: Seeded, cache: Path) -> None:
    async with running(cache, (60, 15), pane="share") as (app, pilot):
        await until(lambda: "%" in line_of(app, "▌Mandarine"))
        assert "%" in line_of(app, "Libre Mobile")
        await pilot.press("G", "enter")
        await until(lambda: "reach unknown" in lines(app)[-2])
