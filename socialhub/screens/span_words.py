"""The spans of curves in words. Pure."""

from __future__ import annotations

from typing import Final

from socialhub.i18n import N_, _

_NAMES: Final = (N_("15 min"), N_("1 h"), N_("6 h"), N_("24 h"), N_("7 d"), N_("30 d"), N_("90 d"), N_("1 year"))


def span_name(span: int) -> str:
    """One of SPANS, by its index."""
    return _(_NAMES[span])
