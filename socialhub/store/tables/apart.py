"""Handles that are not the people on watchlists they would be taken for, because somebody said so."""

from __future__ import annotations

from typing import Final

APART: Final = """
CREATE TABLE people_apart (
    handle TEXT PRIMARY KEY,
    operator TEXT NOT NULL,
    at INTEGER NOT NULL
) WITHOUT ROWID;
"""
