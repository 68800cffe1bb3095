"""Metrics on a room: beyond a limit, unusual against their own past, told no more; looking back, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.alert_rules import USUAL_RULES, Rule
from socialhub.alerts import replay
from socialhub.alerts.metric_silence import usual_pause, watch_metrics
from socialhub.alerts.why_words import part_text, why_text
from socialhub.alerts.wording import alert_lines, fact_lines
from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.detect.decision import Judged
from socialhub.detect.figures import Rows, judge, learn_counts
from socialhub.detect.week import Week
from socialhub.incidents import Alert, Change, Severity
from socialhub.metrics import Adds, Measurement
from socialhub.store import metrics
from socialhub.store.alerts import alert_rows
from socialhub.store.sources import ensure_source
from socialhub.store.topics import active_topics
from tests.alerts.strange import STRANGE
from tests.alerts.test_wording import NOW as TOLD_AT
from tests.alerts.test_wording import alert
from tests.alerts.watched import NOW, Watched

FIVE = 5 * MINUTE
UNUSUAL = USUAL_RULES["metric"]
LIMIT = replace(UNUSUAL, id="many-calls", metric="CALLS", above=200.0, lasting=15 * MINUTE)
Told = Iterable[tuple[int, float]]


def tell(room: Watched, rows: Told, name: str = "calls", **keys: Any) -> None:
    with room.writer.transaction() as db:
        number = ensure_source(db, "help line", "webhook")
        told = [Measurement(name, at, value, "calls", **keys) for at, value in rows]
        metrics.write_measurements(db, number, told, room.now)


def rate(at: int) -> float:
    """Calls in five minutes of a help line: few at night, half of them at weekends."""
    hour, day = at // HOUR % 24, at // DAY % 7
    return (2 if hour < 7 or hour > 19 else 30) * (0.5 if day in (2, 3) else 1)


def weeks(until: int = NOW, step: int = FIVE, seed: int = 3) -> list[tuple[int, float]]:
    dice = Random(seed)
    return [
        (at, float(max(0, round(dice.gauss(rate(at) * step / FIVE, (rate(at) * step / FIVE) ** 0.5)))))
        for at in range(until - 35 * DAY, until, step)
    ]


def live(room: Watched, minutes: int, figure: Callable[[int], float]) -> list[Change]:
    """Time passes; every five minutes a row comes that tells of the five before."""
    changed: list[Change] = []
    for _ in range(minutes // 5):
        room.now += FIVE - MINUTE
        tell(room, [(room.now + MINUTE - FIVE, figure(room.now - FIVE))])
        changed += [each.change for each in room.minutes()]
    return changed


def found(room: Watched) -> Alert | None:
    return next((each for each in alert_rows(room.db, resolved=False) if each.kind == "metric"), None)


@pytest.fixture
def help_line(past: Path) -> Watched:
    room = Watched(past)
    tell(room, weeks())
    return room


def test_three_times_the_calls_are_told_with_their_numbers_and_end(help_line: Watched) -> None:
    room = help_line
    assert live(room, 30, lambda at: rate(at)) == []
    changed = live(room, 60, lambda at: 3 * rate(at))
    assert changed[0] is Change.RAISED
    told = found(room)
    assert told is not None
    assert told.subject == "orange·metric:metric/calls/help line"
    assert told.severity is Severity.WARNING
    facts = told.facts
    assert facts["seen"] > facts["high"] > facts["expected"] > facts["low"]
    assert facts["probability"] < 2e-3
    assert facts["completeness"] == 1
    assert abs(facts["last_week"] - facts["expected"]) < 0.3 * facts["expected"]
    assert (facts["metric"], facts["unit"], facts["told_by"]) == ("calls", "calls", "help line")
    assert told.started <= room.now - 30 * MINUTE
    assert live(room, 300, lambda at: rate(at))[-1] is Change.RESOLVED


def test_a_line_that_falls_quiet_is_told_too(help_line: Watched) -> None:
    changed = live(help_line, 75, lambda at: 0.2 * rate(at))
    assert changed[0] is Change.RAISED
    told = found(help_line)
    assert told is not None
    assert told.facts["seen"] < told.facts["low"]
    assert told.facts["past"] >= 15


@pytest.mark.parametrize("step", [FIVE, HOUR])
def test_ordinary_weeks_raise_nothing(step: int) -> None:
    rows, week = Rows(weeks(step=step, seed=8), Adds.SUM), Week(UTC)
    raised: list[int] = []
    learnt = None
    for now in range(NOW - 3 * DAY, NOW, 15 * MINUTE):
        if now % HOUR == 0:
            learnt = learn_counts(rows, now, week)
        why = judge(rows, now, week, learnt, None).why
        raised += [now] if why in (Judged.BURST, Judged.RISE) else []
    assert raised == []


def test_a_level_by_the_hour_is_compared_with_the_same_hour(past: Path) -> None:
    """People who wait are no count: an evening peak of every day is usual, the same at noon is not."""
    room, dice = Watched(past), Random(2)
    with room.writer.transaction() as db:
        metrics.sync_metrics(db, [metrics.ConfiguredMetric("waiting", "mean", ("fibre",))])
    start = NOW - 30 * DAY
    usual = [(at, (40 if at // HOUR % 24 == 18 else 6) + dice.random()) for at in range(start, NOW, HOUR)]
    tell(room, [*usual[:-1], (usual[-1][0], 40.5)], name="waiting")
    room.minutes(1)
    told = found(room)
    assert told is not None
    assert told.subject.startswith("fibre·metric:")
    assert (round(told.facts["seen"]), told.facts["adds"]) == (40, "mean")
    at_six = usual[-1][0] - 21 * HOUR
    assert judge(Rows(usual, Adds.MEAN), at_six + HOUR, Week(UTC), None, None).why is Judged.USUAL


def test_a_limit_must_be_passed_for_long_enough(past: Path) -> None:
    room = Watched(past, LIMIT)
    tell(room, weeks())
    assert live(room, 10, lambda _at: 250.0) == []
    assert [each.why.value for each in room.look() if each.rule.kind == "metric"] == ["brief"]
    assert live(room, 5, lambda _at: 250.0) == [Change.RAISED]
    told = found(room)
    assert told is not None
    assert told.severity is Severity.WARNING
    assert {key: told.facts[key] for key in ("test", "limit", "seen", "window")} == {
        "test": "above",
        "limit": 200,
        "seen": 250,
        "window": 15 * MINUTE,
    }
    assert live(room, 50, lambda _at: 150.0)[-1] is Change.RESOLVED


def test_the_first_row_of_all_can_pass_a_limit(past: Path) -> None:
    room = Watched(past, replace(LIMIT, lasting=0))
    tell(room, [(NOW - MINUTE, 250.0)])
    room.minutes(1)
    told = found(room)
    assert told is not None
    assert alert_lines(told, room.now, UTC) == ("Orange · calls: 250 calls, above 200", "")
    assert fact_lines(told, room.now, UTC)[1:3] == ["250 calls, above 200, 14:59–14:59", "the data are complete"]


def test_rows_that_are_missing_keep_an_alert_and_raise_none(past: Path) -> None:
    room = Watched(past, LIMIT)
    tell(room, weeks())
    live(room, 15, lambda _at: 250.0)
    room.minutes(60)
    assert found(room) is not None
    (signal,) = (each for each in room.look() if each.rule.kind == "metric")
    assert signal.why.value == "incomplete"
    assert why_text(signal) == "too few rows came to say"
    assert part_text(signal) == "calls"


def test_one_that_is_forgotten_ends_its_alert(past: Path) -> None:
    room = Watched(past, replace(LIMIT, lasting=0))
    tell(room, [*weeks(), (NOW - MINUTE, 250.0)])
    room.minutes(1)
    assert found(room) is not None
    going = True
    while going:
        with room.writer.transaction() as db:
            going = bool(metrics.forget_chunk(db, 1))
    room.minutes(32)
    assert found(room) is None


def test_a_rule_that_names_another_metric_or_part_leaves_it_alone(past: Path) -> None:
    for named, seen in (("calls", True), ("calls · Rennes", True), ("Rennes", False), ("tickets", False)):
        room = Watched(past, replace(LIMIT, metric=named, lasting=0))
        tell(room, [(NOW - MINUTE, 999.0)], place="Rennes")
        room.now = NOW
        signals = [each for each in room.look() if each.rule.kind == "metric"]
        assert bool(signals) is seen


def test_looking_back_tells_the_same(past: Path) -> None:
    room = Watched(past)
    rows = weeks()
    begins = NOW - DAY
    tell(room, [(at, value * (3 if begins <= at < begins + 2 * HOUR else 1)) for at, value in rows])
    topics = active_topics(room.db)
    days = replay.backtest(room.db, UNUSUAL, room.settings, topics, NOW - 2 * DAY, NOW)
    (fired,) = (each for _until, some in days for each in some)
    assert begins < fired.at < begins + HOUR
    assert fired.ended is not None
    limit = replay.backtest(room.db, replace(LIMIT, above=70.0), room.settings, topics, NOW - 2 * DAY, NOW)
    assert [each.at - begins for _until, some in limit for each in some] == [15 * MINUTE]
    signals = replay.why(room.db, topics[0], room.settings, fired.at, now=False)
    assert [each.why.value for each in signals if each.rule.kind == "metric"] == ["raised"]


def silent(room: Watched) -> list[Alert]:
    with room.writer.transaction() as db:
        watch_metrics(db, room.now, NOW - DAY, 3)
    return [each for each in alert_rows(room.db) if each.kind == "metric_silent"]


def test_a_metric_that_is_told_no_more_is_told_and_ends_with_its_next_row(past: Path) -> None:
    room = Watched(past)
    tell(room, weeks())
    room.now += 14 * MINUTE
    assert silent(room) == []
    room.now += 2 * MINUTE
    (told,) = silent(room)
    assert alert_lines(told, room.now, UTC) == (
        "no row of calls for 21 min",
        "last row 14:55 · usually a row every 5 min · rows from: help line",
    )
    tell(room, [(room.now - MINUTE, 3.0)])
    (ended,) = silent(room)
    assert ended.state == "resolved"
    assert alert_lines(ended, room.now, UTC)[0] == "calls was not told for 21 min"


def test_the_nights_of_a_line_that_closes_are_no_silence(past: Path) -> None:
    room = Watched(past)
    tell(room, [(at, value) for at, value in weeks() if 8 <= at // HOUR % 24 < 14])
    assert silent(room) == []
    room.now = NOW + 17 * HOUR
    assert silent(room) == []
    room.now = NOW + 22 * HOUR
    assert len(silent(room)) == 1


def test_one_failure_is_no_usual_pause() -> None:
    moments = list(range(0, 20 * DAY, HOUR))
    assert usual_pause([at for at in moments if not 5 * DAY < at < 7 * DAY]) == HOUR
    assert usual_pause(moments[:2]) == 0


FACTS: dict[str, Any] = {
    "topic": "Fibre",
    "metric": "calls to the help line",
    "unit": "calls",
    "told_by": "help line",
    "test": "unusual",
    "seen": 1240.0,
    "expected": 412.5,
    "low": 340.2,
    "high": 480.0,
    "probability": 1 / 3000,
    "yesterday": 405.0,
    "last_week": 398.0,
    "past": 20,
    "completeness": 0.9,
    "since": TOLD_AT - HOUR,
    "until": TOLD_AT,
    "window": HOUR,
    "learning": False,
}


def test_in_english() -> None:
    told = alert("metric", FACTS)
    assert alert_lines(told, TOLD_AT, UTC) == (
        "Fibre · calls to the help line: 1,240 calls in 1 h, 412.5 expected",
        "×3 of the usual · one chance in 3,000 at most · 405 the day before, 398 a week before"
        " · 90% of what is usual was listened to",
    )
    assert fact_lines(told, TOLD_AT, UTC)[2:6] == [
        "412.5 expected at this time of the week, 340.2 to 480 nine times of ten",
        "one chance in 3,000 at most",
        "compared with the same time of 20 days",
        "405 the day before, 398 a week before",
    ]
    limited = alert("metric", {**FACTS, "test": "above", "limit": 1000.0})
    assert alert_lines(limited, TOLD_AT, UTC)[0] == "Fibre · calls to the help line: 1,240 calls, above 1,000"


@pytest.mark.usefixtures("french")
def test_in_french() -> None:
    title, detail = alert_lines(alert("metric", FACTS), TOLD_AT, UTC)
    assert title == "Fibre · calls to the help line\u00a0: 1\u202f240 calls en 1 h, 412,5 attendus"
    assert detail.startswith("×3 par rapport à l’habitude · ")


@given(st.dictionaries(st.sampled_from([*FACTS, "limit", "last", "pace", "pause"]), STRANGE))
def test_strange_facts_are_left_out(facts: dict[str, Any]) -> None:
    for kind in ("metric", "metric_silent"):
        strange = alert(kind, {**FACTS, **facts})
        lines = [*alert_lines(strange, TOLD_AT, UTC), *fact_lines(strange, TOLD_AT, UTC)]
        assert all("\n" not in line for line in lines)


def test_a_rule_of_kind_metric_is_usual_and_every_one_is_followed(past: Path) -> None:
    rules: tuple[Rule, ...] = (UNUSUAL, LIMIT)
    room = Watched(past, *rules)
    tell(room, weeks())
    room.minutes(1)
    assert {each.rule.id for each in room.look() if each.rule.kind == "metric"} == {"metric", "many-calls"}
