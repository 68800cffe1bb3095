"""The work on the mention under the cursor by keys: take, close, tag, note, mute. Mixed into the mentions pane."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from textual.actions import SkipAction
from textual.binding import BindingType

from socialhub.model import Mention
from socialhub.screens.mention_actions import MentionActions
from socialhub.widgets.bindings import bind

if TYPE_CHECKING:
    from socialhub.screens.work_acts import WorkActs


class MentionWork(MentionActions):
    """Needs `context` and `feed` of the pane it is mixed into."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("take", "take"),
        bind("assign", "assign"),
        bind("close", "close"),
        bind("state", "state"),
        bind("tag", "tag"),
        bind("note", "note"),
        bind("split", "split"),
        bind("silence", "mute"),
        bind("tone-positive", "tone(1)"),
        bind("tone-neutral", "tone(0)"),
        bind("tone-negative", "tone(-1)"),
    ]
    notes_elsewhere = False
    """Whether the screen takes the notes: they are about a person, not about the mention."""

    @cached_property
    def _acts(self) -> WorkActs:
        from socialhub.screens.work_acts import WorkActs

        return WorkActs(self)

    def action_take(self) -> None:
        """Take the mention, or give it back."""
        self._acts.take()

    async def action_assign(self) -> None:
        """Give the mention to somebody."""
        await self._acts.assign()

    def action_close(self) -> None:
        """Close the mention, or open it again."""
        self._acts.close()

    def action_state(self) -> None:
        """Put the mention into another state."""
        self._acts.state()

    async def action_tag(self) -> None:
        """Put a tag on the mention, or take one off."""
        await self._acts.tag()

    def action_note(self) -> None:
        """Write a note beside the mention."""
        if self.notes_elsewhere:
            raise SkipAction
        self._acts.note()

    def action_tone(self, tone: int) -> None:
        """Fix the tone of the mention: towards the topic in view, or in general."""
        self._acts.fix_tone(tone)

    async def action_split(self) -> None:
        """Make what one way shows of the mention a mention of its own, or join it again."""
        await self._acts.split()

    async def action_mute(self) -> None:
        """Hide mentions like this one."""
        await self._acts.mute()


def worked_on(before: Mention, after: Mention) -> bool:
    """Whether something was done with a mention, or became of it, that its detail tells."""
    return before.id == after.id and _told(before) != _told(after)


def _told(mention: Mention) -> tuple[object, ...]:
    done = mention.state, mention.assignee, mention.tags, mention.notes
    return *done, mention.tone, mention.confidence, mention.muted_until, mention.edited, mention.tombstone, mention.ways
