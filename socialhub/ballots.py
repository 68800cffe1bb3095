"""A question to vote on: its choices, and what was voted so far. Plain data and pure.

What can be chosen is part of what a post says and stands in its text, a line each. Votes are no words: they change by
the minute, and a change of them is no edit.
"""

from __future__ import annotations

from typing import Final

from socialhub.records import dataclass

ONE_OF: Final = "○"
SEVERAL_OF: Final = "☐"


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be chosen; `votes` is None where the server does not tell (yet)."""

    text: str
    votes: int | None = None


@dataclass(frozen=True, slots=True)
class Ballot:
    """The choices of a post. `several` may be chosen by the same voter, so that votes are more than `voters`."""

    choices: tuple[Choice, ...]
    several: bool = False
    voters: int | None = None

    @property
    def votes(self) -> int | None:
        """All votes that are told; None where none are."""
        told = [each.votes for each in self.choices if each.votes is not None]
        return sum(told) if told else None


@dataclass(frozen=True, slots=True)
class Tally:
    """A ballot as its source told it last, and when (ms UTC)."""

    at: int
    ballot: Ballot


def choice_lines(ballot: Ballot) -> str:
    """The choices as they stand in the text of a mention."""
    mark = SEVERAL_OF if ballot.several else ONE_OF
    return "\n".join(f"{mark} {choice.text}" for choice in ballot.choices)


def with_choices(text: str, ballot: Ballot | None) -> str:
    """A text with the choices beneath it, unless they stand there already."""
    lines = choice_lines(ballot) if ballot is not None else ""
    return text if not lines or text.endswith(lines) else f"{text}\n{lines}".lstrip("\n")
