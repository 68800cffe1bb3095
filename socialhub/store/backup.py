"""Backup and restore. Copying the file would lose the write-ahead log: SQLite's own backup is used and verified."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from socialhub.i18n import _
from socialhub.store import schema
from socialhub.store.connection import (
    CacheDamagedError,
    CacheError,
    collector_lock,
    connect,
    explained,
    open_reader,
    schema_version,
)


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What was written and verified."""

    path: Path
    mentions: int
    size: int


def backup(cache: Path, target: Path) -> BackupReport:
    """Write a consistent copy of a cache in use; it appears under its name only when it is whole and sound."""
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    source = open_reader(cache)
    try:
        with explained(target):
            copy = _private_copy(partial)
            try:
                source.backup(copy, pages=2000)
                copy.execute("PRAGMA journal_mode=DELETE")
            finally:
                copy.close()
        report = verify(partial)
        os.replace(partial, target)
    finally:
        source.close()
        partial.unlink(missing_ok=True)
    return BackupReport(target, report.mentions, target.stat().st_size)


def _private_copy(path: Path) -> sqlite3.Connection:
    """A new database that only its owner may read: it holds what people wrote."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    return sqlite3.connect(path)


def verify(path: Path) -> BackupReport:
    """Check a backup: SQLite's integrity and a schema we know. Raises CacheError when it is not one."""
    try:
        return _verified(path)
    except CacheDamagedError as error:
        raise _no_backup(path) from error


def _no_backup(path: Path) -> CacheError:
    return CacheError(
        _("{path} is not a backup that this socialhub can read.").format(path=path),
        _("Check the file, or update socialhub."),
    )


def _verified(path: Path) -> BackupReport:
    with explained(path):
        db = connect(path, read_only=True)
        try:
            if not 0 < schema_version(db) <= schema.VERSION:
                raise _no_backup(path)
            (verdict,) = db.execute("PRAGMA integrity_check(1)").fetchone()
            if verdict != "ok":
                raise CacheError(_("{path} is damaged: {verdict}").format(path=path, verdict=verdict))
            (mentions,) = db.execute("SELECT count(*) FROM mentions").fetchone()
        finally:
            db.close()
    return BackupReport(path, int(mentions), path.stat().st_size)


def restore(saved: Path, cache: Path) -> BackupReport:
    """Put a verified backup in the place of the cache. The present one is kept beside it as `<cache>.before-restore`.

    Raises CacheError while a collector runs on the cache.
    """
    if not saved.exists():
        raise CacheError(_("There is no file {path}.").format(path=saved))
    report = verify(saved)
    cache.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = collector_lock(cache)
    if not lock.acquire():
        raise CacheError(
            _("A collector is using {path}.").format(path=cache), _("Quit it (and the consoles), then restore again.")
        )
    try:
        partial = cache.with_name(cache.name + ".partial")
        source = connect(saved, read_only=True)
        try:
            with explained(cache):
                partial.unlink(missing_ok=True)
                copy = _private_copy(partial)
                try:
                    source.backup(copy, pages=2000)
                finally:
                    copy.close()
        finally:
            source.close()
        _set_aside(cache)
        os.replace(partial, cache)
    finally:
        lock.release()
    return BackupReport(cache, report.mentions, cache.stat().st_size)


def _set_aside(cache: Path) -> None:
    """Move the present cache out of the way, its log merged into it first."""
    if not cache.exists():
        return
    with explained(cache):
        db = connect(cache, read_only=False)
        try:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            db.close()
    os.replace(cache, cache.with_name(cache.name + ".before-restore"))
    for suffix in ("-wal", "-shm"):
        cache.with_name(cache.name + suffix).unlink(missing_ok=True)
