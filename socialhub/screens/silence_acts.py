"""What `s` does on an alert: silence what is like it, or hear it again. Loaded at the first of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from socialhub.ages import moment_text
from socialhub.alerts import silencing
from socialhub.alerts.step_words import silence_line
from socialhub.i18n import _
from socialhub.incidents import Alert, Silence
from socialhub.screens.context import Act
from socialhub.screens.ends import End
from socialhub.screens.pick import Pick, Pickable
from socialhub.screens.silence_form import SilenceForm, SilenceWish
from socialhub.store.connection import CacheError, Connection
from socialhub.store.silences import silence_by_number

if TYPE_CHECKING:
    from socialhub.screens.alert_keys import AlertKeys

_HEAR: Final = "hear"


class SilenceActs:
    """The silences that are made and ended from one pane or view."""

    def __init__(self, host: AlertKeys) -> None:
        self._host = host

    async def act(self, alert: Alert) -> None:
        """Silence alerts like this one; what is silenced is heard again."""
        if alert.silence is not None:
            await self._ask_end(alert.silence)
        else:
            self._host.app.push_screen(SilenceForm(self._host.room_context, alert), self._silence)

    def _silence(self, wish: SilenceWish | None) -> None:
        if wish is None:
            return
        context, made = self._host.room_context, [0]

        def do(db: Connection) -> None:
            now = context.clock.now()
            ends = wish.end.moment(now, context.zone)
            silence = silencing.silence(
                db, wish.query, reason=wish.reason, operator=context.operator, now=now, ends=ends
            )
            made[:] = [silence.id]

        self._host.post_message(Act(_("Silenced: {query}").format(query=wish.query), do, self._ends(made)))

    def _ends(self, numbers: list[int]) -> Callable[[Connection], bool]:
        """What ends a silence by its number, in a list: it is known once it was made."""
        context = self._host.room_context
        return lambda db: silencing.end(db, numbers[0], context.operator, context.clock.now())

    async def _ask_end(self, number: int) -> None:
        context = self._host.room_context
        try:
            silence = await context.reading.read(lambda db: silence_by_number(db, number))
        except CacheError as error:
            self._host.notify(error.hint, title=error.message, markup=False)
            return
        if silence is None:
            return
        now = context.clock.now()
        rows = [Pickable(_HEAR, _("hear it again"))]
        rows += [Pickable(str(int(end)), end.words(now, context.zone)) for end in End]

        def picked(value: str | None) -> None:
            if value == _HEAR:
                self._host.post_message(
                    Act(_("Heard again."), self._ends([number]), nothing=_("This silence is over."))
                )
            elif value is not None:
                self._extend(silence, End(int(value)))

        self._host.app.push_screen(Pick(silence_line(silence, now, context.zone), rows), picked)

    def _extend(self, silence: Silence, end: End) -> None:
        context = self._host.room_context
        now = context.clock.now()
        ends = end.moment(now, context.zone)
        said = _("Silenced until {time}.").format(time=moment_text(ends, now, context.zone))
        self._host.post_message(
            Act(
                said,
                lambda db: silencing.extend(db, silence.id, ends, context.clock.now()),
                lambda db: silencing.extend(db, silence.id, silence.ends, context.clock.now()),
                nothing=_("This silence is over."),
            )
        )
