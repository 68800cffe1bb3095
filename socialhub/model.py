"""The nouns of the room as plain data: what sources hand over, what the cache gives back, what screens show.

Times are integer milliseconds UTC. Identifiers from outside are opaque text.
"""

from __future__ import annotations

from dataclasses import field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from socialhub.metrics import Measurement
from socialhub.records import dataclass

if TYPE_CHECKING:
    from socialhub.ballots import Ballot
    from socialhub.gaps import CatchUp
    from socialhub.paces import Snapshot


class Kind(StrEnum):
    """What sort of thing a mention is."""

    POST = "post"
    REPLY = "reply"
    QUOTE = "quote"
    COMMENT = "comment"
    ARTICLE = "article"
    REVIEW = "review"
    MESSAGE = "message"


class Tone(IntEnum):
    """Sentiment of a text towards its subject."""

    NEGATIVE = -1
    NEUTRAL = 0
    POSITIVE = 1


class WorkState(StrEnum):
    """Where the work on a mention stands."""

    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    ANSWERED = "answered"
    CLOSED = "closed"


UNSURE_BELOW = 0.5
"""A tone with less confidence (0…1) than this is shown and counted as unsure."""

PRECISE = "precise-"
"""How the names of precise models begin: what one of them judged is marked so."""


def judged_precisely(model: str) -> bool:
    """Whether the model of this name is a precise one."""
    return model.startswith(PRECISE)


class Order(StrEnum):
    """In which order a list of mentions stands: newest arrival first, newest published first, most relevant first."""

    ARRIVAL = "arrival"
    TIME = "time"
    RELEVANCE = "relevance"


# ---- what a source hands over ------------------------------------------------------------------------------------


@dataclass(slots=True)
class Draft:
    """A mention as its source tells it: untrusted, not yet normalised. `text` is plain text (sources read HTML).

    `published` is None when the source gives no usable date. `canonical_id` is the identity across sources (ActivityPub
    uri, at-uri …); empty means "<source>/<native_id>". `raw` is what was received, kept as evidence (bounded on
    storing). `backfill` marks history fetched late, which does not count as new. `edited` is when the text changed,
    `account_created` when the account of the author was made (ms UTC). `snapshots` is what another cache knew of its
    engagement at set ages. `original` is the address of the post that this one is a copy of, as the bridge which made
    it declares. What can be chosen of `ballot` becomes part of the text; `partial` marks words known to lack something,
    which never take the place of others.
    """

    native_id: str
    text: str
    published: int | None = None
    title: str = ""
    url: str = ""
    author: str = ""
    handle: str = ""
    bio: str = ""
    followers: int | None = None
    account_created: int | None = None
    lang: str = ""
    kind: str = Kind.POST
    rating: float | None = None
    likes: int | None = None
    shares: int | None = None
    replies: int | None = None
    reach: int | None = None
    place: str = ""
    parent_id: str = ""
    canonical_id: str = ""
    original: str = ""
    warning: str = ""
    site: str = ""
    links: tuple[str, ...] = ()
    media: int = 0
    edited: int | None = None
    backfill: bool = False
    snapshots: tuple[Snapshot, ...] = ()
    ballot: Ballot | None = None
    partial: bool = False
    raw: bytes = b""


@dataclass(slots=True)
class Boost:
    """Somebody passed a post on without own words. `canonical_id` is the post's, which comes as a Draft before."""

    canonical_id: str
    author: str
    at: int


@dataclass(slots=True)
class Deletion:
    """The author or the server took a post away. One of the two ids may be empty.

    `account` instead takes away all posts of an account: those whose identity begins so.
    """

    native_id: str = ""
    canonical_id: str = ""
    reason: str = "deleted"
    account: str = ""


Item: TypeAlias = Draft | Boost | Deletion | Measurement


Cursor: TypeAlias = dict[str, Any]
"""Where a source stands: JSON-able, meaningful to that source alone, committed with its batch."""


@dataclass(slots=True)
class Batch:
    """What a source yields: items and the cursor that is true once they are stored.

    An empty batch says "heard from" (a stream's ping, a 304). `wait` is how long the server wants us to stay away
    (ms; ttl, max-age), `moved_to` the address a permanent redirect names. `skipped` counts entries that could not be
    read. `complete` is False when the source knows that it missed something (a page limit, a gap). `key_ends` is when
    the key or token that it asks with ends (ms UTC; 0 never), None where nothing new is known of that. `reached` is up
    to when (ms UTC) a stream has handed on all there was, 0 while it is far behind, None where it cannot tell.
    """

    items: list[Item] = field(default_factory=list)
    cursor: Cursor = field(default_factory=dict)
    wait: int | None = None
    moved_to: str = ""
    skipped: int = 0
    complete: bool = True
    key_ends: int | None = None
    reached: int | None = None


