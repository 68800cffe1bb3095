"""Files of mentions and metrics, JSON Lines or CSV, `.gz` or not: the reader that import, replay and the watched folder
share.

One bad line is reported with its number and never loses the file. Memory is bounded by a line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any, Final

import msgspec

from socialhub.errors import Reason
from socialhub.metrics import Measurement
from socialhub.model import Item
from socialhub.sources.exchange import BadLine, GoodLine, Line, UnreadableRecord, item_of
from socialhub.sources.raw_lines import TOO_LONG, CutOff, open_file, raw_lines
from socialhub.sources.tables import read_table

__all__ = ["BadLine", "GoodLine", "Line", "form_of", "in_one_source", "read_drafts", "read_object"]

BATCH_LINES: Final = 500
TABLES: Final = frozenset({".csv", ".tsv"})
OBJECTS: Final = frozenset({".jsonl", ".ndjson", ".json"})
"""The suffixes of tables and of JSON Lines; `.gz` may follow."""


def read_drafts(
    path: Path, *, zone: tzinfo = UTC, source: str = "", start: int = 0, lines_before: int = 0
) -> Iterator[Line]:
    """The mentions of a JSON Lines or CSV file (`.gz` or not), line by line, good and bad ones.

    `zone` is that of dates without one; `source` names the lines that name none (JSON Lines must, without it); `start`
    is an offset in an uncompressed JSON Lines file, `lines_before` how many lines stand before it.
    Raises SourceError when the file cannot be opened.
    """
    if form_of(path) in TABLES:
        return read_table(path, zone, source)
    return _read_objects(path, zone, source, start, lines_before)


def form_of(path: Path) -> str:
    """The suffix that tells the format, `.gz` aside."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def _read_objects(path: Path, zone: tzinfo, source: str, start: int, lines_before: int) -> Iterator[Line]:
    number, end = lines_before, start
    with open_file(path) as opened:
        try:
            for raw, end in raw_lines(opened, start):
                number += 1
                if raw is TOO_LONG:
                    yield BadLine(number, Reason("line-too-long"), end)
                elif raw.strip(b"\xef\xbb\xbf \t\r\n"):
                    yield read_object(raw, number, end, zone, source)
        except CutOff:
            yield BadLine(number + 1, Reason("file-cut"), end)


def _decode(raw: bytes) -> Any:
    """JSON, also with a byte order mark, in CP1252 or with lone surrogates; raises ValueError."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        decoded = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        decoded = raw.decode("cp1252", "replace")
    try:
        lenient = json.dumps(json.loads(decoded), ensure_ascii=False)
        return json.loads(lenient.encode("utf-8", "replace"))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def read_object(raw: bytes, number: int, end: int, zone: tzinfo, source: str) -> Line:
    """One line of JSON Lines, the `number`th of its file, which ends before the offset `end`; as `read_drafts`."""
    whole = raw.endswith(b"\n")
    try:
        record = _decode(raw)
    except ValueError:
        return BadLine(number, Reason("line-not-json"), end, whole)
    if not isinstance(record, dict):
        return BadLine(number, Reason("line-not-json"), end, whole)
    named = record.get("source")
    name = named.strip() if isinstance(named, str) else ""
    if not (name or source):
        return BadLine(number, Reason("line-no-source"), end, whole)
    try:
        return GoodLine(number, name or source, item_of(record, zone, raw.strip()), end)
    except UnreadableRecord as error:
        return BadLine(number, error.reason, end, whole)


def in_one_source(line: GoodLine, name: str) -> Item:
    """The item of a line that names another source than `name`, told apart within `name` by that source's name.

    A metric is one however many files of the source tell of it.
    """
    if line.source in ("", name) or isinstance(line.item, Measurement) or not line.item.native_id:
        return line.item
    return replace(line.item, native_id=f"{line.source}/{line.item.native_id}")
