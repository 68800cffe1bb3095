"""Alerts about volume in words: what was seen, what was expected, how unlikely, compared with what, how complete.

Facts are what the engine stored (see volume_rules and store/alert_facts), possibly of another version: what is missing
or strange is left out. Imports the base only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from socialhub.alerts.number_words import (
    about,
    chance_text,
    earlier_text,
    expected_text,
    incomplete_text,
    length_text,
    negative_text,
    number_in,
    planned_text,
    seen_text,
    sentences,
)
from socialhub.i18n import _, labelled, ngettext, number, percent
from socialhub.incidents import Alert, AlertKind


def lines(alert: Alert, now: int, zone: tzinfo | None = None) -> tuple[str, str]:
    """(title, detail) of an alert about volume. `now` is ms UTC, `zone` the reader's."""
    window, seen = number_in(alert, "window"), number_in(alert, "seen")
    subject = about(alert)
    if window is None or seen is None:
        return subject, ""
    much = {"count": number(int(seen)), "length": length_text(int(window))}
    if alert.facts.get("part") == "tone":
        said = ngettext("{count} negative mention in {length}", "{count} negative mentions in {length}", int(seen))
    else:
        said = ngettext("{count} mention in {length}", "{count} mentions in {length}", int(seen))
    title = labelled(subject, said.format(**much))
    if (expected := number_in(alert, "expected")) is not None:
        title = f"{title}, {expected_text(expected)}"
    parts = [moment_text(alert), chance_text(alert), earlier_text(alert), negative_text(alert)]
    parts += [incomplete_text(alert), planned_text(alert)]
    return title, " · ".join(part for part in parts if part)


def facts(alert: Alert, now: int, zone: tzinfo | None = None) -> Iterator[str]:
    """The numbers of an alert about volume, a sentence each."""
    if seen := seen_text(alert, now, zone):
        yield seen
    expected, low, high = (number_in(alert, name) for name in ("expected", "low", "high"))
    if expected is not None and low is not None and high is not None:
        what = _("{expected} at this time of the week, {low} to {high} nine times of ten")
        yield what.format(expected=expected_text(expected), low=number(round(low)), high=number(round(high)))
    if moment := moment_text(alert):
        yield moment
    yield from sentences(alert)


def moment_text(alert: Alert) -> str:
    """That a burst is worth joining, and which share of what was judged is positive; "" for another kind."""
    share = number_in(alert, "positive")
    if alert.kind != AlertKind.MOMENT or share is None:
        return ""
    return _("worth joining: {share} positive").format(share=percent(share))