# ---- what the pipeline makes of it -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Word:
    """A word that weighed in a judgement, with its weight (-1…1)."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judged tone: value, score (-1…1), confidence (0…1), the words that made it."""

    tone: Tone
    score: float
    confidence: float
    why: tuple[Word, ...] = ()

    @property
    def unsure(self) -> bool:
        """Whether the tone is too uncertain to be shown as one."""
        return self.confidence < UNSURE_BELOW


# ---- what the cache gives back -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as the collector wrote it into the cache. `id` is the stable slug, `number` its row."""

    number: int
    id: str
    name: str
    kind: str
    query: str
    colour: str
    since: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a watchlist as the collector wrote it into the cache. `id` is the stable slug, `number` its row.

    `lists` are the slugs of the lists they stand on; `since` (ms UTC) is when they began to be
    recognised like this.
    """

    number: int
    id: str
    name: str
    role: str
    handles: tuple[str, ...]
    sites: tuple[str, ...]
    bylines: tuple[str, ...]
    since: int
    lists: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Watchlist:
    """A watchlist as the collector wrote it into the cache; `people` are the numbers of its members, in its order."""

    number: int
    id: str
    name: str
    kind: str
    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said in one mention. Texts of the same words share a `story`; `person` 0 is somebody on no list."""

    mention: int
    person: int
    story: int
    lang: str
    text: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A stored mention, clean and ready to be shown. `id` is arrival order; `tone` is None when never judged.

    `notes` counts what operators wrote beside it; `muted_until` (ms UTC) is when the last mute that hides it ends, 0
    when none does; `viral` ones were faster than usual at some age; `ways` counts how it was seen. In a list that shows
    a story as one line, `copies` is how many more mentions a line stands for, `under` what one was unfolded from.
    """

    id: int
    rev: int
    source: str
    source_kind: str
    native_id: str
    canonical_id: str
    kind: str
    title: str
    text: str
    url: str
    site: str
    author: str
    handle: str
    bio: str
    followers: int | None
    lang: str
    published: int
    seen: int
    edited: int | None
    backfill: bool
    rating: float | None
    likes: int | None
    shares: int | None
    replies: int | None
    reach: int | None
    place: str
    parent_id: str
    warning: str
    media: int
    tone: Tone | None
    confidence: float
    story: int
    tombstone: str
    topics: tuple[int, ...] = ()
    unread: bool = True
    tags: tuple[str, ...] = ()
    state: str = WorkState.NEW
    assignee: str = ""
    notes: int = 0
    muted_until: int = 0
    viral: bool = False
    ways: int = 1
    copies: int = 0
    under: int = 0

    @property
    def unsure(self) -> bool:
        """Whether the tone is too uncertain to be shown as one."""
        return self.tone is None or self.confidence < UNSURE_BELOW


@dataclass(frozen=True, slots=True)
class StorySpread:
    """How a story of several mentions spread. `outlets` are the sites (or sources) with most of it, `outlet_count` all.

    `cells` count its mentions in steps of `step` ms from `first` to `last` (ms UTC). Authors and cells are those of its
    first ten thousand mentions.
    """

    id: int
    mentions: int
    first: int
    last: int
    first_mention: int
    first_author: str
    first_outlet: str
    authors: int
    outlets: tuple[tuple[str, int], ...]
    outlet_count: int
    step: int
    cells: tuple[int, ...]


class Health(StrEnum):
    """How a source is, in one word."""

    OK = "ok"
    LATE = "late"
    FAILING = "failing"
    SILENT = "silent"
    PAUSED = "paused"
    STOPPED = "stopped"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source as its row tells: schedule, health, last error. Times are ms UTC or None for never.

    `last_success` is the last completed poll or, for a stream, when it was last heard from; `last_item` the arrival of
    its newest mention. `error` is a stored Reason (see errors.Reason) or "". `key_ends` is when its key or token ends;
    `paused_at` when it was paused last, `paused_until` when that ends or ended (None: somebody must end it).
    `interval` is how often it is asked now, `every` how often by the configuration (0: unknown), `tempo` why not so
    (see tempo_words): it is `slowed` so many times after `empty` polls in a row without anything new.
    `gap` is what it is catching up, or could not the last time.
    """

    number: int
    name: str
    kind: str
    interval: int
    state: str
    paused_until: int | None
    due: int | None
    last_start: int | None
    last_success: int | None
    last_item: int | None
    last_error: int | None
    error: str
    failures: int
    connected: bool
    streaming: bool
    stored: int
    first_success: int | None
    wait_until: int | None
    key_ends: int | None = None
    paused_at: int | None = None
    every: int = 0
    tempo: str = ""
    slowed: float = 1.0
    empty: int = 0
    gap: CatchUp | None = None

    def is_paused(self, now: int) -> bool:
        """Whether somebody wants silence from it at `now` (ms UTC)."""
        return self.state == "paused" and (self.paused_until is None or self.paused_until > now)


@dataclass(frozen=True, slots=True)
class CollectorState:
    """Who collects, and whether it still lives: `beat` is the time of its last heartbeat (ms UTC)."""

    pid: int
    host: str
    started: int
    beat: int
    ended: int | None
    config_hash: str
    version: str
