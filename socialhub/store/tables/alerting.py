"""The fourth migration: the life of an alert: incidents, silences, escalation, verdicts, and what is to be sent.

Three axes are kept apart: whether its cause lasts (`state`), whether it is hidden (`silence`, `inhibitor`) and who has
been told (`notifications`).
"""

from __future__ import annotations

from typing import Final

ALERTING: Final = """
ALTER TABLE alerts ADD COLUMN rule TEXT NOT NULL DEFAULT '';
ALTER TABLE alerts ADD COLUMN topic INTEGER;
ALTER TABLE alerts ADD COLUMN incident INTEGER REFERENCES alerts(id);
ALTER TABLE alerts ADD COLUMN taken_until INTEGER;
ALTER TABLE alerts ADD COLUMN assignee TEXT NOT NULL DEFAULT '';
ALTER TABLE alerts ADD COLUMN silence INTEGER;
ALTER TABLE alerts ADD COLUMN inhibitor INTEGER REFERENCES alerts(id);
ALTER TABLE alerts ADD COLUMN verdict TEXT NOT NULL DEFAULT ''
    CHECK (verdict IN ('', 'real', 'false', 'not_actionable'));
ALTER TABLE alerts ADD COLUMN step INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alerts ADD COLUMN step_due INTEGER;
ALTER TABLE alerts ADD COLUMN chain TEXT NOT NULL DEFAULT '';
ALTER TABLE alerts ADD COLUMN calm_since INTEGER;
ALTER TABLE alerts ADD COLUMN told INTEGER;
ALTER TABLE alert_events ADD COLUMN until INTEGER;
CREATE INDEX alerts_by_end ON alerts(ended);
CREATE INDEX alerts_by_rule ON alerts(rule, topic, started);
CREATE INDEX alert_events_by_alert ON alert_events(alert, id);

CREATE TABLE silences (
    id INTEGER PRIMARY KEY,
    rev INTEGER NOT NULL,
    query TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> ''),
    operator TEXT NOT NULL,
    made INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    ended INTEGER,
    ended_by TEXT NOT NULL DEFAULT '',
    warned INTEGER
);
CREATE TABLE silenced (
    silence INTEGER NOT NULL REFERENCES silences(id),
    alert INTEGER NOT NULL REFERENCES alerts(id),
    PRIMARY KEY (silence, alert)
) WITHOUT ROWID;
CREATE INDEX silences_in_force ON silences(ends) WHERE ended IS NULL;

CREATE TABLE notifications (
    id INTEGER PRIMARY KEY,
    rev INTEGER NOT NULL,
    alert INTEGER REFERENCES alerts(id),
    target TEXT NOT NULL,
    reason TEXT NOT NULL,
    severity INTEGER NOT NULL,
    made INTEGER NOT NULL,
    due INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'gathered', 'failed', 'dropped')),
    tries INTEGER NOT NULL DEFAULT 0,
    sent INTEGER,
    error TEXT NOT NULL DEFAULT '',
    failed INTEGER,
    failing INTEGER,
    message_id TEXT NOT NULL,
    doubt INTEGER NOT NULL DEFAULT 0,
    digest INTEGER REFERENCES notifications(id),
    title TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT ''
);
CREATE INDEX notifications_due ON notifications(due) WHERE state = 'waiting';
CREATE INDEX notifications_waiting ON notifications(target, due) WHERE state = 'waiting';
CREATE INDEX notifications_in_flight ON notifications(target) WHERE state = 'sending';
CREATE INDEX notifications_sent ON notifications(target, sent) WHERE state = 'sent';
CREATE INDEX notifications_failing ON notifications(target, failing) WHERE failing IS NOT NULL;
CREATE INDEX notifications_by_alert ON notifications(alert, target);
CREATE INDEX notifications_by_digest ON notifications(digest) WHERE digest IS NOT NULL;
"""
