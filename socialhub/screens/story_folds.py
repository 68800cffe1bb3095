"""A story is one line of the list: unfolding it under itself, folding it again, or showing every mention."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from socialhub.i18n import _
from socialhub.model import Mention
from socialhub.screens.context import Context, remember
from socialhub.screens.queries import Narrowed
from socialhub.screens.supply import Supply
from socialhub.store.connection import CacheError, Connection
from socialhub.store.habits import Habit
from socialhub.widgets.bindings import bind
from socialhub.widgets.feed import Feed


class StoryFolds(Widget):
    """Needs `context`, `feed`, `narrowed`, `reload` and the supply of the pane it is mixed into."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("story", "story"), bind("stories", "stories")]
    context: Context
    _supply: Supply
    folded: bool
    """Whether a story is one line."""

    @property
    def feed(self) -> Feed:
        """The list."""
        raise NotImplementedError

    @property
    def narrowed(self) -> Narrowed:
        """What the list is narrowed to."""
        raise NotImplementedError

    def reload(self, narrowed: Narrowed) -> None:
        """Ask anew, with the reader where it is."""
        raise NotImplementedError

    def unread_told_by(self, line: Mention) -> Callable[[Connection], list[int]] | None:
        """What finds the unread mentions of a story, by the line that stands for it; None: the line is alone."""
        if not line.copies:
            return None
        from socialhub.live.feeds import unread_in_story

        return partial(unread_in_story, ask=self._supply.ask, line=line)

    def action_story(self) -> None:
        """Show the mentions that the line stands for under it, or hide them again."""
        line = self.feed.current
        if line is None or self.feed.fold(line.under or line.id):
            return
        if line.copies:
            self.run_worker(self._unfold(line), group="story", exclusive=True)
        else:
            self.notify(_("It is told only once here."), timeout=3, markup=False)

    async def _unfold(self, line: Mention) -> None:
        from socialhub.live.feeds import story_members

        ask = self._supply.ask
        try:
            members = await self.context.reading.read(lambda db: story_members(db, ask, line))
        except CacheError as error:
            self.notify(error.message, markup=False)
            return
        self.feed.unfold(line.id, members)

    def action_stories(self) -> None:
        """Every mention a line of its own, or a line for each story; lists opened from now on begin like that."""
        self.folded = not self.folded
        if self.context.habits[Habit.LISTS_BY_STORY] != self.folded:
            remember(self, self.context, Habit.LISTS_BY_STORY)
        said = _("A line for each story.") if self.folded else _("A line for each mention.")
        self.notify(said, timeout=3, markup=False)
        self.reload(replace(self.narrowed, folded=self.folded))
