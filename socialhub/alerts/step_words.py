"""The steps of an alert's life in words, verdicts, and why an act was refused, in the interface language.

Steps are what some socialhub stored, possibly a later one: an action that is not known is shown as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Final

from socialhub.ages import moment_text
from socialhub.i18n import N_, _, labelled
from socialhub.incidents import (
    Action,
    Alert,
    AlertEvent,
    Heard,
    Held,
    Occasion,
    Outcome,
    Silence,
    Untold,
    Verdict,
)
from socialhub.text import clean

VERDICTS: Final[dict[str, str]] = {
    Verdict.REAL: N_("real"),
    Verdict.FALSE: N_("false alarm"),
    Verdict.NOT_ACTIONABLE: N_("real, but nothing to do"),
}

# action -> (sentence with an operator, sentence without one); {detail} and {until} follow where it has neither
_STEPS: Final[dict[str, tuple[str, str]]] = {
    Action.RAISED: (N_("raised by {operator}"), N_("raised")),
    Action.WORSENED: (N_("now {detail}"), N_("now {detail}")),
    Action.GROUPED: (N_("joined to alert {detail}"), N_("joined to alert {detail}")),
    Action.INHIBITED: (N_("kept quiet by alert {detail}"), N_("kept quiet by alert {detail}")),
    Action.UNINHIBITED: (N_("no longer kept quiet"), N_("no longer kept quiet")),
    Action.ACKNOWLEDGED: (N_("taken by {operator}"), N_("taken")),
    Action.TAKEN_OVER: (N_("taken over by {operator}"), N_("taken over")),
    Action.UNACKNOWLEDGED: (N_("given back by {operator}"), N_("given back")),
    Action.LAPSED: ("", N_("forgotten by {detail}: it fires again")),
    Action.ASSIGNED: (N_("{operator} gave it to {detail}"), N_("given to {detail}")),
    Action.UNASSIGNED: (N_("{operator} took it from {detail}"), N_("taken from {detail}")),
    Action.SILENCED: (N_("silenced by {operator}"), N_("silenced")),
    Action.SILENCE_ENDS: ("", N_("its silence ends at {until}")),
    Action.UNSILENCED: (N_("heard again, by {operator}"), N_("heard again")),
    Action.ESCALATION_ASKED: (N_("{operator} asked for help"), N_("help was asked for")),
    Action.ESCALATED: (N_("escalated by {operator} to {detail}"), N_("escalated to {detail}")),
    Action.NOT_ESCALATED: (N_("not escalated"), N_("not escalated")),
    Action.RESOLVED: (N_("closed by {operator}"), N_("over: its cause is gone")),
    Action.REOPENED: (N_("opened again by {operator}"), N_("opened again")),
    Action.NOTIFIED: ("", N_("message sent")),
    Action.NOT_NOTIFIED: ("", N_("no message")),
    Action.JUDGED: (N_("verdict of {operator}"), N_("verdict")),
    Action.NOTED: (N_("note by {operator}"), N_("note")),
}
_TAKES_BACK: Final = {Action.JUDGED: N_("no verdict any more")}
"""What a step says whose detail is empty, where that means something."""
_HEARD: Final[dict[str, str]] = {
    Heard.OVER: N_("the silence is over"),
    Heard.CHANGED: N_("it is no longer what was silenced"),
}
_HELD: Final[dict[str, str]] = {
    Held.NO_CHAIN: N_("no chain of escalation is for it"),
    Held.OUTSIDE_HOURS: N_("outside the hours of its chain"),
    Held.NOBODY_ON_CALL: N_("nobody is on call"),
    Held.EXHAUSTED: N_("everybody has been told"),
}
_WORSE: Final[dict[str, str]] = {"warning": N_("an alert"), "crisis": N_("a crisis")}
_TIES: Final[dict[str, str]] = {
    "topic": N_("the same topic"),
    "mentions": N_("the same mentions"),
    "story": N_("the same stories"),
    "link": N_("the same link"),
}
_OCCASIONS: Final[dict[str, str]] = {
    Occasion.RAISED: N_("it fires"),
    Occasion.WORSE: N_("it is graver than before"),
    Occasion.JOINED: N_("a new kind of alert joined the incident"),
    Occasion.REPEATED: N_("nobody has it yet"),
    Occasion.ESCALATED: N_("it escalates"),
    Occasion.REOPENED: N_("it is open again"),
    Occasion.RESOLVED: N_("it is over"),
    Occasion.LATE: N_("it was over when it was learned"),
}
_UNTOLD: Final[dict[str, str]] = {
    Untold.SILENCED: N_("it is silenced"),
    Untold.INHIBITED: N_("a greater alert says it"),
    Untold.GROUPED: N_("the first alert of the incident says it"),
    Untold.TAKEN: N_("somebody has it already"),
    Untold.OVER: N_("it was over before it could be told"),
    Untold.NO_TARGET: N_("no [[notify]] is for it"),
    Untold.TARGET_GONE: N_("the config has no such [[notify]]"),
    Untold.OUTSIDE_HOURS: N_("outside the hours, told when they begin"),
    Untold.UNWANTED: N_("its [[notify]] asks for other alerts now"),
    Untold.SUPERSEDED: N_("a later message has said it"),
    Untold.FLOOD: N_("enough messages this hour, told with the next ones"),
    Untold.GIVEN_UP: N_("it could not be delivered"),
}
_RESOLVED: Final[dict[str, str]] = {
    "unwatched": N_("nothing watches for it any more"),
    "late": N_("it was over when it was learned"),
}
_DETAILS: Final[dict[str, Callable[[str], str]]] = {
    Action.JUDGED: lambda detail: verdict_word(detail),
    Action.UNSILENCED: lambda detail: _worded(_HEARD, detail),
    Action.NOT_ESCALATED: lambda detail: _worded(_HELD, detail),
    Action.WORSENED: lambda detail: _worded(_WORSE, detail),
    Action.GROUPED: lambda detail: _grouped(detail),
    Action.RESOLVED: lambda detail: _worded(_RESOLVED, detail),
    Action.NOTIFIED: lambda detail: _to_target(_OCCASIONS, detail),
    Action.NOT_NOTIFIED: lambda detail: _to_target(_UNTOLD, detail),
}
"""Details that are names of ours, and what puts them into words."""

_REFUSALS: Final[dict[Outcome, str]] = {
    Outcome.UNKNOWN: N_("This alert is gone."),
    Outcome.NOT_TAKEN: N_("Nobody has this alert any more."),
    Outcome.RESOLVED: N_("This alert is closed already."),
    Outcome.NEWER: N_("Another alert about the same is open by now."),
    Outcome.SAME: N_("It is so already."),
}


def step_line(step: AlertEvent, now: int, zone: tzinfo | None = None) -> str:
    """One step of an alert's life: "taken by Léa until 22:40: I call them". `now` in ms UTC, `zone` the reader's."""
    operator, detail = _plain(step.operator), _plain(step.detail)
    known = _STEPS.get(step.action)
    if known is None:
        words = _plain(step.action) + (f" ({operator})" if operator else "")
        return labelled(words, detail) if detail else words
    if not detail and step.action in _TAKES_BACK:
        return labelled(operator, _(_TAKES_BACK[Action(step.action)]))
    if step.action in _DETAILS:
        detail = _DETAILS[step.action](detail)
    pattern = _(known[0] if operator and known[0] else known[1])
    until = "" if step.until is None else moment_text(step.until, now, zone)
    words = pattern.format(operator=operator, detail=detail, until=until)
    if until and "{until}" not in pattern:
        words = _("{what} until {time}").format(what=words, time=until)
    return labelled(words, detail) if detail and "{detail}" not in pattern else words


def occasion_words(occasion: str) -> str:
    """What a message is sent for (Occasion), in words."""
    return _worded(_OCCASIONS, occasion)


def untold_words(why: str) -> str:
    """Why somebody is not told (Untold), in words."""
    return _worded(_UNTOLD, why)


def silence_line(silence: Silence, now: int, zone: tzinfo | None = None) -> str:
    """What hides an alert: "silenced by Léa until 22:40: the quiz is on"."""
    return step_line(
        AlertEvent(silence.made, Action.SILENCED, silence.operator, silence.reason, silence.ends), now, zone
    )


def _worded(words: Mapping[str, str], detail: str) -> str:
    return _(words[detail]) if detail in words else detail


def _to_target(words: Mapping[str, str], detail: str) -> str:
    """ "raised léa" -> "léa (it fires)"; without a target the words alone."""
    why, _space, target = detail.partition(" ")
    return f"{target} ({_worded(words, why)})" if target else _worded(words, why)


def _grouped(detail: str) -> str:
    """ "12 mentions" -> "12 (the same mentions)"."""
    leader, _space, tie = detail.partition(" ")
    return f"{leader} ({_(_TIES[tie])})" if tie in _TIES else detail


def verdict_word(verdict: str) -> str:
    """A verdict in words; "" for none."""
    words = VERDICTS.get(verdict)
    return _(words) if words else _plain(verdict)


def refusal(outcome: Outcome, alert: Alert | None) -> str:
    """Why nothing was done, for the operator who came second. `alert` as it stands now."""
    if alert is not None and outcome is Outcome.TAKEN:
        return _("{name} has taken this alert.").format(name=_plain(alert.taken_by))
    if alert is not None and outcome is Outcome.HELD:
        return _("{name} has this alert.").format(name=_plain(alert.assignee))
    return _(_REFUSALS.get(outcome, _REFUSALS[Outcome.UNKNOWN]))


def _plain(text: str) -> str:
    return clean(text, single_line=True)
