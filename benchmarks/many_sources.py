"""One collector and a hundred sources: what it costs while they are silent, who waits how long while they are busy.

Fifty APIs in JSON and fifty feeds, asked once a minute each, five of them slow to answer. Busy: 500 mentions a second
in all, two fifths of them from one source. The lag is from said to stored; a poll that is due each minute makes it half
a minute in the middle, and one whole at worst. The yardstick beside both is a loop that asks one after the other, every
minute, and stores what came without looking at it.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import time
from calendar import timegm
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import linear_regression, median, quantiles
from typing import Any, Final

import feedparser
import httpx
import psutil

from benchmarks.corpus import arguments, report
from benchmarks.idle import busy
from benchmarks.many_servers import FEEDS, SERVERS, rates
from benchmarks.room import Room, write_config
from socialhub.clock import MINUTE, SECOND
from socialhub.sources.pages import parse_time
from socialhub.store.connection import open_reader

GOAL_CPU: Final = 1.0
GOAL_LAG: Final = 90.0
"""Seconds: a minute until the next poll with its jitter, a slow server, and the turn to be stored."""
BUSY: Final = 500.0
SLOW: Final = 5
_LEAD: Final = 75.0
"""Seconds from the start of the collector until each source was asked twice: what a start costs is not measured."""
_LOOK: Final = 2.0
_MIB: Final = 2**20


@contextmanager
def servers(total: float) -> Iterator[int]:
    """The servers in a process of their own; gives their port."""
    command = [sys.executable, "-m", "benchmarks.many_servers", str(total), str(SLOW)]
    process = subprocess.Popen(command, cwd=Path(__file__).parent.parent, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def address(number: int, port: int) -> str:
    """Where a server answers."""
    return f"http://127.1.0.{number}:{port}/"


def tables(port: int) -> str:
    """The sources of the config."""
    return "\n".join(_table(number, address(number, port)) for number in range(SERVERS))


def _table(number: int, url: str) -> str:
    head = f'[[sources]]\nname = "s{number}"\nurl = "{url}"\nallow_private = true\nevery = "1 min"\n'
    if number >= SERVERS - FEEDS:
        return head + 'kind = "rss"\n'
    return head + (
        'kind = "json"\nitems = "items"\nnext = "next"\nnext_param = "before"\n'
        'since_param = "since"\nsince_form = "milliseconds"\n'
        '[sources.fields]\nnative_id = "id"\ntext = "text"\npublished_at = "at"\n'
    )


@contextmanager
def collecting(room: Room) -> Iterator[psutil.Process]:
    """The collector, running."""
    process = subprocess.Popen(room.command("collect"), stderr=subprocess.DEVNULL)
    try:
        yield psutil.Process(process.pid)
        if process.poll() is not None:
            raise SystemExit("the collector has ended")
    finally:
        process.terminate()
        process.wait(20)


def watch(collector: psutil.Process, seconds: float) -> tuple[float, list[tuple[float, float]]]:
    """Percent of one processor over the time, and (seconds, MiB) of the collector with the worker it started."""
    sizes = []
    start, spent = time.perf_counter(), _spent(collector)
    while (passed := time.perf_counter() - start) < seconds:
        everybody = [collector, *collector.children()]
        sizes.append((passed, sum(each.memory_info().rss for each in everybody) / _MIB))
        time.sleep(_LOOK)
    return (_spent(collector) - spent) / passed * 100, sizes


def _spent(collector: psutil.Process) -> float:
    return busy(collector) + sum(busy(each) for each in collector.children())


def idle(folder: Path, seconds: float, settle: float) -> dict[str, Any]:
    """Nobody says anything, and has not for `settle` seconds."""
    with servers(0) as port:
        room = Room(folder / "idle.db", folder / "idle.toml")
        write_config(room.config, tables(port))
        with collecting(room) as collector:
            watch(collector, max(_LEAD, settle))
            asked = _asked(port)
            cpu, sizes = watch(collector, seconds)
            asked = _asked(port) - asked
    half = sizes[len(sizes) // 2 :]
    slope = linear_regression([moment for moment, _size in half], [size for _moment, size in half]).slope * 3600
    return {
        "idle_cpu_percent": round(cpu, 2),
        "idle_mib": [round(size, 1) for _moment, size in sizes[:: max(1, len(sizes) // 4)]],
        "idle_mib_an_hour": round(slope, 1),
        "idle_requests_a_minute": round(asked / seconds * 60),
    }


def _asked(port: int) -> int:
    return sum(httpx.get(f"{address(0, port)}counts").json())


def naive_idle(seconds: float) -> dict[str, Any]:
    """The loop asks every minute, too, and nobody says anything: what asking alone costs on this machine."""
    with servers(0) as port, httpx.Client() as client:
        begin, spent, asked = time.time(), time.process_time(), 0
        while (turn := time.time()) - begin < seconds:
            for number in range(SERVERS):
                _ask(client, address(number, port), number, 0)
            asked += SERVERS
            time.sleep(max(0.0, turn + MINUTE / SECOND - time.time()))
        percent = (time.process_time() - spent) / (time.time() - begin) * 100
    return {
        "baseline_idle_cpu_percent": round(percent, 2),
        "baseline_idle_requests_a_minute": round(asked / seconds * 60),
    }


def crowded(folder: Path, seconds: float) -> dict[str, Any]:
    """Everybody speaks, one much more than the others."""
    with servers(BUSY) as port:
        room = Room(folder / "busy.db", folder / "busy.toml")
        write_config(room.config, tables(port))
        begin = time.time()
        with collecting(room) as collector:
            watch(collector, _LEAD)
            cpu, sizes = watch(collector, seconds)
        end = time.time()
    with closing(open_reader(room.cache)) as db:
        rows = db.execute(
            "SELECT s.name, m.published, m.seen FROM mentions m JOIN sources s ON s.id = m.source"
            " WHERE m.published >= ?",
            (round((begin + _LEAD) * SECOND),),
        ).fetchall()
    return {
        "busy_cpu_percent": round(cpu, 1),
        "busy_mib": round(max(size for _moment, size in sizes), 1),
        **_told("", rows, (begin + _LEAD) * SECOND, end * SECOND),
    }


def naive(seconds: float) -> dict[str, Any]:
    """One after the other, every minute, stored as it came."""
    rows: list[tuple[str, int, int]] = []
    known: dict[int, int] = {}
    with servers(BUSY) as port, httpx.Client() as client, closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE said (source INTEGER, id TEXT, text TEXT, at INTEGER, UNIQUE (source, id))")
        begin = time.time()
        while time.time() - begin < seconds:
            turn = time.time()
            for number in range(SERVERS):
                came = _ask(client, address(number, port), number, known.get(number, 0))
                with db:
                    before = {key for (key,) in db.execute("SELECT id FROM said WHERE source = ?", (number,))}
                    new = [each for each in came if each[0] not in before]
                    db.executemany("INSERT INTO said VALUES (?, ?, ?, ?)", [(number, *each) for each in new])
                known[number] = max([each[2] for each in new], default=known.get(number, 0))
                rows += [(f"s{number}", each[2], round(time.time() * SECOND)) for each in new]
            time.sleep(max(0.0, turn + MINUTE / SECOND - time.time()))
        end = time.time()
    return _told("baseline_", [row for row in rows if row[1] >= begin * SECOND], begin * SECOND, end * SECOND)


def _ask(client: httpx.Client, url: str, number: int, since: int) -> list[tuple[str, str, int]]:
    if number >= SERVERS - FEEDS:
        entries = feedparser.parse(client.get(url, timeout=30).content).entries
        return [(each.id, each.title, timegm(each.updated_parsed) * SECOND) for each in entries]
    came, before = [], 0
    while True:
        answer = client.get(url, params={"since": since, "before": before}, timeout=30).json()
        came += [(each["id"], each["text"], parse_time(each["at"]) or 0) for each in answer["items"]]
        if not (before := answer["next"] or 0):
            return came


def _told(prefix: str, rows: list[tuple[str, int, int]], begin: float, end: float) -> dict[str, Any]:
    """Lags in seconds: the middle one of all and of the loud source, the worst of each source; what is missing."""
    lags: dict[str, list[float]] = {f"s{number}": [] for number in range(SERVERS)}
    for source, published, seen in rows:
        lags[source].append((seen - published) / SECOND)
    worst = sorted(((max(each), name) for name, each in lags.items() if each), reverse=True)
    # What was said in the last poll's time may rightly not be there yet.
    due = max(0.0, (end - begin) / SECOND - GOAL_LAG)
    shares = [len(lags[f"s{number}"]) / (rate * due) for number, rate in enumerate(rates(BUSY)) if rate * due >= 1]
    return {
        f"{prefix}stored": len(rows),
        f"{prefix}least_share_of_a_source": round(min(1.0, *shares), 3) if shares else None,
        f"{prefix}lag_median": round(median(lag for each in lags.values() for lag in each), 1),
        f"{prefix}lag_loud_median": round(median(lags["s0"]), 1),
        f"{prefix}worst_of_sources_p50": round(median(lag for lag, _name in worst), 1),
        f"{prefix}worst_of_sources_p95": round(quantiles([lag for lag, _name in worst], n=20)[-1], 1),
        f"{prefix}worst": [(name, round(lag, 1)) for lag, name in worst[:3]],
    }


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__, mentions=0)
    parser.add_argument("--minutes", type=float, default=5, help="how long each of the four is watched")
    parser.add_argument(
        "--settle",
        type=float,
        default=0,
        help="minutes of silence before the idle ones are watched: after ten of them they are asked a third as often",
    )
    options = parser.parse_args()
    seconds = options.minutes * 60
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="many-") as name:
        silent = idle(Path(name), seconds, options.settle * 60)
        busy_one = crowded(Path(name), seconds + GOAL_LAG)
    loop = {**naive_idle(seconds), **naive(seconds + GOAL_LAG)}
    report(
        "a hundred sources: idle, and 500 mentions a second with one loud one",
        f"idle < {GOAL_CPU:g} % and memory flat; every source stored within {GOAL_LAG:g} s",
        minutes=options.minutes,
        sources=SERVERS,
        slow_servers=SLOW,
        **silent,
        **busy_one,
        **loop,
        ok=silent["idle_cpu_percent"] < GOAL_CPU and busy_one["worst"][0][1] <= GOAL_LAG,
    )


if __name__ == "__main__":
    main()
