"""Reading and printing queries: the grammar, the errors with their positions, and input that means harm."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from socialhub.errors import EXIT_USAGE
from socialhub.query import Node, QueryError, format_query, parse
from socialhub.query.parser import MAX_LENGTH, MAX_NESTING
from socialhub.query.tree import (
    And,
    Count,
    DateRange,
    Exact,
    Field,
    Fuzzy,
    Loose,
    Near,
    Not,
    NumberRange,
    Or,
    Phrase,
    Prefix,
    Recent,
    Regex,
    Saved,
    Scope,
    Sentence,
    Term,
    Variants,
    Wildcard,
)
from socialhub.text import clean
from tests.query.posts import queries, trees, words

A, B, C = Term("a"), Term("b"), Term("c")


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a ET b", And((A, B))),
        ("a OU b", Or((A, B))),
        ("a b OR c", Or((And((A, B)), C))),
        ("a (b OR c)", And((A, Or((B, C))))),
        ("a OR b OR c", Or((A, B, C))),
        ("a (b c)", And((A, B, C))),
        ("NOT a b", And((Not(A), B))),
        ("a SAUF b", And((A, Not(B)))),
        ("a ET SAUF b", And((A, Not(B)))),
        ("NOT NOT a", A),
        ("NOT (a OR b)", Not(Or((A, B)))),
        ("a -b", And((A, Not(B)))),
        ("(-a)", Not(A)),
        ("-(a b)", Not(And((A, B)))),
        ("carte-sim", Phrase(("carte", "sim"))),
        ('"a"-b', And((A, B))),
        ("a and b", And((A, Term("and"), B))),
        ("ANDRÉ ORANGE NOTE", And((Term("andre"), Term("orange"), Term("note")))),
        ("a AND(b)OR(c)", Or((And((A, B)), C))),
        ('"Plus de RÉSEAU"', Phrase(("plus", "de", "reseau"))),
        ("« plus de réseau »", Phrase(("plus", "de", "reseau"))),
        ("“plus, de: réseau!”", Phrase(("plus", "de", "reseau"))),
        ('"AND"', Term("and")),
        ("l'opérat*", Phrase(("l", "operat"), open_end=True)),
        ('"carte sim"*', Phrase(("carte", "sim"), open_end=True)),
        ("Œuv*", Prefix("oeuv")),
        ("5G+", Term("5g")),
        ("#Fibre @Léa 😀", And((Term("#fibre"), Term("@lea"), Term("😀")))),
        ("#fib*", Prefix("#fib")),
        ("@a.bsky.social", Phrase(("@a", "bsky", "social"))),
        ('"vive #fibre"', Phrase(("vive", "fibre"))),
        ("https://x.fr/a?b", Phrase(("https", "x", "fr", "a", "b"))),
        ("wom?n", Wildcard("wom?n")),
        ("Op*TEUR", Wildcard("op*teur")),
        ("œu?re*", Wildcard("oeu?re*")),
        ("#fi?re", Wildcard("#fi?re")),
        ("panne?", Wildcard("panne?")),
        ("Opératuer~1", Fuzzy("operatuer")),
        ("carte-sim~", Variants(("carte", "sim"))),
        ('"Carte Sim"~', Variants(("carte", "sim"))),
        ("CarteSIM~", Variants(("cartesim",))),
        ("=Orange", Exact(("Orange",))),
        ('="Orange Bänk"', Exact(("Orange", "Bänk"))),
        ("=«l’Orange»", Exact(("l", "Orange"))),
        ("=#Orange", Exact(("Orange",))),
        ('"a b c"~4', Loose(("a", "b", "c"), 4)),
        ("/pann(e|es) de/ b", And((Regex("pann(e|es) de"), B))),
        ('(/a\\/b "c/)', Regex('a\\/b "c')),
        ("a NEAR/3 b", Near(A, B, 3)),
        ("a PROCHE/3 b", Near(A, B, 3)),
        ("a ONEAR/0 b", Near(A, B, 0, ordered=True)),
        ("a OPROCHE/0 b", Near(A, B, 0, ordered=True)),
        ("a NEAR/3 b NEAR/2 c", Near(Near(A, B, 3), C, 2)),
        ("(a OR b) NEAR/3 c -a", And((Near(Or((A, B)), C, 3), Not(A)))),
        ("NOT a NEAR/3 b", Not(Near(A, B, 3))),
        ("SENT(a -b)", Sentence(And((A, Not(B))))),
        ("PHRASE(a b)", Sentence(And((A, B)))),
        ("SENT", Term("sent")),
        ("ATLEAST/2(a OR b)", Count(Or((A, B)), 2)),
        ("AUMOINS/2(a)", Count(A, 2)),
        ("titre:a", Term("a", Scope.TITLE)),
        ("title:=Orange", Exact(("Orange",), Scope.TITLE)),
        ("title:/x+/", Regex("x+", Scope.TITLE)),
        ("title:(a NEAR/2 b)", Near(Term("a", Scope.TITLE), Term("b", Scope.TITLE), 2)),
        ("lieu:Bretagne", Field("place", "bretagne")),
        ('tag:"À rappeler"', Field("tag", "a-rappeler")),
        ('search:"Mes Pannes"', Saved("Mes Pannes")),
        ("url:/eco/", Field("url", "/eco/")),
        ("engagement:>10", NumberRange("engagement", 10.0, None, low_included=False)),
        ("Orange: a", And((Term("orange"), A))),
        ("12:30", Phrase(("12", "30"))),
        ("title:Panne", Term("panne", Scope.TITLE)),
        ('text:"a b"', Phrase(("a", "b"), Scope.TEXT)),
        ("title:(a OR b) c", And((Or((Term("a", Scope.TITLE), Term("b", Scope.TITLE))), C))),
        ("TITLE:fibr*", Prefix("fibr", Scope.TITLE)),
        ("-author:'Léa'", Not(Field("author", "lea"))),
        ('author:"Léa  DUPONT"', Field("author", "lea dupont")),
        ("handle:@Lea@piaille.fr", Field("handle", "lea@piaille.fr")),
        ("site:https://www.LeMonde.fr/", Field("site", "lemonde.fr")),
        ("url:https://x.fr/A?b=c", Field("url", "https://x.fr/a?b=c")),
        ("url:a*b", Field("url", "a*b")),
        ("source:«Le Matin \u2013 éco»", Field("source", "le matin \u2013 éco")),
        ("kind:Review", Field("kind", "review")),
        (
            "sentiment:NEG is:unread has:link",
            And((Field("sentiment", "neg"), Field("is", "unread"), Field("has", "link"))),
        ),
        ("rating:<=2", NumberRange("rating", high=2.0)),
        ("rating:2,5", NumberRange("rating", 2.5, 2.5)),
        ("rating:1..3", NumberRange("rating", 1.0, 3.0)),
        ("followers:>1000", NumberRange("followers", low=1000.0, low_included=False)),
        ("date:2026-11-01..2026-11-20", DateRange("2026-11-01", "2026-11-20")),
        ("date:2026-11", DateRange("2026-11", "2026-11")),
        ("date:<2026-11-01t10:30", DateRange(high="2026-11-01T10:30", high_included=False)),
        ("date:PT6H", Recent(6 * 3_600_000)),
        ("date:p1wt1m", Recent(7 * 86_400_000 + 60_000)),
    ],
)
def test_reads(query: str, tree: Node) -> None:
    """What each form of the language means, and that printing keeps it."""
    assert parse(query) == tree
    assert parse(format_query(tree)) == tree


@pytest.mark.parametrize(
    ("query", "position", "suggestion"),
    [
        ("", 0, ""),
        (" \n\u00a0", 0, ""),
        ("a OR", 4, ""),
        ("OR a", 0, ""),
        ("a AND OR b", 6, ""),
        ("NOT", 3, ""),
        ("a ()", 3, ""),
        ("(a OR )", 6, ""),
        ("(a (b)", 0, ""),
        ("a) b", 1, ""),
        ('a "b', 2, ""),
        ("a »", 2, ""),
        ("titel:a", 0, "title:"),
        ("a folowers:>3", 2, "followers:"),
        ("a zzzzzz:3", 2, ""),
        ("title: a", 0, ""),
        ("title:author:a", 6, ""),
        ("title:OR", 6, ""),
        ("a title:-b", 8, ""),
        ("title:(a lang:fr)", 0, ""),
        ("title:(text:a)", 0, ""),
        ("kind:(post OR reply)", 5, ""),
        ("sentiment:negatif", 10, "neg"),
        ("kind:revue", 5, "review"),
        ("rating:bad", 7, ""),
        ("rating:..", 7, ""),
        ("rating:<1..2", 7, ""),
        ("date:2026-13-01", 5, ""),
        ("date:2026-02-30", 5, ""),
        ("date:PT0S", 5, ""),
        ("date:P1M", 5, ""),
        ("author:!!", 7, ""),
        ("author:dup*", 7, ""),
        ('source:"x"*', 10, ""),
        ("wo*", 2, ""),
        ("#ab*", 3, ""),
        ("fibre-*", 6, ""),
        ("w*n", 0, ""),
        ("a*b*c*de", 0, ""),
        ("*fibre", 0, ""),
        ("?ibre", 0, ""),
        ("l'op?rateur", 0, ""),
        ("a b~1", 2, ""),
        ("fibre~2", 5, ""),
        ("fibre~3", 5, ""),
        ('"a"~3', 1, ""),
        ('"a b"~99', 6, ""),
        ("cle~", 0, ""),
        ("/fib[re/", 7, ""),
        ("/a*/", 0, ""),
        ("a NEAR/3 lang:fr", 2, ""),
        ("a NEAR/3 (b c)", 2, ""),
        ("a NEAR/3 -b", 9, ""),
        ("a NEAR/900 b", 2, ""),
        ("NEAR/3 b", 0, ""),
        ("SENT(a lang:fr)", 0, ""),
        ("SENT(SENT(a))", 0, ""),
        ("ATLEAST/2(a b)", 0, ""),
        ("title:(SENT(a) lang:fr)", 0, ""),
        ("state:fini", 6, ""),
        ("search:", 0, ""),
        ("a & b", 2, "AND"),
        ("a || b", 2, "OR"),
        ("a - b", 2, "NOT"),
        ("a !!!", 2, ""),
    ],
)
def test_errors_point_at_the_character_and_propose_the_nearest_word(query: str, position: int, suggestion: str) -> None:
    """Position, suggestion, a sentence that shows both, the exit code of a wrong usage."""
    with pytest.raises(QueryError) as caught:
        parse(query)
    error = caught.value
    assert (error.position, error.suggestion) == (position, suggestion)
    assert str(position + 1) in error.message
    assert suggestion in error.message
    assert error.expected in error.hint
    assert error.exit_code == EXIT_USAGE


def test_an_error_repeats_no_control_character_of_the_query() -> None:
    """A query from elsewhere (a shared config) cannot speak to the terminal through its error."""
    with pytest.raises(QueryError) as caught:
        parse("kind:\x1b]0;owned\x07\x1b[31mx\u202e")
    assert caught.value.message.isprintable()


@pytest.mark.parametrize(
    "query",
    [
        "(" * 10_000,
        "(" * 9_000 + "a" + ")" * 9_000,
        "(a " * 6_000,
        ")" * 10_000,
        '"' * 9_999,
        "a" * 1_000_000,
        "a " * 500_000,
        "OR " * 6_000,
        "a:" * 9_000,
        "title:" * 3_000,
        "*" * 19_000,
        "\x00" * 100,
        "\ud800",
        "~1" * 9_000,
        "?a" * 9_000 + " =",
    ],
)
def test_hostile_queries_are_refused_cleanly(query: str) -> None:
    """Never a RecursionError, never a hang."""
    with pytest.raises(QueryError):
        parse(query)


def test_long_and_deep_queries_within_the_limits_are_read() -> None:
    """The limits themselves still work, with every operator at every level."""
    deep = "-(a OR b " * MAX_NESTING + "c" + ")" * MAX_NESTING
    assert parse(format_query(parse(deep))) == parse(deep)
    assert parse("NOT " * 4_999 + "a") == Not(A)
    wide = parse("a" + " OR a" * ((MAX_LENGTH - 1) // 5))
    assert isinstance(wide, Or)
    assert parse("--" * 1_000 + "a") == Not(A)


@given(queries)
def test_printing_and_reading_again_gives_the_same_tree(tree: Node) -> None:
    """parse(format_query(tree)) == tree."""
    assert parse(format_query(tree)) == tree


@given(trees(words))
def test_printing_is_stable(tree: Node) -> None:
    """The printed form is canonical."""
    assert format_query(parse(format_query(tree))) == format_query(tree)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *'()"«»“”-*:#@.!~/=?<>& \n\u00a0',
                "a",
                "fibre",
                "AND",
                "OU",
                "NOT",
                "title:",
                "author:",
                "date:",
                "is:",
                "é",
            ]
        ),
        max_size=14,
    ).map("".join)
    | st.text(max_size=20)
)
@example("fibre**")
def test_any_text_is_a_query_or_a_query_error(text: str) -> None:
    """Nothing else ever comes out, the position lies inside the text, and what was read can be printed."""
    problem = _problem(text)
    if problem is None:
        assert parse(format_query(parse(text))) == parse(text)
    else:
        assert 0 <= problem.position <= len(text)
        assert clean(problem.message) == problem.message


def _problem(text: str) -> QueryError | None:
    try:
        parse(text)
    except QueryError as error:
        return error
    return None


def test_a_value_of_nothing_is_printed_as_nothing() -> None:
    """A source whose name was nothing but control characters has an empty one: it can still be told."""
    assert format_query(Field("source", "")) == 'source:""'
