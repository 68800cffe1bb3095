"""A watched folder: each file is read once, and from where it stood when it grows.

Tables and `.gz` files are read anew when they change: the ids of their mentions decide what is new. The cursor is
{file name: state}; it moves with every batch, so that a large file survives a restart in its middle.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from socialhub.clock import HOUR, SECOND, real_now
from socialhub.errors import SourceError
from socialhub.model import Batch, Cursor, Draft, Item
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.kinds.file import FileSettings
from socialhub.sources.mention_files import OBJECTS, TABLES, BadLine, GoodLine, form_of, in_one_source, read_drafts
from socialhub.sources.settings import SourceSettings

_BATCH_LINES: Final = 500
# A table that is still being written has no whole last row: it is left alone until it has rested for so long.
_REST: Final = 2 * SECOND
# A last line without a line end is taken for unfinished as long as its file is younger than this.
_UNFINISHED: Final = 60 * SECOND
_HEAD_BYTES: Final = 4096


class _State(msgspec.Struct, omit_defaults=True):
    """How far a file is read: bytes and lines, and what its start looked like (a digest over `head_bytes`).

    `size` and `modified` (ns) are those of the file when it was read to its end, -1 while it is not.
    """

    size: int = -1
    modified: int = -1
    offset: int = 0
    lines: int = 0
    head: str = ""
    head_bytes: int = 0


class _Found(msgspec.Struct, frozen=True):
    """A file in the folder."""

    name: str
    path: Path
    size: int
    modified: int

    @property
    def resumable(self) -> bool:
        """Whether it can be read on from an offset."""
        return form_of(self.path) in OBJECTS and self.path.suffix.lower() != ".gz"

    @property
    def rested(self) -> int:
        """Milliseconds since it was last written."""
        return real_now() - self.modified // 1_000_000


class FileSource:
    """One folder."""

    streaming = False

    def __init__(self, settings: FileSettings, context: SourceContext) -> None:
        self._settings = settings
        self._context = context

    async def run(self, cursor: Cursor) -> AsyncIterator[Batch]:
        """Read what is new. Raises SourceError("bad-lines") at the end, when everything readable has been given."""
        note = self._context.notebook.ask(str(self._settings.folder))
        found = await asyncio.to_thread(_list_folder, Path(self._settings.folder))
        note.facts["files"] = str(len(found))
        states: dict[str, _State] = {
            name: msgspec.convert(state, _State) for name, state in cursor.items() if name in found
        }
        first_bad: tuple[Path, int] | None = None
        count = 0
        for name, file in found.items():
            state = states.get(name, _State())
            unripe = form_of(file.path) in TABLES and file.rested < _REST
            if (file.size, file.modified) == (state.size, state.modified) or unripe:
                continue
            states[name] = state = await asyncio.to_thread(_resumed, file, state)
            async for items, problems in self._read(file, state):
                count += len(problems)
                note.count("lines", len(items) + len(problems))
                first_bad = first_bad or (problems and (file.path, problems[0].number)) or None
                yield Batch(items, msgspec.to_builtins(states), skipped=len(problems))
        note.end()
        yield Batch([], msgspec.to_builtins(states))
        if first_bad is not None:
            raise SourceError("bad-lines", count=count, path=str(first_bad[0]), line=first_bad[1])

    async def close(self) -> None:
        """Nothing is held open between polls."""

    async def _read(self, file: _Found, state: _State) -> AsyncIterator[tuple[list[Item], list[BadLine]]]:
        """Batches of items with the lines that could not be read; moves `state` along."""
        lines = read_drafts(
            file.path,
            zone=self._context.zone,
            source=self._settings.name,
            start=state.offset,
            lines_before=state.lines,
        )
        unfinished = False
        while taken := await asyncio.to_thread(lambda: list(islice(lines, _BATCH_LINES))):
            last = taken[-1]
            unfinished = isinstance(last, BadLine) and not last.whole and file.rested < _UNFINISHED
            if unfinished:
                taken.pop()
            if taken and file.resumable:
                state.offset, state.lines = taken[-1].end, taken[-1].number
                state.head, state.head_bytes = await asyncio.to_thread(_head, file.path, state.offset)
            yield (
                [self._item(line) for line in taken if isinstance(line, GoodLine)],
                [line for line in taken if isinstance(line, BadLine)],
            )
        if not unfinished:
            state.size, state.modified = file.size, file.modified

    def _item(self, line: GoodLine) -> Item:
        item = in_one_source(line, self._settings.name)
        if isinstance(item, Draft) and item.published is not None:
            item.backfill = item.published < self._context.clock.now() - HOUR
        return item


def _head(path: Path, offset: int) -> tuple[str, int]:
    """A digest of the start of a file, and over how many bytes."""
    with path.open("rb") as opened:
        start = opened.read(min(offset, _HEAD_BYTES))
    return hashlib.sha256(start).hexdigest()[:32], len(start)


def _resumed(file: _Found, state: _State) -> _State:
    """Where to read on: the known offset if the file only grew, its start if it is another file now."""
    fresh = _State()
    if not file.resumable or not state.offset or file.size < state.offset:
        return fresh
    try:
        same = _head(file.path, state.head_bytes) == (state.head, state.head_bytes)
    except OSError:
        raise SourceError("file-unreadable", path=str(file.path)) from None
    return msgspec.structs.replace(state, size=-1, modified=-1) if same else fresh


def _list_folder(folder: Path) -> dict[str, _Found]:
    """The files that can be read, by name, oldest first; hidden ones are not looked at."""
    found: list[_Found] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                path = Path(entry.path)
                if not entry.name.startswith(".") and form_of(path) in TABLES | OBJECTS and entry.is_file():
                    name = os.fsencode(entry.name).decode("utf-8", "backslashreplace")
                    status = entry.stat()
                    found.append(_Found(name, path, status.st_size, status.st_mtime_ns))
    except (FileNotFoundError, NotADirectoryError):
        raise SourceError("file-missing", path=str(folder)) from None
    except OSError:
        raise SourceError("file-unreadable", path=str(folder)) from None
    return {file.name: file for file in sorted(found, key=lambda file: (file.modified, file.name))}


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """The source of a watched folder."""
    assert isinstance(settings, FileSettings)
    return FileSource(settings, context)
