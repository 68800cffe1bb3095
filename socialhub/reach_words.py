"""Reach in words: how many people, how that is known, and what is not."""

from __future__ import annotations

from typing import Final

from socialhub.i18n import N_, _, ngettext, number
from socialhub.reach import Known, MentionReach, Reach

_KNOWN: Final[dict[str, str]] = {
    Known.TOLD: N_("told by the source"),
    Known.FOLLOWERS: N_("the author’s followers"),
}
AUDIENCE_NAMES: Final[dict[str, str]] = {
    "national-press": N_("national press"),
    "regional-press": N_("regional press"),
    "trade-press": N_("trade press"),
    "tech-press": N_("technology press"),
    "broadcast": N_("TV or radio site"),
    "blog": N_("blog"),
    "forum": N_("forum"),
}
"""The classes of sites that are shipped, as a person reads them; a class of the config goes by its own name."""


def audience_name(kind: str) -> str:
    """A class of sites in words."""
    return _(AUDIENCE_NAMES[kind]) if kind in AUDIENCE_NAMES else kind


def reach_text(reach: MentionReach) -> str:
    """The reach of one mention: "12,000 · the author’s followers", "about 1,700,000 · national press, 500,000 to …"."""
    if reach.people is None:
        return _("unknown")
    if reach.audience is None:
        return f"{number(reach.people)} · {_(_KNOWN[reach.known])}"
    return _("about {people} · {kind}, {low} to {high} readers a day").format(
        people=number(reach.people),
        kind=audience_name(reach.audience.kind),
        low=number(reach.audience.low),
        high=number(reach.audience.high),
    )


def story_reach_text(reach: Reach) -> str:
    """The reach of several mentions together, and of how many authors nothing is known."""
    if not reach.known:
        return _("unknown")
    if not reach.unknown:
        return number(reach.people)
    unknown = ngettext("{count} author unknown", "{count} authors unknown", reach.unknown)
    return f"≥ {number(reach.people)} · {unknown.format(count=number(reach.unknown))}"
