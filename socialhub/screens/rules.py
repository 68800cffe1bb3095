"""The rules of alerts that are in force, how often each was right, and the way to change one or write a new one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from socialhub.alert_rules import NEEDS_WORDS, USUAL_RULES, Rule
from socialhub.alerts.kind_words import looked_for
from socialhub.alerts.wording import severity_word
from socialhub.clock import DAY
from socialhub.config.alerting import rules_of
from socialhub.config.settings import AlertSettings, Config
from socialhub.i18n import N_, _, ngettext, number, percent
from socialhub.incidents import Severity
from socialhub.screens.base import hints_for
from socialhub.screens.context import Context
from socialhub.store.connection import CacheError
from socialhub.store.verdicts import RuleRecord, rule_records
from socialhub.widgets.bindings import bind
from socialhub.widgets.glyphs import glyphs_of
from socialhub.widgets.hints import Hints
from socialhub.widgets.pane_title import PaneTitle
from socialhub.widgets.rule_list import NEW, RuleList, RuleRow

RECORD_OF = 90 * DAY
"""Verdicts on the alerts of this time make what a rule is worth."""


class RulesView(ModalScreen[None]):
    """The list. `config` gives the config in force (None: there is none), `cache` is where the past lies."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("back", "dismiss"),
        bind("rules", "dismiss"),
        bind("quit", "dismiss"),
    ]

    def __init__(
        self, context: Context, config: Callable[[], Config | None], cache: Path, *, demo: bool = False
    ) -> None:
        super().__init__()
        self._room, self._config, self._cache, self._demo = context, config, cache, demo
        self._saved: Config | None = None
        self._list = RuleList()
        self._records: Mapping[str, RuleRecord] = {}

    def compose(self) -> ComposeResult:
        """Title, rules, keys."""
        with Vertical(id="sheet"):
            yield PaneTitle(_("Rules of alerts"))
            yield self._list
            yield Hints()

    def on_mount(self) -> None:
        """Show them, and how often they were right."""
        self._list.focus()
        self.query_one(Hints).show(hints_for(("open=" + N_("edit"), "back"), self._room.keys))
        self._draw()
        self.run_worker(self._read(), group="records", exclusive=True)

    async def _read(self) -> None:
        since = self._room.clock.now() - RECORD_OF
        try:
            found = await self._room.counting.read(lambda db: rule_records(db, since))
        except CacheError as error:
            self.notify(error.message, markup=False)
            return
        self._records = {each.rule: each for each in found}
        self._draw()

    @property
    def _settings(self) -> list[AlertSettings]:
        config = self._saved or self._config()
        return settings_of_rules(config) if config is not None else []

    def _draw(self) -> None:
        rules = {rule.id: rule for rule in self._rules()}
        rows = [self._row(place, each, rules.get(each.id)) for place, each in enumerate(self._settings, start=1)]
        self._list.show([*rows, RuleRow(NEW, _("+ new rule"))])

    def _rules(self) -> tuple[Rule, ...]:
        config = self._saved or self._config()
        return rules_of(config.alerts) if config is not None else ()

    def _row(self, key: int, settings: AlertSettings, rule: Rule | None) -> RuleRow:
        severity = Severity[settings.severity.upper()] if settings.severity else USUAL_RULES[settings.kind].severity
        about = settings.query or looked_for(settings.kind)
        if settings.topics:
            about = f"{', '.join(settings.topics)} · {about}"
        told, brief = _told(self._records.get(settings.id))
        return RuleRow(key, settings.id, severity_word(severity), about, told, brief, rule is not None)

    def on_rule_list_picked(self, event: RuleList.Picked) -> None:
        """Change this one, or write a new one."""
        config = self._saved or self._config()
        if config is None:
            self.notify(_("This console has no configuration to save into."), severity="warning", markup=False)
            return
        from socialhub.screens.rule_form import RuleForm

        chosen = None if event.key == NEW else self._settings[event.key - 1]
        record = record_words(self._records.get(chosen.id)) if chosen is not None else ""
        self.app.push_screen(
            RuleForm(self._room, config.path, self._cache, chosen, record, demo=self._demo), self._take
        )

    def _take(self, saved: Config | None) -> None:
        if saved is not None:
            self._saved = saved
            self._draw()


def settings_of_rules(config: Config) -> list[AlertSettings]:
    """What can be changed: the usual rules, as they are written or as they are, then the other written ones."""
    written = {each.id: each for each in config.alerts}
    usual = [kind for kind in USUAL_RULES if kind not in NEEDS_WORDS]
    own = [written.get(kind) or AlertSettings(kind=kind, id=kind) for kind in usual]
    return [*own, *(each for each in config.alerts if each.id not in usual)]


def _told(record: RuleRecord | None) -> tuple[str, str]:
    """How many alerts a rule raised and how often it was right, in words and as briefly as it can be said."""
    if record is None:
        return _("no alert"), f"{glyphs_of().times}{number(0)}"
    raised = ngettext("{count} alert", "{count} alerts", record.alerts).format(count=number(record.alerts))
    brief = f"{glyphs_of().times}{number(record.alerts)}"
    if record.precision is None:
        return raised, brief
    return f"{raised}, {record_words(record)}", f"{brief} · {percent(record.precision)}"


def record_words(record: RuleRecord | None) -> str:
    """How often a rule was right, of what was judged; "" where nothing was."""
    if record is None or record.precision is None:
        return ""
    words = ngettext("{share} of {count} verdict real", "{share} of {count} verdicts real", record.judged)
    return words.format(share=percent(record.precision), count=number(record.judged))
