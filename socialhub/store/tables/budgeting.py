"""The fifth migration: what sources may spend (calls, units, money) and what they have spent, by slots of time."""

from __future__ import annotations

from typing import Final

BUDGETING: Final = """
CREATE TABLE budgets (
    source INTEGER NOT NULL,
    unit TEXT NOT NULL,
    span TEXT NOT NULL,
    zone TEXT NOT NULL,
    most INTEGER NOT NULL,
    PRIMARY KEY (source, unit, span)
) WITHOUT ROWID;
CREATE TABLE spending (
    source INTEGER NOT NULL,
    unit TEXT NOT NULL,
    slot INTEGER NOT NULL,
    what TEXT NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (source, unit, slot, what)
) WITHOUT ROWID;
"""
