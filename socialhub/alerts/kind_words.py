"""What each kind of rules looks for, in a few words of the interface language."""

from __future__ import annotations

from typing import Final

from socialhub.i18n import N_, _

LOOKED_FOR: Final = {
    "burst": N_("far more is said than usual"),
    "rival": N_("far more is said of a competitor"),
    "tone_shift": N_("more of it is negative"),
    "moment": N_("far more good is said"),
    "rating_drop": N_("fewer stars in the reviews"),
    "pick_up": N_("the press takes up what people said"),
    "detractor": N_("somebody with reach speaks badly of it"),
    "coordination": N_("many accounts say the same"),
    "weak_signal": N_("words that begin to spread"),
    "metric": N_("a business figure is unusual, or beyond a limit"),
    "keyword": N_("words that must not be missed"),
}


def looked_for(kind: str) -> str:
    """What a rule of this kind looks for; a kind without words is its own name."""
    return _(LOOKED_FOR[kind]) if kind in LOOKED_FOR else kind
