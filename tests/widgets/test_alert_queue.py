"""The alert queue and the detail as they are painted, with the real words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import Any

from textual.geometry import Region

from socialhub.alerts import wording
from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.incidents import Alert, AlertEvent, Severity
from socialhub.widgets.alert_detail import AlertDetail
from socialhub.widgets.alert_queue import AlertQueue
from tests.widgets.stage import HOSTILE, NOW, assert_sound, lines_in, lines_of, looks_of, staged


def alert(number: int, source: str = "rss:lemonde", **changed: Any) -> Alert:
    facts = {"source": source, "since": NOW - 52 * MINUTE, "interval": 10 * MINUTE, "last_success": NOW - 52 * MINUTE}
    values: dict[str, Any] = {
        "id": number,
        "rev": 1,
        "kind": "source_silent",
        "subject": source,
        "severity": Severity.WARNING,
        "state": "firing",
        "started": NOW - 22 * MINUTE,
        "updated": NOW,
        "ended": None,
        "taken_by": "",
        "taken_at": None,
        "facts": facts,
    }
    return Alert(**{**values, **changed})


NETWORK = alert(
    9, kind="network", severity=Severity.CRISIS, facts={"sources": ["a", "b"], "since": NOW - HOUR}, started=NOW - HOUR
)
TAKEN = alert(2, "rss:lefigaro", state="acknowledged", taken_by="Léa", taken_at=NOW - MINUTE)
NOTE = alert(3, "forum", severity=Severity.NOTICE, started=NOW - 2 * DAY)
OVER = alert(4, "blog", state="resolved", ended=NOW - 2 * MINUTE, started=NOW - 3 * HOUR)
ALERTS = (NETWORK, alert(1), TAKEN, NOTE, OVER)


class RecordedQueue(AlertQueue):
    """Keeps what it asked to be repainted."""

    def __init__(self) -> None:
        super().__init__(wording, zone=UTC)
        self.asked: list[tuple[Region, ...]] = []

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Any:
        if repaint:
            self.asked.append(regions)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)


async def test_worst_first_with_words_times_and_who_has_it() -> None:
    queue = AlertQueue(wording, zone=UTC)
    async with staged(queue, 76) as play:
        queue.show(ALERTS, NOW)
        await play.pilot.pause()
        assert lines_of(queue) == [
            "▌‼ CRISIS    1 h  no source can be heard for 1 h: the network?",
            "▌                 nobody has it · 2 sources silent (a, b) · last answer at…",
            " ! ALERT  22 min  rss:lemonde silent for 52 min",
            "                  nobody has it · last answer at 17:50 · asked every 10 min",
            " ! ALERT  22 min  rss:lefigaro silent for 52 min",
            "                  taken by Léa at 18:41 · last answer at 17:50 · asked ever…",
            " · note      2 d  forum silent for 52 min",
            "                  nobody has it · last answer at 17:50 · asked every 10 min",
            " ✓ ALERT   2 min  blog was silent for 50 min · over since 18:40",
        ]


async def test_where_it_is_narrow_the_word_stands_under_the_mark() -> None:
    queue = AlertQueue(wording, zone=UTC)
    async with staged(queue, 39) as play:
        queue.show([NETWORK], NOW)
        await play.pilot.pause()
        assert lines_of(queue) == [
            "▌‼ 1 h  no source can be heard for 1 h…",
            "▌  CRISIS · nobody has it · 2 sources…",
        ]


async def test_where_it_is_narrow_the_name_is_cut_and_not_how_long_it_lasts() -> None:
    queue = AlertQueue(wording, zone=UTC)
    async with staged(queue, 38) as play:
        queue.show([alert(1, "rss:le-journal-de-la-region")], NOW)
        await play.pilot.pause()
        assert lines_of(queue)[0].endswith("… silent for 52 min")


async def test_severities_differ_without_colour_and_resolved_ones_are_dim() -> None:
    queue = AlertQueue(wording, zone=UTC)
    async with staged(queue, 30):
        queue.show(ALERTS, NOW)
        marks = [line[1] for line in lines_of(queue) if line[1] != " "]
        assert marks == ["‼", "!", "!", "·", "✓"]
        title = next(style for text, style in looks_of(queue, 8) if "blog" in text)
        assert "dim" in title


async def test_every_width_holds() -> None:
    queue = AlertQueue(wording, zone=UTC)
    async with staged(queue, 120, 14) as play:
        queue.show(ALERTS, NOW)
        for width in (80, 60, 51, 50, 49, 40, 30, 12, 4, 120):
            await play.resize(width, 14)
            assert_sound(queue)
        assert "‼ CRISIS" in lines_of(queue)[0]


async def test_the_cursor_stays_on_its_alert_when_a_worse_one_comes() -> None:
    queue = AlertQueue(wording, zone=UTC)
    async with staged(queue, 60) as play:
        queue.show(ALERTS[1:], NOW)
        await play.press("j")
        assert queue.selected == TAKEN
        queue.show(ALERTS, NOW)
        assert queue.selected == TAKEN
        await play.press("enter")
        assert [message.alert for message in play.heard(AlertQueue.AlertChosen)] == [TAKEN.id]


async def test_nothing_changes_places_while_somebody_reads() -> None:
    queue = AlertQueue(wording, zone=UTC)
    async with staged(queue, 60, 14) as play:
        queue.show(ALERTS[1:], NOW)
        await play.press("j")
        over = replace(TAKEN, state="resolved", ended=NOW)
        worse = replace(NOTE, severity=Severity.CRISIS)
        queue.show((NETWORK, worse, alert(1), over, OVER), NOW)
        assert queue.selected == over
        assert [line[1] for line in lines_of(queue) if line[1] != " "] == ["‼", "!", "✓", "‼", "✓"]
        await play.press("j")
        assert queue.selected == worse
        await play.press("g")
        assert [line[1] for line in lines_of(queue) if line[1] != " "] == ["‼", "‼", "!", "✓", "✓"]
        assert queue.selected == NETWORK


async def test_the_order_is_made_anew_when_the_reader_leaves() -> None:
    queue = AlertQueue(wording, zone=UTC)
    async with staged(queue, 60, 14) as play:
        queue.show(ALERTS[1:], NOW)
        await play.press("j")
        queue.show((alert(1), NOTE, replace(TAKEN, state="resolved", ended=NOW), OVER), NOW)
        assert lines_of(queue)[2].startswith("▌✓")
        play.pilot.app.set_focus(None)
        await play.pilot.pause()
        assert [line[1] for line in lines_of(queue) if line[1] != " "] == ["!", "·", "✓", "✓"]


async def test_an_incident_is_one_line_that_unfolds() -> None:
    queue = AlertQueue(wording, zone=UTC)
    member = alert(7, "blog", severity=Severity.CRISIS, incident=1)
    async with staged(queue, 60, 14) as play:
        queue.show((member, alert(1), NOTE), NOW)
        assert lines_of(queue)[0] == "▌‼ CRISIS 22 min  rss:lemonde silent for 52 min ×2"
        assert len(lines_of(queue)) == 4
        await play.press("h")
        assert lines_of(queue)[2] == " ‼ CRISIS 22 min  ╰ blog silent for 52 min · nobody has it"
        await play.press("j", "h")
        assert len(lines_of(queue)) == 4
        assert queue.selected == alert(1)
        queue.show((member, replace(alert(1), state="acknowledged", taken_by="karim", taken_at=NOW), NOTE), NOW)
        assert "taken by karim" in lines_of(queue)[1]
        assert "· 1 more to take…" in lines_of(queue)[1]


async def test_an_alert_that_joins_an_incident_stays_under_the_cursor() -> None:
    queue = AlertQueue(wording, zone=UTC)
    async with staged(queue, 60, 14) as play:
        queue.show((alert(1), NOTE), NOW)
        await play.press("j")
        joined = replace(NOTE, incident=1)
        queue.show((alert(1), joined), NOW)
        assert queue.selected == joined


async def test_nothing_burns_says_what_is_watched() -> None:
    queue = AlertQueue(wording, zone=UTC)
    async with staged(queue, 60):
        queue.show((), NOW, wording.all_quiet(14, 6))
        assert lines_of(queue) == [" ● Nothing burns.", " watching 14 sources for silence and 6 topics"]
        assert queue.selected is None
        queue.show((OVER,), NOW, wording.all_quiet(14, 6))
        assert queue.selected == OVER
        assert lines_of(queue)[2].startswith("▌✓")


async def test_only_what_changed_is_repainted() -> None:
    queue = RecordedQueue()
    async with staged(queue, 60, 14) as play:
        queue.show(ALERTS, NOW)
        await play.pilot.pause()
        queue.asked.clear()
        queue.show(ALERTS, NOW + 10_000)
        assert queue.asked == []
        queue.show((*ALERTS[:2], replace(TAKEN, taken_by="Karim"), *ALERTS[3:]), NOW + 20_000)
        assert lines_in(queue.asked) == {5}


async def test_names_from_outside_keep_the_layout() -> None:
    queue = AlertQueue(wording, zone=UTC)
    async with staged(queue, 50) as play:
        for name in HOSTILE:
            odd = alert(1, name, state="acknowledged", taken_by=name, taken_at=NOW)
            queue.show((odd, replace(odd, id=2, state="resolved", ended=NOW)), NOW, name)
            await play.pilot.pause()
            assert_sound(queue)
            assert len(lines_of(queue)) == 3


async def test_the_detail_tells_numbers_and_life() -> None:
    detail = AlertDetail(wording, zone=UTC)
    steps = (
        AlertEvent(NOW - DAY, "raised", "", ""),
        AlertEvent(NOW - MINUTE, "acknowledged", "Léa", "calling the host"),
    )
    async with staged(detail, 50, 16):
        detail.show(TAKEN, steps, NOW)
        assert lines_of(detail) == [
            " ! ALERT · taken by Léa at 18:41",
            " rss:lefigaro silent for 52 min",
            " last answer at 17:50 · asked every 10 min",
            "",
            " · began at 18:20 (22 min ago)",
            " · asked every 10 min",
            " · last answer at 17:50 (52 min ago)",
            "",
            " What happened",
            " 20 Nov 18:42  raised",
            " 18:41         taken by Léa: calling the host",
        ]


async def test_the_detail_holds_any_text() -> None:
    detail = AlertDetail(wording, zone=UTC)
    async with staged(detail, 30, 10) as play:
        for name in HOSTILE:
            detail.show(alert(1, name), (AlertEvent(NOW, name, name, name),), NOW)
            await play.press("j", "G")
            assert_sound(detail)
