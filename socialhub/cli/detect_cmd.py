"""`socialhub detect`: the volume detector on a series from stdin, a score a line, before it sees the next line."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from socialhub.cli.command import command, option
from socialhub.cli.output import plain, say
from socialhub.clock import MINUTE, from_datetime, iso
from socialhub.detect.burst import MOST, BurstDetector, Verdict
from socialhub.detect.decision import Judged
from socialhub.errors import EXIT_OK, EXIT_PROBLEMS
from socialhub.i18n import N_, _


@command("detect", help=N_('Bursts in a series: "timestamp,value" a line on stdin, a score in [0,1] a line on stdout.'))
@option("--explain", is_flag=True, help=N_("Say on stderr what every burst was made of, and when learning ends."))
def detect(explain: bool) -> int:
    """See `help`; every score is flushed before the next line is read. 1 where a line could not be read."""
    detector, rows, learning = BurstDetector(), _Rows(sys.stdin.buffer), True
    write, flush = sys.stdout.write, sys.stdout.flush
    for row in rows:
        if row is None:
            write("0.0\n")
        else:
            verdict = detector.judge(*row)
            write(f"{verdict.score!r}\n")
            if explain:
                learning = _explain(row[0], verdict, learning, detector.learning)
        flush()
    return EXIT_PROBLEMS if rows.bad else EXIT_OK


def _explain(moment: int, verdict: Verdict, was_learning: bool, learning: bool) -> bool:
    """Tell of a burst, and of the end of learning; returns whether the series is still being learnt."""
    if verdict.why is Judged.BURST:
        say(
            _("{moment}: {seen} in {minutes} min where {expected} were expected; surprise {surprise}").format(
                moment=iso(moment),
                seen=f"{verdict.seen:g}",
                minutes=verdict.span // MINUTE,
                expected=f"{verdict.expected:.3g}",
                surprise=f"{verdict.surprise:.1f}",
            )
        )
    if was_learning and not learning:
        say(_("{moment}: learnt what is usual").format(moment=iso(moment)))
    return learning


class _Rows:
    """The rows of a stream in order: (moment in ms UTC, value), None for a line that cannot be read (told, counted)."""

    def __init__(self, stream: BinaryIO) -> None:
        self.bad = 0
        self._stream = stream

    def __iter__(self) -> Iterator[tuple[int, float] | None]:
        last: int | None = None
        for number, raw in enumerate(self._stream, 1):
            line = raw.decode("utf-8", "replace").strip().removeprefix("\ufeff")
            stamp, _comma, written = line.partition(",")
            moment, value = _moment(stamp), _value(written)
            if moment is not None and value is not None and (last is None or moment > last):
                last = moment
                yield moment, value
            elif line and not (number == 1 and moment is None and value is None):
                self.bad += 1
                say(_bad_line(number, line, moment, value))
                yield None


def _moment(written: str) -> int | None:
    """Milliseconds UTC; a time without an offset is UTC."""
    try:
        return from_datetime(datetime.fromisoformat(written))
    except (ValueError, OverflowError):
        return None


def _value(written: str) -> float | None:
    """A count that can be one."""
    try:
        value = float(written)
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 <= value <= MOST else None


def _bad_line(number: int, line: str, moment: int | None, value: float | None) -> str:
    """Which line, and what is wrong with it."""
    if moment is None:
        wrong = _("no time such as 2026-03-02 14:05:00")
    elif value is None:
        wrong = _("no count of mentions")
    else:
        wrong = _("not later than the line before")
    shown = plain(line[:60])
    return _("Line {number}: {wrong}: {line}").format(number=number, wrong=wrong, line=shown)
