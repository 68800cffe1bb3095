"""Alerts about keywords in words: what was looked for, how often it was said, by whom (see number_words)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any, Final

from socialhub.alerts.number_words import about, behind, length_text, negative_text, number_in, plain, seen_text
from socialhub.i18n import _, labelled, ngettext, number
from socialhub.incidents import Alert
from socialhub.text import clip

LONGEST_QUERY: Final = 60
"""Characters of a query that a title shows."""


def lines(alert: Alert, now: int, zone: tzinfo | None = None) -> tuple[str, str]:
    """(title, detail) of an alert about a keyword. `now` is ms UTC, `zone` the reader's."""
    query, seen = query_text(alert.facts), number_in(alert, "seen")
    window, waiting = number_in(alert, "window"), number_in(alert, "unanswered")
    if seen is None:
        return labelled(about(alert), query) if query else about(alert), ""
    said = ngettext("{count} mention of {query}", "{count} mentions of {query}", int(seen))
    title = labelled(about(alert), said.format(count=number(int(seen)), query=query))
    parts = [_("in {length}").format(length=length_text(int(window)))] if window and seen > 1 else []
    parts.append(negative_text(alert))
    if waiting:
        wait = ngettext("{count} waits for an answer", "{count} wait for an answer", int(waiting))
        parts.append(wait.format(count=number(int(waiting))))
    return title, " · ".join(part for part in parts if part)


def facts(alert: Alert, now: int, zone: tzinfo | None = None) -> Iterator[str]:
    """The numbers of an alert about a keyword, a sentence each."""
    if query := plain(alert.facts.get("query") or ""):
        yield labelled(_("looked for"), query)
    if seen := seen_text(alert, now, zone):
        yield seen
    yield from behind(alert)


def query_text(facts: dict[str, Any]) -> str:
    """What was looked for, short."""
    query: Any = facts.get("query")
    return clip(plain(query), LONGEST_QUERY) if isinstance(query, str) else ""
