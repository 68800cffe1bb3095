"""What facts of another version, or of a damaged cache, may hold."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

_ONE = st.one_of(st.none(), st.text(max_size=9), st.integers(), st.floats(), st.booleans())
STRANGE: st.SearchStrategy[Any] = st.one_of(
    _ONE,
    st.lists(_ONE, max_size=3),
    st.lists(st.lists(_ONE, max_size=4), max_size=3),
    st.dictionaries(st.text(max_size=5), _ONE, max_size=3),
)
