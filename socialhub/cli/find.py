"""Finding stored mentions by a query: shared by search, mentions, topics test and export."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from socialhub.ages import moment_text
from socialhub.cli.output import Column, Row, plain, print_table, say
from socialhub.cli.view import moment
from socialhub.i18n import _, ngettext, number
from socialhub.model import Mention, Order, Tone, WorkState
from socialhub.store.mentions import FeedFilter, feed
from socialhub.store.mutes import MOST_COUNTED, asks_for_muted, muting
from socialhub.store.searches import resolved
from socialhub.text import clip
from socialhub.work_words import state_word

if TYPE_CHECKING:
    from datetime import tzinfo

    from socialhub.cli.setup import Setup
    from socialhub.query import Node
    from socialhub.store.connection import Connection

PAGE: Final = 500
PATIENCE: Final = 5.0
"""Seconds that counting or ordering a large answer may take: nobody is typing."""
TONE_WORDS: Final = {Tone.NEGATIVE: "neg", Tone.NEUTRAL: "neu", Tone.POSITIVE: "pos"}
TONE_GLYPHS: Final = {
    Tone.NEGATIVE: ("−", "red"),
    Tone.NEUTRAL: ("·", "dim"),
    Tone.POSITIVE: ("+", "green"),
}
"""The values of `sentiment:` in a query; glyph and colour on screen."""


class Finder:
    """One question to the cache. `node` None lets everything through; `hide_muted` takes out what mutes hide."""

    def __init__(self, setup: Setup, db: Connection, node: Node | None, *, hide_muted: bool = False) -> None:
        self.db, self.node = db, node
        self.now, self.operator, self.zone = setup.clock.now(), setup.operator, setup.zone
        self.chosen = FeedFilter(hide_muted=hide_muted)
        if node is not None:
            from socialhub.query import to_sql

            self.node = node = resolved(db, node)
            hide_muted = hide_muted and not asks_for_muted(node)
            self.chosen = FeedFilter(condition=to_sql(node, self.zone), hide_muted=hide_muted)

    def say_hidden(self) -> None:
        """Say how much mutes take out of the answer."""
        hidden = muting(self.db, self.chosen, self.operator, self.now).hidden if self.chosen.hide_muted else 0
        if hidden:
            words = ngettext("{count} hidden by mutes: --muted", "{count} hidden by mutes: --muted", hidden)
            say(words.format(count=number(hidden) + ("+" if hidden >= MOST_COUNTED else "")))

    def newest_first(self, limit: int | None = None, *, folded: bool = False) -> Iterator[Mention]:
        """Up to `limit` mentions with whole texts, newest arrival first; tombstones are left out.

        `folded`: only the first of each story, with the number of its `copies`.
        """
        before: int | None = None
        left = limit
        while left is None or left > 0:
            size = PAGE if left is None else min(PAGE, left)
            page = self._page(size, before, folded=folded)
            for mention in page:
                if not mention.tombstone:
                    yield mention
                    left = None if left is None else left - 1
            if len(page) < size:
                return
            before = page[-1].id

    def _page(self, size: int, before: int | None, *, folded: bool) -> list[Mention]:
        if folded:
            from socialhub.store.folding import Folding

            stories = Folding(self.db, self.chosen, operator=self.operator, now=self.now)
            return stories.page(limit=size, before=before, whole=True)
        return feed(self.db, self.chosen, operator=self.operator, limit=size, before=before, now=self.now, whole=True)

    def in_order(self, order: Order, limit: int) -> list[Mention]:
        """Up to `limit` mentions with whole texts in an order; says so when there was not time to look at all."""
        if order is Order.ARRIVAL:
            return list(self.newest_first(limit))
        from socialhub.store.ranking import ranked

        found = ranked(
            self.db, self.chosen, order, operator=self.operator, now=self.now, limit=limit, whole=True, seconds=PATIENCE
        )
        if found.since:
            say(_("≈ Only among those that arrived last: there are too many to look at all of them."))
        return list(found.mentions)

    def oldest_first(self) -> Iterator[Mention]:
        """All mentions in the order of their arrival, tombstones included, texts whole."""
        after = 0
        while page := feed(
            self.db, self.chosen, operator=self.operator, limit=PAGE, after=after, now=self.now, whole=True
        ):
            yield from reversed(page)
            after = page[0].id


def node_of(query: str, since: str | None) -> Node | None:
    """The tree of a query within a length of time back from now; None for neither. Raises QueryError."""
    from socialhub.cli.durations import span_of
    from socialhub.query import all_of, parse
    from socialhub.query.tree import Recent

    parts: list[Node] = [parse(query)] if query else []
    if since is not None:
        parts.append(Recent(span_of(since, "--since")))
    return all_of(parts) if parts else None


def mention_values(mention: Mention, slugs: dict[int, str]) -> dict[str, Any]:
    """A mention for JSON; times in UTC."""
    return {
        "id": mention.id,
        "source": mention.source,
        "native_id": mention.native_id,
        "kind": mention.kind,
        "published_at": moment(mention.published),
        "seen_at": moment(mention.seen),
        "title": mention.title,
        "text": mention.text,
        "url": mention.url,
        "site": mention.site,
        "author": mention.author,
        "handle": mention.handle,
        "followers": mention.followers,
        "lang": mention.lang,
        "topics": [slugs[number] for number in mention.topics if number in slugs],
        "sentiment": None if mention.tone is None else TONE_WORDS[mention.tone],
        "confidence": mention.confidence,
        "unsure": mention.unsure,
        "unread": mention.unread,
        "place": mention.place,
        "state": mention.state,
        "assignee": mention.assignee or None,
        "tags": list(mention.tags),
        "notes": mention.notes,
    }


def topic_slugs(db: Connection) -> dict[int, str]:
    """The ids of the topics by their numbers."""
    from socialhub.store.topics import active_topics

    return {topic.number: topic.id for topic in active_topics(db)}


def tone_cell(mention: Mention) -> Text:
    """The tone as a glyph with its colour; "?" when it is unsure."""
    if mention.tone is None or mention.unsure:
        return Text("?", "dim")
    return Text(*TONE_GLYPHS[mention.tone])


def print_mentions(mentions: list[Mention], now: int, zone: tzinfo, node: Node | None = None) -> None:
    """The table of mentions, the words that matched in bold."""
    columns = [
        Column(_("id"), right=True),
        Column(_("published"), right=True),
        Column(""),
        Column(_("source")),
        Column(_("author")),
    ]
    work = [(heading, cells) for heading, cells in _work_columns(mentions) if any(cells)]
    columns += [Column(heading) for heading, _cells in work]
    columns.append(Column(_("text"), may_shrink=True))
    rows: list[Row] = []
    for place, mention in enumerate(mentions):
        done = [cells[place] for _heading, cells in work]
        rows.append([*_head(mention, now, zone), *done, highlighted(one_line(mention), node)])
    print_table(columns, rows)


def _work_columns(mentions: list[Mention]) -> list[tuple[str, list[str]]]:
    """How often a story is told and what is done about mentions, a column each: those that say nothing are left out."""
    copies = [f"×{number(mention.copies + 1)}" if mention.copies else "" for mention in mentions]
    states = ["" if mention.state == WorkState.NEW else state_word(mention.state) for mention in mentions]
    return [
        (_("story"), copies),
        (_("state"), states),
        (_("taken by"), [clip(plain(mention.assignee), 20) for mention in mentions]),
        (_("tags"), [clip(" ".join(mention.tags), 30) for mention in mentions]),
    ]


def _head(mention: Mention, now: int, zone: tzinfo) -> list[str | Text]:
    return [
        str(mention.id),
        moment_text(mention.published, now, zone),
        tone_cell(mention),
        clip(mention.source, 20),
        clip(plain(mention.author or mention.handle or mention.site), 20),
    ]


def one_line(mention: Mention) -> str:
    """Title and text on one line, as much as a list needs."""
    words = f"{mention.title} — {mention.text}" if mention.title and mention.text else mention.title or mention.text
    return clip(plain(words), 240)


def highlighted(words: str, node: Node | None) -> Text:
    """The words with those that the query asks for in bold."""
    text = Text(words)
    if node is not None:
        from socialhub.query import spans

        for start, end in spans(node, words):
            text.stylize("bold reverse", start, end)
    return text
