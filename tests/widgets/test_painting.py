"""Colours: legible in every theme, never the only carrier of a meaning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC

import pytest
from textual.color import Color
from textual.widget import Widget

from socialhub.alerts import wording
from socialhub.detect.silence import health_of
from socialhub.widgets.alert_queue import AlertQueue
from socialhub.widgets.source_list import SourceList
from socialhub.widgets.status_line import StatusLine
from socialhub.widgets.trends import Trends
from tests.widgets.stage import NOW, lines_of, staged
from tests.widgets.test_alert_queue import ALERTS
from tests.widgets.test_source_list import SOURCES, STARTED
from tests.widgets.test_status_line import SILENT
from tests.widgets.test_trends import ROWS

LEGIBLE = 2.5
"""Contrast below which text cannot be read; what is dimmed on purpose (resolved) is measured before dimming."""


def trends() -> Widget:
    widget = Trends(zone=UTC)
    widget.show(ROWS)
    return widget


def queue() -> Widget:
    widget = AlertQueue(wording, zone=UTC)
    widget.show(ALERTS, NOW)
    return widget


def sources() -> Widget:
    widget = SourceList(health_of, zone=UTC)
    widget.show(SOURCES, NOW, STARTED)
    return widget


def status() -> Widget:
    widget = StatusLine(zone=UTC)
    widget.show(SILENT)
    return widget


@pytest.mark.parametrize("made", [trends, queue, sources, status])
async def test_text_is_legible_in_dark_and_light(made: Callable[[], Widget]) -> None:
    widget = made()
    async with staged(widget, 80, 14) as play:
        for theme in ("textual-dark", "textual-light", "solarized-light"):
            play.pilot.app.theme = theme
            await play.pilot.pause()
            for y in range(widget.size.height):
                for segment in widget.render_line(y):
                    style = segment.style
                    if segment.text.strip() and style is not None and style.color and style.bgcolor:
                        ink, paper = (Color.from_rich_color(each) for each in (style.color, style.bgcolor))
                        assert contrast(ink, paper) >= LEGIBLE, (theme, segment)


def contrast(first: Color, second: Color) -> float:
    """The contrast ratio of WCAG 2."""
    bright, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(color: Color) -> float:
    """The relative luminance of WCAG 2."""
    channels = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


async def test_the_terminals_own_colours_lose_no_word() -> None:
    widget = queue()
    async with staged(widget, 80, 14) as play:
        before = lines_of(widget)
        play.pilot.app.theme = "ansi-dark"
        await play.pilot.pause()
        assert lines_of(widget) == before
        styles = [str(segment.style) for segment in widget.render_line(5) if "last answer" in segment.text]
        assert styles
        assert all("dim" in style for style in styles)
