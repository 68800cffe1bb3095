"""The question of a post in the exchange format: `{"choices": [{"text", "votes"}], "several", "voters"}`. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from socialhub.ballots import Ballot, Choice, Tally


def ballot_values(tally: Tally | None) -> dict[str, Any] | None:
    """The choices and votes of a mention for writing; what nobody told is left out."""
    if tally is None:
        return None
    ballot = tally.ballot
    return {
        "choices": [
            {"text": each.text} | ({} if each.votes is None else {"votes": each.votes}) for each in ballot.choices
        ],
        **({"several": True} if ballot.several else {}),
        **({} if ballot.voters is None else {"voters": ballot.voters}),
    }


def ballot_of(written: Any) -> Ballot | None:
    """The ballot that a record tells; choices without words are left out, None where none is left."""
    if not isinstance(written, dict) or not isinstance(written.get("choices"), list):
        return None
    choices = tuple(_choices(written["choices"]))
    return Ballot(choices, written.get("several") is True, _count(written.get("voters"))) if choices else None


def _choices(written: list[Any]) -> Iterator[Choice]:
    for each in written:
        if isinstance(each, dict) and isinstance(each.get("text"), str):
            yield Choice(each["text"], _count(each.get("votes")))


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
