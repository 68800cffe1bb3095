"""Alerts about ratings in words: the mean of the latest reviews, what was usual, how unlikely (see number_words)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from socialhub.ages import period
from socialhub.alerts.number_words import about, behind, chance_text, length_text, number_in
from socialhub.i18n import _, decimal, labelled, ngettext, number
from socialhub.incidents import Alert


def lines(alert: Alert, now: int, zone: tzinfo | None = None) -> tuple[str, str]:
    """(title, detail) of an alert about ratings. `now` is ms UTC, `zone` the reader's."""
    mean, window = number_in(alert, "mean"), number_in(alert, "window")
    if mean is None or window is None:
        return about(alert), ""
    given = _("{mean} stars of 5 in {length}").format(mean=decimal(mean), length=length_text(int(window)))
    title = labelled(about(alert), given)
    if (usual := number_in(alert, "usual")) is not None:
        before = _("{mean} before").format(mean=decimal(usual))
        title = f"{title}, {before}"
    parts = [reviews_text(alert), chance_text(alert)]
    return title, " · ".join(part for part in parts if part)


def facts(alert: Alert, now: int, zone: tzinfo | None = None) -> Iterator[str]:
    """The numbers of an alert about ratings, a sentence each."""
    mean, usual, past = (number_in(alert, name) for name in ("mean", "usual", "past"))
    since, until = number_in(alert, "since"), number_in(alert, "until")
    if mean is not None and since is not None and until is not None:
        told = _("{mean} stars of 5 on average, {period}")
        yield told.format(mean=decimal(mean), period=period(int(since), int(until), now, zone))
    if reviews := reviews_text(alert):
        yield reviews
    if usual is not None and past is not None:
        told = ngettext("{mean} before, of {count} review", "{mean} before, of {count} reviews", int(past))
        yield told.format(mean=decimal(usual), count=number(int(past)))
    low, high = number_in(alert, "low"), number_in(alert, "high")
    if low is not None and high is not None:
        told = _("so many reviews lie between {low} and {high} nine times of ten")
        yield told.format(low=decimal(low), high=decimal(high))
    if chance := chance_text(alert):
        yield chance
    yield from behind(alert)


def reviews_text(alert: Alert) -> str:
    """Of how many reviews the mean is."""
    seen = number_in(alert, "seen")
    if seen is None:
        return ""
    return ngettext("{count} review", "{count} reviews", int(seen)).format(count=number(int(seen)))
