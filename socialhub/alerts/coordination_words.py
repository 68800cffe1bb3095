"""Alerts about coordination in words: how many say the same, what, and where these accounts come from.

Facts are what the engine stored (see coordination_rules and store/alert_facts), possibly of another version: what is
missing or strange is left out. Imports the base only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import Final

from socialhub.ages import period
from socialhub.alerts.number_words import (
    about,
    behind,
    chance_text,
    expected_text,
    incomplete_text,
    late_text,
    length_text,
    number_in,
    plain,
)
from socialhub.i18n import _, labelled, ngettext, number
from socialhub.incidents import Alert
from socialhub.signs import SignKind
from socialhub.text import clip

SHORT: Final = 60
"""Characters of a text that one line shows."""


def lines(alert: Alert, now: int, zone: tzinfo | None = None) -> tuple[str, str]:
    """(title, detail) of an alert about coordination. `now` is ms UTC, `zone` the reader's."""
    accounts, window = number_in(alert, "accounts"), number_in(alert, "window")
    subject = about(alert)
    if accounts is None or window is None:
        return subject, ""
    count = int(accounts)
    if alert.facts.get("link"):
        what = ngettext(
            "{count} account pushes one link in {length}", "{count} accounts push one link in {length}", count
        )
    else:
        what = ngettext("{count} account says the same in {length}", "{count} accounts say the same in {length}", count)
    told = (late_text(alert, now, zone), what.format(count=number(count), length=length_text(int(window))))
    title = labelled(subject, ", ".join(each for each in told if each))
    parts = [_who(alert), chance_text(alert), clip(_content(alert), SHORT), incomplete_text(alert)]
    return title, " · ".join(part for part in parts if part)


def facts(alert: Alert, now: int, zone: tzinfo | None = None) -> Iterator[str]:
    """The numbers of an alert about coordination, a sentence each: content first, then who says it."""
    since, until, posts = number_in(alert, "since"), number_in(alert, "until"), number_in(alert, "posts")
    if since is not None and until is not None and posts is not None:
        what = ngettext("{count} post, {period}", "{count} posts, {period}", int(posts))
        yield what.format(count=number(int(posts)), period=period(int(since), int(until), now, zone))
    if text := plain(alert.facts.get("text") or ""):
        yield labelled(_("text"), text)
    if link := plain(alert.facts.get("pushed") or alert.facts.get("link") or ""):
        yield labelled(_("link"), link)
    yield from _provenance(alert)
    complete = incomplete_text(alert) or _("the data are complete")
    for sentence in (chance_text(alert), _earlier(alert), complete):
        if sentence:
            yield sentence
    yield from behind(alert)


def _content(alert: Alert) -> str:
    """What they say: the link that they push, else their text."""
    return plain(alert.facts.get("pushed") or alert.facts.get("link") or alert.facts.get("text") or "")


def _who(alert: Alert) -> str:
    """What stands out in who speaks, with what is expected: "34 of 34 younger than 90 days, 6.8 expected"."""
    seen, of, expected = (number_in(alert, name) for name in ("seen", "of", "expected"))
    if seen is None or of is None:
        return ""
    counts = {"count": number(int(seen)), "of": number(int(of))}
    match alert.facts.get("test"):
        case SignKind.YOUNG.value:
            words = _("{count} of {of} accounts younger than 90 days").format(**counts)
        case SignKind.RATE.value:
            words = _("{count} of {of} authors post six times an hour or more").format(**counts)
        case SignKind.SAME_MINUTE.value:
            words = _("{count} of {of} authors in the same minute").format(**counts)
        case _other:
            return ""
    return f"{words}, {expected_text(expected)}" if expected is not None else words


def _provenance(alert: Alert) -> Iterator[str]:
    """Where the accounts come from, a sentence each; what is not known or none is left out."""
    if who := _who(alert):
        yield who
    if (days := number_in(alert, "middle_age")) is not None:
        words = ngettext(
            "half of those whose age is told are {count} day old or younger",
            "half of those whose age is told are {count} days old or younger",
            int(days),
        )
        yield words.format(count=number(int(days)))
    test = alert.facts.get("test")
    if count := _some(alert, "unheard"):
        words = ngettext("{count} was never heard before", "{count} were never heard before", count)
        yield words.format(count=number(count))
    if count := _some(alert, "sleepless"):
        words = ngettext(
            "{count} wrote in 20 or more of the last 24 hours",
            "{count} wrote in 20 or more of the last 24 hours",
            count,
        )
        yield words.format(count=number(count))
    if test != SignKind.RATE and (count := _some(alert, "rapid")):
        words = ngettext("{count} posts six times an hour or more", "{count} post six times an hour or more", count)
        yield words.format(count=number(count))
    if test != SignKind.SAME_MINUTE and (count := _some(alert, "at_once")):
        words = ngettext(
            "{count} speaks in the same minute as others", "{count} speak in the same minute as others", count
        )
        yield words.format(count=number(count))
    if count := _some(alert, "left_out"):
        words = ngettext(
            "{count} left out: press, or known by a list or a role",
            "{count} left out: press, or known by a list or a role",
            count,
        )
        yield words.format(count=number(count))


def _some(alert: Alert, name: str) -> int:
    """A number among the facts; 0 where there is none."""
    return max(0, int(number_in(alert, name) or 0))


def _earlier(alert: Alert) -> str:
    """How many copies of anything the same length of time held before."""
    yesterday, last_week = number_in(alert, "yesterday"), number_in(alert, "last_week")
    if yesterday is None or last_week is None:
        return ""
    words = _("copies of anything: {yesterday} the day before, {last_week} a week before")
    return words.format(yesterday=number(int(yesterday)), last_week=number(int(last_week)))
