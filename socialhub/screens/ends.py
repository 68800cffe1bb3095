"""The ends that are offered where something about an alert holds for a while: taken, silenced. Pure."""

from __future__ import annotations

from datetime import timedelta, tzinfo
from enum import IntEnum
from typing import Final

from socialhub.ages import moment_text
from socialhub.clock import DAY, HOUR, from_datetime, to_datetime
from socialhub.i18n import _

MORNING_HOUR: Final = 9
"""The hour of the day until which a night lasts."""
_SOONEST: Final = HOUR
"""A morning that is nearer than that is the next one's."""


class End(IntEnum):
    """One of the ends offered."""

    HOUR = 1
    SHIFT = 2
    MORNING = 3
    WEEK = 4

    def moment(self, now: int, zone: tzinfo) -> int:
        """When it comes (ms UTC), counted from `now`; mornings are those of `zone`."""
        if self is End.MORNING:
            return next_morning(now, zone)
        return now + {End.HOUR: HOUR, End.SHIFT: 4 * HOUR, End.WEEK: 7 * DAY}[self]

    def words(self, now: int, zone: tzinfo) -> str:
        """ "until 22:40", with the date of another day."""
        return _("until {time}").format(time=moment_text(self.moment(now, zone), now, zone))


def next_morning(now: int, zone: tzinfo, hour: int = MORNING_HOUR) -> int:
    """The next time (ms UTC) that it is this hour in `zone`, one that is far enough to be worth waiting for."""
    morning = to_datetime(now, zone).replace(hour=hour, minute=0, second=0, microsecond=0)
    if from_datetime(morning) < now + _SOONEST:
        morning += timedelta(days=1)
    return from_datetime(morning)
