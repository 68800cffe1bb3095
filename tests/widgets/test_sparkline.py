"""Sparklines: zero-based, fixed cells, holes that are not zeros."""

from __future__ import annotations

from datetime import UTC
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.clock import HOUR, MINUTE
from socialhub.widgets.glyphs import ASCII, UNICODE, Glyphs, glyphs_of, reads_utf8
from socialhub.widgets.sparkline import hole_sentence, hole_spans, merge, sparkline
from tests.widgets.stage import NOW

COUNTS = st.lists(st.integers(min_value=0, max_value=10**9), max_size=60)
START = NOW - 12 * HOUR


def test_bars_start_at_zero_not_at_the_least_value() -> None:
    assert sparkline([100, 101, 102, 103]) == "████"
    assert sparkline([0, 1, 2, 4, 8]) == "▁▂▃▅█"


def test_equal_values_zeros_and_holes_look_different() -> None:
    assert sparkline([5, 5, 5]) == "███"
    assert sparkline([0, 0, 0]) == "▁▁▁"
    assert sparkline([0, 0, 0], [True, True, False]) == "··▁"
    assert sparkline([]) == ""


def test_what_was_counted_within_a_hole_is_shown() -> None:
    assert sparkline([4, 0, 4], [True, True, False]) == "█·█"


def test_a_given_maximum_keeps_the_scale() -> None:
    assert sparkline([1, 5, 20], maximum=10) == "▂▅█"
    assert sparkline([1], maximum=0) == "█"


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
@given(counts=COUNTS, holes=st.lists(st.booleans(), max_size=80))
def test_one_glyph_a_value_and_the_order_of_bars_is_the_order_of_values(
    glyphs: Glyphs, counts: list[int], holes: list[bool]
) -> None:
    bars = sparkline(counts, holes, glyphs=glyphs)
    assert len(bars) == len(counts)
    scale = glyphs.zero + glyphs.levels
    for index, (value, bar) in enumerate(zip(counts, bars, strict=True)):
        hole = index < len(holes) and holes[index]
        assert (bar == glyphs.hole) == (hole and value == 0)
        assert (bar == glyphs.zero) == (not hole and value == 0)
    ranks = [(value, scale.index(bar)) for value, bar in zip(counts, bars, strict=True) if bar != glyphs.hole]
    assert all(low[1] <= high[1] for low in ranks for high in ranks if low[0] <= high[0])
    if any(counts):
        assert bars[counts.index(max(counts))] == glyphs.levels[-1]


@given(counts=COUNTS, factor=st.integers(min_value=1, max_value=9))
def test_merged_cells_keep_every_mention_and_the_newest_cell_is_whole(counts: list[int], factor: int) -> None:
    totals, holes = merge(counts, [False] * len(counts), factor)
    assert sum(totals) == sum(counts)
    assert len(totals) == len(holes) == -(-len(counts) // factor)
    if counts:
        assert totals[-1] == sum(counts[-factor:])


def test_merging_keeps_a_hole_that_fills_half_of_the_new_cell() -> None:
    assert merge([0, 0, 3, 4], [True, False, False, False], 2) == ((0, 7), (True, False))


def test_holes_are_told_in_words() -> None:
    cells = [False] * 24
    cells[6] = True
    start = START - START % HOUR
    assert hole_sentence(cells, start, 30 * MINUTE, UTC) == "hole: nobody listened 09:00–09:30"
    cells[9] = cells[10] = True
    assert hole_sentence(cells, start, 30 * MINUTE, UTC) == "holes: nobody listened 09:00–09:30, 10:30–11:30"
    cells[15] = True
    assert hole_sentence(cells, start, 30 * MINUTE, UTC) == (
        "3 holes: nobody listened 10:30–11:30, 13:30–14:00 and before"
    )
    assert hole_sentence([False] * 4, start, HOUR, UTC) == ""
    assert hole_sentence([True] * 4, start, HOUR, UTC) == "nobody listened in this span"
    assert hole_sentence([True, True, False], start, HOUR, UTC) == "hole: nobody listened before 08:00"
    assert hole_sentence([False, True, True], start, HOUR, UTC) == "hole: nobody listens since 07:00"


@given(st.lists(st.booleans(), max_size=50))
def test_hole_spans_cover_exactly_the_holes(holes: list[bool]) -> None:
    spans = hole_spans(holes, 0, 10)
    assert [any(low <= cell * 10 < high for low, high in spans) for cell in range(len(holes))] == holes
    assert all(earlier[1] < later[0] for earlier, later in pairwise(spans))


@pytest.mark.parametrize(
    ("environ", "utf8"),
    [
        ({"LANG": "fr_FR.UTF-8"}, True),
        ({"LANG": "fr_FR.utf8"}, True),
        ({"LC_ALL": "C", "LANG": "fr_FR.UTF-8"}, False),
        ({"LC_CTYPE": "fr_FR.ISO-8859-1", "LANG": "fr_FR.UTF-8"}, False),
        ({"LC_ALL": "", "LANG": "C"}, False),
        ({}, True),
    ],
)
def test_the_locale_chooses_the_marks(environ: dict[str, str], utf8: bool) -> None:
    assert reads_utf8(environ) is utf8
    assert glyphs_of(environ) is (UNICODE if utf8 else ASCII)


def test_the_plain_set_is_ascii_and_tells_zero_from_hole() -> None:
    bars = sparkline([0, 0, 1, 8], [True], glyphs=ASCII)
    assert bars.isascii()
    assert len({bars[0], bars[1], bars[2], bars[3]}) == 4
