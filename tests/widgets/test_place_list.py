"""The tree of places as it is painted."""

from __future__ import annotations

from datetime import UTC

import pytest

from socialhub.clock import HOUR
from socialhub.widgets.glyphs import UNICODE
from socialhub.widgets.place_list import PlaceList
from socialhub.widgets.place_rows import PlaceRow, columns_for, ratio_text, usual_text
from tests.widgets.stage import HOSTILE, NOW, assert_sound, lines_of, staged

START = NOW - NOW % HOUR - 23 * HOUR
TOTALS = tuple(0 if place in (4, 5) else place for place in range(24))
BARS = "▁▂▂▂▁▁▃▄▄▄▅▅▅▅▆▆▆▇▇▇████"
NO_HOLES = (False,) * 24
HOLES = tuple(place in (4, 5) for place in range(24))


def row(
    key: int,
    name: str,
    parent: int | None = None,
    total: int = 100,
    usual: float | None = 50.0,
    negative: int | None = 12,
) -> PlaceRow:
    return PlaceRow(key, name, parent, TOTALS, total, usual, negative)


ROWS = (
    row(1, "Bretagne", None, 1260, 224, 62),
    row(2, "Ille-et-Vilaine", 1, 585, 86.4, None),
    row(3, "Rennes", 2, 304, 4.25),
    row(4, "Occitanie", None, 23, 0),
    row(5, "bruxelles", None, 2, None),
)


def show(places: PlaceList, holes: tuple[bool, ...] = NO_HOLES) -> None:
    places.show(ROWS, holes, START, HOUR, when_empty="nothing")


async def test_regions_come_first_and_unfold() -> None:
    places = PlaceList(zone=UTC)
    async with staged(places, 76) as play:
        show(places)
        assert [" ".join(line.split()) for line in lines_of(places)] == [
            "mentions usual ratio negative",
            f"▌▸ Bretagne {BARS} 1,260 224 ×5.6 62%",
            f"Occitanie {BARS} 23 0 new 12%",
            f"bruxelles {BARS} 2 — — 12%",
        ]
        assert len({len(line) for line in lines_of(places)}) == 1
        await play.press("enter", "j", "enter")
        names = [line[:20].rstrip() for line in lines_of(places)[1:]]
        assert names == [" ▾ Bretagne", "▌  ▾ Ille-et-Vilaine", "       Rennes", "   Occitanie", "   bruxelles"]
        await play.press("k", "enter")
        assert [line[1:12].strip() for line in lines_of(places)[1:]] == ["▸ Bretagne", "Occitanie", "bruxelles"]


async def test_choosing_what_holds_nothing_asks_for_its_mentions() -> None:
    places = PlaceList(zone=UTC)
    async with staged(places, 76) as play:
        show(places)
        await play.press("G", "enter")
        await play.press("g", "w")
        assert [message.key for message in play.heard(PlaceList.PlaceChosen)] == [5, 1]


async def test_the_cursor_stays_on_its_place_when_the_order_changes() -> None:
    places = PlaceList(zone=UTC)
    async with staged(places, 76) as play:
        show(places)
        await play.press("j")
        places.show([*reversed(ROWS)], NO_HOLES, START, HOUR)
        assert places.selected is not None
        assert places.selected.name == "Occitanie"
        assert lines_of(places)[2].startswith("▌")


async def test_holes_are_told_and_a_fall_is_not_told_of_a_span_with_one() -> None:
    places = PlaceList(zone=UTC)
    async with staged(places, 76):
        show(places, HOLES)
        assert lines_of(places)[-1].strip() == "hole: nobody listened 20 Nov 23:00–01:00"
        assert BARS.replace("▁▁", "··") in lines_of(places)[1]
    fallen = row(9, "Lot", total=10, usual=50.0)
    assert ratio_text(fallen, UNICODE, whole=True) == "×0.2"
    assert ratio_text(fallen, UNICODE, whole=False) == "—"


async def test_nothing_to_show_is_said() -> None:
    places = PlaceList(zone=UTC)
    async with staged(places, 40):
        places.show([], NO_HOLES, START, HOUR, when_empty="no mention speaks of a place in this time")
        assert " ".join(line.strip() for line in lines_of(places)) == "no mention speaks of a place in this time"


@pytest.mark.parametrize(
    ("usual", "text"), [(None, "—"), (0.0, "0"), (0.25, "0.2"), (3.0, "3"), (9.96, "10"), (1043.4, "1,043")]
)
def test_the_usual_level_in_words(usual: float | None, text: str) -> None:
    assert usual_text(usual, UNICODE) == text


@pytest.mark.parametrize("width", range(1, 140, 3))
def test_the_columns_fit_any_width(width: int) -> None:
    columns = columns_for([(row, 0) for row in ROWS], width, UNICODE, whole=True)
    shown = (columns.bars, columns.usual, columns.ratio, columns.negative)
    taken = columns.name + columns.count + 1 + sum(column + 1 for column in shown if column)
    assert taken <= width or columns.name == 0


@pytest.mark.parametrize("width", [3, 20, 59, 79, 119])
async def test_hostile_names_stay_within_their_line(width: int) -> None:
    places = PlaceList(zone=UTC)
    async with staged(places, width):
        rows = [row(number, name, None) for number, name in enumerate(HOSTILE)]
        places.show(rows, HOLES, START, HOUR)
        assert_sound(places)
