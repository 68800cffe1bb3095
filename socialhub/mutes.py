"""A mute as plain data: what is taken out of sight until a moment, for everybody. Counts are not moved."""

from __future__ import annotations

from socialhub.records import dataclass


@dataclass(frozen=True, slots=True)
class Mute:
    """A mute and how much it hid; `busy` while its past is looked through. Times are ms UTC; `ends` None: for ever."""

    number: int
    query: str
    reason: str
    operator: str
    created: int
    ends: int | None
    lifted: int | None
    hid: int = 0
    busy: bool = False

    def is_active(self, now: int) -> bool:
        """Whether it hides anything at `now`."""
        return self.lifted is None and (self.ends is None or self.ends > now)
