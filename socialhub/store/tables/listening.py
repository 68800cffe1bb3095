"""How often sources are asked and why, and crises that somebody declared."""

from __future__ import annotations

from typing import Final

LISTENING: Final = """
ALTER TABLE sources ADD COLUMN every INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sources ADD COLUMN tempo TEXT NOT NULL DEFAULT '';
ALTER TABLE sources ADD COLUMN slowed REAL NOT NULL DEFAULT 1;
ALTER TABLE sources ADD COLUMN empty INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sources ADD COLUMN cost TEXT NOT NULL DEFAULT '{}';
CREATE TABLE crises (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    rev INTEGER NOT NULL,
    topic INTEGER NOT NULL REFERENCES topics(id),
    operator TEXT NOT NULL,
    begun INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    ended INTEGER,
    ended_by TEXT NOT NULL DEFAULT ''
);
"""
