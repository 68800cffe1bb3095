"""What sources said while they were not heard, and what of it was fetched later."""

from __future__ import annotations

from typing import Final

CATCHING_UP: Final = """
CREATE TABLE catch_ups (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES sources(id),
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    low INTEGER,
    high INTEGER,
    stored INTEGER NOT NULL DEFAULT 0,
    hole INTEGER,
    ended INTEGER,
    looked INTEGER
);
CREATE UNIQUE INDEX one_catch_up ON catch_ups(source) WHERE ended IS NULL;
CREATE INDEX catch_ups_told ON catch_ups(source, id) WHERE ended IS NULL OR hole IS NOT NULL;
CREATE INDEX catch_ups_by_until ON catch_ups(until);
CREATE INDEX catch_ups_to_look_at ON catch_ups(ended) WHERE looked IS NULL;
"""
