"""An account that a bridge shows for a person, in words."""

from __future__ import annotations

from socialhub.i18n import _, number
from socialhub.store.people import Copied


def copy_words(copy: Copied) -> str:
    """Its handle, and how often it was heard or who keeps it apart."""
    if copy.apart:
        return _("{handle} (kept apart by {operator})").format(handle=copy.handle, operator=copy.apart)
    return _("{handle} (over a bridge: {count})").format(handle=copy.handle, count=number(copy.mentions))
