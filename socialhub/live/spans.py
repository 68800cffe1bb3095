"""The lengths of time that curves can show, from minutes to a year. Pure."""

from __future__ import annotations

from typing import Final

from socialhub.clock import DAY, HOUR, MINUTE, floor_hour, floor_minute
from socialhub.records import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A period that curves can show: its length and the width of a cell, in ms; `asked` is it in a query."""

    length: int
    step: int
    asked: str


SPANS: Final = (
    Span(15 * MINUTE, MINUTE, "PT15M"),
    Span(HOUR, 2 * MINUTE, "PT1H"),
    Span(6 * HOUR, 15 * MINUTE, "PT6H"),
    Span(DAY, HOUR, "PT24H"),
    Span(7 * DAY, 6 * HOUR, "P7D"),
    Span(30 * DAY, DAY, "P30D"),
    Span(90 * DAY, 3 * DAY, "P90D"),
    Span(364 * DAY, 14 * DAY, "P364D"),
)
USUAL_SPAN: Final = 3
"""Which of SPANS is shown at first: a day."""


def frame(span: Span, now: int) -> tuple[int, int]:
    """(start, number of cells) of the curves of a span; the last cell is the one that `now` lies in."""
    cells = span.length // span.step
    hourly = span.step % HOUR == 0
    last_cell = floor_hour(now) - (span.step - HOUR) if hourly else floor_minute(now) - (span.step - MINUTE)
    return last_cell - (cells - 1) * span.step, cells
