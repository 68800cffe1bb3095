"""What commands print: tables and JSON Lines on stdout, talk on stderr. Strings pass `clean`, never markup."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import click

from socialhub.text import clean

if TYPE_CHECKING:
    from rich.text import Text

Row: TypeAlias = Sequence["str | Text"]
MARK: Final = {"ok": "green", "warn": "yellow", "fail": "red bold"}
GAP: Final = "  "
NARROWEST: Final = 16
"""A column that shrinks keeps so many cells; a line that is still too long is wrapped."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, and how it behaves on a narrow screen.

    It shrinks, or is left out: the one with the greatest `may_go` first, one with 0 never.
    """

    heading: str
    right: bool = False
    may_shrink: bool = False
    may_go: int = 0


def is_terminal() -> bool:
    """Whether a person reads stdout."""
    return sys.stdout.isatty()


def say(sentence: str) -> None:
    """Talk: a line on stderr."""
    click.echo(clean(sentence), err=True)


def plain(text: str) -> str:
    """A string from outside on one line, safe to print."""
    return clean(text, single_line=True)


def json_line(values: dict[str, Any]) -> str:
    """One object on one line; what a terminal could misread is escaped."""
    text = json.dumps(values, ensure_ascii=False)
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    # Ids come as their servers wrote them: printable, but with marks that would stack up on a screen.
    harmless = text.isprintable() and (text == clean(text) or not is_terminal())
    return text if harmless and encoding == "utf8" else json.dumps(values)


def print_json(rows: Iterable[dict[str, Any]]) -> None:
    """JSON Lines."""
    for values in rows:
        click.echo(json_line(values))


def print_table(columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """An aligned table for a person; for a program, a heading and rows separated by tabs, nothing cut."""
    from rich.text import Text

    cells = [[cell if isinstance(cell, Text) else Text(plain(cell)) for cell in row] for row in rows]
    if not is_terminal():
        click.echo("\t".join(column.heading for column in columns))
        for row in cells:
            click.echo("\t".join(cell.plain for cell in row))
        return
    kept = _fitting(columns, cells)
    columns, cells = [columns[place] for place in kept], [[row[place] for place in kept] for row in cells]
    headings = [Text(column.heading, "bold") for column in columns]
    widths = _widths(columns, cells)
    for row in [headings, *cells]:
        line = Text(no_wrap=True, end="")
        for place, (column, cell, width) in enumerate(zip(columns, row, widths, strict=True)):
            shown = cell.copy()
            shown.truncate(width, overflow="ellipsis")
            space = " " * (width - shown.cell_len)
            line.append(GAP if place else "")
            line.append_text(Text(space) + shown if column.right else shown + Text(space))
        line.rstrip()
        print_rich(line)


def _fitting(columns: Sequence[Column], rows: Sequence[Sequence[Text]]) -> list[int]:
    """The places of the columns that are shown: some go until the line fits the screen."""
    least = _natural(columns, rows)
    least = [
        min(width, NARROWEST) if column.may_shrink else width for column, width in zip(columns, least, strict=True)
    ]
    kept = list(range(len(columns)))
    for place in sorted([place for place in kept if columns[place].may_go], key=lambda place: -columns[place].may_go):
        if sum(least[each] for each in kept) + len(GAP) * (len(kept) - 1) <= shutil.get_terminal_size().columns:
            break
        kept.remove(place)
    return kept


def _natural(columns: Sequence[Column], rows: Sequence[Sequence[Text]]) -> list[int]:
    """The width of each column: as wide as its widest cell, the heading among them."""
    from rich.cells import cell_len

    headings = [cell_len(column.heading) for column in columns]
    return [max([heading, *(row[place].cell_len for row in rows)]) for place, heading in enumerate(headings)]


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[Text]]) -> list[int]:
    """The width of each column, so that the line fits the screen where a column may shrink."""
    widths = _natural(columns, rows)
    spare = shutil.get_terminal_size().columns - sum(widths) - len(GAP) * (len(columns) - 1)
    for place, column in enumerate(columns):
        if column.may_shrink and spare < 0:
            narrower = min(widths[place], max(NARROWEST, widths[place] + spare))
            spare += widths[place] - narrower
            widths[place] = narrower
    return widths


def print_rich(text: Text) -> None:
    """Print a text with styles, wrapped; NO_COLOR and dumb terminals are honoured by rich."""
    from rich.console import Console

    Console(markup=False, emoji=False, highlight=False).print(text)


def print_text(text: Text) -> None:
    """A text with styles, wrapped at words on a terminal."""
    if is_terminal():
        print_rich(text)
    else:
        click.echo(text.plain)


def progress(sentence: str) -> None:
    """A line on stderr that replaces the one before; nothing where nobody watches."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{plain(sentence)}", nl=False, err=True)


def end_progress() -> None:
    """Take the line of progress away."""
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", nl=False, err=True)
