"""The streaming matcher beside what the agreement tests cover: order, what it watches, bounded memory."""

from __future__ import annotations

import pytest

from socialhub.query import Document, Matcher, parse
from socialhub.query.touched import REMEMBERED
from socialhub.text import tokenise


def _matcher(*queries: str) -> Matcher:
    return Matcher({number: parse(query) for number, query in enumerate(queries, start=1)})


def _topics(matcher: Matcher, text: str, title: str = "") -> tuple[int, ...]:
    return matcher.match(Document(title_tokens=tokenise(title), text_tokens=tokenise(text)))


def test_topics_come_in_ascending_order_whatever_touched_them_first() -> None:
    """Three topics, their words in reverse order in title and text."""
    assert _topics(_matcher("panne", "fibre", "orange"), "fibre en panne", title="Orange") == (1, 2, 3)


def test_no_topics_match_nothing() -> None:
    """A hub without topics works."""
    assert _topics(Matcher({}), "orange") == ()


@pytest.mark.parametrize("query", ["-fruit", "lang:fr", "NOT (fruit jus)", "orange OR kind:post"])
def test_a_topic_without_a_needed_word_is_always_asked(query: str) -> None:
    """Negative and field queries match posts that share no word with them."""
    matcher = _matcher(query)
    assert matcher.match(Document(text_tokens=["rien"], lang="fr", kind="post")) == (1,)


def test_a_word_met_before_still_touches_its_topics() -> None:
    """What is remembered of a token says the same the second time, silent or not."""
    matcher = _matcher("fibr*", "orange mobile")
    for _round in range(2):
        assert _topics(matcher, "la #fibre d'Orange") == (1,)
        assert _topics(matcher, "rien de cela") == ()


def test_what_is_remembered_of_tokens_is_bounded() -> None:
    """Words without end do not fill the memory, and matching goes on."""
    matcher = _matcher("fibr*", "orange")
    matcher.match(Document(text_tokens=[f"mot{number}" for number in range(REMEMBERED + 10)]))
    matcher.match(Document(text_tokens=[f"fibre{number}" for number in range(REMEMBERED + 10)]))
    assert len(matcher._touched) + len(matcher._touched.silent) <= REMEMBERED
    assert _topics(matcher, "orange et fibres") == (1, 2)


def test_watched_names_what_is_looked_for_and_not_what_is_excluded() -> None:
    """Words, phrases, tags and handles; no negated word, no prefix, no field."""
    matcher = _matcher('(Orange OR #Sosh) -fruit fibr* lang:fr "plus de réseau"', "@Léa title:panne")
    assert matcher.watched == ("#sosh", "@lea", "orange", "panne", "plus de reseau")
