"""What a played day needs: a clock that goes nowhere by itself, what is said when, and a gate before the server.

The gate is the server's temper: it counts what it is asked within the windows that the service documents, loses its
mood, and sees the collector killed in the middle of a question.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from socialhub.clock import DAY, HOUR, MINUTE, SECOND, to_datetime
from tests.servers import Answer, Behaviour, HandClock, Request, reset_in_the_middle

ANSWER_TAKES: Final = 150
"""Milliseconds from a question to its answer."""


class DayClock(HandClock):
    """Shows `moment`; whoever waits for later says so by `wanted` and `asked`, and is woken by whoever moves it."""

    __slots__ = ("asked", "wanted")

    def __init__(self, moment: int) -> None:
        super().__init__(moment)
        self.wanted = moment
        self.asked = asyncio.Event()

    def real_seconds_until(self, moment: int) -> float:
        """None once it is so late; else for as long as it takes to be woken."""
        if moment <= self.moment:
            return 0.0
        self.wanted = moment
        self.asked.set()
        return float(DAY)

    async def sleep_until(self, moment: int) -> None:
        """A pause between two questions of a poll passes at once."""
        self.moment = max(self.moment, moment)
        await asyncio.sleep(0)


@dataclass
class Window:
    """At most `most` questions in `span` ms, of those whose path holds `part`, as `headers` tell of it (left, reset).

    `aligned`: it begins anew at each multiple of the span; else it is the last `span` ms, whenever one looks.
    """

    most: int
    span: int
    part: str = ""
    headers: Callable[[int, int, int], Mapping[str, str]] | None = None
    aligned: bool = False
    by_path: bool = False
    """Whether each address is counted for itself."""
    _asked: dict[str, list[int]] = field(default_factory=dict)

    def ask(self, path: str, now: int) -> tuple[bool, Mapping[str, str]]:
        """Count a question; whether it was allowed, and what its answer says of the window."""
        if self.part not in path:
            return True, {}
        key = path if self.by_path else ""
        since = now - now % self.span if self.aligned else now - self.span + 1
        asked = self._asked[key] = [*(at for at in self._asked.get(key, ()) if at >= since), now]
        reset = since + self.span if self.aligned else asked[0] + self.span
        told = self.headers(max(0, self.most - len(asked)), reset, now) if self.headers else {}
        return len(asked) <= self.most, told


def mastodon_headers(left: int, reset: int, now: int) -> Mapping[str, str]:
    """Its reset is a date with microseconds."""
    return {"X-RateLimit-Remaining": str(left), "X-RateLimit-Reset": f"{to_datetime(reset):%Y-%m-%dT%H:%M:%S.%fZ}"}


def bluesky_headers(left: int, reset: int, now: int) -> Mapping[str, str]:
    """Seconds since 1970."""
    return {"RateLimit-Remaining": str(left), "RateLimit-Reset": str(-(-reset // SECOND))}


def reddit_headers(left: int, reset: int, now: int) -> Mapping[str, str]:
    """Seconds from now; what is left is a number with a point."""
    return {"x-ratelimit-remaining": f"{left}.0", "x-ratelimit-reset": str(-(-(reset - now) // SECOND))}


class _Headed:
    """A writer that puts some headers behind the first line of an answer."""

    def __init__(self, writer: asyncio.StreamWriter, headers: Mapping[str, str]) -> None:
        self._writer = writer
        self._head = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()

    def write(self, data: bytes) -> None:
        line, end, rest = data.partition(b"\r\n")
        self._writer.write(line + end + self._head + rest if end else data)
        self._head = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)


class Gate:
    """Stands before what a server answers."""

    def __init__(self, clock: DayClock, chance: random.Random, pass_time: Callable[[int], Awaitable[None]]) -> None:
        self._clock, self._chance, self._pass_time = clock, chance, pass_time
        self.windows: tuple[Window, ...] = ()
        self.calm = True
        self.killing = False
        self.killed = asyncio.Event()
        self.breaches: list[str] = []
        self.faults: Counter[str] = Counter()
        self.asked: Counter[int] = Counter()
        """Questions by the hour."""

    def before(self, behaviour: Behaviour) -> Behaviour:
        """The same server, with a temper."""

        async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
            await self._pass_time(self._clock.moment + ANSWER_TAKES)
            headers = self._count(request)
            if self.killing and self._chance.random() < 0.5:
                self.killed.set()
                await asyncio.Event().wait()  # cut off with the whole server, or when nobody listens any more
            name, fault = self._fault()
            self.faults[name] += 1
            await (fault or behaviour)(request, cast(Any, _Headed(writer, headers)))

        return answer

    def _count(self, request: Request) -> dict[str, str]:
        now, headers = self._clock.now(), dict[str, str]()
        self.asked[now // HOUR] += 1
        for window in self.windows:
            allowed, told = window.ask(request.path, now)
            headers |= told
            if not allowed:
                self.breaches.append(f"{request.path}: more than {window.most} in {window.span // SECOND} s")
        return headers

    def _fault(self) -> tuple[str, Behaviour | None]:
        if self.calm or self._chance.random() > 0.2:
            return "none", None
        faults: dict[str, Behaviour] = {
            "429 with a wait": Answer(status=429, headers={"Retry-After": "90"}),
            "429": Answer(status=429),
            "503": Answer(status=503),
            "502": Answer(b"<html>Sorry</html>", 502),
            "cut": reset_in_the_middle,
        }
        return self._chance.choice(list(faults.items()))


def plan_days(chance: random.Random, start: int, days: float, burst: int) -> list[int]:
    """When something is said: now and then by day, next to nothing at night, and in bursts of so many."""
    said: list[int] = []
    for hour in range(round(days * 24)):
        begins = start + hour * HOUR
        if to_datetime(begins).hour < 6:
            said += [begins + MINUTE] if chance.random() < 0.1 else []
        elif chance.random() < 0.15:
            said += [begins + chance.randrange(12 * MINUTE) for _post in range(burst)]
        else:
            said += [begins + chance.randrange(HOUR) for _post in range(chance.randint(0, 2))]
    # What is said before the first contact is history.
    return sorted(at + 10 * MINUTE for at in said)
