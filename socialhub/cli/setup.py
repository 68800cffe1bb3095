"""What the options before the command decide: which config, which cache, whose name. Every command gets it."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from socialhub.clock import Clock, clock_from_env
from socialhub.text import clean

if TYPE_CHECKING:
    from socialhub.config import Config
    from socialhub.store.connection import Connection, Writer

ENV_OPERATOR: Final = "SOCIALHUB_USER"


@dataclass
class Setup:
    """The options before the command. Files are opened only when a command asks."""

    config_path: Path | None = None
    cache_path: Path | None = None
    debug: bool = False
    as_name: str = ""

    @property
    def config_file(self) -> Path:
        """Where the config lies, or would lie."""
        from socialhub.config import default_config_path

        return self.config_path or default_config_path()

    @property
    def cache(self) -> Path:
        """Where the cache lies, or will lie."""
        from socialhub.config import default_cache_path

        return self.cache_path or default_cache_path()

    def load_config(self, *, check_queries: bool = True) -> Config:
        """The config; raises ConfigProblems with everything that is wrong in it."""
        from socialhub.config import load

        return load(self.config_file, check_queries=check_queries)

    def config_if_any(self) -> Config | None:
        """The config, or None when there is no file; what is wrong in one raises ConfigProblems."""
        from socialhub.config import ConfigMissing

        try:
            return self.load_config()
        except ConfigMissing:
            if self.config_path is not None:
                raise
            return None

    @cached_property
    def clock(self) -> Clock:
        """The machine's clock, or the scenario's that a parent process handed down."""
        return clock_from_env()

    @cached_property
    def zone(self) -> tzinfo:
        """The time zone of dates on screen: the config's, else the machine's."""
        from socialhub.config import ConfigProblems
        from socialhub.config.settings import local_zone

        try:
            return self.load_config(check_queries=False).hub.zone
        except ConfigProblems:
            return local_zone()

    @property
    def operator(self) -> str:
        """Who is at the keyboard: --as, SOCIALHUB_USER, else the login name."""
        name = self.as_name or os.environ.get(ENV_OPERATOR, "")
        if not name:
            try:
                name = getpass.getuser()
            except (OSError, KeyError):
                name = "operator"
        return clean(name, single_line=True) or "operator"

    @contextmanager
    def reader(self) -> Iterator[Connection]:
        """The cache, read-only; raises CacheError, also for what only reading finds out."""
        from socialhub.store.connection import explained, open_reader

        with explained(self.cache), closing(open_reader(self.cache)) as db:
            yield db

    @contextmanager
    def writer(self, *, create: bool = False) -> Iterator[Writer]:
        """The cache, to be written; a missing one is made only on demand. Raises CacheError."""
        from socialhub.store.connection import explained, open_reader, open_writer

        if not create:
            open_reader(self.cache).close()
        with explained(self.cache), closing(open_writer(self.cache)) as writer:
            yield writer


pass_setup: Final = click.make_pass_decorator(Setup)
