"""What the keys of an alert do, in the queue as in the views of one alert. Loaded at the first of them.

Every act is conditional on how the alert stands when it is written: who comes second is told who was first. What
somebody else has is only taken over when it is asked for twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

from socialhub.ages import moment_text
from socialhub.alerts.wording import refusal, verdict_word
from socialhub.errors import UserError
from socialhub.i18n import _, labelled
from socialhub.incidents import TAKEN_FOR, Alert, Outcome, Verdict
from socialhub.screens.ask_line import AskLine
from socialhub.screens.context import Act
from socialhub.screens.ends import End
from socialhub.screens.pick import Pick, Pickable
from socialhub.store import alert_life
from socialhub.store.alerts import alert_by_id
from socialhub.store.connection import CacheError, Connection
from socialhub.store.work import known_operators, operator_named

if TYPE_CHECKING:
    from socialhub.screens.alert_keys import AlertKeys

Step: TypeAlias = Callable[[Connection, int], Outcome]
"""Changes an alert at a moment (ms UTC)."""
_GIVE_BACK: Final = "give-back"


class AlertActs:
    """The acts of one pane or view, on the alert that it shows."""

    def __init__(self, host: AlertKeys) -> None:
        self._host = host
        self._asked: tuple[int, str] | None = None
        """The alert that somebody else has, and who, once the reader was told."""

    @property
    def _me(self) -> str:
        return self._host.room_context.operator

    def _act(self, said: str, number: int, do: Step, undo: Step | None = None) -> None:
        """Do it, or say why it cannot be done; remember how to take it back."""
        now = self._host.room_context.clock.now

        def change(db: Connection) -> None:
            outcome = do(db, now())
            if not outcome:
                raise UserError(refusal(outcome, alert_by_id(db, number)))

        def take_back(db: Connection) -> bool:
            return undo is not None and bool(undo(db, now()))

        self._host.post_message(Act(said, change, take_back if undo is not None else None))

    # ---- who has it ----------------------------------------------------------------------------------------------

    def take(self, alert: Alert) -> None:
        """Take the alert; asked again, until when, or give it back. Another's is taken over when asked for twice."""
        if alert.state != "acknowledged":
            self._take(alert, TAKEN_FOR)
        elif alert.taken_by == self._me:
            self._ask_until(alert)
        elif self._asked == (alert.id, alert.taken_by):
            self._take(alert, TAKEN_FOR)
        else:
            self._asked = alert.id, alert.taken_by
            key = self._host.room_context.key_name("take")
            self._host.notify(
                _("{key} again takes it over.").format(key=key),
                title=refusal(Outcome.TAKEN, alert),
                severity="warning",
                markup=False,
            )

    def _take(self, alert: Alert, length: int) -> None:
        """Take it for so long (ms); over from somebody only who was seen to have it."""
        self._asked = None
        me, holder = self._me, alert.taken_by

        def take(db: Connection, now: int) -> Outcome:
            present = alert_by_id(db, alert.id)
            over = present is not None and bool(holder) and present.taken_by == holder
            return alert_life.acknowledge(db, alert.id, me, now, until=now + length, take_over=over)

        def give_back(db: Connection, now: int) -> Outcome:
            if alert.state != "acknowledged":
                return alert_life.unacknowledge(db, alert.id, me, now)
            return alert_life.acknowledge(db, alert.id, holder, now, until=alert.taken_until, take_over=True)

        context = self._host.room_context
        now = context.clock.now()
        until = moment_text(now + length, now, context.zone)
        self._act(_("Taken until {time}.").format(time=until), alert.id, take, give_back)

    def _ask_until(self, alert: Alert) -> None:
        context = self._host.room_context
        now = context.clock.now()
        rows = [Pickable(_GIVE_BACK, _("give it back"))]
        rows += [Pickable(str(int(end)), end.words(now, context.zone)) for end in End]

        def picked(value: str | None) -> None:
            if value == _GIVE_BACK:
                self._give_back(alert)
            elif value is not None:
                moment = context.clock.now()
                self._take(alert, End(int(value)).moment(moment, context.zone) - moment)

        until = moment_text(alert.taken_until, now, context.zone) if alert.taken_until is not None else ""
        title = _("You have it until {time}").format(time=until) if until else _("You have it")
        self._host.app.push_screen(Pick(title, rows), picked)

    def _give_back(self, alert: Alert) -> None:
        me = self._me
        self._act(
            _("Given back."),
            alert.id,
            lambda db, now: alert_life.unacknowledge(db, alert.id, me, now),
            lambda db, now: alert_life.acknowledge(db, alert.id, me, now, until=alert.taken_until),
        )

    async def assign(self, alert: Alert) -> None:
        """Give the alert to somebody."""
        try:
            names = await self._host.room_context.reading.read(known_operators)
        except CacheError as error:
            self._host.notify(error.hint, title=error.message, markup=False)
            return
        me, holder = self._me, alert.assignee
        rows = [Pickable(me, me, _("me"))] if holder != me else []
        rows += [Pickable(name, name) for name in names if name not in (me, holder)]
        rows += [Pickable("", _("nobody"), holder)] if holder else []
        title = _("Give to somebody ({name} has it)").format(name=holder) if holder else _("Give to somebody")

        def picked(value: str | None) -> None:
            if value is not None:
                self._assign(alert, operator_named(value))

        self._host.app.push_screen(Pick(title, rows, new=_("new name")), picked)

    def _assign(self, alert: Alert, to: str) -> None:
        me, holder = self._me, alert.assignee

        def assign(db: Connection, now: int) -> Outcome:
            present = alert_by_id(db, alert.id)
            as_seen = present is not None and present.assignee == holder
            return alert_life.assign(db, alert.id, to, me, now, force=as_seen)

        def back(db: Connection, now: int) -> Outcome:
            return alert_life.assign(db, alert.id, holder, me, now, force=True)

        said = _("{name} has it now.").format(name=to) if to else _("Nobody has it now.")
        self._act(said, alert.id, assign, back)

    # ---- its end -------------------------------------------------------------------------------------------------

    def close(self, alert: Alert) -> None:
        """Close the alert and say what it was; what is over is opened again."""
        if not alert.is_open:
            self._reopen(alert)
            return
        rows = [*_verdict_rows(), Pickable(Verdict.NONE.value, _("without a verdict"))]

        def picked(value: str | None) -> None:
            if value is not None:
                self._close(alert, Verdict(value))

        self._host.app.push_screen(Pick(_("Close it: what was it?"), rows), picked)

    def _close(self, alert: Alert, verdict: Verdict) -> None:
        me = self._me
        before = [alert]

        def close(db: Connection, now: int) -> Outcome:
            before[:] = [alert_by_id(db, alert.id) or alert]
            return alert_life.resolve(db, alert.id, me, now, verdict=verdict)

        said = labelled(_("Closed"), verdict_word(verdict)) if verdict else _("Closed.")
        self._act(said, alert.id, close, lambda db, now: alert_life.reopen(db, before[0], me, now))

    def _reopen(self, alert: Alert) -> None:
        me, verdict = self._me, Verdict(alert.verdict)
        self._act(
            _("Opened again."),
            alert.id,
            lambda db, now: alert_life.reopen(db, replace(alert, state="firing", step_due=None), me, now),
            lambda db, now: alert_life.resolve(db, alert.id, me, now, verdict=verdict),
        )

    def judge(self, alert: Alert) -> None:
        """Say what the alert was, at any time."""
        rows = [row for row in _verdict_rows() if row.value != alert.verdict]
        if alert.verdict:
            rows.append(Pickable(Verdict.NONE.value, _("no verdict"), verdict_word(alert.verdict)))
        me = self._me

        def picked(value: str | None) -> None:
            if value is not None:
                verdict = Verdict(value)
                self._act(
                    labelled(_("Verdict"), verdict_word(verdict) or _("none")),
                    alert.id,
                    lambda db, now: alert_life.judge(db, alert.id, verdict, me, now),
                    lambda db, now: alert_life.judge(db, alert.id, Verdict(alert.verdict), me, now),
                )

        self._host.app.push_screen(Pick(_("What was it?"), rows), picked)

    # ---- words and help ------------------------------------------------------------------------------------------

    def escalate(self, alert: Alert) -> None:
        """Have the next of its escalation told."""
        me = self._me
        rows = [Pickable("", _("now, without a word"))]

        def picked(comment: str | None) -> None:
            if comment is not None:
                self._act(
                    _("Help is asked for."),
                    alert.id,
                    lambda db, now: alert_life.ask_escalation(db, alert.id, me, now, comment),
                )

        self._host.app.push_screen(Pick(_("Ask for help"), rows, new=_("with this word")), picked)

    def note(self, alert: Alert) -> None:
        """Write a note into the alert's life."""
        me = self._me

        def written(text: str | None) -> None:
            if text is not None:
                self._act(_("Note kept."), alert.id, lambda db, now: alert_life.note(db, alert.id, text, me, now))

        self._host.app.push_screen(AskLine(_("Note"), longest=alert_life.LONGEST_COMMENT), written)


def _verdict_rows() -> list[Pickable]:
    return [Pickable(verdict.value, verdict_word(verdict)) for verdict in Verdict if verdict]
