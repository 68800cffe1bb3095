"""What was voted, in words. Pure."""

from __future__ import annotations

from collections.abc import Callable

from socialhub.ballots import Tally
from socialhub.i18n import _, ngettext, number


def votes_text(tally: Tally, moment: Callable[[int], str]) -> str:
    """The votes of each choice, of how many voters where that is told, and when; untrusted. `moment` words a time."""
    ballot = tally.ballot
    told = [f"{each.text} {'?' if each.votes is None else number(each.votes)}" for each in ballot.choices]
    if ballot.voters is not None:
        voters = ngettext("{count} voter", "{count} voters", ballot.voters)
        told.append(voters.format(count=number(ballot.voters)))
    return " · ".join([*told, _("as of {time}").format(time=moment(tally.at))])
