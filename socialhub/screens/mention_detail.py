"""Everything the detail says of one mention: read from the cache, then the reasons, which take a moment longer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from socialhub.model import Mention, Topic
from socialhub.screens.context import Explain
from socialhub.screens.queries import marked
from socialhub.store.connection import Connection
from socialhub.store.mentions import links_of, mention_by_id, spread_of, versions_of
from socialhub.widgets.detail import EarlierWords, MentionDetail, drawn_words

_JUDGED_TEXT = 5_000
"""Characters that the reasons of a tone are looked for in."""


def read_detail(db: Connection, mention: int, operator: str, topics: Sequence[Topic]) -> MentionDetail | None:
    """What the cache knows of a mention; None when it is gone."""
    found = mention_by_id(db, mention, operator)
    if found is None:
        return None
    spread = spread_of(db, found)
    return MentionDetail(
        mention=found,
        title=drawn_words(found.title),
        text=drawn_words(found.text),
        topics=tuple(topic.name for topic in topics if topic.number in found.topics),
        links=links_of(db, mention),
        versions=tuple(EarlierWords(version.seen, version.text) for version in versions_of(db, mention)),
        sources=spread.sources,
        relays=spread.relays,
        repeats=max(0, spread.repeats),
    )


def with_reasons(detail: MentionDetail, topics: Sequence[Topic], query: str, explain: Explain | None) -> MentionDetail:
    """The same with the words marked that topics and query matched, and the words that made the tone.

    Loads the query language and the judge of tones: meant for a thread.
    """
    mention = detail.mention
    queries = [topic.query for topic in topics if topic.number in mention.topics]
    if query:
        queries.append(query)
    verdict = None
    if explain is not None and mention.tone is not None and not mention.tombstone:
        verdict = explain(_judged(mention), mention.lang)
    return replace(
        detail,
        title_hits=marked(queries, detail.title, title=True),
        text_hits=marked(queries, detail.text),
        verdict=verdict,
    )


def _judged(mention: Mention) -> str:
    joined = f"{mention.title}\n{mention.text}" if mention.title else mention.text
    return joined[:_JUDGED_TEXT]
