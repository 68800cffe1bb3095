"""Alerts about metrics in words: the figure, what was expected or which limit it passed, how unlikely (see
number_words); and of one that is told no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from socialhub.ages import age, duration, moment_text, period
from socialhub.alerts.number_words import (
    about,
    behind,
    chance_text,
    incomplete_text,
    learning_text,
    length_text,
    negative_text,
    number_in,
    plain,
    planned_text,
)
from socialhub.clock import MINUTE
from socialhub.i18n import N_, _, labelled, ngettext, number
from socialhub.incidents import Alert
from socialhub.metric_words import figure, times

_BEYOND = {"above": N_("above {limit}"), "below": N_("below {limit}")}


def lines(alert: Alert, now: int, zone: tzinfo | None = None) -> tuple[str, str]:
    """(title, detail) of an alert about a metric. `now` is ms UTC, `zone` the reader's."""
    seen, window = number_in(alert, "seen"), number_in(alert, "window")
    name = plain(alert.facts.get("metric") or "")
    subject = " · ".join(part for part in (about(alert), name) if part)
    if seen is None or window is None:
        return subject, ""
    if beyond := _beyond_text(alert):
        title = labelled(subject, f"{_figure(alert, seen)}, {beyond}")
        parts = [_("for {length}").format(length=length_text(int(window)))] if window >= MINUTE else []
        parts += [_usual_text(alert), _earlier_text(alert)]
    else:
        told = _("{figure} in {length}").format(figure=_figure(alert, seen), length=length_text(int(window)))
        title = labelled(subject, told)
        expected = number_in(alert, "expected")
        if expected is not None:
            title += ", " + _("{figure} expected").format(figure=figure(expected))
        parts = [_ratio_text(alert), chance_text(alert), _earlier_text(alert)]
    parts += [negative_text(alert), incomplete_text(alert), planned_text(alert)]
    return title, " · ".join(part for part in parts if part)


def facts(alert: Alert, now: int, zone: tzinfo | None = None) -> Iterator[str]:
    """The numbers of an alert about a metric, a sentence each."""
    seen, since, until = (number_in(alert, name) for name in ("seen", "since", "until"))
    if seen is not None and since is not None and until is not None:
        when = period(int(since), int(until), now, zone)
        beyond = _beyond_text(alert)
        yield f"{_figure(alert, seen)}, {beyond}, {when}" if beyond else f"{_figure(alert, seen)}, {when}"
    if usual := _usual_text(alert):
        yield usual
    past = number_in(alert, "past")
    for sentence in (chance_text(alert), _past_text(past), _earlier_text(alert)):
        if sentence:
            yield sentence
    yield incomplete_text(alert) or _("the data are complete")
    if told_by := plain(alert.facts.get("told_by") or ""):
        yield labelled(_("rows from"), told_by)
    for sentence in (learning_text(alert), planned_text(alert)):
        if sentence:
            yield sentence
    yield from behind(alert)


def silent_lines(alert: Alert, now: int, zone: tzinfo | None = None) -> tuple[str, str]:
    """(title, detail) of an alert about a metric that is told no more."""
    name = plain(alert.facts.get("metric") or alert.subject)
    last, pace = number_in(alert, "last"), number_in(alert, "pace")
    if last is None:
        return name, ""
    if alert.state == "resolved":
        length = duration((alert.ended if alert.ended is not None else now) - int(last))
        title = _("{metric} was not told for {length}").format(metric=name, length=length)
    else:
        title = _("no row of {metric} for {length}").format(metric=name, length=age(now - int(last)))
    parts = [_("last row {time}").format(time=moment_text(int(last), now, zone)), _every_text(pace)]
    if told_by := plain(alert.facts.get("told_by") or ""):
        parts.append(labelled(_("rows from"), told_by))
    return title, " · ".join(part for part in parts if part)


def silent_facts(alert: Alert, now: int, zone: tzinfo | None = None) -> Iterator[str]:
    """The numbers of an alert about a metric that is told no more, a sentence each."""
    last, pace, pause = (number_in(alert, name) for name in ("last", "pace", "pause"))
    if last is not None:
        yield _("last row {time}").format(time=moment_text(int(last), now, zone))
    if every := _every_text(pace):
        yield every
    if pause is not None:
        yield _("longest usual pause {length}").format(length=duration(int(pause)))
    if told_by := plain(alert.facts.get("told_by") or ""):
        yield labelled(_("rows from"), told_by)


def _figure(alert: Alert, value: float) -> str:
    return figure(value, plain(alert.facts.get("unit") or ""))


def _beyond_text(alert: Alert) -> str:
    """Which limit it passed; "" where there is none."""
    words, limit = _BEYOND.get(str(alert.facts.get("test"))), number_in(alert, "limit")
    return _(words).format(limit=figure(limit)) if words and limit is not None else ""


def _usual_text(alert: Alert) -> str:
    """What was to be expected, and between which figures nine times of ten; "" where that is not known."""
    expected, low, high = (number_in(alert, name) for name in ("expected", "low", "high"))
    if expected is None or low is None or high is None or (low == high == 0) or alert.facts.get("learning") is True:
        return ""
    words = _("{expected} expected at this time of the week, {low} to {high} nine times of ten")
    return words.format(expected=figure(expected), low=figure(low), high=figure(high))


def _ratio_text(alert: Alert) -> str:
    seen, expected = number_in(alert, "seen"), number_in(alert, "expected")
    ratio = times(seen, expected) if seen is not None and expected is not None and seen >= 0 else ""
    return _("{times} of the usual").format(times=ratio) if ratio else ""


def _earlier_text(alert: Alert) -> str:
    """What the same stretch of time held before."""
    yesterday, last_week = number_in(alert, "yesterday"), number_in(alert, "last_week")
    if yesterday is None or last_week is None:
        return ""
    words = _("{yesterday} the day before, {last_week} a week before")
    return words.format(yesterday=figure(yesterday), last_week=figure(last_week))


def _past_text(past: float | None) -> str:
    """With what it is compared."""
    if past is None:
        return ""
    if past == 0:
        return _("compared with the rhythm of its last four weeks")
    words = ngettext(
        "compared with the same time of {count} day", "compared with the same time of {count} days", int(past)
    )
    return words.format(count=number(int(past)))


def _every_text(pace: float | None) -> str:
    return _("usually a row every {length}").format(length=duration(int(pace))) if pace else ""
