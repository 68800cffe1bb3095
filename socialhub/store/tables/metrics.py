"""The tables of metrics, their rows as they were told, and the same by the hour for long curves."""

from __future__ import annotations

from typing import Final

METRICS: Final = """
CREATE TABLE metrics (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL,
    name TEXT NOT NULL,
    place TEXT NOT NULL,
    topic TEXT NOT NULL,
    unit TEXT NOT NULL,
    seen INTEGER NOT NULL,
    UNIQUE (source, name, place, topic)
);
CREATE TABLE metric_rows (
    metric INTEGER NOT NULL,
    at INTEGER NOT NULL,
    value REAL NOT NULL,
    PRIMARY KEY (metric, at)
) WITHOUT ROWID;
CREATE TABLE metric_hours (
    metric INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    total REAL NOT NULL,
    rows INTEGER NOT NULL,
    last REAL NOT NULL,
    PRIMARY KEY (metric, hour)
) WITHOUT ROWID;
CREATE TABLE metric_settings (
    name TEXT PRIMARY KEY,
    adds TEXT NOT NULL,
    topics TEXT NOT NULL
) WITHOUT ROWID;
"""
