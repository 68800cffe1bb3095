"""From what a filter bar holds to what the store understands, and to the words to mark in a text.

The query language is loaded on first use: it is not needed for the first paint.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

from socialhub.model import Order, SourceRow, Topic
from socialhub.records import dataclass
from socialhub.store.mentions import FeedFilter
from socialhub.widgets.filter_bar import Choices

if TYPE_CHECKING:
    from socialhub.query import Node


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A filter ready to be asked, and in which order; `query` is the text that its words are marked by."""

    chosen: FeedFilter = field(default_factory=FeedFilter)
    query: str = ""
    order: Order = Order.ARRIVAL


@lru_cache(maxsize=256)
def parsed(query: str) -> Node:
    """The tree of a query; raises QueryError (a UserError)."""
    from socialhub.query import parse

    return parse(query)


def narrow(choices: Choices, zone: tzinfo, saved: Mapping[str, str]) -> Narrowed:
    """The filter that the choices mean, `saved` being the saved searches by name.

    Raises QueryError (a UserError) for a query that cannot be read.
    """
    condition = None
    if choices.query:
        from socialhub.query import resolve_saved, to_sql

        condition = to_sql(resolve_saved(parsed(choices.query), saved), zone)
    chosen = FeedFilter(choices.topic, choices.source, choices.tone, condition)
    return Narrowed(chosen, choices.query)


def candidates(topics: Iterable[Topic], sources: Iterable[SourceRow]) -> tuple[str, ...]:
    """Words that complete a query, the useful ones first."""
    from socialhub.query.fields import CHOICES, FIELD_NAMES

    words = [f"{name}:{value}" for name, values in CHOICES.items() for value in values]
    words += [f"topic:{topic.id}" for topic in topics]
    words += [f'source:"{row.name}"' if " " in row.name else f"source:{row.name}" for row in sources]
    return (*words, *(f"{name}:" for name in FIELD_NAMES))


def hits(query: str, text: str) -> tuple[tuple[int, int], ...]:
    """Where the words of a query stand on a line of a list, which shows title and text as one."""
    from socialhub.query import spans

    return tuple(spans(parsed(query), text))


def marked(queries: Sequence[str], text: str, *, title: bool = False) -> tuple[tuple[int, int], ...]:
    """Where the words of these queries stand in the text: (start, end), in order, without overlap."""
    from socialhub.errors import UserError
    from socialhub.query import Scope, spans

    found: list[tuple[int, int]] = []
    for query in queries:
        try:
            found += spans(parsed(query), text, Scope.TITLE if title else Scope.TEXT)
        except UserError:
            # A topic of a newer version may use words of the language that this one does not know.
            continue
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
