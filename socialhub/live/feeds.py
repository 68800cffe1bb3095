"""Questions that a list of mentions asks: its pages, what changed in its window, how many wait above it."""

from __future__ import annotations

from dataclasses import field, replace
from typing import Final

from socialhub.model import Mention, Order
from socialhub.records import dataclass
from socialhub.store.connection import Connection, last_rev
from socialhub.store.folding import Folding, heads_touched
from socialhub.store.marks import erased_of, read_below
from socialhub.store.mentions import (
    FeedFilter,
    changed_since,
    count_after,
    feed,
    mentions_by_id,
    newest_id,
)
from socialhub.store.mutes import NO_MUTING, Muting, muting

PAGE: Final = 100
"""Mentions fetched at once: a screen and a half at the largest, 2 ms."""
_MANY_CHANGES: Final = 2_000


@dataclass(frozen=True, slots=True)
class FeedAsk:
    """What a list shows, for whom and in which order; `now` (ms UTC) is what "the last hour" counts from.

    `folded`: a story is one line.
    """

    chosen: FeedFilter
    operator: str
    now: int
    order: Order = Order.ARRIVAL
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Neighbouring mentions in the order asked for, as of revision `rev`.

    `newest` is the newest id of the whole cache then: whatever comes later is new to the list. `read_below` is the
    operator's line then, `muting` what mutes took out; a page that goes on from another tells neither.
    A list in another order than that of arrival is one page; `since` is then the id from which on mentions were looked
    at (0: all).
    """

    mentions: tuple[Mention, ...]
    at_newest: bool
    at_oldest: bool
    newest: int
    rev: int
    read_below: int = 0
    since: int = 0
    muting: Muting = NO_MUTING


@dataclass(frozen=True, slots=True)
class FeedUpdate:
    """What happened to a list since it last looked.

    `changed` are rows of its window in their new form, `gone` those that are hidden now or erased; `arrived` new rows
    for its top (only when they were asked for); `waiting` how many wait above, history fetched late apart; `more`
    whether anything waits at all; `gap` says that more arrived than fit: the list starts anew from `arrived`;
    `read_below` is the operator's line now, `muting` what mutes take out.
    """

    rev: int
    newest: int
    changed: tuple[Mention, ...] = ()
    arrived: tuple[Mention, ...] = ()
    waiting: int = 0
    more: bool = False
    gap: bool = False
    read_below: int = 0
    gone: tuple[int, ...] = ()
    muting: Muting = NO_MUTING


def _folding(db: Connection, ask: FeedAsk) -> Folding:
    return Folding(db, ask.chosen, operator=ask.operator, now=ask.now)


def _rows(
    db: Connection, ask: FeedAsk, limit: int, *, before: int | None = None, after: int | None = None
) -> list[Mention]:
    if ask.folded:
        return _folding(db, ask).page(limit=limit, before=before, after=after)
    return feed(db, ask.chosen, operator=ask.operator, limit=limit, before=before, after=after, now=ask.now)


def unread_in_story(db: Connection, ask: FeedAsk, line: Mention) -> list[int]:
    """What a line of a folded list stands for, itself included, as far as it is not read: ids."""
    return _folding(db, ask).unread_in(line)


def story_members(db: Connection, ask: FeedAsk, line: Mention) -> list[Mention]:
    """What a line of a folded list stands for besides itself."""
    return _folding(db, ask).members(line)


def first_page(db: Connection, ask: FeedAsk, limit: int = PAGE) -> Page:
    """The first mentions."""
    rev, newest, line = last_rev(db), newest_id(db), read_below(db, ask.operator)
    if ask.order is not Order.ARRIVAL:
        from socialhub.store.ranking import ranked

        best = ranked(db, ask.chosen, ask.order, operator=ask.operator, now=ask.now, folded=ask.folded)
        lines = tuple(_folding(db, ask).counted(best.mentions)) if ask.folded else best.mentions
        return Page(lines, True, True, newest, rev, line, best.since, _muting(db, ask))
    found = _rows(db, ask, limit)
    return Page(tuple(found), True, len(found) < limit, newest, rev, line, muting=_muting(db, ask))


def last_page(db: Connection, ask: FeedAsk, limit: int = PAGE) -> Page:
    """The oldest mentions."""
    rev, newest, line = last_rev(db), newest_id(db), read_below(db, ask.operator)
    found = _rows(db, ask, limit, after=0)
    return Page(tuple(found), len(found) < limit, True, newest, rev, line, muting=_muting(db, ask))


def _muting(db: Connection, ask: FeedAsk) -> Muting:
    return muting(db, ask.chosen, ask.operator, ask.now)


def older_page(db: Connection, ask: FeedAsk, before: int, limit: int = PAGE) -> Page:
    """The mentions that arrived before mention `before`."""
    found = _rows(db, ask, limit, before=before)
    return Page(tuple(found), at_newest=False, at_oldest=len(found) < limit, newest=newest_id(db), rev=last_rev(db))


def newer_page(db: Connection, ask: FeedAsk, after: int, limit: int = PAGE) -> Page:
    """The mentions that arrived after mention `after`, the nearest of them."""
    newest = newest_id(db)
    found = _rows(db, ask, limit, after=after)
    return Page(tuple(found), at_newest=len(found) < limit, at_oldest=False, newest=newest, rev=last_rev(db))


def around(db: Connection, ask: FeedAsk, mention: int, limit: int = PAGE) -> Page:
    """The neighbourhood of a mention."""
    line = read_below(db, ask.operator)
    newer = newer_page(db, ask, mention - 1, limit // 2)
    older = older_page(db, ask, mention, limit)
    rows = newer.mentions + older.mentions
    return replace(newer, mentions=rows, at_oldest=older.at_oldest, read_below=line, muting=_muting(db, ask))


def next_unread(db: Connection, ask: FeedAsk, before: int) -> int | None:
    """The nearest line of the list below `before` that the operator has not read, None when there is none."""
    if ask.folded:
        return _folding(db, ask).next_unread(before)
    found = feed(db, replace(ask.chosen, unread=True), operator=ask.operator, limit=1, before=before, now=ask.now)
    return found[0].id if found else None


@dataclass(frozen=True, slots=True)
class Known:
    """What a list knows of the cache: revision, newest mention of all, the operator's line, the ids in its window.

    `heads` are its lines by story, where stories are folded, and `copies` the number that each of these shows.
    """

    rev: int
    newest: int
    read_below: int
    window: frozenset[int]
    heads: dict[int, int] = field(default_factory=dict)
    copies: dict[int, int] = field(default_factory=dict)


def refresh(db: Connection, ask: FeedAsk, known: Known, *, flow: bool) -> FeedUpdate:
    """What changed for a list since then. `flow` asks for the new rows themselves, otherwise they are only counted."""
    rev, newest, line = last_rev(db), newest_id(db), read_below(db, ask.operator)
    changes = changed_since(db, known.rev, _MANY_CHANGES)
    everything = line != known.read_below or len(changes) >= _MANY_CHANGES
    touched = known.window if everything else known.window.intersection(mention for mention, _rev in changes)
    if ask.folded:
        touched |= heads_touched(db, known.rev, known.heads)
    rows = mentions_by_id(db, sorted(touched), ask.operator, listed=ask.chosen) if touched else []
    if ask.folded and rows:
        lines = set(known.heads.values())
        counted = _folding(db, ask).counted([row for row in rows if row.id in lines], known.copies)
        rows = [*counted, *(row for row in rows if row.id not in lines)]
    gone = {row.id for row in rows if ask.chosen.hide_muted and row.muted_until > ask.now}
    gone |= erased_of(db, known.window, known.rev)
    update = FeedUpdate(
        rev,
        newest,
        tuple(row for row in rows if row.id not in gone),
        read_below=line,
        gone=tuple(gone),
        muting=_muting(db, ask),
    )
    if newest <= known.newest:
        return replace(update, newest=known.newest)
    if not flow:
        waiting = _waiting(db, ask, known.newest)
        return replace(update, waiting=waiting, more=True)
    arrived = _rows(db, ask, PAGE, after=known.newest)
    if len(arrived) < PAGE:
        return replace(update, arrived=tuple(arrived))
    page = first_page(db, ask)
    return FeedUpdate(
        page.rev, page.newest, (), page.mentions, gap=True, read_below=page.read_below, muting=page.muting
    )


def _waiting(db: Connection, ask: FeedAsk, after: int) -> int:
    """How many new lines wait above."""
    if ask.folded:
        return _folding(db, ask).count_after(after)
    return count_after(db, ask.chosen, after, operator=ask.operator, now=ask.now)
