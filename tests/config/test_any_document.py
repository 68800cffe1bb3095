"""Whatever a file holds, it is read or explained: nothing but ConfigProblems is ever raised."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tomlkit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socialhub.config import ConfigProblems, Problem, read
from socialhub.config.loading import SECTIONS
from socialhub.config.reader import settings_of
from socialhub.config.settings import Hub, TopicSettings
from tests.config.kinds import kinds_of_the_house


def problems_of(text: str) -> tuple[Problem, ...]:
    """Everything that is wrong with a config, warnings included."""
    try:
        return read(text, Path("/salle/config.toml"), environ={}).warnings
    except ConfigProblems as error:
        return error.problems


KEYS = sorted({name for cls in (*kinds_of_the_house().values(), Hub, TopicSettings) for name in settings_of(cls)})
scalars = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["rss", "mastodon", "brand", "5 min", "env:X", "https://a.b/?key=1", "fr", "a OR (b", "\u202e", "~x/y"]
    ),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)),
)
tables = st.dictionaries(st.sampled_from([*KEYS, "kind", "quit", "x"]), anything, max_size=7)
documents = st.dictionaries(
    st.sampled_from([*SECTIONS, "hubb"]), st.one_of(tables, st.lists(tables, max_size=3), anything), max_size=6
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(documents)
def test_any_document_is_read_or_explained(document: dict[str, Any]) -> None:
    try:
        text = tomlkit.dumps(document)
    except (ValueError, TypeError):
        return
    for problem in problems_of(text):
        assert problem.sentence()
        assert problem.line is None or 1 <= problem.line <= text.count("\n") + 1


@settings(deadline=None)
@given(st.text())
def test_any_text_is_read_or_explained(text: str) -> None:
    problems_of(text)
