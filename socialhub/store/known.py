"""What the cache already holds of the posts of a batch: by sighting, by identity, and what was erased for good."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from socialhub.model import Draft
from socialhub.store.connection import Connection


@dataclass(slots=True)
class Known:
    """What the cache already holds of a post."""

    mention: int
    exact_key: int
    tombstone: str
    engagement: tuple[int | None, ...]
    published: int
    sighted: bool


def find_known(db: Connection, source: int, drafts: Sequence[tuple[str, str]]) -> dict[str, Known]:
    """What is stored of these (native id, canonical id) pairs, by canonical id.

    A pair is known by the source's own sighting first (an edited canonical id changes nothing), else by identity.
    """
    wanted = json.dumps([native for native, _canonical in drafts])
    columns = (
        "m.id, m.exact_key, m.tombstone, m.published, m.likes, m.shares, m.replies, m.reach, m.rating, m.followers"
    )
    by_native = {
        row[0]: Known(row[1], row[2], row[3], tuple(row[5:]), row[4], sighted=True)
        for row in db.execute(
            f"SELECT s.native_id, {columns} FROM sightings s JOIN mentions m ON m.id = s.mention"  # noqa: S608
            " WHERE s.source = ? AND s.native_id IN (SELECT value FROM json_each(?))",
            (source, wanted),
        )
    }
    unsighted = [canonical for native, canonical in drafts if native not in by_native]
    by_canonical = (
        {
            row[0]: Known(row[1], row[2], row[3], tuple(row[5:]), row[4], sighted=False)
            for row in db.execute(
                f"SELECT m.canonical_id, {columns} FROM mentions m"  # noqa: S608
                " WHERE m.canonical_id IN (SELECT value FROM json_each(?))",
                (json.dumps(unsighted),),
            )
        }
        if unsighted
        else {}
    )
    found: dict[str, Known] = {}
    for native, canonical in drafts:
        known = by_native.get(native) or by_canonical.get(canonical)
        if known is not None:
            found[canonical] = known
    return found


def engagement_of(draft: Draft) -> tuple[int | float | None, ...]:
    """The numbers of a draft that may change without its words changing, in the order of `Known.engagement`."""
    return (draft.likes, draft.shares, draft.replies, draft.reach, draft.rating, draft.followers)


def erasure_hash(db: Connection, canonical_id: str) -> bytes:
    """The salted hash that remembers an erased post without naming it."""
    (salt,) = db.execute("SELECT value FROM facts WHERE name = 'salt'").fetchone()
    return hashlib.blake2b(canonical_id.encode("utf-8", "replace"), key=bytes.fromhex(salt), digest_size=16).digest()


def find_erased(db: Connection, canonical_ids: Iterable[str]) -> set[str]:
    """Those of the ids that were erased and must not be collected again."""
    if db.execute("SELECT 1 FROM erased LIMIT 1").fetchone() is None:
        return set()
    return {
        canonical
        for canonical in canonical_ids
        if db.execute("SELECT 1 FROM erased WHERE hash = ?", (erasure_hash(db, canonical),)).fetchone()
    }
