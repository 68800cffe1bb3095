"""What a field asks of a mention: one function a field, value -> predicate. The twin in SQL is `sql_properties`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import Final

from socialhub.clock import real_now
from socialhub.model import UNSURE_BELOW, Kind, Tone
from socialhub.query.dates import moments
from socialhub.query.document import AlertDocument, Document, Predicate, View
from socialhub.query.fields import NOBODY, ascii_lower, bare_words
from socialhub.query.tree import DateRange, Field, Node, NumberRange, Recent

TONES: Final = {"neg": Tone.NEGATIVE, "neu": Tone.NEUTRAL, "pos": Tone.POSITIVE}


def property_predicate(node: Node, zone: tzinfo) -> Predicate:
    """The function that tells whether a view has the property that `node`, a leaf without words, asks for."""
    match node:
        case Field(name, value):
            return _FIELDS[name](value)
        case NumberRange():
            return _number_range(node)
        case DateRange():
            low, high = moments(node, zone)
            return lambda view: (
                (low is None or view.document.published >= low) and (high is None or view.document.published < high)
            )
        case Recent(span):
            return lambda view: view.document.published >= (real_now() if view.now is None else view.now) - span
    raise AssertionError(node)


def _number_range(node: NumberRange) -> Predicate:
    name, low, high = node.name, node.low, node.high

    def within(view: View) -> bool:
        number: float | None = getattr(view.document, name)
        if number is None:
            return False
        above = low is None or number > low or (node.low_included and number == low)
        return above and (high is None or number < high or (node.high_included and number == high))

    return within


def _words_in(name: str) -> Callable[[str], Predicate]:
    """Words in a row in a name or a description."""

    def field(value: str) -> Predicate:
        needle = f" {value} "
        return lambda view: needle in f" {bare_words(getattr(view.document, name))} "

    return field


def _handle(value: str) -> Predicate:
    beginnings = (f"{value}@", f"{value}.")

    def is_handle(view: View) -> bool:
        handle = ascii_lower(view.document.handle).lstrip("@")
        return handle == value or handle.startswith(beginnings)

    return is_handle


def _site(value: str) -> Predicate:
    ending = f".{value}"

    def is_site(view: View) -> bool:
        site = ascii_lower(view.document.site)
        return site == value or site.endswith(ending)

    return is_site


def _url(value: str) -> Predicate:
    def holds(document: Document) -> bool:
        return value in ascii_lower(document.url) or any(value in ascii_lower(link) for link in document.links)

    return lambda view: holds(view.document)


def _lang(value: str) -> Predicate:
    regional = f"{value}-"

    def is_lang(view: View) -> bool:
        lang = ascii_lower(view.document.lang)
        return lang == value or lang.startswith(regional)

    return is_lang


def _sentiment(value: str) -> Predicate:
    if value == "unsure":
        return lambda view: view.document.tone is None or view.document.confidence < UNSURE_BELOW
    tone = TONES[value]
    return lambda view: view.document.tone == tone and view.document.confidence >= UNSURE_BELOW


_IS: Final[dict[str, Predicate]] = {
    "unread": lambda view: view.document.unread,
    "reply": lambda view: view.document.kind == Kind.REPLY,
    "repost": lambda view: view.document.repost,
    "viral": lambda view: view.document.viral,
    "muted": lambda view: view.document.muted,
}
_HAS: Final[dict[str, Predicate]] = {
    "link": lambda view: bool(view.document.links),
    "media": lambda view: view.document.media > 0,
    "reply": lambda view: view.document.answered,
}
_FIELDS: Final[dict[str, Callable[[str], Predicate]]] = {
    "author": _words_in("author"),
    "bio": _words_in("bio"),
    "handle": _handle,
    "site": _site,
    "lang": _lang,
    "sentiment": _sentiment,
    "is": _IS.__getitem__,
    "has": _HAS.__getitem__,
    "url": _url,
    "source": lambda value: (
        lambda view: value in (ascii_lower(view.document.source), ascii_lower(view.document.source_kind))
    ),
    "topic": lambda value: lambda view: value in map(ascii_lower, view.document.topics),
    "list": lambda value: lambda view: value in map(ascii_lower, view.document.lists),
    "place": lambda value: lambda view: value in view.document.places,
    "tag": lambda value: lambda view: value in view.document.tags,
    "state": lambda value: lambda view: view.document.state == value,
    "assignee": lambda value: lambda view: ascii_lower(view.document.assignee) == ("" if value == NOBODY else value),
    "kind": lambda value: lambda view: view.document.kind == value,
    "severity": lambda value: lambda view: isinstance(view.document, AlertDocument) and view.document.severity == value,
    "rule": lambda value: (
        lambda view: isinstance(view.document, AlertDocument) and ascii_lower(view.document.rule) == value
    ),
}
