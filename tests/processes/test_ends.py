"""How processes end, and what is told of one that hangs: signals, a lost terminal, a parent that died."""

from __future__ import annotations

import signal
import termios
from pathlib import Path

import psutil
import pytest

from socialhub.clock import MINUTE
from tests.processes.programs import PATIENCE, Loopback, Programs, kill, wait_for
from tests.sources.fake_bluesky import FakeJetstream, commit, record

_BEGIN = 1_795_000_000_000_000


@pytest.fixture
def stream(programs: Programs, loopback: Loopback) -> FakeJetstream:
    """A source that has something to say."""
    frames = [commit(_BEGIN + place, f"{place:013d}", record(f"fibre {place}")) for place in range(500)]
    server = loopback.open(FakeJetstream(frames))
    programs.configure(
        f'[[sources]]\nname = "bluesky"\nkind = "jetstream"\nservers = ["{server.url}"]\nallow_private = true\n'
    )
    return server


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_collector_ends_in_order_when_told_to(programs: Programs, stream: FakeJetstream, number: int) -> None:
    collector = programs.start("collect")
    programs.wait_stored(1)
    collector.send_signal(number)
    assert collector.wait(PATIENCE) == 0
    state = programs.collector()
    assert state is not None
    assert state.ended is not None
    assert programs.is_sound()
    assert "Traceback" not in programs.output()


def _collecting_child(programs: Programs, console: int) -> psutil.Process:
    """The collector that a console started."""

    def found() -> psutil.Process | None:
        state = programs.collector()
        return psutil.Process(state.pid) if state is not None and psutil.pid_exists(state.pid) else None

    child = wait_for(found, "the console's collector runs")
    assert child is not None
    assert child.ppid() == console
    return child


@pytest.mark.parametrize("how", ["SIGTERM", "hang-up", "SIGKILL"])
def test_a_console_takes_its_collector_with_it(programs: Programs, stream: FakeJetstream, how: str) -> None:
    terminal = programs.show("run")
    terminal.until("fibre")
    child = _collecting_child(programs, terminal.process.pid)
    if how == "hang-up":
        terminal.hang_up()
        assert terminal.process.wait(PATIENCE) == 128 + signal.SIGHUP
    else:
        terminal.process.send_signal(signal.Signals[how])
        assert terminal.ended() == (-signal.SIGKILL if how == "SIGKILL" else 128 + signal.Signals[how])
    if how == "SIGTERM":
        terminal.read(0.2)
        assert b"\x1b[?1049l" in terminal.written
        assert b"\x1b[?25h" in terminal.written
        assert termios.tcgetattr(terminal.slave) == terminal.settings
    wait_for(lambda: not child.is_running(), "its collector ended too", 10)
    assert programs.is_sound()


def test_a_collector_that_hangs_is_told_as_such(programs: Programs, stream: FakeJetstream, tmp_path: Path) -> None:
    collector = programs.start("collect")
    programs.wait_stored(500)
    collector.send_signal(signal.SIGSTOP)
    try:
        later = f"0:{MINUTE}:1.0"
        status = programs.run("status", SOCIALHUB_CLOCK=later)
        assert f"Process {collector.pid}" in status.stderr
        assert "holds the cache but gave no sign for 1 min" in status.stderr
        told = programs.run("status", "--json", SOCIALHUB_CLOCK=later).stdout
        assert '"alive": false' in told
        doctor = programs.run("doctor", SOCIALHUB_CLOCK=later)
        assert doctor.returncode == 1
        assert f"kill {collector.pid}" in doctor.stdout
    finally:
        collector.send_signal(signal.SIGCONT)
    wait_for(lambda: '"alive": true' in programs.run("status", "--json").stdout, "it goes on")
    kill(collector)
    assert "gave its last sign" in programs.run("status").stderr
