"""The rules of alerts at the keyboard: how right each was, one changed and tried on the past before it is saved."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from socialhub.app import SocialhubApp
from socialhub.config import load
from socialhub.i18n import LANGUAGES, LOCALE_DIR
from socialhub.incidents import Verdict
from socialhub.screens.lab_save import PasteTopic
from socialhub.screens.rule_fields import LABELS, FieldChoice
from socialhub.screens.rule_form import RuleForm
from socialhub.screens.rules import RulesView
from socialhub.store.alert_life import judge
from socialhub.widgets.cells import width_of
from tests.catalogues import stored
from tests.console.burning import burn
from tests.console.helpers import lines, notices, running, until
from tests.console.test_lab import CONFIG, written
from tests.seed import NOW, Seeded

STYLES = LOCALE_DIR.parent / "app.tcss"
SIZES = [(120, 40), pytest.param((80, 24), marks=pytest.mark.long), (60, 15)]
DETRACTOR = ("j",) * 6
"""The keys from the first rule to that of detractors."""
LOUDEST = "48000"
"""As many people follow the loudest of those who complain in the seeded room."""


@pytest.fixture
def number(seeded: Seeded) -> int:
    """An alert, and the posts that it is about."""
    return burn(seeded)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def write(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8")


def text(app: SocialhubApp) -> str:
    return "\n".join(lines(app))


async def open_rule(app: SocialhubApp, pilot: Pilot[int], *keys: str) -> None:
    """The form of a rule, tried as it is."""
    await pilot.press("R")
    await until(lambda: isinstance(app.screen, RulesView) and "burst" in text(app))
    await pilot.press(*keys, "enter")
    await until(lambda: isinstance(app.screen, RuleForm))


async def told(app: SocialhubApp, words: str) -> None:
    await until(lambda: words in text(app), words)


def children() -> set[str]:
    """The processes that this one has started and not yet seen the end of."""
    threads = Path(f"/proc/{os.getpid()}/task").iterdir()
    return {child for thread in threads for child in (thread / "children").read_text().split()}


async def test_the_list_tells_of_every_rule_what_it_looks_for_and_how_often_it_was_right(
    number: int, seeded: Seeded, cache: Path, path: Path
) -> None:
    write(path, f'{CONFIG}[[alerts]]\nkind = "moment"\nenabled = false\n')
    with seeded.writer.transaction() as db:
        judge(db, number, Verdict.REAL, "lea", NOW)
    async with running(cache, config=load(path)) as (app, pilot):
        await pilot.press("R")
        await told(app, "1 alert, 100% of 1 verdict real")
        assert "▌burst         ALERT  far more is said than usual" in text(app)
        assert " moment        note   switched off" in text(app)
        await pilot.press("escape")
        assert not isinstance(app.screen, RulesView)


@pytest.mark.parametrize("size", SIZES)
async def test_a_rule_is_tried_on_the_past_as_it_is_typed_by_another_process(
    number: int, cache: Path, path: Path, size: tuple[int, int]
) -> None:
    async with running(cache, size, config=load(path)) as (app, pilot):
        await open_rule(app, pilot, *DETRACTOR)
        await told(app, "It would have fired 0 times in 30 days.")
        app.screen.query_one("#rule-reach", Input).value = LOUDEST
        await told(app, "It would have fired 1 time in 30 days.")
        await told(app, "note  Fibre · author5 · 16 min")
        assert written(path) == CONFIG


@pytest.mark.usefixtures("number")
async def test_what_is_saved_stands_in_the_file_and_in_the_list(cache: Path, path: Path) -> None:
    async with running(cache, config=load(path)) as (app, pilot):
        await open_rule(app, pilot, *DETRACTOR)
        app.screen.query_one("#rule-reach", Input).value = LOUDEST
        app.screen.query_one("#rule-severity", FieldChoice).focus()
        await pilot.press("right", "right", "ctrl+s")
        await until(lambda: isinstance(app.screen, RulesView))
        await told(app, "detractor     ALERT")
        assert any("Saved" in notice for notice in notices(app))
        added = '[[alerts]]\nkind = "detractor"\nseverity = "warning"\nreach = 48000\n'
        assert written(path) == f"{CONFIG}\n{added}"


@pytest.mark.usefixtures("number")
async def test_a_new_rule_has_the_fields_of_its_kind(cache: Path, path: Path) -> None:
    async with running(cache, config=load(path)) as (app, pilot):
        await open_rule(app, pilot, "G")
        assert "a crisis from" in text(app)
        assert "query" not in text(app)
        await pilot.press("left")
        await until(lambda: "query" in text(app) and "a crisis from" not in text(app))
        await told(app, 'needs a "query"')
        app.screen.query_one("#rule-query", Input).value = "clignote -réseau"
        await told(app, "It would have fired 2 times in 30 days.")
        await told(app, "clignote -réseau · ")
        await pilot.press("ctrl+s")
        await until(lambda: isinstance(app.screen, RulesView))
        (rule,) = load(path).alerts
        assert (rule.kind, rule.id, rule.query) == ("keyword", "keyword", "clignote -réseau")


@pytest.mark.usefixtures("seeded")
async def test_what_cannot_be_used_is_one_sentence_and_is_not_saved(cache: Path, path: Path) -> None:
    async with running(cache, (80, 24), config=load(path)) as (app, pilot):
        await open_rule(app, pilot)
        app.screen.query_one("#rule-topics", Input).value = "fibr"
        await told(app, "topics: there is no topic with this id (did you mean fibre?)")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(app.screen, RuleForm)
        assert written(path) == CONFIG


@pytest.mark.usefixtures("seeded")
async def test_whoever_leaves_ends_what_was_being_tried(cache: Path, path: Path) -> None:
    before = children()
    async with running(cache, config=load(path)) as (app, pilot):
        await open_rule(app, pilot)
        await until(lambda: children() - before, "the past is asked")
        await pilot.press("escape")
        await until(lambda: not children() - before, "the child is gone")


@pytest.mark.usefixtures("seeded")
async def test_what_cannot_be_saved_is_shown_to_be_pasted(cache: Path, path: Path) -> None:
    async with running(cache, config=load(path), demo=True) as (app, pilot):
        await open_rule(app, pilot)
        app.screen.query_one("#rule-floor", Input).value = "30"
        await pilot.press("ctrl+s")
        await until(lambda: isinstance(app.screen, PasteTopic) and "floor = 30" in text(app))


@pytest.mark.usefixtures("seeded")
async def test_without_a_config_there_is_nothing_to_change(cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("R")
        await pilot.press("enter")
        await until(lambda: any("no configuration" in notice for notice in notices(app)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_labels_of_the_form_fit_their_column(language: str) -> None:
    found = re.search(r"\.rule-label \{ width: (\d+);", STYLES.read_text(encoding="utf-8"))
    assert found is not None
    catalogue = stored(language)
    for label in LABELS.values():
        message = catalogue.get(label)
        words = str(message.string if message is not None and message.string else label)
        assert width_of(words) < int(found[1]), words
