"""What a filter lets through, counted by source, tone, language and day. Reads only; tombstones are not counted.

**The rule of an estimate.** Where judging all candidates (see store.effort) would take longer than the time given, a
share of them is judged, drawn by a hash of the mention's id, so that every source and every day is drawn from alike;
each count is divided by that share and rounded to three digits. Of n judged matches of a kind the estimate is then off
by about 1/sqrt(n): 1 % for 10,000, 10 % for 100. Kinds too rare to be drawn are missing from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import Final, TypeAlias, TypeVar

from socialhub.clock import DAY
from socialhub.records import dataclass
from socialhub.store.connection import Connection
from socialhub.store.effort import affordable, count_candidates, living_plan, may_be_costly
from socialhub.store.mentions import FeedFilter

IN_TIME: Final = 0.2
"""Seconds that judging may take; with counting the candidates an answer stays below half a second."""
_SHARES: Final = 1000
_SCATTER: Final = 2_654_435_761
"""Knuth's multiplicative hash (The Art of Computer Programming, 6.4): sources that take turns do not fall in step."""
_EPOCH: Final = date(1970, 1, 1).toordinal()
_WEEK: Final = timedelta(days=7)

T = TypeVar("T")
Tally: TypeAlias = tuple[tuple[str, int], ...]
"""(what, how many)."""


@dataclass(frozen=True, slots=True)
class Facets:
    """How many mentions match, in all and of each kind, most first; `tones` by bucket, `days` by date in order.

    `exact` is False for an estimate.
    """

    total: int
    sources: Tally
    tones: tuple[tuple[int, int], ...]
    languages: Tally
    days: tuple[tuple[date, int], ...]
    exact: bool


def facets(
    db: Connection, chosen: FeedFilter, zone: tzinfo, *, operator: str = "", now: int = 0, seconds: float = IN_TIME
) -> Facets:
    """The counts of a filter, estimated where counting takes more than `seconds`; days begin in `zone`."""
    question = Question(db, chosen, zone, {"operator": operator, "now": now})
    share = _share(question, seconds)
    rows = question.counted(share=share)
    names = dict(db.execute("SELECT id, name FROM sources"))
    sources = {names[source]: count for source, count in _summed((row[0], row[4]) for row in rows).items()}
    tones = _summed((row[2], row[4]) for row in rows)
    days = _summed((row[3], row[4]) for row in rows)
    return Facets(
        total=_scaled(sum(row[4] for row in rows), share),
        sources=_most_first(sources, share),
        tones=tuple((tone, _scaled(tones[tone], share)) for tone in sorted(tones)),
        languages=_most_first(_summed((row[1], row[4]) for row in rows), share),
        days=tuple((date.fromordinal(_EPOCH + day), _scaled(days[day], share)) for day in sorted(days)),
        exact=share == _SHARES,
    )


class Question:
    """The counting of one filter, of all candidates, of a share, or of those from an id on."""

    def __init__(self, db: Connection, chosen: FeedFilter, zone: tzinfo, values: dict[str, object]) -> None:
        self.db, self.chosen, self._values = db, chosen, values
        self._plan = living_plan(chosen)
        self._kinds = f"m.source, m.lang, {self._plan.tones.bucket}, {_day_number(db, zone)}"

    def counted(self, since: int = 0, share: int = _SHARES) -> list[tuple[int, str, int, int, int]]:
        """(source, language, tone bucket, day number, mentions)."""
        conditions, key = [*self._plan.conditions], self._plan.key
        if since:
            conditions.append(f"{key} >= :since")
        if share < _SHARES:
            conditions.append(f"((({key} * {_SCATTER}) & 4294967295) >> 12) % {_SHARES} < :share")
        return self.db.execute(
            f"SELECT {self._kinds}, count(*) FROM {self._plan.table} WHERE {' AND '.join(conditions)}"  # noqa: S608
            " GROUP BY 1, 2, 3, 4",
            self._plan.values | self._values | {"since": since, "share": share},
        ).fetchall()


def _share(question: Question, seconds: float) -> int:
    """How many in _SHARES of the candidates can be judged in time."""
    candidates = count_candidates(question.db, question.chosen)
    if not may_be_costly(question.chosen, candidates):
        return _SHARES
    judged = affordable(question.db, question.chosen, question.counted, seconds)
    return max(1, min(_SHARES, judged * _SHARES // candidates))


def _scaled(count: int, share: int) -> int:
    """The estimate for a count of a share, to three digits; a whole count as it is."""
    if share == _SHARES:
        return count
    estimate = round(count * _SHARES / share)
    return round(estimate, min(0, 3 - len(str(estimate))))


def _summed(counted: Iterable[tuple[T, int]]) -> Counter[T]:
    total: Counter[T] = Counter()
    for kind, count in counted:
        total[kind] += count
    return total


def _most_first(counted: Mapping[str, int], share: int) -> Tally:
    ordered = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    return tuple((kind, _scaled(count, share)) for kind, count in ordered)


# ---- days --------------------------------------------------------------------------------------------------------


def _day_number(db: Connection, zone: tzinfo) -> str:
    """The expression for the days since 1970 on which a mention was published, by the calendar of `zone`."""
    # One at a time, or SQLite walks through the whole index.
    oldest, newest = db.execute(
        "SELECT (SELECT min(published) FROM mentions), (SELECT max(published) FROM mentions)"
    ).fetchone()
    if oldest is None:
        return "0"
    first, *changes = offsets(zone, oldest, newest)
    # The newest come first: most mentions are recent, and SQLite goes through the cases in order.
    cases = "".join(f" WHEN m.published >= {since} THEN {offset}" for since, offset in reversed(changes))
    shift = f"CASE{cases} ELSE {first[1]} END" if cases else str(first[1])
    return f"(m.published + {shift}) / {DAY}"


def offsets(zone: tzinfo, oldest: int, newest: int) -> list[tuple[int, int]]:
    """(moment from which on, offset from UTC), both in ms, for a span of time in `zone`, in order."""
    moment, end = datetime.fromtimestamp(oldest / 1000, zone), datetime.fromtimestamp(newest / 1000, zone)
    found = [(oldest, _offset(moment))]
    while moment < end:
        following = min(end, _later(moment, _WEEK))
        if _offset(following) != found[-1][1]:
            found.append((_change_between(moment, following), _offset(following)))
        moment = following
    return found


def _later(moment: datetime, span: timedelta) -> datetime:
    """So much real time later: adding to a local time would move its clock."""
    return datetime.fromtimestamp(moment.timestamp() + span.total_seconds(), moment.tzinfo)


def _offset(moment: datetime) -> int:
    return round((moment.utcoffset() or timedelta()).total_seconds() * 1000)


def _change_between(before: datetime, after: datetime) -> int:
    """The first moment (ms UTC) with the offset of `after`."""
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        same = _offset(datetime.fromtimestamp(middle, before.tzinfo)) == _offset(after)
        low, high = (low, middle) if same else (middle, high)
    return high * 1000
