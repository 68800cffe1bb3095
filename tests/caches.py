"""Caches for tests: made once in a process by the store itself, then copied."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from socialhub.store.connection import open_writer


def new_cache(path: Path) -> Path:
    """An empty cache at `path`, as `open_writer` makes it; one that is there stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as out:
            out.write(_empty())
    return path


@cache
def _empty() -> bytes:
    """The file of a cache that was made and closed: its tables cost ten times what a copy does."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "cache.db"
        open_writer(path).close()
        return path.read_bytes()
