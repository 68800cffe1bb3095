"""What a look at the room finds, before anything is written: a signal for each thing judged, with its reason."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from socialhub.alert_rules import Rule
from socialhub.detect.decision import Judged
from socialhub.incidents import Severity
from socialhub.model import Topic
from socialhub.records import dataclass
from socialhub.store.alert_facts import Window


class Why(StrEnum):
    """What becomes of a signal: RAISED, or the first test that keeps it from being an alert."""

    RAISED = "raised"
    USUAL = "usual"
    FLOOR = "below-floor"
    LEARNING = "learning"
    INCOMPLETE = "incomplete"
    COOL_DOWN = "cool-down"
    CLOSED = "closed"  # a person closed the alert about this, and its cause still lasts
    NOT_POSITIVE = "not-positive"  # a burst, but no moment
    NOT_GROWING = "not-growing"  # positive, but it dies down already
    INHIBITED = "inhibited"  # an alert that says more is open
    SILENCED = "silenced"  # raised, and hidden by a silence
    TOO_FEW = "too-few"  # there is too little to say anything of it
    BETTER = "better"  # it stands out, and is good news
    OWN_WORDS = "own-words"  # the accounts have nothing to say in common
    ORDINARY_PEOPLE = "ordinary-people"  # who says the same is who usually speaks
    RECURS = "recurs"  # it is said as often at the same hours of other days
    EVERYBODY = "everybody"  # the whole room says it, not the topic
    BRIEF = "brief"  # beyond its limit, but not yet for long enough
    OTHER_MODEL = "other-model"  # what it is compared with was judged by another model


OF_JUDGED: Final = {
    Judged.BURST: Why.RAISED,
    Judged.RISE: Why.RAISED,
    Judged.USUAL: Why.USUAL,
    Judged.FLOOR: Why.FLOOR,
    Judged.LEARNING: Why.LEARNING,
    Judged.INCOMPLETE: Why.INCOMPLETE,
    Judged.COOL_DOWN: Why.COOL_DOWN,
}


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that a rule looked at: what an alert about it is or would be.

    `strength` orders signals of one kind (nats for volume). `calm` says that nothing stands out any more in the
    latest hour, and that enough was listened to to say so; `quiet` that the whole window hardly does. `numbers`
    become the alert's facts; `window` is which mentions they are about.
    """

    rule: Rule
    topic: Topic
    subject: str
    why: Why
    severity: Severity
    started: int
    strength: float
    calm: bool
    quiet: bool
    numbers: dict[str, Any]
    window: Window

    @property
    def key(self) -> tuple[str, str]:
        """(kind, subject): there is one open alert of it at most."""
        return self.rule.kind, self.subject
