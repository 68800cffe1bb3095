"""FTS5 must index our own tokens as they are: its tokenizer may split at blanks only."""

from __future__ import annotations

import sqlite3
import unicodedata

from socialhub.query.sql import FTS_TOKENIZE
from socialhub.text import tokenise


def test_every_token_that_the_fold_can_make_is_one_token_of_the_index() -> None:
    """Every assigned character of Unicode, alone and inside a word, with the signs of tags and handles."""
    tokens = sorted(
        {
            token
            for code in range(0x110000)
            if unicodedata.category(chr(code)) not in ("Cn", "Co", "Cs")
            for token in tokenise(f"#a{chr(code)}b {chr(code)}")
        }
        | {"@lea", "#fibre", "a_b", "_"}
    )
    db = sqlite3.connect(":memory:")
    db.execute(f'CREATE VIRTUAL TABLE fts USING fts5(body, tokenize="{FTS_TOKENIZE}")')
    db.execute("CREATE VIRTUAL TABLE seen USING fts5vocab('fts', 'row')")
    db.executemany(
        "INSERT INTO fts (body) VALUES (?)", [(" ".join(tokens[n : n + 500]),) for n in range(0, len(tokens), 500)]
    )
    assert {term for (term,) in db.execute("SELECT term FROM seen")} == set(tokens)
    db.close()
