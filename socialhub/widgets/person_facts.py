"""Everything about one person in words: who, how much beside the usual, their subjects, notes and exchanges, relays.

Everything from outside stands in `Content` as plain text, never as markup, and passes `safe`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo
from typing import Final

from textual.content import Content

from socialhub.ages import moment_text
from socialhub.i18n import _, decimal, number
from socialhub.records import dataclass
from socialhub.text import clean
from socialhub.widgets.author_facts import AuthorFacts, influence_block, role_blocks
from socialhub.widgets.cells import safe
from socialhub.widgets.facts_table import facts_table
from socialhub.widgets.glyphs import glyphs_of
from socialhub.widgets.people_rows import PersonRow, cells_of
from socialhub.widgets.text_sheet import TextSheet
from socialhub.widgets.trend_columns import net_text

_QUIET: Final = "$text-muted"
_HEAD: Final = "bold $text-accent"


@dataclass(frozen=True, slots=True)
class SubjectLine:
    """A subject: how often now, how often usually (None: not known)."""

    words: str
    texts: int
    expected: float | None


@dataclass(frozen=True, slots=True)
class DatedLine:
    """Something that happened: when (ms UTC), what sort of thing (in words) and who, the text."""

    at: int
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is told of a person. `subjects` None: they are still worked out."""

    row: PersonRow
    role: str
    lists: tuple[str, ...]
    known_by: tuple[str, ...]
    period: str
    topics: tuple[tuple[str, int], ...] = ()
    subjects: tuple[SubjectLine, ...] | None = None
    comparable: bool = True
    notes: tuple[DatedLine, ...] = ()
    relays: tuple[DatedLine, ...] = ()
    author: AuthorFacts | None = None


class PersonSheet(TextSheet):
    """The sheet."""

    DEFAULT_CSS = """
    PersonSheet { padding: 0 0 0 1; }
    """

    def __init__(self, *, zone: tzinfo = UTC, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.zone = zone
        self._shown: PersonFacts | None = None

    def show(self, facts: PersonFacts, now: int) -> None:
        """Draw these facts."""
        if facts != self._shown:
            self._shown = facts
            self.write(lambda width: facts_text(facts, now, self.zone, width))


def facts_text(facts: PersonFacts, now: int, zone: tzinfo, width: int = 0) -> Content:
    """The whole text of the sheet."""
    blocks = [
        Content("\n").join(list(_head(facts))),
        *(role_blocks(facts.author) if facts.author is not None else ()),
        _counts(facts, now, width),
        _subjects(facts),
        _dated(_("Notes and exchanges"), facts.notes, now, zone, _("none yet")),
        *([influence_block(facts.author, width)] if facts.author is not None else []),
        _dated(_("Passed on"), facts.relays, now, zone, ""),
    ]
    return Content("\n\n").join([block for block in blocks if block.plain])


def _head(facts: PersonFacts) -> Iterator[Content]:
    yield Content.styled(safe(facts.row.name), "bold")
    for line in (facts.role, ", ".join(facts.lists), ", ".join(facts.known_by)):
        if line:
            yield Content.styled(safe(line), _QUIET)


def _counts(facts: PersonFacts, now: int, width: int) -> Content:
    row, glyphs = facts.row, glyphs_of()
    cells = cells_of(row, now, glyphs)
    said = f"{cells.count} · {_('usual {count}').format(count=cells.usual)}" if row.usual is not None else cells.count
    lines = [
        (_("mentions · {period}").format(period=facts.period), said),
        (_("tone"), net_text(row.net, glyphs) if row.net is not None else ""),
        (_("topics"), ", ".join(f"{safe(name)} {number(count)}" for name, count in facts.topics)),
        (_("reach"), cells.reach if row.reach is not None else ""),
        (_("last heard"), cells.last),
        (_("last exchange"), cells.contact),
    ]
    return facts_table([(name, value) for name, value in lines if value], width)


def _subjects(facts: PersonFacts) -> Content:
    if facts.subjects is None:
        return Content("")
    head = Content.styled(_("More than usual"), _HEAD)
    if not facts.subjects:
        why = _("nothing stands out") if facts.comparable else _("no past yet to compare with")
        return Content("\n").join([head, Content.styled(why, _QUIET)])
    lines = [
        Content.assemble(
            Content(f"{safe(subject.words)} "),
            (f"×{subject.texts}", "bold"),
            ("" if subject.expected is None else f" {_usually(subject.expected)}", _QUIET),
        )
        for subject in facts.subjects
    ]
    return Content("\n").join([head, *lines])


def _usually(expected: float) -> str:
    return _("usual {count}").format(count=decimal(expected, 1))


def _dated(title: str, lines: Sequence[DatedLine], now: int, zone: tzinfo, when_empty: str) -> Content:
    if not lines and not when_empty:
        return Content("")
    parts = [Content.styled(title, _HEAD)]
    if not lines:
        parts.append(Content.styled(when_empty, _QUIET))
    for line in lines:
        label = " · ".join(filter(None, [moment_text(line.at, now, zone), safe(line.label)]))
        parts += [Content.styled(label, _QUIET), Content(clean(line.text))]
    return Content("\n").join(parts)
