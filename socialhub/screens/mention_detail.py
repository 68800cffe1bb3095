"""Everything the detail says of one mention: read from the cache, then the marks, which take a moment longer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from socialhub.model import Mention, Topic
from socialhub.pace_words import pace_lines, why_followed
from socialhub.screens.queries import marked
from socialhub.store.ballots import tally_of
from socialhub.store.connection import Connection
from socialhub.store.engagement import snapshots_of
from socialhub.store.mentions import FeedFilter, answered_by, links_of, mention_by_id, spread_of, versions_of
from socialhub.store.reach import mention_reach, story_reach
from socialhub.store.sightings import ways_of
from socialhub.store.story_spread import story_spread
from socialhub.widgets.detail import EarlierWords, MentionDetail, drawn_words
from socialhub.widgets.tone_detail import ToneLine
from socialhub.widgets.work_detail import DoneLine, NoteLine
from socialhub.work_words import event_words


def read_detail(
    db: Connection,
    mention: int,
    operator: str,
    topics: Sequence[Topic],
    listed: FeedFilter,
    subject: int,
    now: int,
) -> MentionDetail | None:
    """What the cache knows of a mention as a list narrowed to `listed` shows it; None when it is gone.

    `subject` is the topic (row number) that the list is about, 0 for none: the tone towards it comes first. Ages that
    had passed by `now` (ms UTC) without being read are told as missed.
    """
    from socialhub.live.signs import story_signs
    from socialhub.store import work

    found = mention_by_id(db, mention, operator, listed)
    if found is None:
        return None
    names = {topic.id: topic.name for topic in topics}
    spread, story = spread_of(db, found), story_spread(db, found.story)
    snapshots = snapshots_of(db, mention)
    return MentionDetail(
        mention=found,
        title=drawn_words(found.title),
        text=drawn_words(found.text),
        topics=tuple(topic.name for topic in topics if topic.number in found.topics),
        links=links_of(db, mention),
        versions=tuple(EarlierWords(version.seen, version.text) for version in versions_of(db, mention)),
        ways=ways_of(db, mention),
        relays=spread.relays,
        story=story,
        reach=None if found.tombstone else mention_reach(db, mention),
        story_reach=story_reach(db, found.story) if spread.relays or story is not None else None,
        pace=pace_lines(snapshots, now),
        followed=why_followed(snapshots),
        tally=tally_of(db, mention),
        answered=answered_by(db, found) if found.parent_id else None,
        signs=None if story is None else story_signs(db, found.story, now),
        tones=tone_lines(db, found, topics, subject),
        notes=tuple(NoteLine(note.at, note.operator, note.text) for note in work.notes_of(db, mention)),
        done=tuple(
            DoneLine(event.at, event_words(event.operator, event.action, event.detail, names))
            for event in work.events_of(db, mention)
        ),
    )


def tone_lines(db: Connection, mention: Mention, topics: Sequence[Topic], subject: int) -> tuple[ToneLine, ...]:
    """The tone towards the subject of the list, then the general one, then those of topics that differ from it."""
    from socialhub.store.corrections import tones_of

    names = {topic.number: topic.name for topic in topics}
    told = tones_of(db, mention.id)
    told.sort(key=lambda each: (each.topic != subject, each.topic))
    return tuple(
        ToneLine(
            names.get(each.topic, ""),
            each.verdict,
            each.fixed.operator if each.fixed else "",
            each.fixed.at if each.fixed else 0,
            each.fixed.judged if each.fixed else None,
            stale=each.fixed is not None and (mention.edited or 0) > each.fixed.at,
            precise=each.precise,
        )
        for each in told
        if not each.topic or each.topic in names
    )


def with_marks(detail: MentionDetail, topics: Sequence[Topic], query: str) -> MentionDetail:
    """The same with the words marked that topics and query matched. Loads the query language: meant for a thread."""
    queries = [topic.query for topic in topics if topic.number in detail.mention.topics]
    if query:
        queries.append(query)
    return replace(
        detail,
        title_hits=marked(queries, detail.title, title=True),
        text_hits=marked(queries, detail.text),
    )
