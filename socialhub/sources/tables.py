"""CSV as people export it: `;`, `,` or tab, UTF-8 or CP1252, French or English headers. Rows become records.

A table with a value and without a text is one of metrics, and so is one of numbers in columns that mentions have not.
"""

from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Iterator
from datetime import tzinfo
from pathlib import Path
from typing import Any, Final

from socialhub.errors import Reason
from socialhub.metrics import METRIC, Measurement
from socialhub.records import dataclass
from socialhub.sources.exchange import BadLine, GoodLine, Line, UnreadableRecord, item_of, row_identity
from socialhub.sources.measurements import HourTwice, is_metric, number_of
from socialhub.sources.metric_tables import Wide, long_keys, wide_in
from socialhub.sources.raw_lines import MOST_LINE_BYTES, TOO_LONG, CutOff, open_file, raw_lines

_DELIMITERS: Final = ";,\t"
# Our key -> what exports of CRMs and spreadsheets call it, folded (lower case, no accents, blanks for signs).
_ALIASES: Final = {
    "published_at": "published at|date|published|created at|datetime|timestamp|horodatage|jour|publie le|cree le"
    "|date de publication|date publication|date et heure|date heure|date de creation|debut|start|periode|period",
    "time": "heure|time",
    "text": "text|texte|message|contenu|content|commentaire|comment|avis|verbatim|corps|body|description|review",
    "title": "title|titre|objet|subject|sujet",
    "url": "url|lien|link|adresse|permalien|permalink",
    "author": "author|auteur|nom|name|client|pseudo|utilisateur|user",
    "handle": "handle|compte|account|username",
    "rating": "rating|note|etoiles|stars|score",
    "native_id": "native id|id|identifiant|reference|ref|numero",
    "source": "source|canal|channel",
    "lang": "lang|langue|language",
    "likes": "likes|j aime|aime|favoris",
    "shares": "shares|partages|retweets",
    "replies": "replies|reponses",
    "reach": "reach|portee|vues|views|impressions",
    "followers": "followers|abonnes",
    "account_created_at": "account created at|compte cree le",
    "metric": "metric|indicateur|metrique|mesure|measure|kpi",
    "value": "value|valeur|nombre|quantite|volume|count|total",
    "unit": "unit|unite",
    "topic": "topic|theme",
    "place": "place|lieu|ville|city|region",
    "kind": "kind|type",
    "site": "site",
    "parent_id": "parent id",
    "canonical_id": "canonical id",
    "deleted": "deleted|supprime",
}
_GUARDED: Final = ("'=", "'+", "'-", "'@", "'\t", "'\r")
# What an export (ours too) puts before a text that a spreadsheet would take for a formula is no part of the text.
_KNOWN: Final = frozenset(_ALIASES)
_KEY_OF: Final = {alias: key for key, aliases in _ALIASES.items() for alias in aliases.split("|")}


def _folded(header: str) -> str:
    decomposed = unicodedata.normalize("NFKD", header.casefold())
    kept = (char if char.isalnum() else "" if unicodedata.combining(char) else " " for char in decomposed)
    return " ".join("".join(kept).split())


def _encoding(path: Path) -> str:
    """UTF-8 if every line is, else what old spreadsheets write."""
    with open_file(path) as opened:
        try:
            for line, _end in raw_lines(opened):
                if line is not TOO_LONG:
                    line.decode("utf-8-sig")
        except UnicodeDecodeError:
            return "cp1252"
        except CutOff:
            pass
    return "utf-8-sig"


class _Lines:
    """The decoded lines for csv.reader; notes which physical lines were too long and whether the file is damaged."""

    def __init__(self, lines: Iterator[tuple[bytes | None, int]], encoding: str) -> None:
        self._lines = lines
        self._encoding = encoding
        self.number = 0
        self.too_long: list[int] = []
        self.cut = False

    def __iter__(self) -> Iterator[str]:
        try:
            for line, _end in self._lines:
                self.number += 1
                if line is TOO_LONG:
                    self.too_long.append(self.number)
                    yield "\n"
                else:
                    encoding = self._encoding if self.number == 1 else self._encoding.removesuffix("-sig")
                    yield line.decode(encoding, "replace")
        except CutOff:
            self.cut = True


