"""On which line every key of a TOML document stands: `tomllib` gives the values, this gives the places.

It trusts that `tomllib` has read the same text without complaint, and never interprets a value.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from typing import Final, TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]
"""("sources", 0, "url"): keys, and positions (from 0) in arrays."""

_SPACE: Final = re.compile(r"[ \t]*")
_BLANK: Final = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_BARE_VALUE: Final = re.compile(r"[^,\]}#\n]+")
_STRINGS: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)


class Lines:
    """The places of the keys of one document. `text` must be valid TOML with line ends as they are in the file.

    It is scanned at the first question: a config without a problem asks none.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._newlines = [match.start() for match in re.finditer("\n", text)]
        self._keys: dict[KeyPath, int] = {}
        self._values: dict[KeyPath, int] = {}
        self._tables: dict[KeyPath, int] = {}

    def of(self, path: KeyPath) -> int | None:
        """The line (from 1) of a key, else of the nearest table round it; None when even that is not written."""
        self._scan()
        while path:
            if path in self._keys:
                return self._line(self._keys[path])
            path = path[:-1]
        return None

    def within(self, path: KeyPath, lines_down: int) -> int | None:
        """The line `lines_down` below the start of a key's value: a place inside a text of several lines."""
        self._scan()
        start = self._values.get(path)
        return self.of(path) if start is None else self._line(start) + lines_down

    def paths(self) -> set[KeyPath]:
        """Every key, table and array element that is written."""
        self._scan()
        return set(self._keys)

    def _line(self, position: int) -> int:
        return bisect_left(self._newlines, position) + 1

    def _scan(self) -> None:
        """Go on to the end of the text; once there, nothing is left to do."""
        table: KeyPath = ()
        self._skip(_BLANK)
        while self._position < len(self._text):
            if self._at("["):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)

    def _header(self) -> KeyPath:
        start = self._position
        is_array = self._text.startswith("[[", start)
        self._position += 2 if is_array else 1
        names = self._key()
        self._position += 2 if is_array else 1
        path: KeyPath = ()
        for depth, name in enumerate(names, start=1):
            path = (*path, name)
            if path in self._tables and not (is_array and depth == len(names)):
                path = (*path, self._tables[path])
            self._keys.setdefault(path, start)
        if is_array:
            self._tables[path] = self._tables.get(path, -1) + 1
            path = (*path, self._tables[path])
            self._keys[path] = start
        return path

    def _pair(self, table: KeyPath) -> None:
        start = self._position
        path = table
        for name in self._key():
            path = (*path, name)
            self._keys.setdefault(path, start)
        self._position += len("=")
        self._skip(_SPACE)
        self._value(path)

    def _key(self) -> list[str]:
        names: list[str] = []
        while True:
            self._skip(_SPACE)
            quoted = self._at('"') or self._at("'")
            written = self._skip(_STRINGS if quoted else _BARE_KEY)
            names.append(str(tomllib.loads(f"k={written}")["k"]) if quoted else written)
            self._skip(_SPACE)
            if not self._at("."):
                return names
            self._position += len(".")

    def _value(self, path: KeyPath) -> None:
        if self._at("["):
            self._array(path)
        elif self._at("{"):
            self._inline_table(path)
        elif self._at('"') or self._at("'"):
            start = self._position
            written = self._skip(_STRINGS)
            opening = re.match(r"(?:\"\"\"|''')\r?\n", written)
            self._values[path] = start + (opening.end() if opening else 0)
        else:
            self._skip(_BARE_VALUE)

    def _array(self, path: KeyPath) -> None:
        self._position += len("[")
        index = 0
        self._skip(_BLANK)
        while not self._at("]"):
            self._keys[(*path, index)] = self._position
            self._value((*path, index))
            index += 1
            self._skip_comma()
        self._position += len("]")

    def _inline_table(self, path: KeyPath) -> None:
        self._position += len("{")
        self._skip(_BLANK)
        while not self._at("}"):
            self._pair(path)
            self._skip_comma()
        self._position += len("}")

    def _skip_comma(self) -> None:
        self._skip(_BLANK)
        if self._at(","):
            self._position += len(",")
            self._skip(_BLANK)

    def _at(self, sign: str) -> bool:
        return self._text.startswith(sign, self._position)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._position)
        if match is None:
            return ""
        self._position = match.end()
        return match.group()
