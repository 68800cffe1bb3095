"""The third migration: labels, stories, reach and engagement: what is understood of each mention."""

from __future__ import annotations

from typing import Final

LABELS: Final = """
ALTER TABLE mention_topics ADD COLUMN score REAL NOT NULL DEFAULT 0;
ALTER TABLE mention_topics ADD COLUMN why TEXT NOT NULL DEFAULT '';
ALTER TABLE mention_topics ADD COLUMN own INTEGER NOT NULL DEFAULT 0;
DROP INDEX mentions_by_facet;
CREATE INDEX mentions_by_facet ON mentions(id, source, lang, published, tone, confidence, model) WHERE tombstone = '';

CREATE TABLE corrections (
    mention INTEGER NOT NULL REFERENCES mentions(id),
    topic INTEGER NOT NULL,
    tone INTEGER NOT NULL,
    operator TEXT NOT NULL,
    at INTEGER NOT NULL,
    judged_tone INTEGER,
    judged_confidence REAL NOT NULL DEFAULT 0,
    PRIMARY KEY (mention, topic)
) WITHOUT ROWID;
CREATE TABLE sentiment_models (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    base TEXT NOT NULL,
    before INTEGER REFERENCES sentiment_models(id),
    made INTEGER NOT NULL,
    operator TEXT NOT NULL,
    active INTEGER NOT NULL DEFAULT 0,
    report TEXT NOT NULL DEFAULT '{}',
    weights BLOB NOT NULL
);
"""

REACH: Final = """
ALTER TABLE mentions ADD COLUMN account_created INTEGER;
CREATE TABLE engagement (
    mention INTEGER NOT NULL REFERENCES mentions(id),
    age INTEGER NOT NULL,
    due INTEGER NOT NULL,
    source INTEGER NOT NULL,
    author INTEGER NOT NULL,
    watched TEXT NOT NULL DEFAULT '',
    asks INTEGER NOT NULL DEFAULT 0,
    at INTEGER,
    likes INTEGER,
    shares INTEGER,
    replies INTEGER,
    reach INTEGER,
    expected REAL,
    past INTEGER NOT NULL DEFAULT 0,
    basis TEXT NOT NULL DEFAULT '',
    faster INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (mention, age)
) WITHOUT ROWID;
CREATE INDEX engagement_unread ON engagement(due) WHERE at IS NULL;
CREATE INDEX engagement_by_author ON engagement(author, age, due) WHERE at IS NOT NULL;
CREATE INDEX engagement_by_source ON engagement(source, age, due) WHERE at IS NOT NULL;
"""

AUTHORS: Final = """
CREATE TABLE audiences (
    site TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    low INTEGER NOT NULL,
    high INTEGER NOT NULL,
    people INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE author_roles (
    author TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    operator TEXT NOT NULL,
    at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX mentions_by_author ON mentions(coalesce(nullif(handle, ''), nullif(author, ''), site), published);
"""

HABITS: Final = """
CREATE TABLE habits (
    operator TEXT NOT NULL,
    name TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (operator, name)
) WITHOUT ROWID;
"""
