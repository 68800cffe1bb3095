"""Text in cells: never wider than asked, never dangerous."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from socialhub.widgets.cells import Piece, cut, fit, left, length, packed, right, safe, wrap
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


@given(st.lists(st.text("ab «»\u00a0", min_size=1, max_size=12).filter(str.strip), min_size=1), st.integers(14, 60))
def test_packed_parts_stay_whole_and_are_parted_by_commas(parts: list[str], width: int) -> None:
    lines = packed(parts, width, "because of")
    assert all(cell_len(line) <= width for line in lines)
    assert " ".join(lines) == f"because of {', '.join(parts)}"


def test_a_cut_is_marked() -> None:
    assert cut("Mandarine", 6) == "Manda…"
    assert cut("Mandarine", 9) == "Mandarine"
    assert cut("漢字漢字", 4) == "漢…"
    assert wrap("", 10) == []
