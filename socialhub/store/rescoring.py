"""The mentions that the precise model should judge again: those that alerts show, of great reach, or unsure."""

from __future__ import annotations

import json
from typing import Final

from socialhub.model import PRECISE, UNSURE_BELOW
from socialhub.store.connection import Connection

NEWEST: Final = 2_000
"""So many of the newest mentions are looked at: what is older was shown already."""
GREAT_REACH: Final = 10_000
"""Followers or readers from which on a mention is worth a second judgement."""


def worth_judging_again(db: Connection, most: int) -> list[int]:
    """Up to `most` mentions: what open alerts show first, then great reach, then the unsure ones, the newest first."""
    shown = _shown_by_alerts(db)
    rows = db.execute(
        "SELECT m.id FROM mentions m WHERE m.tombstone = '' AND m.model NOT GLOB :precise AND (m.id IN"
        " (SELECT value FROM json_each(:shown)) OR m.id > (SELECT max(id) FROM mentions) - :newest"
        " AND (m.confidence < :unsure OR m.followers >= :great OR m.reach >= :great))"
        " ORDER BY m.id IN (SELECT value FROM json_each(:shown)) DESC,"
        " coalesce(m.followers >= :great OR m.reach >= :great, 0) DESC, m.id DESC LIMIT :most",
        {
            "precise": f"{PRECISE}*",
            "shown": json.dumps(shown),
            "newest": NEWEST,
            "unsure": UNSURE_BELOW,
            "great": GREAT_REACH,
            "most": most,
        },
    )
    return [mention for (mention,) in rows]


def _shown_by_alerts(db: Connection) -> list[int]:
    """The mentions that the facts of open alerts name."""
    shown = []
    for (text,) in db.execute("SELECT facts FROM alerts WHERE state <> 'resolved'"):
        facts = json.loads(text)
        for name in ("top", "first", "waiting"):
            told = facts.get(name)
            shown += [each for each in (told if isinstance(told, list) else [told]) if isinstance(each, int)]
    return shown
