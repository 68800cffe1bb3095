"""One mention in full: its words with what matched marked, who and where, why this sentiment, what became of it.

Everything from outside stands in `Content` as plain text, never as markup, and passes `clean` once more here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, tzinfo
from typing import Final

from textual.content import Content

from socialhub.ages import moment_text
from socialhub.ballot_words import votes_text
from socialhub.ballots import Tally
from socialhub.i18n import _, ngettext, number
from socialhub.model import Mention, StorySpread
from socialhub.pace_words import PaceLine
from socialhub.reach import MentionReach, Reach
from socialhub.reach_words import reach_text, story_reach_text
from socialhub.records import dataclass
from socialhub.seen_words import Way, way_words
from socialhub.signs import Signs
from socialhub.text import clean
from socialhub.widgets.cells import cut, safe
from socialhub.widgets.facts_table import facts_table
from socialhub.widgets.feed_rows import gone, stars
from socialhub.widgets.glyphs import Glyphs, glyphs_of
from socialhub.widgets.pace_detail import pace_block
from socialhub.widgets.sign_detail import story_signs_block
from socialhub.widgets.story_detail import story_block
from socialhub.widgets.text_sheet import TextSheet
from socialhub.widgets.tone_detail import ToneLine, tone_block
from socialhub.widgets.work_detail import DoneLine, NoteLine, work_blocks

_QUIET: Final = "$text-muted"
_HEAD: Final = "bold $text-accent"
_HIT: Final = "bold underline $text-accent"
MOST_LINKS: Final = 12
FIRST_WORDS: Final = 80
"""Cells of what is answered."""


@dataclass(frozen=True, slots=True)
class EarlierWords:
    """A wording before an edit; `seen` is when it was replaced (ms UTC)."""

    seen: int
    text: str


@dataclass(frozen=True, slots=True)
class MentionDetail:
    """A mention and what the detail says of it.

    The hits are (start, end) spans in `title` and `text`, which are the mention's words as drawn. `tones` begin with
    the one that the list shows. `pace` is its engagement at set ages, `followed` why it is asked for again,
    `signs` are those of its story's group. `answered` is who wrote what it answers, and the beginning of that.
    """

    mention: Mention
    title: str
    text: str
    topics: tuple[str, ...] = ()
    title_hits: tuple[tuple[int, int], ...] = ()
    text_hits: tuple[tuple[int, int], ...] = ()
    tones: tuple[ToneLine, ...] = ()
    links: tuple[str, ...] = ()
    versions: tuple[EarlierWords, ...] = ()
    ways: tuple[Way, ...] = ()
    relays: int = 0
    story: StorySpread | None = None
    reach: MentionReach | None = None
    story_reach: Reach | None = None
    notes: tuple[NoteLine, ...] = ()
    done: tuple[DoneLine, ...] = ()
    pace: tuple[PaceLine, ...] = ()
    followed: str = ""
    signs: Signs | None = None
    answered: tuple[str, str] | None = None
    tally: Tally | None = None


def drawn_words(raw: str) -> str:
    """The words of a mention as the detail draws them: what highlighting must be computed on."""
    return clean(raw)


class Detail(TextSheet):
    """The pane. `show` fills it."""

    DEFAULT_CSS = """
    Detail { padding: 0 1 0 1; }
    """

    def __init__(self, *, zone: tzinfo = UTC, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.zone = zone
        self.shown: MentionDetail | None = None
        self._glyphs = glyphs_of()

    def show(self, detail: MentionDetail, now: int) -> None:
        """Draw this mention; another one than before starts at its top."""
        if detail == self.shown:
            return
        fresh = self.shown is None or self.shown.mention.id != detail.mention.id
        self.shown = detail
        self.write(lambda width: detail_text(detail, now, self.zone, self._glyphs, width))
        if fresh:
            self.scroll_home(animate=False)


def detail_text(detail: MentionDetail, now: int, zone: tzinfo, glyphs: Glyphs, width: int = 0) -> Content:
    """The whole text of the pane in so many cells (0: wrapped by whoever draws it)."""
    blocks = [
        _head(detail.mention, now, zone, glyphs),
        *_body(detail),
        *work_blocks(detail.mention, detail.notes, detail.done, now, zone, width),
        _facts(detail, now, zone, width),
        pace_block(detail.pace, detail.followed, glyphs),
        Content("") if detail.mention.tombstone else tone_block(detail.tones, now, zone, glyphs, width),
        story_block(detail.story, detail.mention.id, now, zone, glyphs, width),
        story_signs_block(detail.signs, width),
        _ways(detail.ways, width),
        *_aftermath(detail, now, zone),
    ]
    return Content("\n\n").join([block for block in blocks if block.plain])


def _head(mention: Mention, now: int, zone: tzinfo, glyphs: Glyphs) -> Content:
    name = safe(mention.author or mention.site or mention.handle)
    handle = safe(mention.handle)
    parts = [Content.styled(name, "bold")]
    if handle and handle != name:
        parts.append(Content.styled(f"  {handle if handle.startswith('@') else '@' + handle}", _QUIET))
    if mention.followers is not None:
        count = ngettext("{count} follower", "{count} followers", mention.followers)
        parts.append(Content.styled("  " + count.format(count=number(mention.followers)), _QUIET))
    where = [moment_text(mention.published, now, zone), safe(mention.source)]
    if mention.site and safe(mention.site) != name:
        where.append(safe(mention.site))
    if mention.place:
        where.append(safe(mention.place))
    if mention.lang:
        where.append(safe(mention.lang))
    line = Content.styled(stars(mention.rating, glyphs) + " · ".join(where), _QUIET)
    bio = Content.styled(safe(mention.bio), f"italic {_QUIET}") if mention.bio else Content("")
    return Content("\n").join([part for part in (Content("").join(parts), line, bio) if part.plain])


def _body(detail: MentionDetail) -> Iterator[Content]:
    mention = detail.mention
    if mention.tombstone:
        yield Content.styled(gone(mention), f"italic {_QUIET}")
        return
    if mention.warning:
        yield Content.styled(
            _("Content warning: {warning}").format(warning=safe(mention.warning)), "bold $text-warning"
        )
    if detail.title:
        yield _marked(detail.title, detail.title_hits).stylize_before("bold")
    if detail.text and detail.text != detail.title:
        yield _marked(detail.text, detail.text_hits)
    if mention.media:
        count = ngettext("{count} picture or video", "{count} pictures or videos", mention.media)
        yield Content.styled(f"[{count.format(count=mention.media)}]", _QUIET)


def _marked(text: str, hits: tuple[tuple[int, int], ...]) -> Content:
    content = Content(text)
    for start, end in hits:
        content = content.stylize(_HIT, start, end)
    return content


def _facts(detail: MentionDetail, now: int, zone: tzinfo, width: int) -> Content:
    mention = detail.mention
    lines = []
    if detail.topics:
        lines.append((_("Topics"), ", ".join(safe(name) for name in detail.topics)))
    reactions = [
        (mention.likes, ngettext("{count} like", "{count} likes", mention.likes or 0)),
        (mention.shares, ngettext("{count} share", "{count} shares", mention.shares or 0)),
        (mention.replies, ngettext("{count} reply", "{count} replies", mention.replies or 0)),
    ]
    if detail.reach is not None:
        lines.append((_("Reach"), reach_text(detail.reach)))
    if detail.story_reach is not None:
        lines.append((_("The whole story"), story_reach_text(detail.story_reach)))
    if told := [words.format(count=number(count)) for count, words in reactions if count is not None]:
        lines.append((_("Reactions"), " · ".join(told)))
    if detail.tally is not None:
        lines.append((_("Votes"), safe(votes_text(detail.tally, lambda at: moment_text(at, now, zone)))))
    if mention.url:
        lines.append((_("Link"), safe(mention.url)))
    if mention.parent_id:
        lines.append((_("Answers"), _answered(detail)))
    others = [link for link in detail.links if link != mention.url]
    lines += [(_("Names"), safe(link)) for link in others[:MOST_LINKS]]
    return facts_table(lines, width)


def _answered(detail: MentionDetail) -> str:
    """What a mention answers: who wrote it and its first words, else its address."""
    if detail.answered is None:
        return safe(thread_link(detail.mention.parent_id)) or _("a post that is not here")
    who, words = map(safe, detail.answered)
    begins = cut(words, FIRST_WORDS, "…")
    return f"{who} · {begins}" if begins else who


def thread_link(parent_id: str) -> str:
    """The web address of the post that is answered, where its identity tells it; "" elsewhere.

    An ActivityPub id is an address; an at-uri (at://did/app.bsky.feed.post/rkey) has its page on bsky.app.
    """
    if parent_id.startswith(("https://", "http://")):
        return parent_id
    scheme, _slashes, path = parent_id.partition("://")
    parts = path.split("/")
    if scheme == "at" and len(parts) == 3 and parts[1] == "app.bsky.feed.post":
        return f"https://bsky.app/profile/{parts[0]}/post/{parts[2]}"
    return ""


def _ways(ways: tuple[Way, ...], width: int) -> Content:
    """By which ways one post was seen, where there are several."""
    if len(ways) < 2:
        return Content("")
    head = ngettext("Seen by {count} way, counted once", "Seen by {count} ways, counted once", len(ways))
    rows = [(safe(way.name), safe(way_words(way))) for way in ways]
    return Content.assemble((head.format(count=number(len(ways))) + "\n", _HEAD), facts_table(rows, width))


def _aftermath(detail: MentionDetail, now: int, zone: tzinfo) -> Iterator[Content]:
    if detail.relays:
        count = ngettext("Passed on {count} time", "Passed on {count} times", detail.relays)
        yield Content(count.format(count=number(detail.relays)))
    for version in detail.versions:
        when = _("Before the edit seen {time}").format(time=moment_text(version.seen, now, zone))
        yield Content.assemble((when + "\n", _QUIET), Content(clean(version.text)))
