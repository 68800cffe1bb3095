"""A mention as one or two lines of a list: what is said in which column. Pure: pieces of text and names of looks.

Every string of a mention passes `cells.safe` here: nothing from outside reaches the terminal as anything but text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Final, TypeAlias

from socialhub.clock import from_datetime, to_datetime
from socialhub.gone_words import DELETED, gone_because
from socialhub.i18n import _, language, ngettext, number
from socialhub.model import Kind, Mention, Tone, WorkState
from socialhub.records import dataclass
from socialhub.widgets.cells import Line, Piece, cut, left, safe, width_of
from socialhub.widgets.glyphs import ASCII, Glyphs

# Joiners, variation selectors and skin tones change how wide a terminal draws an emoji; in a table it must stand firm.
_WIDTH_TRICKS: Final = re.compile("[\u200d\ufe0f\U0001f3fb-\U0001f3ff]")
_TONES: Final = {Tone.NEGATIVE: "negative", Tone.NEUTRAL: "neutral", Tone.POSITIVE: "positive"}
_TIME: Final = 5
_MARKS_SHARE: Final = 28
"""Hundredths of a line that tags, names and states may take at most."""
_FEWEST_MARKS: Final = 8
"""Cells below which there is only room for the state."""
_SHORTEST_TAG: Final = 5
_TOUCHED: Final = frozenset(WorkState) - {WorkState.NEW}
Hits: TypeAlias = Sequence[tuple[int, int]]
_TWO_LINE_INDENT: Final = 10
_BEFORE_HIT: Final = 4
"""One cell in so many stands before a mark that the text begins with."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths in cells of what stands before the text; 0 leaves a column out."""

    width: int
    source: int
    author: int


