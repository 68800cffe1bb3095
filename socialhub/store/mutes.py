"""Mutes: a query that takes mentions out of sight until a moment, for everybody. Counts are not moved.

What a mute hides is written down in `muted(mention, mute)`: the newest of the past with the mute itself, the rest of
the past by a job in chunks, what arrives or is edited in the transaction that stores it (pipeline/ingest). A mute that
was lifted or has ended hides nothing any more; its rows stay and tell how many it hid.
"""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from socialhub.clock import DAY
from socialhub.errors import UserError
from socialhub.i18n import _
from socialhub.mutes import Mute
from socialhub.records import dataclass
from socialhub.store.connection import Connection, next_revs
from socialhub.store.marks import touch
from socialhub.store.mentions import FeedFilter, conditions_of, tones_of
from socialhub.text import clean, clip, fold

if TYPE_CHECKING:
    from socialhub.query import Node

MUTE: Final = "mute"
"""The kind of job that hides the past of a mute."""
AT_ONCE: Final = 500
"""Mentions hidden together with the mute itself: what a reader may have on screen."""
_NEAR: Final = 20_000
"""Arrivals among which those are looked for, so that the small write stays small."""
_STRIDE: Final = 2_000
"""Arrivals asked between two looks at the time."""
CHUNK_SECONDS: Final = 0.1
MOST_COUNTED: Final = 10_000
"""No list says more exactly than this how much mutes hide of it."""
BROAD: Final = 0.5
"""A mute that hides more of the last day than this share is confirmed first."""
_DAY_SAMPLE: Final = 5_000
LONGEST_REASON: Final = 200


@dataclass(frozen=True, slots=True)
class Muting:
    """What mutes do to a list: the active ones, when the first of them ends (ms UTC), how much they take out of it.

    `hidden` counts no further than MOST_COUNTED.
    """

    active: tuple[int, ...] = ()
    next_end: int | None = None
    hidden: int = 0


NO_MUTING: Final = Muting()


# ---- queries -----------------------------------------------------------------------------------------------------


def mute_query_problems(query: str) -> list[str]:
    """A sentence for each part that a mute cannot use: what is muted is decided once, for everybody.

    Raises QueryError (a UserError) for a query that cannot be read.
    """
    from socialhub.query import format_query, parse
    from socialhub.query.tree import Field, NumberRange, Recent, Saved, leaves

    problems = []
    for leaf in leaves(parse(query)):
        match leaf:
            case Field("is", "unread"):
                reason = _("it is not the same for every reader")
            case Field("state" | "assignee" | "tag") | Field("is", "muted" | "viral") | Field("has", "reply"):
                reason = _("it changes after the mention came in")
            case NumberRange("engagement" | "reach"):
                reason = _("it changes after the mention came in")
            case Recent():
                reason = _("a mute has an end of its own")
            case Saved():
                reason = _("a saved search may be changed by anybody at any time")
            case _:
                continue
        problems.append(_("{part} cannot be used in a mute: {reason}").format(part=format_query(leaf), reason=reason))
    return list(dict.fromkeys(problems))


def asks_for_muted(node: Node) -> bool:
    """Whether a query says itself what of the muted it wants: mutes then hide nothing from it."""
    from socialhub.query.tree import Field, leaves

    return any(leaf == Field("is", "muted") for leaf in leaves(node))


@dataclass(frozen=True, slots=True)
class _Hides:
    """What a mute hides, as a condition on the mentions :low to :high (row `m`)."""

    where: str
    values: dict[str, Any]


_NAMING: Final = re.compile(r"SELECT (rowid|mention) FROM (\w+) WHERE ")


@lru_cache(maxsize=256)
def _hides(query: str, zone: tzinfo) -> _Hides | None:
    """The condition of a mute; None where a newer socialhub wrote a query that this one does not know."""
    from socialhub.query import QueryError, parse, to_sql

    try:
        condition = to_sql(parse(query), zone)
    except (QueryError, LookupError):
        return None
    # A set of mentions that a query names (those with a word, of a topic …) is only made of those that are asked.
    where = _NAMING.sub(r"SELECT \1 FROM \2 WHERE \1 BETWEEN :low AND :high AND ", condition.where)
    values: dict[str, Any] = {"subject": condition.subject}
    where = tones_of(FeedFilter(condition=condition)).put_into(where)
    for place, value in enumerate(condition.parameters):
        where = where.replace("?", f":m{place}", 1)
        values[f"m{place}"] = value
    return _Hides(f"m.id BETWEEN :low AND :high AND ({where})", values)


