"""A disk that is full or may not be written, and a cache of a newer version: a sentence, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from socialhub.store.connection import open_writer
from socialhub.store.schema import VERSION
from tests.processes.programs import PATIENCE, Loopback, Programs, wait_for
from tests.sources.fake_bluesky import FakeJetstream, commit, post_uri, record

_BEGIN = 1_795_000_000_000_000
_LONG = "La fibre ne marche plus à Lyon, et personne ne répond. " * 12


class Disk:
    """A small file system of its own."""

    def __init__(self, point: Path) -> None:
        self.point = point

    def mount(self, options: str) -> None:
        """Mount it anew."""
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "socialhub-test", self.point], check=True)

    def remount(self, options: str) -> None:
        """Change it while it is in use."""
        subprocess.run(["mount", "-o", f"remount,{options}", self.point], check=True)


@pytest.fixture
def disk(programs: Programs, tmp_path: Path) -> Iterator[Disk]:
    """The disk of the cache: 2 MB."""
    point = tmp_path / "disk"
    point.mkdir()
    made = Disk(point)
    try:
        made.mount("size=2m")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no file system can be mounted here (that needs root)")
    programs.cache = point / "cache.db"
    yield made
    programs.close()
    subprocess.run(["umount", "--lazy", point], check=True)


def _frames(count: int) -> list[str]:
    return [commit(_BEGIN + place * 1000, f"{place:013d}", record(f"{_LONG} {place}")) for place in range(count)]


def _configure(programs: Programs, server: FakeJetstream) -> None:
    programs.configure(
        f'[[sources]]\nname = "bluesky"\nkind = "jetstream"\nservers = ["{server.url}"]\nallow_private = true\n'
    )


def test_a_full_disk_stops_nobody_and_loses_nothing(programs: Programs, loopback: Loopback, disk: Disk) -> None:
    _configure(programs, loopback.open(FakeJetstream(_frames(1500))))
    collector = programs.start("collect")
    wait_for(lambda: "is full; nothing was lost" in programs.output(), "it says that the disk is full")
    assert 0 < programs.stored() < 1500
    assert programs.run("status").returncode == 0
    assert "Free some space" in programs.run("doctor").stdout
    # A page that was free lets a small write through.
    paused = programs.run("sources", "resume", "bluesky")
    assert paused.returncode == 0 or "is full" in paused.stderr
    assert collector.poll() is None
    disk.remount("size=64m")
    programs.wait_stored(1500)
    collector.terminate()
    assert collector.wait(PATIENCE) == 0
    with programs.reading() as db:
        stored = [uri for (uri,) in db.execute("SELECT canonical_id FROM mentions ORDER BY canonical_id").fetchall()]
    assert stored == [post_uri(place) for place in range(1500)]
    assert programs.is_sound()
    assert "Traceback" not in programs.output()


def test_a_disk_that_is_full_from_the_start_is_a_sentence(programs: Programs, loopback: Loopback, disk: Disk) -> None:
    _configure(programs, loopback.open(FakeJetstream()))
    ballast = disk.point / "ballast"
    with ballast.open("wb") as filled:
        os.posix_fallocate(filled.fileno(), 0, os.statvfs(disk.point).f_bavail * os.statvfs(disk.point).f_frsize)
    refused = programs.run("collect")
    assert refused.returncode == 3
    assert "is full" in refused.stderr
    assert "Traceback" not in refused.stderr
    ballast.unlink()
    assert programs.run("collect", "--once").returncode == 0


def test_a_cache_that_may_only_be_read_is_read(programs: Programs, loopback: Loopback, disk: Disk) -> None:
    _configure(programs, loopback.open(FakeJetstream(_frames(20))))
    collector = programs.start("collect")
    programs.wait_stored(20)
    collector.kill()
    collector.wait()
    disk.remount("ro")
    assert "20 mentions" in programs.run("search", "fibre").stderr
    refused = programs.run("sources", "pause", "bluesky")
    assert refused.returncode == 3
    assert "cannot be written" in refused.stderr
    refused = programs.run("collect")
    assert refused.returncode == 3
    assert "Read-only file system" in refused.stderr
    terminal = programs.show("run")
    terminal.until("La fibre")
    terminal.until("nobody collects")
    terminal.press("m")
    terminal.until("cannot be written")
    terminal.press("q")
    assert terminal.ended() == 0


def test_a_cache_of_a_newer_version_is_left_alone_with_a_sentence(programs: Programs, loopback: Loopback) -> None:
    _configure(programs, loopback.open(FakeJetstream(_frames(20))))
    collector = programs.start("collect")
    programs.wait_stored(20)
    with closing(open_writer(programs.cache)) as writer:
        writer.db.execute(f"PRAGMA user_version={VERSION + 1}")
    # What runs already stops writing; what is started now does not begin.
    assert collector.wait(PATIENCE) == 3
    assert "newer socialhub" in programs.output()
    assert "Traceback" not in programs.output()
    for words in (("status",), ("sources", "pause", "bluesky"), ("collect",)):
        refused = programs.run(*words)
        assert refused.returncode == 3, refused
        assert "newer socialhub" in refused.stderr
        assert "Restart with the newer version" in refused.stderr
    terminal = programs.show("pane", "mentions", columns=80, rows=24)
    terminal.until("newer socialhub")
    terminal.press("q")
    assert terminal.ended() == 0
