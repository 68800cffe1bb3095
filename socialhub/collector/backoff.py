"""When a source is asked again: after success, after failure, after what its server said. Pure; chance is passed in."""

from __future__ import annotations

from typing import Final

from socialhub.clock import DAY, HOUR, MINUTE, SECOND
from socialhub.errors import SourceError

JITTER: Final = 0.1
"""Polls are spread by ±10 %, so that sources of one room do not march in step."""
LONGEST_WAIT: Final = DAY
"""Nobody's "come back later" is believed for longer than this."""
FIRST_RETRY: Final = 30 * SECOND
FIRST_RECONNECT: Final = 1 * SECOND
LONGEST_RECONNECT: Final = 15 * MINUTE
LONGEST_REFUSED: Final = 6 * HOUR
REFUSED: Final = frozenset(
    {"unauthorised", "forbidden", "challenge", "not-found", "http-status", "not-a-feed", "token-needed", "login-failed",
     "private-address", "secret-missing", "credit-spent", "refused-question", "contact-missing", "redirect-scheme",
     "redirect-loop", "folder-unknown", "part-gone"}
)  # fmt: skip
"""Failures that asking again soon cannot mend: the pauses grow beyond the interval."""


def jittered(span: int, chance: float) -> int:
    """`span` ms ± JITTER, by a chance in [0, 1)."""
    return round(span * (1 + JITTER * (2 * chance - 1)))


def after_success(interval: int, wait: int | None, chance: float, floor: int = 0, took: int = 0) -> int:
    """Milliseconds until the next poll: the interval, or longer when the server asked for it (ttl, max-age).

    Never less than `floor`, what is polite, whichever way chance spreads the polls. A poll that `took` long is no
    reason to hear the source less often: the interval counts from its beginning, but for a rest of half of it.
    """
    rest = max(jittered(interval, chance) - took, interval // 2)
    return max(rest, min(wait or 0, LONGEST_WAIT), floor)


def after_failure(error: SourceError, failures: int, interval: int, streaming: bool, chance: float) -> int:
    """Milliseconds until the next try after the `failures`-th failure in a row; never less than Retry-After.

    Where a server wants pauses of its own, these; else it doubles from a short first retry: streams up to 15 minutes,
    polls up to their interval (at least 15 minutes), as streams do whose server asks to wait, what was refused up to
    6 hours.
    """
    if error.pauses is not None:
        return max(error.pauses.after(failures), min(error.retry_after or 0, LONGEST_WAIT))
    doubling = 2 ** min(failures - 1, 20)
    if error.reason.code in REFUSED:
        pause = min(max(interval, MINUTE) * doubling, LONGEST_REFUSED)
    elif streaming and error.reason.code != "rate-limited":
        pause = min(FIRST_RECONNECT * doubling, LONGEST_RECONNECT)
    else:
        pause = min(FIRST_RETRY * doubling, max(interval, LONGEST_RECONNECT))
    return max(jittered(pause, chance), min(error.retry_after or 0, LONGEST_WAIT))


def first_due(due: int | None, now: int, interval: int, chance: float, asked: int | None = None, floor: int = 0) -> int:
    """When a source is due after a start: as its row says, soon when it says nothing.

    A poll that our end broke off is not begun again at once: `floor` ms lie between it (`asked`) and the next one,
    however often we are started. A clock that was set back has left moments to come behind: when the source was last
    asked in the future, the pause meant then begins now, and a moment further away than any wait we grant is ignored.
    """
    if due is not None and asked is not None and asked > now:
        due = now + max(0, due - asked)
    if due is None or due > now + max(interval, LONGEST_WAIT):
        due = now + round(min(interval, 5 * SECOND) * chance)
    return max(due, asked + floor) if asked is not None and asked <= now else due
