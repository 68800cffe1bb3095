"""The tables of the cache as SQL, a text for each migration; `schema` says when each is run. Append only."""

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


ROOM_WORK: Final = """
ALTER TABLE jobs ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;

CREATE TABLE mention_places (
    place TEXT NOT NULL,
    mention INTEGER NOT NULL REFERENCES mentions(id),
    PRIMARY KEY (place, mention)
) WITHOUT ROWID;
CREATE INDEX mention_places_by_mention ON mention_places(mention);
CREATE TABLE place_hour_counts (
    topic INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    place TEXT NOT NULL,
    tone INTEGER NOT NULL,
    mentions INTEGER NOT NULL,
    PRIMARY KEY (topic, hour, place, tone)
) WITHOUT ROWID;

CREATE TABLE watchlists (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    position INTEGER NOT NULL DEFAULT 0,
    active INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE people (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL DEFAULT '',
    handles TEXT NOT NULL DEFAULT '',
    sites TEXT NOT NULL DEFAULT '',
    bylines TEXT NOT NULL DEFAULT '',
    active INTEGER NOT NULL DEFAULT 1,
    since INTEGER NOT NULL
);
CREATE TABLE watchlist_people (
    list INTEGER NOT NULL REFERENCES watchlists(id),
    person INTEGER NOT NULL REFERENCES people(id),
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (list, person)
) WITHOUT ROWID;
CREATE INDEX watchlist_people_by_person ON watchlist_people(person);
CREATE TABLE mention_people (
    person INTEGER NOT NULL REFERENCES people(id),
    mention INTEGER NOT NULL REFERENCES mentions(id),
    published INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (person, mention)
) WITHOUT ROWID;
CREATE INDEX mention_people_by_time ON mention_people(person, published);
CREATE INDEX mention_people_by_mention ON mention_people(mention);
CREATE TABLE person_notes (
    id INTEGER PRIMARY KEY,
    person INTEGER NOT NULL REFERENCES people(id),
    at INTEGER NOT NULL,
    operator TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('note', 'exchange')),
    text TEXT NOT NULL
);
CREATE INDEX person_notes_by_person ON person_notes(person);

CREATE TABLE mention_work (
    mention INTEGER PRIMARY KEY REFERENCES mentions(id),
    state TEXT NOT NULL DEFAULT 'new',
    assignee TEXT NOT NULL DEFAULT ''
);
CREATE INDEX mention_work_by_state ON mention_work(state);
CREATE INDEX mention_work_by_assignee ON mention_work(assignee);
CREATE TABLE mention_tags (
    tag TEXT NOT NULL,
    mention INTEGER NOT NULL REFERENCES mentions(id),
    PRIMARY KEY (tag, mention)
) WITHOUT ROWID;
CREATE INDEX mention_tags_by_mention ON mention_tags(mention);
CREATE TABLE mention_notes (
    id INTEGER PRIMARY KEY,
    mention INTEGER NOT NULL REFERENCES mentions(id),
    at INTEGER NOT NULL,
    operator TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX mention_notes_by_mention ON mention_notes(mention);
CREATE TABLE work_events (
    id INTEGER PRIMARY KEY,
    mention INTEGER NOT NULL REFERENCES mentions(id),
    at INTEGER NOT NULL,
    operator TEXT NOT NULL,
    action TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT ''
);
CREATE INDEX work_events_by_mention ON work_events(mention);

CREATE TABLE mutes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    query TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    operator TEXT NOT NULL,
    created INTEGER NOT NULL,
    ends INTEGER,
    lifted INTEGER
);
CREATE TABLE muted (
    mention INTEGER NOT NULL REFERENCES mentions(id),
    mute INTEGER NOT NULL REFERENCES mutes(id),
    PRIMARY KEY (mention, mute)
) WITHOUT ROWID;
CREATE INDEX muted_by_mute ON muted(mute);

CREATE TABLE saved_searches (
    name TEXT PRIMARY KEY COLLATE NOCASE,
    query TEXT NOT NULL,
    operator TEXT NOT NULL,
    created INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE search_history (
    operator TEXT NOT NULL,
    query TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (operator, query)
) WITHOUT ROWID;
CREATE TABLE columns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    operator TEXT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    position INTEGER NOT NULL,
    seen INTEGER NOT NULL DEFAULT 0,
    UNIQUE (operator, name)
);

CREATE INDEX mentions_by_facet ON mentions(id, source, lang, published, tone, confidence) WHERE tombstone = '';
CREATE INDEX mentions_by_story ON mentions(story) WHERE story <> id;
CREATE INDEX mentions_by_parent ON mentions(parent_id) WHERE parent_id <> '';
"""
