"""The fields of a rule of alerts: one a key of its table, only those that its kind knows, each with what is usual."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from socialhub.alert_rules import KINDS, SEVERITIES, USUAL_RULES
from socialhub.alerts.kind_words import looked_for
from socialhub.alerts.wording import severity_word
from socialhub.config.alerting import OWN_KEYS
from socialhub.config.edit_rules import RULE_KEYS, usual_of
from socialhub.i18n import N_, _
from socialhub.incidents import Severity
from socialhub.widgets.filter_bar import Choice

LABELS: Final = {
    "kind": N_("looks for"),
    "id": N_("name"),
    "enabled": N_("in force"),
    "topics": N_("topics"),
    "severity": N_("severity"),
    "floor": N_("from so many more"),
    "crisis_from": N_("a crisis from"),
    "calm_for": N_("over after a calm of"),
    "repeat": N_("told again every"),
    "query": N_("query"),
    "reach": N_("reach"),
    "metric": N_("metric"),
    "above": N_("above"),
    "below": N_("below"),
    "lasting": N_("for at least"),
}
"""What the fields are called; a newer one has the name that it has in the config."""
_SOME_KINDS: Final = {**OWN_KEYS, "crisis_from": ("burst", "rival")}
"""Keys that are shown for some kinds only."""
_FIXED: Final = ("kind", "id")
"""What an existing rule goes by: it is not changed here."""
_LONGEST: Final = 20_000


class FieldChoice(Choice, inherit_bindings=False):
    """A field with a few values; up and down go on to the next field, as everywhere in the form."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space", "step(1)", show=False),
        Binding("left", "step(-1)", show=False),
    ]
    DEFAULT_CSS = "FieldChoice { margin: 0 1; width: auto; }"

    def __init__(self, key: str, values: Sequence[str], chosen: str) -> None:
        super().__init__(label_of(key), id=f"rule-{key}")
        self._values = tuple(values)
        self.name_values(self._values)
        self.choose(self._values.index(chosen))

    def name_values(self, words: Sequence[str]) -> None:
        """What each value is called."""
        self.offer(list(enumerate(words)), required=True)

    @property
    def written(self) -> str:
        """The value as the config has it."""
        return self._values[self.value or 0]

    def render(self) -> Content:
        """The value; its label stands in front of it."""
        return Content(self.word)


class RuleFields(VerticalScroll, can_focus=False):
    """The fields over what is `present` (key -> as typed); `is_new`: its kind and name are chosen, too.

    Message Changed.
    """

    class Changed(Message):
        """Something else is typed or chosen."""

    def __init__(self, present: Mapping[str, str], *, is_new: bool) -> None:
        super().__init__(id="rule-fields")
        self._present = dict(present)
        self._choices = {
            key: FieldChoice(key, values, self._present[key])
            for key, values in (("kind", KINDS), ("enabled", ("true", "false")), ("severity", ("", *SEVERITIES)))
            if is_new or key not in _FIXED
        }
        self._inputs = {
            key: Input(self._present[key], id=f"rule-{key}", max_length=_LONGEST, select_on_focus=False)
            for key in RULE_KEYS
            if key not in ("kind", "enabled", "severity") and (is_new or key not in _FIXED)
        }

    def compose(self) -> ComposeResult:
        """A row each, in the order of the file."""
        for key in RULE_KEYS:
            if (field := self._choices.get(key) or self._inputs.get(key)) is not None:
                with Horizontal(classes="rule-row", id=f"row-{key}"):
                    yield Static(label_of(key), classes="rule-label", markup=False)
                    yield field

    def on_mount(self) -> None:
        """What the kind knows, and what is usual for it."""
        if "kind" in self._choices:
            self._choices["kind"].name_values([looked_for(kind) for kind in KINDS])
        self._choices["enabled"].name_values([_("yes"), _("no")])
        self._show_usual()

    def begin(self) -> None:
        """Put the cursor into the first field."""
        next(iter(self.query("Input, FieldChoice"))).focus()

    @property
    def kind(self) -> str:
        """The kind that is chosen."""
        return self._choices["kind"].written if "kind" in self._choices else self._present["kind"]

    @property
    def written(self) -> dict[str, str]:
        """Every key as it is typed; what the kind does not know is as it was."""
        return self._present | dict(self._typed())

    def _typed(self) -> Iterator[tuple[str, str]]:
        for key, choice in self._choices.items():
            yield key, choice.written
        yield from ((key, field.value) for key, field in self._inputs.items() if self._knows(key))

    def _knows(self, key: str) -> bool:
        return self.kind in _SOME_KINDS.get(key, KINDS)

    def _show_usual(self) -> None:
        usual = USUAL_RULES[self.kind]
        words = [severity_word(severity) for severity in Severity]
        as_usual = _("usually {value}").format(value=severity_word(usual.severity))
        self._choices["severity"].name_values([as_usual, *words])
        for key, field in self._inputs.items():
            self.query_one(f"#row-{key}").display = self._knows(key)
            field.placeholder = _usual_text(key, self.kind)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Something is typed."""
        event.stop()
        self.post_message(self.Changed())

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """Something is chosen; another kind knows other fields."""
        event.stop()
        self._show_usual()
        self.post_message(self.Changed())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on."""
        event.stop()
        self.screen.focus_next()


def label_of(key: str) -> str:
    """What a field is called."""
    return _(LABELS[key]) if key in LABELS else key


def _usual_text(key: str, kind: str) -> str:
    """What stands in a field that is left empty."""
    if key == "id":
        return kind
    if key == "topics":
        return _("all competitors") if kind == "rival" else _("all our topics")
    if key == "query":
        return ""
    if key == "metric":
        return _("all metrics")
    if key in ("above", "below"):
        return _("no limit: what is unusual")
    value = getattr(USUAL_RULES[kind], key)
    if value is None:
        return _("usually never")
    if key == "lasting":
        return _("one row")
    if key == "repeat" and not value:
        return _("usually never: 0")
    return _("usually {value}").format(value=usual_of(key, value))
