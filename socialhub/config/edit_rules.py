"""Rules of alerts changed in config.toml itself, as topics are (see edit): what cannot be used is not written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args, get_type_hints

from socialhub.config.durations import format_duration
from socialhub.config.edit import EditRefused, encoded, end_of, parsed, put_behind, put_in_place
from socialhub.config.loading import content_of, decoded, read
from socialhub.config.problems import ConfigProblems, Problem
from socialhub.config.settings import AlertSettings, Config, plain
from socialhub.i18n import _
from socialhub.sources.settings import Meaning

if TYPE_CHECKING:
    from tomlkit.items import Table

RULE_KEYS: Final = tuple(setting.name for setting in fields(AlertSettings))
"""What can be written of a rule, in the order of the file."""
_TYPES: Final = get_type_hints(AlertSettings)


class RuleEditor:
    """Changes to the rules of one config file as it was when this was made."""

    def __init__(self, path: Path, *, demo: bool = False) -> None:
        """`demo` files are never written. Raises ConfigProblems when the file cannot be used as it is."""
        self._path, self._demo = path, demo
        self._before = content_of(path)
        self._text = decoded(self._before, path)
        self._config = read(self._text, path)

    def _text_with(self, rule: str, written: Mapping[str, str]) -> str:
        import tomlkit

        values, document = _values(written), parsed(self._text)
        refused = self._refusal(_("{path} cannot be edited without moving things."), written)
        if document is None:
            raise refused
        place = next((at for at, each in enumerate(self._config.alerts) if rule and each.id == rule), None)
        present = document.get("alerts")
        if place is not None and isinstance(present, tomlkit.items.AoT):
            before = written_of(self._config.alerts[place])
            changed = [key for key in RULE_KEYS if before[key].strip() != written.get(key, "").strip()]
            _set(present[place], values, changed)
        elif isinstance(present, tomlkit.items.AoT) and present:
            put_behind(present, _table(values))
        elif present is None:
            block = tomlkit.dumps({"alerts": [_table(values)]})
            return f"{self._text.rstrip()}\n\n{block}" if self._text.strip() else block
        else:
            raise refused
        return tomlkit.dumps(document)

    def checked(self, rule: str, written: Mapping[str, str]) -> str:
        """The text of the file with the rule of this id ("" for a new one) as `written` says: key -> what was typed.

        What is empty is left to the kind. Raises ConfigProblems where that cannot be used, EditRefused where the file
        would say something else than before about other things.
        """
        wrong = {key: expected for key, value in _values(written).items() if (expected := _expected(key, value))}
        if wrong:
            raise ConfigProblems(Problem(self._path, None, f"alerts.{key}", message) for key, message in wrong.items())
        text = self._text_with(rule, written)
        if not self._differs_only_in(rule, read(text, self._path)):
            raise self._refusal(_("{path} cannot be edited without moving things."), written)
        return text

    def _differs_only_in(self, rule: str, config: Config) -> bool:
        """Whether another config has all that this one has, but for a rule (id; "": one more)."""
        kept, others = ([each for each in of.alerts if each.id != rule] for of in (self._config, config))
        return kept == others[: len(kept)] and (
            replace(config, alerts=(), warnings=()) == replace(self._config, alerts=(), warnings=())
        )

    def _refusal(self, reason: str, written: Mapping[str, str]) -> EditRefused:
        return EditRefused(reason.format(path=self._path), _paste(_values(written)))

    def save(self, rule: str, written: Mapping[str, str]) -> Config:
        """Write it in the place of the file; returns the config as it is then. Raises as `checked` does."""
        text = self.checked(rule, written)
        if self._demo:
            raise self._refusal(_("The demonstration's rules cannot be changed."), written)
        if content_of(self._path) != self._before:
            raise self._refusal(_("{path} was changed by somebody else meanwhile."), written)
        try:
            put_in_place(self._path, encoded(text, self._before))
        except OSError as error:
            message = _("{path} cannot be written ({detail}).").format(path=self._path, detail=error.strerror or error)
            raise EditRefused(message, _paste(_values(written))) from error
        return read(text, self._path)


def _values(written: Mapping[str, str]) -> dict[str, Any]:
    """What the file holds of what was typed: nothing of what is empty or goes without saying."""
    values = {key: value_of(key, text) for key in RULE_KEYS if (text := written.get(key, "")).strip()}
    plain_ones = (("enabled", True), ("id", values["kind"]))
    return {key: value for key, value in values.items() if (key, value) not in plain_ones}


def written_of(settings: AlertSettings) -> dict[str, str]:
    """What stands in the config for a rule, as it is typed; "" for what is left to its kind."""
    hints = get_type_hints(AlertSettings, include_extras=True)
    return {key: _typed(value, "duration" in _meanings(hints[key])) for key, value in plain(settings).items()}


def _typed(value: Any, is_duration: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return format_duration(value) if is_duration and value else str(value)


def usual_of(key: str, value: Any) -> str:
    """A value of a Rule as it is typed, for what is left out."""
    hints = get_type_hints(AlertSettings, include_extras=True)
    return _typed(value, "duration" in _meanings(hints[key]))


def _meanings(hint: Any) -> set[str]:
    """The names of what a type means, its parts too."""
    own = {each.form for each in getattr(hint, "__metadata__", ()) if isinstance(each, Meaning)}
    return own.union(*(_meanings(part) for part in get_args(hint)))


def is_number(key: str) -> bool:
    """Whether what is written for a key is a whole number, not a length of time."""
    hint = get_type_hints(AlertSettings, include_extras=True)[key]
    return int in {_TYPES[key], *get_args(_TYPES[key])} and "duration" not in _meanings(hint)


def value_of(key: str, text: str) -> Any:
    """What was typed as the file holds it."""
    asked, kinds = text.strip(), {_TYPES[key], *get_args(_TYPES[key])}
    if tuple in {getattr(kind, "__origin__", kind) for kind in kinds}:
        return [part.strip() for part in asked.split(",") if part.strip()]
    if bool in kinds:
        return {"true": True, "false": False}.get(asked.lower(), asked)
    if float in kinds:
        return _figure(asked)
    return int(asked) if int in kinds and asked.isdecimal() else asked


def _figure(asked: str) -> float | str:
    """A number as it is typed, also with a decimal comma; what is none stays as it is."""
    try:
        value = float("".join(asked.split()).replace(",", "."))
    except ValueError:
        return asked
    return int(value) if value.is_integer() else value


def _expected(key: str, value: Any) -> str:
    """What was expected for a key instead of such a value; "" where it is right."""
    if is_number(key) and not isinstance(value, int):
        return _("expected a whole number")
    is_figure = float in get_args(_TYPES[key])
    return _("expected a number") if is_figure and not isinstance(value, int | float) else ""


def _set(table: Table, values: Mapping[str, Any], changed: Iterable[str]) -> None:
    """Other values for what was changed; what is left to the kind goes."""
    after = end_of(table)
    for key in changed:
        if key in values:
            table[key] = values[key]
        elif key in table:
            del table[key]
    table.value.body.extend(after)


def _table(values: Mapping[str, Any]) -> Table:
    import tomlkit

    table = tomlkit.table()
    for key, value in values.items():
        table.append(key, value)
    return table


def _paste(values: Mapping[str, Any]) -> str:
    import tomlkit

    return tomlkit.dumps({"alerts": [_table(values)]})
