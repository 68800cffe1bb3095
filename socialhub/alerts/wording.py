"""Alerts in words: title, detail, numbers and life, in the interface language. Used by the console and the CLI.

Facts are what the collector stored, possibly of another version: what is missing or strange is left out of the
sentence, never a reason to fail. Imports the base only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import tzinfo
from typing import Any, Final

from socialhub.ages import age, clock_time, date_text, duration, moment_text
from socialhub.alerts import (
    coordination_words,
    detractor_words,
    keyword_words,
    metric_words,
    pick_up_words,
    rating_words,
    target_words,
    tone_words,
    volume_words,
    weak_signal_words,
)
from socialhub.alerts.step_words import refusal, step_line, verdict_word
from socialhub.errors import Reason
from socialhub.i18n import N_, _, labelled, ngettext, number
from socialhub.incidents import Alert, AlertKind, Severity
from socialhub.text import clean

__all__ = [
    "NAMED_SOURCES",
    "SEVERITIES",
    "STATES",
    "alert_lines",
    "all_quiet",
    "fact_lines",
    "refusal",
    "severity_word",
    "state_words",
    "step_line",
    "verdict_word",
]

SEVERITIES: Final[dict[Severity, str]] = {
    Severity.CRISIS: N_("CRISIS"),
    Severity.WARNING: N_("ALERT"),
    Severity.NOTICE: N_("note"),
}
STATES: Final[dict[str, str]] = {
    "firing": N_("nobody has it"),
    "acknowledged": N_("taken"),
    "resolved": N_("over"),
}
NAMED_SOURCES: Final = 3
"""More silent sources than this are counted in the sentence, and named only in full."""


def severity_word(severity: Severity) -> str:
    """CRISIS, ALERT or note."""
    return _(SEVERITIES[severity])


def state_words(alert: Alert, now: int, zone: tzinfo | None = None) -> str:
    """Who has it: "nobody has it", "taken by Léa at 18:40, given to Nora", "over since 18:55: false alarm"."""
    if alert.state == "resolved" and alert.ended is not None:
        over = _("over since {time}").format(time=moment_text(alert.ended, now, zone))
        return labelled(over, verdict_word(alert.verdict)) if alert.verdict else over
    given = _("given to {name}").format(name=_plain(alert.assignee)) if alert.assignee else ""
    if alert.state == "acknowledged" and alert.taken_by and alert.taken_at is not None:
        time = moment_text(alert.taken_at, now, zone)
        taken = _("taken by {operator} at {time}").format(operator=_plain(alert.taken_by), time=time)
        return f"{taken}, {given}" if given and alert.assignee != alert.taken_by else taken
    if alert.state == "firing" and given:
        return given
    words = STATES.get(alert.state)
    return _(words) if words else _plain(alert.state)


def alert_lines(alert: Alert, now: int, zone: tzinfo | None = None) -> tuple[str, str]:
    """(title, detail): what happened, and since when and why, one line each. `now` in ms UTC, `zone` the reader's."""
    writer = _WRITERS.get(alert.kind)
    if writer is None:
        return _("{kind}: {subject}").format(kind=_plain(alert.kind), subject=_plain(alert.subject)), ""
    return writer(alert, now, zone)


def fact_lines(alert: Alert, now: int, zone: tzinfo | None = None) -> list[str]:
    """The numbers the alert is made of, a sentence each."""
    lines = [_("began {time}").format(time=_since(alert.started, now, zone))]
    if alert.ended is not None:
        length = duration(alert.ended - alert.started)
        lines.append(_("ended {time}, it lasted {length}").format(time=_since(alert.ended, now, zone), length=length))
    if alert.state == "acknowledged" and alert.taken_until is not None:
        until = moment_text(alert.taken_until, now, zone)
        lines.append(_("taken until {time}: then it fires and escalates again").format(time=until))
    elif alert.state == "firing" and alert.step_due is not None:
        due = moment_text(max(alert.step_due, now), now, zone)
        lines.append(_("escalates at {time} if nobody takes it").format(time=due))
    if (told := _FACTS.get(alert.kind)) is not None:
        return [*lines, *told(alert, now, zone)]
    if _stopped(alert):
        lines.append(_("stopped: nobody asks it until it is resumed"))
    elif (interval := _whole(alert, "interval")) is not None:
        lines.append(_("asked every {length}").format(length=duration(interval)))
    if "last_success" in alert.facts:
        heard = _whole(alert, "last_success")
        lines.append(
            _("it has never answered")
            if heard is None
            else _("last answer {time}").format(time=_since(heard, now, zone))
        )
    if reason := _reason(alert):
        lines.append(_("last error: {reason}").format(reason=reason))
    if names := _names(alert):
        lines.append(_("silent: {sources}").format(sources=", ".join(names)))
    return lines


def all_quiet(sources: int, topics: int) -> str:
    """The sentence of an empty queue: nothing burns, and what is watched."""
    heard = ngettext("{count} source", "{count} sources", sources).format(count=number(sources))
    looked_for = ngettext("{count} topic", "{count} topics", topics).format(count=number(topics))
    return _("watching {sources} for silence and {topics}").format(sources=heard, topics=looked_for)


# ---- one writer per kind -----------------------------------------------------------------------------------------


