"""The place of every key, checked against tomllib: same keys, and a line that really holds them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from socialhub.config.lines import KeyPath, Lines

UGLY = (Path(__file__).parent / "ugly.toml").read_text("utf-8")


def written_paths(value: Any, at: KeyPath = ()) -> Iterator[KeyPath]:
    """The path of every key and element of a document that tomllib read."""
    rows: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        rows = list(value.items())
    elif isinstance(value, list):
        rows = list(enumerate(value))
    for name, child in rows:
        yield (*at, name)
        yield from written_paths(child, (*at, name))


def test_every_key_of_an_ugly_document_is_found() -> None:
    assert Lines(UGLY).paths() == set(written_paths(tomllib.loads(UGLY)))


@pytest.mark.parametrize(
    ("path", "starts_with"),
    [
        (("top",), "top"),
        (("quoted key",), '"quoted key"'),
        (("literal.key", "inner"), "'literal.key'.inner"),
        (("hub", "name"), "name ="),
        (("hub", "quotes"), "quotes"),
        (("hub", "raw"), "raw"),
        (("hub", "list", 1, 1), "  [1, 2,]"),
        (("hub", "list", 2, "y", "z"), "  { x = 1"),
        (("topics", 0, "sub", "deep"), "deep"),
        (("topics", 0, "rows", 1, "r"), "r = 2"),
        (("topics", 1), "[[topics]]"),
        (("topics", 1, "rows", 0, "r"), "r = 3"),
        (("a", "b", "c", "d"), "d = {}"),
        (("a", "e"), "e = []"),
        (("topics", 1, "kind"), "[[topics]]"),
    ],
)
def test_the_line_holds_the_key(path: KeyPath, starts_with: str) -> None:
    line = Lines(UGLY).of(path)
    assert line is not None
    assert UGLY.splitlines()[line - 1].startswith(starts_with)


def test_what_is_not_written_has_no_line() -> None:
    assert Lines("").of(("hub", "name")) is None


@pytest.mark.parametrize("text", ['q = """\none\ntwo"""', "q = '''\r\none\r\ntwo'''", 'q = """one\ntwo"""'])
def test_a_place_inside_a_text_of_several_lines(text: str) -> None:
    value = tomllib.loads(text)["q"]
    line = Lines(text).within(("q",), value[: value.index("two")].count("\n"))
    assert line is not None
    assert "two" in text.split("\n")[line - 1]


keys = st.text("ab.\"' é-", max_size=4)
values = st.recursive(
    st.one_of(st.integers(-5, 5), st.booleans(), st.floats(), st.text("\"'\\\n\t#[]{}=,. é", max_size=8)),
    lambda children: st.one_of(st.lists(children, max_size=3), st.dictionaries(keys, children, max_size=3)),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.dictionaries(keys, values, max_size=5))
def test_every_key_of_a_generated_document_is_found(document: dict[str, Any]) -> None:
    text = tomlkit.dumps(document)
    assert Lines(text).paths() == set(written_paths(tomllib.loads(text)))
