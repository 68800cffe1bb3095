"""An author's role and influence in words: every number with what it stands on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from socialhub.i18n import N_, _, ngettext, number
from socialhub.influence import Heard, Influence, Part, Points
from socialhub.roles import Because, Judged, Role

ROLE_NAMES: Final[dict[str, str]] = {
    Role.PRESS: N_("press"),
    Role.INSTITUTION: N_("institution"),
    Role.JOURNALIST: N_("journalist"),
    Role.POLITICIAN: N_("politician"),
    Role.EMPLOYEE: N_("employee"),
    Role.PARTNER: N_("partner"),
    Role.CUSTOMER: N_("customer"),
    Role.UNKNOWN: N_("not known"),
}
_REASONS: Final[dict[str, str]] = {
    Because.CORRECTED: N_("said by {detail}"),
    Because.LIST: N_("watchlist {detail}"),
    Because.DOMAIN: N_("the domain {detail}"),
    Because.BIO: N_("their description says “{detail}”"),
    Because.SITE: N_("articles of {detail}"),
    Because.BYLINE: N_("signs articles of {detail}"),
    Because.MARK: N_("writes {detail}"),
    Because.POST: N_("wrote “{detail}”"),
    Because.NOTHING: N_("nothing tells it"),
}
PART_NAMES: Final[dict[Part, str]] = {
    Part.HEARD: N_("heard"),
    Part.RELAYED: N_("relayed"),
    Part.EARLY: N_("early"),
    Part.REACH: N_("reach"),
}


def reason_text(judged: Judged) -> str:
    """Why somebody is taken for what they are taken for."""
    return _(_REASONS[judged.because]).format(detail=judged.detail)


def role_text(judged: Judged) -> str:
    """A role and its reason: "journalist (their description says …)"."""
    return f"{_(ROLE_NAMES[judged.role])} ({reason_text(judged)})"


def parts_of(influence: Influence) -> Iterator[tuple[str, str, str]]:
    """For each part its name, its points of the most there are, and what was counted."""
    for each in influence.parts:
        yield _(PART_NAMES[each.part]), points_text(each), _FACTS[each.part](influence.heard)


def points_text(points: Points) -> str:
    """Points of the most there are: "18/25"; a dash for a part that is left out."""
    return "–" if points.points is None else f"{points.points}/{points.most}"


def _heard(heard: Heard) -> str:
    return ngettext("{count} story", "{count} stories", heard.stories).format(count=number(heard.stories))


def _relayed(heard: Heard) -> str:
    on = ngettext("passed on {count} time", "passed on {count} times", heard.passed_on)
    if not heard.copied:
        return on.format(count=number(heard.passed_on))
    copied = ngettext("taken over by {count} author", "taken over by {count} authors", heard.copied)
    return f"{on.format(count=number(heard.passed_on))}, {copied.format(count=number(heard.copied))}"


def _early(heard: Heard) -> str:
    if not heard.shared:
        return _("no story shared with others")
    said = ngettext(
        "among the first in {early} of {shared} shared story",
        "among the first in {early} of {shared} shared stories",
        heard.shared,
    )
    return said.format(early=number(heard.early), shared=number(heard.shared))


def _reach(heard: Heard) -> str:
    if heard.reach is None:
        return _("unknown, left out")
    people = ngettext("{count} person at most", "{count} people at most", heard.reach)
    return people.format(count=number(heard.reach))


_FACTS: Final = {Part.HEARD: _heard, Part.RELAYED: _relayed, Part.EARLY: _early, Part.REACH: _reach}
