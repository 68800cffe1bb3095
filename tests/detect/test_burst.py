"""Bursts: found on a topic that nobody talks about and on a torrent, not on noise; never by what comes later."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.detect.burst import THRESHOLD, BurstDetector, Verdict
from socialhub.detect.decision import ESCALATION, SILENCE, SURPRISE, Judged
from socialhub.detect.steps import GAPS, StepFinder
from socialhub.detect.tails import surprise

STEP = 5 * MINUTE
WEEK = 7 * DAY

Row = tuple[int, float]


def drawn(mean: float, chance: random.Random) -> float:
    """A Poisson count, normal where it is large."""
    if mean > 50:
        return float(max(0, round(chance.gauss(mean, math.sqrt(mean)))))
    count, product = 0, chance.random()
    while product > math.exp(-mean):
        count, product = count + 1, product * chance.random()
    return float(count)


def noise(an_hour: float, span: int, *, seed: int = 7, step: int = STEP) -> Iterator[Row]:
    """Steady Poisson noise from moment 0 on."""
    chance = random.Random(seed)
    for moment in range(0, span, step):
        yield moment, drawn(an_hour * step / HOUR, chance)


def fed(detector: BurstDetector, rows: Iterator[Row] | list[Row]) -> list[Verdict]:
    return [detector.judge(moment, value) for moment, value in rows]


def raised(verdicts: list[Verdict]) -> int:
    return sum(verdict.why is Judged.BURST for verdict in verdicts)


# ---- the tail ----------------------------------------------------------------------------------------------------


def exact_tail(seen: int, expected: float, wobble: float) -> float:
    """The chance of so many or more, term by term."""
    shape = 1 / wobble
    share = shape / (shape + expected)
    term, below = share**shape, 0.0
    for count in range(seen):
        below += term
        term *= (count + shape) / (count + 1) * (1 - share)
    return 1 - below


@given(st.integers(1, 60), st.floats(0.05, 30), st.floats(0.05, 3))
def test_the_surprise_never_exaggerates(seen: int, expected: float, wobble: float) -> None:
    assert exact_tail(seen, expected, wobble) <= math.exp(-surprise(seen, expected, wobble)) + 1e-9


def test_a_rate_that_varies_more_surprises_less() -> None:
    rare = [surprise(60, 20, wobble) for wobble in (0.001, 0.1, 1.0, 3.0)]
    assert rare == sorted(rare, reverse=True)
    assert surprise(20, 20, 1.0) == surprise(3, 20, 1.0) == 0.0


# ---- the step ----------------------------------------------------------------------------------------------------


def test_a_hole_among_the_first_rows_does_not_change_the_step() -> None:
    finder, moment = StepFinder(), 0
    for number in range(GAPS + 1):
        finder.see(moment)
        moment += DAY if number == 3 else STEP
    assert finder.step == STEP
    assert finder.see(moment + WEEK) == STEP


# ---- found, from three mentions a week to three thousand an hour -------------------------------------------------


@pytest.mark.parametrize(
    ("an_hour", "burst"), [(3 / 168, [2.0, 3.0, 4.0]), (2.0, [6.0, 9.0, 12.0]), (3000.0, [1200.0, 1500.0, 1500.0])]
)
def test_a_clear_burst_is_found_within_three_rows_and_raised_once(an_hour: float, burst: list[float]) -> None:
    detector = BurstDetector()
    before = fed(detector, noise(an_hour, 3 * WEEK))
    during = fed(detector, [(3 * WEEK + number * STEP, value) for number, value in enumerate(burst)])
    assert raised(before) == 0
    assert raised(during) == 1
    told = next(verdict for verdict in during if verdict.why is Judged.BURST)
    assert told.score >= THRESHOLD
    assert told.seen > 3 * told.expected > 0


def test_a_burst_that_was_expected_to_be_ten_times_larger_is_none() -> None:
    detector = BurstDetector()
    fed(detector, noise(300, 2 * WEEK))
    assert detector.judge(2 * WEEK, 40).why is Judged.USUAL


@pytest.mark.parametrize("an_hour", [3 / 168, 60.0, 3000.0])
def test_steady_noise_raises_nothing_for_ten_weeks(an_hour: float) -> None:
    assert raised(fed(BurstDetector(), noise(an_hour, 10 * WEEK))) == 0


def test_at_one_mention_an_hour_noise_raises_less_than_one_alert_in_three_weeks() -> None:
    weeks = 20
    assert sum(raised(fed(BurstDetector(), noise(1.0, weeks * WEEK, seed=seed))) for seed in (1, 2)) * 3 <= 2 * weeks


def test_a_daily_rhythm_and_quiet_weekends_are_learnt_as_spread() -> None:
    chance = random.Random(3)

    def mean(moment: int) -> float:
        day = moment / DAY
        return 20 * (1 + 0.9 * math.sin(2 * math.pi * (day - 0.35))) * (0.6 if int(day) % 7 >= 5 else 1.1)

    rows = [(moment, drawn(mean(moment), chance)) for moment in range(0, 4 * WEEK, STEP)]
    assert raised(fed(BurstDetector(), rows)) == 0


# ---- silence, floor, learning ------------------------------------------------------------------------------------


def test_after_a_burst_it_is_silent_for_a_day_and_then_speaks_again() -> None:
    detector = BurstDetector()
    fed(detector, noise(60, 2 * WEEK))
    first, second = 2 * WEEK, 2 * WEEK + SILENCE
    told = [
        detector.judge(moment, 25.0 if first <= moment < first + HOUR else 5.0) for moment in range(first, second, STEP)
    ]
    assert raised(told) == 1
    assert {verdict.why for verdict in told} == {Judged.BURST, Judged.COOL_DOWN, Judged.USUAL}
    assert all(verdict.score < THRESHOLD for verdict in told if verdict.why is not Judged.BURST)
    again = fed(detector, [(second + HOUR + number * STEP, 30.0) for number in range(12)])
    assert raised(again) == 1


def test_a_crisis_after_a_small_burst_breaks_the_silence() -> None:
    detector = BurstDetector()
    fed(detector, noise(60, 2 * WEEK))
    small = fed(detector, [(2 * WEEK + number * STEP, 25.0) for number in range(3)])
    large = fed(detector, [(2 * WEEK + HOUR + number * STEP, 900.0) for number in range(3)])
    assert raised(small) == raised(large) == 1
    peak = max(verdict.surprise for verdict in small if verdict.why is Judged.BURST)
    assert next(verdict for verdict in large if verdict.why is Judged.BURST).surprise >= ESCALATION * peak


def test_the_same_burst_twenty_hours_later_is_still_held_back() -> None:
    detector = BurstDetector()
    fed(detector, noise(60, 2 * WEEK))
    first = fed(detector, [(2 * WEEK + number * STEP, 25.0) for number in range(3)])
    fed(detector, [(moment, 5.0) for moment in range(2 * WEEK + HOUR, 2 * WEEK + 20 * HOUR, STEP)])
    again = fed(detector, [(2 * WEEK + 20 * HOUR + number * STEP, 25.0) for number in range(3)])
    assert raised(first) == 1
    assert {verdict.why for verdict in again} == {Judged.COOL_DOWN, Judged.USUAL}


def test_a_crisis_is_not_the_new_normal() -> None:
    detector = BurstDetector()
    fed(detector, noise(60, 2 * WEEK))
    fed(detector, [(2 * WEEK + number * STEP, 50_000.0) for number in range(12)])
    fed(detector, [(moment, 5.0) for moment in range(2 * WEEK + HOUR, 2 * WEEK + 2 * DAY, STEP)])
    assert raised(fed(detector, [(2 * WEEK + 2 * DAY + number * STEP, 60.0) for number in range(6)])) == 1


def test_a_few_mentions_of_a_topic_that_has_none_stay_below_the_floor() -> None:
    detector = BurstDetector()
    fed(detector, [(moment, 0.0) for moment in range(0, WEEK, STEP)])
    told = detector.judge(WEEK, 3)
    assert (told.why, told.score < THRESHOLD) == (Judged.FLOOR, True)


def test_the_first_day_says_learning_and_raises_only_what_stands_far_out() -> None:
    detector = BurstDetector()
    first = fed(detector, noise(120, DAY - 2 * HOUR))
    assert {verdict.why for verdict in first} == {Judged.LEARNING}
    assert detector.learning
    manifold = fed(detector, [(DAY - 2 * HOUR + number * STEP, 150.0) for number in range(3)])
    assert raised(manifold) == 0
    assert max(verdict.surprise for verdict in manifold) > SURPRISE
    assert raised(fed(detector, [(DAY - HOUR + number * STEP, 2000.0) for number in range(3)])) == 1


def test_learning_ends_after_a_day_also_by_the_minute() -> None:
    detector = BurstDetector(MINUTE)
    fed(detector, noise(60, DAY - MINUTE, step=MINUTE))
    assert detector.learning
    detector.judge(DAY - MINUTE, 1)
    assert not detector.learning


def test_hours_and_days_are_learnt_from_at_least_two_days_of_rows() -> None:
    detector = BurstDetector(HOUR)
    fed(detector, noise(60, 47 * HOUR, step=HOUR))
    assert detector.learning
    detector.judge(47 * HOUR, 60)
    assert not detector.learning


# ---- holes -------------------------------------------------------------------------------------------------------


def test_a_hole_is_neither_a_calm_nor_a_burst_afterwards() -> None:
    detector = BurstDetector()
    fed(detector, noise(240, 2 * WEEK))
    back = 2 * WEEK + 2 * DAY
    after = detector.judge(back, 60)
    assert (after.why, after.seen) == (Judged.USUAL, 60)
    assert after.expected == pytest.approx(20, rel=0.1)
    chance = random.Random(5)
    assert raised(fed(detector, [(back + number * STEP, drawn(20, chance)) for number in range(1, 300)])) == 0
    assert detector.judge(back + 300 * STEP, 600).why is Judged.BURST


# ---- whatever comes ----------------------------------------------------------------------------------------------

counts = st.one_of(st.integers(0, 30).map(float), st.floats(0, 1e12), st.just(0.0), st.just(1e12))
gaps = st.sampled_from([STEP, STEP, STEP, MINUTE, HOUR, DAY, 1])


@st.composite
def series(draw: st.DrawFn) -> list[Row]:
    """Rows in order: mostly regular, of any size, some after a steady day."""
    moment, rows = 0, []
    for number in range(draw(st.sampled_from([0, 400]))):
        moment += STEP
        rows.append((moment, float(number % 5)))
    for gap, value in draw(st.lists(st.tuples(gaps, counts), min_size=1, max_size=40)):
        moment += gap
        rows.append((moment, value))
    return rows


@settings(max_examples=60, deadline=None)
@given(series())
def test_scores_lie_between_0_and_1_and_agree_with_their_reason(rows: list[Row]) -> None:
    for verdict in fed(BurstDetector(), rows):
        assert 0.0 <= verdict.score <= 1.0
        assert (verdict.score >= THRESHOLD) is (verdict.why is Judged.BURST)


@settings(max_examples=40, deadline=None)
@given(series(), series(), st.data())
def test_what_comes_later_changes_nothing_that_was_said(rows: list[Row], other: list[Row], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(rows)))
    at = rows[cut - 1][0] if cut else 0
    changed = rows[:cut] + [(at + moment, value) for moment, value in other]
    assert fed(BurstDetector(), rows)[:cut] == fed(BurstDetector(), changed)[:cut]
