"""A room's bursts: what is usual is learnt with its talk; a quarter that explodes is told, the first morning is not."""

from __future__ import annotations

import random
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from socialhub.clock import HOUR, MINUTE
from socialhub.detect.decision import ESCALATION, Judged, Known
from socialhub.detect.usual import FLAT, Usual, learn
from socialhub.detect.volume import Raised, Verdict, judge
from socialhub.detect.week import Week
from socialhub.volumes import Hours, Listening, Minutes
from tests.detect.test_burst import drawn

WEEK = Week(ZoneInfo("UTC"))
MIDNIGHT = 1_795_392_000_000
"""2026-11-23 00:00 UTC, a Monday."""
LENGTH = 28 * 24


def steady(rate: float) -> Callable[[int, random.Random], float]:
    """So many mentions an hour, whatever the hour."""
    return lambda _hour, dice: drawn(rate, dice)


def talkative(rate: float) -> Callable[[int, random.Random], float]:
    """As many, in conversations of four."""
    return lambda _hour, dice: 4 * drawn(rate / 4, dice)


def nightly(rate: float) -> Callable[[int, random.Random], float]:
    """As many by day, hardly any at night."""
    return lambda hour, dice: drawn(rate if 7 <= hour % 24 < 23 else rate / 25, dice)


def lived(told: Callable[[int, random.Random], float], end: int, known: int = LENGTH) -> tuple[Hours, Usual]:
    """The hours of a series that one source brought for `known` hours before `end`, and what is usual for it."""
    start, dice = end - LENGTH * HOUR, random.Random(5)
    begun = LENGTH - known
    counts = {
        number: count for number in range(begun, LENGTH) if (count := int(told((start // HOUR + number) % 24, dice)))
    }
    hours = Hours(start, LENGTH, {1: counts}, {1: begun}, {})
    return hours, learn(hours, WEEK.slots(start, LENGTH), FLAT)


def at(past: tuple[Hours, Usual], *said: tuple[int, int], raised: Raised | None = None, now: int = 0) -> Verdict:
    """The verdict when (minutes ago, mentions) were said, at `now` or at the end of the past."""
    hours, usual = past
    end = now or hours.start + LENGTH * HOUR
    counts = {end - ago * MINUTE: mentions for ago, mentions in said}
    heard = ((end - 25 * HOUR, end),)
    return judge(usual, hours, Minutes(end, {1: counts}, {1: Listening(heard, heard)}), WEEK, raised=raised)


def test_how_much_is_talk_is_learnt() -> None:
    alone, talking = lived(steady(1.0), MIDNIGHT)[1], lived(talkative(1.0), MIDNIGHT)[1]
    assert alone.talk < 1
    assert 2 < talking.talk < 4


def test_a_conversation_is_a_burst_only_where_nobody_talks() -> None:
    conversation = ((12, 4), (6, 4))
    assert at(lived(steady(0.5), MIDNIGHT), *conversation).why is Judged.BURST
    assert at(lived(talkative(0.5), MIDNIGHT), *conversation).why is Judged.USUAL


def test_a_quarter_that_explodes_is_told_while_the_hour_is_still_usual() -> None:
    usual_hour = tuple((ago, 1) for ago in range(16, 240, 3))
    verdict = at(lived(steady(20.0), MIDNIGHT), *usual_hour, (10, 8), (5, 9), (1, 7))
    assert verdict.why is Judged.BURST
    assert verdict.end - verdict.start == 15 * MINUTE
    assert not verdict.calm


def test_after_an_alert_only_what_is_much_stronger_is_told() -> None:
    past, said = lived(steady(4.0), MIDNIGHT), ((5, 30),)
    strength = at(past, *said).surprise
    hour_ago = MIDNIGHT - HOUR
    assert at(past, *said, raised=Raised(hour_ago, strength)).why is Judged.COOL_DOWN
    assert at(past, *said, raised=Raised(hour_ago, strength / ESCALATION - 0.01)).why is Judged.BURST
    assert at(past, *said, raised=Raised(MIDNIGHT - 5 * HOUR, strength)).why is Judged.BURST


# ---- the first day ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [5, 7, 8])
def test_nothing_is_judged_before_four_hours_teach(known: int) -> None:
    past = lived(steady(30.0), MIDNIGHT + 12 * HOUR, known)
    verdict = at(past, *((ago, 40) for ago in range(1, 241)))
    assert verdict.why is (Judged.BURST if known == 8 else Judged.LEARNING)


@pytest.mark.parametrize("known", [9, 11, 14, 20])
def test_the_morning_after_the_first_night_is_no_burst(known: int) -> None:
    morning = MIDNIGHT + 9 * HOUR
    past = lived(nightly(90.0), morning, known)
    busy = tuple((ago, 3 if ago % 2 else 0) for ago in range(1, 121))
    assert at(past, *busy).why is Judged.LEARNING


def test_what_stands_far_out_is_told_on_the_first_day_and_said_to_be_learnt() -> None:
    past = lived(nightly(90.0), MIDNIGHT + 18 * HOUR, 12)
    verdict = at(past, *((ago, 2) for ago in range(11, 240)), *((ago, 60) for ago in range(1, 11)))
    assert (verdict.why, verdict.learning) == (Judged.BURST, True)


def test_a_day_later_the_rhythm_is_its_own() -> None:
    flat = lived(steady(30.0), MIDNIGHT + 12 * HOUR, 2 * 24)[1]
    assert flat.how_well is Known.WELL
    assert max(flat.shape) < 1.5
