"""Console ready (a screen of mentions from a large cache) beside a bare Textual app ready; medians in seconds.

Both take turns, so that both meet the same weather. `collecting` is the console as it is usually started, with its
collector beside it; `looking` the same with --no-collect.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from benchmarks.corpus import arguments, cache_of, report
from benchmarks.room import FIRST_ROWS, MARK, room_of
from benchmarks.terminal import bare_app, on_terminal

GOAL = 1.2


def seconds_to_ready(command: Sequence[str]) -> float:
    """From the start of the process until its rows are written."""
    with on_terminal(command) as terminal:
        ready = terminal.until_written(MARK, FIRST_ROWS) - terminal.started
        if terminal.text.count(MARK.decode()) < FIRST_ROWS:
            raise SystemExit(f"the rows do not stand on the screen:\n{terminal.text}")
    return ready


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    with room_of(cache_of(options.folder, options.mentions)) as room:
        commands = {"bare": bare_app(), "looking": room.command("run", "--no-collect"), "collecting": room.command()}
        for command in commands.values():
            seconds_to_ready(command)
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _run in range(options.runs):
            for name, command in commands.items():
                times[name].append(seconds_to_ready(command))
    medians = {name: median(each) for name, each in times.items()}
    report(
        "console ready, seconds",
        f"<= {GOAL} x a bare Textual app with one table",
        mentions=options.mentions,
        runs=options.runs,
        baseline_bare=round(medians["bare"], 3),
        looking=round(medians["looking"], 3),
        collecting=round(medians["collecting"], 3),
        ratio_looking=round(medians["looking"] / medians["bare"], 2),
        ratio_collecting=round(medians["collecting"] / medians["bare"], 2),
        ok=medians["collecting"] <= GOAL * medians["bare"],
    )


if __name__ == "__main__":
    main()
