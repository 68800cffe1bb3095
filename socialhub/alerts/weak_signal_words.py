"""Weak signals in words: what people begin to say, how many of them, beside what is usual, with examples.

Facts are what the engine stored (see weak_signal_rules), possibly of another version: what is missing or strange is
left out. Imports the base only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any, Final

from socialhub.ages import period
from socialhub.alerts.number_words import (
    about,
    behind,
    chance_text,
    earlier_text,
    expected_text,
    incomplete_text,
    length_text,
    number_in,
    plain,
    planned_text,
)
from socialhub.i18n import _, labelled, ngettext, number
from socialhub.incidents import Alert
from socialhub.text import clip

SHORT: Final = 60
"""Characters of the words that a title shows."""
LONGEST_EXAMPLE: Final = 140


def lines(alert: Alert, now: int, zone: tzinfo | None = None) -> tuple[str, str]:
    """(title, detail) of a weak signal. `now` is ms UTC, `zone` the reader's."""
    seen, words = number_in(alert, "seen"), words_of(alert.facts)
    if seen is None or not words:
        return labelled(about(alert), words) if words else about(alert), ""
    what = ngettext("{words}, now said by {count} person", "{words}, now said by {count} people", int(seen))
    title = labelled(about(alert), what.format(count=number(int(seen)), words=clip(words, SHORT)))
    window, expected = number_in(alert, "window"), number_in(alert, "expected")
    parts = [_("in {length}").format(length=length_text(int(window)))] if window else []
    parts += [expected_text(expected)] if expected is not None else []
    parts += [chance_text(alert), incomplete_text(alert), short_past_text(alert)]
    return title, " · ".join(part for part in parts if part)


def facts(alert: Alert, now: int, zone: tzinfo | None = None) -> Iterator[str]:
    """The numbers of a weak signal, a sentence each: what is said, how often, beside what is usual; then examples."""
    if words := words_of(alert.facts):
        yield labelled(_("words that rise"), words)
    since, until, posts = (number_in(alert, name) for name in ("since", "until", "posts"))
    if since is not None and until is not None and posts is not None:
        what = ngettext("{count} post, {period}", "{count} posts, {period}", int(posts))
        yield what.format(count=number(int(posts)), period=period(int(since), int(until), now, zone))
    yield from _compared(alert)
    for sentence in (chance_text(alert), short_past_text(alert), incomplete_text(alert) or _("the data are complete")):
        if sentence:
            yield sentence
    if planned := planned_text(alert):
        yield planned
    for example in _quoted(alert.facts.get("examples")):
        yield labelled(_("example"), clip(example, LONGEST_EXAMPLE))
    yield from behind(alert)


def words_of(told: dict[str, Any]) -> str:
    """The words that rise as they are written, the strongest first; else as they are known."""
    words = _texts(told.get("words")) or _texts(told.get("terms"))[:1]
    return ", ".join(_("“{word}”").format(word=word) for word in words)


def short_past_text(alert: Alert) -> str:
    """How long the past is that it is compared with, where that is short."""
    days = number_in(alert, "known_days")
    if not alert.facts.get("learning") or days is None:
        return ""
    if days < 1:
        return _("compared with less than a day: much is new at first")
    words = ngettext(
        "compared with {count} day only: much is new at first",
        "compared with {count} days only: much is new at first",
        int(days),
    )
    return words.format(count=number(int(days)))


def _compared(alert: Alert) -> Iterator[str]:
    """How many people, how many of them were to be expected, and how it was at the same hours of other days."""
    seen, expected, earlier = number_in(alert, "seen"), number_in(alert, "expected"), earlier_text(alert)
    if seen is not None:
        people = ngettext("{count} person, in their own words", "{count} people, each in their own words", int(seen))
        told = people.format(count=number(int(seen)))
        yield f"{told}, {expected_text(expected)}" if expected is not None else told
    if earlier:
        yield earlier


def _texts(value: Any) -> list[str]:
    return [plain(each) for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _quoted(value: Any) -> list[str]:
    """The texts of [mention, text] pairs."""
    pairs = [each for each in value if isinstance(each, list) and len(each) == 2] if isinstance(value, list) else []
    return _texts([text for _mention, text in pairs])
