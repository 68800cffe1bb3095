"""Alerts, the steps of their life, silences and notifications as plain data: what store, engine and screens share."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Any, Final

from socialhub.clock import HOUR
from socialhub.records import dataclass

TAKEN_FOR: Final = 4 * HOUR
"""How long an alert is taken for when nobody says (ms): then it lapses, and escalates anew."""


class Severity(IntEnum):
    """How much an alert matters."""

    NOTICE = 1
    WARNING = 2
    CRISIS = 3


class AlertKind(StrEnum):
    """What sort of trouble, or of chance, an alert tells."""

    BURST = "burst"
    TONE_SHIFT = "tone_shift"
    WEAK_SIGNAL = "weak_signal"
    COORDINATION = "coordination"
    DETRACTOR = "detractor"
    PICK_UP = "pick_up"
    RATING_DROP = "rating_drop"
    RIVAL = "rival"
    MOMENT = "moment"
    KEYWORD = "keyword"
    METRIC = "metric"
    SOURCE_SILENT = "source_silent"
    NETWORK = "network"
    METRIC_SILENT = "metric_silent"
    UNREACHABLE = "unreachable"


class Verdict(StrEnum):
    """What people found an alert to be, once they had looked; NONE: nobody has said."""

    NONE = ""
    REAL = "real"
    FALSE = "false"
    NOT_ACTIONABLE = "not_actionable"


class Action(StrEnum):
    """What a step in an alert's life is; `AlertEvent.detail` is what stands behind the dash."""

    RAISED = "raised"
    WORSENED = "worsened"  # - the severity it has now
    GROUPED = "grouped"  # - the alert that leads its incident, and what they share
    INHIBITED = "inhibited"  # - the alert that mutes it
    UNINHIBITED = "uninhibited"
    ACKNOWLEDGED = "acknowledged"  # - the comment; `until`
    TAKEN_OVER = "taken_over"  # - the comment; `until`
    UNACKNOWLEDGED = "unacknowledged"
    LAPSED = "lapsed"  # - who had it
    ASSIGNED = "assigned"  # - to whom
    UNASSIGNED = "unassigned"  # - who had it
    SILENCED = "silenced"  # - the silence's reason; `until`
    SILENCE_ENDS = "silence_ends"  # - the silence's reason; `until`
    UNSILENCED = "unsilenced"  # - why (Heard)
    ESCALATION_ASKED = "escalation_asked"  # - the comment
    ESCALATED = "escalated"  # - who is told
    NOT_ESCALATED = "not_escalated"  # - why (Held)
    RESOLVED = "resolved"  # - the comment
    REOPENED = "reopened"
    NOTIFIED = "notified"  # - of what (Occasion), and who
    NOT_NOTIFIED = "not_notified"  # - why (Untold), and who where it is about one target
    JUDGED = "verdict"  # - the verdict
    NOTED = "note"  # - the note


class Heard(StrEnum):
    """Why a silence does not hide an alert any more."""

    OVER = "over"  # it has ended, or was ended
    CHANGED = "changed"  # the alert is no longer what it silences


class Held(StrEnum):
    """Why an alert does not escalate now, though its time has come or somebody asked."""

    NO_CHAIN = "no_chain"  # no chain of the config is for it
    OUTSIDE_HOURS = "outside_hours"  # its chain waits until its hours begin
    NOBODY_ON_CALL = "nobody_on_call"  # the step had nobody to tell
    EXHAUSTED = "exhausted"  # all steps and repeats are behind it


class Occasion(StrEnum):
    """What a message is sent for."""

    RAISED = "raised"
    WORSE = "worse"
    JOINED = "joined"  # it is of a kind that is new in an incident that was told
    REPEATED = "repeated"  # nobody has taken it, and it was told long ago
    ESCALATED = "escalated"
    REOPENED = "reopened"  # it was told to be over
    RESOLVED = "resolved"
    LATE = "late"  # it happened while nobody could hear it, and was over when it was learned
    DIGEST = "digest"  # several, gathered

    @property
    def is_urgent(self) -> bool:
        """Whether it goes to whom it is for at any hour, and never into a digest: somebody was called by name."""
        return self is Occasion.ESCALATED


