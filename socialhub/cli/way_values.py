"""The ways by which a mention was seen, for the command line: as values for JSON and as lines."""

from __future__ import annotations

from typing import Any

from socialhub.cli.view import moment
from socialhub.i18n import _, labelled
from socialhub.seen_words import Way, way_words
from socialhub.store.connection import Connection
from socialhub.store.sightings import ways_of


def way_values(db: Connection, mention: int) -> list[dict[str, Any]]:
    """The ways for JSON, the one that the mention speaks by first."""
    return [_values(way) for way in ways_of(db, mention)]


def _values(way: Way) -> dict[str, Any]:
    return {
        "source": way.name,
        "kind": way.kind,
        "native_id": way.native_id,
        "seen_at": moment(way.seen),
        "speaks": way.leads,
        "copy": way.copy,
        "url": way.url or None,
        "handle": way.handle or None,
        "own_text": way.text or None,
        "likes": way.likes,
        "shares": way.shares,
        "replies": way.replies,
        "gone": way.gone or None,
    }


def way_facts(db: Connection, mention: int) -> list[tuple[str, str]]:
    """A line for each way; none where there is one alone."""
    ways = ways_of(db, mention)
    told = (labelled(way.name, words) if (words := way_words(way)) else way.name for way in ways)
    return [(_("seen by"), line) for line in told] if len(ways) > 1 else []
