"""What topics may not ask."""

from __future__ import annotations

import pytest

from socialhub.query import parse, topic_query_problems


@pytest.mark.parametrize(
    "query",
    [
        "orange -fruit",
        "is:reply lang:fr",
        "author:x OR kind:review",
        "rating:<=2 has:link",
        "date:>=2026-11-01 #mondial",
    ],
)
def test_what_a_mention_is_may_be_asked(query: str) -> None:
    """Intrinsic fields decide the same today and tomorrow, for everybody."""
    assert topic_query_problems(parse(query)) == []


@pytest.mark.parametrize("part", ["is:unread", "sentiment:neg", "topic:marque", "date:PT6H"])
def test_what_happened_to_a_mention_may_not(part: str) -> None:
    """Wherever it stands in the query, once, and named in the sentence."""
    (problem,) = topic_query_problems(parse(f"orange OR (fibre NOT {part}) OR {part}"))
    assert part in problem


def test_every_problem_is_told() -> None:
    """All at once, not one after another."""
    assert len(topic_query_problems(parse("is:unread sentiment:pos sentiment:neg"))) == 3
