"""The status line as it is painted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest
from textual.geometry import Region

from socialhub.clock import MINUTE, SECOND
from socialhub.widgets.status_line import Collecting, Status, StatusLine
from tests.widgets.stage import HOSTILE, NOW, assert_sound, lines_of, looks_of, staged

CALM = Status(NOW, "Mandarine Télécom", 14)
SILENT = replace(CALM, silent=(("rss:lemonde", NOW - 22 * MINUTE),))


class RecordedLine(StatusLine):
    """Counts its repaints."""

    def __init__(self) -> None:
        super().__init__(zone=UTC)
        self.repaints = 0

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Any:
        self.repaints += repaint
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)


async def said(status: Status, width: int = 100) -> str:
    line = StatusLine(zone=UTC)
    async with staged(line, width, 3):
        line.show(status)
        assert_sound(line)
        assert line.size.height == 1
        return " ".join(lines_of(line)[0].split())


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (CALM, "socialhub Mandarine Télécom ● 14 sources · 18:42"),
        (replace(CALM, sources=1), "socialhub Mandarine Télécom ● 1 source · 18:42"),
        (replace(CALM, sources=0), "socialhub Mandarine Télécom ○ no source · 18:42"),
        (SILENT, "socialhub Mandarine Télécom ◐ 14 sources · 1 silent (rss:lemonde, 22 min) · 18:42"),
        (
            replace(CALM, sources=3, silent=tuple((name, NOW - MINUTE) for name in "abc")),
            "socialhub Mandarine Télécom ✗ 3 sources · 3 silent (a, 1 min; b, 1 min; …) · 18:42",
        ),
        (replace(CALM, failing=2), "socialhub Mandarine Télécom ◐ 14 sources · 2 failing · 18:42"),
        (
            replace(CALM, behind=3, working="catching up 2 h 10 min"),
            "socialhub Mandarine Télécom catching up 2 h 10 min · ◐ 14 sources · 3 catching up · 18:42",
        ),
        (
            replace(CALM, collecting=Collecting.ELSEWHERE, collector="laptop, 4242"),
            "socialhub Mandarine Télécom collected elsewhere (laptop, 4242) · ● 14 sources · 18:42",
        ),
        (
            replace(CALM, collecting=Collecting.NOBODY, why_not="--no-collect"),
            "socialhub Mandarine Télécom ✗ nobody collects: --no-collect · ✗ 14 sources · 18:42",
        ),
        (
            replace(CALM, collecting=Collecting.STUCK, collector="laptop, 4242"),
            "socialhub Mandarine Télécom ✗ the collector is stuck (laptop, 4242) · ✗ 14 sources · 18:42",
        ),
        (
            replace(CALM, demo=True, speed=60.0, remote=True),
            "socialhub Mandarine Télécom DEMO · ×60 · remote · ● 14 sources · 21 Nov 18:42",
        ),
        (replace(CALM, speed=0.5), "socialhub Mandarine Télécom ×0.5 · ● 14 sources · 21 Nov 18:42"),
    ],
)
async def test_what_is_said(status: Status, words: str) -> None:
    assert await said(status) == words


async def test_with_less_room_names_go_and_trouble_and_clock_stay() -> None:
    told = {}
    line = StatusLine(zone=UTC)
    async with staged(line, 120, 3) as play:
        line.show(SILENT)
        for width in (90, 75, 60, 50, 40, 30, 8):
            await play.resize(width, 3)
            told[width] = " ".join(lines_of(line)[0].split())
    assert told == {
        90: "socialhub Mandarine Télécom ◐ 14 sources · 1 silent (rss:lemonde, 22 min) · 18:42",
        75: "Mandarine Télécom ◐ 14 sources · 1 silent (rss:lemonde, 22 min) · 18:42",
        60: "Mandarine Télécom ◐ 14 sources · 1 silent · 18:42",
        50: "Mandarine T… ◐ 14 sources · 1 silent · 18:42",
        40: "◐ 14 sources · 1 silent · 18:42",
        30: "1 silent · 18:42",
        8: "18:42",
    }


async def test_a_played_time_and_the_reason_why_nobody_collects_survive() -> None:
    played = replace(SILENT, demo=True, speed=60.0)
    assert await said(played, 40) == "DEMO · ×60 · 1 silent · 21 Nov 18:42"
    assert "DEMO · scenario over · " in await said(replace(played, over=True), 60)
    why = "another configuration filled this cache"
    nobody = replace(CALM, collecting=Collecting.NOBODY, why_not=why)
    assert why in await said(nobody, 84)
    assert await said(nobody, 50) == "✗ nobody collects · ✗ 14 sources · 18:42"
    assert await said(nobody, 40) == "✗ nobody collects · 18:42"


async def test_an_idle_line_repaints_once_a_minute_at_most() -> None:
    line = RecordedLine()
    async with staged(line, 100, 3) as play:
        line.show(SILENT)
        await play.pilot.pause()
        line.repaints = 0
        line.show(replace(SILENT, now=NOW + 59 * SECOND))
        line.show(SILENT)
        assert line.repaints == 0
        line.show(replace(SILENT, now=NOW + MINUTE))
        assert line.repaints == 1


async def test_trouble_is_coloured_besides_being_said() -> None:
    line = StatusLine(zone=UTC)
    async with staged(line, 100, 3):
        line.show(SILENT)
        styles = dict(looks_of(line, 0))
        assert styles["1 silent (rss:lemonde, 22 min)"] != styles["14 sources"]


async def test_names_from_outside_keep_the_line() -> None:
    line = StatusLine(zone=UTC)
    async with staged(line, 120, 3) as play:
        for width in (120, 40):
            await play.resize(width, 3)
            for name in HOSTILE:
                line.show(Status(NOW, name, 2, ((name, NOW),), 0, Collecting.NOBODY, name, name))
                assert_sound(line)
                assert "18:42" in lines_of(line)[0]


@pytest.mark.parametrize("width", [40, 60])
async def test_that_sources_are_behind_is_said_in_little_room_too(width: int) -> None:
    line = await said(replace(CALM, behind=3, working="catching up 2 h 10 min"), width)
    assert "◐ 14 sources · 3 catching up" in line
    assert "●" not in line
