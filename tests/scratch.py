"""Where the tests put their files: in memory, where the system has a folder for that, so that none waits for a disk."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final

MEMORY: Final = Path("/dev/shm")
ROOM: Final = 2 * 2**30
"""Bytes that must be free there: a run of all tests with several workers keeps less than a quarter of it."""


def use_memory() -> None:
    """From now on temporary files, those of programs the tests start too, lie in memory; unless TMPDIR says where."""
    if "TMPDIR" not in os.environ and _is_good(MEMORY):
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None


def _is_good(folder: Path) -> bool:
    """Whether there is room, and programs may be run from it."""
    if not os.access(folder, os.W_OK):
        return False
    system = os.statvfs(folder)
    return system.f_bavail * system.f_frsize >= ROOM and not system.f_flag & os.ST_NOEXEC
