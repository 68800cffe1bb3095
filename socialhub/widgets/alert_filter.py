"""What the alert queue is narrowed to: words, a severity, a state; and the bar in which they are typed and chosen."""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input

from socialhub.i18n import _
from socialhub.incidents import Alert, Severity
from socialhub.records import dataclass
from socialhub.text import fold
from socialhub.widgets.bindings import bind
from socialhub.widgets.filter_bar import Choice


class Standing(IntEnum):
    """Where an alert stands, as one chooses it."""

    NOBODYS = 1
    MINE = 2
    TAKEN = 3
    HIDDEN = 4
    OVER = 5


@dataclass(frozen=True, slots=True)
class AlertChoices:
    """What the queue is narrowed to: words that all have to be found, a severity, a standing; None for all."""

    words: str = ""
    severity: int | None = None
    standing: int | None = None

    def hold(self, alert: Alert, said: str, operator: str) -> bool:
        """Whether an alert of which `said` is told belongs to what `operator` chose."""
        if self.severity is not None and alert.severity != self.severity:
            return False
        if self.standing is not None and not _stands(alert, Standing(self.standing), operator):
            return False
        told = fold(said)
        return all(word in told for word in fold(self.words).split())


def _stands(alert: Alert, standing: Standing, operator: str) -> bool:
    heard = alert.is_open and not alert.is_hidden
    return {
        Standing.NOBODYS: heard and alert.state == "firing" and not alert.assignee,
        Standing.MINE: alert.is_open and operator in (alert.taken_by, alert.assignee),
        Standing.TAKEN: heard and (alert.state == "acknowledged" or bool(alert.assignee)),
        Standing.HIDDEN: alert.is_open and alert.is_hidden,
        Standing.OVER: not alert.is_open,
    }[standing]


NO_CHOICES = AlertChoices()


class AlertFilter(Vertical):
    """The bar, on two lines. Messages: Changed with every key, Accepted on Enter, Left on Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("back", "leave"),
        bind("next-pane", "app.focus_next"),
        bind("previous-pane", "app.focus_previous"),
        Binding("enter", "accept", show=False),
    ]
    DEFAULT_CSS = """
    AlertFilter {
        height: 2;
        & Horizontal { height: 1; }
        & Input { height: 1; border: none; padding: 0 1; background: transparent; }
        & Input:focus { border: none; background-tint: transparent; }
        & #alert-severity { margin-left: 1; }
    }
    """

    class Changed(Message):
        """The queue is to be narrowed to this."""

        def __init__(self, choices: AlertChoices) -> None:
            super().__init__()
            self.choices = choices

    class Accepted(Message):
        """The reader wants to go on in the queue."""

    class Left(Message):
        """The reader gives the filter up."""

    def __init__(self) -> None:
        super().__init__()
        self._words = Input(id="alert-words", placeholder=_("words"), select_on_focus=False)
        self._severity = Choice(_("severity"), id="alert-severity")
        self._standing = Choice(_("state"), id="alert-standing")

    def compose(self) -> ComposeResult:
        """The words above, the choices below."""
        yield self._words
        with Horizontal():
            yield self._severity
            yield self._standing

    def offer_severities(self, words: dict[Severity, str]) -> None:
        """What the severities are called, the worst first; who has an alert never changes."""
        self._severity.offer([(int(severity), word) for severity, word in words.items()])
        self._standing.offer(
            [
                (int(Standing.NOBODYS), _("nobody has it")),
                (int(Standing.MINE), _("mine")),
                (int(Standing.TAKEN), _("taken")),
                (int(Standing.HIDDEN), _("silenced")),
                (int(Standing.OVER), _("over")),
            ]
        )

    @property
    def choices(self) -> AlertChoices:
        """What stands in the bar."""
        return AlertChoices(self._words.value.strip(), self._severity.value, self._standing.value)

    @property
    def standing_word(self) -> str:
        """The chosen state in words."""
        return self._standing.word

    def clear(self) -> None:
        """Nothing is chosen any more."""
        self._words.value = ""
        self._severity.choose(None)
        self._standing.choose(None)

    def begin(self) -> None:
        """The reader wants to type."""
        self._words.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow with every key: all is in memory."""
        event.stop()
        self.post_message(self.Changed(self.choices))

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """A choice counts at once."""
        event.stop()
        self.post_message(self.Changed(self.choices))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the words."""
        event.stop()
        self.action_accept()

    def action_accept(self) -> None:
        """Enter."""
        self.post_message(self.Accepted())

    def action_leave(self) -> None:
        """Esc."""
        self.post_message(self.Left())
