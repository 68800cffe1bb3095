"""The turn of a tone: what moves is found, what only looks so (small numbers, a new or harsher source) is not."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.detect.tone import LEAST_STORIES, SCALES, Judged, Moved, Turn, UsualTone, judge, learn

HOURS = 28 * 24
CALM, HARSH, NEW = 1, 2, 3
SHARES = {CALM: 0.2, HARSH: 0.7}


def told(rates: dict[int, float], shares: dict[int, float], hours: int, seed: int = 1) -> list[dict[int, Judged]]:
    """So many hours of a topic: judged stories of each source at its rate an hour, negative at its share."""
    dice = random.Random(seed)
    spoken = []
    for _ in range(hours):
        hour = {}
        for source, rate in rates.items():
            judged = sum(dice.random() < rate / 60 for _ in range(60))
            if judged:
                hour[source] = sum(dice.random() < shares[source] for _ in range(judged)), judged
        spoken.append(hour)
    return spoken


PAST = told({CALM: 9, HARSH: 3}, SHARES, HOURS)
USUAL = learn(PAST, {CALM: HOURS, HARSH: HOURS})


def now(usual: UsualTone, *tones: dict[int, Judged]) -> Turn:
    """The verdict on windows of an hour, four hours and a day; a window that is not named says nothing."""
    return judge(usual, [*tones, *[{} for _ in SCALES[len(tones) :]]])


def test_each_source_has_a_usual_share_of_its_own() -> None:
    assert USUAL.late.shares[CALM] == pytest.approx(0.2, abs=0.05)
    assert USUAL.late.shares[HARSH] == pytest.approx(0.7, abs=0.07)


def test_a_turn_is_found_with_its_numbers() -> None:
    turn = now(USUAL, {}, {CALM: (30, 36), HARSH: (10, 12)})
    assert turn.moved is Moved.TURN
    assert (turn.negative, turn.judged, turn.hours) == (40, 48, 4)
    assert turn.expected == pytest.approx(36 * 0.2 + 12 * 0.7, rel=0.15)
    assert turn.usual_high < turn.low < turn.share < turn.high
    assert turn.chance < 1e-3
    assert turn.excess > 20


def test_a_turn_for_the_better_is_told_apart() -> None:
    assert now(USUAL, {}, {HARSH: (1, 40)}).moved is Moved.BETTER


def test_a_slow_turn_over_a_day_is_a_drift() -> None:
    turn = now(USUAL, {CALM: (2, 8)}, {CALM: (10, 30)}, {CALM: (100, 200)})
    assert (turn.moved, turn.hours) == (Moved.DRIFT, 24)


def test_as_usual_is_usual_and_few_say_nothing() -> None:
    assert now(USUAL, {CALM: (3, 14)}, {CALM: (9, 40), HARSH: (8, 12)}).moved is Moved.USUAL
    few = now(USUAL, {CALM: (LEAST_STORIES - 1, LEAST_STORIES - 1)})
    assert few.moved is Moved.FEW
    assert few.high - few.low > 0.2


def test_a_harsher_source_that_speaks_more_moves_nothing() -> None:
    """Simpson's paradox: the share of all doubles, and no source says anything but what it always says."""
    turn = now(USUAL, {}, {CALM: (2, 10), HARSH: (84, 120)})
    assert turn.share > 2 * (9 * 0.2 + 3 * 0.7) / 12 * 0.8
    assert turn.moved is Moved.USUAL


def test_two_sources_that_both_turn_are_a_turn_though_the_share_of_all_stays() -> None:
    mixed = learn(told({CALM: 6, HARSH: 6}, SHARES, HOURS), {CALM: HOURS, HARSH: HOURS})
    turn = now(mixed, {}, {CALM: (43, 90), HARSH: (6, 6)})
    assert turn.share == pytest.approx(0.5, abs=0.03)
    assert turn.moved is Moved.TURN


