"""Figures of metrics in words, in the interface language: "1,234.5 calls", "12 %"."""

from __future__ import annotations

from typing import Final

from socialhub.i18n import N_, _, decimal, number
from socialhub.metrics import Adds

ADDS: Final = {
    Adds.SUM: N_("rows add up"),
    Adds.MEAN: N_("the mean of the rows"),
    Adds.LAST: N_("the last row"),
}
"""How the rows of a longer time become one figure."""
_FINE: Final = 100.0
"""From here on a figure is told with one decimal at most."""


def figure(value: float, unit: str = "") -> str:
    """A figure with its unit, at most two decimals."""
    told = _rounded(value)
    return _("{figure} {unit}").format(figure=told, unit=unit) if unit else told


def _rounded(value: float) -> str:
    digits = 1 if abs(value) >= _FINE else 2
    if round(value, digits) == round(value):
        return number(round(value))
    whole, mark, rest = decimal(abs(value), digits).partition(decimal(0.5)[1])
    sign = "-" if value < 0 else ""
    return f"{sign}{number(int(whole))}{mark}{rest.rstrip('0')}"


def times(seen: float, usual: float) -> str:
    """How many times the usual: "×3", "×1.4"; "" where nothing is usual."""
    if usual <= 0:
        return ""
    ratio = seen / usual
    return "×" + (decimal(ratio) if ratio < 10 and round(ratio, 1) != round(ratio) else number(round(ratio)))
