"""What a chunk of mentions means for the snapshots of engagement: posts to follow, numbers read at a set age.

Runs inside the chunk's transaction, after its mentions are stored. Which posts matter is said in notable.py, what
"faster than usual" is in detect/pace.py, the rows are the store's.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Final

from socialhub.detect.pace import AUTHOR_POSTS, PAST, judge
from socialhub.model import Draft
from socialhub.paces import AGES, TOLERANCES, Snapshot, age_at, interactions
from socialhub.pipeline.notable import ENGAGED, HourlyRoom, reason_to_watch
from socialhub.records import dataclass
from socialhub.store import engagement
from socialhub.store.ballots import note_ballot
from socialhub.store.connection import Connection
from socialhub.store.prepared import Prepared

GROWING: Final = 5
"""Mentions from which on a story grows."""
REMEMBERED: Final = 5_000
"""Stories that are known to have grown: asked for once."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Numbers of a post that is stored already, as a source just told them; `published` is ms UTC."""

    mention: int
    published: int
    draft: Draft


class Snapshots:
    """Follows the posts that matter. One for all sources of a cache."""

    def __init__(self) -> None:
        self._room = HourlyRoom()
        self._grown: OrderedDict[int, None] = OrderedDict()

    def take(
        self,
        db: Connection,
        source: int,
        new: Iterable[Prepared],
        readings: Iterable[Reading],
        now: int,
        *,
        may_follow: bool = True,
    ) -> None:
        """Choose posts to follow and note numbers read at a set age (`now`, ms UTC); `source` told all of them.

        Nothing is followed of a source that cannot be asked again: every age would be a hole.
        """
        stories: set[int] = set()
        for each in new:
            reason = reason_to_watch(each.draft, each.topics, each.people, each.tone, each.confidence)
            if may_follow and reason and self._room.has_place(source, reason, now):
                self._follow(db, each.id, reason, now)
            if may_follow and each.story != each.id and each.topics and each.story not in self._grown:
                stories.add(each.story)
            self._restore(db, each.id, each.draft.snapshots)
            self._read(db, Reading(each.id, each.published, each.draft), now)
        for story in stories:
            self._follow_if_grown(db, story, now)
        for reading in readings:
            draft = reading.draft
            self._restore(db, reading.mention, draft.snapshots)
            engaged = (interactions(draft.likes, draft.shares, draft.replies) or 0) >= ENGAGED
            if may_follow and engaged and engagement.may_be_followed(db, reading.mention):
                self._follow(db, reading.mention, "engaged", now)
            self._read(db, reading, now)

    def _follow(self, db: Connection, mention: int, reason: str, now: int) -> None:
        post = engagement.post_of(db, mention)
        if post is None:
            return
        ages = [age for age in AGES if post.published + age + TOLERANCES[age] > now]
        if ages and self._room.take(post.source, reason, now):
            engagement.follow(db, post, ages, reason)

    def _restore(self, db: Connection, mention: int, snapshots: Sequence[Snapshot]) -> None:
        if snapshots and (post := engagement.post_of(db, mention)) is not None:
            engagement.restore(db, post, snapshots)

    def _follow_if_grown(self, db: Connection, story: int, now: int) -> None:
        if not engagement.has_grown(db, story, GROWING):
            return
        self._grown[story] = None
        if len(self._grown) > REMEMBERED:
            self._grown.popitem(last=False)
        if engagement.may_be_followed(db, story):
            self._follow(db, story, "story", now)

    def _read(self, db: Connection, reading: Reading, now: int) -> None:
        """Note votes, and the numbers where they stand for a set age, with the verdict on them."""
        draft, age = reading.draft, age_at(reading.published, now)
        if draft.ballot is not None:
            note_ballot(db, reading.mention, draft.ballot, now)
        if age is None or (value := interactions(draft.likes, draft.shares, draft.replies)) is None:
            return
        post = engagement.post_of(db, reading.mention)
        if post is None or not engagement.is_nearest(db, post.mention, age, now - post.published):
            return
        of_author = engagement.past_of_author(db, post, age, PAST)
        of_source = [] if len(of_author) >= AUTHOR_POSTS else engagement.past_of_source(db, post, age, PAST)
        pace = judge(value, of_author, of_source)
        snapshot = Snapshot(
            age,
            post.published + age,
            now,
            likes=draft.likes,
            shares=draft.shares,
            replies=draft.replies,
            reach=draft.reach,
            expected=pace.expected,
            past=pace.posts,
            basis=pace.basis,
            faster=pace.faster,
        )
        engagement.note(db, post, snapshot)
