"""What a console costs while nothing happens: bytes a second and processor share; beside a bare Textual app.

The console runs as usual, with its collector beside it (whose one source has nothing to say); the collector's own
processor time is told apart.
"""

from __future__ import annotations

import time
from typing import Final

import psutil

from benchmarks.corpus import arguments, cache_of, report
from benchmarks.room import FIRST_ROWS, MARK, room_of
from benchmarks.terminal import Terminal, bare_app, on_terminal

GOAL_BYTES: Final = 10
GOAL_CPU: Final = 0.5


def busy(process: psutil.Process) -> float:
    """Processor seconds of one process."""
    times = process.cpu_times()
    return float(times.user + times.system)


def idle(terminal: Terminal, seconds: float) -> tuple[float, float, float]:
    """Bytes a second, percent of a processor, percent of the processes it started."""
    children = terminal.children
    before = terminal.bytes_read, terminal.cpu, sum(busy(child) for child in children)
    started = time.perf_counter()
    terminal.watch(seconds)
    spent = time.perf_counter() - started
    after = terminal.bytes_read, terminal.cpu, sum(busy(child) for child in children)
    written, own, others = (round((b - a) / spent, 4) for a, b in zip(before, after, strict=True))
    return written, own * 100, others * 100


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long to watch")
    options = parser.parse_args()
    with on_terminal(bare_app()) as terminal:
        terminal.until_written(MARK, FIRST_ROWS)
        terminal.watch(3)
        bare_bytes, bare_cpu, _none = idle(terminal, min(20.0, options.seconds))
    with room_of(cache_of(options.folder, options.mentions)) as room, on_terminal(room.command()) as terminal:
        terminal.until_written(MARK, FIRST_ROWS)
        terminal.watch(10)
        written, cpu, collector = idle(terminal, options.seconds)
    report(
        "idle: bytes a second and percent of a processor",
        f"<= {GOAL_BYTES} B/s, < {GOAL_CPU} %",
        mentions=options.mentions,
        seconds=options.seconds,
        baseline_bare_bytes_s=round(bare_bytes, 1),
        baseline_bare_cpu_percent=round(bare_cpu, 2),
        console_bytes_s=round(written, 1),
        console_cpu_percent=round(cpu, 2),
        collector_cpu_percent=round(collector, 2),
        ok=written <= GOAL_BYTES and cpu < GOAL_CPU,
    )


if __name__ == "__main__":
    main()
