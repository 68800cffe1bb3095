"""Alerts about detractors in words: who it is, whom they reach, what they said and how often before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from socialhub.alerts.number_words import about, behind, number_in, plain, seen_text
from socialhub.i18n import _, labelled, ngettext, number
from socialhub.incidents import Alert


def lines(alert: Alert, now: int, zone: tzinfo | None = None) -> tuple[str, str]:
    """(title, detail) of an alert about a detractor. `now` is ms UTC, `zone` the reader's."""
    seen = number_in(alert, "seen")
    if seen is None:
        return labelled(about(alert), name_of(alert)), ""
    said = ngettext("{count} negative mention by {name}", "{count} negative mentions by {name}", int(seen)).format(
        count=number(int(seen)), name=name_of(alert)
    )
    waiting = number_in(alert, "unanswered")
    wait = ngettext("{count} waits for an answer", "{count} wait for an answer", int(waiting or 0))
    parts = [reach_text(alert), list_text(alert), before_text(alert)]
    parts.append(wait.format(count=number(int(waiting))) if waiting else "")
    return labelled(about(alert), said), " · ".join(part for part in parts if part)


def facts(alert: Alert, now: int, zone: tzinfo | None = None) -> Iterator[str]:
    """The numbers of an alert about a detractor, a sentence each."""
    said = (seen_text(alert, now, zone), reach_text(alert), list_text(alert), before_text(alert))
    yield from (sentence for sentence in said if sentence)
    yield from behind(alert)


def name_of(alert: Alert) -> str:
    """Who it is, as they are shown; who was erased is somebody."""
    name: Any = alert.facts.get("name")
    return (plain(name) if isinstance(name, str) else "") or _("somebody")


def reach_text(alert: Alert) -> str:
    """How many people they may reach; "" where that is not known."""
    reach = number_in(alert, "reach")
    if not reach or reach < 0:
        return ""
    return ngettext("may reach {count} person", "may reach {count} people", int(reach)).format(count=number(int(reach)))


def list_text(alert: Alert) -> str:
    """On which watchlist they stand."""
    name: Any = alert.facts.get("list")
    return _("on the list {name}").format(name=plain(name)) if isinstance(name, str) and name else ""


def before_text(alert: Alert) -> str:
    """How often they were negative before, and how much of that nobody has dealt with."""
    before, waiting = number_in(alert, "before"), number_in(alert, "before_unanswered")
    if not before or before < 0:
        return ""
    often = ngettext(
        "negative {count} time in the month before", "negative {count} times in the month before", int(before)
    )
    told = often.format(count=number(int(before)))
    if not waiting or waiting < 0:
        return told
    unanswered = ngettext("{count} unanswered", "{count} unanswered", int(waiting)).format(count=number(int(waiting)))
    return _("{told} ({unanswered})").format(told=told, unanswered=unanswered)
