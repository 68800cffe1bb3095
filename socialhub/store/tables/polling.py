"""The eighth migration: how each source was heard by quarters of an hour, its last exchange, since when it is paused.

`poll_slots` holds two days at most (store.poll_slots). A row is there when somebody collected: `heard` counts answers
(of a stream: times it was heard from), `stored` new mentions. `exchanges` has one row a source, redacted before it
comes here (sources.notebook).
"""

from __future__ import annotations

from typing import Final

POLLING: Final = """
CREATE TABLE poll_slots (
    slot INTEGER NOT NULL,
    source INTEGER NOT NULL REFERENCES sources(id),
    heard INTEGER NOT NULL DEFAULT 0,
    stored INTEGER NOT NULL DEFAULT 0,
    slow INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    paused INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (slot, source)
) WITHOUT ROWID;

CREATE TABLE exchanges (
    source INTEGER PRIMARY KEY REFERENCES sources(id),
    at INTEGER NOT NULL,
    told TEXT NOT NULL
);

ALTER TABLE sources ADD COLUMN paused_at INTEGER;
"""

SLOTS_SO_FAR: Final = """
WITH RECURSIVE quarters(slot) AS (
    SELECT max(end) / :length * :length FROM polls
    UNION ALL SELECT slot - :length FROM quarters
    WHERE slot > (SELECT max(end) FROM polls) - :kept
),
recent AS MATERIALIZED (
    SELECT source, start, end, outcome FROM polls WHERE end >= (SELECT max(end) FROM polls) - :kept
)
INSERT OR IGNORE INTO poll_slots (slot, source, heard, stored, failed)
SELECT q.slot, p.source, sum(p.outcome = 'ok'), (
    SELECT coalesce(sum(c.mentions), 0) FROM counts c
    WHERE c.topic = 0 AND c.minute >= q.slot AND c.minute < q.slot + :length AND c.source = p.source
), sum(p.outcome <> 'ok')
FROM quarters q JOIN recent p ON p.start < q.slot + :length AND p.end >= q.slot
WHERE q.slot IS NOT NULL
GROUP BY q.slot, p.source
"""
"""What spans and counts tell of the last two days: that something answered or failed in a quarter, not how often."""
