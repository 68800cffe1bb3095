"""Real processes: one collector a cache, children that end with their parent, walls, rooms that leave nothing."""

from __future__ import annotations

import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import PATIENCE, Shell

LINES = [
    {
        "source": "x",
        "native_id": str(number),
        "text": f"La fibre {number}",
        "published_at": f"2026-11-20T10:00:0{number}Z",
    }
    for number in range(5)
]


def wait_for(condition: Callable[[], object], what: str) -> None:
    """Until it is true, or the test fails."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def who_collects(shell: Shell) -> int | None:
    """The process that collects now."""
    rows = shell.json("status") if shell.cache.exists() else []
    return next((row["pid"] for row in rows if row["about"] == "collector" and row["alive"]), None)


def fill_folder(shell: Shell) -> None:
    """Something to collect."""
    text = "".join(json.dumps(line) + "\n" for line in LINES)
    (shell.home / "drop" / "a.jsonl").write_text(text, encoding="utf-8")


def test_collect_once_says_what_came(shell: Shell) -> None:
    fill_folder(shell)
    done = shell.process("collect", "--once")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"dossier\t5\t0" in done.stdout
    assert len(shell.json("search", "fibre")) == 5
    (shell.home / "drop" / "a.jsonl").unlink()
    (shell.home / "drop").rmdir()
    assert shell.process("collect", "--once").returncode == 1


def test_there_is_one_collector_and_another_takes_its_place(shell: Shell) -> None:
    fill_folder(shell)
    with shell.start("collect") as first:
        wait_for(lambda: who_collects(shell) == first.pid, "the first collects")
        refused = shell.process("collect")
        assert refused.returncode == 3
        assert b"Another collector" in refused.stderr
        with shell.start("collect", "--standby") as second:
            assert shell("sources", "poll", "dossier").exit_code == 0
            first.kill()
            first.wait()
            wait_for(lambda: who_collects(shell) == second.pid, "the second takes its place")
            second.terminate()
            assert second.wait(PATIENCE) == 0
    assert who_collects(shell) is None


def test_a_child_ends_when_its_parent_is_gone(shell: Shell) -> None:
    with shell.start("collect", "--child") as child:
        wait_for(lambda: who_collects(shell) == child.pid, "the child collects")
        assert child.stdin is not None
        child.stdin.close()
        assert child.wait(PATIENCE) == 0
        assert child.stderr is not None
        assert child.stderr.read() == b""


def test_the_last_word_of_a_child_is_the_reason(shell: Shell) -> None:
    shell.config.write_text("[hub]\nbad = 1\n", encoding="utf-8")
    done = shell.process("collect", "--child")
    assert done.returncode == 1
    assert b"bad" in done.stderr.splitlines()[-1]


def test_an_import_is_done_by_whoever_collects(shell: Shell) -> None:
    with shell.start("collect") as collector:
        wait_for(lambda: who_collects(shell) == collector.pid, "it collects")
        path = shell.home / "b.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in LINES), encoding="utf-8")
        done = shell.process("import", str(path), "--wait", "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["new"] == 5
        collector.terminate()
        collector.wait(PATIENCE)


def test_analyse_answers_line_by_line(shell: Shell) -> None:
    with shell.start("analyse") as child:
        assert child.stdin is not None
        assert child.stdout is not None
        answers = []
        for text in ("Quel service génial, bravo à toute l'équipe", "This is a terrible network, really bad", ""):
            child.stdin.write(text.encode() + b"\n")
            child.stdin.flush()
            answers.append(json.loads(child.stdout.readline()))
        child.stdin.close()
        assert child.wait(PATIENCE) == 0
    assert [(answer["lang"], answer["sentiment"]) for answer in answers] == [("fr", 1), ("en", -1), ("", 0)]
    assert all(-1 <= answer["score"] <= 1 and 0 <= answer["confidence"] <= 1 for answer in answers)
    assert answers[1]["why"]


# ---- walls -------------------------------------------------------------------------------------------------------


@pytest.fixture
def tmux(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """A tmux server of its own."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not here")
    monkeypatch.setenv("TMUX_TMPDIR", str(home))

    def run(*words: str) -> str:
        return subprocess.run(["tmux", *words], capture_output=True, text=True, check=False).stdout

    yield run
    run("kill-server")


