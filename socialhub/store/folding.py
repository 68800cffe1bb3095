"""Lists that show a story once: the line shown is the first of the story among what the filter lets through.

So no mention is lost, whatever the filter: if the story's first does not pass, the next that does stands for it. Reads
in the order of arrival, as `mentions.feed` does; the first of a story is looked up once a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from socialhub.model import Mention
from socialhub.records import dataclass
from socialhub.store.connection import Connection
from socialhub.store.mentions import FeedFilter, conditions_of, mentions_by_id, plan_of

MOST_UNFOLDED: Final = 200
"""Mentions of a story that are listed under its line."""
MOST_COUNTED: Final = 1_000
"""A line says "×1000" for everything that has more mentions."""

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
        ids = self._lines(_Part(limit, before, after))
        rows = mentions_by_id(self._db, ids, self._operator, whole=whole, listed=self._chosen)
        found = {row.id: row for row in rows}
        return self.counted([found[each] for each in sorted(ids, reverse=True) if each in found])

    def next_unread(self, before: int) -> int | None:
        """The nearest line below `before` that the operator has not read."""
        found = self._lines(_Part(1, before, unread=True))
        return found[0] if found else None

    def count_after(self, after: int, limit: int = MOST_COUNTED) -> int:
        """How many new lines came after mention `after`, history fetched late apart; counts no further than `limit`."""
        return len(self._lines(_Part(limit, after=after, fresh=True)))

    def counted(self, lines: Sequence[Mention]) -> list[Mention]:
        """Lines with how many mentions each stands for besides its own."""
        marks = ",".join(str(line.story) for line in lines)
        rows = self._db.execute(
            f"SELECT DISTINCT story FROM mentions WHERE story IN ({marks}) AND story <> id"  # noqa: S608
        )
        told_again = {story for (story,) in rows}
        return [
            replace(line, copies=max(0, self._count(line.story) - 1)) if line.story in told_again else line
            for line in lines
        ]

    def members(self, line: Mention) -> list[Mention]:
        """What a line stands for besides itself, newest first, MOST_UNFOLDED at most."""
        conditions, values = self._conditions()
        ids = [
            each
            for (each,) in self._db.execute(
                f"SELECT m.id FROM mentions m WHERE m.story = :story AND m.story <> m.id AND m.id <> :line{conditions}"  # noqa: S608
                " ORDER BY m.id DESC LIMIT :most",
                values | {"story": line.story, "line": line.id, "most": MOST_UNFOLDED},
            )
        ]
        rows = mentions_by_id(self._db, ids, self._operator, listed=self._chosen)
        return [replace(row, under=line.id) for row in sorted(rows, key=lambda row: -row.id)]

    # ---- inside ----------------------------------------------------------------------------------------------------

    def _lines(self, part: _Part) -> list[int]:
        """Ids of the lines of a part, in the order in which they are read."""
        lines: list[int] = []
        for mention, story in self._walk(part):
            if mention == story or self._first(story) == mention:
                lines.append(mention)
                if len(lines) == part.limit:
                    break
        return lines

    def _walk(self, part: _Part) -> Iterator[tuple[int, int]]:
        """(id, story) of what passes the filter and may be a line."""
        chosen = replace(self._chosen, unread=True) if part.unread else self._chosen
        plan = plan_of(chosen)
        conditions, values = list(plan.conditions), plan.values | self._values
        conditions += ["m.backfill = 0"] if part.fresh else []
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

    def _count(self, story: int) -> int:
        """Mentions of a story that pass the filter."""
        conditions, values = self._conditions()
        values |= {"story": story, "most": MOST_COUNTED}
        (own,) = self._db.execute(
            f"SELECT count(*) FROM mentions m WHERE m.id = :story{conditions}",  # noqa: S608
            values,
        ).fetchone()
        (others,) = self._db.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM mentions m WHERE m.story = :story AND m.story <> m.id{conditions}"  # noqa: S608
            " LIMIT :most)",
            values,
        ).fetchone()
        return int(own + others)

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

    limit: int
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
