"""What the detail of a mention says of the work on it: state, who has it, tags, mutes, notes, history. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import Final

from textual.content import Content

from socialhub.ages import moment_text
from socialhub.i18n import _
from socialhub.model import Mention, WorkState
from socialhub.records import dataclass
from socialhub.text import clean
from socialhub.widgets.cells import safe
from socialhub.widgets.facts_table import facts_table
from socialhub.work_words import state_word, until_words

_QUIET: Final = "$text-muted"
_FAR: Final = 1 << 61
"""No mute of somebody's ends so late (ms UTC): this one has no end."""
MOST_DONE: Final = 20
"""Lines of history shown, the latest."""


@dataclass(frozen=True, slots=True)
class NoteLine:
    """What an operator wrote beside a mention, and when (ms UTC)."""

    at: int
    operator: str
    text: str


@dataclass(frozen=True, slots=True)
class DoneLine:
    """What somebody did with a mention, in words."""

    at: int
    words: str


def work_blocks(
    mention: Mention, notes: Sequence[NoteLine], done: Sequence[DoneLine], now: int, zone: tzinfo, width: int = 0
) -> Iterator[Content]:
    """The blocks, none for a mention that nobody touched."""
    lines = []
    if mention.state != WorkState.NEW or mention.assignee:
        lines.append((_("State"), state_word(mention.state)))
    if mention.assignee:
        lines.append((_("Taken by"), safe(mention.assignee)))
    if mention.tags:
        lines.append((_("Tags"), " ".join(f"#{safe(tag)}" for tag in mention.tags)))
    if mention.muted_until > now:
        ends = None if mention.muted_until > _FAR else mention.muted_until
        lines.append((_("Muted"), until_words(ends, now, zone)))
    yield facts_table(lines, width)
    for note in notes:
        when = f"{safe(note.operator)} · {moment_text(note.at, now, zone)}\n"
        yield Content.assemble((when, _QUIET), Content(clean(note.text)))
    shown = list(done)[-MOST_DONE:]
    events = facts_table([(moment_text(each.at, now, zone), safe(each.words)) for each in shown], width)
    yield events.stylize(_QUIET)
