"""A config as it acts, written out as TOML: every default filled in, secrets by name as they were."""

from __future__ import annotations

from typing import Any

from socialhub.config.durations import format_duration
from socialhub.config.reader import settings_of
from socialhub.config.settings import (
    AudienceSettings,
    Config,
    Hub,
    PersonSettings,
    Sentiment,
    Theme,
    TopicSettings,
    WatchlistSettings,
    effective,
    plain,
)
from socialhub.keys import keymap
from socialhub.sources.settings import SourceSettings


def to_toml(config: Config) -> str:
    """The whole config as TOML that `read` takes back to the same settings. What is empty is left out."""
    import tomlkit

    document = {
        "hub": _table(config.hub),
        "topics": [_table(topic) for topic in config.topics],
        "sources": [_table(source) for source in config.sources],
        "watchlists": [_watchlist(watchlist) for watchlist in config.watchlists],
        "audiences": [_table(audience) for audience in config.audiences],
        "sentiment": _table(config.sentiment),
        "theme": _table(config.theme),
        "wall": {name: list(panes) for name, panes in config.wall.layouts.items()},
        "keys": keymap(config.keys),
    }
    return tomlkit.dumps({name: table for name, table in document.items() if table})


def _watchlist(watchlist: WatchlistSettings) -> dict[str, Any]:
    people = [_table(person) for person in watchlist.people]
    named = {"id": watchlist.id, "name": watchlist.name, "kind": watchlist.kind}
    return {**named, "people": people} if people else named


def _table(
    settings: Hub | TopicSettings | PersonSettings | AudienceSettings | Sentiment | Theme | SourceSettings,
) -> dict[str, Any]:
    durations = {
        name for name, each in settings_of(type(settings)).items() if each.meaning and each.meaning.form == "duration"
    }
    values = effective(settings) if isinstance(settings, SourceSettings) else plain(settings)
    return {
        name: format_duration(value) if name in durations else list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value not in (None, "", ())
    }
