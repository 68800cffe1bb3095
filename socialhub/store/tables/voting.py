"""What was voted on questions of posts, as their sources told it last; the choices are a JSON list of [text, votes]."""

from __future__ import annotations

from typing import Final

VOTING: Final = """
CREATE TABLE ballots (
    mention INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    several INTEGER NOT NULL,
    voters INTEGER,
    choices TEXT NOT NULL
);
"""
