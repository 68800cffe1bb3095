"""What is done with mentions, for the command line: which are meant, how they stand, and in words."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from socialhub.ages import moment_text
from socialhub.cli.view import moment
from socialhub.errors import EXIT_USAGE, UserError
from socialhub.i18n import _, labelled
from socialhub.model import Mention, WorkState
from socialhub.store import work
from socialhub.store.mentions import FOREVER
from socialhub.store.topics import active_topics
from socialhub.text import clean, clip
from socialhub.work_words import event_words, state_word, until_words

if TYPE_CHECKING:
    from socialhub.cli.setup import Setup
    from socialhub.store.connection import Connection


def asked_ids(numbers: Sequence[int]) -> list[int]:
    """The mentions that are meant: those named, else those of stdin, each once.

    stdin holds what `search` or `mentions list` print, as JSON Lines or as a table, or a number a line.
    """
    if numbers:
        return list(dict.fromkeys(numbers))
    if sys.stdin.isatty():
        raise UserError(_("Which mentions?"), _("Name their ids, or send what 'socialhub search' prints."), EXIT_USAGE)
    return list(dict.fromkeys(_read_ids(sys.stdin)))


def _read_ids(lines: Iterator[str] | Any) -> Iterator[int]:
    for place, line in enumerate(lines):
        words = line.strip()
        number = _id_of(words)
        if number is not None:
            yield number
        elif words and place:
            shown = clip(clean(words, single_line=True), 40)
            raise UserError(_("{line} does not begin with the id of a mention.").format(line=shown), "", EXIT_USAGE)


def _id_of(line: str) -> int | None:
    """The id that a line tells; None for a heading or something else."""
    if line.startswith("{"):
        try:
            value = json.loads(line).get("id")
        except ValueError:
            return None
        return value if isinstance(value, int) and value > 0 else None
    first = line.split("\t")[0].split(" ")[0]
    return int(first) if first.isascii() and first.isdigit() else None


def work_values(db: Connection, mention: Mention, now: int) -> dict[str, Any]:
    """The notes, the history and the end of the mute of a mention, for JSON."""
    muted = mention.muted_until > now
    return {
        "muted": muted,
        "muted_until": moment(mention.muted_until) if muted and mention.muted_until < FOREVER else None,
        "note_texts": [
            {"id": note.number, "at": moment(note.at), "operator": note.operator, "text": note.text}
            for note in work.notes_of(db, mention.id)
        ],
        "history": [
            {"at": moment(event.at), "operator": event.operator, "action": event.action, "detail": event.detail}
            for event in work.events_of(db, mention.id)
        ],
    }


def work_text(db: Connection, setup: Setup, mention: Mention) -> Text:
    """What was done with a mention, in lines; empty when nothing was."""
    now, zone = setup.clock.now(), setup.zone
    text = Text()
    facts = [
        (_("state"), "" if mention.state == WorkState.NEW else state_word(mention.state)),
        (_("taken by"), mention.assignee),
        (_("tags"), " ".join(mention.tags)),
    ]
    if mention.muted_until > now:
        ends = None if mention.muted_until >= FOREVER else mention.muted_until
        facts.append((_("muted"), until_words(ends, now, zone)))
    for name, value in facts:
        if value:
            text.append(f"\n{labelled(name, '')}", "dim")
            text.append(clean(value, single_line=True))
    for note in work.notes_of(db, mention.id):
        text.append(f"\n\n{clean(note.operator, single_line=True)} · {moment_text(note.at, now, zone)}\n", "dim")
        text.append(clean(note.text))
    events = work.events_of(db, mention.id)
    if events:
        text.append("\n")
    names = {topic.id: topic.name for topic in active_topics(db)}
    for event in events:
        operator, detail = (clean(words, single_line=True) for words in (event.operator, event.detail))
        text.append(
            f"\n{moment_text(event.at, now, zone)}  {event_words(operator, event.action, detail, names)}", "dim"
        )
    return text
