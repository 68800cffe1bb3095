"""One rule of alerts, field by field, tried on the last 30 days as it stands here before it is saved."""

from __future__ import annotations

import asyncio
import tempfile
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from socialhub.alert_rules import KINDS
from socialhub.config.edit import EditRefused
from socialhub.config.edit_rules import RULE_KEYS, RuleEditor, written_of
from socialhub.config.problems import ConfigProblems
from socialhub.config.settings import AlertSettings, Config
from socialhub.errors import UserError
from socialhub.i18n import _, labelled, ngettext, number
from socialhub.screens.context import Context
from socialhub.screens.past_child import ask_past
from socialhub.screens.past_rows import fired_text
from socialhub.screens.rule_fields import RuleFields, label_of
from socialhub.text import clean
from socialhub.widgets.bindings import bind
from socialhub.widgets.hints import Hints, key_name
from socialhub.widgets.pane_title import PaneTitle
from socialhub.widgets.text_sheet import TextSheet

STILL: Final = 0.6
"""Seconds without a key after which what is typed is tried."""
DAYS: Final = 30


class RuleForm(ModalScreen[Config | None]):
    """Gives back the config as it is once the rule is saved.

    `rule` None: a new one. `config` is the file, `cache` where the past lies, `record` how often the rule was right.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("back", "dismiss(None)"),
        bind("save", "save"),
        bind("next-pane", "app.focus_next"),
        bind("previous-pane", "app.focus_previous"),
        Binding("down,enter", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def __init__(
        self,
        context: Context,
        config: Path,
        cache: Path,
        rule: AlertSettings | None,
        record: str,
        *,
        demo: bool = False,
    ) -> None:
        super().__init__()
        self._room, self._path, self._cache, self._demo = context, config, cache, demo
        self._rule = rule.id if rule is not None else ""
        self._record = record
        present = written_of(rule) if rule is not None else {"kind": KINDS[0], "enabled": "true"}
        self._present = {key: present.get(key, "") for key in RULE_KEYS}
        self._fields = RuleFields(self._present, is_new=rule is None)
        self._says = Static(id="rule-says", markup=False)
        self._list = TextSheet(id="rule-fired")

    def compose(self) -> ComposeResult:
        """The fields, what comes of them, the keys."""
        with Vertical(id="sheet"):
            yield PaneTitle(_("Rule {name}").format(name=self._rule) if self._rule else _("New rule"))
            yield self._fields
            yield self._says
            yield self._list
            yield Hints()

    def on_mount(self) -> None:
        """The rule is tried as it is."""
        self.query_one(Hints).show(
            [
                (self._room.key_name("save"), _("save")),
                (key_name("tab"), _("next field")),
                (key_name("space"), _("choose")),
                (key_name("escape"), _("cancel")),
            ]
        )
        self._fields.begin()
        self._try(0.0)

    # ---- trying --------------------------------------------------------------------------------------------------

    def on_rule_fields_changed(self, event: RuleFields.Changed) -> None:
        """Another rule: what is being tried is dropped."""
        event.stop()
        self._try(STILL)

    def _try(self, pause: float) -> None:
        self.run_worker(self._tried(pause), group="backtest", exclusive=True)

    async def _tried(self, pause: float) -> None:
        self._list.write(lambda width: Content(""))
        self._say("")
        await asyncio.sleep(pause)
        # One that is switched off is tried as if it were in force.
        written = self._fields.written | {"enabled": "true"}
        rule = self._rule or written["id"].strip() or written["kind"]
        self._say(_("trying it on the last {count} days…").format(count=DAYS))
        try:
            text = await asyncio.to_thread(lambda: RuleEditor(self._path).checked(self._rule, written))
            with tempfile.TemporaryDirectory(prefix="socialhub-") as folder:
                draft = Path(folder) / self._path.name
                await asyncio.to_thread(draft.write_text, text, encoding="utf-8")
                asked = ["backtest", rule, "--since", f"{DAYS} d", "--follow"]
                fired = await ask_past(draft, self._cache, self._room.clock, asked, self._say)
        except UserError as error:
            self._say(_sentence(error), wrong=True)
            return
        self._show(fired)

    def _show(self, fired: list[dict[str, Any]]) -> None:
        words = ngettext(
            "It would have fired {count} time in {days} days.",
            "It would have fired {count} times in {days} days.",
            len(fired),
        ).format(count=number(len(fired)), days=DAYS)
        self._say(f"{words} {self._record}".strip())
        self._list.write(partial(fired_text, fired[::-1], self._room.clock.now(), self._room.zone))

    def _say(self, words: str, *, wrong: bool = False) -> None:
        self._says.set_class(wrong, "-wrong")
        self._says.update(Content(words))

    # ---- saving --------------------------------------------------------------------------------------------------

    def action_save(self) -> None:
        """Write it into the config."""
        self.run_worker(self._save(), group="save", exclusive=True)

    async def _save(self) -> None:
        written = self._fields.written
        if self._rule and written == self._present:
            self.notify(_("Nothing is changed."), timeout=3, markup=False)
            return
        try:
            saved = await asyncio.to_thread(lambda: RuleEditor(self._path, demo=self._demo).save(self._rule, written))
        except EditRefused as refusal:
            from socialhub.screens.lab_save import PasteTopic

            self.app.push_screen(PasteTopic(self._room, refusal))
        except UserError as error:
            self._say(_sentence(error), wrong=True)
        else:
            self.notify(_("Saved. The collector follows within seconds."), timeout=5, markup=False)
            self.dismiss(saved)


def _sentence(error: UserError) -> str:
    """What is wrong, without where it would stand in the file: the field is in sight."""
    if not isinstance(error, ConfigProblems):
        return clean(error.message, single_line=True)
    problem = next(each for each in error.problems if not each.warning)
    field = problem.key.rpartition(".")[2].partition("[")[0]
    said = labelled(label_of(field), problem.message) if field in RULE_KEYS else problem.message
    if problem.suggestion:
        said += " " + _("(did you mean {suggestion}?)").format(suggestion=problem.suggestion)
    return clean(said, single_line=True)
