"""A curve over several lines: zero-based, what is usual as a line, what is above it lit, holes, marks, times."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from socialhub.clock import DAY, HOUR, MINUTE, floor_hour
from socialhub.widgets.band_chart import Chart, Mark, chart_lines, fitted
from socialhub.widgets.cells import Line, length
from socialhub.widgets.glyphs import ASCII, UNICODE
from tests.widgets.stage import NOW

START = floor_hour(NOW) - HOUR
CHART = Chart(
    START,
    10 * MINUTE,
    (1, 2, 0, 0, 8, 16, 8, 2, 1, 1, 1, 1),
    (False, False, True),
    (4.0,) * 12,
    (Mark(START + 4 * 10 * MINUTE, "!", 2), Mark(START + 5 * 10 * MINUTE, "a", 1)),
)


def texts(lines: list[Line]) -> list[str]:
    return ["".join(piece.text for piece in line).rstrip() for line in lines]


def looks(line: Line) -> dict[str, str]:
    """What stands in each look."""
    found: dict[str, str] = {}
    for piece in line:
        found[piece.look] = found.get(piece.look, "") + piece.text
    return found


def test_bars_begin_at_zero_and_the_limit_is_a_line_through_them() -> None:
    drawn = chart_lines(CHART, 15, 4, UNICODE, NOW, UTC)
    assert texts(drawn) == [
        "16      █",
        "        █",
        "   ┈┈ ┈███┈┈┈┈┈",
        " 0 ▃▅·▁███▅▃▃▃▃",
        "       !a",
        "         18:00",
    ]


def test_what_is_above_the_usual_is_lit_and_the_rest_is_not() -> None:
    drawn = chart_lines(CHART, 15, 4, UNICODE, NOW, UTC)
    assert looks(drawn[0])["chart--over"] == "█"
    assert looks(drawn[2])["chart--over"].count("█") == 3
    assert "chart--over" not in looks(drawn[3])
    unknown = chart_lines(replace(CHART, limits=()), 15, 4, UNICODE, NOW, UTC)
    assert all("chart--over" not in looks(line) and "chart--limit" not in looks(line) for line in unknown)


def test_a_hole_is_no_zero() -> None:
    bottom = texts(chart_lines(CHART, 15, 2, UNICODE, NOW, UTC))[1]
    assert bottom[3 + 2] == "·"
    assert bottom[3 + 3] == "▁"


def test_of_two_marks_in_a_cell_the_heavier_is_seen_and_what_lasts_is_drawn_out() -> None:
    marks = (Mark(START, "a", 1), Mark(START, "!", 2), Mark(START + HOUR, "◆", 0, START + 90 * MINUTE))
    line = texts(chart_lines(replace(CHART, marks=marks), 15, 1, UNICODE, NOW, UTC))[1]
    assert line == "   !     ◆◆◆"
    outside = (Mark(START - DAY, "a"), Mark(START + DAY, "b"))
    assert len(chart_lines(replace(CHART, marks=outside), 15, 1, UNICODE, NOW, UTC)) == 2


def test_where_there_is_room_bars_are_wider_and_where_not_cells_are_added_up() -> None:
    wide = texts(chart_lines(CHART, 60, 1, UNICODE, NOW, UTC))
    assert len(wide[0]) == 3 + 12 * 3
    assert wide[2].split() == ["17:00", "18:00"]
    narrow = fitted(CHART, 6)
    assert narrow.totals == (3, 0, 24, 10, 2, 2)
    assert narrow.limits == (8.0,) * 6
    assert narrow.step == 20 * MINUTE
    assert fitted(CHART, 5).totals == (3, 24, 11, 3)
    assert fitted(CHART, 7).totals == fitted(CHART, 6).totals


def test_long_cells_are_dated() -> None:
    days = Chart(START - 40 * DAY, DAY, tuple(range(40)))
    assert "Oct" in texts(chart_lines(days, 60, 1, UNICODE, NOW, UTC))[-1]


def test_old_terminals_read_it_too() -> None:
    assert all(line.isascii() for line in texts(chart_lines(replace(CHART, marks=()), 40, 3, ASCII, NOW, UTC)))


@given(
    st.lists(st.integers(0, 100_000), min_size=1, max_size=100),
    st.integers(0, 130),
    st.integers(1, 7),
    st.sampled_from([MINUTE, 10 * MINUTE, HOUR, 12 * HOUR, DAY, 14 * DAY]),
)
def test_nothing_is_wider_than_its_place(totals: list[int], width: int, height: int, step: int) -> None:
    chart = Chart(START, step, tuple(totals), (), tuple(float(total) / 2 for total in totals), CHART.marks)
    drawn = chart_lines(chart, width, height, UNICODE, NOW, UTC)
    assert all(length(line) <= width for line in drawn)
    assert len(drawn) in (0, height + 1, height + 2)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=80), st.integers(1, 90))
def test_adding_up_loses_nothing(totals: list[int], cells: int) -> None:
    chart = fitted(Chart(START, MINUTE, tuple(totals)), cells)
    assert sum(chart.totals) == sum(totals)
    assert len(chart.totals) <= cells
    assert chart.start + len(chart.totals) * chart.step == START + len(totals) * MINUTE
