"""From what a filter bar holds to what the store understands, and to the words to mark in a text.

The query language is loaded on first use: it is not needed for the first paint.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

from socialhub.i18n import _
from socialhub.model import Order, SourceRow, Topic
from socialhub.records import dataclass
from socialhub.store.mentions import FeedFilter
from socialhub.store.mutes import asks_for_muted
from socialhub.widgets.filter_bar import Choices

if TYPE_CHECKING:
    from socialhub.query import Node


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A filter ready to be asked, and in which order; `query` is the text that its words are marked by.

    What mutes hide is hidden unless somebody asks for it. `advice` says what the query will not do well, "" for none.
    `folded`: a story is one line.
    """

    chosen: FeedFilter = field(default_factory=lambda: FeedFilter(hide_muted=True))
    query: str = ""
    advice: str = ""
    order: Order = Order.ARRIVAL
    folded: bool = True


@lru_cache(maxsize=256)
def parsed(query: str) -> Node:
    """The tree of a query; raises QueryError (a UserError)."""
    from socialhub.query import parse

    return parse(query)


def narrow(choices: Choices, zone: tzinfo, saved: Mapping[str, str], *, with_muted: bool = False) -> Narrowed:
    """The filter that the choices mean, `saved` being the saved searches by name.

    Mutes hide nothing `with_muted`, or where the query itself asks for is:muted.
    Raises QueryError (a UserError) for a query that cannot be read.
    """
    condition, said = None, ""
    if choices.query:
        from socialhub.query import advice, resolve_saved, to_sql

        node = resolve_saved(parsed(choices.query), saved)
        condition, said = to_sql(node, zone), next(iter(advice(node)), "")
        with_muted = with_muted or asks_for_muted(node)
    chosen = FeedFilter(choices.topic, choices.source, choices.tone, condition, hide_muted=not with_muted)
    return Narrowed(chosen, choices.query, said)


def hides_muted(query: str, *, with_muted: bool) -> bool:
    """Whether mutes take anything out of a list with this query."""
    return not with_muted and not (query and asks_for_muted(parsed(query)))


def described(chosen: Choices, topics: Iterable[Topic], sources: Iterable[SourceRow]) -> str:
    """What a list is narrowed to, in words."""
    topic_names = {topic.number: topic.name for topic in topics}
    source_names = {row.number: row.name for row in sources}
    tones = {-1: _("negative"), 0: _("neutral"), 1: _("positive"), 2: _("unsure")}
    parts = [
        topic_names.get(chosen.topic, "?") if chosen.topic is not None else "",
        source_names.get(chosen.source, "?") if chosen.source is not None else "",
        tones[chosen.tone] if chosen.tone is not None else "",
        chosen.query,
    ]
    return " · ".join(part for part in parts if part)


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
