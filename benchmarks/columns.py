"""Eight columns, four of them on screen, while mentions arrive: from a key to the moved cursor, beside a bare table.

And what two of them cost on a thin link (120×40, `--remote`), in bytes a second.
"""

from __future__ import annotations

import random
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.corpus import arguments, cache_of, report, vocabulary
from benchmarks.key_latency import p95, step
from benchmarks.room import FIRST_ROWS, MARK, arriving, room_of
from benchmarks.terminal import Terminal, bare_app, on_terminal
from benchmarks.wire import bytes_a_second
from socialhub.store.columns import add_column
from socialhub.store.connection import open_writer

COLUMNS: Final = 8
GOAL: Final = 1.5
WIRE_GOAL: Final = 4.6
_WALK: Final = 20
_LINK_SECONDS: Final = 20.0


def arrange(cache: Path) -> None:
    """Eight columns of frequent and less frequent words."""
    words = vocabulary()
    queries = [f"{words[place]} OR {words[place + 40]}" for place in range(8, 8 + COLUMNS)]
    writer = open_writer(cache)
    with writer.transaction() as db:
        for number, query in enumerate(queries):
            add_column(db, "bench", f"Column {number}", query)
    writer.close()


def open_columns(terminal: Terminal) -> None:
    """From the desk to the columns, the cursor some rows down in the first."""
    terminal.until_written(MARK, FIRST_ROWS)
    terminal.watch(1)
    terminal.press("c")
    terminal.watch(2)


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__)
    parser.add_argument("--keys", type=int, default=200)
    parser.add_argument("--rate", type=float, default=10, help="mentions a second")
    options = parser.parse_args()
    chance = random.Random(1)
    times: dict[str, list[float]] = {"bare": [], "columns": []}
    with room_of(cache_of(options.folder, options.mentions)) as room:
        arrange(room.cache)
        run = room.command("run", "--no-collect")
        with arriving(room, options.rate):
            with (
                on_terminal(run, columns=200, rows=50) as columns,
                on_terminal(bare_app(), columns=200, rows=50) as bare,
            ):
                programs = {"bare": bare, "columns": columns}
                open_columns(columns)
                for terminal in programs.values():
                    terminal.press("\x1b[B" * 3)
                    terminal.watch(1)
                for number in range(options.keys):
                    for name, terminal in programs.items():
                        times[name].append(step(terminal, down=number // _WALK % 2 == 0))
                        columns.watch(chance.uniform(0.02, 0.15))
            with on_terminal([*run, "--remote"]) as thin:
                open_columns(thin)
                thin.watch(3)
                wire = bytes_a_second(thin, _LINK_SECONDS) / 1000
    report(
        "eight columns, four on screen (200×50): key to paint, p95, milliseconds; two on a thin link (120×40): kB/s",
        f"<= {GOAL} x the bare app, <= {WIRE_GOAL} kB/s, while {options.rate:g} mentions/s arrive",
        mentions=options.mentions,
        keys=options.keys,
        baseline_bare_median=round(median(times["bare"]), 1),
        baseline_bare_p95=round(p95(times["bare"]), 1),
        columns_median=round(median(times["columns"]), 1),
        columns_p95=round(p95(times["columns"]), 1),
        ratio=round(p95(times["columns"]) / p95(times["bare"]), 2),
        wire_kb_s=round(wire, 2),
        ok=p95(times["columns"]) <= GOAL * p95(times["bare"]) and wire <= WIRE_GOAL,
    )


if __name__ == "__main__":
    main()
