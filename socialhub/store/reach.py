"""How many people a stored mention, and the story it belongs to, may have reached. Formula: socialhub/reach.py."""

from __future__ import annotations

from typing import Final

from socialhub.authors import NETWORK_SQL, READERS_SQL
from socialhub.reach import PEOPLE_SQL, MentionReach, Reach, reach_of, reach_of_mention
from socialhub.store.audiences import audience_of
from socialhub.store.connection import Connection

MOST_MEMBERS: Final = 5_000
"""So many mentions of a story, and so many who passed them on, are asked: 10 µs each."""


def mention_reach(db: Connection, mention: int) -> MentionReach:
    """The reach of one mention, and how it is known; unknown for one that is gone."""
    row = db.execute("SELECT kind, reach, followers, site FROM mentions WHERE id = ?", (mention,)).fetchone()
    if row is None:
        return reach_of_mention("", None, None, None)
    kind, told, followers, site = row
    return reach_of_mention(kind, told, followers, audience_of(db, site))


def story_reach(db: Connection, story: int) -> Reach:
    """The reach of a story (the id of its first mention) with all who repeated it or passed it on, each counted once.

    Who passed a post on is named without followers: they are counted as unknown unless they wrote a mention of it too.
    """
    told = db.execute(
        f"SELECT {READERS_SQL}, {PEOPLE_SQL} FROM (SELECT :story AS id UNION ALL SELECT id FROM mentions"  # noqa: S608
        " WHERE story = :story AND story <> id LIMIT :most) x CROSS JOIN mentions m ON m.id = x.id"
        " JOIN sources s ON s.id = m.source WHERE m.tombstone = ''",
        {"story": story, "most": MOST_MEMBERS},
    ).fetchall()
    passed_on = db.execute(
        f"SELECT {NETWORK_SQL} || '/' || r.author, NULL FROM (SELECT :story AS id UNION ALL SELECT id FROM mentions"  # noqa: S608
        " WHERE story = :story AND story <> id LIMIT :most) x CROSS JOIN relays r ON r.mention = x.id"
        " CROSS JOIN mentions m ON m.id = x.id JOIN sources s ON s.id = m.source LIMIT :most",
        {"story": story, "most": MOST_MEMBERS},
    ).fetchall()
    return reach_of([*told, *passed_on])
