"""The work on mentions and the mutes in words, in the interface language. Knows no terminal and no cache."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Final

from socialhub.ages import moment_text
from socialhub.i18n import N_, _
from socialhub.model import Tone, WorkState
from socialhub.tone_words import tone_word

STATES: Final = {
    WorkState.NEW: N_("new mention"),
    WorkState.OPEN: N_("to do"),
    WorkState.WAITING: N_("on hold"),
    WorkState.ANSWERED: N_("answered"),
    WorkState.CLOSED: N_("closed"),
}
# action -> sentence; one that a newer socialhub wrote is told by its own name.
_EVENTS: Final = {
    "state": N_("{operator}: {detail}"),
    "assign": N_("{operator} gave it to {detail}"),
    "take": N_("{operator} took it"),
    "give-back": N_("{operator} gave it back"),
    "tag": N_("{operator} added the tag {detail}"),
    "untag": N_("{operator} took off the tag {detail}"),
    "note": N_("{operator} wrote a note"),
    "unnote": N_("{operator} took a note back"),
    "split": N_("{operator} split off what {detail} shows"),
    "apart": N_("{operator} split it off mention {detail}"),
    "rejoin": N_("{operator} joined again what {detail} shows"),
}
_TONE_EVENTS: Final = {
    "tone": N_("{operator} corrected the tone: {before} → {after}"),
    "untone": N_("{operator} took the correction back: {before} → {after}"),
}
_TONES: Final = {"neg": Tone.NEGATIVE, "neu": Tone.NEUTRAL, "pos": Tone.POSITIVE}
_NO_TOPICS: Final[Mapping[str, str]] = {}


def state_word(state: str) -> str:
    """The name of a state; one that a newer socialhub wrote is told as it is."""
    words = STATES.get(WorkState(state)) if state in set(WorkState) else None
    return _(words) if words else state


def event_words(operator: str, action: str, detail: str, topics: Mapping[str, str] = _NO_TOPICS) -> str:
    """What somebody did with a mention; `topics` are names by slug."""
    if action in _TONE_EVENTS and detail.count(" "):
        return _tone_event(operator, action, detail, topics)
    if action == "assign" and detail in ("", operator):
        action = "take" if detail else "give-back"
    template = _EVENTS.get(action)
    if template is None:
        return f"{operator}: {action} {detail}".rstrip()
    told = state_word(detail) if action == "state" else detail
    return _(template).format(operator=operator, detail=told)


def _tone_event(operator: str, action: str, detail: str, topics: Mapping[str, str]) -> str:
    before, after, *slug = detail.split(" ", 2)
    said = _(_TONE_EVENTS[action]).format(operator=operator, before=_tone(before), after=_tone(after))
    return f"{said} ({topics.get(slug[0], slug[0])})" if slug else said


def _tone(written: str) -> str:
    return tone_word(_TONES[written]) if written in _TONES else _("unsure")


def until_words(ends: int | None, now: int, zone: tzinfo | None = None) -> str:
    """Until when a mute lasts."""
    return _("for ever") if ends is None else _("until {time}").format(time=moment_text(ends, now, zone))
