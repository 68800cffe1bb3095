"""Reasons: the words to highlight, the branch that matched."""

from __future__ import annotations

import pytest

from socialhub.query import Document, Scope, branch, format_query, parse, spans
from socialhub.text import tokenise


@pytest.mark.parametrize(
    ("query", "text", "highlighted"),
    [
        ("operateur", "L’Opérateur s'excuse", ["Opérateur"]),
        ("fibre", "la #Fibre, encore la fibre", ["#Fibre", "fibre"]),
        ("#fibre", "la #Fibre, encore la fibre", ["#Fibre"]),
        ("lea", "@Léa et Léa", ["Léa"]),
        ("oeuv*", "Un chef-d’Œuvre", ["Œuvre"]),
        ('"plus de reseau"', "PLUS, de\nréseau !", ["PLUS, de\nréseau"]),
        ('"carte sim"*', "ma carte-SIMple", ["carte-SIMple"]),
        ('fibre OR "la fibre"', "la fibre", ["la fibre"]),
        ("panne -fruit NOT NOT jus", "panne de fruit et jus", ["panne", "jus"]),
        ("title:panne text:fibre", "panne de fibre", ["panne", "fibre"]),
        ("😀", "oh 😀!", ["😀"]),
        ("lang:fr", "rien", []),
        ("a", "", []),
    ],
)
def test_spans_point_at_the_words_in_the_text_as_shown(query: str, text: str, highlighted: list[str]) -> None:
    """Positions are those of the text, not of its fold."""
    assert [text[start:end] for start, end in spans(parse(query), text)] == highlighted


def test_a_word_of_the_title_is_not_highlighted_in_the_text() -> None:
    """Told what the text is, highlighting keeps to the scope of each word."""
    query = parse("title:panne fibre")
    assert spans(query, "panne fibre", Scope.TITLE) == [(0, 5), (6, 11)]
    assert spans(query, "panne fibre", Scope.TEXT) == [(6, 11)]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("(orange OR sosh) (panne OR fibre)", "sosh en panne", "sosh panne"),
        ("orange -fruit OR sosh", "orange", "orange NOT fruit"),
        ("orange OR kind:post", "rien", "kind:post"),
        ("orange panne", "orange", None),
    ],
)
def test_the_branch_names_what_was_true(query: str, text: str, expected: str | None) -> None:
    """Of every OR only the side that was true."""
    found = branch(parse(query), Document(text_tokens=tokenise(text)))
    assert (found and format_query(found)) == expected
