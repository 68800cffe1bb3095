"""The columns of an operator: named queries side by side, in order, and how far each was seen.

Names are unique per operator. A change takes a `rev`, so that open consoles look and find it. Positions need not be
consecutive.
"""

from __future__ import annotations

from dataclasses import replace

from socialhub.records import dataclass
from socialhub.store.connection import Connection, next_revs
from socialhub.store.mentions import newest_id

_FIELDS = "id, name, query, position, seen"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `seen` is the newest mention when its reader last had its top on screen. `number` 0: not stored yet."""

    number: int
    name: str
    query: str
    position: int = 0
    seen: int = 0


def columns_of(db: Connection, operator: str) -> list[Column]:
    """The columns of an operator from left to right."""
    rows = db.execute(f"SELECT {_FIELDS} FROM columns WHERE operator = ? ORDER BY position, id", (operator,))  # noqa: S608
    return [Column(*row) for row in rows]


def column_named(db: Connection, operator: str, name: str) -> Column | None:
    """The column of this name, whatever its capitals."""
    return next((each for each in columns_of(db, operator) if each.name.casefold() == name.casefold()), None)


def add_column(db: Connection, operator: str, name: str, query: str) -> Column:
    """A new column at the right end; a name that is taken gets a number behind it."""
    present = columns_of(db, operator)
    taken = {each.name.casefold() for each in present}
    names = (name, *(f"{name} ({number})" for number in range(2, len(present) + 3)))
    free = next(each for each in names if each.casefold() not in taken)
    position = max((each.position for each in present), default=0) + 1
    return put_back(db, operator, Column(0, free, query, position, newest_id(db)))


def put_back(db: Connection, operator: str, column: Column) -> Column:
    """Store a column where it stood, under the number it had (undo of `remove_column`)."""
    next_revs(db)
    (number,) = db.execute(
        "INSERT INTO columns (id, operator, name, query, position, seen) VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
        (column.number or None, operator, column.name, column.query, column.position, column.seen),
    ).fetchone()
    return replace(column, number=int(number))


def remove_column(db: Connection, operator: str, number: int) -> Column | None:
    """Take a column away; returns it, for undo."""
    before = next((each for each in columns_of(db, operator) if each.number == number), None)
    if before is not None:
        next_revs(db)
        db.execute("DELETE FROM columns WHERE id = ?", (number,))
    return before


def change_column(db: Connection, operator: str, number: int, *, name: str, query: str) -> Column | None:
    """Another name or query; returns the column as it was, None when it is gone or the name is taken."""
    present = columns_of(db, operator)
    before = next((each for each in present if each.number == number), None)
    if before is None or any(each.name.casefold() == name.casefold() and each.number != number for each in present):
        return None
    next_revs(db)
    db.execute("UPDATE columns SET name = ?, query = ? WHERE id = ?", (name, query, number))
    return before


def move_column(db: Connection, operator: str, number: int, place: int) -> int | None:
    """Put a column at a place (0 is the left end; too far counts as the end); returns where it stood, None if gone."""
    present = columns_of(db, operator)
    moved = next((each for each in present if each.number == number), None)
    if moved is None:
        return None
    others = [each for each in present if each.number != number]
    place = max(0, min(place, len(others)))
    next_revs(db)
    db.executemany(
        "UPDATE columns SET position = ? WHERE id = ?",
        [(at, each.number) for at, each in enumerate([*others[:place], moved, *others[place:]], start=1)],
    )
    return present.index(moved)


def set_seen(db: Connection, seen: dict[int, int]) -> None:
    """Note how far columns (by number) were seen (mention ids)."""
    db.executemany("UPDATE columns SET seen = max(seen, ?) WHERE id = ?", [(id_, n) for n, id_ in seen.items()])