def _source_silent(alert: Alert, now: int, zone: tzinfo | None) -> tuple[str, str]:
    source = _plain(str(alert.facts.get("source") or alert.subject))
    since = _heard(alert)
    until = alert.ended if alert.ended is not None else now
    if alert.state == "resolved":
        title = _("{source} was silent for {length}").format(source=source, length=duration(until - since))
    elif _stopped(alert):
        title = _("{source} is stopped and waits for you").format(source=source)
    else:
        title = _("{source} silent for {length}").format(source=source, length=age(until - since))
    parts = [_reason(alert)]
    if "last_success" in alert.facts and _whole(alert, "last_success") is None:
        parts.append(_("it has never answered"))
    else:
        parts.append(_("last answer {time}").format(time=_when(since, now, zone)))
    if (interval := _whole(alert, "interval")) is not None and not _stopped(alert):
        parts.append(_("asked every {length}").format(length=duration(interval)))
    return title, " · ".join(part for part in parts if part)


def _network(alert: Alert, now: int, zone: tzinfo | None) -> tuple[str, str]:
    names = _names(alert)
    since = _heard(alert)
    until = alert.ended if alert.ended is not None else now
    if alert.state == "resolved":
        title = _("no source could be heard for {length}").format(length=duration(until - since))
    else:
        title = _("no source can be heard for {length}: the network?").format(length=age(until - since))
    last = _("last answer {time}").format(time=_when(since, now, zone))
    if not names:
        return title, last
    silent = ngettext("{count} source silent", "{count} sources silent", len(names)).format(count=number(len(names)))
    named = ", ".join([*names[:NAMED_SOURCES], *(["…"] if len(names) > NAMED_SOURCES else [])])
    return title, f"{silent} ({named}) · {last}"


_WRITERS: Final[dict[str, Callable[[Alert, int, tzinfo | None], tuple[str, str]]]] = {
    AlertKind.SOURCE_SILENT: _source_silent,
    AlertKind.NETWORK: _network,
    AlertKind.BURST: volume_words.lines,
    AlertKind.RIVAL: volume_words.lines,
    AlertKind.TONE_SHIFT: tone_words.lines,
    AlertKind.MOMENT: volume_words.lines,
    AlertKind.WEAK_SIGNAL: weak_signal_words.lines,
    AlertKind.COORDINATION: coordination_words.lines,
    AlertKind.KEYWORD: keyword_words.lines,
    AlertKind.METRIC: metric_words.lines,
    AlertKind.METRIC_SILENT: metric_words.silent_lines,
    AlertKind.PICK_UP: pick_up_words.lines,
    AlertKind.RATING_DROP: rating_words.lines,
    AlertKind.UNREACHABLE: target_words.lines,
    AlertKind.DETRACTOR: detractor_words.lines,
}
_FACTS: Final[dict[str, Callable[[Alert, int, tzinfo | None], Iterator[str]]]] = {
    AlertKind.BURST: volume_words.facts,
    AlertKind.RIVAL: volume_words.facts,
    AlertKind.TONE_SHIFT: tone_words.facts,
    AlertKind.MOMENT: volume_words.facts,
    AlertKind.WEAK_SIGNAL: weak_signal_words.facts,
    AlertKind.COORDINATION: coordination_words.facts,
    AlertKind.KEYWORD: keyword_words.facts,
    AlertKind.METRIC: metric_words.facts,
    AlertKind.METRIC_SILENT: metric_words.silent_facts,
    AlertKind.PICK_UP: pick_up_words.facts,
    AlertKind.RATING_DROP: rating_words.facts,
    AlertKind.UNREACHABLE: target_words.facts,
    AlertKind.DETRACTOR: detractor_words.facts,
}


# ---- reading facts -----------------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    return clean(text, single_line=True)


def _whole(alert: Alert, name: str) -> int | None:
    value: Any = alert.facts.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _stopped(alert: Alert) -> bool:
    """Whether the source does not merely say nothing but is not asked any more."""
    return alert.facts.get("stopped") is True


def _heard(alert: Alert) -> int:
    """When something was last heard (ms UTC)."""
    since = _whole(alert, "since")
    return alert.started if since is None else since


def _names(alert: Alert) -> list[str]:
    sources: Any = alert.facts.get("sources")
    return [_plain(str(name)) for name in sources] if isinstance(sources, list) else []


def _reason(alert: Alert) -> str:
    """The stored Reason in words, "" when there is none."""
    stored: Any = alert.facts.get("reason")
    if isinstance(stored, dict):
        stored = json.dumps(stored)
    if not isinstance(stored, str) or not stored:
        return ""
    try:
        return _plain(Reason.from_json(stored).sentence())
    except (ValueError, KeyError, AttributeError, TypeError):
        return _plain(stored)


def _when(moment: int, now: int, zone: tzinfo | None) -> str:
    """ "at 18:31"; with the date for another day."""
    time, day = clock_time(moment, zone), date_text(moment, now, zone)
    if day == date_text(now, now, zone):
        return _("at {time}").format(time=time)
    return _("on {date} at {time}").format(date=day, time=time)


def _since(moment: int, now: int, zone: tzinfo | None) -> str:
    """ "at 18:31 (22 min ago)"."""
    return _("{when} ({age} ago)").format(when=_when(moment, now, zone), age=age(now - moment))
