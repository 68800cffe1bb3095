"""The schema of the cache as an append-only list of migrations; its length is the schema's version (user_version).

Each migration runs under the write lock in one transaction with its version. Nothing else creates tables. Times are
milliseconds UTC. `tone` is -1, 0, 1 or NULL (never judged); in the counts it is a bucket: -1, 0, 1 or 2 for unsure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from socialhub.clock import DAY
from socialhub.polled import SLOT
from socialhub.store.tables.alerting import ALERTING
from socialhub.store.tables.apart import APART
from socialhub.store.tables.budgeting import BUDGETING
from socialhub.store.tables.catching_up import CATCHING_UP
from socialhub.store.tables.first import FIRST_TABLES
from socialhub.store.tables.listening import LISTENING
from socialhub.store.tables.metrics import METRICS
from socialhub.store.tables.polling import POLLING, SLOTS_SO_FAR
from socialhub.store.tables.rating import RATING
from socialhub.store.tables.room_work import ROOM_WORK
from socialhub.store.tables.seeing import SEEING
from socialhub.store.tables.understanding import AUTHORS, HABITS, LABELS, REACH
from socialhub.store.tables.voting import VOTING

if TYPE_CHECKING:
    from sqlite_utils import Database

UNSURE_BUCKET: Final = 2
ALL_TOPICS: Final = 0
"""The topic number under which every stored mention is counted: the background."""

MENTION_TABLES: Final = (
    *("mention_topics", "sightings", "relays", "versions", "read_marks", "mention_places", "mention_people"),
    *("mention_work", "mention_tags", "mention_notes", "work_events", "muted"),
    *("corrections", "engagement", "aliases", "ballots"),
)
"""Tables whose rows hang on a mention (column `mention`) and go with it."""

FACET_INDEX: Final = "mentions_by_facet"
"""What counting and sorting a large answer reads instead of the rows, which are thirty times as long."""


def _execute(db: Database, statements: str) -> None:
    for statement in statements.split(";\n"):
        if statement.strip():
            db.execute(statement)


def _first_schema(db: Database) -> None:
    _execute(db, FIRST_TABLES)
    # Only a new cache needs it: the query language is not loaded to read one.
    from socialhub.query.sql import FTS_TOKENIZE

    db.execute(
        "CREATE VIRTUAL TABLE fts USING fts5(title, body, marks, content='fts_content', content_rowid='id',"
        f" tokenize=\"{FTS_TOKENIZE}\", prefix='3 4')"
    )


def _room_work(db: Database) -> None:
    """Places, people, the work on mentions, mutes, saved searches and columns."""
    _execute(db, ROOM_WORK)


def _understanding(db: Database) -> None:
    """Tones by topic, corrections, models of our own, engagement at set ages, roles of authors, stories or mentions."""
    _execute(db, LABELS)
    _execute(db, REACH)
    _execute(db, AUTHORS)
    _execute(db, HABITS)


def _alerting(db: Database) -> None:
    """The life of an alert, silences, notifications."""
    _execute(db, ALERTING)


def _budgeting(db: Database) -> None:
    """What sources may spend, and what they spent."""
    _execute(db, BUDGETING)


def _rating(db: Database) -> None:
    """Reviews by when they were published."""
    _execute(db, RATING)


def _keys(db: Database) -> None:
    """When the key of a source ends."""
    db.execute("ALTER TABLE sources ADD COLUMN key_ends INTEGER")


def _polling(db: Database) -> None:
    """The quarters of an hour of each source, its last exchange, since when it is paused."""
    _execute(db, POLLING)
    db.execute(SLOTS_SO_FAR, {"length": SLOT, "kept": 2 * DAY})


def _metrics(db: Database) -> None:
    """Business figures."""
    _execute(db, METRICS)


def _listening(db: Database) -> None:
    """How often sources are asked, and crises that somebody declared."""
    _execute(db, LISTENING)


def _seeing(db: Database) -> None:
    """Other identities of a mention, and what each way by which it was seen shows of it."""
    _execute(db, SEEING)


def _catching_up(db: Database) -> None:
    """What was said while nobody listened, and how far it was fetched."""
    _execute(db, CATCHING_UP)


def _apart(db: Database) -> None:
    """Handles that are not the people they would be taken for."""
    _execute(db, APART)


def _ways_by_handle(db: Database) -> None:
    """Under which handle each way shows its author: how often somebody was heard over a bridge."""
    db.execute("CREATE INDEX sightings_by_handle ON sightings(handle, mention) WHERE handle <> ''")


def _voting(db: Database) -> None:
    """What was voted on questions of posts."""
    _execute(db, VOTING)


MIGRATIONS: Final[tuple[Callable[[Database], None], ...]] = (
    *(_first_schema, _room_work, _understanding, _alerting),
    *(_budgeting, _rating, _keys, _polling, _metrics, _listening, _seeing, _catching_up, _apart, _ways_by_handle),
    _voting,
)
"""Append only: a released migration is never edited."""

VERSION: Final = len(MIGRATIONS)
