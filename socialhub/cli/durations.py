"""Lengths of time given as options: "7d", "2 h", "13 mois"."""

from __future__ import annotations

import click

from socialhub.i18n import _


def span_of(written: str, option_name: str) -> int:
    """Milliseconds of a written length of time; a usage error naming the option when it is none."""
    from socialhub.config import parse_duration

    try:
        return parse_duration(written)
    except ValueError:
        message = _("{written} is not a length of time: write '90 s', '5 min', '2 h', '7 d', '13 months'.")
        raise click.BadParameter(message.format(written=written), param_hint=option_name) from None
