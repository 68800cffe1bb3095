"""The table of keys: no two rows share a key, and names are those that Textual knows."""

from __future__ import annotations

import string

import pytest
from textual.keys import _character_to_key

from socialhub.keys import BINDING_IDS, KEYS, clashes, keymap, normalise_keys


def test_ids_are_unique_and_no_two_share_a_key() -> None:
    assert len(set(BINDING_IDS)) == len(BINDING_IDS)
    assert clashes({}) == []


def test_every_key_of_the_table_is_written_as_textual_wants_it() -> None:
    for key in KEYS:
        assert normalise_keys(key.keys) == key.keys


@pytest.mark.parametrize("character", [sign for sign in string.printable if sign.isprintable() and sign not in " ,"])
def test_a_character_takes_the_name_that_textual_gives_it(character: str) -> None:
    assert normalise_keys(character) == _character_to_key(character)
    assert normalise_keys(_character_to_key(character)) == _character_to_key(character)


@pytest.mark.parametrize(
    ("written", "keys"),
    [("/ , ctrl+f", "slash,ctrl+f"), ("é", "é"), ("ctrl+/", "ctrl+slash"), ("+", "plus"), ("shift+tab", "shift+tab")],
)
def test_lists_of_keys(written: str, keys: str) -> None:
    assert normalise_keys(written) == keys


@pytest.mark.parametrize("written", ["", "return", "ctrl+", "ctl+x", "a,,b", "j k", "ctrl+ctrl+x", "\x1b", "f25"])
def test_what_is_no_key(written: str) -> None:
    assert normalise_keys(written) is None


def test_a_rebound_key_clashes_unless_its_owner_moves_too() -> None:
    assert clashes({"search": "q"}) == [("q", "quit", "search")]
    assert clashes({"search": "q", "quit": "ctrl+q"}) == []
    assert clashes({"search": "slash", "filter": "slash"}) == [("slash", "search", "filter")]
    assert keymap({"search": "s"})["search"] == "s"
