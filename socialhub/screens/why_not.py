"""Why a topic is, or is not, an alert: every rule with the test that decided, now or at another minute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen

from socialhub.ages import duration, moment_text
from socialhub.alerts.kind_words import looked_for
from socialhub.alerts.signals import Why
from socialhub.clock import MINUTE, floor_minute, iso
from socialhub.errors import UserError
from socialhub.i18n import N_, _, decimal, labelled, percent
from socialhub.incidents import Action
from socialhub.metric_words import figure
from socialhub.model import Topic
from socialhub.screens.base import hints_for
from socialhub.screens.context import Context
from socialhub.screens.past_child import ask_past
from socialhub.store.alerts import events_of
from socialhub.store.connection import CacheError
from socialhub.text import clean
from socialhub.widgets.bindings import bind
from socialhub.widgets.cells import width_of, wrap
from socialhub.widgets.glyphs import glyphs_of
from socialhub.widgets.hints import Hints
from socialhub.widgets.pane_title import PaneTitle
from socialhub.widgets.text_sheet import TextSheet

STEP: Final = 5 * MINUTE
"""How far a key goes back or forth: what is looked at every minute changes little in less."""
_WIDE: Final = 80
"""Cells from which the title has room for the question, too."""
_HIDDEN: Final = frozenset({Why.SILENCED, Why.INHIBITED})


class WhyNotWanted(Message):
    """The reader asks why a topic (its number; None: none) is an alert or is not.

    `alert` is the number of the alert that the question is about.
    """

    def __init__(self, topic: int | None, alert: int | None = None) -> None:
        super().__init__()
        self.topic = topic
        self.alert = alert


class WhyNotView(ModalScreen[None]):
    """What `socialhub alerts why` says of a topic, asked of a child process over `config` and `cache`.

    Of the alert of the number `alert` Tab shows the minute in which it was raised, and now again.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("back", "dismiss"),
        bind("why", "dismiss"),
        bind("quit", "dismiss"),
        bind("earlier", "step(-1)"),
        bind("later", "step(1)"),
        bind("next-pane", "other"),
    ]

    def __init__(self, context: Context, config: Path, cache: Path, topic: Topic, alert: int | None = None) -> None:
        super().__init__()
        self._room, self._path, self._cache = context, config, cache
        self._topic, self._alert = topic, alert
        self._at: int | None = None
        self._title = PaneTitle(clean(topic.name, single_line=True))
        self._sheet = TextSheet(id="why-text")

    def compose(self) -> ComposeResult:
        """Title and rules."""
        with Vertical(id="sheet"):
            yield self._title
            yield self._sheet
            yield Hints()

    def on_mount(self) -> None:
        """Ask for now."""
        self._sheet.focus()
        other = ("next-pane=" + N_("when it was raised / now"),) if self._alert is not None else ()
        wanted = ("earlier=" + N_("5 min earlier"), "later=" + N_("later"), *other, "back")
        self.query_one(Hints).show(hints_for(wanted, self._room.keys))
        self._ask()

    def action_step(self, step: int) -> None:
        """Five minutes earlier (-1) or later (1); never later than now."""
        now = self._room.clock.now()
        at = floor_minute(now if self._at is None else self._at) + step * STEP
        self._at = at if at < floor_minute(now) else None
        self._ask()

    async def action_other(self) -> None:
        """When the alert was raised, or now."""
        if (alert := self._alert) is None:
            return
        try:
            steps = await self._room.reading.read(lambda db: events_of(db, alert))
        except CacheError as error:
            self.notify(error.message, markup=False)
            return
        raised = next((step.at for step in steps if step.action == Action.RAISED), None)
        self._at = raised if self._at is None else None
        self._ask()

    # ---- asking --------------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        now = self._room.clock.now()
        when = moment_text(self._at, now, self._room.zone) if self._at is not None else _("now")
        self._title.show(when, _("why, why not") if self.size.width >= _WIDE else "")
        self._sheet.write(lambda width: Content.styled(_("looking…"), "$text-muted"))
        self.run_worker(self._answered(), group="why", exclusive=True)

    async def _answered(self) -> None:
        asked = ["why", self._topic.id, *(["--at", iso(self._at)] if self._at is not None else [])]
        try:
            found = await ask_past(self._path, self._cache, self._room.clock, asked, lambda told: None)
        except UserError as error:
            said = clean(error.message, single_line=True)
            self._sheet.write(lambda width: Content.styled(said, "$text-warning"))
            return
        self._sheet.write(partial(_signals_text, found))
        self._sheet.scroll_home(animate=False)


def _rank(signal: Mapping[str, Any]) -> int:
    """What is an alert comes first, then what is hidden only."""
    return 0 if signal["why"] == Why.RAISED else 1 if signal["why"] in _HIDDEN else 2


def _signals_text(found: Sequence[Mapping[str, Any]], width: int) -> Content:
    if not found:
        return Content(_("No rule watches this topic."))
    lines = (line for signals in _by_rule(found) for line in (*_rule_lines(signals, width), Content("")))
    return Content("\n").join(lines)


def _by_rule(found: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """The signals of each rule together, the rules in the order of the first."""
    rules: dict[str, list[Mapping[str, Any]]] = {}
    for signal in sorted(found, key=_rank):
        rules.setdefault(signal["rule"], []).append(signal)
    return list(rules.values())


def _rule_lines(signals: Sequence[Mapping[str, Any]], width: int) -> Iterator[Content]:
    first = signals[0]
    rule = clean(str(first["rule"]), single_line=True)
    yield Content.assemble((looked_for(first["kind"]), "bold"), (f"  {rule}", "$text-muted"))
    for signal in signals:
        yield from _signal_lines(signal, width)


def _signal_lines(signal: Mapping[str, Any], width: int) -> Iterator[Content]:
    glyphs, rank = glyphs_of(), _rank(signal)
    mark = (glyphs.warning, glyphs.muted, glyphs.notice)[rank]
    part, why = (clean(str(signal[key]), single_line=True) for key in ("part_text", "why_text"))
    verdict = _hung(f"{mark} ", labelled(part, why), width)
    yield from (Content.styled(line, "$text-warning" if rank == 0 else "") for line in verdict)
    said = _("seen {seen}, expected {expected}, in {length} · strength {strength} · {share} listened to")
    numbers = said.format(
        seen=figure(signal["seen"]),
        expected=decimal(signal["expected"]),
        length=duration(signal["window"]),
        strength=signal["strength_text"],
        share=percent(signal["completeness"]),
    )
    yield from (Content.styled(line, "$text-muted") for line in _hung("  ", numbers, width))


def _hung(lead: str, text: str, width: int) -> list[str]:
    """A text behind its mark; what does not fit goes on below its own beginning."""
    lines = wrap(text, width - width_of(lead)) or [text]
    return [(" " * width_of(lead) if place else lead) + line for place, line in enumerate(lines)]
