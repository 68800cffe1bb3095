"""Opening the cache: connections, locks, migrations. The only place that knows SQLite's files and pragmas.

Readers never write. Every write of every process goes through `Writer.transaction`: an exclusive lock on
`<cache>.write.lock` around BEGIN IMMEDIATE … COMMIT (SQLite 3.7.0 to 3.51.2 can corrupt a WAL when checkpoints and
writers of several processes race: https://sqlite.org/wal.html, fixed in 3.51.3, 3.50.7 and 3.44.6). Nothing opens the
cache, its -wal or its -shm by path: closing such a file would drop SQLite's own locks.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from socialhub.errors import EXIT_ENVIRONMENT, UserError
from socialhub.i18n import _
from socialhub.store import schema
from socialhub.text import tokenise

Connection = sqlite3.Connection

LOCK_PATIENCE: Final = 30.0
"""Seconds a write waits for its turn before it gives up with a sentence; chunks hold the lock for 0.2 s at most."""
WAL_PAGES: Final = 4000
"""Pages the write-ahead log may grow to between two checkpoints (at 1 M rows commits are half the cost)."""
_NETWORK_FILE_SYSTEMS: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs", "fuse.rclone", "webdav"}
)


class CacheError(UserError):
    """The cache cannot be opened, read or written; the sentence says why and what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint, EXIT_ENVIRONMENT)


class CacheNewerError(CacheError):
    """The cache was written by a newer socialhub: it is only read until this process is restarted."""


class CacheFullError(CacheError):
    """No room is left on the disk."""


class CacheReadOnlyError(CacheError):
    """The cache or its folder may not be written."""


class CacheDamagedError(CacheError):
    """SQLite says that the file is damaged."""


class CacheMissingError(CacheError):
    """There is no cache yet."""


def explain(error: sqlite3.Error, path: Path) -> CacheError | None:
    """The sentence for a database error that a user can act on; None for a bug of ours."""
    text = str(error)
    if "disk is full" in text or ("disk I/O error" in text and _disk_is_full(path)):
        return CacheFullError(
            _("The disk of {path} is full; nothing was lost.").format(path=path),
            _("Free some space; collecting goes on by itself."),
        )
    if "readonly database" in text or "unable to open" in text:
        return CacheReadOnlyError(
            _("{path} cannot be written.").format(path=path),
            _("Check the owner and the rights of the file and its folder, or name another one with --cache."),
        )
    if "malformed" in text or "not a database" in text:
        return CacheDamagedError(
            _("{path} is damaged or is not a socialhub cache.").format(path=path),
            _("Run 'socialhub doctor --repair', or restore a backup."),
        )
    return None


def _disk_is_full(path: Path) -> bool:
    usage = os.statvfs(path.parent)
    return usage.f_bavail * usage.f_frsize < 1_000_000


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn database errors that a user can act on into sentences; let bugs through."""
    try:
        yield
    except sqlite3.Error as error:
        if known := explain(error, path):
            raise known from error
        raise


def _fold_words(text: str) -> str:
    return " ".join(token[1:] if token[0] == "#" else token for token in tokenise(text))


def _fold_marks(title: str, text: str) -> str:
    if "#" not in title and "#" not in text:
        return ""
    return " ".join(token for part in (title, text) for token in tokenise(part) if token[0] == "#")


def _words_hold(query: str, title: str, text: str) -> bool:
    from socialhub.query.asked import words_hold

    return words_hold(query, title, text)


def _place_codes(name: str) -> str:
    from socialhub.gazetteer import place_codes

    return json.dumps(place_codes(name))


def connect(path: Path, *, read_only: bool, threads: bool = False) -> Connection:
    """A connection with our pragmas and functions; `threads` allows use from another thread (never two at once)."""
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rw'}",
        uri=True,
        timeout=10.0,
        isolation_level=None,
        check_same_thread=not threads,
    )
    db.execute("PRAGMA synchronous=NORMAL")
    db.execute("PRAGMA wal_autocheckpoint=0")
    db.create_function("fold_words", 1, _fold_words, deterministic=True)
    db.create_function("fold_marks", 2, _fold_marks, deterministic=True)
    db.create_function("words_hold", 3, _words_hold, deterministic=True)
    db.create_function("place_codes", 1, _place_codes, deterministic=True)
    return db


def open_reader(path: Path, *, threads: bool = False) -> Connection:
    """A read-only connection to an existing cache, which is brought up to date first when an older socialhub wrote it.

    Raises CacheMissingError, CacheNewerError (schema of a newer socialhub) or another CacheError.
    """
    if not path.exists():
        raise CacheMissingError(
            _("There is no cache at {path} yet.").format(path=path), _("Start 'socialhub' or 'socialhub collect' once.")
        )
    with explained(path):
        db = connect(path, read_only=True, threads=threads)
        version = schema_version(db)
        if version == 0:
            db.close()
            raise CacheMissingError(_("{path} holds no cache yet.").format(path=path), _("Start 'socialhub' once."))
        if version > schema.VERSION:
            db.close()
            raise _newer(path)
        if version < schema.VERSION:
            open_writer(path).close()
    return db


def schema_version(db: Connection) -> int:
    """The version of the schema a connection sees."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def data_version(db: Connection) -> int:
    """A number that changes when another connection has committed something."""
    return int(db.execute("PRAGMA data_version").fetchone()[0])


def _newer(path: Path) -> CacheNewerError:
    return CacheNewerError(
        _("{path} was written by a newer socialhub: this one only reads it.").format(path=path),
        _("Restart with the newer version."),
    )


