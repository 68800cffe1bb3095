"""The user page shows only queries that work, and leaves no field out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from socialhub.query import format_query, parse
from socialhub.query.fields import FIELD_NAMES

PAGE = (Path(__file__).parents[2] / "docs" / "query-language.md").read_text(encoding="utf-8")
EXAMPLES = [cell.replace("\\|", "|") for cell in re.findall(r"^\| `(.+?)` \|", PAGE, re.MULTILINE)]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_a_query(example: str) -> None:
    """Each row of the tables can be typed as it stands."""
    assert parse(format_query(parse(example))) == parse(example)


def test_every_field_has_an_example() -> None:
    """A field that is not on the page does not exist for its readers."""
    assert [name for name in FIELD_NAMES if not any(example.startswith(f"{name}:") for example in EXAMPLES)] == []
