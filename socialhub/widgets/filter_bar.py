"""What a list is narrowed to, on two lines: a query with completion, three quick choices, and what the query says.

Knows no query language: candidates for completion and explanations are given to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.suggester import Suggester
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from socialhub.i18n import _, labelled
from socialhub.records import dataclass
from socialhub.widgets.bindings import bind
from socialhub.widgets.cells import safe

TYPING_PAUSE: Final = 0.25
"""Seconds without a key after which a query is tried while it is being typed."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a list is narrowed to: the query as typed; topic and source numbers, tone bucket, None for all."""

    query: str = ""
    topic: int | None = None
    source: int | None = None
    tone: int | None = None


class _Completion(Suggester):
    """Completes the last word from a list of candidates."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.candidates: tuple[str, ...] = ()

    async def get_suggestion(self, value: str) -> str | None:
        """The whole value with its last word completed."""
        before, space, last = value.rpartition(" ")
        opened = last.lstrip("(-")
        if len(opened) < 2:
            return None
        for candidate in self.candidates:
            if candidate.startswith(opened) and candidate != opened:
                return before + space + last + candidate[len(opened) :]
        return None


class Choice(Widget, can_focus=True):
    """One of a few values, shown as "topic: Fibre"; arrows and space go through them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space,down", "step(1)", show=False),
        Binding("left,up", "step(-1)", show=False),
    ]
    DEFAULT_CSS = """
    Choice {
        width: auto; height: 1; margin-left: 2; color: $text-muted;
        &.-set { color: $text-accent; }
        &:focus { text-style: reverse; }
    }
    """
    place: reactive[int] = reactive(0, layout=True)

    class Changed(Message):
        """Another value is chosen."""

    def __init__(self, label: str, *, id: str, none: str = "") -> None:  # noqa: A002
        super().__init__(id=id)
        self._label = label
        self._none = none or _("all")
        self._options: tuple[tuple[int | None, str], ...] = ((None, self._none),)

    def offer(self, options: Sequence[tuple[int, str]], *, required: bool = False) -> None:
        """The values one can choose, beside none of them (`none`, by default all) unless one is `required`."""
        named = tuple((value, safe(name)) for value, name in options)
        offered: tuple[tuple[int | None, str], ...] = named if required else ((None, self._none), *named)
        if offered != self._options:
            chosen = self.value
            self._options = offered
            self.choose(chosen)
            self.refresh(layout=True)

    @property
    def value(self) -> int | None:
        """The chosen value, None for all."""
        return self._options[self.place][0]

    @property
    def word(self) -> str:
        """The chosen value in words."""
        return self._options[self.place][1]

    def choose(self, value: int | None) -> None:
        """Choose a value; one that is not offered counts as all."""
        self.place = next((place for place, (offered, _name) in enumerate(self._options) if offered == value), 0)

    def action_step(self, step: int) -> None:
        """The next value (1) or the one before (-1)."""
        self.place = (self.place + step) % len(self._options)
        self.post_message(self.Changed())

    def on_click(self) -> None:
        """A click goes to the next value."""
        self.action_step(1)

    def watch_place(self) -> None:
        """One that narrows is lit."""
        self.set_class(self.place > 0, "-set")

    def render(self) -> Content:
        """Label and value."""
        return Content(labelled(self._label, self.word))


