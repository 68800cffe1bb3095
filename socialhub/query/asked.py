"""What the conditions made by `sql` ask back of the rows that full-text search lets through. Called from SQL."""

from __future__ import annotations

from functools import lru_cache

from socialhub.query import evaluate
from socialhub.query.parser import parse

_parsed = lru_cache(maxsize=256)(parse)


def words_hold(query: str, title: str, text: str) -> bool:
    """Whether a query that asks for words alone matches a title and a text."""
    return evaluate.words_hold(_parsed(query), title, text)
