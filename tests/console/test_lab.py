"""The topics lab as its reader uses it: a query is changed and tried, saved, and its past watched."""

from __future__ import annotations

from pathlib import Path

import pytest

from socialhub.app import SocialhubApp
from socialhub.config import load
from socialhub.screens.lab import Lab
from socialhub.screens.lab_save import PasteTopic, SaveTopic
from socialhub.store.jobs import note_progress
from socialhub.store.rematch_jobs import ask_rematch, unfinished_rematches
from socialhub.widgets.topic_list import TopicList
from socialhub.widgets.trial_list import TrialList
from tests.console.helpers import lines, notices, running, until
from tests.seed import NOW, TOPICS, Seeded

CONFIG = '[hub]\nname = "Salle"   # la nôtre\n' + "".join(
    f'[[topics]]\nid = "{topic.slug}"\nname = "{topic.name}"\nkind = "{topic.kind}"\nquery = \'{topic.query}\'\n'
    for topic in TOPICS
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def written(path: Path) -> str:
    """The config as it stands."""
    return path.read_text(encoding="utf-8")


def lab_of(app: SocialhubApp) -> Lab:
    assert isinstance(app.screen, Lab)
    return app.screen


def screen_of(app: SocialhubApp) -> str:
    return "\n".join(lines(app))


async def type_query(app: SocialhubApp, query: str) -> None:
    """Put a query into the bar, as if it had been typed."""
    field = lab_of(app).query_one("#filter-query")
    field.value = query  # type: ignore[attr-defined]
    pane = lab_of(app)._pane
    await until(lambda: pane.tried.query == query and (pane.tried.is_over or pane.tried.node is None))


@pytest.mark.usefixtures("seeded")
async def test_a_topic_is_tried_as_soon_as_the_cursor_is_on_it(cache: Path, path: Path) -> None:
    async with running(cache, config=load(path)) as (app, pilot):
        await pilot.press("T")
        await until(lambda: "[1] matches" in screen_of(app) and lab_of(app)._pane.tried.is_over)
        shown = screen_of(app)
        assert "Topics lab · Mandarine" in shown
        assert " in 30 d · 0" in shown
        await pilot.press("j")
        await until(lambda: "Topics lab · Fibre" in screen_of(app) and "fibre OR box" in screen_of(app))
        await pilot.press("escape")
        assert not isinstance(app.screen, Lab)


@pytest.mark.usefixtures("seeded")
async def test_near_misses_and_what_changes_stand_behind_tabs(cache: Path, path: Path) -> None:
    async with running(cache, config=load(path)) as (app, pilot):
        await pilot.press("T", "j", "enter")
        await type_query(app, "(fibre OR box OR résultats) -rennes")
        await pilot.press("enter", "2")
        await until(lambda: "but for: NOT rennes" in screen_of(app))
        await pilot.press("3")
        await until(lambda: "Mandarine annonce ses résultats" in screen_of(app))
        await pilot.press("4")
        await until(lambda: "Plus de fibre depuis ce matin à Rennes" in screen_of(app))
        listed = app.screen.query_one(TrialList)
        before = len(listed._drawn)
        await pilot.press("enter")
        assert len(listed._drawn) > before


@pytest.mark.usefixtures("seeded")
async def test_a_query_that_cannot_be_read_says_where(cache: Path, path: Path) -> None:
    async with running(cache, config=load(path)) as (app, pilot):
        await pilot.press("T", "E")
        await type_query(app, "(fibre")
        await until(lambda: "character 1: this ( is never closed" in screen_of(app))
        await pilot.press("ctrl+s")
        await until(lambda: any("cannot be read" in notice for notice in notices(app)))
        await type_query(app, "fibre is:unread")
        await until(lambda: "cannot be used in a topic or a rule" in screen_of(app))
        await pilot.press("ctrl+s")
        assert isinstance(app.screen, Lab)


@pytest.mark.usefixtures("seeded")
async def test_what_is_typed_for_a_topic_is_kept_until_it_is_saved(cache: Path, path: Path) -> None:
    async with running(cache, config=load(path)) as (app, pilot):
        await pilot.press("T", "E")
        await type_query(app, "mandarine -orange")
        await pilot.press("escape")
        app.screen.query_one(TopicList).focus()
        await pilot.press("j")
        await until(lambda: "fibre OR box" in screen_of(app))
        assert "*Mandarine" in screen_of(app)
        await pilot.press("k")
        await until(lambda: "mandarine -orange" in screen_of(app))


@pytest.mark.usefixtures("seeded")
async def test_saving_asks_and_writes_the_config_in_place(cache: Path, path: Path) -> None:
    async with running(cache, config=load(path)) as (app, pilot):
        await pilot.press("T", "j")
        await until(lambda: "fibre OR box" in screen_of(app))
        await pilot.press("E")
        await type_query(app, "fibre")
        await until(lambda: lab_of(app)._pane.tried.difference is not None, "what it changes is counted")
        await pilot.press("ctrl+s")
        await until(lambda: isinstance(app.screen, SaveTopic))
        await until(lambda: "− fibre OR box" in screen_of(app) and "0 more and" in screen_of(app))
        await pilot.press("enter")
        await until(lambda: any("Saved" in notice for notice in notices(app)))
        assert written(path) == CONFIG.replace("'fibre OR box'", '"fibre"')


@pytest.mark.usefixtures("seeded")
async def test_a_new_topic_gets_a_name_and_a_kind(cache: Path, path: Path) -> None:
    async with running(cache, config=load(path)) as (app, pilot):
        await pilot.press("T", "G", "enter")
        await type_query(app, "résultats")
        await pilot.press("ctrl+s")
        await until(lambda: isinstance(app.screen, SaveTopic))
        await pilot.press("enter", *"Comptes", "tab", "right", "enter")
        await until(lambda: any("Saved" in notice for notice in notices(app)))
        topic = load(path).topics[-1]
        assert (topic.id, topic.name, topic.kind, topic.query) == ("comptes", "Comptes", "competitor", "résultats")


@pytest.mark.usefixtures("seeded")
async def test_what_cannot_be_saved_is_shown_to_be_pasted(cache: Path, path: Path) -> None:
    async with running(cache, config=load(path), demo=True) as (app, pilot):
        await pilot.press("T", "E")
        await type_query(app, "mandarine -orange")
        await pilot.press("ctrl+s")
        await until(lambda: isinstance(app.screen, SaveTopic))
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, PasteTopic) and 'query = "mandarine -orange"' in screen_of(app))
        await pilot.press("escape")
        assert written(path) == CONFIG
        assert lab_of(app)._pane.asked == "mandarine -orange"


