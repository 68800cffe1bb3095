"""Why something is an alert, or which test keeps it from being one, in words."""

from __future__ import annotations

from typing import Any, Final

from socialhub.alerts.keyword_words import query_text
from socialhub.alerts.signals import Signal, Why
from socialhub.alerts.weak_signal_words import words_of
from socialhub.gazetteer import place_name
from socialhub.i18n import N_, _, decimal, number
from socialhub.incidents import AlertKind
from socialhub.text import clean, clip

LONGEST_PART: Final = 40
"""Characters of a link that are shown."""
WHYS: Final[dict[Why, str]] = {
    Why.RAISED: N_("an alert"),
    Why.USUAL: N_("as usual"),
    Why.FLOOR: N_("rare, but less than {floor} mentions more than expected"),
    Why.LEARNING: N_("still being learnt: it takes {floor} mentions more than expected"),
    Why.INCOMPLETE: N_("not enough was listened to to call it usual"),
    Why.COOL_DOWN: N_("the last alert is not long over: it takes something much stronger"),
    Why.CLOSED: N_("somebody closed the alert about this, and its cause lasts"),
    Why.NOT_POSITIVE: N_("a burst, but not a positive one"),
    Why.NOT_GROWING: N_("positive, but it dies down already"),
    Why.INHIBITED: N_("another alert tells of it"),
    Why.SILENCED: N_("an alert, hidden by a silence"),
    Why.TOO_FEW: N_("too few to say"),
    Why.BETTER: N_("better than usual"),
    Why.OWN_WORDS: N_("everybody in their own words, without a common link"),
    Why.ORDINARY_PEOPLE: N_("the same words, by those who usually speak"),
    Why.RECURS: N_("new to the topic, but said as often at these hours of other days"),
    Why.EVERYBODY: N_("said as much by everybody else in the room"),
    Why.BRIEF: N_("beyond its limit, but not for long enough yet"),
    Why.OTHER_MODEL: N_("the tones of before are by another model: they cannot be compared"),
}
OF_KIND: Final[dict[str, dict[Why, str]]] = {
    "rating_drop": {
        Why.USUAL: N_("as usual, or no more lately: {mean} stars of 5, {usual} before"),
        Why.FLOOR: N_("less than {floor} reviews"),
        Why.LEARNING: N_("too few reviews before to compare with"),
    },
    "pick_up": {Why.USUAL: N_("no article takes up what many people said before")},
    "detractor": {
        Why.USUAL: N_("nobody who is watched, widely read or known to complain speaks badly of it"),
        Why.INHIBITED: N_("told with the alerts about others"),
    },
    "weak_signal": {
        Why.USUAL: N_("no word rises that people did not use before"),
        Why.FLOOR: N_("rising, but said by less than the {floor} people that it takes"),
        Why.LEARNING: N_("too few mentions before to compare with"),
    },
    "metric": {
        Why.FLOOR: N_("rare, but less than {floor} more than expected"),
        Why.LEARNING: N_("too little of its past to compare with"),
        Why.INCOMPLETE: N_("too few rows came to say"),
    },
    "keyword": {
        Why.USUAL: N_("nobody says it"),
        Why.FLOOR: N_("said, but by less than the {floor} mentions that it takes"),
    },
}
"""Where a kind of rules has words of its own."""


def why_text(signal: Signal) -> str:
    """What becomes of a signal, in the interface language."""
    floor: Any = signal.numbers.get("floor", 0)
    words = OF_KIND.get(signal.rule.kind, {}).get(signal.why) or WHYS[signal.why]
    stars = {name: decimal(signal.numbers.get(name, 0.0)) for name in ("mean", "usual")}
    return _(words).format(floor=number(round(max(floor, signal.rule.floor))), **stars)


def part_text(signal: Signal) -> str:
    """What of its topic a signal is about: "everything", "negative", a source, a department."""
    if query := query_text(signal.numbers):
        return query
    if name := signal.numbers.get("metric") or signal.numbers.get("name"):
        return clean(str(name), single_line=True)
    if signal.rule.kind == AlertKind.TONE_SHIFT:
        return _("share of negative")
    if signal.rule.kind == AlertKind.WEAK_SIGNAL:
        return clip(words_of(signal.numbers), LONGEST_PART) or _("words")
    if signal.rule.kind == AlertKind.COORDINATION:
        return _group_text(signal)
    part = signal.numbers.get("part", "")
    if part == "tone":
        return _("negative mentions")
    if part == "place":
        return place_name(str(signal.numbers["place"]))
    if part == "source":
        return clean(str(signal.numbers["source"]), single_line=True)
    return _("all mentions")


def _group_text(signal: Signal) -> str:
    """Which accounts are looked at together."""
    if link := signal.numbers.get("link"):
        return clip(clean(str(link), single_line=True), LONGEST_PART)
    return _("one text") if signal.numbers.get("story") else _("accounts that say the same")


def strength_text(signal: Signal) -> str:
    """How strong it is beside what it takes: "2.1 of 2.5"."""
    needed: Any = signal.numbers.get("needed", 0.0)
    return _("{seen} of {needed}").format(seen=decimal(signal.strength), needed=decimal(needed))
