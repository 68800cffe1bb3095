"""The work on mentions: where it stands, who has it, tags, notes, and who did what when.

Every change takes the next `rev` of its mention, is logged in `work_events`, and comes back as steps: what `take_back`
needs to undo it. What does not change anything leaves no trace.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

from socialhub.errors import UserError
from socialhub.i18n import _
from socialhub.model import WorkState
from socialhub.records import dataclass
from socialhub.store.connection import Connection
from socialhub.store.marks import touch
from socialhub.text import clean, clip

LONGEST_TAG: Final = 40
LONGEST_NAME: Final = 60
LONGEST_NOTE: Final = 4_000
"""Characters."""


class Aspect(StrEnum):
    """What a step changes."""

    STATE = "state"
    ASSIGNEE = "assignee"
    TAG = "tag"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that changed of a mention. `before` and `after` are values; of a tag or a note (its number) one is "",
    for what was not there.
    """

    mention: int
    aspect: Aspect
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Note:
    """What an operator wrote beside a mention."""

    number: int
    at: int
    operator: str
    text: str


@dataclass(frozen=True, slots=True)
class WorkEvent:
    """A line of a mention's history: see `_EVENTS` for the actions; `detail` is the new value.

    The tone has two more, "tone" and "untone" (a correction taken away), with the tone before and after and, where it
    is one towards a topic, its slug: "unsure neg fibre".
    """

    at: int
    operator: str
    action: str
    detail: str


class HeldError(UserError):
    """Somebody else has a mention. `holders` are names by mention."""

    def __init__(self, holders: dict[int, str]) -> None:
        names = ", ".join(sorted(set(holders.values())))
        super().__init__(_("{name} has this mention.").format(name=names), _("Ask once more to take it over."))
        self.holders = holders


# ---- changes -----------------------------------------------------------------------------------------------------


def set_state(db: Connection, mentions: Sequence[int], state: WorkState, operator: str, now: int) -> list[Step]:
    """Put mentions into a state; those that are in it are left alone."""
    steps = [
        Step(mention, Aspect.STATE, before, state.value)
        for mention, (before, _assignee) in _standing(db, mentions).items()
        if before != state
    ]
    return _apply(db, steps, operator, now)


def assign(
    db: Connection, mentions: Sequence[int], to: str, operator: str, now: int, *, over: str = "", force: bool = False
) -> list[Step]:
    """Give mentions to an operator ("" to nobody); a new one is open from then on.

    Raises HeldError, and changes nothing, when another than `operator`, `to` and `over` has one, unless `force`.
    """
    standing = _standing(db, mentions)
    mine = {operator.casefold(), to.casefold(), over.casefold(), ""}
    held = {mention: holder for mention, (_state, holder) in standing.items() if holder.casefold() not in mine}
    if held and not force:
        raise HeldError(held)
    steps = []
    for mention, (state, holder) in standing.items():
        if holder != to:
            steps.append(Step(mention, Aspect.ASSIGNEE, holder, to))
            if to and state == WorkState.NEW:
                steps.append(Step(mention, Aspect.STATE, state, WorkState.OPEN.value))
    return _apply(db, steps, operator, now)


def change_tags(
    db: Connection, mentions: Sequence[int], add: Iterable[str], remove: Iterable[str], operator: str, now: int
) -> list[Step]:
    """Put tags (in their normal form, see `tag_named`) on mentions and take others off."""
    present: dict[int, set[str]] = {mention: set() for mention in _standing(db, mentions)}
    for mention, tag in db.execute(
        "SELECT mention, tag FROM mention_tags WHERE mention IN (SELECT value FROM json_each(?))", (_listed(present),)
    ):
        present[mention].add(tag)
    added, removed = list(dict.fromkeys(add)), list(dict.fromkeys(remove))
    steps = []
    for mention, tags in present.items():
        steps += [Step(mention, Aspect.TAG, "", tag) for tag in added if tag not in tags]
        steps += [Step(mention, Aspect.TAG, tag, "") for tag in removed if tag in tags and tag not in added]
    return _apply(db, steps, operator, now)


def add_note(db: Connection, mentions: Sequence[int], text: str, operator: str, now: int) -> list[Step]:
    """Write a note beside each of the mentions; the text is cleaned and cut. Raises UserError when none is left."""
    words = clip(clean(text).strip(), LONGEST_NOTE)
    if not words:
        raise UserError(_("This note says nothing."))
    steps = []
    for mention in _standing(db, mentions):
        (number,) = db.execute(
            "INSERT INTO mention_notes (mention, at, operator, text) VALUES (?, ?, ?, ?) RETURNING id",
            (mention, now, operator, words),
        ).fetchone()
        steps.append(Step(mention, Aspect.NOTE, "", str(number)))
    return _apply(db, steps, operator, now)


def take_back(db: Connection, steps: Sequence[Step], operator: str, now: int) -> list[Step]:
    """Undo what still stands of these steps; what somebody else has changed since stays. Returns the steps back."""
    back = [Step(step.mention, step.aspect, step.after, step.before) for step in steps if _stands(db, step)]
    return _apply(db, back, operator, now)


def tag_named(written: str) -> str:
    """The normal form of a tag: folded words joined by hyphens. Raises UserError for one without any word."""
    from socialhub.query.fields import tag_form

    shown = clip(clean(written, single_line=True), LONGEST_NAME)
    tag = tag_form(shown)
    if not tag:
        raise UserError(_("{written} is not a tag: a tag is made of letters and digits.").format(written=shown))
    if len(tag) > LONGEST_TAG:
        raise UserError(_("{written} is too long for a tag.").format(written=shown))
    return tag


