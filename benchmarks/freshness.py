"""Seconds from a stored mention to its line on the screens of several processes, while others arrive.

The yardstick beside it is a bare loop over `PRAGMA data_version` with a pause of 0.2 s: the soonest a process that
looks five times a second can know.
"""

from __future__ import annotations

import random
import time
from contextlib import ExitStack
from statistics import median
from typing import Final

from benchmarks.corpus import arguments, cache_of, report
from benchmarks.room import FIRST_ROWS, MARK, Filler, Room, arriving, room_of
from benchmarks.terminal import Terminal, on_terminal
from socialhub.store.connection import data_version, open_reader

GOAL: Final = 1.0
_LOOK: Final = 0.2
_PATIENCE: Final = 10.0


def seen_on_all(terminals: list[Terminal], words: str, stored: float) -> list[float]:
    """Seconds until each screen shows these words."""
    found: dict[Terminal, float] = {}
    while len(found) < len(terminals):
        if time.perf_counter() - stored > _PATIENCE:
            raise SystemExit(f"{words} was not shown everywhere:\n{terminals[0].text}")
        for terminal in terminals:
            terminal.draw(0.01)
            if terminal not in found and words in terminal.text:
                found[terminal] = terminal.last_read - stored
    return list(found.values())


def bare_wait(room: Room, filler: Filler, times: int) -> float:
    """The median wait of the bare loop."""
    chance, waits = random.Random(4), []
    db = open_reader(room.cache)
    for _time in range(times):
        before, stored = data_version(db), filler.add(1)
        time.sleep(chance.uniform(0, _LOOK))
        while data_version(db) == before:
            time.sleep(_LOOK)
        waits.append(time.perf_counter() - stored)
    db.close()
    return median(waits)


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--rate", type=float, default=10, help="mentions a second that arrive besides")
    options = parser.parse_args()
    chance, waits = random.Random(3), []
    with room_of(cache_of(options.folder, options.mentions)) as room, ExitStack() as stack:
        filler = Filler(room.cache)
        baseline = bare_wait(room, filler, options.times)
        commands = [room.command("run", "--no-collect"), room.command("pane", "mentions")]
        terminals = [stack.enter_context(on_terminal(command)) for command in (*commands, commands[-1])]
        for terminal in terminals:
            terminal.until_written(MARK, FIRST_ROWS)
        stack.enter_context(arriving(room, options.rate))
        for number in range(options.times):
            end = time.perf_counter() + chance.uniform(0.7, 1.5)
            while time.perf_counter() < end:
                for terminal in terminals:
                    terminal.draw(0.01)
            words = f"Signal{number}x"
            waits += seen_on_all(terminals, words, filler.add(1, words))
    report(
        "a stored mention on the screens of three processes, seconds",
        f"<= {GOAL:g} in every process",
        mentions=options.mentions,
        times=options.times,
        baseline_bare_look_median=round(baseline, 2),
        median=round(median(waits), 2),
        worst=round(max(waits), 2),
        ok=max(waits) <= GOAL,
    )


if __name__ == "__main__":
    main()
