"""What readers do to the cache: done on the writing thread, told, and taken back. Mixed into the app."""

from __future__ import annotations

from typing import Final, Literal

from textual.app import App

from socialhub.errors import UserError
from socialhub.i18n import _
from socialhub.live import Writing
from socialhub.screens.context import Act, Change
from socialhub.store.connection import CacheError, Connection
from socialhub.store.marks import set_read_below
from socialhub.store.mentions import newest_id

_UNDO_STEPS: Final = 100


class Changes(App[int]):
    """The writing side of a console; `begin_changes` gives it its thread and its operator."""

    def begin_changes(self, writing: Writing, operator: str) -> None:
        """Before the first change."""
        self._writing = writing
        self._operator = operator
        self._undo: list[tuple[str, Change]] = []

    def on_act(self, event: Act) -> None:
        """Do it on the writing thread, remember how to take it back."""
        self.run_worker(self._do(event), group="acts")

    async def _do(self, act: Act) -> None:
        if await self._change(act.do, act.nothing):
            if act.undo is not None:
                self._undo = [*self._undo[-_UNDO_STEPS:], (act.said, act.undo)]
            if not act.quiet:
                self.notify(act.said, timeout=3, markup=False)

    async def _change(self, change: Change, nothing: str) -> bool:
        try:
            done = await self._writing.write(change)
        except UserError as error:
            severity: Literal["error", "warning"] = "error" if isinstance(error, CacheError) else "warning"
            self.notify(error.hint, title=error.message, severity=severity, markup=False)
            return False
        if done is False:
            self.notify(nothing, timeout=4, markup=False)
        return done is not False

    def action_undo(self) -> None:
        """Take the last change back."""
        if not self._undo:
            self.notify(_("Nothing to undo."), timeout=2, markup=False)
            return
        said, undo = self._undo.pop()
        self.run_worker(self._take_back(said, undo), group="acts")

    async def _take_back(self, said: str, undo: Change) -> None:
        if await self._change(undo, _("This cannot be taken back any more.")):
            self.notify(_("Undone: {said}").format(said=said), timeout=3, markup=False)

    def read_all(self) -> None:
        """Mark everything as read by the operator."""
        operator = self._operator
        before: list[int] = []

        def do(db: Connection) -> None:
            before[:] = [set_read_below(db, operator, newest_id(db) + 1)]

        def undo(db: Connection) -> None:
            set_read_below(db, operator, before[0])

        self.post_message(Act(_("Everything is marked as read."), do, undo))
