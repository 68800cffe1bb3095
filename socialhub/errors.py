"""Errors with a sentence for the user, and the reasons that are stored to be read later in either language.

A *reason* is a code and its values; `sentence()` words it in the interface language at the moment it is shown,
so that what the collector stored in one process reads right in another.
"""

from __future__ import annotations

import json
from dataclasses import field
from typing import Final

from socialhub.i18n import N_, _
from socialhub.records import dataclass

EXIT_OK: Final = 0
EXIT_PROBLEMS: Final = 1
EXIT_USAGE: Final = 2
EXIT_ENVIRONMENT: Final = 3


class UserError(Exception):
    """Something the user can act on: one sentence (what, where), a hint (what to do), an exit code.

    The technical cause travels as `__cause__` and is printed only with --debug.
    """

    def __init__(self, message: str, hint: str = "", exit_code: int = EXIT_PROBLEMS) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.exit_code = exit_code


# code -> sentence; values are filled in by name. Kept in English here, worded by the catalogue when shown.
SENTENCES: Final[dict[str, str]] = {
    "refused": N_("{host} refuses the connection"),
    "unresolved": N_("the name {host} has no address"),
    "unreachable": N_("{host} cannot be reached"),
    "reset": N_("{host} cut the connection in the middle"),
    "timeout": N_("{host} did not answer within {seconds} s"),
    "tls": N_("{host} shows a certificate that cannot be trusted"),
    "proxy": N_("the proxy {host} refuses or cannot be reached"),
    "private-address": N_("{host} leads to the private address {address}; set allow_private = true if that is meant"),
    "redirect-loop": N_("{host} redirects without end"),
    "redirect-scheme": N_("{host} redirects to something that is not http or https"),
    "too-large": N_("the answer of {host} is larger than {limit} MiB"),
    "bad-encoding": N_("the answer of {host} cannot be decompressed"),
    "unauthorised": N_("{host} wants a (new) key or token (401)"),
    "forbidden": N_("{host} forbids this (403)"),
    "challenge": N_("{host} shows a robot check instead of the answer (403)"),
    "not-found": N_("{host} knows no such page (404)"),
    "gone": N_("{host} says this is gone for good (410); the source is stopped"),
    "part-gone": N_("{host} says that a part of this is gone for good (410); the rest is read"),
    "rate-limited": N_("{host} asks to wait (429)"),
    "budget-spent": N_("the budget set for this source is used up; it is not asked beyond it"),
    "kept-for-new": N_("what {host} still allows is kept for what is new: nothing is asked again for now"),
    "hashtags-spent": N_("{host} allows {most} hashtags in seven days: #{hashtag} waits until one of them is free"),
    "credit-spent": N_("{host} says that the credit of the account is spent"),
    "refused-question": N_("{host} refuses the question ({detail})"),
    "server-error": N_("{host} has trouble of its own ({status})"),
    "http-status": N_("{host} answered {status}"),
    "not-a-feed": N_("the answer of {host} is not a feed"),
    "not-json": N_("the answer of {host} is not JSON"),
    "unexpected-shape": N_("the answer of {host} does not have the documented shape ({detail})"),
    "parse-timeout": N_("reading the answer of {host} took more than {seconds} s"),
    "stream-closed": N_("{host} closed the stream ({detail})"),
    "stream-silent": N_("the stream of {host} said nothing for {seconds} s"),
    "login-failed": N_("{host} refuses the account or its app password"),
    "folder-unknown": N_("{host} has no folder {folder} that can be read"),
    "token-needed": N_("{host} gives this only with a token"),
    "contact-missing": N_("hub.contact is not set: other people's servers are not asked without one"),
    "secret-missing": N_("the secret {name} is not set"),
    "recipient-refused": N_("{host} refuses the recipient ({detail})"),
    "message-refused": N_("{host} refuses the message ({detail})"),
    "bad-address": N_("what {name} holds is no address that a message can be sent to"),
    "not-delivered": N_("{host} did not take the message"),
    "delivery-timeout": N_("sending took more than {seconds} s"),
    "delivery-broken": N_("sending broke off"),
    "port-taken": N_("{host}:{port} cannot be listened to ({detail})"),
    "program-missing": N_("the program {name} is not there"),
    "program-refused": N_("the program {name} cannot be run ({detail})"),
    "program-failed": N_("the program {name} ended with code {status} ({detail})"),
    "program-floods": N_("the program {name} prints a line without end and was ended"),
    "program-slow": N_("the program {name} took more than {seconds} s and was ended"),
    "file-missing": N_("the file {path} is not there"),
    "file-unreadable": N_("the file {path} cannot be read"),
    "bad-lines": N_("{count} lines of {path} could not be read, the first is line {line}"),
    "disk-full": N_("the disk of the cache is full"),
    "bug": N_("an error in socialhub itself ({detail}); see the log"),
    "parse-failed": N_("the answer of {host} cannot be read: the reader broke down over it, twice"),
    "timeline-disabled": N_("{host} has this timeline switched off"),
    "index-ends": N_("{host} has nothing of {station} after {date}: its index ends there"),
    "account-unknown": N_("{host} knows no account {account}"),
    "line-not-json": N_("this line is not a JSON object"),
    "line-not-csv": N_("this line is not a row of the table"),
    "line-too-long": N_("this line is longer than 1 MiB"),
    "line-missing": N_("this line has no {key}"),
    "line-no-source": N_("this line names no source: give it one, or import with --source NAME"),
    "line-bad-date": N_("this line has a date that cannot be read: {value}"),
    "line-bad-value": N_("this line has a value that is no number: {value}"),
    "no-column": N_("the table has no column for {key}"),
    "file-cut": N_("the file is damaged or cut off from here on"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something failed or was decided: a code of SENTENCES and its values (plain strings and numbers)."""

    code: str
    values: dict[str, str | int | float] = field(default_factory=dict)

    def to_json(self) -> str:
        """The stored form."""
        return json.dumps({"code": self.code, **self.values}, ensure_ascii=False, sort_keys=True)

    @staticmethod
    def from_json(stored: str) -> Reason:
        """Read back what `to_json` wrote."""
        values = json.loads(stored)
        return Reason(str(values.pop("code")), values)

    def sentence(self) -> str:
        """The reason in words, in the interface language."""
        template = SENTENCES.get(self.code)
        if template is None:
            return self.code
        try:
            return _(template).format(**self.values)
        except (KeyError, IndexError):
            return _(template)


@dataclass(frozen=True, slots=True)
class Pauses:
    """Pauses between tries in a row, in ms: `first`, then as much longer each time, or twice as long (`doubling`)."""

    first: int
    longest: int
    doubling: bool = True

    def after(self, failures: int) -> int:
        """The pause after the `failures`-th failure in a row."""
        times = 2 ** min(failures - 1, 30) if self.doubling else failures
        return min(self.first * times, self.longest)


class SourceError(Exception):
    """A source could not be asked or read: expected, never a bug; becomes its line in the sources pane.

    `retry_after` is what the server asked for, in milliseconds; `permanent` stops the source until a human acts;
    `pauses` are those that its server wants between tries, None for the usual ones; `asked` is False when the question
    has surely not reached the server, so that it cost nothing.
    """

    asked = True

    def __init__(
        self,
        code: str,
        *,
        retry_after: int | None = None,
        permanent: bool = False,
        pauses: Pauses | None = None,
        **values: str | int | float,
    ) -> None:
        self.reason = Reason(code, values)
        self.retry_after = retry_after
        self.permanent = permanent
        self.pauses = pauses
        super().__init__(self.reason.to_json())
