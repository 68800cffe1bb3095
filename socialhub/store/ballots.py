"""What was voted on the questions of posts, beside their words. Votes only grow: a way that is behind changes nothing.

Only votes on the choices that stand in the text now are kept: when they are edited, everybody votes anew.
"""

from __future__ import annotations

import json

from socialhub.ballots import Ballot, Choice, Tally, choice_lines
from socialhub.store.connection import Connection, next_revs


def note_ballot(db: Connection, mention: int, ballot: Ballot, now: int) -> None:
    """Note votes that a source told `now` (ms UTC); readers see the mention as changed when they are news."""
    if ballot.votes is None:
        return
    row = db.execute("SELECT text FROM mentions WHERE id = ? AND tombstone = ''", (mention,)).fetchone()
    if row is None or not row[0].endswith(choice_lines(ballot)):
        return
    before = tally_of(db, mention)
    if before is not None and _texts(before.ballot) == _texts(ballot) and (before.ballot.votes or 0) >= ballot.votes:
        return
    choices = json.dumps([[each.text, each.votes] for each in ballot.choices], ensure_ascii=False)
    db.execute(
        "INSERT OR REPLACE INTO ballots (mention, at, several, voters, choices) VALUES (?, ?, ?, ?, ?)",
        (mention, now, int(ballot.several), ballot.voters, choices),
    )
    db.execute("UPDATE mentions SET rev = ? WHERE id = ?", (next_revs(db), mention))


def tally_of(db: Connection, mention: int) -> Tally | None:
    """What was voted on the choices of a mention, None where nothing is known of that."""
    row = db.execute(
        "SELECT b.at, b.several, b.voters, b.choices, m.text FROM ballots b JOIN mentions m ON m.id = b.mention"
        " WHERE b.mention = ?",
        (mention,),
    ).fetchone()
    if row is None:
        return None
    at, several, voters, choices, text = row
    ballot = Ballot(tuple(Choice(*each) for each in json.loads(choices)), bool(several), voters)
    return Tally(at, ballot) if text.endswith(choice_lines(ballot)) else None


def _texts(ballot: Ballot) -> list[str]:
    return [each.text for each in ballot.choices]
