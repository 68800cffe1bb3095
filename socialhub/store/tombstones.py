"""What happens to a mention whose author or server took it away: its identity stays, its words and people go."""

from __future__ import annotations

from socialhub.store import fts
from socialhub.store.alert_privacy import forget_quotes
from socialhub.store.connection import Connection, next_revs


def bury(db: Connection, mention: int, reason: str) -> bool:
    """Drop text, author, raw record, versions, relays, snapshots, quotes; keep identity, time, counts and the reason.

    Returns False when it was buried before. A later import of the same post does not bring it back.
    """
    row = db.execute("SELECT title, text FROM mentions WHERE id = ? AND tombstone = ''", (mention,)).fetchone()
    if row is None:
        return False
    fts.delete(db, mention, *row)
    db.execute(
        "UPDATE mentions SET rev = ?, tombstone = ?, title = '', text = '', url = '', author = '',"
        " handle = '', bio = '', followers = NULL, account_created = NULL,"
        " parent_id = '', warning = '', links = '', why = '', raw = NULL,"
        " sha256 = NULL WHERE id = ?",
        (next_revs(db), reason, mention),
    )
    forget_quotes(db, {mention})
    db.execute("UPDATE mention_topics SET why = '' WHERE mention = ?", (mention,))
    for table in ("versions", "relays", "mention_people", "engagement"):
        db.execute(f"DELETE FROM {table} WHERE mention = ?", (mention,))  # noqa: S608
    return True
