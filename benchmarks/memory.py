"""Memory of the console on a large cache and of its collector, MiB, and how it grows at 100 mentions/s.

The collector takes the mentions in through all stages from a file that is played; the console shows them. The slope
is that of a straight line through the second half of the time: `--minutes 30` for the figure that counts. The
yardstick is the bare Textual app.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import linear_regression
from typing import Final

import psutil

from benchmarks.corpus import arguments, cache_of, report, texts
from benchmarks.room import FIRST_ROWS, MARK, room_of
from benchmarks.terminal import bare_app, on_terminal

GOAL_CONSOLE: Final = 120
GOAL_COLLECTOR: Final = 250
GOAL_SLOPE: Final = 1.0
MIB: Final = 2**20
_LEAD: Final = 8.0
"""Seconds from writing the file to its first mention: the programs start meanwhile."""


def play_file(path: Path, seconds: float, rate: float) -> None:
    """A file of mentions whose moments lie ahead."""
    begin = time.time() + _LEAD
    with path.open("w", encoding="utf-8") as out:
        for number, text in enumerate(texts(int(seconds * rate), seed=11)):
            moment = datetime.fromtimestamp(begin + number / rate, UTC).isoformat()
            who = f"auteur{number % 20_000}@exemple.social"
            mention = {"source": "played", "native_id": f"p{number}", "text": text, "published_at": moment}
            out.write(json.dumps({**mention, "author": who, "handle": who}, ensure_ascii=False) + "\n")


def slope(samples: list[tuple[float, float]]) -> float:
    """MiB an hour over the second half of (seconds, MiB)."""
    half = samples[len(samples) // 2 :]
    return linear_regression([moment for moment, _size in half], [size for _moment, size in half]).slope * 3600


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__)
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--rate", type=float, default=100, help="mentions a second")
    options = parser.parse_args()
    with on_terminal(bare_app()) as terminal:
        terminal.until_written(MARK, FIRST_ROWS)
        terminal.watch(1)
        bare = psutil.Process(terminal.process.pid).memory_info().rss / MIB
    seconds = options.minutes * 60
    played = options.folder / "played.jsonl"
    large = cache_of(options.folder, options.mentions)
    source = f'[[sources]]\nname = "played"\nkind = "replay"\npath = {json.dumps(str(played))}\n'
    with room_of(large, source) as room:
        play_file(played, seconds + 60, options.rate)
        with on_terminal(room.command()) as terminal:
            terminal.until_written(MARK, FIRST_ROWS)
            terminal.watch(_LEAD + 4)
            console, (collector, *_others) = psutil.Process(terminal.process.pid), terminal.children
            at_first = console.memory_info().rss / MIB
            sizes: dict[str, list[tuple[float, float]]] = {"console": [], "collector": []}
            end = time.perf_counter() + seconds
            while time.perf_counter() < end:
                terminal.watch(2)
                for name, process in (("console", console), ("collector", collector)):
                    sizes[name].append((time.perf_counter(), process.memory_info().rss / MIB))
    played.unlink()
    most = {name: max(size for _moment, size in samples) for name, samples in sizes.items()}
    slopes = {name: slope(samples) for name, samples in sizes.items()}
    report(
        "memory, MiB, and its slope, MiB an hour",
        f"console <= {GOAL_CONSOLE}, collector <= {GOAL_COLLECTOR}, slope <= {GOAL_SLOPE:g} over 30 minutes",
        mentions=options.mentions,
        minutes=options.minutes,
        rate=options.rate,
        baseline_bare=round(bare, 1),
        console_at_first=round(at_first, 1),
        console_most=round(most["console"], 1),
        collector_most=round(most["collector"], 1),
        console_slope=round(slopes["console"], 2),
        collector_slope=round(slopes["collector"], 2),
        ok=most["console"] <= GOAL_CONSOLE
        and most["collector"] <= GOAL_COLLECTOR
        and (options.minutes < 30 or max(slopes.values()) <= GOAL_SLOPE),
    )


if __name__ == "__main__":
    main()
