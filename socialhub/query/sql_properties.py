"""What a field asks of a stored mention: one function a field, value -> SQL. The twin for live ones is `properties`.

Names used beside those of `sql`: `sources`, `topics`, `mention_topics`, `read_marks`, `operators`, `watchlists`,
`watchlist_people`, `mention_people`, `mention_places`, `mention_work`, `mention_tags`, `mutes`, `muted`,
`engagement`, `audiences`, and the functions `fold_words` and `place_codes` (a JSON list).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import Final, TypeAlias

from socialhub.model import UNSURE_BELOW, Kind
from socialhub.query.dates import moments
from socialhub.query.fields import NOBODY
from socialhub.query.properties import TONES
from socialhub.query.tree import DateRange, Field, Node, NumberRange, Recent, Saved
from socialhub.reach import PEOPLE_SQL

Fragment: TypeAlias = tuple[str, tuple[str | int | float, ...]]


def property_condition(node: Node, zone: tzinfo) -> Fragment:
    """The condition for the property that `node`, a leaf without words, asks for."""
    match node:
        case Field(name, value):
            return _FIELDS[name](value)
        case NumberRange():
            return _number_range(node)
        case DateRange():
            return _date_range(node, zone)
        case Recent(span):
            return "m.published >= :now - ?", (span,)
        case Saved(name):
            raise LookupError(name)
    raise AssertionError(node)


_NUMBERS: Final = {
    "reach": PEOPLE_SQL,
    "engagement": "CASE WHEN coalesce(m.likes, m.shares, m.replies) IS NOT NULL"
    " THEN ifnull(m.likes, 0) + ifnull(m.shares, 0) + ifnull(m.replies, 0) END",
}


def _number_range(node: NumberRange) -> Fragment:
    column = f"({_NUMBERS[node.name]})" if node.name in _NUMBERS else f"m.{node.name}"
    tests, parameters = [f"{column} IS NOT NULL"], []
    if node.low is not None:
        tests.append(f"{column} {'>=' if node.low_included else '>'} ?")
        parameters.append(node.low)
    if node.high is not None:
        tests.append(f"{column} {'<=' if node.high_included else '<'} ?")
        parameters.append(node.high)
    return f"({' AND '.join(tests)})", tuple(parameters)


def _date_range(node: DateRange, zone: tzinfo) -> Fragment:
    low, high = moments(node, zone)
    tests, parameters = [], []
    if low is not None:
        tests.append("m.published >= ?")
        parameters.append(low)
    if high is not None:
        tests.append("m.published < ?")
        parameters.append(high)
    return f"({' AND '.join(tests)})", tuple(parameters)


def _handle(value: str) -> Fragment:
    handle = "ltrim(lower(m.handle), '@')"
    beginning = len(value) + 1
    return f"({handle} = ? OR substr({handle}, 1, {beginning}) IN (?, ?))", (value, f"{value}@", f"{value}.")


def _site(value: str) -> Fragment:
    ending = f".{value}"
    return f"(lower(m.site) = ? OR substr(lower(m.site), -{len(ending)}) = ?)", (value, ending)


def _lang(value: str) -> Fragment:
    return f"(lower(m.lang) = ? OR substr(lower(m.lang), 1, {len(value) + 1}) = ?)", (value, f"{value}-")


def _source(value: str) -> Fragment:
    return "m.source IN (SELECT id FROM sources WHERE lower(name) = ? OR lower(kind) = ?)", (value, value)


def _topic(value: str) -> Fragment:
    return (
        "m.id IN (SELECT mention FROM mention_topics WHERE topic IN (SELECT id FROM topics WHERE lower(slug) = ?))",
        (value,),
    )


def _list(value: str) -> Fragment:
    return (
        "m.id IN (SELECT mention FROM mention_people WHERE person IN (SELECT p.person FROM watchlist_people p"
        " JOIN watchlists w ON w.id = p.list WHERE w.active AND lower(w.slug) = ?))",
        (value,),
    )


def _sentiment(value: str) -> Fragment:
    if value == "unsure":
        return "(m.tone IS NULL OR m.confidence < ?)", (UNSURE_BELOW,)
    return "(m.tone IS ? AND m.confidence >= ?)", (int(TONES[value]), UNSURE_BELOW)


def _assignee(value: str) -> Fragment:
    assigned = "(SELECT assignee FROM mention_work WHERE mention = m.id)"
    return f"lower(ifnull({assigned}, '')) = ?", ("" if value == NOBODY else value,)


_UNREAD: Final = (
    "NOT ifnull((SELECT read FROM read_marks WHERE operator = :operator AND mention = m.id),"
    " m.id < ifnull((SELECT read_below FROM operators WHERE name = :operator), 0))"
)
_MUTED: Final = (
    "EXISTS (SELECT 1 FROM muted h JOIN mutes u ON u.id = h.mute WHERE h.mention = m.id AND u.lifted IS NULL"
    " AND ifnull(u.ends > :now, 1))"
)
_ANSWERED: Final = (
    "(ifnull(m.replies, 0) > 0 OR EXISTS (SELECT 1 FROM mentions r WHERE r.parent_id <> ''"
    " AND (r.parent_id = m.canonical_id OR (r.parent_id = m.native_id AND r.source = m.source))))"
)
_IS: Final[dict[str, Fragment]] = {
    "unread": (_UNREAD, ()),
    "reply": ("m.kind = ?", (Kind.REPLY.value,)),
    "repost": ("m.story <> m.id", ()),
    "muted": (_MUTED, ()),
    "viral": ("EXISTS (SELECT 1 FROM engagement WHERE mention = m.id AND faster)", ()),
}
_HAS: Final[dict[str, Fragment]] = {
    "link": ("m.links <> ''", ()),
    "media": ("m.media > 0", ()),
    "reply": (_ANSWERED, ()),
}
_FIELDS: Final[dict[str, Callable[[str], Fragment]]] = {
    "author": lambda value: ("instr(' ' || fold_words(m.author) || ' ', ?) > 0", (f" {value} ",)),
    "bio": lambda value: ("instr(' ' || fold_words(m.bio) || ' ', ?) > 0", (f" {value} ",)),
    "handle": _handle,
    "site": _site,
    "url": lambda value: ("(instr(lower(m.url), ?) > 0 OR instr(lower(m.links), ?) > 0)", (value, value)),
    "lang": _lang,
    "source": _source,
    "topic": _topic,
    "list": _list,
    "place": lambda value: (
        "m.id IN (SELECT mention FROM mention_places WHERE place IN (SELECT value FROM json_each(place_codes(?))))",
        (value,),
    ),
    "state": lambda value: ("ifnull((SELECT state FROM mention_work WHERE mention = m.id), 'new') = ?", (value,)),
    "assignee": _assignee,
    "tag": lambda value: ("m.id IN (SELECT mention FROM mention_tags WHERE tag = ?)", (value,)),
    "is": _IS.__getitem__,
    "sentiment": _sentiment,
    "kind": lambda value: ("m.kind = ?", (value,)),
    "has": _HAS.__getitem__,
}
