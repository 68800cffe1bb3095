"""Who is the first of a story in a topic: the oldest mention of the same words that the topic holds.

The story's own first may belong to other topics only (a topic may ask for a source, an author, a date).
"""

from __future__ import annotations

from socialhub.store.connection import Connection


def first_in_topic(db: Connection, topic: int, story: int) -> int | None:
    """The oldest mention of a story (the id of its first mention) in a topic; None when the topic holds none of it."""
    if db.execute("SELECT 1 FROM mention_topics WHERE topic = ? AND mention = ?", (topic, story)).fetchone():
        return story
    row = db.execute(
        "SELECT m.id FROM mentions m CROSS JOIN mention_topics t ON t.topic = ? AND t.mention = m.id"
        " WHERE m.story = ? AND m.story <> m.id ORDER BY m.id LIMIT 1",
        (topic, story),
    ).fetchone()
    return int(row[0]) if row else None
