"""What every screen of a console works with, and the one message by which screens change the cache."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import tzinfo
from functools import partial
from typing import TypeAlias

from textual.message import Message
from textual.message_pump import MessagePump

from socialhub.clock import Clock
from socialhub.keys import keymap
from socialhub.live import Reading
from socialhub.records import dataclass
from socialhub.store.connection import Connection
from socialhub.store.habits import Habit, keep_habit
from socialhub.widgets.hints import key_name

Change: TypeAlias = Callable[[Connection], object]
"""A small write; False means that there was nothing to change any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a console works with. `reading` answers what a screen waits for, `counting` what may take its time.

    `list_pace` is seconds between two repaints of a list; `typing_pause` seconds without a key after which a search is
    tried; `density` lines a mention; `keys` are the keys in force by id; `habits` what the operator likes, changed by
    `remember` alone. The rest is for the status line.
    """

    reading: Reading
    counting: Reading
    clock: Clock
    operator: str
    zone: tzinfo
    list_pace: float = 0.5
    typing_pause: float = 0.03
    density: int = 1
    keys: Mapping[str, str] = field(default_factory=lambda: keymap({}))
    habits: dict[Habit, bool] = field(
        default_factory=lambda: {Habit.LISTS_BY_STORY: True, Habit.CURVES_BY_STORY: False}
    )
    brand: str = ""
    country: str = ""
    demo: bool = False
    remote: bool = False

    def key_name(self, key_id: str) -> str:
        """The first key of an id as people write it."""
        return key_name(self.keys[key_id].partition(",")[0])


class Act(Message):
    """The reader does something to the cache. `said` tells it, `undo` takes it back (None: not undoable).

    `nothing` is said when `do` returns False; a `quiet` act is only told when it is undone.
    """

    def __init__(
        self, said: str, do: Change, undo: Change | None = None, *, nothing: str = "", quiet: bool = False
    ) -> None:
        super().__init__()
        self.said = said
        self.do = do
        self.undo = undo
        self.nothing = nothing
        self.quiet = quiet


def remember(sender: MessagePump, context: Context, habit: Habit) -> bool:
    """The operator likes it the other way round from now on, also next time; returns what holds now."""
    context.habits[habit] = value = not context.habits[habit]
    sender.post_message(Act("", partial(keep_habit, operator=context.operator, habit=habit, value=value), quiet=True))
    return value
