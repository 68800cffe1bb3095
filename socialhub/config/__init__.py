"""The configuration: `load` reads config.toml into a typed, frozen `Config` or raises every problem in it at once.

The names below are imported on use: who only wants to know where the config lies does not pay for reading one.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from socialhub.config.durations import format_duration, parse_duration
    from socialhub.config.loading import load, read
    from socialhub.config.paths import default_cache_path, default_config_path, state_dir
    from socialhub.config.problems import ConfigMissing, ConfigProblems, Problem, summary
    from socialhub.config.secrets import resolve_secret
    from socialhub.config.settings import Config, Hub, Sentiment, Theme, TopicSettings, Wall

_HOMES: Final[dict[str, str]] = {
    **dict.fromkeys(["format_duration", "parse_duration"], "durations"),
    **dict.fromkeys(["load", "read"], "loading"),
    **dict.fromkeys(["default_cache_path", "default_config_path", "state_dir"], "paths"),
    **dict.fromkeys(["ConfigMissing", "ConfigProblems", "Problem", "summary"], "problems"),
    "resolve_secret": "secrets",
    **dict.fromkeys(["Config", "Hub", "Sentiment", "Theme", "TopicSettings", "Wall"], "settings"),
}

__all__ = [
    "Config",
    "ConfigMissing",
    "ConfigProblems",
    "Hub",
    "Problem",
    "Sentiment",
    "Theme",
    "TopicSettings",
    "Wall",
    "default_cache_path",
    "default_config_path",
    "format_duration",
    "load",
    "parse_duration",
    "read",
    "resolve_secret",
    "state_dir",
    "summary",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    value = getattr(import_module(f"socialhub.config.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