def operator_named(written: str) -> str:
    """The name of an operator as it is stored; "" for none."""
    return clip(clean(written, single_line=True).strip(), LONGEST_NAME)


def _listed(mentions: Iterable[int]) -> str:
    return json.dumps(list(mentions))


def _standing(db: Connection, mentions: Sequence[int]) -> dict[int, tuple[str, str]]:
    """(state, assignee) of those mentions that are there."""
    rows = db.execute(
        "SELECT m.id, ifnull(w.state, ?), ifnull(w.assignee, '') FROM mentions m"
        " LEFT JOIN mention_work w ON w.mention = m.id WHERE m.id IN (SELECT value FROM json_each(?)) ORDER BY m.id",
        (WorkState.NEW.value, _listed(mentions)),
    )
    return {mention: (state, assignee) for mention, state, assignee in rows}


_STANDS: Final = {
    Aspect.STATE: "SELECT 1 FROM mention_work WHERE mention = ? AND state = ?",
    Aspect.ASSIGNEE: "SELECT 1 FROM mention_work WHERE mention = ? AND assignee = ?",
    Aspect.TAG: "SELECT 1 FROM mention_tags WHERE mention = ? AND tag = ?",
    Aspect.NOTE: "SELECT 1 FROM mention_notes WHERE mention = ? AND id = ?",
}


def _stands(db: Connection, step: Step) -> bool:
    if step.aspect is Aspect.TAG and not step.after:
        gone = db.execute(_STANDS[Aspect.TAG], (step.mention, step.before)).fetchone() is None
        return gone and db.execute("SELECT 1 FROM mentions WHERE id = ?", (step.mention,)).fetchone() is not None
    return db.execute(_STANDS[step.aspect], (step.mention, step.after)).fetchone() is not None


_WRITES: Final = {
    (Aspect.STATE, True): (
        "INSERT INTO mention_work (mention, state) VALUES (?, ?) ON CONFLICT DO UPDATE SET state = excluded.state"
    ),
    (Aspect.ASSIGNEE, True): (
        "INSERT INTO mention_work (mention, assignee) VALUES (?, ?)"
        " ON CONFLICT DO UPDATE SET assignee = excluded.assignee"
    ),
    (Aspect.TAG, True): "INSERT OR IGNORE INTO mention_tags (mention, tag) VALUES (?, ?)",
    (Aspect.TAG, False): "DELETE FROM mention_tags WHERE mention = ? AND tag = ?",
    (Aspect.NOTE, False): "DELETE FROM mention_notes WHERE mention = ? AND id = ?",
}
"""By aspect, and whether the value is to be there; a note is written before its number is known."""
_EVENTS: Final = {
    (Aspect.STATE, True): "state",
    (Aspect.ASSIGNEE, True): "assign",
    (Aspect.TAG, True): "tag",
    (Aspect.TAG, False): "untag",
    (Aspect.NOTE, True): "note",
    (Aspect.NOTE, False): "unnote",
}


def _apply(db: Connection, steps: list[Step], operator: str, now: int) -> list[Step]:
    """Write the steps, log them, and let every mention take one revision."""
    by_kind: dict[tuple[Aspect, bool], list[tuple[int, str]]] = {}
    events = []
    for step in steps:
        there = bool(step.after) or step.aspect in (Aspect.STATE, Aspect.ASSIGNEE)
        value = step.after if there else step.before
        by_kind.setdefault((step.aspect, there), []).append((step.mention, value))
        told = "" if step.aspect is Aspect.NOTE else value
        events.append((step.mention, now, operator, _EVENTS[step.aspect, there], told))
    for kind, values in by_kind.items():
        if kind in _WRITES:
            db.executemany(_WRITES[kind], values)
    log_events(db, events)
    touch(db, dict.fromkeys(step.mention for step in steps))
    return steps


def log_events(db: Connection, events: Iterable[tuple[int, int, str, str, str]]) -> None:
    """Write lines into the histories of mentions: (mention, at, operator, action, detail), see WorkEvent."""
    db.executemany("INSERT INTO work_events (mention, at, operator, action, detail) VALUES (?, ?, ?, ?, ?)", events)


# ---- reading -----------------------------------------------------------------------------------------------------


def notes_of(db: Connection, mention: int) -> list[Note]:
    """The notes beside a mention, oldest first."""
    rows = db.execute("SELECT id, at, operator, text FROM mention_notes WHERE mention = ? ORDER BY id", (mention,))
    return [Note(*row) for row in rows]


def events_of(db: Connection, mention: int) -> list[WorkEvent]:
    """What was done with a mention, oldest first."""
    rows = db.execute("SELECT at, operator, action, detail FROM work_events WHERE mention = ? ORDER BY id", (mention,))
    return [WorkEvent(*row) for row in rows]


def known_tags(db: Connection) -> list[str]:
    """Every tag that some mention has, the most used first."""
    return [tag for (tag,) in db.execute("SELECT tag FROM mention_tags GROUP BY tag ORDER BY count(*) DESC, tag")]


def known_operators(db: Connection) -> list[str]:
    """Everybody who has been at a console here, or has a mention."""
    rows = db.execute(
        "SELECT name FROM operators UNION SELECT assignee FROM mention_work WHERE assignee <> '' ORDER BY 1"
    )
    return [name for (name,) in rows]
