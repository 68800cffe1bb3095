"""Where the config, the cache and the logs lie when nobody says otherwise: the XDG directories.

A config.toml that happens to lie in the current folder is never taken: it could name secrets to send.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import platformdirs

ENV_CONFIG: Final = "SOCIALHUB_CONFIG"
ENV_CACHE: Final = "SOCIALHUB_CACHE"
_APPLICATION: Final = "socialhub"


def default_config_path() -> Path:
    """SOCIALHUB_CONFIG, else config.toml in the user's config directory."""
    return _named(ENV_CONFIG) or platformdirs.user_config_path(_APPLICATION) / "config.toml"


def default_cache_path() -> Path:
    """SOCIALHUB_CACHE, else cache.db in the user's data directory (what it holds cannot be fetched again)."""
    return _named(ENV_CACHE) or platformdirs.user_data_path(_APPLICATION) / "cache.db"


def state_dir() -> Path:
    """The folder of logs and of what the console remembers; it may not exist yet."""
    return platformdirs.user_state_path(_APPLICATION)


def _named(variable: str) -> Path | None:
    value = os.environ.get(variable, "")
    return Path(value).expanduser() if value else None
