"""The trends pane as it is painted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest
from rich.cells import cell_len
from textual.geometry import Region

from socialhub.clock import HOUR
from socialhub.metrics import Adds
from socialhub.widgets.band_chart import Mark
from socialhub.widgets.glyphs import UNICODE
from socialhub.widgets.trend_columns import change_text, net_text
from socialhub.widgets.trends import FigureRow, TrendRow, Trends
from tests.widgets.stage import HOSTILE, NOW, assert_sound, lines_in, lines_of, looks_of, staged

START = NOW - NOW % HOUR - 23 * HOUR
HOLES = tuple(place in (4, 5) for place in range(24))
NO_HOLES = (False,) * 24


def row(
    topic: int, name: str, total: int = 100, before: int | None = 100, net: int | None = 0, **other: Any
) -> TrendRow:
    totals = tuple(0 if place in (4, 5) else place for place in range(24))
    return TrendRow(topic, name, START, HOUR, totals, other.pop("holes", NO_HOLES), total, before, net, **other)


ROWS = (
    row(1, "Mandarine", 1284, 207, -38),
    row(2, "Fibre", 412, 21, -61),
    row(3, "Libre Mobile", 388, 388, 4),
    row(4, "#Roland", 91, 0, 22, holes=HOLES),
    row(5, "Wi-Fi", 0, None, None, holes=HOLES),
)


class RecordedTrends(Trends):
    """Keeps what it asked to be repainted."""

    def __init__(self) -> None:
        super().__init__(zone=UTC)
        self.asked: list[tuple[Region, ...]] = []

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Any:
        if repaint:
            self.asked.append(regions)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)


async def test_a_row_says_name_curve_count_change_and_sentiment() -> None:
    trends = Trends(zone=UTC)
    async with staged(trends, 58):
        trends.show(ROWS)
        assert lines_of(trends) == [
            "▌Mandarine    ▁▂▂▂▁▁▃▄▄▄▅▅▅▅▆▆▆▇▇▇████ 1,284 ×6.2 ▼ −38",
            " Fibre        ▁▂▂▂▁▁▃▄▄▄▅▅▅▅▆▆▆▇▇▇████   412  ×20 ▼ −61",
            " Libre Mobile ▁▂▂▂▁▁▃▄▄▄▅▅▅▅▆▆▆▇▇▇████   388 ×1.0 ● +4",
            " #Roland      ▁▂▂▂··▃▄▄▄▅▅▅▅▆▆▆▇▇▇████    91  new ▲ +22",
            " Wi-Fi        ▁▂▂▂··▃▄▄▄▅▅▅▅▆▆▆▇▇▇████     0    — —",
            "              ╰ hole: nobody listened 20 Nov 23:00–01:00",
        ]


async def test_numbers_are_french_in_french(french: None) -> None:
    trends = Trends(zone=UTC)
    async with staged(trends, 58):
        trends.show(ROWS)
        assert "1\u202f284  ×6,2 ▼ −38" in lines_of(trends)[0]


async def test_columns_align_at_every_width() -> None:
    trends = Trends(zone=UTC)
    async with staged(trends, 200) as play:
        trends.show(ROWS)
        for width in (*range(30, 81, 2), 4, 10, 20):
            await play.resize(width, 12)
            assert_sound(trends)
            if width >= 20:
                counts = zip(lines_of(trends), ("1,284", "412", "388"), strict=False)
                assert len({line.find(count) + len(count) for line, count in counts}) == 1


async def test_narrow_panes_drop_bars_then_sentiment_then_change() -> None:
    trends = Trends(zone=UTC)
    seen = {}
    async with staged(trends, 80) as play:
        trends.show(ROWS)
        for width in (58, 40, 30, 20, 16):
            await play.resize(width, 12)
            line = lines_of(trends)[0]
            seen[width] = [sign for sign in ("█", "▼", "×", "1,284") if sign in line]
    assert seen == {
        58: ["█", "▼", "×", "1,284"],
        40: ["█", "▼", "×", "1,284"],
        30: ["▼", "×", "1,284"],
        20: ["×", "1,284"],
        16: ["1,284"],
    }


async def test_holes_that_differ_are_explained_row_by_row() -> None:
    trends = Trends(zone=UTC)
    async with staged(trends, 58):
        trends.show((row(1, "a", holes=HOLES), row(2, "b"), row(3, "c", holes=(True,) * 24)))
        lines = lines_of(trends)
        assert [line.strip().startswith("╰") for line in lines] == [False, True, False, False, True]
        assert "nobody listened in this span" in lines[4]


async def test_a_bar_within_a_hole_looks_incomplete() -> None:
    trends = Trends(zone=UTC)
    holes = tuple(place >= 22 for place in range(24))
    async with staged(trends, 58):
        trends.show((row(1, "a", holes=holes), row(2, "b")))
        styles = dict(looks_of(trends, 0))
        assert styles["██"] != next(style for text, style in styles.items() if text.startswith("▁"))


async def test_a_fall_is_not_told_of_a_span_with_a_hole() -> None:
    trends = Trends(zone=UTC)
    async with staged(trends, 58):
        trends.show((row(1, "a", 50, 100, holes=HOLES), row(2, "b", 200, 100, holes=HOLES), row(3, "c", 50, 100)))
        changes = [line[-6:].split()[0] if "●" not in line else line[:-3].split()[-1] for line in lines_of(trends)]
        assert changes[:2] == ["—", "×2.0"]
        assert changes[3] == "×0.5"


async def test_the_cursor_follows_the_topic_and_enter_chooses_it() -> None:
    trends = Trends(zone=UTC)
    async with staged(trends, 58) as play:
        trends.show(ROWS)
        await play.press("j", "j", "k")
        assert trends.selected == ROWS[1]
        trends.show((ROWS[3], ROWS[2], ROWS[1]))
        assert trends.selected == ROWS[1]
        assert [line[0] for line in lines_of(trends)[:4]] == [" ", " ", " ", "▌"]
        await play.press("enter")
        assert [message.topic for message in play.heard(Trends.TopicChosen)] == [2]


async def test_a_topic_that_goes_leaves_the_cursor_in_its_place() -> None:
    trends = Trends(zone=UTC)
    async with staged(trends, 58) as play:
        trends.show(ROWS)
        await play.press("j")
        trends.show((ROWS[0], ROWS[2]))
        assert trends.selected == ROWS[2]
        trends.show(())
        assert trends.selected is None
        await play.press("enter", "j", "G")
        assert play.heard(Trends.TopicChosen) == []


async def test_brackets_ask_for_another_span() -> None:
    trends = Trends(zone=UTC)
    async with staged(trends, 58) as play:
        trends.show(ROWS)
        await play.press("[", "]")
        assert [message.direction for message in play.heard(Trends.SpanWanted)] == [1, -1]


async def test_only_the_lines_that_changed_are_repainted() -> None:
    trends = RecordedTrends()
    async with staged(trends, 58) as play:
        trends.show(ROWS)
        await play.pilot.pause()
        trends.asked.clear()
        trends.show(ROWS)
        assert trends.asked == []
        trends.show((*ROWS[:2], replace(ROWS[2], total=389), *ROWS[3:]))
        assert lines_in(trends.asked) == {2}
        trends.asked.clear()
        await play.press("j")
        assert lines_in(trends.asked) == {0, 1}


async def test_no_topics_is_a_sentence_that_says_what_to_do() -> None:
    trends = Trends(zone=UTC)
    async with staged(trends, 30):
        trends.show(())
        assert "[[topics]]" in " ".join(lines_of(trends))
        assert_sound(trends)


async def test_names_from_outside_keep_the_layout() -> None:
    trends = Trends(zone=UTC)
    async with staged(trends, 50) as play:
        for name in HOSTILE:
            trends.show((row(1, name), row(2, "plain")))
            await play.pilot.pause()
            assert_sound(trends)
            first, second = lines_of(trends)[:2]
            assert cell_len(first[: first.rindex("100")]) == cell_len(second[: second.rindex("100")])


async def test_an_ascii_terminal_gets_ascii(ascii_terminal: None) -> None:
    trends = Trends(zone=UTC)
    async with staged(trends, 40):
        trends.show((*ROWS, row(6, "x" * 100)))
        assert "".join(lines_of(trends)).replace("–", "-").isascii()


@pytest.mark.parametrize(
    ("total", "before", "words"),
    [
        (124, 20, "×6.2"),
        (10, 12, "×0.8"),
        (100, 10, "×10"),
        (249, 25, "×10"),
        (190, 10, "×19"),
        (5, 0, "new"),
        (0, 0, "="),
        (0, 7, "×0.0"),
        (7, None, "—"),
        (10**9, 1, ">×999"),
    ],
)
def test_change_against_the_period_before(total: int, before: int | None, words: str) -> None:
    assert change_text(total, before, UNICODE) == words


@pytest.mark.parametrize(
    ("net", "words"),
    [(-38, "▼ −38"), (22, "▲ +22"), (0, "● 0"), (4, "● +4"), (-4, "● −4"), (None, "—"), (100, "▲ +100")],
)
def test_net_sentiment_reads_without_colour(net: int | None, words: str) -> None:
    assert net_text(net, UNICODE) == words


# ---- what is usual, what happened, what is planned ---------------------------------------------------------------


MARKED = row(
    1,
    "Fibre",
    limits=(None, *(9.5,) * 23),
    marks=(Mark(START + 20 * HOUR, "‼", 3), Mark(START + 10 * HOUR, "◆", 0, START + 13 * HOUR, "chart--event")),
    planned="Salon des box",
)


async def test_what_is_above_the_usual_is_lit() -> None:
    trends = Trends(zone=UTC)
    async with staged(trends, 58):
        trends.show((row(2, "Mandarine"), MARKED), NOW)
        line = next(y for y, text in enumerate(lines_of(trends)) if "Fibre" in text)
        assert [text for text, style in looks_of(trends, line) if "bold" in style] == ["▅▅▅▅▆▆▆▇▇▇████"]
        trends.show((row(2, "Mandarine"), replace(MARKED, limits=())), NOW)
        assert [text for text, style in looks_of(trends, line) if "bold" in style] == []


async def test_alerts_and_planned_events_stand_below_their_hours() -> None:
    trends = Trends(zone=UTC)
    async with staged(trends, 58):
        trends.show((MARKED, row(2, "Mandarine")), NOW)
        first, second, third = lines_of(trends)
        bars = first.index("▁")
        assert second == "▌" + " " * (bars + 9) + "◆◆◆" + " " * 7 + "‼    Salon des box"
        assert "Mandarine" in third


@pytest.mark.parametrize("width", [58, 51, 40, 30, 20, 8])
async def test_a_row_unfolds_into_a_chart_at_every_width(width: int) -> None:
    trends = Trends(zone=UTC)
    async with staged(trends, width, 14) as play:
        trends.show((MARKED, row(2, "Mandarine")), NOW)
        folded = lines_of(trends)
        await play.press("h")
        assert_sound(trends)
        if width >= 30:
            assert sum("‼" in line for line in lines_of(trends)) == 1
            assert len(lines_of(trends)) >= 7
        await play.press("h")
        assert lines_of(trends) == folded


CALLS = FigureRow(
    "Calls",
    tuple(None if place in (4, 5) else float(place) for place in range(24)),
    Adds.SUM,
    "calls",
    "42 calls",
    "last row 12:00",
    "1/2",
    frozenset({1}),
)


async def test_a_metric_stands_among_the_topics_on_their_axis_of_time() -> None:
    trends = Trends(zone=UTC)
    async with staged(trends, 58, 16) as play:
        trends.show(ROWS[:2], NOW, CALLS)
        assert lines_of(trends) == [
            "▌Mandarine ▁▂▂▂▁▁▃▄▄▄▅▅▅▅▆▆▆▇▇▇████ 1,284 ×6.2 ▼ −38",
            " Calls     ▁▂▂▂··▃▄▄▄▅▅▅▅▆▆▆▇▇▇████ 42 calls",
            " ╰ last row 12:00 · scale 0 to 23 calls · 1/2",
            " Fibre     ▁▂▂▂▁▁▃▄▄▄▅▅▅▅▆▆▆▇▇▇████   412  ×20 ▼ −61",
        ]
        trends.show(ROWS[:2], NOW, replace(CALLS, topics=None))
        assert lines_of(trends)[0].lstrip("▌ ").startswith("Calls")
        trends.show(ROWS[:2], NOW, replace(CALLS, latest="43 calls"))
        assert "43 calls" in lines_of(trends)[1]
        await play.resize(58, 12)
        assert not any("scale" in line for line in lines_of(trends))
        for width in (*range(30, 81, 5), 4, 10, 20):
            await play.resize(width, 16)
            assert_sound(trends)
        trends.show(ROWS[:2], NOW)
        assert len(lines_of(trends)) == 2


async def test_an_unfolded_topic_has_its_metric_below_the_same_cells() -> None:
    trends = Trends(zone=UTC)
    async with staged(trends, 58):
        trends.show(ROWS[:2], NOW, CALLS)
        trends.select(1)
        trends.action_unfold()
        lines = lines_of(trends)
        bars = next(line for line in lines if "▁▁▂▂" in line.replace("▁▁▁▁▂▂▂▂", "▁▁▂▂") and "Calls" not in line)
        chart = next(line for line in lines if line.lstrip("▌ ").startswith("0 "))
        assert bars.index("··") > chart.index("0")
        assert any("╰ Calls 42 calls" in line for line in lines)
        trends.select(2)
        trends.action_unfold()
        assert sum("╰ Calls 42 calls" in line for line in lines_of(trends)) == 1


async def test_a_metric_of_any_name_breaks_nothing() -> None:
    trends = Trends(zone=UTC)
    async with staged(trends, 40):
        trends.show(ROWS[:1], NOW, CALLS)
        trends.action_unfold()
        for name in HOSTILE:
            trends.show(ROWS[:1], NOW, replace(CALLS, name=name, latest=name, unit=name, when=name))
            assert_sound(trends)
