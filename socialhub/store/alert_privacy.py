"""Somebody who is erased leaves alerts too: what they are about, what was noted, why something is silenced, messages;
and what a mention said that is gone, alerts do not go on quoting.

A name is found word for word, in any capitals and with any accents; "Li" is not erased from "Lille".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Any

from socialhub.incidents import AlertKind
from socialhub.query.fields import bare_words
from socialhub.store.connection import Connection, next_revs


def forget_in_alerts(db: Connection, person: str) -> None:
    """Take out whatever names `person` (a name or a handle); silences that do end with it, what they hid is heard."""
    name = f" {bare_words(person)} "
    if not name.strip():
        return

    def names(text: str) -> bool:
        return name in f" {bare_words(text)} "

    for number, subject, facts in db.execute("SELECT id, subject, facts FROM alerts").fetchall():
        if names(subject) or names(facts):
            db.execute(
                "UPDATE alerts SET rev = ?, subject = ?, facts = ? WHERE id = ?",
                # An open alert has a subject of its own.
                (next_revs(db), f"#{number}" if names(subject) else subject, _without(facts, names), number),
            )
    for step, detail in db.execute("SELECT id, detail FROM alert_events WHERE detail <> ''").fetchall():
        if names(detail):
            db.execute("UPDATE alert_events SET detail = '' WHERE id = ?", (step,))
    for number, words in db.execute("SELECT id, query || ' ' || reason FROM silences").fetchall():
        if names(words):
            db.execute("DELETE FROM silenced WHERE silence = ?", (number,))
            db.execute("DELETE FROM silences WHERE id = ?", (number,))
    for number, words in db.execute("SELECT id, title || ' ' || body FROM notifications").fetchall():
        if names(words):
            db.execute(
                "UPDATE notifications SET rev = ?, title = '', body = '',"
                " state = CASE WHEN state IN ('waiting', 'sending') THEN 'dropped' ELSE state END WHERE id = ?",
                (next_revs(db), number),
            )


def forget_quotes(db: Connection, mentions: Collection[int]) -> None:
    """Take what these mentions said out of what alerts keep: examples, [mention, text] each; the text of a wave."""
    quoting = db.execute(
        "SELECT id, facts FROM alerts WHERE kind = ? AND EXISTS (SELECT 1 FROM json_each(facts, '$.examples') e"
        " JOIN json_each(?) m ON json_extract(e.value, '$[0]') = m.value)"
        " OR kind = ? AND json_extract(facts, '$.quoted') IN (SELECT value FROM json_each(?))",
        (AlertKind.WEAK_SIGNAL, gone := json.dumps(list(mentions)), AlertKind.COORDINATION, gone),
    ).fetchall()
    for number, stored in quoting:
        facts = json.loads(stored)
        if "examples" in facts:
            facts["examples"] = [each for each in facts["examples"] if each[0] not in mentions]
        if facts.get("quoted") in mentions:
            del facts["quoted"], facts["text"]
        told = json.dumps(facts, ensure_ascii=False, sort_keys=True)
        db.execute("UPDATE alerts SET rev = ?, facts = ? WHERE id = ?", (next_revs(db), told, number))


def _without(facts: str, names: Callable[[str], bool]) -> str:
    """Stored facts without the pieces that name somebody."""
    return json.dumps(_kept(json.loads(facts), names), ensure_ascii=False, sort_keys=True)


def _kept(value: Any, names: Callable[[str], bool]) -> Any:
    """The value with what names somebody taken out: entries of lists and of tables, whole where they are one thing.

    A table or a list inside a list (an author with their numbers) goes as a whole.
    """
    if isinstance(value, dict):
        kept = {key: each for key, each in value.items() if not names(key)}
        return {key: _kept(each, names) for key, each in kept.items() if not _is_text(each, names)}
    if isinstance(value, list):
        return [each for each in value if not names(json.dumps(each, ensure_ascii=False))]
    return value


def _is_text(value: Any, names: Callable[[str], bool]) -> bool:
    return isinstance(value, str) and names(value)
