"""What can be configured for a source of kind exec. Nothing is run here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from socialhub.clock import MINUTE, SECOND
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.settings import Duration, FilePath, Meaning, SourceSettings, Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecSettings(SourceSettings):
    """A program of the user's whose lines are mentions. `command` is the program and its arguments; no shell reads it.

    `pass_env` names the variables that it gets besides those without which no program runs; `timeout` is how long one
    run may take (ms), `stream` that it goes on by itself.
    """

    kind: ClassVar[str] = "exec"
    usual_interval: ClassVar[int] = 10 * MINUTE
    shortest_interval: ClassVar[int] = 10 * SECOND
    reaches_out: ClassVar[bool] = False
    runs_programs: ClassVar[bool] = True
    help: ClassVar[str] = N_("the lines that a program of yours prints")
    command: tuple[str, ...]
    form: Annotated[str, Meaning("choice", ("jsonl", "lines"))] = "jsonl"
    folder: FilePath = ""
    pass_env: tuple[str, ...] = ()
    timeout: Duration = 1 * MINUTE
    stream: bool = False

    @property
    def streams(self) -> bool:
        """Whether the program goes on by itself."""
        return self.stream

    def troubles(self) -> Iterator[Trouble]:
        """A program to run, named so that it is always the same one."""
        if not self.command or not self.command[0]:
            yield Trouble(("command",), _("name the program and its arguments, each a text of its own"))
        elif " " in self.command[0] and len(self.command) == 1:
            words = ", ".join(f'"{word}"' for word in self.command[0].split())
            yield Trouble(("command",), _("no shell reads this: each argument is a text of its own"), f"[{words}]")
        elif "/" in self.command[0] and not self.command[0].startswith(("/", "~")):
            yield Trouble(("command",), _("a program is named by its whole path, or by its name alone"))
