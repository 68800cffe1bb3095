"""Alerts at the console: in sight wherever the reader is, acted on by keys, narrowed, told to the second of two."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from socialhub.alerts.silencing import silence
from socialhub.app import SocialhubApp
from socialhub.clock import HOUR, MINUTE
from socialhub.errors import Reason
from socialhub.incidents import Alert, Severity
from socialhub.screens.alert_view import AlertView
from socialhub.screens.help import Help
from socialhub.screens.pick import Pick
from socialhub.screens.silence_form import SilenceForm
from socialhub.store import alert_life, catch_ups, collectors, sources
from socialhub.store.alerts import alert_by_id, alert_rows, events_of, raise_alert
from socialhub.store.connection import open_writer
from socialhub.store.silences import silence_rows
from socialhub.widgets.alarm_bar import AlarmBar
from socialhub.widgets.alert_queue import AlertQueue
from tests.console.helpers import lines, notices, running, until
from tests.seed import NOW, SOURCES, Seeded


def crisis(seeded: Seeded, subject: str = "fibre", severity: Severity = Severity.CRISIS) -> int:
    """An alert about a burst."""
    facts = {"topic": subject.title(), "seen": 142, "window": 15 * MINUTE}
    with seeded.writer.transaction() as db:
        return raise_alert(db, "burst", subject, severity, NOW - 22 * MINUTE, NOW, facts)


def alert(seeded: Seeded, number: int) -> Alert:
    found = alert_by_id(seeded.writer.db, number)
    assert found is not None
    return found


def bar(app: SocialhubApp) -> str:
    """The alarm as it stands on the screen on top, "" where it is out of sight."""
    shown = app.screen.query_one(AlarmBar)
    return shown.text if shown.display else ""


def queue(app: SocialhubApp) -> AlertQueue:
    return app.screen.query_one(AlertQueue)


async def at(app: SocialhubApp, pilot: Pilot[int], number: int) -> None:
    """The cursor of the queue stands on this alert."""
    await pilot.press("3", "g")
    for _step in range(len(alert_rows_of(app))):
        if queue(app).cursor == number:
            return
        await pilot.press("j")
    assert queue(app).cursor == number


def alert_rows_of(app: SocialhubApp) -> tuple[Alert, ...]:
    room = app.state().room
    assert room is not None
    return room.alerts


async def picked(app: SocialhubApp, pilot: Pilot[int], *keys: str) -> None:
    """Press keys in the sheet that has opened."""
    await until(lambda: isinstance(app.screen, Pick))
    await pilot.pause()
    await pilot.press(*keys, "enter")


# ---- impossible to miss ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 15)])
async def test_a_new_crisis_is_on_screen_wherever_one_is(seeded: Seeded, cache: Path, size: tuple[int, int]) -> None:
    async with running(cache, size) as (app, pilot):
        assert "CRISIS" not in "".join(lines(app))
        crisis(seeded)
        await until(lambda: "CRISIS" in bar(app))
        assert bar(app).startswith("‼ CRISIS (+1) · Fibre: 142 mentions in 15 min · nob")
        assert bar(app).endswith("! open")
        assert any("CRISIS" in notice and "! opens it." in notice for notice in notices(app))
        await pilot.press("question_mark")
        await until(lambda: isinstance(app.screen, Help))
        await until(lambda: "‼ CRISIS" in lines(app)[1], "in sight over a sheet")
        await pilot.press("escape")
        for key in ("5", "slash", "T", "c") if size == (60, 15) else ():
            await pilot.press(key)
            await until(lambda: "‼ CRISIS" in "".join(lines(app)[:2]), f"in sight after {key}")
            await pilot.press("escape")
            await pilot.pause()
        assert notices(app)
        await pilot.press("exclamation_mark")
        await until(lambda: isinstance(app.screen, AlertView))
        assert not notices(app), "a call that was answered lies over nothing"


async def test_no_colour_leaves_it_reversed(seeded: Seeded, cache: Path) -> None:
    crisis(seeded)
    async with running(cache, (80, 24), environ={"NO_COLOR": "1"}) as (app, _pilot):
        await until(lambda: bar(app))
        burning = app.screen.query_one(AlarmBar).render_line(0)
        assert all(segment.style is not None and segment.style.reverse for segment in burning)


async def test_on_a_wall_it_is_a_band(seeded: Seeded, cache: Path) -> None:
    crisis(seeded)
    async with running(cache, (80, 24), pane="trends") as (app, _pilot):
        await until(lambda: "‼ CRISIS" in lines(app)[1])
        assert app.screen.query_one(AlarmBar).size.height == 3


async def test_a_crisis_that_somebody_has_stays_in_sight_without_shouting(seeded: Seeded, cache: Path) -> None:
    number = crisis(seeded)
    async with running(cache) as (app, _pilot):
        await until(lambda: "nobody has it" in bar(app))
        with seeded.writer.transaction() as db:
            alert_life.acknowledge(db, number, "karim", NOW)
        await until(lambda: "taken by karim" in bar(app))
        line = app.screen.query_one(AlarmBar).render_line(0)
        assert not any(segment.style is not None and segment.style.reverse for segment in line)
        with seeded.writer.transaction() as db:
            alert_life.resolve(db, number, "karim", NOW)
        await until(lambda: not bar(app))


async def test_what_burns_at_the_start_is_shown_and_not_called(seeded: Seeded, cache: Path) -> None:
    number = crisis(seeded)
    async with running(cache) as (app, _pilot):
        await until(lambda: bar(app))
        assert not notices(app)
        with seeded.writer.transaction() as db:
            alert_life.acknowledge(db, number, "karim", NOW, until=NOW)
            alert_life.lapse(db, NOW)
            raise_alert(db, "burst", "mandarine", Severity.CRISIS, NOW, NOW, {})
        await until(lambda: any("mandarine" in notice for notice in notices(app)))


async def test_the_key_of_the_alarm_opens_the_worst_from_anywhere(seeded: Seeded, cache: Path) -> None:
    number = crisis(seeded)
    async with running(cache, (80, 24)) as (app, pilot):
        await pilot.press("7", "!")
        await until(lambda: isinstance(app.screen, AlertView) and app.screen.shown_alert is not None)
        assert isinstance(app.screen, AlertView)
        assert app.screen.shown_alert == alert(seeded, number)


def calm_room(seeded: Seeded) -> None:
    """Nothing burns, and every source is heard."""
    with seeded.writer.transaction() as db:
        for row in alert_rows(db):
            alert_life.resolve(db, row.id, "", NOW)
        sources.note_heard(db, seeded.source["le-monde"], NOW, 1, complete=True)


async def test_calm_is_said_when_the_key_finds_nothing(seeded: Seeded, cache: Path) -> None:
    calm_room(seeded)
    async with running(cache) as (app, pilot):
        await pilot.press("exclamation_mark")
        await until(lambda: any("Nothing burns." in notice for notice in notices(app)))


@pytest.mark.parametrize("width", [60, 120])
async def test_calm_is_not_said_of_what_is_caught_up_or_was_not_heard(seeded: Seeded, cache: Path, width: int) -> None:
    calm_room(seeded)
    since = NOW - 2 * HOUR - 10 * MINUTE
    with seeded.writer.transaction() as db:
        for name in ("bluesky", "mastodon-fibre"):
            catch_ups.begin_catch_up(db, seeded.source[name], since, NOW)
    told = "Calm as far as heard: catching up 2 h 10 min on 2 sources."
    async with running(cache, (width, 40)) as (app, pilot):
        await pilot.press("3")
        await until(lambda: told in " ".join(shown(app).split()))
        assert "Nothing burns" not in shown(app)
        await pilot.press("exclamation_mark")
        await until(lambda: any(told in notice for notice in notices(app)))
        with seeded.writer.transaction() as db:
            for name, lost in (("bluesky", None), ("mastodon-fibre", NOW - HOUR)):
                gap = catch_ups.open_catch_up(db, seeded.source[name])
                assert gap is not None
                catch_ups.note_progress(db, replace(gap, hole=lost))
                catch_ups.end_catch_up(db, gap.number, NOW)
        lost_words = "is missing from 1 source."
        await until(lambda: lost_words in " ".join(shown(app).split()))
        assert "Nothing burns" not in shown(app)


async def test_while_every_source_fails_no_calm_is_told(cache: Path) -> None:
    writer = open_writer(cache)
    with writer.transaction() as db:
        numbers = sources.sync_sources(db, list(SOURCES))
        run = collectors.begin(db, 4242, "laptop", NOW - MINUTE, "hash", "0.1")
        collectors.beat(db, run, NOW)
    try:
        async with running(cache) as (app, pilot):
            await until(lambda: "Nothing is heard yet: the first polls are running." in shown(app))
            with writer.transaction() as db:
                for number in numbers.values():
                    sources.note_failure(db, number, NOW, Reason("timeout", {"host": "example.org", "seconds": 30}))
            told = f"Nothing is heard yet: none of {len(numbers)} sources has"
            await until(lambda: told in shown(app))
            assert "Nothing burns" not in shown(app)
            await pilot.press("exclamation_mark")
            await until(lambda: any(told in notice for notice in notices(app)))
            with writer.transaction() as db:
                sources.note_heard(db, numbers["bluesky"], NOW, 1, complete=True)
            await until(lambda: f"Calm as far as heard: {len(numbers) - 1} sources not heard." in shown(app))
            with writer.transaction() as db:
                for number in numbers.values():
                    sources.note_heard(db, number, NOW, 1, complete=True)
            await until(lambda: "● Nothing burns." in shown(app))
    finally:
        writer.close()


# ---- keys --------------------------------------------------------------------------------------------------------


async def test_take_says_until_when_asks_for_another_end_and_gives_back(seeded: Seeded, cache: Path) -> None:
    number = crisis(seeded)
    async with running(cache) as (app, pilot):
        await at(app, pilot, number)
        await pilot.press("a")
        await until(lambda: alert(seeded, number).taken_by == "lea")
        await until(lambda: queue(app).selected == alert(seeded, number))
        assert any("Taken until" in notice for notice in notices(app))
        before = alert(seeded, number).taken_until
        assert before is not None
        await pilot.press("a")
        await picked(app, pilot, *"until", "down")
        await until(lambda: alert(seeded, number).taken_until != before)
        assert alert(seeded, number).state == "acknowledged"
        await pilot.press("u")
        await until(lambda: alert(seeded, number).taken_until == before)
        await until(lambda: queue(app).selected == alert(seeded, number))
        await pilot.press("a")
        await picked(app, pilot)
        await until(lambda: alert(seeded, number).state == "firing")


async def test_what_another_has_is_taken_over_when_asked_twice(seeded: Seeded, cache: Path) -> None:
    number = crisis(seeded)
    with seeded.writer.transaction() as db:
        alert_life.acknowledge(db, number, "karim", NOW, until=NOW + HOUR)
    async with running(cache) as (app, pilot):
        await at(app, pilot, number)
        await pilot.press("a")
        await until(lambda: any("karim has taken this alert." in notice for notice in notices(app)))
        assert alert(seeded, number).taken_by == "karim"
        await pilot.press("a")
        await until(lambda: alert(seeded, number).taken_by == "lea")
        await pilot.press("u")
        await until(lambda: alert(seeded, number).taken_by == "karim")
        assert alert(seeded, number).taken_until == NOW + HOUR


async def test_the_second_of_two_operators_is_told_who_was_first(seeded: Seeded, cache: Path) -> None:
    number = crisis(seeded)
    async with running(cache) as (app, pilot):
        await at(app, pilot, number)
        seen = queue(app).selected
        assert seen is not None
        with seeded.writer.transaction() as db:
            alert_life.acknowledge(db, number, "karim", NOW)
        app.screen.query_one("#alerts")._acts.take(seen)  # type: ignore[attr-defined]
        await until(lambda: any("karim has taken this alert." in notice for notice in notices(app)))
        assert alert(seeded, number).taken_by == "karim"


async def test_give_close_with_a_verdict_judge_and_take_it_all_back(seeded: Seeded, cache: Path) -> None:
    number = crisis(seeded)
    async with running(cache) as (app, pilot):
        await at(app, pilot, number)
        await pilot.press("A")
        await picked(app, pilot, *"nora")
        await until(lambda: alert(seeded, number).assignee == "nora")
        await pilot.press("x")
        await picked(app, pilot, "down")
        await until(lambda: alert(seeded, number).verdict == "false")
        assert alert(seeded, number).state == "resolved"
        assert queue(app).cursor == number
        await until(lambda: queue(app).selected == alert(seeded, number))
        await pilot.press("v")
        await picked(app, pilot)
        await until(lambda: alert(seeded, number).verdict == "real")
        for _step in range(3):
            await pilot.press("u")
        await until(lambda: not alert(seeded, number).assignee)
        assert alert(seeded, number).state == "firing"
        assert not alert(seeded, number).verdict


async def test_help_is_asked_for_with_a_word_and_notes_are_kept(seeded: Seeded, cache: Path) -> None:
    number = crisis(seeded)
    async with running(cache) as (app, pilot):
        await at(app, pilot, number)
        await pilot.press("e")
        await picked(app, pilot, *"call me")
        await pilot.press("l")
        await pilot.pause()
        await pilot.press(*"their network", "enter")
        await until(lambda: len(events_of(seeded.writer.db, number)) == 3)
        steps = [(step.action, step.operator, step.detail) for step in events_of(seeded.writer.db, number)]
        assert steps[1:] == [("escalation_asked", "lea", "call me"), ("note", "lea", "their network")]
        assert alert(seeded, number).step_due is not None


async def test_what_is_over_is_opened_again(seeded: Seeded, cache: Path) -> None:
    number = crisis(seeded)
    with seeded.writer.transaction() as db:
        alert_life.resolve(db, number, "", NOW)
    async with running(cache) as (app, pilot):
        await at(app, pilot, number)
        await pilot.press("x")
        await until(lambda: alert(seeded, number).state == "firing")


# ---- silences ----------------------------------------------------------------------------------------------------


async def silence_sheet(app: SocialhubApp) -> None:
    """The sheet has opened, and tells what its query hides."""
    await until(lambda: isinstance(app.screen, SilenceForm) and "hides" in "".join(lines(app)))


async def test_a_silence_asks_its_reason_says_what_it_hides_and_is_taken_back(seeded: Seeded, cache: Path) -> None:
    number, other = crisis(seeded), crisis(seeded, "jeux", Severity.NOTICE)
    async with running(cache, (80, 24)) as (app, pilot):
        await at(app, pilot, number)
        await pilot.press("s")
        await silence_sheet(app)
        said = next(row for row, line in enumerate(lines(app)) if "hides 2 alerts that burn:" in line)
        assert "│ Fibre: 142 mentions in 15 min " in lines(app)[said + 1]
        await pilot.press("enter")
        await until(lambda: "A silence needs a reason." in "".join(lines(app)))
        await pilot.press(*"works", "tab", "right", "enter")
        await until(lambda: alert(seeded, number).silence is not None)
        assert alert(seeded, other).silence is not None
        made = silence_rows(seeded.writer.db)[0]
        assert (made.query, made.reason, made.operator) == ("kind:burst", "works", "lea")
        assert abs(made.ends - NOW - 4 * HOUR) < HOUR
        await until(lambda: "CRISIS" not in bar(app))
        await pilot.press("u")
        await until(lambda: alert(seeded, number).silence is None)
        await until(lambda: "CRISIS" in bar(app))


async def test_a_query_that_cannot_be_read_is_told_where_it_is_typed(seeded: Seeded, cache: Path) -> None:
    number = crisis(seeded)
    async with running(cache, (80, 24)) as (app, pilot):
        await at(app, pilot, number)
        await pilot.press("s")
        await silence_sheet(app)
        await pilot.press(*"works", "tab", "tab", "end", *" (", "enter")
        await until(lambda: "character" in "".join(lines(app)))
        assert isinstance(app.screen, SilenceForm)
        assert alert(seeded, number).silence is None


async def test_what_is_silenced_is_heard_again_or_later(seeded: Seeded, cache: Path) -> None:
    number = crisis(seeded)
    with seeded.writer.transaction() as db:
        made = silence(db, "kind:burst", reason="works", operator="karim", now=NOW, ends=NOW + HOUR)
    async with running(cache) as (app, pilot):
        await pilot.press("3", "M")
        await until(lambda: "silenced by karim" in shown(app))
        await at(app, pilot, number)
        await pilot.press("s")
        await picked(app, pilot, "down", "down", "down", "down")
        await until(lambda: silence_rows(seeded.writer.db)[0].ends > NOW + 24 * HOUR)
        await pilot.press("u")
        await until(lambda: silence_rows(seeded.writer.db)[0].ends == made.ends)
        await pilot.press("s")
        await picked(app, pilot)
        await until(lambda: alert(seeded, number).silence is None)


# ---- narrowed ----------------------------------------------------------------------------------------------------


async def test_the_queue_is_narrowed_by_words_severity_and_state(seeded: Seeded, cache: Path) -> None:
    crisis(seeded)
    crisis(seeded, "jeux", Severity.NOTICE)
    async with running(cache) as (app, pilot):
        await pilot.press("3", "f", *"mentions")
        await until(lambda: "le-monde" not in shown(app))
        assert "Fibre" in shown(app)
        assert "Jeux" in shown(app)
        await pilot.press("tab", "right")
        await until(lambda: "Jeux" not in shown(app))
        await pilot.press("enter")
        assert app.focused is queue(app)
        assert "mentions · CRISIS" in "".join(lines(app))
        await pilot.press("f", "tab", "tab", "right", "right")
        await until(lambda: "No alert is like that." in shown(app))
        assert "3 to take" in "".join(lines(app))
        await pilot.press("escape")
        await until(lambda: "le-monde" in shown(app))


async def test_silenced_alerts_are_counted_and_shown_when_asked_for(seeded: Seeded, cache: Path) -> None:
    with seeded.writer.transaction() as db:
        silence(db, "kind:source_silent", reason="works", operator="karim", now=NOW, ends=NOW + HOUR)
    async with running(cache) as (app, pilot):
        await until(lambda: "Nothing burns that is not silenced." in shown(app))
        assert "1 silenced, M" in "".join(lines(app))
        await pilot.press("3", "M")
        await until(lambda: "le-monde" in shown(app))
        await pilot.press("M")
        await until(lambda: "le-monde" not in shown(app))


def shown(app: SocialhubApp) -> str:
    """What the queue shows."""
    drawn = queue(app)
    return "\n".join(drawn.render_line(y).text for y in range(drawn.size.height))
