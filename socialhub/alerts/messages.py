"""What a message says: an alert, or several gathered, in the language of whom it is for. Plain text, one title line.

The same words as on screen: title, reason, numbers, who has it. Whatever strangers wrote was cleaned by wording; what
chat services would take for a call to everybody is taken apart here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import tzinfo
from typing import Final

from socialhub.alerts.wording import alert_lines, fact_lines, severity_word, state_words
from socialhub.i18n import N_, _, in_language, labelled, ngettext, number
from socialhub.incidents import Alert, Occasion, Severity
from socialhub.text import clean, clip

LONGEST_TITLE: Final = 200
LONGEST_BODY: Final = 8_000
"""Characters. Services that take less cut the end, where the least important stands."""

_OCCASIONS: Final[dict[str, str]] = {
    Occasion.RAISED: N_("{severity}"),
    Occasion.WORSE: N_("{severity}, graver than before"),
    Occasion.JOINED: N_("{severity}, new in an incident"),
    Occasion.REPEATED: N_("{severity}, nobody has it yet"),
    Occasion.ESCALATED: N_("{severity}, you are called"),
    Occasion.REOPENED: N_("{severity}, open again"),
    Occasion.RESOLVED: N_("over"),
    Occasion.LATE: N_("{severity}, learned late"),
}
_CALLS: Final = re.compile(r"@(?=(?:everyone|here|channel|all|room)\b)|<(?=[!@])", re.IGNORECASE)
"""What Discord, Slack, Mattermost, Matrix and others read as a call to everybody."""


@contextmanager
def spoken_to(language: str) -> Iterator[None]:
    """Word messages in the language of a target; "" is the room's own."""
    if language:
        with in_language(language):
            yield
    else:
        yield


def alert_message(
    alert: Alert, occasion: Occasion, room: str, now: int, zone: tzinfo, leader: Alert | None = None
) -> tuple[str, str]:
    """(title, body) of a message about one alert, as it stands at `now` (ms UTC).

    `leader` is the first of its incident, where it is told because it joined that.
    """
    title, detail = alert_lines(alert, now, zone)
    what = _(_OCCASIONS[occasion]).format(severity=severity_word(alert.severity))
    lines = [detail, state_words(alert, now, zone), "", *fact_lines(alert, now, zone), "", _commands(alert, occasion)]
    joins = []
    if leader is not None:
        first, _reason = alert_lines(leader, now, zone)
        joins = [labelled(_("It joins alert {id}").format(id=leader.id), first)]
    return _title(room, labelled(what, title)), _body([title, *joins, *lines])


def digest_message(
    told: Sequence[tuple[Alert, Occasion]], gathered: int, room: str, now: int, zone: tzinfo
) -> tuple[str, str]:
    """(title, body) of so many alerts gathered in one message, in their order; those not `told` are counted."""
    worst = max((alert.severity for alert, _occasion in told), default=Severity.NOTICE)
    count = ngettext("{count} alert", "{count} alerts", gathered).format(count=number(gathered))
    lines: list[str] = []
    for alert, occasion in told:
        title, detail = alert_lines(alert, now, zone)
        what = _(_OCCASIONS[occasion]).format(severity=severity_word(alert.severity))
        lines += ["", labelled(what, title), detail, _standing(alert, now, zone)]
    if left := gathered - len(told):
        more = ngettext("and {count} more", "and {count} more", left).format(count=number(left))
        lines += ["", f"{more} · socialhub alerts list"]
    heading = f"{count} ({severity_word(worst)})" if worst is not Severity.NOTICE else count
    return _title(room, heading), _body([count, *lines])


def trial_message(room: str, target: str) -> tuple[str, str]:
    """(title, body) of the message that `alerts test-notify` sends."""
    told = _("This is how alerts of {room} reach {target}. Nothing has happened.").format(room=room, target=target)
    return _title(room, _("a trial")), told


def repetition_mark() -> str:
    """The first line of a message that may have arrived already."""
    return _("Sent again: perhaps you have had this message already.")


def _standing(alert: Alert, now: int, zone: tzinfo) -> str:
    return f"{_('alert {id}').format(id=alert.id)} · {state_words(alert, now, zone)}"


def _commands(alert: Alert, occasion: Occasion) -> str:
    """What to do about it, from any terminal."""
    more = f"socialhub alerts show {alert.id}"
    take = f" · socialhub alerts ack {alert.id}" if occasion not in (Occasion.RESOLVED, Occasion.LATE) else ""
    return f"{more}{take}"


def _title(room: str, words: str) -> str:
    return clip(_harmless(clean(f"[{room}] {words}", single_line=True)), LONGEST_TITLE)


def _body(lines: Sequence[str]) -> str:
    """The lines with a single empty one where several would be."""
    kept = [line for place, line in enumerate(lines) if line or (place and lines[place - 1])]
    return clip(_harmless(clean("\n".join(kept))), LONGEST_BODY)


def _harmless(text: str) -> str:
    return _CALLS.sub(lambda call: f"{call[0]} ", text)
