"""Saving in the topics lab: what is about to change, asked once; and the lines to paste where it cannot be saved."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Static

from socialhub.config.edit import EditRefused, TopicChange, TopicEditor
from socialhub.config.settings import KIND_NAMES, TOPIC_KINDS, Config
from socialhub.i18n import _, labelled
from socialhub.model import Topic
from socialhub.screens.base import hints_for
from socialhub.screens.context import Context
from socialhub.text import clean
from socialhub.widgets.bindings import bind
from socialhub.widgets.hints import Hints, key_name
from socialhub.widgets.pane_title import PaneTitle

_LONGEST_NAME: Final = 80


def write_change(path: Path, change: TopicChange, *, demo: bool) -> Config:
    """Save a new topic, or a change of one; returns the config as it is then. Raises UserError (EditRefused)."""
    editor = TopicEditor(path, demo=demo)
    return editor.change(change) if change.id else editor.add(change)


class KindChoice(Widget, can_focus=True):
    """What a new topic is; arrows and space go through the kinds."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space,down", "step(1)", show=False),
        Binding("left,up", "step(-1)", show=False),
    ]
    DEFAULT_CSS = """
    KindChoice { height: 1; color: $text-muted; &:focus { color: $text; text-style: reverse; } }
    """
    place: reactive[int] = reactive(0)

    @property
    def value(self) -> str:
        """The kind as the config writes it."""
        return TOPIC_KINDS[self.place]

    def action_step(self, step: int) -> None:
        """The next kind (1) or the one before (-1)."""
        self.place = (self.place + step) % len(TOPIC_KINDS)

    def render(self) -> Content:
        """The kind in words."""
        return Content(labelled(_("kind"), _(KIND_NAMES[self.value])))


class SaveTopic(ModalScreen["TopicChange | None"]):
    """Gives back what is to be saved. `topic` None: a new one, which needs a name. `effect` tells what changes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("back", "leave"),
        bind("open", "save"),
        bind("next-pane", "app.focus_next"),
        bind("previous-pane", "app.focus_previous"),
    ]

    def __init__(self, topic: Topic | None, query: str, effect: str) -> None:
        super().__init__()
        self._topic, self._query, self._effect = topic, query, effect
        self._name_field = Input(id="topic-name", max_length=_LONGEST_NAME, placeholder=_("name of the topic"))
        self._kind = KindChoice()

    def compose(self) -> ComposeResult:
        """Before and after, the effect, for a new topic its name and kind."""
        with Vertical(id="sheet"):
            yield PaneTitle(
                _("Save a new topic") if self._topic is None else _("Save {name}").format(name=self._topic.name)
            )
            if self._topic is None:
                yield self._name_field
                yield self._kind
            with VerticalScroll(id="save-text"):
                yield Static(self._text(), markup=False)
            yield Hints()

    def on_mount(self) -> None:
        """The keys."""
        hints = [(key_name("enter"), _("save")), (key_name("escape"), _("cancel"))]
        if self._topic is None:
            hints.insert(1, (key_name("tab"), _("name, kind")))
        self.query_one(Hints).show(hints)

    def _text(self) -> Content:
        parts: list[Content | str | tuple[str, str]] = []
        if self._topic is not None:
            parts += [("− ", "$text-error"), clean(self._topic.query, single_line=True), "\n\n"]
        parts += [("+ ", "$text-success"), clean(self._query, single_line=True), "\n\n", self._effect]
        return Content.assemble(*parts)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the name."""
        event.stop()
        self.action_save()

    def action_save(self) -> None:
        """Give it back, once it has a name."""
        if self._topic is not None:
            self.dismiss(TopicChange(self._topic.id, query=self._query))
            return
        if name := clean(self._name_field.value, single_line=True).strip():
            self.dismiss(TopicChange(name=name, kind=self._kind.value, query=self._query))
        else:
            self.set_focus(self._name_field)

    def action_leave(self) -> None:
        """Nothing is saved."""
        self.dismiss(None)


class PasteTopic(ModalScreen[None]):
    """Why the file stays as it is, and what to paste into it."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("back", "dismiss"), bind("copy", "copy")]

    def __init__(self, context: Context, refusal: EditRefused) -> None:
        super().__init__()
        self._room, self._refusal = context, refusal

    def compose(self) -> ComposeResult:
        """The reason and the lines."""
        with Vertical(id="sheet"):
            yield PaneTitle(_("Not saved"))
            with VerticalScroll(id="save-text"):
                told = (clean(self._refusal.message), "$text-warning")
                paste = clean(self._refusal.paste)
                yield Static(Content.assemble(told, "\n\n", _("To paste into the file by hand:"), "\n\n", paste))
            yield Hints()

    def on_mount(self) -> None:
        """The keys."""
        self.query_one("#save-text").focus()
        self.query_one(Hints).show(hints_for(("copy", "back"), self._room.keys))

    def action_copy(self) -> None:
        """The lines go to the clipboard of the terminal (OSC 52)."""
        self.app.copy_to_clipboard(self._refusal.paste)
        self.notify(_("Copied."), timeout=2, markup=False)
