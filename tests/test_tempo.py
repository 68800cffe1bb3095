"""How often a source is asked: bounds, order and steps for whatever may be known, and the words for it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from socialhub.clock import DAY, HOUR, MINUTE, SECOND
from socialhub.model import SourceRow
from socialhub.tempo import (
    LONGEST_SLOWED,
    QUIET_AFTER,
    SPEND_OVER,
    Manners,
    Purse,
    Situation,
    Tempo,
    Why,
    next_interval,
    slowed_after,
)
from socialhub.tempo_words import tempo_words

_FLOORS = st.integers(5 * SECOND, 30 * MINUTE)
_PURSES = st.builds(Purse, st.integers(0, 10_000), st.integers(0, 200), st.integers(0, 31 * DAY))
MANNERS = st.builds(Manners, st.integers(1, 12), st.integers(1, 12), st.integers(1, 20))


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """What may be known of a source, its configured interval never below what is polite."""
    floor = draw(_FLOORS)
    return Situation(
        draw(st.integers(floor, DAY)),
        floor,
        draw(st.floats(1.0, 20.0)),
        draw(st.booleans()),
        draw(st.booleans()),
        draw(st.booleans()),
        draw(st.integers(0, 3 * DAY)),
        draw(st.lists(_PURSES, max_size=3).map(tuple)),
    )


@given(situations(), MANNERS)
def test_no_interval_is_impolite_or_endless(known: Situation, manners: Manners) -> None:
    interval = next_interval(known, manners).interval
    assert interval >= known.floor
    assert interval >= min(known.wait, DAY)
    assert interval <= max(known.every, LONGEST_SLOWED, min(known.wait, DAY))
    if known.crisis or known.behind:
        assert interval <= max(known.every, min(known.wait, DAY))
    assert (interval == known.every) or next_interval(known, manners).why


@given(situations(), MANNERS, st.floats(1.0, 5.0), st.integers(1, 10))
def test_more_quiet_is_never_faster_a_crisis_never_slower_and_it_lifts_the_night(
    known: Situation, manners: Manners, more: float, left: int
) -> None:
    def interval(**changed: object) -> int:
        return next_interval(replace(known, **changed), manners).interval  # type: ignore[arg-type]

    calm = {"crisis": False, "behind": False}
    assert interval(**calm, slowed=known.slowed * more) >= interval(**calm)
    assert interval(**calm, night=True) >= interval(**calm, night=False)
    assert interval(**calm | {"crisis": True}) <= interval(**calm, slowed=1.0, night=False)
    assert interval(crisis=True, night=True) == interval(crisis=True, night=False)
    assert interval(wait=known.wait + MINUTE) >= interval()
    richer = tuple(replace(purse, left=purse.left + left) for purse in known.purses)
    assert interval(crisis=True, purses=richer) <= interval(crisis=True)


@given(st.lists(st.booleans(), max_size=80), MANNERS)
def test_a_source_is_slowed_by_steps_and_only_after_a_while(polls: list[bool], manners: Manners) -> None:
    slowed, empty = 1.0, 0
    for brought in polls:
        empty = 0 if brought else empty + 1
        before, slowed = slowed, slowed_after(slowed, empty, brought, manners)
        assert 1.0 <= slowed <= manners.quiet
        assert before / 2 <= slowed <= before * 1.25
        if brought:
            assert slowed <= before
        elif empty < QUIET_AFTER:
            assert slowed == before


@given(st.integers(1, 2_000), st.integers(1, 50), st.integers(HOUR, 31 * DAY), st.integers(1, 10))
def test_a_crisis_of_any_length_leaves_something_in_every_purse(
    left: int, cost: int, renewed: int, minutes: int
) -> None:
    known = Situation(HOUR, MINUTE * minutes, crisis=True)
    passed, asked = 0, 0
    while passed < renewed and asked < 3_000:
        purse = Purse(left, cost, renewed - passed)
        tempo = next_interval(replace(known, purses=(purse,)), Manners(crisis=20))
        if tempo.interval == known.every or purse.renewed <= SPEND_OVER:
            break  # as configured, or to be renewed soon: all of it may go
        passed, asked = passed + tempo.interval, asked + 1
        left -= cost
        assert left >= 0


def test_what_a_tempo_is_in_words() -> None:
    def said(tempo: Tempo) -> str:
        never = (None, None, None, None, None, None)
        row = SourceRow(1, "a", "rss", tempo.interval, "active", *never, "", 0, False, False, 0, None, None)
        told = "[" + ", ".join(f'"{why}"' for why in tempo.why) + "]"
        return tempo_words(replace(row, every=5 * MINUTE, tempo=told))

    known, manners = Situation(5 * MINUTE, MINUTE), Manners()
    assert said(next_interval(known, manners)) == ""
    assert said(next_interval(replace(known, slowed=3.0), manners)) == "every 15 min, quiet, ×3"
    assert said(next_interval(replace(known, slowed=1.25), manners)) == "every 6 min, quiet, ×1.2"
    assert said(next_interval(replace(known, slowed=3.0, night=True), manners)) == "every 30 min, quiet, night, ×6"
    crisis = replace(known, slowed=3.0, night=True, crisis=True)
    assert said(next_interval(crisis, manners)) == "every 1 min, crisis"
    assert said(next_interval(replace(crisis, wait=HOUR), manners)) == "every 1 h, crisis, as its server asks, ×12"
    scarce = replace(crisis, purses=(Purse(200, 1, DAY),))
    assert said(next_interval(scarce, manners)) == "every 2 min, crisis, as its budget allows"
    assert said(Tempo(5 * MINUTE, (Why.CRISIS,))) == "every 5 min, crisis"
