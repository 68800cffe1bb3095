"""Alerts about the tone of a topic in words: the share of negative, the usual one, how unlikely, how complete.

Facts are what the engine stored (see tone_rules and store/alert_facts), possibly of another version: what is missing or
strange is left out. Imports the base only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from socialhub.ages import period
from socialhub.alerts.number_words import (
    about,
    chance_text,
    incomplete_text,
    late_text,
    learning_text,
    length_text,
    lists,
    number_in,
    planned_text,
    unanswered_text,
)
from socialhub.i18n import _, labelled, ngettext, number, percent
from socialhub.incidents import Alert


def lines(alert: Alert, now: int, zone: tzinfo | None = None) -> tuple[str, str]:
    """(title, detail) of an alert about the tone. `now` is ms UTC, `zone` the reader's."""
    share, usual, window = _share(alert, "negative"), _share(alert, "usual"), number_in(alert, "window")
    subject = about(alert)
    if not share or window is None:
        return subject, ""
    told = [late_text(alert, now, zone)]
    told.append(_("{share} negative in {length}").format(share=share, length=length_text(int(window))))
    if usual:
        told.append(_("{share} is usual").format(share=usual))
    title = labelled(subject, ", ".join(each for each in told if each))
    parts = [_counted(alert), chance_text(alert), _earlier(alert), incomplete_text(alert), planned_text(alert)]
    return title, " · ".join(part for part in parts if part)


def facts(alert: Alert, now: int, zone: tzinfo | None = None) -> Iterator[str]:
    """The numbers of an alert about the tone, a sentence each."""
    since, until, counted = number_in(alert, "since"), number_in(alert, "until"), _counted(alert)
    if since is not None and until is not None and counted:
        yield f"{counted}, {period(int(since), int(until), now, zone)}"
    share, low, high = (_share(alert, name) for name in ("negative", "low", "high"))
    if share and low and high:
        words = _("{share} negative: between {low} and {high}, 19 times of 20")
        yield words.format(share=share, low=low, high=high)
    usual, least, most = (_share(alert, name) for name in ("usual", "usual_low", "usual_high"))
    if usual and least and most:
        words = _("{share} is usual for these sources, between {low} and {high} 19 times of 20")
        yield words.format(share=usual, low=least, high=most)
    complete = incomplete_text(alert) or _("the data are complete")
    waiting = unanswered_text(alert)
    for sentence in (chance_text(alert), _earlier(alert), complete, learning_text(alert), planned_text(alert), waiting):
        if sentence:
            yield sentence
    yield from lists(alert)


def _counted(alert: Alert) -> str:
    """ "34 of 52 judged stories are negative": copies count once."""
    seen, judged = number_in(alert, "seen"), number_in(alert, "judged")
    if seen is None or judged is None:
        return ""
    words = ngettext(
        "{count} of {judged} judged story is negative", "{count} of {judged} judged stories are negative", int(judged)
    )
    return words.format(count=number(int(seen)), judged=number(int(judged)))


def _earlier(alert: Alert) -> str:
    yesterday, last_week = _share(alert, "yesterday"), _share(alert, "last_week")
    if not yesterday or not last_week:
        return ""
    return _("{yesterday} the day before, {last_week} a week before").format(yesterday=yesterday, last_week=last_week)


def _share(alert: Alert, name: str) -> str:
    """A share among the facts in percent, "" where there is none."""
    value = number_in(alert, name)
    return percent(value) if value is not None and 0 <= value <= 1 else ""
