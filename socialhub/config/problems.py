"""What is wrong with a config, as rows: where, which key, what, and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from socialhub.errors import EXIT_ENVIRONMENT, UserError
from socialhub.i18n import _, ngettext
from socialhub.records import dataclass
from socialhub.text import clean, clip

_LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in `path`, at `line` (from 1; None when the file has no such place).

    `key` is where in the document ("sources[2].url", counted from 1) or "" for the whole file. `suggestion` is what
    was probably meant. A warning does not stop the program.
    """

    path: Path
    line: int | None
    key: str
    message: str
    suggestion: str = ""
    warning: bool = False

    def sentence(self) -> str:
        """`file:line: key: message (did you mean …?)`, in the interface language, on one line."""
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
        parts = [place, self.key, self.message] if self.key else [place, self.message]
        sentence = ": ".join(parts)
        if self.suggestion:
            sentence += " " + _("(did you mean {suggestion}?)").format(suggestion=self.suggestion)
        return clean(sentence, single_line=True)


class ConfigProblems(UserError):
    """A config that cannot be used, with everything that is wrong in it, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.warning, problem.line or 0)))
        super().__init__("\n".join(problem.sentence() for problem in self.problems if not problem.warning))


class ConfigMissing(ConfigProblems):
    """There is no config file where one is looked for."""

    def __init__(self, path: Path) -> None:
        super().__init__([Problem(path, None, "", _("there is no such file"))])
        self.exit_code = EXIT_ENVIRONMENT
        self.hint = _("`socialhub config init` writes one, `socialhub demo` shows the room without any")


def nearest(written: str, valid: Iterable[str]) -> str:
    """The valid word that looks most like `written`, or "" when none does."""
    close = get_close_matches(written[:_LONGEST_SHOWN], list(valid), n=1, cutoff=0.6)
    return close[0] if close else ""


def shown(written: str) -> str:
    """What the user wrote, safe to print and not too long."""
    return clip(clean(written, single_line=True), _LONGEST_SHOWN)


def summary(problems: Iterable[Problem]) -> str:
    """How many errors and warnings there are, in words."""
    rows = list(problems)
    warnings = sum(problem.warning for problem in rows)
    errors = len(rows) - warnings
    parts = []
    if errors:
        parts.append(ngettext("{count} error", "{count} errors", errors).format(count=errors))
    if warnings:
        parts.append(ngettext("{count} warning", "{count} warnings", warnings).format(count=warnings))
    return ", ".join(parts) or _("no problem")


class BadValue(Exception):
    """A value that cannot be used: a sentence, and what was probably meant ("" when there is no telling).

    `lines_down` is where inside a text of several lines.
    """

    def __init__(self, message: str, suggestion: str = "", lines_down: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.suggestion = suggestion
        self.lines_down = lines_down
