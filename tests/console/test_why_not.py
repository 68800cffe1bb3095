"""Why a topic is, or is not, an alert, asked at the keyboard: from the queue, an alert's own view and the trends."""

from __future__ import annotations

from pathlib import Path

import pytest

from socialhub.app import SocialhubApp
from socialhub.config import load
from socialhub.screens.crisis import CrisisView
from socialhub.screens.why_not import WhyNotView
from tests.console.burning import burn
from tests.console.helpers import lines, notices, running, until
from tests.console.test_lab import CONFIG
from tests.seed import Seeded

SIZES = [(120, 40), pytest.param((80, 24), marks=pytest.mark.long), (60, 15)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


@pytest.fixture
def number(seeded: Seeded) -> int:
    return burn(seeded)


def broken(path: Path) -> None:
    """Somebody leaves a mistake in the file."""
    path.write_text("[[topics]]\n", encoding="utf-8")


def text(app: SocialhubApp) -> str:
    return "\n".join(lines(app))


async def told(app: SocialhubApp, words: str) -> None:
    await until(lambda: isinstance(app.screen, WhyNotView) and words in text(app), words)


@pytest.mark.usefixtures("number")
@pytest.mark.parametrize("size", SIZES)
async def test_of_a_topic_every_rule_says_which_test_decided(
    cache: Path, path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The process that is asked answers in the console's language, whatever the environment says.
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    async with running(cache, size, config=load(path)) as (app, pilot):
        await pilot.press("2", "j", "w")
        await told(app, "all mentions: still being learnt")
        assert "far more is said than usual  burst" in text(app)
        assert "Fibre" in text(app)
        assert "accounts that say the same" in text(app) or size[1] < 30
        assert "seen 0, expected 0.4, in 15 min · strength 0.0 of 7.5" in text(app)
        # What does not fit on a line goes on below its own beginning.
        assert size[0] > 60 or "\n    · 80% listened to" in text(app)
        await pilot.press("w")
        assert not isinstance(app.screen, WhyNotView)


@pytest.mark.usefixtures("number")
async def test_the_keys_of_time_go_to_another_minute_and_never_beyond_now(cache: Path, path: Path) -> None:
    async with running(cache, config=load(path)) as (app, pilot):
        await pilot.press("2", "j", "w")
        await told(app, "Fibre · now")
        await pilot.press("left_square_bracket")
        await told(app, "Fibre · 20:21")
        await told(app, "seen 14, expected 0.0, in 15 min")
        await pilot.press("right_square_bracket", "right_square_bracket")
        await told(app, "Fibre · now")


@pytest.mark.parametrize("way", [("3", "w"), ("exclamation_mark", "w")])
async def test_of_an_alert_tab_shows_the_minute_in_which_it_was_raised(
    number: int, cache: Path, path: Path, way: tuple[str, str]
) -> None:
    async with running(cache, config=load(path)) as (app, pilot):
        await until(lambda: "CRISIS" in text(app))
        await pilot.press(way[0])
        await until(lambda: way[0] == "3" or (isinstance(app.screen, CrisisView) and app.screen.shown_alert))
        await pilot.press(way[1])
        await told(app, "Fibre · now")
        await pilot.press("tab")
        await told(app, "Fibre · 20:26")
        await pilot.press("tab")
        await told(app, "Fibre · now")


@pytest.mark.usefixtures("seeded")
async def test_an_alert_about_no_topic_says_so(cache: Path, path: Path) -> None:
    async with running(cache, config=load(path)) as (app, pilot):
        await pilot.press("3", "w")
        await until(lambda: any("not about a topic" in notice for notice in notices(app)))


@pytest.mark.usefixtures("number")
async def test_a_broken_config_is_told_in_a_sentence(cache: Path, path: Path) -> None:
    config = load(path)
    broken(path)
    async with running(cache, config=config) as (app, pilot):
        await pilot.press("2", "j", "w")
        await until(lambda: isinstance(app.screen, WhyNotView) and "missing" in text(app))
        assert "Traceback" not in text(app)
