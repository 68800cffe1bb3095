"""The sources pane as it is painted, with the real rule of health."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from textual.geometry import Region

from socialhub.budgets import DOLLAR, Cap, Span, meter_of
from socialhub.clock import DAY, HOUR, MINUTE, SECOND
from socialhub.detect.silence import health_of
from socialhub.errors import Reason
from socialhub.model import SourceRow
from socialhub.polled import SLOTS, Heard, Polled
from socialhub.source_words import error_words
from socialhub.widgets.source_list import SourceList, next_try
from tests.widgets.stage import HOSTILE, NOW, assert_sound, lines_in, lines_of, staged

STARTED = NOW - 5 * HOUR
TIMEOUT = Reason("timeout", {"host": "feeds.example", "seconds": 20}).to_json()


def source(number: int, name: str, **changed: Any) -> SourceRow:
    values: dict[str, Any] = {
        "number": number,
        "name": name,
        "kind": "rss",
        "interval": 10 * MINUTE,
        "state": "active",
        "paused_until": None,
        "due": NOW + 5 * MINUTE,
        "last_start": NOW - 5 * MINUTE,
        "last_success": NOW - 5 * MINUTE,
        "last_item": None,
        "last_error": None,
        "error": "",
        "failures": 0,
        "connected": False,
        "streaming": False,
        "stored": 1234,
        "first_success": NOW - HOUR,
        "wait_until": None,
    }
    return SourceRow(**{**values, **changed})


STREAM = source(2, "bluesky", kind="jetstream", streaming=True, connected=True, last_success=NOW, stored=128_400)
SOURCES = (
    source(1, "rss:lemonde", last_success=NOW - 52 * MINUTE, failures=4, error=TIMEOUT),
    STREAM,
    source(3, "piaille", kind="mastodon", failures=1, wait_until=NOW + 9 * MINUTE),
    source(4, "blog", state="paused", paused_until=NOW + 90 * MINUTE),
    source(5, "gone", state="stopped", error=Reason("gone", {"host": "x.example"}).to_json()),
    source(6, "new", last_success=None, stored=0, due=NOW),
)


class RecordedList(SourceList):
    """Keeps what it asked to be repainted."""

    def __init__(self) -> None:
        super().__init__(health_of, zone=UTC)
        self.asked: list[tuple[Region, ...]] = []

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Any:
        if repaint:
            self.asked.append(regions)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)


async def test_a_line_says_health_age_stored_and_next_try_and_the_error_stands_below() -> None:
    sources = SourceList(health_of, zone=UTC)
    async with staged(sources, 90):
        sources.show(SOURCES, NOW, NOW - 20 * MINUTE)
        assert lines_of(sources) == [
            "▌✗ stopped  gone         rss          5 min    1,234  waits for you to resume it",
            "▌    x.example says this is gone for good (410); the source is stopped",
            " ◐ failing  rss:lemonde  rss         52 min    1,234  tries again at 18:47",
            "     feeds.example did not answer within 20 s",
            " ◐ failing  piaille      mastodon     5 min    1,234  asked to wait until 18:51",
            " ○ paused   blog         rss          5 min    1,234  paused until 20:12",
            " ● ok       bluesky      jetstream  < 1 min  128,400  streaming",
            " ○ waiting  new          rss              —        0  being asked now",
        ]
        sources.show(SOURCES, NOW, STARTED)
        assert lines_of(sources)[0].startswith("▌✗ silent ")


def heard(*cells: Polled, an_hour: int = 0) -> Heard:
    """A day that was empty but for its last quarters."""
    return Heard((*(Polled.EMPTY,) * (SLOTS - len(cells)), *cells), an_hour)


async def test_the_strip_of_the_day_tells_with_marks_what_happened_and_gets_shorter_where_there_is_no_room() -> None:
    sources = SourceList(health_of, zone=UTC)
    day = heard(Polled.HOLE, Polled.PAUSED, Polled.FAILED, Polled.PARTLY, Polled.SLOW, Polled.OK, an_hour=37)
    now = NOW - NOW % (2 * HOUR) + 2 * HOUR - SECOND
    async with staged(sources, 190) as play:
        sources.show([source(1, "presse", last_success=now)], now, NOW, {}, {1: day})
        assert "▁▁▁·=✗!~▇  < 1 min  37/h  1,234  " in lines_of(sources)[0]
        for width, cells in ((120, 48), (100, 24), (70, 24), (55, 24), (45, 12), (30, 0)):
            await play.resize(width, 15)
            strip = [character for character in lines_of(sources)[0] if character in "▁·=✗!~▇"]
            assert len(strip) == cells, width
            assert strip[-1:] == {48: ["~"], 24: ["!"], 12: ["!"], 0: []}[cells], "what failed is not lost among others"
            assert_sound(sources)


async def test_a_name_that_tells_sources_apart_comes_before_the_rate() -> None:
    sources = SourceList(health_of, zone=UTC)
    rows = [source(1, "mastodon:bavardage"), source(2, "mastodon:breizh")]
    async with staged(sources, 42):
        sources.show(rows, NOW, STARTED, {}, {row.number: heard(an_hour=7) for row in rows})
        first, second = lines_of(sources)
        assert "mastodon:ba" in first
        assert "mastodon:br" in second
        assert "7/h" not in first


async def test_trouble_comes_first_but_nothing_moves_under_the_cursor() -> None:
    def names() -> list[str]:
        return [name for line in lines_of(sources) for name in line.split() if name in "abcd"]

    sources = SourceList(health_of, zone=UTC)
    good = [source(number, name) for number, name in enumerate("abc", 1)]
    broken = [good[0], good[1], source(3, "c", failures=2)]
    async with staged(sources, 60, 20) as play:
        sources.show(good, NOW, STARTED)
        assert names() == ["a", "b", "c"]
        sources.show(broken, NOW, STARTED)
        assert names() == ["c", "a", "b"], "nobody reads here yet"
        await play.press("j")
        sources.show([*good, source(4, "d", failures=1)], NOW, STARTED)
        assert names() == ["c", "a", "b", "d"]
        assert sources.selected == good[0]
        await play.press("g")
        assert names() == ["d", "a", "b", "c"]
        assert sources.selected is not None
        assert sources.selected.name == "d"


async def test_a_pause_that_may_be_forgotten_says_how_long_it_lasts() -> None:
    sources = SourceList(health_of, zone=UTC)
    async with staged(sources, 90):
        forgotten = source(1, "blog", state="paused", paused_at=NOW - 3 * DAY)
        sources.show([forgotten, source(2, "fil", state="paused", paused_at=NOW - HOUR)], NOW, STARTED)
        assert lines_of(sources)[1].strip("▌ ") == "paused by hand until somebody resumes it, for 3 d already"
        assert len(lines_of(sources)) == 3


async def test_budgets_stand_below_their_source_and_fit_every_width() -> None:
    sources = SourceList(health_of, zone=UTC)
    searches = Cap("searches", 100, Span.DAY, "America/Los_Angeles")
    money = Cap("money", 10 * DOLLAR, Span.MONTH)
    meters = [meter_of(searches, {NOW - 30 * MINUTE: 20}, NOW), meter_of(money, {NOW: 10 * DOLLAR}, NOW)]
    async with staged(sources, 90) as play:
        sources.show(SOURCES[2:4], NOW, STARTED, {3: meters})
        assert lines_of(sources)[1:4] == [
            "▌    searches: 20 / 100 until 22 Nov 08:00, 17 an hour, used up at 23:30",
            "▌    money: $10.00 / $10.00, used up until 1 Dec 00:00",
            " ○ paused   blog     rss       5 min  1,234  paused until 20:12",
        ]
        for width in (60, 30, 12, 4):
            await play.resize(width, 24)
            assert_sound(sources)


async def test_a_key_that_ends_soon_is_told_below_its_source() -> None:
    sources = SourceList(health_of, zone=UTC)
    async with staged(sources, 90):
        ending = source(1, "page", key_ends=NOW + 3 * DAY + HOUR)
        sources.show([ending, source(2, "fil", key_ends=NOW + 30 * DAY)], NOW, 0)
        assert lines_of(sources)[1].strip("▌ ") == "its key ends in 3 days (24 Nov): make a new one"
        assert len(lines_of(sources)) == 3


async def test_without_a_collector_nothing_is_promised() -> None:
    sources = SourceList(health_of, zone=UTC)
    async with staged(sources, 90):
        sources.show(SOURCES[:2], NOW, None)
        assert [line.endswith("nobody collects") for line in lines_of(sources)] == [True, False, True]


async def test_every_width_holds_and_name_and_health_stay() -> None:
    sources = SourceList(health_of, zone=UTC)
    async with staged(sources, 120, 24) as play:
        sources.show(SOURCES, NOW, STARTED)
        for width in (*range(20, 90, 5), 12, 4):
            await play.resize(width, 24)
            assert_sound(sources)
            said = " ".join(line.lstrip("▌ ") for line in lines_of(sources))
            if width >= 20:
                assert "✗" in said
                assert "rss:lem" in said
            if width >= 30:
                assert "tries again at 18:47" in said


async def test_data_age_moves_in_steps_and_repaints_only_its_line() -> None:
    sources = RecordedList()
    async with staged(sources, 90) as play:
        sources.show(SOURCES, NOW, STARTED)
        await play.pilot.pause()
        sources.asked.clear()
        sources.show(SOURCES, NOW + 59 * SECOND, STARTED)
        assert sources.asked == []
        sources.show((SOURCES[0], source(2, "bluesky", stored=128_401, **_stream()), *SOURCES[2:]), NOW, STARTED)
        assert lines_in(sources.asked) == {7}


def _stream() -> dict[str, Any]:
    return {"kind": "jetstream", "streaming": True, "connected": True, "last_success": NOW}


async def test_the_cursor_stays_on_its_source_and_enter_names_it() -> None:
    sources = SourceList(health_of, zone=UTC)
    async with staged(sources, 60, 20) as play:
        sources.show(SOURCES, NOW, STARTED)
        await play.press("j", "j")
        sources.show(tuple(reversed(SOURCES)), NOW, STARTED)
        assert sources.selected == SOURCES[5]
        await play.press("enter")
        assert [message.source for message in play.heard(SourceList.SourceChosen)] == ["new"]


async def test_no_source_is_a_sentence_that_says_what_to_do() -> None:
    sources = SourceList(health_of, zone=UTC)
    async with staged(sources, 30):
        sources.show((), NOW)
        assert "[[sources]]" in " ".join(lines_of(sources))


async def test_names_and_errors_from_outside_keep_the_layout() -> None:
    sources = SourceList(health_of, zone=UTC)
    async with staged(sources, 50) as play:
        for name in HOSTILE:
            error = Reason("unexpected-shape", {"host": name, "detail": name}).to_json()
            sources.show((source(1, name, kind=name, error=error, failures=1), source(2, "plain")), NOW, STARTED)
            await play.press("G")
            assert_sound(sources)


@pytest.mark.parametrize("stored", ["{", "[]", '"x"', '{"no": "code"}', "\x1b[2J", "null"])
def test_a_stored_error_nobody_can_read_is_shown_as_it_is(stored: str) -> None:
    words = error_words(source(1, "x", error=stored))
    assert "\x1b" not in words


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "next at 18:47"),
        ({"failures": 2}, "tries again at 18:47"),
        ({"due": NOW - 1}, "being asked now"),
        ({"due": None}, "being asked now"),
        ({"state": "paused"}, "paused until you resume it"),
        ({"state": "paused", "paused_until": NOW - 1}, "next at 18:47"),
        ({"streaming": True, "connected": False, "failures": 1}, "tries again at 18:47"),
        ({"wait_until": NOW + HOUR}, "next at 18:47"),
        ({"due": NOW + 24 * HOUR}, "next at 22 Nov 18:42"),
    ],
)
def test_next_try(changed: dict[str, Any], words: str) -> None:
    assert next_try(source(1, "x", **changed), NOW, collecting=True, zone=UTC) == words
