"""The hours of a week as people live it: local time, so that summer time moves nothing; a holiday is a Sunday. Pure."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

from socialhub.clock import HOUR, to_datetime
from socialhub.holidays import is_holiday
from socialhub.records import dataclass

SLOTS: Final = 7 * 24
"""Hours of a week; slot 0 is Monday from midnight to one."""
_SUNDAY: Final = 6


@dataclass(frozen=True, slots=True)
class Week:
    """Where a room's people live: their time zone, and the country whose holidays they keep ("" for none)."""

    zone: tzinfo
    country: str = ""

    def slot(self, moment: int) -> int:
        """The slot (0 to SLOTS - 1) of a moment (ms UTC)."""
        local = to_datetime(moment, self.zone)
        return (_SUNDAY if is_holiday(self.country, local.date()) else local.weekday()) * 24 + local.hour

    def slots(self, start: int, hours: int) -> tuple[int, ...]:
        """The slot of each of the whole hours from `start` (ms UTC) on."""
        return tuple(self.slot(start + hour * HOUR) for hour in range(hours))


def kind_of(slot: int) -> int:
    """The hour of the day and the kind of day (working day, Saturday, Sunday) of a slot, as a number from 0 to 71."""
    day, hour = divmod(slot, 24)
    return max(0, day - 4) * 24 + hour
