"""Alerts about the press in words: who took it up first, how many, how long after the first post (see number_words)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from socialhub.ages import duration
from socialhub.alerts.number_words import about, behind, number_in, plain, seen_text
from socialhub.i18n import _, labelled, ngettext, number
from socialhub.incidents import Alert


def lines(alert: Alert, now: int, zone: tzinfo | None = None) -> tuple[str, str]:
    """(title, detail) of an alert about the press. `now` is ms UTC, `zone` the reader's."""
    title = labelled(about(alert), _("the press takes it up, {outlet} first").format(outlet=outlet_of(alert)))
    return title, " · ".join(part for part in (outlets_text(alert), posts_text(alert), words_text(alert)) if part)


def facts(alert: Alert, now: int, zone: tzinfo | None = None) -> Iterator[str]:
    """The numbers of an alert about the press, a sentence each."""
    said = (seen_text(alert, now, zone), outlets_text(alert), posts_text(alert), words_text(alert))
    yield from (sentence for sentence in said if sentence)
    yield from behind(alert)


def outlet_of(alert: Alert) -> str:
    """Which paper came first; "…" where that is not known."""
    outlet: Any = alert.facts.get("outlet")
    return (plain(outlet) if isinstance(outlet, str) else "") or "…"


def outlets_text(alert: Alert) -> str:
    """How many papers wrote of it."""
    outlets = number_in(alert, "outlets")
    if not outlets or outlets < 0:
        return ""
    return ngettext("{count} outlet", "{count} outlets", int(outlets)).format(count=number(int(outlets)))


def posts_text(alert: Alert) -> str:
    """How many posts came before, and for how long."""
    posts, delay = number_in(alert, "posts"), number_in(alert, "delay")
    if posts is None or delay is None or posts < 1 or delay < 0:
        return ""
    words = ngettext(
        "{length} after the first of {count} post", "{length} after the first of {count} posts", int(posts)
    )
    return words.format(count=number(int(posts)), length=duration(int(delay)))


def words_text(alert: Alert) -> str:
    """Which words they share."""
    words: Any = alert.facts.get("words")
    named = [plain(word) for word in words if isinstance(word, str)] if isinstance(words, list) else []
    return labelled(_("words"), ", ".join(named)) if named else ""
