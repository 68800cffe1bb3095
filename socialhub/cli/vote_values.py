"""What was voted on the question of a mention, for the command line: as values for JSON and as a line."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from socialhub.ages import moment_text
from socialhub.ballot_words import votes_text
from socialhub.cli.view import moment
from socialhub.i18n import _
from socialhub.store.ballots import tally_of
from socialhub.store.connection import Connection


def vote_values(db: Connection, mention: int) -> dict[str, Any] | None:
    """The votes for JSON."""
    tally = tally_of(db, mention)
    if tally is None:
        return None
    return {
        "choices": [{"text": each.text, "votes": each.votes} for each in tally.ballot.choices],
        "several": tally.ballot.several,
        "voters": tally.ballot.voters,
        "told_at": moment(tally.at),
    }


def vote_facts(db: Connection, mention: int, now: int, zone: tzinfo) -> list[tuple[str, str]]:
    """A line; none where nothing is known."""
    tally = tally_of(db, mention)
    return [] if tally is None else [(_("votes"), votes_text(tally, lambda at: moment_text(at, now, zone)))]
