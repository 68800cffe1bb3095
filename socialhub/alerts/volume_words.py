"""Alerts about volume in words: what was seen, what was expected, how unlikely, compared with what, how complete.

Facts are what the engine stored (see volume_rules and store/alert_facts), possibly of another version: what is missing
or strange is left out. Imports the base only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from math import floor, isfinite, log10
from typing import Any, Final

from socialhub.ages import duration, period
from socialhub.clock import DAY
from socialhub.gazetteer import place_name
from socialhub.i18n import _, decimal, labelled, ngettext, number, percent
from socialhub.incidents import Alert
from socialhub.text import clean

ALMOST_NONE: Final = 0.05
CERTAIN: Final = 1_000_000
"""From so many to one on, how unlikely something is is told no more exactly."""
WHOLE: Final = 0.995
"""From this share on the data are called complete."""
FEW: Final = 10.0
"""Below this an expected number is told with a decimal."""


def lines(alert: Alert, now: int, zone: tzinfo | None = None) -> tuple[str, str]:
    """(title, detail) of an alert about volume. `now` is ms UTC, `zone` the reader's."""
    window, seen = _number(alert, "window"), _number(alert, "seen")
    about = _about(alert)
    if window is None or seen is None:
        return about, ""
    much = {"count": number(int(seen)), "length": _length(int(window))}
    if alert.facts.get("part") == "tone":
        said = ngettext("{count} negative mention in {length}", "{count} negative mentions in {length}", int(seen))
    else:
        said = ngettext("{count} mention in {length}", "{count} mentions in {length}", int(seen))
    title = labelled(about, said.format(**much))
    if (expected := _number(alert, "expected")) is not None:
        title = f"{title}, {_expected(expected)}"
    parts = [_chance(alert), _earlier(alert), _negative(alert), _incomplete(alert), _planned(alert)]
    return title, " · ".join(part for part in parts if part)


def facts(alert: Alert, now: int, zone: tzinfo | None = None) -> Iterator[str]:
    """The numbers of an alert about volume, a sentence each."""
    since, until, seen = _number(alert, "since"), _number(alert, "until"), _number(alert, "seen")
    if since is not None and until is not None and seen is not None:
        what = ngettext("{count} mention seen, {period}", "{count} mentions seen, {period}", int(seen))
        yield what.format(count=number(int(seen)), period=period(int(since), int(until), now, zone))
    expected, low, high = (_number(alert, name) for name in ("expected", "low", "high"))
    if expected is not None and low is not None and high is not None:
        what = _("{expected} at this time of the week, {low} to {high} nine times of ten")
        yield what.format(expected=_expected(expected), low=number(round(low)), high=number(round(high)))
    complete = _incomplete(alert) or _("the data are complete")
    for sentence in (_chance(alert), _earlier(alert), complete, _learning(alert), _planned(alert)):
        if sentence:
            yield sentence
    if negative := _negative(alert):
        waiting = _number(alert, "unanswered")
        unanswered = ngettext(
            "{count} of them waits for an answer", "{count} of them wait for an answer", int(waiting or 0)
        )
        yield f"{negative}, {unanswered.format(count=number(int(waiting)))}" if waiting else negative
    yield from _lists(alert)


def _lists(alert: Alert) -> Iterator[str]:
    for name, label in (("sources", _("sources")), ("places", _("places")), ("authors", _("voices"))):
        rows: Any = alert.facts.get(name)
        named = [row for row in rows if isinstance(row, list) and len(row) > 1] if isinstance(rows, list) else []
        if named:
            yield labelled(label, ", ".join(_entry(name, row) for row in named))


def _entry(name: str, row: list[Any]) -> str:
    """ "bluesky 40", "Rennes 12", "lea@piaille.fr (12,400 followers)"."""
    if name == "places":
        return f"{place_name(str(row[0]))} {row[1]}"
    followers = row[2] if len(row) > 2 else None
    if isinstance(followers, int):
        what = ngettext("{name} ({count} follower)", "{name} ({count} followers)", followers)
        return what.format(name=_plain(row[0]), count=number(followers))
    return f"{_plain(row[0])} {row[1]}"


def _about(alert: Alert) -> str:
    """The topic, and which part of it."""
    topic, source, place = (_plain(alert.facts.get(name) or "") for name in ("topic", "source", "place"))
    parts = [topic or _plain(alert.subject), source, place_name(place) if place else ""]
    return " · ".join(part for part in parts if part)


def _expected(expected: float) -> str:
    if expected < ALMOST_NONE:
        return _("next to none expected")
    few = expected < FEW and round(expected, 1) != round(expected)
    words = ngettext("{count} expected", "{count} expected", 2 if expected >= 2 else 1)
    return words.format(count=decimal(expected) if few else number(round(expected)))


def _length(window: int) -> str:
    return _("a day") if window == DAY else duration(window)


def _chance(alert: Alert) -> str:
    chance = _number(alert, "probability")
    if chance is None or not 0 <= chance <= 1:
        return ""
    if chance * CERTAIN < 1:
        return _("less than one chance in a million")
    return _("one chance in {count} at most").format(count=number(_rounded(1 / chance)))


def _rounded(value: float) -> int:
    """Two digits are enough of what is a bound."""
    return int(round(value, 1 - floor(log10(value)))) if value >= 1 else 1


def _earlier(alert: Alert) -> str:
    yesterday, last_week = _number(alert, "yesterday"), _number(alert, "last_week")
    if yesterday is None or last_week is None:
        return ""
    words = _("{yesterday} the day before, {last_week} a week before")
    return words.format(yesterday=number(int(yesterday)), last_week=number(int(last_week)))


def _negative(alert: Alert) -> str:
    share = _number(alert, "negative")
    if share is None or alert.facts.get("part") == "tone":
        return ""
    return _("{share} negative").format(share=percent(share))


def _incomplete(alert: Alert) -> str:
    share = _number(alert, "completeness")
    if share is None or share >= WHOLE:
        return ""
    return _("{share} of what is usual was listened to").format(share=percent(share))


def _learning(alert: Alert) -> str:
    return _("known for less than a day: what is usual is still being learnt") if alert.facts.get("learning") else ""


def _planned(alert: Alert) -> str:
    name: Any = alert.facts.get("planned")
    return labelled(_("planned"), _plain(name)) if isinstance(name, str) and name else ""


def _number(alert: Alert, name: str) -> float | None:
    value: Any = alert.facts.get(name)
    known = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    return value if known else None


def _plain(text: object) -> str:
    return clean(str(text), single_line=True)
