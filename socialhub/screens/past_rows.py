"""What a rule would have raised, a line each: when, how grave at worst, about what, for how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, Final

from textual.content import Content

from socialhub.ages import duration, moment_text
from socialhub.alerts.wording import severity_word
from socialhub.clock import from_datetime
from socialhub.i18n import _, decimal, number
from socialhub.incidents import Severity
from socialhub.text import clean
from socialhub.widgets.cells import left, width_of

_COUNTED: Final = ("burst", "rival", "moment")
"""Kinds that compare a number of mentions with the usual one; of the others it is told what of the topic they saw."""


def fired_text(fired: Sequence[Mapping[str, Any]], now: int, zone: tzinfo, width: int) -> Content:
    """The alerts as `alerts backtest --json` tells them, in the given order; `now` in ms UTC."""
    moments = [moment_text(_moment(each["raised"]), now, zone) for each in fired]
    severities = [severity_word(Severity[each["severity"].upper()]) for each in fired]
    wide = max(map(width_of, moments), default=0), max(map(width_of, severities), default=0)
    lines = [
        Content.assemble(
            (f"{left(moment, wide[0])}  ", "$text-muted"), (f"{left(severity, wide[1])}  ", "bold"), _told(each, now)
        ).truncate(width, ellipsis=True)
        for each, moment, severity in zip(fired, moments, severities, strict=True)
    ]
    return Content("\n").join(lines)


def _moment(written: str) -> int:
    return from_datetime(datetime.fromisoformat(written))


def _told(fired: Mapping[str, Any], now: int) -> str:
    topic = clean(str(fired["topic"]), single_line=True)
    lasted = duration((_moment(fired["ended"]) if fired["ended"] else now) - _moment(fired["raised"]))
    if fired["kind"] not in _COUNTED:
        return f"{topic} · {clean(str(fired['part_text']), single_line=True)} · {lasted}"
    words = _("{topic}: {seen}, expected {expected}")
    said = words.format(topic=topic, seen=number(fired["seen"]), expected=decimal(fired["expected"]))
    return f"{said} · {lasted}"
