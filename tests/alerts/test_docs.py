"""The page about alerts shows only queries that can be asked of one, and leaves no field and no kind out."""

from __future__ import annotations

import re
from pathlib import Path

from socialhub.incidents import AlertKind
from socialhub.query import ALERTS, parse

PAGE = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text(encoding="utf-8")
FIELDS = PAGE.partition("## Silences")[2].partition("\n## ")[0]


def test_every_field_and_every_kind_is_on_the_page() -> None:
    examples = re.findall(r"^\| `(\w+:[^`]+)` \|", FIELDS, re.MULTILINE)
    assert [example.partition(":")[0] for example in examples] == list(ALERTS.names)
    for example in examples:
        parse(example, ALERTS)
    for written in re.findall(r"`(\w+):`", FIELDS):
        assert written in ALERTS.french
    row = next(line for line in FIELDS.splitlines() if line.startswith("| `kind:"))
    assert re.findall(r"`(\w+)`", row) == [kind.value for kind in AlertKind]


def test_the_queries_of_the_commands_can_be_asked() -> None:
    asked = re.findall(r"alerts silence '([^']+)'", PAGE)
    assert asked
    for query in asked:
        parse(query, ALERTS)
