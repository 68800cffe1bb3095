"""What the crisis view lists, as plain data: a row each, of six sorts."""

from __future__ import annotations

from typing import TypeAlias

from socialhub.model import Mention
from socialhub.records import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """What the rows below are, and a remark about them."""

    text: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class FactRow:
    """One sentence of the overview; Enter opens the section `leads_to`."""

    label: str
    text: str
    leads_to: int


@dataclass(frozen=True, slots=True)
class TraceRow:
    """What a source, a place or a sort of authors brought over time: counts in cells, their sum, its share of all.

    Cells before number `begins` are not known. `greatest` is the count of a full bar; `query` narrows the mentions to
    it, "" where no query does.
    """

    label: str
    cells: tuple[int, ...]
    holes: tuple[bool, ...]
    greatest: int
    total: int
    share: float | None
    query: str
    begins: int = 0


@dataclass(frozen=True, slots=True)
class PostRow:
    """A mention, a number worth knowing of it, in words, and how long it has waited ("" where nobody asks)."""

    mention: Mention
    note: str
    waited: str = ""


@dataclass(frozen=True, slots=True)
class WordRow:
    """A word or phrase that rose: how often now, how often usually (None: not known), where it stands."""

    words: str
    texts: int
    expected: float | None
    example: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """Something that was done: when, in words, and what."""

    time: str
    text: str


Row: TypeAlias = Heading | FactRow | TraceRow | PostRow | WordRow | StepRow
Leading: TypeAlias = FactRow | TraceRow | WordRow
"""The rows that lead somewhere; a post unfolds where it stands."""
