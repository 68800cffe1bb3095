"""Lists that show a story once: the line shown is the first of the story among what the filter lets through.

So no mention is lost, whatever the filter: if the story's first does not pass, the next that does stands for it. A line
is unread as long as anything it stands for is. Reads in the order of arrival, as `mentions.feed` does; the first of a
story is looked up once a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from socialhub.model import Mention
from socialhub.records import dataclass
from socialhub.store.connection import Connection
from socialhub.store.mentions import IS_READ, FeedFilter, conditions_of, mentions_by_id, plan_of

MOST_UNFOLDED: Final = 200
"""Mentions of a story that are listed under its line."""
MOST_COUNTED: Final = 1_000
"""A line says "×1000" for everything that has more mentions."""

_ANY_UNREAD: Final = (
    f"(NOT {IS_READ} OR EXISTS (SELECT 1 FROM mentions c WHERE c.story = m.story AND c.story <> c.id"  # noqa: S608
    f" AND NOT {IS_READ.replace('m.id', 'c.id')}))"
)
"""Of a row `m`: it, or a copy of it that may not pass the filter, has not been read."""
_NOBODY: Final[Mapping[int, int]] = {}
_ACTIVE_MUTE: Final = "SELECT 1 FROM mutes WHERE lifted IS NULL AND ifnull(ends > ?, 1) LIMIT 1"


class Folding:
    """The stories of one filter as `operator` sees them at `now` (ms UTC)."""

    def __init__(self, db: Connection, chosen: FeedFilter, *, operator: str, now: int) -> None:
        if chosen.hide_muted and db.execute(_ACTIVE_MUTE, (now,)).fetchone() is None:
            chosen = replace(chosen, hide_muted=False)
        self._db, self._chosen = db, chosen
        self._values: dict[str, Any] = {"operator": operator, "now": now}
        self._operator = operator
        self._firsts: dict[int, int | None] = {}

    def page(
        self, *, limit: int, before: int | None = None, after: int | None = None, whole: bool = False
    ) -> list[Mention]:
        """Up to `limit` lines, newest first: those with id < `before`, or the nearest with id > `after`.

        Texts are cut as a list needs them unless `whole`.
        """
        ids = self._lines(_Part(before, after), limit)
        rows = mentions_by_id(self._db, ids, self._operator, whole=whole, listed=self._chosen)
        found = {row.id: row for row in rows}
        return self.counted([found[each] for each in sorted(ids, reverse=True) if each in found])

    def next_unread(self, before: int) -> int | None:
        """The nearest line below `before` that stands for something the operator has not read."""
        lines = self._walk_lines(_Part(before=before, unread=True))
        return next((line for line, story in lines if self._unread_in(story, 1)), None)

    def count_after(self, after: int, limit: int = MOST_COUNTED) -> int:
        """How many new lines came after mention `after`, history fetched late apart; counts no further than `limit`."""
        return len(self._lines(_Part(after=after, fresh=True), limit))

    def counted(self, lines: Sequence[Mention], before: Mapping[int, int] = _NOBODY) -> list[Mention]:
        """Lines with how many mentions each stands for besides its own, and whether any of all these is unread.

        A line that the filter does not let through any more (it has been read since) keeps the number it had `before`
        (by line).
        """
        marks = ",".join(str(line.story) for line in lines)
        rows = self._db.execute(
            f"SELECT DISTINCT story FROM mentions WHERE story IN ({marks}) AND story <> id"  # noqa: S608
        )
        told_again = {story for (story,) in rows}
        return [self._counted(line, before) if line.story in told_again else line for line in lines]

    def members(self, line: Mention) -> list[Mention]:
        """What a line stands for besides itself, newest first, MOST_UNFOLDED at most."""
        ids = sorted(self._others(line, MOST_UNFOLDED), reverse=True)[:MOST_UNFOLDED]
        rows = mentions_by_id(self._db, ids, self._operator, listed=self._chosen)
        return [replace(row, under=line.id) for row in sorted(rows, key=lambda row: -row.id)]

    def unread_in(self, line: Mention) -> list[int]:
        """What a line stands for, itself included, as far as the operator has not read it: ids."""
        return self._unread_in(line.story)

    # ---- inside ----------------------------------------------------------------------------------------------------

    def _lines(self, part: _Part, limit: int) -> list[int]:
        """Ids of up to `limit` lines of a part, in the order in which they are read."""
        return [line for line, _story in islice(self._walk_lines(part), limit)]

    def _walk_lines(self, part: _Part) -> Iterator[tuple[int, int]]:
        """(id, story) of the lines of a part."""
        for mention, story in self._walk(part):
            if mention == story or self._first(story) == mention:
                yield mention, story

    def _walk(self, part: _Part) -> Iterator[tuple[int, int]]:
        """(id, story) of what passes the filter and may be a line."""
        plan = plan_of(self._chosen)
        conditions, values = list(plan.conditions), plan.values | self._values
        conditions += ["m.backfill = 0"] if part.fresh else []
        conditions += [_ANY_UNREAD] if part.unread else []
        if self._chosen == FeedFilter(topic=self._chosen.topic):
            # Nothing else is asked: who is first is written down.
            conditions.append("m.story = m.id" if self._chosen.topic is None else "mt.first_of_story = 1")
        if part.before is not None:
            conditions.append(f"{plan.key} < :before")
            values["before"] = part.before
        if part.after is not None:
            conditions.append(f"{plan.key} > :after")
            values["after"] = part.after
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        order = "DESC" if part.after is None else "ASC"
        yield from self._db.execute(
            f"SELECT {plan.key}, m.story FROM {plan.table}{where} ORDER BY {plan.key} {order}",  # noqa: S608
            values,
        )

    def _first(self, story: int) -> int | None:
        """The oldest mention of a story that passes the filter."""
        if story not in self._firsts:
            conditions, values = self._conditions()
            values["story"] = story
            own = self._db.execute(f"SELECT m.id FROM mentions m WHERE m.id = :story{conditions}", values)  # noqa: S608
            row = (
                own.fetchone()
                or self._db.execute(
                    f"SELECT m.id FROM mentions m WHERE m.story = :story AND m.story <> m.id{conditions}"  # noqa: S608
                    " ORDER BY m.id LIMIT 1",
                    values,
                ).fetchone()
            )
            self._firsts[story] = row[0] if row else None
        return self._firsts[story]

    def _counted(self, line: Mention, before: Mapping[int, int]) -> Mention:
        copies = min(len(self._others(line, MOST_COUNTED)), MOST_COUNTED)
        if not copies and before.get(line.id) and not self._passes(line.id):
            copies = before[line.id]
        return replace(line, copies=copies, unread=line.unread or bool(self._unread_in(line.story, 1)))

    def _passes(self, mention: int) -> bool:
        conditions, values = self._conditions()
        question = f"SELECT 1 FROM mentions m WHERE m.id = :mention{conditions}"  # noqa: S608
        return self._db.execute(question, values | {"mention": mention}).fetchone() is not None

    def _others(self, line: Mention, limit: int) -> list[int]:
        """What a line stands for besides itself."""
        return self._told(line.story, "m.id <> :line", limit, line.id)

    def _unread_in(self, story: int, limit: int = -1) -> list[int]:
        """What of a story passes the filter and is not read."""
        return self._told(story, f"NOT {IS_READ}", limit)

    def _told(self, story: int, asked: str, limit: int, line: int = 0) -> list[int]:
        """A story's first and up to `limit` (-1: all) of its latest copies, as far as they pass and are `asked` for.

        They are two questions: the index of stories holds only the copies.
        """
        conditions, values = self._conditions()
        values |= {"story": story, "line": line, "limit": limit}
        found: list[int] = []
        for which in ("m.id = :story", "m.story = :story AND m.story <> m.id"):
            where = f"{which} AND {asked}{conditions} ORDER BY m.id DESC LIMIT :limit"
            rows = self._db.execute(f"SELECT m.id FROM mentions m WHERE {where}", values)  # noqa: S608
            found += [mention for (mention,) in rows]
        return found

    def _conditions(self) -> tuple[str, dict[str, Any]]:
        """What the filter asks of a row `m` that something else names, each beginning with AND, and the values of it.

        The index of words is asked about that very row: gathering all that hold a frequent word takes too long.
        """
        chosen, words = self._chosen, ""
        if chosen.condition is not None and chosen.condition.words:
            words = chosen.condition.words
            chosen = replace(chosen, condition=replace(chosen.condition, words=""))
        conditions, values = conditions_of(chosen)
        if words:
            conditions.append("EXISTS (SELECT 1 FROM fts WHERE fts MATCH :words AND fts.rowid = m.id)")
            values["words"] = words
        return "".join(f" AND {each}" for each in conditions), values | self._values


@dataclass(frozen=True, slots=True)
class _Part:
    """Which part of a list is read: `unread` only what is not read, `fresh` without history that was fetched late."""

    before: int | None = None
    after: int | None = None
    unread: bool = False
    fresh: bool = False


def heads_touched(db: Connection, rev: int, heads: dict[int, int]) -> set[int]:
    """The lines (`heads`: by story) whose story got another mention, or a changed one, after revision `rev`."""
    if not heads:
        return set()
    rows = db.execute("SELECT DISTINCT story FROM mentions WHERE rev > ? AND story <> id", (rev,))
    return {heads[story] for (story,) in rows if story in heads}
