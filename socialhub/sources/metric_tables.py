"""Tables of metrics, long ones (a column for the name, one for the value) and wide ones (a column a metric). Pure.

A wide table has a date, columns that are unknown in tables of mentions, and numbers in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from socialhub.records import dataclass
from socialhub.sources.measurements import number_of

BESIDE: Final = frozenset({"published_at", "time", "place", "topic", "source", "unit", "kind"})
"""What may stand in a wide table besides its metrics."""
_WITH_UNIT: Final = re.compile(r"(?P<name>.+?)\s*[(\[](?P<unit>[^()\[\]]{1,20})[)\]]")


@dataclass(frozen=True, slots=True)
class Wide:
    """Where the metrics of a wide table stand: the columns of each row's own, with their keys, and those of metrics."""

    own: tuple[tuple[int, str], ...]
    metrics: tuple[tuple[int, str, str], ...]

    @property
    def keys(self) -> list[str]:
        """The keys of each of the rows that it makes of one."""
        return [*(key for _place, key in self.own), "metric", "unit", "value"]

    def rows(self, row: Sequence[str]) -> Iterator[list[str]]:
        """A row for each metric; an empty cell is a gap."""
        own = [row[place] if place < len(row) else "" for place, _key in self.own]
        for place, name, unit in self.metrics:
            if place < len(row) and row[place].strip():
                yield [*own, name, unit, row[place]]


def long_keys(keys: Sequence[str]) -> list[str]:
    """The keys of a long table: a name, or a type, is that of the metric, and a time may be the only date."""
    replaced: dict[str, str] = {}
    if "metric" not in keys:
        replaced |= {next((key for key in ("author", "kind") if key in keys), ""): "metric"}
    if "published_at" not in keys:
        replaced |= {"time": "published_at"}
    return [replaced.get(key, key) for key in keys]


def wide_in(header: Sequence[str], keys: Sequence[str], known: frozenset[str], first: Sequence[str]) -> Wide | None:
    """The form of a wide table by its header, the keys of that and its first row; None where it is something else.

    `known` are the keys of tables of mentions.
    """
    own = [(place, key) for place, key in enumerate(keys) if key in BESIDE]
    others = [place for place, key in enumerate(keys) if key not in BESIDE and header[place].strip()]
    strangers = all(keys[place] not in known for place in others)
    cells = [first[place] for place in others if place < len(first) and first[place].strip()]
    if not strangers or not cells or any(number_of(cell) is None for cell in cells):
        return None
    dated = [(place, "published_at" if key == "time" else key) for place, key in own]
    own = own if any(key == "published_at" for _place, key in own) else dated
    if not any(key == "published_at" for _place, key in own):
        return None
    kept = tuple((place, key) for place, key in own if key not in ("unit", "kind"))
    return Wide(kept, tuple((place, *_named(header[place])) for place in others))


def _named(heading: str) -> tuple[str, str]:
    """(name, unit) of "Ventes (k€)"."""
    found = _WITH_UNIT.fullmatch(heading.strip())
    return (found["name"], found["unit"]) if found else (heading.strip(), "")
