"""The watched folder: everything once, growth from where it stood."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from socialhub.clock import HOUR, real_now
from socialhub.errors import SourceError
from socialhub.model import Draft
from socialhub.sources import create
from socialhub.sources.kinds.file import FileSettings
from tests.servers import NOON, clock_at, make_client, make_context
from tests.sources.test_mention_files import line


class Folder:
    """A folder watched as the collector would; files in it are an hour old unless said otherwise."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.source = create(FileSettings(name="crm", folder=str(path)), make_context(make_client(), clock_at(NOON)))
        self.cursor: dict[str, Any] = {}
        self.error: SourceError | None = None
        self._age = HOUR

    def write(self, name: str, content: str, *, append: bool = False, age: int | None = None) -> None:
        """Write or append; every write looks a moment younger than the one before."""
        with (self.path / name).open("a" if append else "w") as opened:
            opened.write(content)
        self._age -= 1_000
        moment = (real_now() - (self._age if age is None else age)) / 1000
        os.utime(self.path / name, (moment, moment))

    async def poll(self, *, batches: int | None = None) -> list[str]:
        """The native ids of one poll; after `batches` batches the process "dies"."""
        self.error = None
        ids: list[str] = []
        count = 0
        try:
            async for batch in self.source.run(json.loads(json.dumps(self.cursor))):
                ids += [item.native_id for item in batch.items if isinstance(item, Draft)]
                self.cursor = batch.cursor
                count += 1
                if count == batches:
                    break
        except SourceError as error:
            self.error = error
        return ids


async def test_a_file_is_read_once_and_on_when_it_grows(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert await folder.poll() == []
    folder.write("a.jsonl", line(native_id="1") + "\n")
    assert await folder.poll() == ["1"]
    assert await folder.poll() == []
    folder.write("a.jsonl", line(native_id="2") + "\nbad\n", append=True)
    folder.write("b.csv", "date;texte;id\n2026-11-21;x;3\n")
    assert await folder.poll() == ["2", "3"]
    assert folder.error is not None
    assert folder.error.reason.values["line"] == 3
    assert await folder.poll() == []
    assert folder.error is None


async def test_a_line_that_is_still_being_written_waits(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    whole = line(native_id="2") + "\n"
    folder.write("a.jsonl", line(native_id="1") + "\n" + whole[:20], age=0)
    assert await folder.poll() == ["1"]
    assert folder.error is None
    folder.write("a.jsonl", whole[20:], append=True, age=0)
    assert await folder.poll() == ["2"]
    folder.write("a.jsonl", "half", append=True)
    assert await folder.poll() == []
    assert folder.error is not None


async def test_a_last_line_without_a_line_end_is_read(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write("a.jsonl", line(native_id="1"), age=0)
    assert await folder.poll() == ["1"]


async def test_another_file_of_the_same_name_is_read_from_its_start(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write("a.jsonl", line(native_id="1") + "\n")
    await folder.poll()
    folder.write("a.jsonl", line(native_id="8") + "\n" + line(native_id="9") + "\n")
    assert await folder.poll() == ["8", "9"]


async def test_a_death_in_the_middle_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write("a.jsonl", "".join(line(native_id=str(n)) + "\n" for n in range(1_200)))
    first = await folder.poll(batches=2)
    assert len(first) == 1_000
    assert first + await folder.poll() == [str(n) for n in range(1_200)]


async def test_lines_of_other_sources_are_told_apart_and_old_ones_are_backfill(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write("a.jsonl", line(source="other", native_id="1", published_at=NOON // 1000) + "\n" + line(native_id="1"))
    items = [item async for batch in folder.source.run({}) for item in batch.items if isinstance(item, Draft)]
    assert [(item.native_id, item.backfill) for item in items] == [("other/1", False), ("1", True)]


async def test_only_whole_readable_files_are_looked_at(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    for name in (".hidden.jsonl", "notes.txt", "a.jsonl.part"):
        folder.write(name, line() + "\n")
    (tmp_path / "folder.jsonl").mkdir()
    os.mkfifo(tmp_path / "pipe.jsonl")
    folder.write("young.csv", "date;texte\n2026-11-21;hal", age=0)
    assert await folder.poll() == []


async def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "nowhere")
    await folder.poll()
    assert folder.error is not None
    assert folder.error.reason.code == "file-missing"


@pytest.mark.skipif(os.getuid() == 0, reason="root reads everything")
async def test_a_file_that_may_not_be_read_is_said(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write("a.jsonl", line() + "\n")
    (tmp_path / "a.jsonl").chmod(0)
    await folder.poll()
    assert folder.error is not None
    assert folder.error.reason.code == "file-unreadable"