class FilterBar(Vertical):
    """The bar. Messages: Changed while something is typed or chosen, Accepted on Enter, Left on Esc.

    `choosing` False: only the query. `pause` is seconds without a key after which it is tried while being typed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("back", "leave"),
        Binding("enter", "accept", show=False),
        Binding("up", "recall(1)", show=False),
        Binding("down", "recall(-1)", show=False),
    ]
    DEFAULT_CSS = """
    FilterBar {
        height: 2;
        & Horizontal { height: 1; }
        & #filter-sign { width: auto; color: $text-accent; }
        & Input { width: 1fr; min-width: 12; height: 1; border: none; padding: 0; background: transparent; }
        & Input:focus { border: none; background-tint: transparent; }
        & #filter-says { height: 1; color: $text-muted; }
        & #filter-says.-wrong { color: $text-error; }
    }
    """

    class Changed(Message):
        """The list is to be narrowed to this."""

        def __init__(self, choices: Choices) -> None:
            super().__init__()
            self.choices = choices

    class Accepted(Message):
        """The reader wants to go on in the list, narrowed to this."""

        def __init__(self, choices: Choices) -> None:
            super().__init__()
            self.choices = choices

    class Left(Message):
        """The reader gives up what was typed and chosen since the bar was opened."""

    def __init__(
        self,
        sign: str,
        *,
        choosing: bool = True,
        pause: float = TYPING_PAUSE,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._sign = sign
        self._choosing = choosing
        self._pause_length = pause
        self._earlier: tuple[str, ...] = ()
        self._gone_through: list[str] = []
        self._recalled = 0
        self._typed = ""
        self._completion = _Completion()
        self._pause: Timer | None = None
        self._told = Choices()

    def compose(self) -> ComposeResult:
        """The query and the choices above, the explanation below."""
        with Horizontal():
            yield Static(f"{self._sign} ", id="filter-sign", markup=False)
            yield Input(id="filter-query", suggester=self._completion, select_on_focus=False)
            if self._choosing:
                yield Choice(_("tone"), id="filter-tone")
                yield Choice(_("topic"), id="filter-topic")
                yield Choice(_("source"), id="filter-source")
        yield Static(id="filter-says", markup=False)

    def on_mount(self) -> None:
        """The tones never change."""
        if self._choosing:
            tones = [(-1, _("negative")), (0, _("neutral")), (1, _("positive")), (2, _("unsure"))]
            self.query_one("#filter-tone", Choice).offer(tones)

    def offer(
        self, topics: Sequence[tuple[int, str]], sources: Sequence[tuple[int, str]], candidates: Sequence[str]
    ) -> None:
        """What can be chosen, and words that complete a query."""
        if self._choosing:
            self.query_one("#filter-topic", Choice).offer(topics)
            self.query_one("#filter-source", Choice).offer(sources)
        self._completion.candidates = tuple(candidates)

    def offer_earlier(self, queries: Sequence[str]) -> None:
        """What was searched for before, the latest first: Up goes through it, Down comes back."""
        self._earlier, self._recalled = tuple(queries), 0

    def explain(self, text: str, *, wrong: bool = False) -> None:
        """What the query says, or what is wrong with it."""
        says = self.query_one("#filter-says", Static)
        says.set_class(wrong, "-wrong")
        says.update(Content(safe(text)), layout=False)

    @property
    def choices(self) -> Choices:
        """What stands in the bar."""
        query = self.query_one("#filter-query", Input).value.strip()
        if not self._choosing:
            return Choices(query)
        return Choices(
            query,
            self.query_one("#filter-topic", Choice).value,
            self.query_one("#filter-source", Choice).value,
            self.query_one("#filter-tone", Choice).value,
        )

    def set_choices(self, choices: Choices) -> None:
        """Put something into the bar, as if it had been there before: nobody is told."""
        self._told = choices
        field = self.query_one("#filter-query", Input)
        if field.value.strip() != choices.query:
            field.value = choices.query
            field.cursor_position = len(choices.query)
        if self._choosing:
            self.query_one("#filter-topic", Choice).choose(choices.topic)
            self.query_one("#filter-source", Choice).choose(choices.source)
            self.query_one("#filter-tone", Choice).choose(choices.tone)

    def begin(self) -> None:
        """The reader wants to type."""
        self.query_one("#filter-query", Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell after a short pause, so that a word in the making is not searched letter by letter."""
        event.stop()
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(self._pause_length, self._tell)

    def action_recall(self, step: int) -> None:
        """An earlier query (1), or a later one (-1) down to what was being typed, and from there into the list."""
        field = self.query_one("#filter-query", Input)
        if self._recalled == 0 or field.value != self._gone_through[self._recalled - 1]:
            self._recalled, self._typed = 0, field.value
            self._gone_through = [query for query in self._earlier if query != field.value]
        if self._recalled == 0 and step < 0:
            self.action_accept()
            return
        self._recalled = min(self._recalled + step, len(self._gone_through))
        field.value = self._gone_through[self._recalled - 1] if self._recalled else self._typed
        field.cursor_position = len(field.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the query."""
        event.stop()
        self.action_accept()

    def action_accept(self) -> None:
        """Enter: whoever listens tries it, and goes on in the list when it can be read."""
        if self._pause is not None:
            self._pause.stop()
            self._pause = None
        self._told = self.choices
        self.post_message(self.Accepted(self._told))

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """A choice counts at once."""
        event.stop()
        self._tell()

    def action_leave(self) -> None:
        """Esc."""
        if self._pause is not None:
            self._pause.stop()
        self.post_message(self.Left())

    def _tell(self) -> None:
        if self._pause is not None:
            self._pause.stop()
            self._pause = None
        if (choices := self.choices) != self._told:
            self._told = choices
            self.post_message(self.Changed(choices))