def test_a_wall_has_its_tiles_and_one_collector(shell: Shell, tmux: Callable[..., str]) -> None:
    text = shell.config.read_text(encoding="utf-8")
    shell.config.write_text(text + '[wall]\ncrise = ["alerts", "trends", "mentions"]\n', encoding="utf-8")
    assert shell.process("wall", "crise").returncode == 0
    panes = tmux("list-panes", "-s", "-t", "=socialhub-crise:", "-F", "#{window_name} #{pane_dead}").splitlines()
    assert panes == ["socialhub-crise 0"] * 3 + ["socialhub-collector 0"]
    wait_for(lambda: who_collects(shell), "somebody collects")
    before = tmux("display-message", "-p", "-t", "=socialhub-crise:", "#{pane_pid}")
    assert shell.process("wall", "crise").returncode == 0
    assert tmux("display-message", "-p", "-t", "=socialhub-crise:", "#{pane_pid}") == before
    assert shell.process("wall", "crise", "--fresh").returncode == 0
    assert tmux("display-message", "-p", "-t", "=socialhub-crise:", "#{pane_pid}") != before
    wait_for(lambda: "0" in tmux("list-panes", "-t", "=socialhub-crise:", "-F", "#{pane_dead}"), "its tiles live")


def test_an_unknown_layout_names_those_there_are(shell: Shell) -> None:
    result = shell("wall", "nope")
    assert result.exit_code == 2
    assert "room" in result.stderr


def test_without_tmux_a_wall_is_a_sentence(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    result = shell("wall")
    assert result.exit_code == 3
    assert "tmux" in result.stderr


# ---- played rooms ------------------------------------------------------------------------------------------------


class Screen:
    """A program on a terminal of its own. `folder` is where temporary rooms lie."""

    def __init__(self, words: list[str], folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        environ = {**os.environ, "TERM": "xterm-256color", "TMPDIR": str(folder), "LINES": "40", "COLUMNS": "120"}
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execve(sys.executable, [sys.executable, "-m", "socialhub", *words], environ)
        self.shown = b""

    def shows(self, *words: bytes) -> bool:
        """Whether all of this has been drawn by now."""
        while select.select([self.terminal], [], [], 0)[0]:
            try:
                chunk = os.read(self.terminal, 65_536)
            except OSError:
                break
            if not chunk:
                break
            self.shown += chunk
        return all(word in self.shown for word in words)

    def end(self) -> int:
        """Wait for its end; the exit code."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.shows()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.05)
        os.kill(self.pid, signal.SIGKILL)
        raise AssertionError(f"it does not end: {self.shown[-400:]!r}")

    @property
    def rooms(self) -> list[Path]:
        """The temporary rooms that are there now."""
        return list(self.folder.glob("socialhub-*"))


def test_a_replay_shows_the_file_and_leaves_nothing(shell: Shell, tmp_path: Path) -> None:
    path = shell.home / "b.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in LINES), encoding="utf-8")
    screen = Screen(shell.words("replay", str(path), "--speed", "60"), tmp_path / "tmp")
    wait_for(lambda: screen.shows(b"La fibre", b"Essai"), "the mentions are on the screen")
    assert screen.rooms
    os.write(screen.terminal, b"q")
    assert screen.end() == 0
    assert screen.rooms == []
    assert not shell.cache.exists()


def test_a_demonstration_that_is_ended_leaves_nothing(shell: Shell, tmp_path: Path) -> None:
    screen = Screen(shell.words("demo", "--speed", "10"), tmp_path / "tmp")
    wait_for(lambda: screen.shows(b"Mandarine", b"DEMO"), "the room is on the screen")
    os.kill(screen.pid, signal.SIGTERM)
    assert screen.end() == 128 + signal.SIGTERM
    wait_for(lambda: screen.rooms == [], "the temporary room is gone")


def test_a_replay_of_nothing_is_a_sentence(shell: Shell) -> None:
    path = shell.home / "empty.jsonl"
    path.write_text("no mention here\n", encoding="utf-8")
    result = shell("replay", str(path))
    assert result.exit_code == 1
    assert "holds no mention" in result.stderr
    assert shell("replay", str(shell.home / "missing.jsonl")).exit_code == 1


def test_the_first_start_offers_to_begin(home: Path) -> None:
    screen = Screen([], home / "tmp")
    wait_for(lambda: screen.shows(b"demonstration"), "the offer is shown")
    os.write(screen.terminal, b"q\n")
    assert screen.end() == 0
