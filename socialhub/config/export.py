"""A config as it acts, written out as TOML: every default filled in, secrets by name as they were."""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import TYPE_CHECKING, Any

from socialhub.config.durations import format_duration
from socialhub.config.reader import settings_of
from socialhub.config.settings import Config, WatchlistSettings, effective, plain
from socialhub.keys import keymap
from socialhub.sources.settings import SourceSettings

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def to_toml(config: Config) -> str:
    """The whole config as TOML that `read` takes back to the same settings. What is empty is left out."""
    import tomlkit

    document = {
        "hub": _table(config.hub),
        "topics": [_table(topic) for topic in config.topics],
        "sources": [_table(source) for source in config.sources],
        "watchlists": [_watchlist(watchlist) for watchlist in config.watchlists],
        "audiences": [_table(audience) for audience in config.audiences],
        "on_call": [_table(shift) for shift in config.on_call],
        "escalations": [
            _table(chain) | {"steps": [_table(step) for step in chain.steps]} for chain in config.escalations
        ],
        "alerts": [_table(rule) for rule in config.alerts],
        "metrics": [_table(metric) for metric in config.metrics],
        "events": [_table(event) for event in config.events],
        "notify": [_table(target) for target in config.notify],
        "sentiment": _table(config.sentiment),
        "theme": _table(config.theme),
        "terminal": _table(config.terminal),
        "wall": {name: list(panes) for name, panes in config.wall.layouts.items()},
        "keys": keymap(config.keys),
    }
    return tomlkit.dumps({name: table for name, table in document.items() if table})


def _watchlist(watchlist: WatchlistSettings) -> dict[str, Any]:
    people = [_table(person) for person in watchlist.people]
    named = {"id": watchlist.id, "name": watchlist.name, "kind": watchlist.kind}
    return {**named, "people": people} if people else named


def _table(settings: DataclassInstance) -> dict[str, Any]:
    durations = {
        name for name, each in settings_of(type(settings)).items() if each.meaning and each.meaning.form == "duration"
    }
    values = effective(settings) if isinstance(settings, SourceSettings) else plain(settings)
    return {
        name: format_duration(value) if name in durations else _value(value)
        for name, value in values.items()
        if value not in (None, "", ())
    }


def _value(value: Any) -> Any:
    """A value as TOML writes it; settings inside settings are a table."""
    if is_dataclass(value) and not isinstance(value, type):
        return _table(value)
    return list(value) if isinstance(value, tuple) else value
