"""What the cache already holds of the posts of a batch: by sighting, by identity, and what was erased for good."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from socialhub.model import Draft
from socialhub.store.connection import Connection


@dataclass(slots=True)
class Known:
    """What the cache already holds of a post; `tombstone` is why its words are gone, "" while they are there.

    Of a post that the source itself showed before (`sighted`): whether the mention speaks by this way (`leads`), the
    exact key of the words it showed (`words`, None where no way keeps its own), its `figures`, whether it said that the
    post is `gone`. Of one that others showed: the kind of source that the mention speaks by and the handle it has
    there, and whether this source shows it under another id (`here`).
    """

    mention: int
    exact_key: int
    tombstone: str
    published: int
    edited: int | None
    engagement: tuple[int | None, ...]
    sighted: bool
    leads: bool = False
    words: int | None = None
    figures: tuple[int | None, ...] = ()
    gone: bool = False
    kind: str = ""
    handle: str = ""
    here: bool = False


_COLUMNS: Final = (
    *("id", "exact_key", "tombstone", "published", "edited"),
    *("likes", "shares", "replies", "reach", "rating", "followers"),
)
_MENTION: Final = ", ".join(f"m.{column}" for column in _COLUMNS)
_FIELDS: Final = len(_COLUMNS)


def find_sighted(db: Connection, source: int, native_ids: Iterable[str]) -> dict[str, Known]:
    """What is stored of the posts that a source showed before, by their ids there."""
    rows = db.execute(
        f"SELECT {_MENTION}, s.native_id, m.source = s.source AND m.native_id = s.native_id, s.words, s.likes,"  # noqa: S608
        " s.shares, s.replies, s.reach, s.gone FROM sightings s JOIN mentions m ON m.id = s.mention"
        " WHERE s.source = ? AND s.native_id IN (SELECT value FROM json_each(?))",
        (source, json.dumps(list(native_ids))),
    )
    found = {}
    for row in rows:
        native, leads, words, *figures, gone = row[_FIELDS:]
        shown = {"words": words, "figures": tuple(figures), "gone": gone != ""}
        found[native] = _known(row, sighted=True, leads=bool(leads), **shown)
    return found


def _known(row: Sequence[Any], **more: Any) -> Known:
    mention, exact_key, tombstone, published, edited, *engagement = row[:_FIELDS]
    return Known(mention, exact_key, tombstone, published, edited, tuple(engagement), **more)


def find_by_name(db: Connection, source: int, names: Iterable[str]) -> dict[str, Known]:
    """What is stored of the posts of these identities, whoever showed them."""
    wanted = json.dumps(list(names))
    found: dict[str, Known] = {}
    for id_, join in (
        ("a.id", "aliases a CROSS JOIN mentions m ON m.id = a.mention"),
        ("m.canonical_id", "mentions m"),
    ):
        rows = db.execute(
            f"SELECT {_MENTION}, {id_}, s.kind, m.handle,"  # noqa: S608
            " EXISTS (SELECT 1 FROM sightings WHERE mention = m.id AND source = ?)"
            f" FROM {join} CROSS JOIN sources s ON s.id = m.source WHERE {id_} IN (SELECT value FROM json_each(?))",
            (source, wanted),
        )
        for row in rows:
            name, kind, handle, here = row[_FIELDS:]
            found[name] = _known(row, sighted=False, kind=kind, handle=handle, here=bool(here))
    return found


def find_named(db: Connection, names: Iterable[str]) -> int | None:
    """The mention of the first of these identities that is stored."""
    for name in names:
        row = db.execute(
            "SELECT id FROM mentions WHERE canonical_id = :name UNION ALL SELECT mention FROM aliases WHERE id = :name",
            {"name": name},
        ).fetchone()
        if row is not None:
            return int(row[0])
    return None


def engagement_of(draft: Draft) -> tuple[int | float | None, ...]:
    """The numbers of a draft that may change without its words changing, in the order of `Known.engagement`."""
    return (draft.likes, draft.shares, draft.replies, draft.reach, draft.rating, draft.followers)


def erasure_hash(db: Connection, canonical_id: str) -> bytes:
    """The salted hash that remembers an erased post without naming it."""
    (salt,) = db.execute("SELECT value FROM facts WHERE name = 'salt'").fetchone()
    return hashlib.blake2b(canonical_id.encode("utf-8", "replace"), key=bytes.fromhex(salt), digest_size=16).digest()


def other_identities(db: Connection, mention: int) -> list[str]:
    """Every identity but its first under which a mention may come again: of the post, and of each way it was seen."""
    rows = db.execute(
        "SELECT id FROM aliases WHERE mention = :mention UNION SELECT s.name || '/' || g.native_id FROM sightings g"
        " JOIN sources s ON s.id = g.source WHERE g.mention = :mention UNION SELECT claimed FROM sightings"
        " WHERE mention = :mention AND claimed <> ''",
        {"mention": mention},
    )
    return [identity for (identity,) in rows]


def find_erased(db: Connection, canonical_ids: Iterable[str]) -> set[str]:
    """Those of the ids that were erased and must not be collected again."""
    if db.execute("SELECT 1 FROM erased LIMIT 1").fetchone() is None:
        return set()
    return {
        canonical
        for canonical in canonical_ids
        if db.execute("SELECT 1 FROM erased WHERE hash = ?", (erasure_hash(db, canonical),)).fetchone()
    }
