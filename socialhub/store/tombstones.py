"""What happens to a mention whose author or server took it away: its identity stays, its words and people go.

Gone on one server is not gone everywhere: only who speaks for the post (identities.is_home), or the last way by which
it is seen, takes it away.
"""

from __future__ import annotations

from socialhub.gone_words import PASSING
from socialhub.identities import is_home, resolved
from socialhub.model import Deletion
from socialhub.store import fts
from socialhub.store.alert_privacy import forget_quotes
from socialhub.store.connection import Connection, next_revs
from socialhub.store.known import find_named
from socialhub.store.prepared import Intake
from socialhub.store.sightings import settle_numbers

_MOST_OF_ACCOUNT = 2_000
"""Posts of one account that are taken away at once; those of a busier one go by being asked for again."""


def take_away(db: Connection, intake: Intake, deletion: Deletion) -> None:
    """What a source says is gone: the mention, or its way of being seen alone; or all that an account wrote."""
    if deletion.account:
        _close_account(db, intake, deletion)
        return
    mention, native = None, deletion.native_id
    if native:
        row = db.execute(
            "SELECT mention FROM sightings WHERE source = ? AND native_id = ?", (intake.source, native)
        ).fetchone()
        mention = None if row is None else int(row[0])
    if mention is None and deletion.canonical_id:
        mention, native = find_named(db, (deletion.canonical_id, resolved(deletion.canonical_id))), ""
    if mention is None:
        return
    (canonical,) = db.execute("SELECT canonical_id FROM mentions WHERE id = ?", (mention,)).fetchone()
    speaks = is_home(intake.kind, intake.server, resolved(canonical))
    if speaks or not _seen_elsewhere(db, mention, intake.source, native):
        bury(db, mention, deletion.reason)
        return
    db.execute(
        "UPDATE sightings SET gone = ? WHERE mention = ? AND source = ? AND (? = '' OR native_id = ?)",
        (deletion.reason, mention, intake.source, native, native),
    )
    settle_numbers(db, [mention])
    db.execute("UPDATE mentions SET rev = ? WHERE id = ?", (next_revs(db), mention))


def _close_account(db: Connection, intake: Intake, deletion: Deletion) -> None:
    """Take away every post whose identity begins with that of the account, where the source speaks for it."""
    if not is_home(intake.kind, intake.server, deletion.account):
        return
    # "0" follows "/", the last character of the beginning: a stretch of the index of identities.
    rows = db.execute(
        "SELECT id FROM mentions WHERE canonical_id >= :begin AND canonical_id < :end AND tombstone = ''"
        " UNION SELECT m.id FROM aliases a JOIN mentions m ON m.id = a.mention AND m.tombstone = ''"
        " WHERE a.id >= :begin AND a.id < :end LIMIT :most",
        {"begin": deletion.account, "end": f"{deletion.account[:-1]}0", "most": _MOST_OF_ACCOUNT},
    )
    for (mention,) in rows.fetchall():
        bury(db, mention, deletion.reason)


def _seen_elsewhere(db: Connection, mention: int, source: int, native: str) -> bool:
    """Whether it is still seen by another way than this of a source ("": than any of it)."""
    other = db.execute(
        "SELECT 1 FROM sightings WHERE mention = ? AND gone = '' AND NOT (source = ? AND (? = '' OR native_id = ?))"
        " LIMIT 1",
        (mention, source, native, native),
    )
    return other.fetchone() is not None


def bury(db: Connection, mention: int, reason: str) -> bool:
    """Drop text, author, raw record, versions, relays, snapshots, votes, quotes; keep identity, time, counts, reason.

    Returns False when it was buried before: then a reason that may pass gives way to the one that is told now. A later
    import of the same post does not bring it back.
    """
    *words, before = db.execute("SELECT title, text, tombstone FROM mentions WHERE id = ?", (mention,)).fetchone()
    if before:
        if before in PASSING and before != reason:
            db.execute("UPDATE mentions SET rev = ?, tombstone = ? WHERE id = ?", (next_revs(db), reason, mention))
        return False
    fts.delete(db, mention, *words)
    db.execute(
        "UPDATE mentions SET rev = ?, tombstone = ?, title = '', text = '', url = '', author = '',"
        " handle = '', bio = '', followers = NULL, account_created = NULL,"
        " parent_id = '', warning = '', links = '', why = '', raw = NULL,"
        " sha256 = NULL WHERE id = ?",
        (next_revs(db), reason, mention),
    )
    db.execute(
        "UPDATE sightings SET words = NULL, title = NULL, text = NULL, url = '', site = '', author = '', handle = '',"
        " likes = NULL, shares = NULL, replies = NULL, reach = NULL WHERE mention = ?",
        (mention,),
    )
    forget_quotes(db, {mention})
    db.execute("UPDATE mention_topics SET why = '' WHERE mention = ?", (mention,))
    for table in ("versions", "relays", "mention_people", "engagement", "ballots"):
        db.execute(f"DELETE FROM {table} WHERE mention = ?", (mention,))  # noqa: S608
    return True
