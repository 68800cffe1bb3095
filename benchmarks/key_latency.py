"""From a key to the moved cursor on screen, milliseconds, while mentions arrive; beside a bare Textual table.

Both programs stand side by side on the same machine with the same process filling the cache, and take turns key by
key. The wait ends with the piece of output that puts the cursor on the next row, whatever else was painted before.
"""

from __future__ import annotations

import random
from collections import Counter
from statistics import median
from typing import Final

from benchmarks.corpus import arguments, cache_of, report
from benchmarks.room import FIRST_ROWS, MARK, arriving, room_of
from benchmarks.terminal import Terminal, bare_app, on_terminal

GOAL: Final = 1.5
_WALK: Final = 20
"""Rows the cursor goes down before it turns."""
_FIRST_ROW: Final = 3
_LAST_ROW: Final = 34
_COLUMN: Final = 5
"""Where a row's background is looked at."""


def cursor_row(terminal: Terminal) -> int:
    """The row with a background of its own; -1 when there is none."""
    grounds = [terminal.screen.buffer[row][_COLUMN].bg for row in range(_FIRST_ROW, _LAST_ROW)]
    usual, _count = Counter(grounds).most_common(1)[0]
    return next((row + _FIRST_ROW for row, ground in enumerate(grounds) if ground != usual), -1)


def step(terminal: Terminal, down: bool) -> float:
    """Move the cursor by a row; milliseconds until it stands there."""
    wanted = cursor_row(terminal) + (1 if down else -1)
    pressed = terminal.press("\x1b[B" if down else "\x1b[A")
    return (terminal.until(lambda: cursor_row(terminal) == wanted) - pressed) * 1000


def p95(values: list[float]) -> float:
    """The value that one in twenty exceeds."""
    return sorted(values)[int(len(values) * 0.95)]


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__)
    parser.add_argument("--keys", type=int, default=400)
    parser.add_argument("--rate", type=float, default=100, help="mentions a second")
    options = parser.parse_args()
    chance = random.Random(1)
    times: dict[str, list[float]] = {"bare": [], "console": []}
    with (
        room_of(cache_of(options.folder, options.mentions)) as room,
        on_terminal(room.command("run", "--no-collect")) as console,
        on_terminal(bare_app()) as bare,
    ):
        programs = {"bare": bare, "console": console}
        for terminal in programs.values():
            terminal.until_written(MARK, FIRST_ROWS)
            terminal.watch(1)
            terminal.press("\x1b[B" * 3)
            terminal.watch(1)
        with arriving(room, options.rate):
            console.watch(2)
            for number in range(options.keys):
                for name, terminal in programs.items():
                    times[name].append(step(terminal, down=number // _WALK % 2 == 0))
                    console.watch(chance.uniform(0.02, 0.15))
    report(
        "key to paint, p95, milliseconds",
        f"<= {GOAL} x the bare app while {options.rate:g} mentions/s arrive",
        mentions=options.mentions,
        keys=options.keys,
        baseline_bare_median=round(median(times["bare"]), 1),
        baseline_bare_p95=round(p95(times["bare"]), 1),
        console_median=round(median(times["console"]), 1),
        console_p95=round(p95(times["console"]), 1),
        ratio=round(p95(times["console"]) / p95(times["bare"]), 2),
        ok=p95(times["console"]) <= GOAL * p95(times["bare"]),
    )


if __name__ == "__main__":
    main()
