"""doctor: finds what is wrong, says what to do, mends what can be mended."""

from __future__ import annotations

import socket
import sqlite3
from pathlib import Path

import pytest

from socialhub.clock import DAY, HOUR, Clock, real_now
from socialhub.store import sources
from socialhub.store.connection import collector_lock, open_writer
from socialhub.store.sources import ensure_source, note_key
from tests.cli.conftest import Shell


def levels(shell: Shell, *options: str) -> dict[str, set[str]]:
    """area -> the levels found there."""
    found: dict[str, set[str]] = {}
    for row in shell.json("doctor", *options):
        found.setdefault(row["area"], set()).add(row["level"])
    return found


def test_a_sound_room_passes(room: Shell) -> None:
    result = room("doctor")
    assert result.exit_code == 0, result.output
    found = levels(room)
    assert {"terminal", "locale", "tmux", "clock", "disk", "sqlite", "cache", "collector", "config"} <= found.keys()
    assert all("fail" not in each for each in found.values())


def test_every_line_that_is_not_ok_says_what_to_do(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    shell.config.write_text("[hub]\nbad = 1\n", encoding="utf-8")
    rows = shell.json("doctor")
    assert {row["area"] for row in rows if row["level"] != "ok"} == {"tmux", "config"}
    assert all(row["advice"] for row in rows if row["level"] != "ok")
    assert shell("doctor").exit_code == 1


def test_a_secret_that_is_not_set_is_a_failure(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    with shell.config.open("a", encoding="utf-8") as file:
        file.write('[[sources]]\nname = "flux"\nkind = "rss"\nurl = "https://example.org/"\ntoken = "env:FLUX_TOKEN"\n')
    shell.config.write_text(shell.config.read_text(encoding="utf-8").replace('"Essai"', '"Essai"\ncontact = "a@b.c"'))
    assert levels(shell)["secrets"] == {"fail"}
    monkeypatch.setenv("FLUX_TOKEN", "abc")
    assert levels(shell)["secrets"] == {"ok"}


def test_a_pause_by_hand_is_told_and_one_that_may_be_forgotten_is_a_warning(room: Shell) -> None:
    def told() -> dict[str, str]:
        return {row["level"]: row["sentence"] for row in room.json("doctor") if row["area"] == "sources"}

    def pause(at: int, until: int | None) -> None:
        writer = open_writer(room.cache)
        with writer.transaction() as db:
            sources.pause(db, ensure_source(db, "le-monde", "rss"), at, until)
        writer.close()

    assert told() == {}
    pause(real_now(), real_now() + HOUR)
    assert told()["ok"].startswith("le-monde: paused by hand until ")
    assert "paused by hand until" in room("sources", "list").stdout
    pause(real_now() - 3 * DAY, None)
    assert told() == {"warn": "le-monde: paused by hand until somebody resumes it, for 3 d already."}
    (row,) = [row for row in room.json("sources", "list") if row["name"] == "le-monde"]
    assert row["paused_at"] is not None
    assert row["paused_until"] is None
    assert row["quarters_24h"]["hole"] > 0
    pause(real_now() - 3 * DAY, real_now() - DAY)
    assert told() == {}, "it ended by itself"
    writer = open_writer(room.cache)
    with writer.transaction() as db:
        sources.stop(db, ensure_source(db, "le-monde", "rss"))
    writer.close()
    assert told()["warn"].startswith("le-monde: ")


def test_a_key_that_ends_is_told_by_doctor_and_in_the_list_of_sources(room: Shell) -> None:
    for ends, level, words in (
        (real_now() + 3 * DAY, "warn", "its key ends in 2 days"),
        (1, "fail", "its key ended on"),
    ):
        writer = open_writer(room.cache)
        with writer.transaction() as db:
            note_key(db, ensure_source(db, "le-monde", "rss"), ends)
        writer.close()
        assert level in levels(room)["secrets"]
        assert f"le-monde: {words}" in room("doctor").stdout
        assert words in room("sources", "list").stdout
        assert words in room("status").stdout
    assert next(row["key_ends"] for row in room.json("sources", "list") if row["name"] == "le-monde")


def test_a_clock_that_was_set_back_is_told(room: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    yesterday = Clock(real_now(), real_now() - DAY, 1.0)
    monkeypatch.setenv("SOCIALHUB_CLOCK", yesterday.to_env())
    assert "fail" in levels(room)["clock"]
    assert "set back" in room("doctor").stdout


def test_wrong_counts_are_found_and_mended(room: Shell) -> None:
    writer = open_writer(room.cache)
    with writer.transaction() as db:
        db.execute("UPDATE counts SET mentions = mentions + 1")
    writer.close()
    assert "fail" in levels(room)["cache"]
    assert room("doctor", "--repair").exit_code == 0
    assert levels(room)["cache"] == {"ok"}


def test_a_damaged_file_is_saved_row_by_row(room: Shell) -> None:
    before = len(room.json("mentions", "list", "--limit", "500"))
    db = sqlite3.connect(room.cache)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (page,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'mentions_by_rev'").fetchone()
    (size,) = db.execute("PRAGMA page_size").fetchone()
    db.close()
    with room.cache.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    assert "fail" in levels(room)["cache"]
    result = room("doctor", "--repair")
    assert result.exit_code == 0, result.output
    assert "were saved" in result.stderr
    assert len(room.json("mentions", "list", "--limit", "500")) == before
    assert list(room.home.glob("cache.db.damaged-*"))


def test_what_is_no_cache_is_not_replaced(shell: Shell) -> None:
    shell.cache.write_bytes(b"a diary, and no database" * 1000)
    result = shell("doctor", "--repair")
    assert result.exit_code == 3
    assert "restore" in result.stderr
    assert shell.cache.read_bytes().startswith(b"a diary")


def test_nothing_is_mended_under_a_collector(room: Shell) -> None:
    lock = collector_lock(room.cache)
    assert lock.acquire()
    try:
        assert room("doctor", "--repair").exit_code == 3
    finally:
        lock.release()


def test_hosts_are_tried_only_when_asked(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with shell.config.open("a", encoding="utf-8") as file:
            file.write(
                f'[[sources]]\nname = "ici"\nkind = "rss"\nurl = "http://127.0.0.1:{port}/"\nallow_private = true\n'
            )
        assert levels(shell)["network"] == {"ok"}
        rows = [row for row in shell.json("doctor", "--network") if row["area"] == "network"]
        assert [row["level"] for row in rows] == ["ok"]
    rows = [row for row in shell.json("doctor", "--network") if row["area"] == "network"]
    assert [(row["level"], "refuses" in row["sentence"]) for row in rows] == [("fail", True)]


def test_a_place_that_cannot_be_written_is_told(shell: Shell, tmp_path: Path) -> None:
    rows = Shell(tmp_path / "nowhere").json("doctor")
    assert any(row["area"] == "cache" and "no cache" in row["sentence"] for row in rows)
