"""What in a JSON value is what: rows by one JMESPath expression, and by others the keys of the exchange format. Pure.

Without expressions a row is read as a record of the exchange format itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import tzinfo
from typing import Any, Final

import jmespath
from jmespath.exceptions import JMESPathError

from socialhub.clock import SECOND
from socialhub.metrics import METRIC
from socialhub.model import Item
from socialhub.sources.exchange import UnreadableRecord, item_of
from socialhub.sources.kinds.json import JsonFields
from socialhub.text import from_html

_MARKED_UP: Final = ("text", "title")
_MOST_RAW: Final = 65_536


class JsonMapping:
    """Reads rows and items. `html`: titles and texts are HTML. A row counts from `now` where no date is mapped."""

    def __init__(
        self, rows: str, fields: JsonFields | None, now: Callable[[], int], zone: tzinfo, *, html: bool = False
    ) -> None:
        self._rows = compiled(rows)
        self._fields = {name: compiled(path) for name, path in asdict(fields).items() if path} if fields else None
        self._now, self._zone, self._html = now, zone, html

    def rows(self, document: Any) -> list[Any] | None:
        """The rows of a document; None where there is no list of them."""
        rows = found(self._rows, document)
        return rows if isinstance(rows, list) else None

    def item(self, row: Any) -> Item:
        """What a row says. Raises UnreadableRecord."""
        record = self._record(row)
        for name in _MARKED_UP:
            value = record.get(name)
            if self._html and isinstance(value, str):
                record[name] = from_html(value)
        raw = json.dumps(row, ensure_ascii=False, default=str).encode("utf-8", "replace")[:_MOST_RAW]
        return item_of(record, self._zone, raw)

    def _record(self, row: Any) -> dict[str, Any]:
        if self._fields is None:
            if not isinstance(row, dict):
                raise UnreadableRecord("line-not-json")
            return dict(row)
        record = {name: value for name, path in self._fields.items() if (value := found(path, row)) is not None}
        if "metric" in self._fields:
            record.setdefault("kind", METRIC)
        if "published_at" not in self._fields:
            record["published_at"] = self._now() / SECOND
        record.setdefault("text", "")
        return record


def compiled(expression: str) -> Any:
    """A JMESPath expression that the config has checked."""
    return jmespath.compile(expression)


def found(expression: Any, value: Any) -> Any:
    """What an expression finds; None where it cannot be asked of this value."""
    try:
        return expression.search(value)
    except (JMESPathError, TypeError, ValueError):
        return None
