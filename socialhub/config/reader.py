"""A table of TOML into a settings object, whatever its class: the fields and their annotations say what is allowed.

Every mistake is reported and the reading goes on, so that the user sees them all at once.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, field, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from socialhub.config.lines import KeyPath, Lines
from socialhub.config.problems import BadValue, Problem, nearest, shown
from socialhub.config.values import Place, expect, read_form
from socialhub.i18n import _
from socialhub.records import dataclass
from socialhub.sources.settings import Meaning

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Setting:
    """One key: the type of its value (or of each in a list), its meaning, whether it must be written."""

    name: str
    kind: type
    many: bool
    meaning: Meaning | None
    required: bool


def settings_of(cls: type) -> dict[str, Setting]:
    """The keys of a settings class by name, in their order."""
    return _settings_of(cls)


@cache
def _settings_of(cls: type) -> dict[str, Setting]:
    hints = get_type_hints(cls, include_extras=True)
    return {
        each.name: _setting(each.name, hints[each.name], each.default is MISSING and each.default_factory is MISSING)
        for each in fields(cls)
    }


def _setting(name: str, hint: Any, required: bool) -> Setting:
    many = False
    meaning: Meaning | None = None
    while get_origin(hint) is not None:
        if get_origin(hint) is Annotated:
            meaning = hint.__metadata__[0]
        many = many or get_origin(hint) is tuple
        hint = next(part for part in get_args(hint) if part is not types.NoneType and part is not Ellipsis)
    return Setting(name, hint, many, meaning, required)


@dataclass(slots=True)
class Reading:
    """One pass over one document: where its keys stand, and the problems met so far."""

    path: Path
    lines: Lines
    check_queries: bool = True
    problems: list[Problem] = field(default_factory=list)

    def report(
        self, at: KeyPath, message: str, suggestion: str = "", *, warning: bool = False, lines_down: int = 0
    ) -> None:
        """Note a problem at a key of the document, or `lines_down` below the start of its value."""
        line = self.lines.within(at, lines_down) if lines_down else self.lines.of(at)
        self.problems.append(Problem(self.path, line, shown_key(at), message, suggestion, warning))

    def has_problem(self, at: KeyPath) -> bool:
        """Whether something is wrong with a key."""
        return any(problem.key == shown_key(at) and not problem.warning for problem in self.problems)

    def unknown(self, at: KeyPath, valid: Iterable[str]) -> None:
        """Note a key that does not exist, with the nearest that does."""
        self.report(at, _("unknown key"), nearest(str(at[-1]), valid))

    def table(self, document: Mapping[str, Any], name: str) -> dict[str, Any]:
        """A table of the document, empty when it is absent or is something else (which is reported)."""
        value = document.get(name, {})
        return self.value(value, dict, (name,)) or {}

    def tables(self, document: Mapping[str, Any], name: str) -> list[tuple[KeyPath, dict[str, Any]]]:
        """The tables of an array ([[name]]) with their paths; what is not a table is reported and left out."""
        return self._tables_in(document.get(name, []), (name,))

    def _tables_in(self, value: object, at: KeyPath) -> list[tuple[KeyPath, dict[str, Any]]]:
        if isinstance(value, dict):
            path = ".".join(str(part) for part in at if isinstance(part, str))
            self.report(at, _("this is a list of tables: write double brackets"), f"[[{path}]]")
            return []
        rows = self.value(value, list, at) or []
        return [
            ((*at, index), row) for index, row in enumerate(rows) if self.value(row, dict, (*at, index)) is not None
        ]

    def value(self, raw: object, kind: type, at: KeyPath) -> Any:
        """`raw` if it has this type, else None (which is reported)."""
        try:
            return expect(raw, kind)
        except BadValue as bad:
            self.report(at, bad.message, bad.suggestion)
            return None

    def settings(self, cls: type[S], table: Mapping[str, Any], at: KeyPath, *, extra: Iterable[str] = ()) -> S | None:
        """The table as a `cls`; None when a key that must be there is missing or wrong.

        An optional key that is wrong is reported and takes its default, so that other checks can go on. `extra` are
        keys that somebody else reads.
        """
        known = settings_of(cls)
        valid = [*known, *extra]
        values: dict[str, Any] = {}
        for name, raw in table.items():
            if name in known:
                self._read_into(values, known[name], raw, (*at, name))
            elif name not in valid:
                self.unknown((*at, name), valid)
        missing = [name for name, setting in known.items() if setting.required and name not in values]
        for name in missing:
            if name not in table:
                self.report(at, _('the key "{name}" is missing').format(name=name))
        return None if missing else cls(**values)

    def _read_into(self, values: dict[str, Any], setting: Setting, raw: object, at: KeyPath) -> None:
        """Put the value of one key into `values` unless it is wrong."""
        if is_dataclass(setting.kind) and not setting.many:
            table = self.value(raw, dict, at)
            inner = None if table is None else self.settings(setting.kind, table, at)
            values.update({} if inner is None else {setting.name: inner})
        elif is_dataclass(setting.kind):
            rows = [self.settings(setting.kind, row, place) for place, row in self._tables_in(raw, at)]
            values[setting.name] = tuple(row for row in rows if row is not None)
        elif not setting.many:
            values.update((setting.name, value) for value in self._read_one(setting, raw, at))
        elif (rows := self.value(raw, list, at)) is not None:
            read = [value for index, row in enumerate(rows) for value in self._read_one(setting, row, (*at, index))]
            values[setting.name] = tuple(read)

    def _read_one(self, setting: Setting, raw: object, at: KeyPath) -> list[Any]:
        """The value in a list of its own, or an empty list when it is wrong (which is reported)."""
        place = Place(self.path.absolute().parent, self.check_queries)
        try:
            return [read_form(raw, setting.kind, setting.meaning, place)]
        except BadValue as bad:
            self.report(at, bad.message, bad.suggestion, lines_down=bad.lines_down)
            return []


def shown_key(at: KeyPath) -> str:
    """A path as people read it, positions counted from 1: "sources[2].url"."""
    text = ""
    for part in at:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{shown(part)}" if text else shown(part)
    return text