class Untold(StrEnum):
    """Why somebody is not told of an alert, or not yet."""

    SILENCED = "silenced"
    INHIBITED = "inhibited"  # a greater alert says it
    GROUPED = "grouped"  # the alert that leads its incident says it
    TAKEN = "taken"  # somebody looks after it already
    OVER = "over"  # it was over before it could be told
    NO_TARGET = "no_target"  # no target wants alerts like this one
    TARGET_GONE = "target_gone"  # the config has no target of this name
    OUTSIDE_HOURS = "outside_hours"  # told when the target's hours begin, if it still burns then
    UNWANTED = "unwanted"  # the config no longer has it told of such alerts
    SUPERSEDED = "superseded"  # a later message about the alert has reached it
    FLOOD = "flood"  # the target has had its messages of the hour: told with the next ones
    GIVEN_UP = "given_up"  # it could not be delivered


class Change(StrEnum):
    """What happened to an alert in a minute that somebody may have to be told of."""

    RAISED = "raised"
    WORSE = "worse"
    REPEATED = "repeated"  # nobody has taken it, and it was told long ago
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Transition:
    """A change of an alert (by its number) in the minute that is being run."""

    alert: int
    change: Change


class Outcome(StrEnum):
    """What came of an act on an alert: DONE, which alone is true, or why nothing was changed."""

    DONE = "done"
    UNKNOWN = "unknown"  # there is no such alert
    TAKEN = "taken"  # somebody (else) has taken it
    NOT_TAKEN = "not_taken"  # nobody has taken it (any more)
    HELD = "held"  # it is assigned to somebody else
    RESOLVED = "resolved"  # it is over
    NEWER = "newer"  # another alert about the same is open by now
    SAME = "same"  # it is so already

    def __bool__(self) -> bool:
        return self is Outcome.DONE


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert and where it stands in its life. `facts` holds the numbers that its sentence is made of.

    `rule` names what raised it; `incident` is the alert it is grouped under (None: it leads its own incident). A
    `silence` or an `inhibitor` hides it and does not end it. `taken_until` is when a forgotten acknowledgement lapses,
    `step` how many steps of its escalation (by the chain of that name) are behind it and `step_due` when the next one
    comes, `calm_since` since when its cause seems gone, `told` when somebody was last notified (all times ms UTC).
    """

    id: int
    rev: int
    kind: str
    subject: str
    severity: Severity
    state: str
    started: int
    updated: int
    ended: int | None
    taken_by: str
    taken_at: int | None
    facts: dict[str, Any]
    rule: str = ""
    topic: int | None = None
    incident: int | None = None
    taken_until: int | None = None
    assignee: str = ""
    silence: int | None = None
    inhibitor: int | None = None
    verdict: str = ""
    step: int = 0
    step_due: int | None = None
    chain: str = ""
    calm_since: int | None = None
    told: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is not over."""
        return self.state != "resolved"

    @property
    def is_hidden(self) -> bool:
        """Whether a silence or a greater alert keeps it from being told."""
        return self.silence is not None or self.inhibitor is not None

    def speaks_for(self, other: Alert) -> bool:
        """Whether another alert need not be told and does not escalate because this one leads its incident."""
        return self.is_open and not self.is_hidden and self.severity >= other.severity


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """A step in an alert's life: when (ms UTC), what (an Action), by whom ("" for the room itself), its reason or
    comment, and until when it holds where it is for a time (ms UTC).
    """

    at: int
    action: str
    operator: str
    detail: str
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """What is hidden for a while: alerts that `query` matches, until `ends` (ms UTC), for a reason.

    `ended` and `ended_by` tell an end before its time, `warned` when its end was announced, `hidden` how many alerts
    it hid in all.
    """

    id: int
    rev: int
    query: str
    reason: str
    operator: str
    made: int
    ends: int
    ended: int | None
    ended_by: str
    warned: int | None
    hidden: int = 0

    def in_force(self, now: int) -> bool:
        """Whether it hides anything at that moment (ms UTC)."""
        return self.ended is None and self.ends > now


@dataclass(frozen=True, slots=True)
class Notification:
    """A message to a target, from its intent to its end. `alert` is None for a digest.

    `state` is waiting, sending, sent, gathered (in the message `digest`), failed or dropped; `reason` says what it is
    sent for (Occasion), or why it was dropped (Untold). Times are ms UTC. `message_id` stays the same when it is sent
    again; `doubt` tells that an earlier try may have arrived. Title and body are written when it is first sent.
    """

    id: int
    rev: int
    alert: int | None
    target: str
    reason: str
    severity: Severity
    made: int
    due: int
    state: str
    tries: int
    sent: int | None
    error: str
    message_id: str
    doubt: bool
    digest: int | None
    title: str
    body: str