async def test_the_past_is_watched_paused_and_resumed(seeded: Seeded, cache: Path, path: Path) -> None:
    with seeded.writer.transaction() as db:
        number = ask_rematch(db, seeded.topic["fibre"], "lea", NOW)
        note_progress(db, number, 50, 200, {"added": 7, "removed": 3, "active": 10.0})
    async with running(cache, config=load(path)) as (app, pilot):
        assert "past matched again: 25%" in lines(app)[0]
        await pilot.press("T")
        await until(lambda: "25%, 7 more, 3 fewer · 30 s left" in screen_of(app))
        await pilot.press("p")
        await until(lambda: "7 more, 3 fewer · paused" in screen_of(app))
        assert unfinished_rematches(seeded.writer.db)[0].paused
        await pilot.press("u")
        await until(lambda: "30 s left" in screen_of(app))
        assert not unfinished_rematches(seeded.writer.db)[0].paused


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize("size", [(80, 24), (60, 15)])
async def test_where_there_is_little_room(cache: Path, path: Path, size: tuple[int, int]) -> None:
    async with running(cache, size, config=load(path)) as (app, pilot):
        await pilot.press("T", "tab")
        await until(lambda: "Topics lab · Mandarine" in screen_of(app) and "mandarine" in screen_of(app))
        assert ("Libre Mobile" in screen_of(app)) == (size[0] == 80)
        await pilot.press("tab", "tab")
        await until(lambda: "Libre Mobile" in screen_of(app))
