"""The lines of a file as bytes, `.gz` or not, with bounded memory: a line longer than the limit is passed over.

Opens regular files only; knows nothing of what the lines hold.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import Final, TypeAlias

from socialhub.errors import SourceError

OpenedFile: TypeAlias = BufferedReader | gzip.GzipFile

MOST_LINE_BYTES: Final = 1024 * 1024
TOO_LONG: Final = None
_REST_BYTES: Final = 65_536


class CutOff(Exception):
    """A compressed file ends in the middle or is damaged from here on."""


def open_file(path: Path) -> OpenedFile:
    """The file, decompressed when its name says `.gz`; raises SourceError("file-missing" or "file-unreadable")."""
    try:
        if not path.is_file():
            raise SourceError("file-missing" if not path.exists() else "file-unreadable", path=str(path))
        return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")
    except (FileNotFoundError, NotADirectoryError):
        raise SourceError("file-missing", path=str(path)) from None
    except OSError:
        raise SourceError("file-unreadable", path=str(path)) from None


def raw_lines(opened: OpenedFile, start: int = 0) -> Iterator[tuple[bytes | None, int]]:
    """Every line with its line end, and the offset behind it, from offset `start` on; TOO_LONG in place of a long one.

    Raises CutOff where a compressed file is damaged; what was whole before has been given.
    """
    try:
        offset = opened.seek(start)
        while line := opened.readline(MOST_LINE_BYTES + 1):
            offset += len(line)
            if len(line) <= MOST_LINE_BYTES:
                yield line, offset
                continue
            while not line.endswith(b"\n") and (line := opened.readline(_REST_BYTES)):
                offset += len(line)
            yield TOO_LONG, offset
    except (OSError, EOFError, zlib.error):
        raise CutOff from None
