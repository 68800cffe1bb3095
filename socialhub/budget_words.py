"""What a source has spent of its budgets in words, in the interface language. Knows no terminal and no cache."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

from socialhub.ages import moment_text
from socialhub.budgets import DOLLAR, MONEY, Meter, Span
from socialhub.i18n import N_, _, decimal, labelled, number

_UNITS: Final = {
    "calls": N_("calls"),
    "searches": N_("searches"),
    "units": N_("units"),
    "queries": N_("queries"),
    "hashtags": N_("hashtags"),
    "money": N_("money"),
}
_CENT: Final = DOLLAR // 100


def unit_words(unit: str) -> str:
    """A unit by its name; one that a plug-in brought is called as it calls it."""
    return _(_UNITS[unit]) if unit in _UNITS else unit


def amount_words(unit: str, amount: int) -> str:
    """So much of a unit: a number, or dollars."""
    if unit != MONEY:
        return number(amount)
    digits = 2 if amount >= _CENT or amount == 0 else 4
    return _("${amount}").format(amount=decimal(amount / DOLLAR, digits))


def meter_words(meter: Meter, now: int, zone: tzinfo | None = None) -> str:
    """One budget in a line: "searches: 62 / 100 until 09:00, 4 an hour, used up at 18:40"."""
    unit = meter.cap.unit
    spent, most = amount_words(unit, meter.spent), amount_words(unit, meter.cap.most)
    if meter.used_up:
        return ", ".join((labelled(unit_words(unit), f"{spent} / {most}"), forecast_words(meter, now, zone)))
    line = labelled(unit_words(unit), span_words(meter, f"{spent} / {most}", now, zone))
    return ", ".join(each for each in (line, pace_words(meter), forecast_words(meter, now, zone)) if each)


def span_words(meter: Meter, spent: str, now: int, zone: tzinfo | None = None) -> str:
    """What was spent, and within which span."""
    if meter.cap.span is Span.ROLLING_DAY:
        return _("{spent} in 24 h").format(spent=spent)
    if meter.cap.span is Span.ROLLING_WEEK:
        return _("{spent} in 7 d").format(spent=spent)
    return _("{spent} until {time}").format(spent=spent, time=moment_text(meter.cap.end(now), now, zone))


def pace_words(meter: Meter) -> str:
    """How much an hour; "" when nothing was spent of late."""
    if meter.hourly <= 0:
        return ""
    return _("{amount} an hour").format(amount=amount_words(meter.cap.unit, meter.hourly))


def forecast_words(meter: Meter, now: int, zone: tzinfo | None = None) -> str:
    """When it will be used up, or until when it is; "" when it will last."""
    if meter.used_up:
        return _("used up until {time}").format(time=moment_text(meter.free_at, now, zone))
    if meter.gone_at is None:
        return ""
    return _("used up at {time}").format(time=moment_text(meter.gone_at, now, zone))
