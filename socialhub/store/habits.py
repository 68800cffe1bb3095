"""How each operator looks at the room: what was last chosen at a console is how the next one begins."""

from __future__ import annotations

from enum import StrEnum

from socialhub.store.connection import Connection


class Habit(StrEnum):
    """A choice that is remembered, by its name in the cache."""

    LISTS_BY_STORY = "lists-by-story"
    CURVES_BY_STORY = "curves-by-story"


def habits_of(db: Connection, operator: str) -> dict[Habit, bool]:
    """What an operator chose; what was never chosen is missing."""
    known = set(Habit)
    rows = db.execute("SELECT name, value FROM habits WHERE operator = ?", (operator,))
    return {Habit(name): bool(value) for name, value in rows if name in known}


def keep_habit(db: Connection, operator: str, habit: Habit, *, value: bool) -> None:
    """Remember a choice."""
    db.execute(
        "INSERT INTO habits (operator, name, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
        (operator, habit, value),
    )
