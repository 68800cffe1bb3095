"""The second migration: places, people, the work on mentions, mutes, saved searches and columns."""

from __future__ import annotations

from typing import Final

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