def _hide(db: Connection, mute: Mute, low: int, high: int, zone: tzinfo, *, limit: int = -1) -> list[int]:
    """Note what a mute hides of the mentions from `low` to `high`, the newest first; returns those newly hidden."""
    hides = _hides(mute.query, zone)
    if hides is None:
        return []
    rows = db.execute(
        "INSERT OR IGNORE INTO muted (mention, mute)"  # noqa: S608
        f" SELECT m.id, :mute FROM mentions m WHERE {hides.where} ORDER BY m.id DESC LIMIT :limit RETURNING mention",
        {
            "mute": mute.number,
            "low": low,
            "high": high,
            "limit": limit,
            "now": mute.created,
            "operator": "",
        }
        | hides.values,
    ).fetchall()
    return [mention for (mention,) in rows]


@dataclass(frozen=True, slots=True)
class Breadth:
    """How much a query would hide: of the mentions of the last day (at most the newest 5,000) so many of so many."""

    hidden: int
    of: int

    @property
    def is_broad(self) -> bool:
        """Whether somebody should be asked whether that is meant."""
        return self.hidden > self.of * BROAD


def breadth(db: Connection, query: str, zone: tzinfo, now: int) -> Breadth:
    """How much of the last day a query would hide. Raises QueryError (a UserError) for one that cannot be read."""
    from socialhub.query import parse

    parse(query)
    hides = _hides(query, zone)
    newest = [
        mention
        for (mention,) in db.execute(
            "SELECT id FROM mentions WHERE published > ? AND tombstone = '' ORDER BY published DESC LIMIT ?",
            (now - DAY, _DAY_SAMPLE),
        )
    ]
    if hides is None or not newest:
        return Breadth(0, len(newest))
    values = {"low": min(newest), "high": max(newest), "now": now, "operator": "", "day": now - DAY}
    (hidden,) = db.execute(
        f"SELECT count(*) FROM mentions m WHERE {hides.where} AND m.published > :day AND m.tombstone = ''",  # noqa: S608
        values | hides.values,
    ).fetchone()
    return Breadth(min(int(hidden), len(newest)), len(newest))


# ---- muting and lifting ------------------------------------------------------------------------------------------


def add_mute(
    db: Connection, query: str, *, reason: str, operator: str, now: int, ends: int | None, zone: tzinfo
) -> Mute:
    """Mute from now on, hide the newest of the past at once and ask for the rest. `query` was checked by the caller."""
    words = clip(clean(reason, single_line=True), LONGEST_REASON)
    (number,) = db.execute(
        "INSERT INTO mutes (query, reason, operator, created, ends) VALUES (?, ?, ?, ?, ?) RETURNING id",
        (query, words, operator, now, ends),
    ).fetchone()
    return _hide_past(db, Mute(number, query, words, operator, now, ends, None), operator, now, zone)


def lift(db: Connection, number: int, now: int) -> bool:
    """End a mute: what it hides is shown again. False when it hides nothing (any more)."""
    mute = mute_by_number(db, number)
    if mute is None or not mute.is_active(now):
        return False
    db.execute("UPDATE mutes SET lifted = ? WHERE id = ?", (now, number))
    next_revs(db)
    return True


def put_back(db: Connection, number: int, now: int, zone: tzinfo) -> bool:
    """Take the lifting of a mute back, for what arrived meanwhile too. False when it was not lifted, or is over."""
    mute = mute_by_number(db, number)
    if mute is None or mute.lifted is None or (mute.ends is not None and mute.ends <= now):
        return False
    db.execute("UPDATE mutes SET lifted = NULL WHERE id = ?", (number,))
    _hide_past(db, replace(mute, lifted=None), mute.operator, now, zone)
    return True


def _hide_past(db: Connection, mute: Mute, operator: str, now: int, zone: tzinfo) -> Mute:
    """Hide the newest of the past, and ask the collector for all the rest."""
    # Lists ask what is muted before the first paint; only here it is written.
    from socialhub.store.jobs import add_job

    next_revs(db)
    (newest,) = db.execute("SELECT coalesce(max(id), 0) FROM mentions").fetchone()
    hidden = _hide(db, mute, newest - _NEAR + 1, newest, zone, limit=AT_ONCE)
    touch(db, hidden)
    add_job(db, MUTE, {"mute": mute.number}, operator, now)
    return replace(mute, hid=len(hidden), busy=True)


def mute_chunk(
    db: Connection, number: int, below: int | None, now: int, zone: tzinfo, seconds: float = CHUNK_SECONDS
) -> int:
    """Hide the next mentions that arrived before `below` (None: all), newest first, inside the caller's transaction.

    Takes about so many seconds. Returns the id below which nothing was looked at yet; 0 when the work is done, also
    because the mute hides nothing any more.
    """
    mute = mute_by_number(db, number)
    if mute is None or not mute.is_active(now):
        return 0
    if below is None:
        (newest,) = db.execute("SELECT coalesce(max(id), 0) FROM mentions").fetchone()
        below = int(newest) + 1
    started = time.monotonic()
    while below > 1 and time.monotonic() - started < seconds:
        low = max(1, below - _STRIDE)
        touch(db, _hide(db, mute, low, below - 1, zone))
        below = low
    return below if below > 1 else 0


