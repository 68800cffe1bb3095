"""Notices that a config file was changed, and reads it again once it has settled. Looks when it is asked to.

What is invalid is told and changes nothing: the config in force stays the one that was read last.
"""

from __future__ import annotations

from dataclasses import replace

from socialhub.config.loading import load
from socialhub.config.problems import ConfigMissing, ConfigProblems
from socialhub.config.settings import Config


class ConfigWatch:
    """The file of one config. `config` is the one in force; `problems` what is wrong with the file since."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.problems: ConfigProblems | None = None
        self._read = self._seen = self._signature()

    def look(self) -> bool:
        """Whether `config` or `problems` changed. Costs a stat, and reading the file (0.1 s) after it was changed."""
        return self.is_due() and self.read()

    def is_due(self) -> bool:
        """Whether the file is another than when it was read, and nobody is writing it: a stat, no more."""
        signature = self._signature()
        # An editor may be in the middle of writing: two looks in a row must find the same.
        settled, self._seen = signature == self._seen, signature
        return settled and signature not in (None, self._read)

    def read(self) -> bool:
        """Read the file; whether `config` or `problems` changed."""
        self._read = self._signature()
        before = self.config, self.problems
        try:
            self.config, self.problems = self._load(), None
        except ConfigMissing:
            self._read = None
        except ConfigProblems as problems:
            self.problems = problems
        return (self.config, self.problems) != before

    def _load(self) -> Config:
        """The config as it is now; the present one where nothing that it says is another."""
        config = load(self.config.path)
        return self.config if replace(config, warnings=()) == replace(self.config, warnings=()) else config

    def _signature(self) -> tuple[int, int, int] | None:
        """What differs once the file was written: None while there is none (an editor may be replacing it)."""
        try:
            status = self.config.path.stat()
        except OSError:
            return None
        return status.st_ino, status.st_size, status.st_mtime_ns
