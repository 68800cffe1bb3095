"""The first tables of the cache: sources, mentions and what hangs on them, counts, jobs, alerts, marks."""

from __future__ import annotations

from typing import Final

FIRST_TABLES: Final = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
INSERT INTO facts VALUES ('rev', 0), ('salt', hex(randomblob(16)));

CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    configured INTEGER NOT NULL DEFAULT 1,
    streaming INTEGER NOT NULL DEFAULT 0,
    interval INTEGER NOT NULL DEFAULT 600000,
    settings_hash TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'stopped')),
    paused_until INTEGER,
    poll_requested INTEGER,
    due INTEGER,
    wait_until INTEGER,
    connected INTEGER NOT NULL DEFAULT 0,
    first_success INTEGER,
    last_start INTEGER,
    last_success INTEGER,
    last_item INTEGER,
    last_error INTEGER,
    error TEXT NOT NULL DEFAULT '',
    failures INTEGER NOT NULL DEFAULT 0,
    stored INTEGER NOT NULL DEFAULT 0,
    cursor TEXT NOT NULL DEFAULT '{}'
);

CREATE TABLE topics (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    query TEXT NOT NULL,
    query_hash TEXT NOT NULL,
    colour TEXT NOT NULL DEFAULT '',
    position INTEGER NOT NULL DEFAULT 0,
    active INTEGER NOT NULL DEFAULT 1,
    since INTEGER NOT NULL
);

CREATE TABLE mentions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    rev INTEGER NOT NULL,
    canonical_id TEXT NOT NULL UNIQUE,
    source INTEGER NOT NULL REFERENCES sources(id),
    native_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    published INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    edited INTEGER,
    backfill INTEGER NOT NULL DEFAULT 0,
    tone INTEGER,
    confidence REAL NOT NULL DEFAULT 0,
    score REAL NOT NULL DEFAULT 0,
    model TEXT NOT NULL DEFAULT '',
    why TEXT NOT NULL DEFAULT '',
    exact_key INTEGER NOT NULL,
    story INTEGER NOT NULL,
    lang TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL DEFAULT '',
    text TEXT NOT NULL DEFAULT '',
    url TEXT NOT NULL DEFAULT '',
    site TEXT NOT NULL DEFAULT '',
    author TEXT NOT NULL DEFAULT '',
    handle TEXT NOT NULL DEFAULT '',
    bio TEXT NOT NULL DEFAULT '',
    followers INTEGER,
    rating REAL,
    likes INTEGER,
    shares INTEGER,
    replies INTEGER,
    reach INTEGER,
    place TEXT NOT NULL DEFAULT '',
    parent_id TEXT NOT NULL DEFAULT '',
    warning TEXT NOT NULL DEFAULT '',
    links TEXT NOT NULL DEFAULT '',
    media INTEGER NOT NULL DEFAULT 0,
    tombstone TEXT NOT NULL DEFAULT '',
    sha256 BLOB,
    raw BLOB
);
CREATE INDEX mentions_by_rev ON mentions(rev);
CREATE INDEX mentions_by_published ON mentions(published);
CREATE INDEX mentions_by_source ON mentions(source);

CREATE TABLE sightings (
    source INTEGER NOT NULL,
    native_id TEXT NOT NULL,
    mention INTEGER NOT NULL REFERENCES mentions(id),
    seen INTEGER NOT NULL,
    PRIMARY KEY (source, native_id)
) WITHOUT ROWID;
CREATE INDEX sightings_by_mention ON sightings(mention);

CREATE TABLE mention_topics (
    topic INTEGER NOT NULL REFERENCES topics(id),
    mention INTEGER NOT NULL REFERENCES mentions(id),
    tone INTEGER,
    confidence REAL NOT NULL DEFAULT 0,
    first_of_story INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (topic, mention)
) WITHOUT ROWID;
CREATE INDEX mention_topics_by_mention ON mention_topics(mention);

CREATE TABLE relays (
    mention INTEGER NOT NULL REFERENCES mentions(id),
    author TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (mention, author)
) WITHOUT ROWID;

CREATE TABLE versions (
    mention INTEGER NOT NULL REFERENCES mentions(id),
    seen INTEGER NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    sha256 BLOB,
    raw BLOB,
    PRIMARY KEY (mention, seen)
);

CREATE TABLE counts (
    topic INTEGER NOT NULL,
    minute INTEGER NOT NULL,
    source INTEGER NOT NULL,
    tone INTEGER NOT NULL,
    mentions INTEGER NOT NULL,
    stories INTEGER NOT NULL,
    PRIMARY KEY (topic, minute, source, tone)
) WITHOUT ROWID;
CREATE TABLE hour_counts (
    topic INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    source INTEGER NOT NULL,
    tone INTEGER NOT NULL,
    mentions INTEGER NOT NULL,
    stories INTEGER NOT NULL,
    PRIMARY KEY (topic, hour, source, tone)
) WITHOUT ROWID;
CREATE TABLE place_counts (
    topic INTEGER NOT NULL,
    minute INTEGER NOT NULL,
    place TEXT NOT NULL,
    tone INTEGER NOT NULL,
    mentions INTEGER NOT NULL,
    PRIMARY KEY (topic, minute, place, tone)
) WITHOUT ROWID;

CREATE TABLE polls (
    source INTEGER NOT NULL REFERENCES sources(id),
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    polls INTEGER NOT NULL DEFAULT 1,
    items INTEGER NOT NULL DEFAULT 0,
    complete INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (source, start)
) WITHOUT ROWID;

CREATE TABLE collectors (
    id INTEGER PRIMARY KEY,
    pid INTEGER NOT NULL,
    host TEXT NOT NULL,
    started INTEGER NOT NULL,
    beat INTEGER NOT NULL,
    ended INTEGER,
    config_hash TEXT NOT NULL,
    version TEXT NOT NULL
);

CREATE TABLE jobs (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    parameters TEXT NOT NULL DEFAULT '{}',
    progress TEXT NOT NULL DEFAULT '{}',
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    operator TEXT NOT NULL DEFAULT '',
    created INTEGER NOT NULL,
    ended INTEGER,
    error TEXT NOT NULL DEFAULT ''
);

CREATE TABLE alerts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    rev INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    severity INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('firing', 'acknowledged', 'resolved')),
    started INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    ended INTEGER,
    taken_by TEXT NOT NULL DEFAULT '',
    taken_at INTEGER,
    facts TEXT NOT NULL DEFAULT '{}'
);
CREATE UNIQUE INDEX one_open_alert ON alerts(kind, subject) WHERE state <> 'resolved';
CREATE INDEX alerts_by_rev ON alerts(rev);
CREATE TABLE alert_events (
    id INTEGER PRIMARY KEY,
    alert INTEGER NOT NULL REFERENCES alerts(id),
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    operator TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT ''
);

CREATE TABLE operators (name TEXT PRIMARY KEY, read_below INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE read_marks (
    operator TEXT NOT NULL,
    mention INTEGER NOT NULL,
    read INTEGER NOT NULL,
    PRIMARY KEY (operator, mention)
) WITHOUT ROWID;

CREATE TABLE erased (hash BLOB PRIMARY KEY) WITHOUT ROWID;

CREATE VIEW fts_content AS
    SELECT id, fold_words(title) AS title, fold_words(text) AS body, fold_marks(title, text) AS marks
    FROM mentions WHERE tombstone = '';
"""
