"""What the panes beside the mentions have in common; each has a file of its own, loaded after the first paint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.containers import Vertical

from socialhub.alert_rules import PlannedEvent
from socialhub.i18n import N_, _
from socialhub.screens.context import Context
from socialhub.widgets.pane_title import PaneTitle

if TYPE_CHECKING:
    from socialhub.live import Room

PANE_NAMES: Final = {
    "mentions": N_("Mentions"),
    "trends": N_("Trends"),
    "alerts": N_("Alerts"),
    "sources": N_("Sources"),
}
"""The panes of the desk."""

PAGE_NAMES: Final = {
    "share": N_("Share of voice"),
    "people": N_("People"),
    "places": N_("Places"),
    "interests": N_("Interests"),
}
"""Panes that have the whole screen for themselves (see screens.page)."""


class SidePane(Vertical):
    """A title above a body. `show_room` fills both; `collecting` is when the living collector started, or None.

    `planned` is what the config announces, set before the room is shown.
    """

    def __init__(self, context: Context, name: str, place: int | None) -> None:
        super().__init__(id=name, classes="pane")
        self.context = context
        self.planned: tuple[PlannedEvent, ...] = ()
        self.title_line = PaneTitle(_({**PANE_NAMES, **PAGE_NAMES}[name]), number=place)

    def show_room(self, room: Room, collecting: int | None) -> None:
        """Draw what concerns this pane."""
        raise NotImplementedError


def make_pane(name: str, context: Context, place: int | None) -> SidePane:
    """The pane of this name."""
    if name == "share":
        from socialhub.screens.share_pane import SharePane

        return SharePane(context, place)
    if name == "people":
        from socialhub.screens.people_pane import PeoplePane

        return PeoplePane(context, place)
    if name == "places":
        from socialhub.screens.places_pane import PlacesPane

        return PlacesPane(context, place)
    if name == "alerts":
        from socialhub.screens.alerts_pane import AlertsPane

        return AlertsPane(context, place)
    if name == "sources":
        from socialhub.screens.sources_pane import SourcesPane

        return SourcesPane(context, place)
    from socialhub.screens.panes import TrendsPane

    return TrendsPane(context, place)
