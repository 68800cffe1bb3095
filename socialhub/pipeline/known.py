"""Stage 2: which post it is, whoever shows it, whether it is stored already, and what is new of one that is.

Names come from identities.py, what is stored from the cache; nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from socialhub.bridges import is_bridged
from socialhub.clock import DAY
from socialhub.identities import is_copy, named
from socialhub.model import Draft, Kind
from socialhub.store.connection import Connection
from socialhub.store.known import Known, engagement_of, find_by_name, find_erased, find_sighted

SAME_ARTICLE: Final = 3 * DAY
"""Longer apart, the same headline at the same address is another article: a page that is filled anew."""


@dataclass(slots=True)
class Arrival:
    """A clean draft, its identity (`key`), the name that all ways know it by ("" for none), what is stored of it."""

    draft: Draft
    key: str
    name: str = ""
    loose: bool = False
    present: Known | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What is new of a stored post: see `news_of`. `alone`: it is seen by this way only."""

    alone: bool
    view: bool = False
    edited: bool = False
    leads: bool = False
    numbers: bool = False


def sort_out(db: Connection, source: int, name: str, drafts: Iterable[Draft]) -> tuple[list[Arrival], int]:
    """The drafts of a chunk of one source, each post once (its last telling), with what is stored of them.

    Those that were erased fall out; how many, comes second.
    """
    arrivals = _each_once(name, drafts)
    sighted = find_sighted(db, source, [each.draft.native_id for each in arrivals])
    unmet = [each for each in arrivals if each.draft.native_id not in sighted]
    stored = find_by_name(db, source, {id_ for each in unmet for id_ in (each.key, each.name) if id_}) if unmet else {}
    for each in arrivals:
        each.present = sighted.get(each.draft.native_id) or stored.get(each.key) or _by_name(each, stored)
    unknown = [each for each in unmet if each.present is None]
    erased = find_erased(db, [id_ for each in unknown for id_ in _ids(each, name)])
    gone = {each.key for each in unknown if not erased.isdisjoint(_ids(each, name))} if erased else set()
    if gone:
        arrivals = [each for each in arrivals if each.key not in gone]
    for each in unknown:
        if each.loose and each.name in stored:
            each.name = ""
    return arrivals, len(gone)


def _each_once(name: str, drafts: Iterable[Draft]) -> list[Arrival]:
    arrivals: dict[str, Arrival] = {}
    for draft in drafts:
        claimed, article = draft.canonical_id, draft.kind == Kind.ARTICLE
        key = claimed or f"{name}/{draft.native_id}"
        arrivals[key] = arrival = Arrival(draft, key)
        if claimed or article or draft.original:
            found = named(
                claimed,
                url=draft.url,
                title=draft.title,
                original=draft.original,
                handle=draft.handle,
                article=article,
            )
            if found.name != key:
                arrival.name, arrival.loose = found.name, found.loose
    return list(arrivals.values())


def _ids(arrival: Arrival, source: str) -> tuple[str, ...]:
    """Every id under which it may have been erased."""
    return (arrival.key, arrival.name, f"{source}/{arrival.draft.native_id}")


def _by_name(arrival: Arrival, stored: dict[str, Known]) -> Known | None:
    """The mention of its name, unless that name is the address of what this source shows under another id."""
    present = stored.get(arrival.name)
    if present is None or not arrival.loose:
        return present
    apart = abs(present.published - (arrival.draft.published or present.published))
    return None if present.here or apart > SAME_ARTICLE else present


def news_of(arrival: Arrival, present: Known, words: int, kind: str) -> News:
    """What is new of a stored post that a source of this kind shows with these words (their exact key).

    The words of a mention change when a way shows other words than it showed before; of a copy (a bridge, a feed), and
    of an article that another feed told first, only where the mention speaks by it. A way that is behind the others is
    no edit. The original takes the place of a copy that came first (`leads`).
    """
    draft = arrival.draft
    alone = present.sighted and present.leads and present.words is None
    name = arrival.name or arrival.key
    copy = is_copy(kind, name) or is_bridged(draft.handle)
    if not present.sighted:
        told_by_copy = is_copy(present.kind, name) or is_bridged(present.handle)
        return News(alone=False, leads=told_by_copy and not copy)
    known, before = (present.engagement, present.exact_key) if alone else (present.figures, present.words)
    numbers = any(new is not None and new != old for new, old in zip(engagement_of(draft), known, strict=alone))
    if draft.partial:
        words = present.exact_key if before is None else before
    if before == words or (before is None and words == present.exact_key):
        return News(alone, view=not alone and (numbers or before is None or present.gone), numbers=alone and numbers)
    late = draft.edited is not None and present.edited is not None and draft.edited <= present.edited
    may_edit = alone or (before is not None and words != present.exact_key and not late)
    return News(alone, view=not alone, edited=may_edit and (present.leads or not (copy or arrival.loose)))
