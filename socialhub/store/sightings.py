"""The ways by which a mention was seen, and what each shows of it: words, author, numbers.

A mention seen by one way alone has them in its own row. From the second on every sighting keeps its own: the figures
of one post on several servers are partial views of the same people, so that the mention has the greatest of each and
never their sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from socialhub.bridges import is_bridged
from socialhub.identities import SPLIT, is_copy, resolved
from socialhub.model import Draft
from socialhub.seen_words import Way
from socialhub.store.connection import Connection, next_revs
from socialhub.store.prepared import Sighting

_FIGURES: Final = ("likes", "shares", "replies", "reach")


def note_met(db: Connection, source: int, seen: int, sightings: Sequence[Sighting]) -> None:
    """Stored posts met by a new way. Of one that was taken away nothing but the way is kept."""
    for each in sightings:
        draft = each.draft
        new = db.execute(
            "INSERT OR IGNORE INTO sightings (source, native_id, mention, seen) VALUES (?, ?, ?, ?)",
            (source, draft.native_id, each.mention, seen),
        ).rowcount
        if new and _keep_first(db, each.mention):
            _write(db, source, each)
        (canonical,) = db.execute("SELECT canonical_id FROM mentions WHERE id = ?", (each.mention,)).fetchone()
        aliases = [(id_, each.mention) for id_ in (draft.canonical_id, each.name) if id_ and id_ != canonical]
        db.executemany("INSERT OR IGNORE INTO aliases (id, mention) VALUES (?, ?)", aliases)


def note_shown(db: Connection, source: int, views: Sequence[Sighting]) -> None:
    """Ways that show other words or numbers than before."""
    for each in views:
        if _keep_first(db, each.mention):
            _write(db, source, each)
            _follow_leader(db, source, each)


def _keep_first(db: Connection, mention: int) -> bool:
    """Copy to the sighting that the mention speaks by what it shows, unless it has it; False for a tombstone."""
    row = db.execute(
        "SELECT source, native_id, exact_key, canonical_id, kind, url, site, author, handle, likes, shares, replies,"
        " reach FROM mentions WHERE id = ? AND tombstone = ''",
        (mention,),
    ).fetchone()
    if row is None:
        return False
    db.execute(
        "UPDATE sightings SET words = ?, claimed = ?, kind = ?, url = ?, site = ?, author = ?, handle = ?, likes = ?,"
        " shares = ?, replies = ?, reach = ? WHERE source = ? AND native_id = ? AND words IS NULL",
        (*row[2:], *row[:2]),
    )
    return True


_SAME: Final = "CASE WHEN title = :title AND text = :text THEN NULL ELSE {} END"
_OWN: Final = ("kind", "url", "site", "author", "handle")
_WRITE: Final = (
    f"UPDATE sightings SET words = :words, claimed = :claimed, {', '.join(f'{each} = :{each}' for each in _OWN)},"  # noqa: S608
    f" {', '.join(f'{each} = coalesce(:{each}, {each})' for each in _FIGURES)}, gone = '', (title, text) ="
    f" (SELECT {_SAME.format(':title')}, {_SAME.format(':text')} FROM mentions WHERE id = sightings.mention)"
    " WHERE source = :source AND native_id = :native"
)


def _write(db: Connection, source: int, shown: Sighting) -> None:
    draft = shown.draft
    db.execute(
        _WRITE,
        {name: getattr(draft, name) for name in (*_OWN, "title", "text", *_FIGURES)}
        | {"words": shown.words, "claimed": draft.canonical_id, "source": source, "native": draft.native_id},
    )


def _follow_leader(db: Connection, source: int, shown: Sighting) -> None:
    """Followers and stars are those of the way that the mention speaks by."""
    draft = shown.draft
    told = (draft.followers, draft.rating)
    row = db.execute(
        "SELECT followers, rating FROM mentions WHERE id = ? AND source = ? AND native_id = ?",
        (shown.mention, source, draft.native_id),
    ).fetchone()
    if row is not None and any(new is not None and new != old for new, old in zip(told, row, strict=True)):
        db.execute(
            "UPDATE mentions SET rev = ?, followers = coalesce(?, followers), rating = coalesce(?, rating)"
            " WHERE id = ?",
            (next_revs(db), *told, shown.mention),
        )


def keep_words(db: Connection, mention: int, title: str, text: str, source: int, native_id: str) -> None:
    """The mention's words change: sightings that share the old ones keep them, but for the one that shows the new."""
    db.execute(
        "UPDATE sightings SET title = ?, text = ? WHERE mention = ? AND words IS NOT NULL AND text IS NULL"
        " AND NOT (source = ? AND native_id = ?)",
        (title, text, mention, source, native_id),
    )
    db.execute(
        "UPDATE sightings SET title = NULL, text = NULL WHERE source = ? AND native_id = ? AND mention = ?",
        (source, native_id, mention),
    )


