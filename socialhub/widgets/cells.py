"""Text in terminal cells: made safe at the widget's edge, cut to a width, padded, joined into lines of pieces.

Every string from outside passes `safe` here, also when it was cleaned on its way in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from rich.cells import cell_len, set_cell_size

from socialhub.records import dataclass
from socialhub.text import clean

MAX_CHARACTERS = 2_000
"""No line of a terminal shows more; what follows is not even looked at."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text and its look: names of component classes of the widget that draws it ("" for plain)."""

    text: str
    look: str = ""


Line: TypeAlias = tuple[Piece, ...]


def safe(raw: str) -> str:
    """One line of text without anything a terminal could obey."""
    return clean(raw[:MAX_CHARACTERS], single_line=True)


def width_of(text: str) -> int:
    """Cells that the text takes."""
    return cell_len(text)


def cut(text: str, width: int, ellipsis: str = "…") -> str:
    """At most `width` cells of the text, ending in the ellipsis where something is missing."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + ellipsis


def left(text: str, width: int, ellipsis: str = "…") -> str:
    """Exactly `width` cells, the text at the left."""
    short = cut(text, width, ellipsis)
    return short + " " * (width - cell_len(short))


def right(text: str, width: int, ellipsis: str = "…") -> str:
    """Exactly `width` cells, the text at the right."""
    short = cut(text, width, ellipsis)
    return " " * (width - cell_len(short)) + short


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells, broken at blanks; a longer word is broken where it must."""
    if width <= 0:
        return []
    return _filled(text.split(), width, "", _broken)


def packed(parts: Sequence[str], width: int, lead: str = "") -> list[str]:
    """Parts with commas between them in lines of at most `width` cells, no part broken that fits into one.

    `lead` stands before the first.
    """
    shown = [f"{part}," if number < len(parts) else part for number, part in enumerate(parts, 1)]
    return _filled(shown, width, lead, lambda part, room: wrap(part, room) or [""])


def _filled(pieces: Sequence[str], width: int, lead: str, broken: Callable[[str, int], list[str]]) -> list[str]:
    """Pieces with blanks between them in lines of at most `width` cells; `broken` parts one that does not fit alone."""
    lines, line = list[str](), lead
    for piece in pieces:
        longer = f"{line} {piece}" if line else piece
        if cell_len(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = [piece] if cell_len(piece) <= width else broken(piece, width)
        lines.extend(full)
    return [*lines, line] if line else lines


def _broken(word: str, width: int) -> list[str]:
    """A word in parts of at most `width` cells (a character wider than that stands alone)."""
    parts = [""]
    for character in word:
        if parts[-1] and cell_len(parts[-1] + character) > width:
            parts.append(character)
        else:
            parts[-1] += character
    return parts


def length(line: Iterable[Piece]) -> int:
    """Cells that a line takes."""
    return sum(cell_len(piece.text) for piece in line)


def fit(line: Sequence[Piece], width: int, ellipsis: str = "…") -> Line:
    """The line cut to `width` cells."""
    kept: list[Piece] = []
    room = width
    for piece in line:
        if room <= 0:
            break
        short = cut(piece.text, room, ellipsis)
        kept.append(Piece(short, piece.look))
        if short != piece.text:
            break
        room -= cell_len(short)
    return tuple(kept)
