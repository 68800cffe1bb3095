"""Text in cells: never wider than asked, never dangerous."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from socialhub.widgets.cells import Piece, cut, difference, fit, left, length, right, safe, wrap
from tests.widgets.stage import HOSTILE

ANY_TEXT = st.one_of(st.text(max_size=80), st.sampled_from(HOSTILE))
WIDTHS = st.integers(min_value=0, max_value=60)


@given(ANY_TEXT, WIDTHS)
def test_padded_text_takes_exactly_its_cells(raw: str, width: int) -> None:
    text = safe(raw)
    assert cell_len(left(text, width)) == width
    assert cell_len(right(text, width)) == width
    assert cell_len(cut(text, width)) <= width


@given(st.lists(ANY_TEXT, max_size=5), WIDTHS)
def test_a_line_of_pieces_never_leaves_its_place(texts: list[str], width: int) -> None:
    assert length(fit([Piece(safe(text)) for text in texts], width)) <= width


@given(ANY_TEXT, st.integers(min_value=2, max_value=60))
def test_wrapping_loses_no_word_and_respects_the_width(raw: str, width: int) -> None:
    text = safe(raw)[:300]
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_a_cut_is_marked() -> None:
    assert cut("Mandarine", 6) == "Manda…"
    assert cut("Mandarine", 9) == "Mandarine"
    assert cut("漢字漢字", 4) == "漢…"
    assert wrap("", 10) == []


WORDS = st.lists(st.sampled_from(["fibre", "漢字", "e\u0301", "x", "12:05", "12:06", ""]), max_size=6)


@given(WORDS, WORDS, WORDS, WORDS)
def test_painting_what_differs_makes_the_new_line(
    start: list[str], was: list[str], now: list[str], end: list[str]
) -> None:
    old, new = (" ".join([*start, *middle, *end]) for middle in (was, now))
    first, cells = difference([Piece(old)], [Piece(new)])
    wide = max(cell_len(old), cell_len(new))
    before, after = (Strip([Segment(text)]).adjust_cell_length(wide) for text in (old, new))
    painted = Strip.join([before.crop(0, first), after.crop(first, first + cells), before.crop(first + cells)])
    assert painted.text == after.text


def test_a_clock_costs_its_own_cells() -> None:
    line = (Piece(" socialhub "), Piece("14 sources "), Piece("18:42 "))
    assert difference(line, (*line[:2], Piece("18:43 "))) == (22, 5)
    assert difference((*line, Piece("👩\u200d👧 a")), (*line, Piece("👩\u200d👧 b")))[0] == 0