def settle_numbers(db: Connection, mentions: Iterable[int]) -> None:
    """Give mentions seen by several ways the greatest of each figure that one of them shows."""
    greatest = ", ".join(f"max(g.{each})" for each in _FIGURES)
    for mention in mentions:
        row = db.execute(
            f"SELECT {greatest}, m.likes, m.shares, m.replies, m.reach FROM sightings g"  # noqa: S608
            " JOIN mentions m ON m.id = g.mention AND m.tombstone = ''"
            " WHERE g.mention = ? AND g.words IS NOT NULL AND g.gone = ''",
            (mention,),
        ).fetchone()
        now, before = row[:4], row[4:]
        if any(new is not None and new != old for new, old in zip(now, before, strict=True)):
            db.execute(
                "UPDATE mentions SET rev = ?, likes = coalesce(?, likes), shares = coalesce(?, shares),"
                " replies = coalesce(?, replies), reach = coalesce(?, reach) WHERE id = ?",
                (next_revs(db), *now, mention),
            )


def combined(draft: Draft, known: Sequence[int | float | None]) -> dict[str, Any]:
    """The figures of a draft where the mention has greater ones already, as fields of a draft."""
    figures = zip(_FIGURES, known, strict=False)
    return {
        name: max((each for each in (getattr(draft, name), stored) if each is not None), default=None)
        for name, stored in figures
    }


# ---- reading -----------------------------------------------------------------------------------------------------


def ways_of(db: Connection, mention: int) -> tuple[Way, ...]:
    """The ways by which a mention was seen, the one it speaks by first, then as they came."""
    rows = db.execute(
        "SELECT m.canonical_id, g.source, s.name, s.kind, g.native_id, g.seen, g.source = m.source AND g.native_id ="
        " m.native_id AS leads, g.url, g.handle, ifnull(g.text, ''), g.likes, g.shares, g.replies, g.gone"
        " FROM sightings g JOIN mentions m ON m.id = g.mention JOIN sources s ON s.id = g.source WHERE g.mention = ?"
        " ORDER BY leads DESC, g.seen, s.name, g.native_id",
        (mention,),
    )
    found = []
    for canonical, source, name, kind, native, seen, leads, *shown in rows:
        copy = is_copy(kind, resolved(canonical)) or is_bridged(shown[1])
        found.append(Way(source, name, kind, native, seen, bool(leads), copy, *shown))
    return tuple(found)


# ---- from one mention to another ---------------------------------------------------------------------------------


def hand_over(db: Connection, mention: int, to: int) -> None:
    """All ways by which a mention was seen, and its identities, become those of another."""
    _keep_first(db, mention)
    _keep_first(db, to)
    canonical, title, text, tombstone = db.execute(
        "SELECT canonical_id, title, text, tombstone FROM mentions WHERE id = ?", (mention,)
    ).fetchone()
    db.execute(
        "UPDATE sightings SET title = coalesce(title, ?), text = coalesce(text, ?),"
        " gone = coalesce(nullif(gone, ''), ?) WHERE mention = ?",
        (title, text, tombstone, mention),
    )
    db.execute(
        "UPDATE sightings SET title = NULL, text = NULL WHERE mention = ? AND (title, text) ="
        " (SELECT title, text FROM mentions WHERE id = ?)",
        (mention, to),
    )
    db.execute("UPDATE sightings SET mention = ? WHERE mention = ?", (to, mention))
    db.execute("UPDATE aliases SET mention = ? WHERE mention = ?", (to, mention))
    if not canonical.startswith(SPLIT):
        db.execute("INSERT OR IGNORE INTO aliases (id, mention) VALUES (?, ?)", (canonical, to))
    settle_numbers(db, [to])


def let_go(db: Connection, source: int, native_id: str, to: int) -> None:
    """One way by which a mention was seen becomes the only one of another, which has in its own row what it showed."""
    db.execute(
        "UPDATE sightings SET mention = ?, words = NULL, claimed = '', title = NULL, text = NULL, url = '', site = '',"
        " author = '', handle = '', likes = NULL, shares = NULL, replies = NULL, reach = NULL"
        " WHERE source = ? AND native_id = ?",
        (to, source, native_id),
    )
