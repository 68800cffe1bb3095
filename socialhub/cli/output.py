"""What commands print: tables and JSON Lines on stdout, talk on stderr. Strings pass `clean`, never markup."""

from __future__ import annotations

import json
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
WIDEST: Final = 4_000
"""Columns of a line that is not to be cut."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, and how it behaves on a narrow screen."""

    heading: str
    right: bool = False
    may_shrink: bool = False


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
    return text if text.isprintable() and encoding == "utf8" else json.dumps(values)


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
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", expand=False)
    for column in columns:
        table.add_column(
            Text(column.heading),
            justify="right" if column.right else "left",
            no_wrap=True,
            overflow="ellipsis",
            min_width=None if column.may_shrink else max([len(column.heading), *_widths(cells, columns.index(column))]),
        )
    for row in cells:
        table.add_row(*row)
    print_rich(table)


def _widths(cells: Sequence[Sequence[Text]], index: int) -> list[int]:
    return [row[index].cell_len for row in cells]


def print_rich(renderable: Any) -> None:
    """Print something of rich; NO_COLOR and dumb terminals are honoured by rich itself."""
    from rich.console import Console

    width = None if is_terminal() else WIDEST
    console = Console(width=width, markup=False, emoji=False, highlight=False, soft_wrap=not is_terminal())
    console.print(renderable)


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
