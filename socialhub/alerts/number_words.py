"""The numbers of an alert in words, as all kinds tell them.

Facts are what the engine stored (see watch and store/alert_facts), possibly of another version: what is missing or
strange is left out. Imports the base only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from math import floor, isfinite, log10
from typing import Any, Final

from socialhub.ages import duration, moment_text, period
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


def sentences(alert: Alert) -> Iterator[str]:
    """What alerts of all kinds tell: how unlikely, compared with what, how complete, tone, sources, places, voices."""
    complete = incomplete_text(alert) or _("the data are complete")
    for sentence in (chance_text(alert), earlier_text(alert), complete, learning_text(alert), planned_text(alert)):
        if sentence:
            yield sentence
    yield from behind(alert)


def behind(alert: Alert) -> Iterator[str]:
    """What the mentions of an alert tell: tone and who waits, sources, places and voices, a line each."""
    if negative := negative_text(alert):
        waiting = unanswered_text(alert)
        yield f"{negative}, {waiting}" if waiting else negative
    yield from lists(alert)


def seen_text(alert: Alert, now: int, zone: tzinfo | None) -> str:
    """How many mentions were seen, and when; "" where that is not known."""
    since, until, seen = number_in(alert, "since"), number_in(alert, "until"), number_in(alert, "seen")
    if since is None or until is None or seen is None:
        return ""
    what = ngettext("{count} mention seen, {period}", "{count} mentions seen, {period}", int(seen))
    return what.format(count=number(int(seen)), period=period(int(since), int(until), now, zone))


def late_text(alert: Alert, now: int, zone: tzinfo | None = None) -> str:
    """ "14:05–14:30, learned at 17:02" of what was over when it was heard of; "" for other alerts."""
    learned, since, until = (number_in(alert, name) for name in ("learned", "since", "until"))
    if learned is None or since is None or until is None:
        return ""
    happened = period(int(since), int(until), now, zone)
    return _("{period}, learned at {time}").format(period=happened, time=moment_text(int(learned), now, zone))


def lists(alert: Alert) -> Iterator[str]:
    """Sources, places and voices, a line each."""
    for name, label in (("sources", _("sources")), ("places", _("places")), ("authors", _("voices"))):
        rows: Any = alert.facts.get(name)
        named = [row for row in rows if isinstance(row, list) and len(row) > 1] if isinstance(rows, list) else []
        if named:
            yield labelled(label, ", ".join(_entry(name, row) for row in named))


def _entry(name: str, row: list[Any]) -> str:
    """ "bluesky 40", "Rennes 12", "lea@piaille.fr (12,400 followers)"."""
    if name == "places":
        return f"{place_name(plain(row[0]))} {plain(row[1])}"
    followers = row[2] if len(row) > 2 else None
    if isinstance(followers, int):
        what = ngettext("{name} ({count} follower)", "{name} ({count} followers)", followers)
        return what.format(name=plain(row[0]), count=number(followers))
    return f"{plain(row[0])} {plain(row[1])}"


def about(alert: Alert) -> str:
    """The topic, and which part of it."""
    topic, source, place = (plain(alert.facts.get(name) or "") for name in ("topic", "source", "place"))
    parts = [topic or plain(alert.subject), source, place_name(place) if place else ""]
    return " · ".join(part for part in parts if part)


def expected_text(expected: float) -> str:
    """How many were expected: "8.2 expected"."""
    if expected < ALMOST_NONE:
        return _("next to none expected")
    few = expected < FEW and round(expected, 1) != round(expected)
    words = ngettext("{count} expected", "{count} expected", 2 if expected >= 2 else 1)
    return words.format(count=decimal(expected) if few else number(round(expected)))


def length_text(window: int) -> str:
    """A length of time in ms."""
    return _("a day") if window == DAY else duration(window)


def chance_text(alert: Alert) -> str:
    """How unlikely it is, "" where that is not known."""
    chance = number_in(alert, "probability")
    if chance is None or not 0 <= chance <= 1:
        return ""
    if chance * CERTAIN < 1:
        return _("less than one chance in a million")
    return _("one chance in {count} at most").format(count=number(_rounded(1 / chance)))


def _rounded(value: float) -> int:
    """Two digits are enough of what is a bound."""
    return int(round(value, 1 - floor(log10(value)))) if value >= 1 else 1


def earlier_text(alert: Alert) -> str:
    """What the same stretch of time held before."""
    yesterday, last_week = number_in(alert, "yesterday"), number_in(alert, "last_week")
    if yesterday is None or last_week is None:
        return ""
    words = _("{yesterday} the day before, {last_week} a week before")
    return words.format(yesterday=number(int(yesterday)), last_week=number(int(last_week)))


def negative_text(alert: Alert) -> str:
    """Which share is negative."""
    share = number_in(alert, "negative")
    if share is None or alert.facts.get("part") == "tone":
        return ""
    return _("{share} negative").format(share=percent(share))


def unanswered_text(alert: Alert) -> str:
    """How many negative ones nobody has dealt with, "" for none."""
    waiting = int(number_in(alert, "unanswered") or 0)
    words = ngettext("{count} of them waits for an answer", "{count} of them wait for an answer", waiting)
    return words.format(count=number(waiting)) if waiting else ""


def incomplete_text(alert: Alert) -> str:
    """Which share of what is usual was listened to; "" for all."""
    share = number_in(alert, "completeness")
    if share is None or share >= WHOLE:
        return ""
    return _("{share} of what is usual was listened to").format(share=percent(share))


def learning_text(alert: Alert) -> str:
    """That it is still being learnt."""
    return _("known for less than a day: what is usual is still being learnt") if alert.facts.get("learning") else ""


def planned_text(alert: Alert) -> str:
    """What was planned then."""
    name: Any = alert.facts.get("planned")
    return labelled(_("planned"), plain(name)) if isinstance(name, str) and name else ""


def number_in(alert: Alert, name: str) -> float | None:
    """A number among the facts; None where there is none."""
    value: Any = alert.facts.get(name)
    known = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    return value if known else None


def plain(text: object) -> str:
    """A text of others, cleaned for one line."""
    return clean(str(text), single_line=True)
