"""Opening, locking, migrating: what several processes do to one cache."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
from pathlib import Path

import pytest

from socialhub.store import schema
from socialhub.store.connection import (
    CacheDamagedError,
    CacheMissingError,
    CacheNewerError,
    CacheReadOnlyError,
    Writer,
    collector_lock,
    data_version,
    last_rev,
    next_revs,
    open_reader,
    open_writer,
)

SPAWN = multiprocessing.get_context("spawn")


def _open_and_count(path: str, times: int) -> None:
    writer = open_writer(Path(path))
    for _time in range(times):
        with writer.transaction() as db:
            next_revs(db)
    writer.close()


def test_processes_that_open_a_new_cache_at_once_migrate_it_once_and_write_in_turn(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    processes = [SPAWN.Process(target=_open_and_count, args=(str(path), 50)) for _number in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 4
    reader = open_reader(path)
    assert last_rev(reader) == 200
    assert reader.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
    assert reader.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    reader.close()


def test_a_reader_notices_that_another_connection_committed(tmp_path: Path) -> None:
    writer = open_writer(tmp_path / "cache.db")
    reader = open_reader(tmp_path / "cache.db")
    before = data_version(reader)
    assert data_version(reader) == before
    with writer.transaction() as db:
        next_revs(db)
    assert data_version(reader) != before
    reader.close()
    writer.close()


def _write_half(writer: Writer) -> None:
    with writer.transaction() as db:
        next_revs(db, 5)
        db.execute("INSERT INTO facts VALUES ('rev', 1)")


def test_a_failed_transaction_leaves_nothing_and_gives_the_lock_back(tmp_path: Path) -> None:
    writer = open_writer(tmp_path / "cache.db")
    with pytest.raises(sqlite3.IntegrityError):
        _write_half(writer)
    with writer.transaction() as db:
        assert next_revs(db) == 1
    writer.close()


def test_a_cache_of_a_newer_version_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    writer = open_writer(path)
    writer.db.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    with pytest.raises(CacheNewerError, match="newer socialhub"), writer.transaction():
        pass
    writer.close()
    for opener in (open_reader, open_writer):
        with pytest.raises(CacheNewerError) as caught:
            opener(path)
        assert "Restart" in caught.value.hint


def test_a_missing_an_empty_and_a_foreign_file_each_get_their_sentence(tmp_path: Path) -> None:
    with pytest.raises(CacheMissingError):
        open_reader(tmp_path / "none.db")
    (tmp_path / "rubbish.db").write_bytes(b"this is no database at all" * 100)
    with pytest.raises(CacheDamagedError, match="not a socialhub cache"):
        open_reader(tmp_path / "rubbish.db")
    sqlite3.connect(tmp_path / "empty.db").close()
    (tmp_path / "empty.db").touch()
    with pytest.raises(CacheMissingError):
        open_reader(tmp_path / "empty.db")


@pytest.mark.skipif(os.geteuid() != 0 or not Path("/proc").exists(), reason="needs a read-only file system: /proc")
def test_a_place_that_cannot_be_written_gets_a_sentence() -> None:
    with pytest.raises(CacheReadOnlyError, match="cannot be written"):
        open_writer(Path("/proc/socialhub/cache.db"))


def test_the_collector_lock_is_for_one_and_ends_with_its_holder(tmp_path: Path) -> None:
    first, second = collector_lock(tmp_path / "cache.db"), collector_lock(tmp_path / "cache.db")
    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()


def test_the_tokenizer_of_the_index_splits_at_blanks_only(tmp_path: Path) -> None:
    writer = open_writer(tmp_path / "cache.db")
    with writer.transaction() as db:
        db.execute("INSERT INTO fts (rowid, title, body, marks) VALUES (1, '', '@lea_n 🔥 l eau', '#fibre')")
        for word in ("@lea_n", "🔥", "#fibre", "eau"):
            assert db.execute("SELECT rowid FROM fts WHERE fts MATCH ?", (f'"{word}"',)).fetchone() == (1,)
        assert db.execute("SELECT rowid FROM fts WHERE fts MATCH 'lea_n'").fetchone() is None
        db.execute(
            "INSERT INTO fts (fts, rowid, title, body, marks) VALUES ('delete', 1, '', '@lea_n 🔥 l eau', '#fibre')"
        )
    writer.close()
