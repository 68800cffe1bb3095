"""The configuration: `load` reads config.toml into a typed, frozen `Config` or raises every problem in it at once."""

from socialhub.config.durations import format_duration, parse_duration
from socialhub.config.load import load, read
from socialhub.config.paths import default_cache_path, default_config_path, state_dir
from socialhub.config.problems import ConfigMissing, ConfigProblems, Problem, summary
from socialhub.config.secrets import resolve_secret
from socialhub.config.settings import Config, Hub, Sentiment, Theme, TopicSettings, Wall

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
