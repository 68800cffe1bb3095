"""Tables on a terminal fit it: some columns shrink, some go; a program gets everything."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from socialhub.cli import output
from socialhub.cli.output import Column, print_table

COLUMNS = (
    Column("source"),
    Column("kind", may_go=2),
    Column("stored", right=True, may_go=4),
    Column("next", may_go=1),
    Column("asked", may_shrink=True, may_go=5),
    Column("last error", may_shrink=True),
)
ROWS = [["le-monde", "rss", "1,234", "in 4 min", "every 10 min", "feeds.example did not answer within 20 s"]] * 2


@pytest.mark.parametrize(
    ("width", "headings"),
    [
        (200, ["source", "kind", "stored", "next", "asked", "last error"]),
        (70, ["source", "kind", "stored", "next", "asked", "last error"]),
        (60, ["source", "kind", "stored", "next", "last error"]),
        (48, ["source", "kind", "next", "last error"]),
        (36, ["source", "next", "last error"]),
        (30, ["source", "last error"]),
    ],
)
def test_a_table_fits_its_terminal(
    width: int, headings: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(output, "is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("NO_COLOR", "1")
    print_table(COLUMNS, ROWS)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + len(ROWS), "no line is wrapped"
    assert all(cell_len(line) <= width for line in lines)
    assert [heading for heading in (column.heading for column in COLUMNS) if heading in lines[0]] == headings


def test_a_program_gets_all_columns_whole(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    print_table(COLUMNS, ROWS)
    assert capsys.readouterr().out.splitlines()[1].split("\t") == ROWS[0]
