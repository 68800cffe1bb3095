"""Searches that the team keeps under a name, and what each operator has searched for lately.

A name is unique whatever its capitals. Callers check queries; here they are text. A change of what is saved takes a
`rev`, so that open consoles look and find it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from socialhub.records import dataclass
from socialhub.store.connection import Connection, next_revs

if TYPE_CHECKING:
    from socialhub.query import Node

REMEMBERED: Final = 100
"""Queries remembered of an operator; the oldest are forgotten."""


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search under its name, by whom and when (ms UTC) it was saved."""

    name: str
    query: str
    operator: str
    created: int


def saved_searches(db: Connection) -> list[SavedSearch]:
    """All of them by name."""
    rows = db.execute("SELECT name, query, operator, created FROM saved_searches ORDER BY name")
    return [SavedSearch(*row) for row in rows]


def saved_search(db: Connection, name: str) -> SavedSearch | None:
    """The search of this name; SQLite itself would tell É from é."""
    return next((each for each in saved_searches(db) if each.name.casefold() == name.casefold()), None)


def saved_queries(db: Connection) -> dict[str, str]:
    """The queries by name: what `search:"name"` in another query stands for."""
    return dict(db.execute("SELECT name, query FROM saved_searches"))


def resolved(db: Connection, node: Node) -> Node:
    """A query with the saved searches in it put in their place. Raises QueryError."""
    from socialhub.query import holds_saved, resolve_saved

    return resolve_saved(node, saved_queries(db)) if holds_saved(node) else node


def save_search(db: Connection, search: SavedSearch) -> SavedSearch | None:
    """Keep a search; returns the one that had this name before."""
    before = delete_search(db, search.name)
    next_revs(db)
    db.execute(
        "INSERT INTO saved_searches (name, query, operator, created) VALUES (?, ?, ?, ?)",
        (search.name, search.query, search.operator, search.created),
    )
    return before


def rename_search(db: Connection, name: str, new_name: str) -> bool:
    """Give a search another name; False when there is none, or the new name is taken by another."""
    before, taken = saved_search(db, name), saved_search(db, new_name)
    if before is None or (taken is not None and taken != before):
        return False
    next_revs(db)
    db.execute("UPDATE saved_searches SET name = ? WHERE name = ?", (new_name, before.name))
    return True


def delete_search(db: Connection, name: str) -> SavedSearch | None:
    """Forget a search; returns it, for undo."""
    before = saved_search(db, name)
    if before is not None:
        next_revs(db)
        db.execute("DELETE FROM saved_searches WHERE name = ?", (before.name,))
    return before


def remember(db: Connection, operator: str, query: str, now: int) -> None:
    """Note that an operator searched for this now (ms UTC)."""
    db.execute(
        "INSERT INTO search_history (operator, query, at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at",
        (operator, query, now),
    )
    db.execute(
        "DELETE FROM search_history WHERE operator = ? AND at < (SELECT at FROM search_history WHERE operator = ?"
        " ORDER BY at DESC LIMIT 1 OFFSET ?)",
        (operator, operator, REMEMBERED - 1),
    )


def remembered(db: Connection, operator: str) -> list[str]:
    """What an operator searched for, the latest first."""
    rows = db.execute("SELECT query FROM search_history WHERE operator = ? ORDER BY at DESC, query", (operator,))
    return [query for (query,) in rows]


def forget_history(db: Connection, before: int | None = None) -> None:
    """Forget what everybody searched for, or only what is older than `before` (ms UTC)."""
    db.execute("DELETE FROM search_history WHERE :before IS NULL OR at < :before", {"before": before})