class FileLock:
    """An exclusive lock of one process on a file of its own, given back by the system when the process dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self, patience: float = 0.0) -> bool:
        """Take the lock within `patience` seconds; False when somebody else holds it."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + patience
        pause = 0.001
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.EACCES):
                    os.close(descriptor)
                    raise
                if time.monotonic() >= deadline:
                    os.close(descriptor)
                    return False
                time.sleep(pause)
                pause = min(pause * 1.5, 0.02)
            else:
                self._descriptor = descriptor
                return True

    def release(self) -> None:
        """Give the lock back; harmless when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._descriptor is not None


def collector_lock(path: Path) -> FileLock:
    """The lock that makes its holder the only collector of this cache."""
    return FileLock(path.with_name(path.name + ".lock"))


class Writer:
    """The writing side of one process. Not thread-safe: one owner at a time."""

    def __init__(self, path: Path, db: Connection) -> None:
        self.path = path
        self.db = db
        self._lock = FileLock(path.with_name(path.name + ".write.lock"))

    @contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[Connection]:
        """All or nothing, alone among all processes. `durable` waits for the disk (operator actions, received data).

        Raises a CacheError when the disk is full, the cache is read-only, newer or damaged; nothing is written then.
        """
        with explained(self.path):
            if not self._lock.acquire(LOCK_PATIENCE):
                raise CacheError(
                    _("Another process has been writing to {path} for {seconds} s.").format(
                        path=self.path, seconds=round(LOCK_PATIENCE)
                    ),
                    _("Look for a stopped socialhub process with 'socialhub doctor'."),
                )
            try:
                self.db.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
                self.db.execute("BEGIN IMMEDIATE")
                try:
                    if schema_version(self.db) > schema.VERSION:
                        raise _newer(self.path)
                    yield self.db
                    self.db.execute("COMMIT")
                except BaseException:
                    if self.db.in_transaction:
                        self.db.execute("ROLLBACK")
                    raise
            finally:
                self._lock.release()

    def use_wal(self) -> None:
        """Put the file into WAL mode, alone: SQLite does not wait for its turn on this one."""
        if not self._lock.acquire(LOCK_PATIENCE):
            raise CacheError(_("Another process holds {path}.").format(path=self.path))
        try:
            self.db.execute("PRAGMA journal_mode=WAL").fetchall()
        finally:
            self._lock.release()

    def checkpoint(self, *, truncate: bool = False) -> None:
        """Move the write-ahead log into the file; only the collector and offline commands call this."""
        with explained(self.path):
            if self._lock.acquire(LOCK_PATIENCE):
                try:
                    self.db.execute(f"PRAGMA wal_checkpoint({'TRUNCATE' if truncate else 'PASSIVE'})").fetchall()
                finally:
                    self._lock.release()

    def vacuum(self) -> None:
        """Rewrite the file without its free pages; waits for nobody and is skipped while others read."""
        with explained(self.path):
            if self._lock.acquire(LOCK_PATIENCE):
                try:
                    self.db.execute("VACUUM")
                finally:
                    self._lock.release()

    def close(self) -> None:
        """Close the connection."""
        self.db.close()


def open_writer(path: Path, *, threads: bool = False) -> Writer:
    """Open the cache for writing, creating and migrating it as needed. Raises a CacheError.

    SQLite removes the -wal when the last connection closes; that too is a checkpoint, hence all closing is brief.
    """
    _refuse_network_file_system(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = not path.exists()
        if new:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
            raise PermissionError(path)
        with explained(path):
            writer = Writer(path, connect(path, read_only=False, threads=threads))
            _migrate(writer)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise CacheFullError(_("The disk of {path} is full.").format(path=path), _("Free some space.")) from error
        raise CacheReadOnlyError(
            _("{path} cannot be written.").format(path=path),
            _("Check the owner and the rights of the file and its folder, or name another one with --cache."),
        ) from error
    return writer


def _migrate(writer: Writer) -> None:
    """Bring the schema up to date under the write lock; a newer one is refused."""
    version = schema_version(writer.db)
    if version > schema.VERSION:
        raise _newer(writer.path)
    if version == schema.VERSION:
        return
    from sqlite_utils import Database

    writer.use_wal()
    with writer.transaction(durable=True) as db:
        tables = Database(db)
        for number in range(schema_version(db), schema.VERSION):
            schema.MIGRATIONS[number](tables)
            db.execute(f"PRAGMA user_version={number + 1}")


def _refuse_network_file_system(path: Path) -> None:
    """SQLite's locks do not hold on network file systems: refuse them with a sentence (Linux; unknown elsewhere)."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    target = str(path.absolute())
    best, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        point = fields[1].replace("\\040", " ")
        if len(point) >= len(best) and (target == point or target.startswith(point.rstrip("/") + "/")):
            best, kind = point, fields[2]
    if kind in _NETWORK_FILE_SYSTEMS:
        raise CacheError(
            _("{path} lies on a network file system ({kind}), where SQLite's locks do not hold.").format(
                path=path, kind=kind
            ),
            _("Name a file on a local disk with --cache."),
        )


def next_revs(db: Connection, count: int = 1) -> int:
    """Take `count` revision numbers inside a write transaction; returns the first."""
    (last,) = db.execute("UPDATE facts SET value = value + ? WHERE name = 'rev' RETURNING value", (count,)).fetchone()
    return int(last) - count + 1


def last_rev(db: Connection) -> int:
    """The newest revision number given out."""
    return int(db.execute("SELECT value FROM facts WHERE name = 'rev'").fetchone()[0])
