"""Lengths of time and ends given as options: "7d", "2 h", "13 mois"; 2026-11-20, 2026-11-20T18:00."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from socialhub.clock import from_datetime
from socialhub.i18n import _

if TYPE_CHECKING:
    from socialhub.cli.setup import Setup


def span_of(written: str, option_name: str) -> int:
    """Milliseconds of a written length of time; a usage error naming the option when it is none."""
    from socialhub.config import parse_duration

    try:
        return parse_duration(written)
    except ValueError:
        message = _("{written} is not a length of time: write '90 s', '5 min', '2 h', '7 d', '13 months'.")
        raise click.BadParameter(message.format(written=written), param_hint=option_name) from None


def end_in(setup: Setup, span: str | None, until: str | None) -> int | None:
    """The moment to come (ms UTC) that --for and --until tell, the one or the other; None where neither was given."""
    if span is not None and until is not None:
        raise click.UsageError(_("Either --for or --until."))
    now = setup.clock.now()
    if until is not None:
        return _moment_to_come(setup, until, now)
    return None if span is None else now + span_of(span, "--for")


def _moment_to_come(setup: Setup, until: str, now: int) -> int:
    """A day lasts to its end; a moment without a time zone is in the room's."""
    try:
        moment = datetime.fromisoformat(until)
    except ValueError:
        words = _("{written} is not a date: write 2026-11-20 or 2026-11-20T18:00.").format(written=until)
        raise click.BadParameter(words, param_hint="--until") from None
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=setup.zone)
    ends = from_datetime(moment + timedelta(days=1) if len(until) == len("2026-11-20") else moment)
    if ends <= now:
        raise click.BadParameter(_("{written} is past.").format(written=until), param_hint="--until")
    return ends