def mute_arrivals(db: Connection, first: int, last: int, edited: list[int], now: int, zone: tzinfo) -> None:
    """Hide what the active mutes hide of new mentions (from id `first` to `last`; none when `last` is smaller) and of
    edited ones, inside the transaction that stores them.
    """
    for mute in active_mutes(db, now):
        if last >= first:
            _hide(db, mute, first, last, zone)
        for mention in edited:
            db.execute("DELETE FROM muted WHERE mention = ? AND mute = ?", (mention, mute.number))
            _hide(db, mute, mention, mention, zone)


# ---- reading -----------------------------------------------------------------------------------------------------

_FIELDS: Final = "id, query, reason, operator, created, ends, lifted"
_ACTIVE: Final = "lifted IS NULL AND ifnull(ends > :now, 1)"


def active_mutes(db: Connection, now: int) -> list[Mute]:
    """The mutes that hide something at `now`, the oldest first; how much is not counted."""
    rows = db.execute(f"SELECT {_FIELDS} FROM mutes WHERE {_ACTIVE} ORDER BY id", {"now": now})  # noqa: S608
    return [Mute(*row) for row in rows]


def mute_by_number(db: Connection, number: int) -> Mute | None:
    """One mute, without its count."""
    row = db.execute(f"SELECT {_FIELDS} FROM mutes WHERE id = ?", (number,)).fetchone()  # noqa: S608
    return Mute(*row) if row else None


def mute_rows(db: Connection) -> list[Mute]:
    """All mutes with how much they hid, the newest first."""
    busy = "SELECT json_extract(parameters, '$.mute') FROM jobs WHERE kind = ? AND state IN ('waiting', 'running')"
    rows = db.execute(
        f"SELECT {_FIELDS}, (SELECT count(*) FROM muted WHERE mute = u.id), id IN ({busy}) FROM mutes u"  # noqa: S608
        " ORDER BY id DESC",
        (MUTE,),
    )
    return [replace(Mute(*row[:7]), hid=row[7], busy=bool(row[8])) for row in rows]


def jobs_of(db: Connection, number: int) -> list[int]:
    """The jobs that still look through the past of a mute."""
    rows = db.execute(
        "SELECT id FROM jobs WHERE kind = ? AND state IN ('waiting', 'running')"
        " AND json_extract(parameters, '$.mute') = ?",
        (MUTE, number),
    )
    return [job for (job,) in rows]


def hidden_by(db: Connection, number: int, limit: int) -> list[int]:
    """The mentions that a mute hid, the newest first."""
    rows = db.execute("SELECT mention FROM muted WHERE mute = ? ORDER BY mention DESC LIMIT ?", (number, limit))
    return [mention for (mention,) in rows]


def muting(db: Connection, chosen: FeedFilter, operator: str, now: int) -> Muting:
    """What the active mutes do to a list that hides what is muted."""
    active = active_mutes(db, now)
    if not active:
        return NO_MUTING
    ends = [mute.ends for mute in active if mute.ends is not None]
    hidden = _count_hidden(db, replace(chosen, hide_muted=False), operator, now)
    return Muting(tuple(mute.number for mute in active), min(ends, default=None), hidden)


def _count_hidden(db: Connection, chosen: FeedFilter, operator: str, now: int) -> int:
    conditions, values = conditions_of(chosen)
    rows = f"(SELECT DISTINCT mention FROM muted WHERE mute IN (SELECT id FROM mutes WHERE {_ACTIVE})) h"  # noqa: S608
    if conditions:
        rows += f" CROSS JOIN mentions m ON m.id = h.mention WHERE {' AND '.join(conditions)}"
    (count,) = db.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM {rows} LIMIT :most)",  # noqa: S608
        values | {"operator": operator, "now": now, "most": MOST_COUNTED},
    ).fetchone()
    return int(count)


def forget_mutes_about(db: Connection, person: str) -> None:
    """Forget mutes whose query or reason names somebody who is erased, in any capitals; they end with it."""
    name = fold(person)
    for number, words in db.execute("SELECT id, query || ' ' || reason FROM mutes").fetchall():
        if name in fold(words):
            db.execute("DELETE FROM muted WHERE mute = ?", (number,))
            db.execute("DELETE FROM mutes WHERE id = ?", (number,))


def checked(query: str) -> str:
    """A query as a mute keeps it. Raises QueryError, or UserError when a mute cannot ask that."""
    words = clean(query, single_line=True)
    if problems := mute_query_problems(words):
        raise UserError(problems[0])
    return words