def columns_for(width: int, density: int) -> Columns:
    """The columns of a list of this width; `density` is lines a mention."""
    if density == 2:
        return Columns(width, min(20, width // 5), max(10, width // 2))
    if width >= 110:
        return Columns(width, 14, 22)
    if width >= 70:
        return Columns(width, 10, 18)
    if width >= 56:
        return Columns(width, 9, 14)
    return Columns(width, 0, 13 if width >= 40 else 0)


def firm(raw: str) -> str:
    """A string from outside as one line whose width every terminal agrees on."""
    text = safe(raw)
    return text if text.isascii() else _WIDTH_TRICKS.sub("", text)


def tone_mark(mention: Mention, glyphs: Glyphs) -> Piece:
    """The sentiment as a shape and the name of its colour."""
    if mention.unsure or mention.tone is None:
        return Piece(glyphs.idle, "unsure")
    name = _TONES[mention.tone]
    return Piece(getattr(glyphs, name), name)


def time_cell(moment: int, now: datetime, zone: tzinfo) -> str:
    """HH:MM within a day of now, the date of what is older; five cells."""
    when = to_datetime(moment, zone)
    if abs(now - when) < timedelta(days=1):
        return f"{when:%H:%M}"
    return f"{when:%d/%m}" if language() == "fr" else f"{when:%m-%d}"


def who(mention: Mention) -> str:
    """Who speaks, as a list names them: the outlet of an article, the handle of a post."""
    if mention.kind == Kind.ARTICLE:
        return mention.site or mention.author or mention.handle
    # A number is a handle that nobody knows anybody by.
    is_number = mention.author and mention.handle.isdigit()
    if mention.handle and not is_number and mention.kind != Kind.REVIEW:
        # Where an account lives is told by the detail; here its name needs the room.
        handle = mention.handle.partition("@")[0] or mention.handle
        return handle if handle.startswith("@") or "." in handle.partition("@")[0] else f"@{handle}"
    return mention.author or mention.handle or mention.site


def short_source(name: str, width: int) -> str:
    """A source's name for a column: where it is cut, what follows the colon tells more than what stands before it."""
    plain = firm(name)
    return plain.rpartition(":")[2].strip() or plain if ":" in plain and len(plain) > width else plain


def words(mention: Mention) -> str:
    """What is said, on one line: a content warning stands for the text it covers, a tombstone for what is gone."""
    if mention.tombstone:
        return gone(mention)
    if mention.warning:
        return f"[CW: {firm(mention.warning)}]"
    title, text = firm(mention.title), firm(mention.text)
    if title and text and not text.startswith(title):
        return f"{title} · {text}"
    if text or title or not mention.media:
        return text or title
    count = ngettext("{count} picture or video", "{count} pictures or videos", mention.media)
    return f"[{count.format(count=mention.media)}]"


def gone(mention: Mention) -> str:
    """Why the words of a mention are not there any more."""
    if mention.tombstone == DELETED:
        return _("[deleted by its author]")
    return _("[removed: {reason}]").format(reason=firm(gone_because(mention.tombstone)))


def stars(rating: float | None, glyphs: Glyphs) -> str:
    """A review's rating out of five."""
    if rating is None:
        return ""
    full = max(0, min(5, round(rating)))
    return f"{full}/5 " if glyphs is ASCII else "★" * full + "☆" * (5 - full) + " "


def mention_lines(
    mention: Mention,
    columns: Columns,
    density: int,
    now: datetime,
    zone: tzinfo,
    glyphs: Glyphs,
    hits_in: Callable[[str], Hits] | None = None,
) -> tuple[Line, ...]:
    """The `density` lines of a mention, each exactly `columns.width` cells. The first cell is left for the cursor.

    `hits_in` tells which stretches of a text are marked: (start, end) in order, without overlap.
    """
    muted = is_muted(mention, now)
    body = "gone" if mention.tombstone else "text" if mention.unread and not muted else "read"
    head, used = _before_author(mention, columns, now, zone, glyphs)
    marks = work_marks(mention, columns, glyphs, muted=muted)
    marked = sum(width_of(piece.text) for piece in marks)
    if density == 1 and columns.author:
        head.append(Piece(left(firm(who(mention)), columns.author) + " ", "author" if mention.unread else "read"))
        used += columns.author + 1
    indent = min(_TWO_LINE_INDENT, columns.width)
    told = story_mark(mention, glyphs)
    room = columns.width - (used + marked if density == 1 else indent) - sum(width_of(piece.text) for piece in told)
    said = from_hit(stars(mention.rating, glyphs) + words(mention), room, hits_in, glyphs.ellipsis)
    text = marked_pieces(left(said, room), body, hits_in)
    if density == 1:
        return ((*head, *told, *text, *marks),)
    head.append(Piece(left(firm(who(mention)), columns.width - used - marked), "author"))
    return ((*head, *marks), (Piece(" " * indent), *told, *text))


def _before_author(
    mention: Mention, columns: Columns, now: datetime, zone: tzinfo, glyphs: Glyphs
) -> tuple[list[Piece], int]:
    """Read mark, time, tone and source, and the cells they take."""
    mark = ("*" if glyphs is ASCII else "•") if mention.unread and not mention.tombstone else " "
    head = [
        Piece(" "),
        Piece(mark, "" if mark == " " else "unread"),
        Piece(time_cell(mention.published, now, zone) + " ", "time"),
        tone_mark(mention, glyphs),
        Piece(" "),
    ]
    used = 2 + _TIME + 1 + 1 + 1
    if columns.source:
        head.append(Piece(left(short_source(mention.source, columns.source), columns.source) + " ", "source"))
        used += columns.source + 1
    return head, used


def story_mark(mention: Mention, glyphs: Glyphs) -> list[Piece]:
    """What stands before the words of a line that stands for a story, or of a mention unfolded from one."""
    if mention.under:
        return [Piece(f"{glyphs.hook} ", "story")]
    if not mention.copies:
        return []
    return [Piece(f"{glyphs.times}{number(mention.copies + 1)} ", "story")]


def is_muted(mention: Mention, now: datetime) -> bool:
    """Whether a mute hides the mention now from those who do not ask for it."""
    return mention.muted_until > from_datetime(now)


def work_marks(mention: Mention, columns: Columns, glyphs: Glyphs, *, muted: bool) -> list[Piece]:
    """What is done about a mention, at the right end of its line: tags, notes, who has it, one cell for its state.

    ↑ says that it goes faster than usual. Where there is no room for a tag its sign stands for it. A mention that
    nobody touched has nothing there, and the whole line for its words.
    """
    last = glyphs.muted if muted else getattr(glyphs, mention.state) if mention.state in _TOUCHED else " "
    room = columns.width * _MARKS_SHARE // 100
    if room < _FEWEST_MARKS:
        return [Piece(f" {last}", "work")] if last != " " else []
    words = [mark for mark, shown in ((glyphs.fast, mention.viral), (glyphs.note, mention.notes)) if shown]
    if mention.assignee:
        words.append(cut(firm(mention.assignee), max(4, room // 3), glyphs.ellipsis))
    if mention.tags:
        more = f" +{len(mention.tags) - 1}" if len(mention.tags) > 1 else ""
        left_over = room - sum(width_of(word) + 1 for word in words) - width_of(more) - 2
        tag = cut(f"#{firm(mention.tags[0])}", left_over, glyphs.ellipsis) + more
        words.insert(0, tag if left_over >= _SHORTEST_TAG else "#")
    if not words and last == " ":
        return []
    return [Piece(f" {' '.join([*words, last])}", "work")]


def from_hit(text: str, width: int, hits_in: Callable[[str], Hits] | None, ellipsis: str) -> str:
    """The text from a little before its first mark on where that would not be seen in so many cells."""
    if hits_in is None or width_of(text) <= width or not (hits := hits_in(text)):
        return text
    start, end = hits[0]
    if width_of(text[:end]) < width:
        return text
    wanted = min(start - width // _BEFORE_HIT, len(text) - width + 1)
    begin = text.rfind(" ", 0, max(0, wanted) + 1) + 1
    return f"{ellipsis}{text[begin:]}" if begin else text


def marked_pieces(text: str, look: str, hits_in: Callable[[str], Hits] | None) -> list[Piece]:
    """The text in pieces of this look, those that are marked with the look "hit"."""
    pieces, reached = [], 0
    for start, end in hits_in(text) if hits_in is not None else ():
        pieces += [Piece(text[reached:start], look), Piece(text[start:end], "hit")]
        reached = end
    return [piece for piece in (*pieces, Piece(text[reached:], look)) if piece.text]
