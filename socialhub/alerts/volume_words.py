"""Alerts about volume in words: what was seen, what was expected, how unlikely, compared with what, how complete.

Facts are what the engine stored (see volume_rules and store/alert_facts), possibly of another version: what is missing
or strange is left out. Imports the base only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import Final

from socialhub.alerts.number_words import (
    about,
    chance_text,
    earlier_text,
    expected_text,
    incomplete_text,
    late_text,
    length_text,
    negative_text,
    number_in,
    plain,
    planned_text,
    seen_text,
    sentences,
)
from socialhub.i18n import N_, _, labelled, ngettext, number, percent
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
    told = [late_text(alert, now, zone), said.format(**much)]
    if (expected := number_in(alert, "expected")) is not None:
        told.append(expected_text(expected))
    title = labelled(subject, ", ".join(each for each in told if each))
    parts = [moment_text(alert), chance_text(alert), earlier_text(alert), negative_text(alert)]
    parts += [*rival_texts(alert), incomplete_text(alert), planned_text(alert)]
    return title, " · ".join(part for part in parts if part)


def facts(alert: Alert, now: int, zone: tzinfo | None = None) -> Iterator[str]:
    """The numbers of an alert about volume, a sentence each."""
    if seen := seen_text(alert, now, zone):
        yield seen
    expected, low, high = (number_in(alert, name) for name in ("expected", "low", "high"))
    if expected is not None and low is not None and high is not None:
        what = _("{expected} at this time of the week, {low} to {high} nine times of ten")
        yield what.format(expected=expected_text(expected), low=number(round(low)), high=number(round(high)))
    yield from (text for text in (moment_text(alert), *rival_texts(alert)) if text)
    yield from sentences(alert)


def moment_text(alert: Alert) -> str:
    """That a burst is worth joining, and which share of what was judged is positive; "" for another kind."""
    share = number_in(alert, "positive")
    if alert.kind != AlertKind.MOMENT or share is None:
        return ""
    return _("worth joining: {share} positive").format(share=percent(share))


_MOODS: Final = {"good": N_("good for them"), "bad": N_("bad for them")}


def rival_texts(alert: Alert) -> Iterator[str]:
    """What a competitor's burst is about: good or bad for them, its words, which of our topics share it."""
    mood, words, shared = (alert.facts.get(name) for name in ("mood", "words", "shared"))
    if alert.kind != AlertKind.RIVAL:
        return
    if isinstance(mood, str) and mood in _MOODS:
        yield _(_MOODS[mood])
    named = [plain(word) for word in words if isinstance(word, str)] if isinstance(words, list) else []
    if named:
        yield labelled(_("words"), ", ".join(named))
    rows = [row for row in shared if isinstance(row, list) and len(row) > 1] if isinstance(shared, list) else []
    if rows:
        yield labelled(_("also about"), ", ".join(f"{plain(row[0])} {plain(row[1])}" for row in rows))
