"""`socialhub --help` beside `python -c "import click"`, the yardstick of DESIGN: at most 3.5 times as long."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from statistics import median

RUNS = 15
GOAL = 3.5


def seconds(command: list[str]) -> float:
    """How long one run takes."""
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def main() -> None:
    """Measure both in turn, so that both meet the same weather, and print the medians."""
    commands = {
        "import_click": [sys.executable, "-c", "import click"],
        "help": [sys.executable, "-m", "socialhub", "--help"],
    }
    for command in commands.values():
        seconds(command)
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _run in range(RUNS):
        for name, command in commands.items():
            times[name].append(seconds(command))
    baseline, measured = median(times["import_click"]), median(times["help"])
    result = {
        "what": "socialhub --help",
        "baseline_s": round(baseline, 4),
        "measured_s": round(measured, 4),
        "ratio": round(measured / baseline, 2),
        "goal": GOAL,
        "ok": measured <= GOAL * baseline,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
