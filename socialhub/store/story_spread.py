"""How a story spread: over time, over sites and authors, and who told it first."""

from __future__ import annotations

from collections import Counter
from typing import Final

from socialhub.model import StorySpread
from socialhub.store.connection import Connection

MOST_READ: Final = 10_000
"""Mentions of a story that are read, the first of it: 40 ms. Its number is always whole."""
CELLS: Final = 24
"""Equal lengths of time from the first mention to the last."""
MOST_OUTLETS: Final = 5


def story_spread(db: Connection, story: int) -> StorySpread | None:
    """The spread of a story (the id of its first mention); None for one that is told once, or is gone."""
    (others,) = db.execute("SELECT count(*) FROM mentions WHERE story = ? AND story <> id", (story,)).fetchone()
    if not others:
        return None
    rows = db.execute(
        "SELECT m.published, m.id, iif(m.site <> '', m.site, s.name), iif(m.author <> '', m.author, m.handle),"
        " iif(m.handle <> '', m.handle, m.author)"
        " FROM (SELECT :story AS id UNION ALL SELECT id FROM mentions WHERE story = :story AND story <> id LIMIT :most)"
        " x CROSS JOIN mentions m ON m.id = x.id JOIN sources s ON s.id = m.source",
        {"story": story, "most": MOST_READ},
    ).fetchall()
    first, mention, outlet, author, _account = min(rows)
    last = max(row[0] for row in rows)
    step = max(1, -(-(last - first + 1) // CELLS))
    cells = Counter((row[0] - first) // step for row in rows)
    outlets = Counter(row[2] for row in rows)
    return StorySpread(
        id=story,
        mentions=others + 1,
        first=first,
        last=last,
        first_mention=mention,
        first_author=author,
        first_outlet=outlet,
        authors=len({row[4] for row in rows if row[4]}),
        outlets=tuple(outlets.most_common(MOST_OUTLETS)),
        outlet_count=len(outlets),
        step=step,
        cells=tuple(cells[place] for place in range(-(-(last - first + 1) // step))),
    )
