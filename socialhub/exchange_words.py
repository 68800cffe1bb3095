"""The last exchange of a source in words, in the interface language. Knows no terminal and no cache."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

from socialhub.ages import moment_text
from socialhub.clock import SECOND
from socialhub.exchanges import Exchange
from socialhub.i18n import N_, _, decimal, number
from socialhub.text import clean

_CODES: Final = {
    "questions": N_("questions"),
    "credential": N_("credential"),
    "entries": N_("brought"),
    "heard-at": N_("last heard"),
    "letters": N_("letters"),
    "lines": N_("lines"),
    "files": N_("files"),
    "complaint": N_("complaint"),
    "listening": N_("posted so far"),
}
_UNANSWERED: Final = frozenset({"listening", "files"})
"""What was found where nobody was asked."""
_IN_SECONDS: Final = 10 * SECOND


def exchange_rows(exchange: Exchange, now: int, zone: tzinfo | None = None) -> list[tuple[str, str]]:
    """(name, value) of all but the beginning of the answer; headers stand under their own names."""
    rows = [
        (_("question"), clean(exchange.asked, single_line=True)),
        (_("when"), moment_text(exchange.at, now, zone)),
    ]
    if exchange.answer or not _UNANSWERED & {code for code, _value in exchange.facts}:
        rows.append((_("answer"), clean(exchange.answer, single_line=True) or _("no answer")))
    if exchange.took is not None:
        rows.append((_("took"), _took(exchange.took)))
    if exchange.size is not None:
        rows.append((_("size"), _("{count} bytes").format(count=number(exchange.size))))
    return [*rows, *(_fact(code, value, now, zone) for code, value in exchange.facts)]


def _took(milliseconds: int) -> str:
    if milliseconds < _IN_SECONDS:
        return _("{count} ms").format(count=number(milliseconds))
    return _("{count} s").format(count=decimal(milliseconds / SECOND))


def _fact(code: str, value: str, now: int, zone: tzinfo | None) -> tuple[str, str]:
    name = _(_CODES[code]) if code in _CODES else clean(code, single_line=True)
    match code:
        case "credential":
            return name, _("sent, not kept")
        case "listening":
            return name, _("nothing")
        case "heard-at" if value.isdigit():
            return name, moment_text(int(value), now, zone)
        case _:
            return name, clean(value, single_line=True)
