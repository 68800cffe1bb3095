"""Templates: what they expand to, and that all of ours can be read."""

from __future__ import annotations

from random import Random

import pytest

from socialhub.demo.data import load
from socialhub.demo.grammar import Grammar, GrammarError, tidy
from socialhub.demo.sentences import VALUES


def test_names_values_and_nested_pieces() -> None:
    grammar = Grammar({"cry": ["{place} : {no {fibre|box}|nothing}"]}, Random(1))
    values = {"place": "Rennes"}.get
    assert {grammar.expand("cry", values) for _ in range(40)} == {
        "Rennes : no fibre",
        "Rennes : no box",
        "Rennes : nothing",
    }


def test_every_alternative_is_dealt_before_one_comes_again() -> None:
    grammar = Grammar({"word": ["a", "b", "c", "d"]}, Random(3))
    for _round in range(5):
        assert sorted(grammar.expand("word") for _ in range(4)) == ["A", "B", "C", "D"]


def test_an_empty_piece_leaves_no_double_blank() -> None:
    assert Grammar({"s": ["one {|} two {|}."]}, Random(1)).expand("s") == "One two."


def test_a_capital_where_a_sentence_begins_but_not_in_an_address() -> None:
    assert tidy("bonjour. vous ? oui. https://a.example/x") == "Bonjour. Vous ? Oui. https://a.example/x"


@pytest.mark.parametrize("form", ["{open", "closed}", "{{nested}}", "{a|{b}"])
def test_a_broken_template_is_refused(form: str) -> None:
    with pytest.raises(GrammarError):
        Grammar({"s": [form]}, Random(1))


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(GrammarError):
        Grammar({"s": ["{nobody}"]}, Random(1)).expand("s")


def test_all_our_templates_name_only_what_exists() -> None:
    story = load()
    grammar = Grammar(story.symbols, Random(1))
    assert grammar.missing(VALUES) == set()
    assert sum(len(forms) for forms in story.symbols.values()) > 600
    for beat in story.beats:
        assert beat.form in story.symbols, beat.name
        assert not beat.titles or beat.titles in story.symbols
        assert set(beat.answers) <= {other.name for other in story.beats}
        assert bool(beat.event) == bool(beat.curve or beat.moments), beat.name


def test_every_form_of_every_beat_can_be_expanded() -> None:
    story = load()
    grammar = Grammar(story.symbols, Random(5))
    values = dict.fromkeys(VALUES, "x").get
    for name, forms in story.symbols.items():
        for index in range(len(forms)):
            assert "{" not in grammar.expand_nth(name, index, values)
