"""Calls whoever does not look at the screen: bell, notification of the desktop, number of alerts in the window's title.

Once for each alert, and again when it grows; what burns already when the console opens is in the title alone. What a
cache holds that was made while the console was open is all new.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.app import App

from socialhub.config.settings import Terminal
from socialhub.incidents import Severity
from socialhub.screens.alarm import nobodys, worst_alert
from socialhub.screens.context import Context
from socialhub.terminal_calls import BELL, GIVE_TITLE_BACK, KEEP_TITLE, NONE, notification, window_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from socialhub.incidents import Alert
    from socialhub.live import Room


class TerminalCalls(App[int]):
    """Tells the terminal of what burns. Mixed into the app, which has `room_context`; silent until `begin_calls`."""

    room_context: Context
    _settings: Terminal | None = None
    _environ: Mapping[str, str] = {}
    _heard: dict[int, Severity] | None = None
    _shown_title = ""

    def begin_calls(self, settings: Terminal, environ: Mapping[str, str]) -> None:
        """From now on alerts are told to the terminal, as the config says."""
        self._settings, self._environ = settings, environ

    def call_terminal(self, room: Room) -> None:
        """Tell what is new since this was last asked."""
        if self._settings is None:
            return
        firing = [alert for alert in room.alerts if alert.state == "firing" and not alert.is_hidden]
        least = Severity[self._settings.severity.upper()]
        loud = {alert.id: alert.severity for alert in firing if alert.severity >= least}
        known, self._heard = self._heard, loud
        new = [alert for alert in firing if alert.id in loud and known is not None and grew(known, alert)]
        sequences = [self._title(room)]
        if new:
            sequences += [BELL if self._settings.bell else "", self._notification(new)]
        self._write("".join(sequences))

    def hear_from_nothing(self) -> None:
        """There is no cache: whatever a new one tells first is new."""
        self._heard = {}

    def end_calls(self) -> None:
        """Give the window's title back."""
        if self._shown_title:
            self._write(GIVE_TITLE_BACK)
            self._shown_title = ""

    def _title(self, room: Room) -> str:
        """The window's title, "" while it stays as it is."""
        assert self._settings is not None
        words = title_words(room, self.room_context.brand)
        if not self._settings.title or words == self._shown_title:
            return ""
        keep = "" if self._shown_title else KEEP_TITLE
        self._shown_title = words
        return keep + window_title(words)

    def _notification(self, new: Sequence[Alert]) -> str:
        assert self._settings is not None
        if self._settings.notification == NONE:
            return ""
        from socialhub.alerts.wording import alert_lines, severity_word

        context, worst = self.room_context, max(new, key=lambda alert: alert.severity)
        more = f" (+{len(new) - 1})" if len(new) > 1 else ""
        title = f"{severity_word(worst.severity)}{more} · {context.brand}"
        words = alert_lines(worst, context.clock.now(), context.zone)[0]
        return notification(title, words, self._settings.notification, self._environ)

    def _write(self, sequences: str) -> None:
        """Between two frames: the driver's queue keeps them whole. Nothing is written where there is no terminal."""
        if sequences and not self.is_headless and self._driver is not None:
            self._driver.write(sequences)


def grew(known: Mapping[int, Severity], alert: Alert) -> bool:
    """Whether an alert was not heard of yet, or only as something lesser."""
    return alert.id not in known or alert.severity > known[alert.id]


def title_words(room: Room, brand: str) -> str:
    """ "(2) CRISIS · Salle": how many incidents nobody has, and how grave the worst is; the room's name when none."""
    from socialhub.alerts.wording import severity_word

    count, worst = nobodys(room.alerts), worst_alert(room.alerts)
    return f"({count}) {severity_word(worst.severity)} · {brand}" if count and worst is not None else brand