def _delimiter(header: str) -> str:
    return max(_DELIMITERS, key=header.count) if header else ","


@dataclass(frozen=True, slots=True)
class _Form:
    """How the rows of a table are read. `metric` is the name of what a table of metrics tells where no column does, ""
    for a table of mentions; `comma_groups`: a comma parts columns, and so is no decimal mark. A `wide` one makes
    several rows of one.
    """

    keys: list[str]
    zone: tzinfo
    source: str
    metric: str
    comma_groups: bool
    twice: HourTwice
    wide: Wide | None


def read_table(path: Path, zone: tzinfo, source: str) -> Iterator[Line]:
    """The rows as mentions; `source` names those that name none. Raises SourceError when the file cannot be opened.

    A row without an id is identified by its date, author and text, so that importing it again changes nothing.
    """
    csv.field_size_limit(MOST_LINE_BYTES)
    encoding = _encoding(path)
    with open_file(path) as opened:
        lines = _Lines(raw_lines(opened), encoding)
        decoded = iter(lines)
        header_line = next((line for line in decoded if line.strip()), "")
        delimiter = _delimiter(header_line)
        try:
            header = next(csv.reader([header_line], delimiter=delimiter), [])
        except csv.Error:
            yield BadLine(1, Reason("line-not-csv"))
            return
        keys = [_KEY_OF.get(_folded(name), name) for name in header]
        named, wide = "", None
        if "value" in keys and "text" not in keys:
            keys, named = long_keys(keys), path.name.partition(".")[0]
        elif "text" not in keys:
            wide = wide_in(header, keys, _KNOWN, _first_row(path, encoding, delimiter))
        if wide is not None:
            keys, named = wide.keys, path.name.partition(".")[0]
        missing = next(
            (key for key in ("text", "published_at") if key not in keys and not (named and key == "text")), ""
        )
        if missing:
            yield BadLine(1, Reason("no-column", {"key": missing}))
            return
        form = _Form(keys, zone, source, named, delimiter == ",", HourTwice(zone), wide)
        yield from _rows(csv.reader(decoded, delimiter=delimiter), form, lines)


def _first_row(path: Path, encoding: str, delimiter: str) -> list[str]:
    """The first row below the header; empty where there is none."""
    with open_file(path) as opened:
        rows = csv.reader(iter(_Lines(raw_lines(opened), encoding)), delimiter=delimiter)
        try:
            found = (row for row in rows if any(cell.strip() for cell in row))
            next(found, None)
            return next(found, [])
        except csv.Error:
            return []


def _rows(reader: Iterator[list[str]], form: _Form, lines: _Lines) -> Iterator[Line]:
    while True:
        # A row may run over several lines: it is known by its first.
        number = lines.number + 1
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error:
            yield BadLine(number, Reason("line-not-csv"))
            continue
        for long in lines.too_long:
            yield BadLine(long, Reason("line-too-long"))
        lines.too_long.clear()
        if any(cell.strip() for cell in row):
            for each in form.wide.rows(row) if form.wide else (row,):
                yield _row(each, form, number)
    if lines.cut:
        yield BadLine(number, Reason("file-cut"))


def _row(row: list[str], form: _Form, number: int) -> Line:
    record: dict[str, Any] = {}
    for key, cell in zip(form.keys, row, strict=False):
        record.setdefault(key, cell[1:] if cell.startswith(_GUARDED) else cell)
    if form.metric:
        record["kind"] = METRIC
        record.setdefault("metric", form.metric)
    if is_metric(record) and (value := number_of(record.get("value"), comma_groups=form.comma_groups)) is not None:
        record["value"] = value
    if record.get("time"):
        record["published_at"] = f"{record['published_at']} {record['time']}"
    if not record.get("native_id", "").strip():
        record["native_id"] = row_identity(record)
    raw = json.dumps(record, ensure_ascii=False).encode("utf-8", "replace")
    try:
        item = item_of(record, form.zone, raw)
    except UnreadableRecord as error:
        return BadLine(number, error.reason)
    if isinstance(item, Measurement):
        item = form.twice.placed(item, record["published_at"])
    return GoodLine(number, record.get("source", "").strip() or form.source, item)
