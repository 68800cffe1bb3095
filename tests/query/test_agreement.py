"""The live matcher, the evaluation of one document, SQL on a real cache and the reference all say the same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socialhub.query import Document, Matcher, Node, Scope, branch, format_query, matches, parse, spans, to_sql
from socialhub.query.parser import MAX_NESTING
from socialhub.reach import Audience
from socialhub.store import fts
from socialhub.store.audiences import sync_audiences
from socialhub.store.connection import Connection, open_writer
from socialhub.store.documents import document_of
from socialhub.store.mentions import FeedFilter, feed
from socialhub.text import tokenise
from tests.query.posts import (
    AUDIENCE,
    LISTS,
    NOW,
    PARIS,
    SOURCES,
    TOPICS,
    Post,
    posts,
    posts_and_queries,
    queries,
    reference,
    words,
)

OPERATOR = "anna"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """An empty cache with the sources and topics of the posts."""
    writer = open_writer(tmp_path_factory.mktemp("cache") / "cache.db")
    writer.db.executemany(
        "INSERT INTO sources (id, name, kind) VALUES (?, ?, ?)", [(n, *s) for n, s in enumerate(SOURCES)]
    )
    writer.db.executemany(
        "INSERT INTO topics (id, slug, name, kind, query, query_hash, since) VALUES (?, ?, '', '', '', '', 0)",
        list(enumerate(TOPICS)),
    )
    writer.db.executemany(
        "INSERT INTO watchlists (id, slug, name, kind) VALUES (?, ?, '', 'press')", list(enumerate(LISTS))
    )
    writer.db.executemany(
        "INSERT INTO people (id, slug, name, since) VALUES (?, ?, '', 0)", [(n, str(n)) for n in range(len(LISTS))]
    )
    writer.db.executemany(
        "INSERT INTO watchlist_people (list, person) VALUES (?, ?)", [(n, n) for n in range(len(LISTS))]
    )
    writer.db.execute("INSERT INTO mutes (id, query, operator, created, ends) VALUES (1, '', '', 0, ?)", (NOW + 1,))
    writer.db.execute("INSERT INTO mutes (id, query, operator, created, ends) VALUES (2, '', '', 0, ?)", (NOW,))
    writer.db.execute("INSERT INTO mutes (id, query, operator, created, lifted) VALUES (3, '', '', 0, 1)")
    sync_audiences(writer.db, {"lemonde.fr": Audience("national-press", AUDIENCE, AUDIENCE)})
    yield writer.db
    writer.close()


def _store(db: Connection, number: int, post: Post) -> None:
    db.execute(
        "INSERT INTO mentions (id, rev, canonical_id, source, native_id, kind, published, seen, exact_key, story,"
        " title, text, author, handle, site, url, lang, followers, rating, links, tone, confidence, bio, media, reach,"
        f" likes, replies) VALUES (?, 0, ?, ?, '', ?, ?, 0, 0, ?, {', '.join('?' * 17)})",
        (
            *(number, str(number), post.source, post.kind, post.published, number + post.repost, post.title, post.text),
            *(post.author, post.handle, post.site, post.url, post.lang, post.followers, post.rating, post.links),
            *(post.tone, post.confidence, post.bio, post.media, post.reach, post.likes, post.replies),
        ),
    )
    if post.parent:
        db.execute(
            "INSERT INTO mentions (id, rev, canonical_id, source, native_id, kind, published, seen, exact_key, story,"
            " parent_id) VALUES (?, 0, ?, 0, '', 'reply', 0, 0, 0, 0, ?)",
            (-1 - number, f"answer {number}", str(number)),
        )
    if post.state or post.assignee:
        db.execute("INSERT INTO mention_work VALUES (?, ?, ?)", (number, post.state or "new", post.assignee))
    db.executemany("INSERT INTO mention_tags VALUES (?, ?)", [(tag, number) for tag in post.tags])
    db.executemany(
        "INSERT INTO mention_people (person, mention) VALUES (?, ?)", [(person, number) for person in post.lists]
    )
    db.executemany(
        "INSERT INTO muted VALUES (?, ?)", [(number, mute) for mute in ((1, 2, 3) if post.muted else (2, 3))]
    )
    db.execute(
        "INSERT INTO engagement (mention, age, due, source, author, at, faster) VALUES (?, 1, 1, 0, 0, 1, ?)",
        (number, post.viral),
    )
    title, text = tokenise(post.title), tokenise(post.text)
    plain = [" ".join(token.removeprefix("#") for token in tokens) for tokens in (title, text)]
    marks = " ".join(token for token in title + text if token.startswith("#"))
    fts.insert(db, [(number, plain[0], plain[1], marks)])
    db.executemany(
        "INSERT INTO mention_topics (topic, mention) VALUES (?, ?)", [(topic, number) for topic in post.topics]
    )
    if post.read is not None:
        db.execute("INSERT INTO read_marks VALUES (?, ?, ?)", (OPERATOR, number, post.read))


def _found(db: Connection, node: Node) -> list[int]:
    """The mentions that the SQL of a query finds; values are bound by name, as the store does it."""
    condition = to_sql(node, PARIS)
    where, values = condition.where, {"now": NOW, "operator": OPERATOR}
    assert where.count("?") == len(condition.parameters)
    named = {f"q{number}": value for number, value in enumerate(condition.parameters)}
    for name in named:
        where = where.replace("?", f":{name}", 1)
    rows = db.execute(
        f"SELECT m.id FROM mentions m WHERE m.id >= 0 AND (m.id >= 0 AND ({where})) ORDER BY m.id", values | named
    )
    found = [number for (number,) in rows]
    by_words = feed(db, FeedFilter(condition=condition), operator=OPERATOR, limit=1000, now=NOW)
    assert [mention.id for mention in by_words if mention.id >= 0] == found[::-1]
    return found


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(drawn=posts_and_queries())
def test_matcher_evaluation_sql_and_reference_agree(cache: Connection, drawn: tuple[list[Post], list[Node]]) -> None:
    """Several posts, several topics at once."""
    posts, asked = drawn
    matcher = Matcher(dict(enumerate(asked)), PARIS)
    cache.execute("BEGIN")
    try:
        for number, post in enumerate(posts):
            _store(cache, number, post)
        for topic, node in enumerate(asked):
            expected = [number for number, post in enumerate(posts) if reference(node, post)]
            assert _found(cache, node) == expected
            documents = [post.document() for post in posts]
            assert [n for n, document in enumerate(documents) if matches(node, document, NOW, PARIS)] == expected
            assert [n for n, document in enumerate(documents) if topic in matcher.match(document, NOW)] == expected
    finally:
        cache.execute("ROLLBACK")


@given(post=posts, asked=queries)
def test_the_branch_that_matched_matches_by_itself_and_has_no_or(post: Post, asked: Node) -> None:
    """Why: a narrower query, true for this post, or nothing when the query does not match."""
    found = branch(asked, post.document(), NOW, PARIS)
    assert (found is not None) == reference(asked, post)
    if found is not None:
        assert reference(found, post)
        assert matches(asked, post.document(), NOW, PARIS)


@given(post=posts, asked=words)
def test_there_is_something_to_highlight_exactly_when_words_match(post: Post, asked: Node) -> None:
    """Highlighting finds what matching finds, in characters of the text as it is shown."""
    in_title, in_text = spans(asked, post.title, Scope.TITLE), spans(asked, post.text, Scope.TEXT)
    assert bool(in_title or in_text) == reference(asked, post)
    for text, found in ((post.title, in_title), (post.text, in_text)):
        assert found == sorted(found)
        assert all(0 <= start < end <= len(text) for start, end in found)
        assert all(first[1] <= second[0] for first, second in pairwise(found))


def test_thousands_of_alternatives_stay_within_the_limits_of_sqlite(cache: Connection) -> None:
    """SQLite refuses deep expressions and FTS5 deep trees; a list of names in an OR is neither."""
    names = [f"n{number}" for number in range(1500)]
    cache.execute("BEGIN")
    try:
        _store(cache, 1, Post(text="du côté de n1499", author="zoé n7"))
        assert _found(cache, parse(" OR ".join(names))) == [1]
        assert _found(cache, parse(" OR ".join(f"author:{name}" for name in names[:1200]))) == [1]
        assert _found(cache, parse(f"cote -({' OR '.join(names)})")) == []
    finally:
        cache.execute("ROLLBACK")


@pytest.mark.parametrize(
    "opening",
    [
        "(cote -",
        "(cote OR rien -",
        "-(cote OR ",
        "-(author:x OR cote title:#a ",
        "(is:reply -(site:x OR handle:y OR ",
        f"-({' OR '.join(['is:reply', 'title:#a lang:fr'] * 17)} OR fibre ",
    ],
)
def test_nesting_up_to_the_limit_stays_within_the_parsers_of_sqlite(cache: Connection, opening: str) -> None:
    """Both parsers of SQLite have a stack of 100 symbols."""
    closing = ")" * opening.count("(")
    repeats = MAX_NESTING // len(closing)
    cache.execute("BEGIN")
    try:
        _store(cache, 1, Post(text="côté n1499"))
        nested = parse(opening * repeats + "n1499" + closing * repeats)
        expected = matches(nested, Document(text_tokens=["cote", "n1499"]))
        assert _found(cache, nested) == [1] * expected
    finally:
        cache.execute("ROLLBACK")


def _agree(cache: Connection, post: Post, asked: list[Node]) -> None:
    cache.execute("BEGIN")
    try:
        _store(cache, 1, post)
        read_back = document_of(cache, 1, OPERATOR, NOW)
        assert read_back is not None
        for node in asked:
            expected = reference(node, post)
            assert _found(cache, node) == [1] * expected
            assert matches(node, post.document(), NOW, PARIS) == expected
            assert Matcher({7: node}, PARIS).match(post.document(), NOW) == (7,) * expected
            assert matches(node, read_back, NOW, PARIS) == expected
            assert parse(format_query(node)) == node
    finally:
        cache.execute("ROLLBACK")


@pytest.mark.parametrize("part", [1, *(pytest.param(part, marks=pytest.mark.long) for part in (2, 3, 4))])
@settings(max_examples=63, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(post=posts, asked=st.lists(queries, min_size=8, max_size=8))
def test_one_post_and_eight_queries_agree_everywhere(
    cache: Connection, part: int, post: Post, asked: list[Node]
) -> None:
    """Matcher, evaluation, SQL and reference say the same; what is printed is read back. A part is 500 pairs."""
    _agree(cache, post, asked)


@pytest.mark.long
@settings(max_examples=20_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(post=posts, asked=queries)
def test_agreement_long(cache: Connection, post: Post, asked: Node) -> None:
    """The same agreement over many more cases."""
    _agree(cache, post, [asked])