def test_a_source_that_is_new_or_hardly_ever_spoke_is_left_out() -> None:
    hours = [{**hour, NEW: (0, 2)} if place > HOURS - 20 else hour for place, hour in enumerate(PAST)]
    usual = learn(hours, {CALM: HOURS, HARSH: HOURS, NEW: 19})
    turn = now(usual, {}, {CALM: (8, 40), NEW: (60, 60)})
    assert (turn.moved, turn.judged, turn.sources) == (Moved.USUAL, 40, (CALM,))
    rare = learn([*PAST[:-30], {NEW: (1, 2)}, *PAST[-29:]], {CALM: HOURS, HARSH: HOURS, NEW: HOURS})
    assert NEW not in rare.late.shares


def test_a_topic_that_nobody_knows_yet_is_being_learnt() -> None:
    assert now(learn(PAST[:10], {CALM: 10, HARSH: 10}), {CALM: (30, 30)}).moved is Moved.LEARNING


def test_what_lasts_for_hours_already_has_not_become_usual() -> None:
    bad = told({CALM: 9, HARSH: 3}, {CALM: 0.9, HARSH: 0.95}, 8, seed=5)
    usual = learn([*PAST[8:], *bad], {CALM: HOURS, HARSH: HOURS})
    assert now(usual, {}, {CALM: (32, 36)}).moved is Moved.TURN


def test_one_terrible_day_is_not_the_new_normal() -> None:
    flood = told({CALM: 59, HARSH: 59}, {CALM: 0.95, HARSH: 0.95}, 24, seed=4)
    flooded = learn([*PAST[:-72], *flood, *PAST[-48:]], {CALM: HOURS, HARSH: HOURS})
    assert flooded.late.shares[CALM] < 0.45
    assert now(flooded, {}, {CALM: (32, 36), HARSH: (11, 12)}).moved is Moved.TURN


def test_where_tones_go_together_more_is_needed() -> None:
    dice = random.Random(3)
    moody = []
    for _ in range(HOURS):
        share = 0.9 if dice.random() < 0.15 else 0.1
        moody.append({CALM: (sum(dice.random() < share for _ in range(12)), 12)})
    usual = learn(moody, {CALM: HOURS})
    steady = learn(told({CALM: 12}, {CALM: usual.late.shares[CALM]}, HOURS), {CALM: HOURS})
    assert usual.correlations[0] > 4 * steady.correlations[0]
    said: dict[int, Judged] = {CALM: (12, 16)}
    assert now(steady, said).moved is Moved.TURN
    assert now(usual, said).moved is Moved.USUAL


@pytest.mark.parametrize("rate", [0.05, 1.0, 20.0])
def test_weeks_without_anything_raise_nothing(rate: float) -> None:
    hours = told({CALM: rate, HARSH: rate / 3}, SHARES, HOURS + 7 * 24, seed=9)
    known, raised = {CALM: HOURS, HARSH: HOURS}, 0
    for end in range(HOURS, len(hours), 4):
        usual = learn(hours[end - HOURS : end], known)
        windows = [_sum(hours[end - scale : end]) for scale in SCALES]
        raised += judge(usual, windows).moved in (Moved.TURN, Moved.DRIFT)
    assert raised == 0


def _sum(hours: list[dict[int, Judged]]) -> dict[int, Judged]:
    added: dict[int, Judged] = {}
    for hour in hours:
        for source, (negative, judged) in hour.items():
            before = added.get(source, (0, 0))
            added[source] = before[0] + negative, before[1] + judged
    return added


_judged = st.integers(0, 400).flatmap(lambda judged: st.tuples(st.integers(0, judged), st.just(judged)))
_tones = st.dictionaries(st.sampled_from([CALM, HARSH, NEW]), _judged)


@given(st.lists(_tones, max_size=60), st.tuples(_tones, _tones, _tones))
def test_any_counts_have_a_verdict_whose_numbers_hold(
    hours: list[dict[int, Judged]], windows: tuple[dict[int, Judged], dict[int, Judged], dict[int, Judged]]
) -> None:
    turn = judge(learn(hours, {CALM: 60, HARSH: 60, NEW: 3}), windows)
    assert NEW not in turn.sources
    assert 0 <= turn.negative <= turn.judged
    assert 0 <= turn.low <= turn.share <= turn.high <= 1 or not turn.judged
    assert 0 < turn.chance <= 1
    assert 0 <= turn.usual_low <= turn.usual <= turn.usual_high <= 1
