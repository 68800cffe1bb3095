"""Showing what mutes hide, and hiding it again. Mixed into the mentions pane."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from socialhub.i18n import ngettext, number
from socialhub.screens.context import Context
from socialhub.screens.queries import Narrowed, hides_muted
from socialhub.screens.supply import Supply
from socialhub.store.mutes import MOST_COUNTED
from socialhub.widgets.bindings import bind
from socialhub.widgets.hints import key_name


class MutedToggle(Widget):
    """Needs `context`, `narrowed` and `reload` of the pane it is mixed into."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("muted", "muted")]
    context: Context
    with_muted = False

    @property
    def narrowed(self) -> Narrowed:
        """What the list is narrowed to."""
        raise NotImplementedError

    def reload(self, narrowed: Narrowed) -> None:
        """Ask anew, with the reader where it is."""
        raise NotImplementedError

    def action_muted(self) -> None:
        """Show what mutes hide, or hide it again."""
        self.with_muted = not self.with_muted
        hide = hides_muted(self.narrowed.query, with_muted=self.with_muted)
        self.reload(replace(self.narrowed, chosen=replace(self.narrowed.chosen, hide_muted=hide)))

    def muting_words(self, supply: Supply) -> str:
        """How much mutes take out of the list, and the key that shows it; "" for nothing."""
        hidden = supply.muting.hidden
        if not hidden or (not self.with_muted and not supply.narrowed.chosen.hide_muted):
            return ""
        count = number(hidden) + ("+" if hidden >= MOST_COUNTED else "")
        key = key_name(self.context.keys["muted"].partition(",")[0])
        if self.with_muted:
            words = ngettext("with {count} muted, {key} hides it", "with {count} muted, {key} hides them", hidden)
            return words.format(count=count, key=key)
        words = ngettext("{count} hidden by mutes, {key} shows it", "{count} hidden by mutes, {key} shows them", hidden)
        return words.format(count=count, key=key)
