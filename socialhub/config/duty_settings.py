"""Who is called when, as a config writes it: the keys of [[on_call]] and [[escalations]]. Nothing here reads a file."""

from __future__ import annotations

from typing import Annotated

from socialhub.clock import MINUTE
from socialhub.hours import ALWAYS
from socialhub.records import dataclass
from socialhub.sources.settings import Duration, Meaning

Target = Annotated[str, Meaning("name")]
"""The name of a [[notify]] table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftSettings:
    """Who is on call within `hours`: all of `to`, and of `turns` one after the other, for `days` days from `since`."""

    hours: Annotated[str, Meaning("hours")] = ALWAYS
    to: tuple[Target, ...] = ()
    turns: tuple[Target, ...] = ()
    since: Annotated[str, Meaning("moment")] = "2024-01-01"
    days: Annotated[int, Meaning("range", ("1", "366"))] = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSettings:
    """Who is told `after` so long (ms; None: at once) without anybody taking the alert, counted from its beginning."""

    after: Duration | None = None
    to: tuple[Target, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationSettings:
    """A chain by which alerts from `severity` on escalate, of `topics` (ids; none: of all). `repeat_after` is ms."""

    name: Annotated[str, Meaning("name")]
    steps: tuple[StepSettings, ...]
    severity: Annotated[str, Meaning("choice", ("notice", "warning", "crisis"))] = "warning"
    topics: tuple[Annotated[str, Meaning("slug")], ...] = ()
    hours: Annotated[str, Meaning("hours")] = ALWAYS
    repeat: Annotated[int, Meaning("range", ("0", "5"))] = 0
    repeat_after: Duration = 30 * MINUTE
