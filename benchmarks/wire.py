"""Bytes to the terminal at 10 mentions/s, 120 x 40, and how soon `+N` and alerts are seen; thin link and usual one.

`following` is a list that nobody touches, `anchored` one whose reader took it. The yardstick beside it is what a bare
Textual app writes when its whole table moves twice a second.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Sequence
from typing import Any, Final

from benchmarks.corpus import arguments, cache_of, report
from benchmarks.room import FIRST_ROWS, MARK, Filler, Room, arriving, room_of
from benchmarks.terminal import Terminal, bare_app, on_terminal
from socialhub.clock import real_now
from socialhub.incidents import Severity
from socialhub.store import alerts

GOAL: Final = 4_600
GOAL_SEEN: Final = 1.0
_CHIP: Final = re.compile(r"\+([\d,]+)\+? new")


def open_and_settle(terminal: Terminal) -> None:
    """Until the console is there and has drawn what it draws once."""
    terminal.until_written(MARK, FIRST_ROWS)
    terminal.watch(4)


def bytes_a_second(terminal: Terminal, seconds: float) -> float:
    """What is written within so long."""
    before, started = terminal.bytes_read, time.perf_counter()
    terminal.watch(seconds)
    return (terminal.bytes_read - before) / (time.perf_counter() - started)


def waiting(terminal: Terminal) -> int:
    """The number in `+N new`."""
    found = _CHIP.search(terminal.text)
    return int(found[1].replace(",", "")) if found else 0


def seen_after(terminal: Terminal, filler: Filler, times: int) -> tuple[list[float], list[float]]:
    """Seconds until `+N` counts a new mention, and until a new alert stands on screen."""
    chance = random.Random()
    chips, burning = [], []
    for _time in range(times):
        terminal.watch(chance.uniform(1, 2))
        before = waiting(terminal)
        stored = filler.add(1)
        chips.append(terminal.until(lambda before=before: waiting(terminal) > before) - stored)  # type: ignore[misc]
        terminal.watch(chance.uniform(1, 2))
        name = f"probe{chance.randrange(10**9)}x"
        now = real_now()
        with filler.writer.transaction() as db:
            facts = {"source": name, "since": now, "interval": 60_000, "last_success": now, "reason": None}
            alerts.raise_alert(db, "source_silent", name, Severity.CRISIS, now, now, facts)
        stored = time.perf_counter()
        burning.append(terminal.until(lambda name=name: name in terminal.text) - stored)  # type: ignore[misc]
    return chips, burning


def link(room: Room, options: Sequence[str], seconds: float, times: int) -> dict[str, Any]:
    """The figures of one console."""
    with on_terminal(room.command("run", "--no-collect", *options)) as terminal:
        open_and_settle(terminal)
        with arriving(room, 10):
            terminal.watch(3)
            following = bytes_a_second(terminal, seconds)
            terminal.press("jjj")
            terminal.watch(3)
            anchored = bytes_a_second(terminal, seconds)
        terminal.press("g")
        terminal.watch(2)
        terminal.press("jjj")
        chips, burning = seen_after(terminal, Filler(room.cache), times)
    return {
        "following_bytes_s": round(following),
        "anchored_bytes_s": round(anchored),
        "chip_seen_worst_s": round(max(chips), 2),
        "alert_seen_worst_s": round(max(burning), 2),
    }


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__)
    parser.add_argument("--seconds", type=float, default=30, help="how long bytes are counted")
    parser.add_argument("--times", type=int, default=12, help="how often +N and alerts are timed")
    options = parser.parse_args()
    with on_terminal(bare_app()) as terminal:
        terminal.until_written(MARK, FIRST_ROWS)
        terminal.watch(1)
        before = terminal.bytes_read
        terminal.press("\x1b[6~")
        terminal.watch(1)
        moved = terminal.bytes_read - before
    with room_of(cache_of(options.folder, options.mentions)) as room:
        remote = link(room, ["--remote"], options.seconds, options.times)
        usual = link(room, [], options.seconds, options.times)
    slowest = max(remote["chip_seen_worst_s"], remote["alert_seen_worst_s"])
    report(
        "bytes a second to the terminal at 10 mentions/s, 120 x 40",
        f"--remote <= {GOAL}, +N and alerts seen within {GOAL_SEEN:g} s",
        mentions=options.mentions,
        baseline_bare_table_moved_twice_a_second=2 * moved,
        remote=remote,
        usual=usual,
        ok=max(remote["following_bytes_s"], remote["anchored_bytes_s"]) <= GOAL and slowest <= GOAL_SEEN,
    )


if __name__ == "__main__":
    main()
