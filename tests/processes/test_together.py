"""Eight processes on one cache, one collecting 500 mentions a second: nobody is told "locked", all see everything,
and when the collector is killed another takes its place."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import pytest

from socialhub.clock import real_now
from socialhub.store import alerts
from tests.console.terminal import Terminal
from tests.processes.programs import PATIENCE, Loopback, Programs, kill, wait_for
from tests.servers import Answer, LoopbackServer
from tests.sources.fake_bluesky import FakeJetstream, commit, record

_PER_SECOND = 500
_SECONDS = 3
_TAKEOVER = 15.0
"""The place is taken within five seconds on a quiet machine; this one may be busy."""


async def _speak(server: FakeJetstream, first: int, count: int) -> None:
    """So many posts at 500 a second."""
    loop = asyncio.get_running_loop()
    begun, now_us = loop.time(), real_now() * 1000
    for number in range(count):
        if number % 25 == 0:
            await asyncio.sleep(max(0.0, begun + number / _PER_SECOND - loop.time()))
        place = first + number
        await server.say(commit(now_us + number * 1_000, f"{place:013d}", record(f"fibre numéro {place} à Lyon")))


@contextmanager
def _again_and_again(*work: Callable[[], None]) -> Iterator[None]:
    """Somebody who repeats commands all the time."""
    stop = threading.Event()

    def repeat() -> None:
        while not stop.is_set():
            for command in work:
                command()

    thread = threading.Thread(target=repeat)
    thread.start()
    yield
    stop.set()
    thread.join(PATIENCE)


def _keep_reading(screens: Iterable[Terminal]) -> None:
    """A terminal that nobody reads blocks its writer."""
    for screen in screens:
        screen.read(0.02)


@pytest.fixture
def stream(programs: Programs, loopback: Loopback) -> FakeJetstream:
    """The source of the room; a second one is gone for good, which is an alert that stays."""
    server = loopback.open(FakeJetstream())
    gone = loopback.open(LoopbackServer({"*": Answer(status=410)}))
    programs.configure(
        f'[[sources]]\nname = "bluesky"\nkind = "jetstream"\nservers = ["{server.url}"]\nallow_private = true\n'
        f'[[sources]]\nname = "blog"\nkind = "rss"\nurl = "{gone.url("/")}"\nallow_private = true\n'
    )
    programs.run("collect", "--once")
    return server


def _open_screens(programs: Programs) -> dict[str, Terminal]:
    """Two consoles (one of which would collect) and two panes, all drawn."""
    screens = {
        "viewer": programs.show("run", "--no-collect"),
        "console": programs.show("run"),
        "mentions": programs.show("pane", "mentions", columns=80, rows=24),
        "trends": programs.show("pane", "trends", columns=80, rows=24),
    }
    wait_for(
        lambda: all("Essai" in screen.text for screen in screens.values()),
        "every screen is drawn",
        meanwhile=lambda: _keep_reading(screens.values()),
    )
    return screens


def test_eight_processes_share_a_cache_and_the_place_of_the_collector(
    programs: Programs, loopback: Loopback, stream: FakeJetstream
) -> None:
    collector = programs.start("collect")
    wait_for(lambda: programs.collects(collector), "somebody collects")
    standby = programs.start("collect", "--standby")
    screens = _open_screens(programs)
    with programs.reading() as db:
        alert = str(alerts.alert_rows(db)[0].id)
    said: list[str] = []

    def run(*words: str) -> None:
        done = programs.run(*words)
        said.append(f"{done.returncode} {' '.join(words)} {done.stdout} {done.stderr}")

    total = _PER_SECOND * (_SECONDS + 1)
    with (
        _again_and_again(lambda: run("alerts", "ack", alert), lambda: run("alerts", "unack", alert)),
        _again_and_again(lambda: run("status", "--json")),
    ):
        speaking = loopback.start(_speak(stream, 0, _PER_SECOND * _SECONDS))
        while not speaking.done():
            _keep_reading(screens.values())
            # Down, and this one is read (or is not): small writes of two people.
            screens["viewer"].press("jm")
            screens["console"].press("jm")
        kill(collector)
        loopback.start(_speak(stream, total - _PER_SECOND, _PER_SECOND))
        _see_another_take_over(programs, screens, collector.pid)
        wait_for(
            lambda: programs.stored() == total,
            f"all {total} are stored",
            meanwhile=lambda: _keep_reading(screens.values()),
        )

    screens["mentions"].until(f"fibre numéro {total - 1}")
    assert programs.run("search", "numéro", "--limit", "5000").stdout.count("fibre numéro") == total
    assert all(line.startswith("0 ") for line in said), said
    assert standby.poll() is None
    for screen in screens.values():
        screen.press("q")
        assert screen.ended() == 0
    standby.terminate()
    assert standby.wait(PATIENCE) == 0
    wait_for(lambda: (state := programs.collector()) is not None and state.ended is not None, "nobody collects now")
    heard = "\n".join(
        [*said, programs.output(), *(each.written.decode("utf-8", "replace") for each in screens.values())]
    )
    assert not re.search("locked|Traceback", heard), heard[-3000:]
    assert programs.is_sound()


def _see_another_take_over(programs: Programs, screens: dict[str, Terminal], before: int) -> None:
    """Somebody else has begun to collect."""

    def taken() -> bool:
        state = programs.collector()
        return state is not None and state.pid != before and state.ended is None

    wait_for(taken, "another process collects", _TAKEOVER, meanwhile=lambda: _keep_reading(screens.values()))
