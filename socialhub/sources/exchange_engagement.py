"""Engagement at set ages in the exchange format: a list of objects, one an age, as they stand in a cache.

`age` is in seconds, `at` (when it was read) absent for an age that nobody read. The verdict is kept as it was made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from socialhub.clock import SECOND
from socialhub.paces import AGES, Snapshot

_COUNTS: Final = ("likes", "shares", "replies", "reach")
_BASES: Final = frozenset({"author", "source"})
_LONGEST_REASON: Final = 20
_MOST: Final = 10**15


def engagement_values(snapshots: Sequence[Snapshot], written: Callable[[int], str]) -> list[dict[str, Any]]:
    """What is planned and known of a post, for writing; `written` makes a moment (ms UTC) a text."""
    return [
        {
            "age": each.age // SECOND,
            **{name: value for name, value in _known(each) if value not in (None, "", False)},
            **({} if each.at is None else {"at": written(each.at)}),
            **({} if each.expected is None else {"expected": round(each.expected, 3), "past": each.past}),
        }
        for each in snapshots
    ]


def _known(snapshot: Snapshot) -> Iterator[tuple[str, Any]]:
    for name in ("watched", *_COUNTS, "basis", "faster"):
        yield name, getattr(snapshot, name)


def engagement_of(
    written: Any, published: int, moment: Callable[[Mapping[str, Any], str], int | None]
) -> tuple[Snapshot, ...]:
    """The snapshots that a record tells of a post of `published` (ms UTC); those that cannot be true are left out.

    `moment` reads a date of a record by its key.
    """
    found: dict[int, Snapshot] = {}
    for each in written if isinstance(written, list) else ():
        if not isinstance(each, dict):
            continue
        age = _whole(each.get("age"))
        age = None if age is None else age * SECOND
        if age not in AGES:
            continue
        found[age] = _snapshot(each, age, published, moment(each, "at"))
    return tuple(found.values())


def _snapshot(record: Mapping[str, Any], age: int, published: int, at: int | None) -> Snapshot:
    watched, basis, expected = record.get("watched"), record.get("basis"), record.get("expected")
    compared = isinstance(expected, int | float) and 0 <= expected < _MOST and basis in _BASES
    return Snapshot(
        age,
        published + age,
        at,
        watched=watched[:_LONGEST_REASON] if isinstance(watched, str) else "",
        **{name: None if at is None else _whole(record.get(name)) for name in _COUNTS},
        expected=float(expected) if compared and at is not None else None,  # type: ignore[arg-type]
        past=(_whole(record.get("past")) or 0) if compared else 0,
        basis=str(basis) if compared else "",
        faster=compared and at is not None and record.get("faster") is True,
    )


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST else None
