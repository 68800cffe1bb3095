"""Time: one clock for all processes of a room, in integer milliseconds UTC.

A clock is passed in wherever time matters, so that tests and detection never sleep. The demonstration and `replay`
run every process on one *scenario clock*, handed down by the environment variable SOCIALHUB_CLOCK
("<real start ms>:<scenario start ms>:<speed>", and ":<end ms>" where the scenario has one); everything
else uses the machine's own.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, tzinfo

from socialhub.records import dataclass

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

ENV_CLOCK = "SOCIALHUB_CLOCK"


def real_now() -> int:
    """Milliseconds since 1970 UTC by the machine's clock."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Clock:
    """A running clock: scenario time = scenario_start + (real time - real_start) * speed.

    The default is the machine's own time. Times are milliseconds UTC; `speed` has no unit. After `end` (None: there is
    none) the clock runs on, but nothing more is told.
    """

    real_start: int = 0
    scenario_start: int = 0
    speed: float = 1.0
    end: int | None = None

    @property
    def is_scenario(self) -> bool:
        """Whether this clock shows a played time instead of the machine's."""
        return self.real_start != self.scenario_start or self.speed != 1.0

    @property
    def is_over(self) -> bool:
        """Whether the scenario has come to its end."""
        return self.end is not None and self.now() > self.end

    def now(self) -> int:
        """The current time of this clock in milliseconds UTC."""
        return self.scenario_start + round((real_now() - self.real_start) * self.speed)

    def real_seconds_until(self, moment: int) -> float:
        """Seconds of the machine's time until this clock shows `moment` (0 when it is past)."""
        return max(0.0, (moment - self.now()) / 1000 / self.speed)

    async def sleep_until(self, moment: int) -> None:
        """Return once the clock shows `moment`; a machine suspended meanwhile is noticed within a minute."""
        import asyncio  # 50 ms that viewers need not wait for

        while (left := self.real_seconds_until(moment)) > 0:  # noqa: ASYNC110 (time passing is the condition)
            await asyncio.sleep(min(left, 60.0))

    def to_env(self) -> str:
        """The value of SOCIALHUB_CLOCK that gives a child process this clock."""
        end = "" if self.end is None else f":{self.end}"
        return f"{self.real_start}:{self.scenario_start}:{self.speed}{end}"


def clock_from_env(environ: dict[str, str] | None = None) -> Clock:
    """The clock named by SOCIALHUB_CLOCK, or the machine's own when it is absent or malformed."""
    value = (os.environ if environ is None else environ).get(ENV_CLOCK, "")
    try:
        real_start, scenario_start, speed, *ends = value.split(":")
        clock = Clock(int(real_start), int(scenario_start), float(speed), *map(int, ends[:1]))
    except ValueError:
        return Clock()
    return clock if clock.speed > 0 else Clock()


def floor_minute(moment: int) -> int:
    """The start of the minute that holds `moment` (ms)."""
    return moment - moment % MINUTE


def floor_hour(moment: int) -> int:
    """The start of the UTC hour that holds `moment` (ms)."""
    return moment - moment % HOUR


def to_datetime(moment: int, zone: tzinfo = UTC) -> datetime:
    """The aware datetime of a moment in milliseconds UTC."""
    return datetime.fromtimestamp(moment / 1000, zone)


def from_datetime(value: datetime) -> int:
    """Milliseconds UTC of a datetime; a naive one is read as UTC."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1000)


def iso(moment: int) -> str:
    """ISO 8601 in UTC with seconds, the form of the exchange format."""
    return to_datetime(moment).strftime("%Y-%m-%dT%H:%M:%SZ")
