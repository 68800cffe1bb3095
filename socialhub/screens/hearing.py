"""Whether the room hears anything at all: where it does not, no pane may call it calm."""

from __future__ import annotations

from datetime import tzinfo

from socialhub.ages import moment_text
from socialhub.detect.silence import health_of
from socialhub.i18n import _, ngettext, number
from socialhub.live import Room
from socialhub.model import Health


def deafness(room: Room, now: int, collecting: int | None, zone: tzinfo) -> str:
    """Why nothing is heard, in a sentence; "" while one source answers.

    `now` is ms UTC, `collecting` when the living collector started (ms UTC), None when nobody collects.
    """
    if not room.sources:
        return _("Nothing is heard: there is no source.")
    healths = [health_of(row, now, collecting) for row in room.sources]
    if Health.OK in healths or (Health.LATE in healths and collecting is not None):
        return ""
    heard = max((row.last_success for row in room.sources if row.last_success is not None), default=None)
    if heard is None and collecting is not None and not any(row.failures for row in room.sources):
        return _("Nothing is heard yet: the first polls are running.")
    if collecting is None:
        if heard is None:
            return _("Nothing is heard yet: nobody collects.")
        return _("Nothing is heard since {time}: nobody collects.").format(time=moment_text(heard, now, zone))
    if heard is None:
        return ngettext(
            "Nothing is heard yet: the only source has not answered.",
            "Nothing is heard yet: none of {count} sources has answered.",
            len(room.sources),
        ).format(count=number(len(room.sources)))
    return ngettext(
        "Nothing is heard since {time}: the only source does not answer.",
        "Nothing is heard since {time}: none of {count} sources answers.",
        len(room.sources),
    ).format(time=moment_text(heard, now, zone), count=number(len(room.sources)))
