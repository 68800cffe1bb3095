"""Reasons: the words to highlight, the branch that matched."""

from __future__ import annotations

import pytest

from socialhub.query import Document, Scope, branch, explain, format_query, parse, reason_lines, spans
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
        ("=Orange", "orange, Orange", ["Orange"]),
        ("panne NEAR/1 box", "panne de box, mais plus de panne", ["panne", "box"]),
        ("fibre~1", "la fibbre", ["fibbre"]),
        ("carte-sim~", "ma cartesim et ma carte sim", ["cartesim", "carte sim"]),
        ("/pan+es?/", "des PANNES", ["PANNES"]),
        ("SENT(a b)", "a b. c", ["a", "b"]),
        ('"b a"~2', "a x b", ["a x b"]),
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


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("(orange OR sosh) panne", ["✓ orange [Orange]", "✗ panne []"]),
        ("orange -fruit", ["✓ orange [Orange]", "✓ NOT fruit []"]),
        ("orange -jus", ["✓ orange [Orange]", "✗ NOT jus [JUS]"]),
        ("sosh OR free", ["✗ sosh OR free []"]),
        ("lang:fr orange", ["✓ lang:fr []", "✓ orange [Orange]"]),
        ("orange NEAR/2 jus", ["✓ orange NEAR/2 jus [Orange JUS]"]),
        ("ora?ge", ["✓ ora?ge [Orange]"]),
    ],
)
def test_every_part_gets_its_verdict_and_its_words(query: str, lines: list[str]) -> None:
    """Why it matched, and why not."""
    document = Document(text="Orange : le JUS, des fruits", lang="fr")
    found = reason_lines(explain(parse(query), document))
    assert [f"{'✓' if line.holds else '✗'} {line.query} [{' '.join(line.words)}]" for line in found] == lines
