"""Bindings made from the one table of keys, so that a widget names what it answers to and never a key."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding, BindingType

from socialhub.i18n import _
from socialhub.keys import KEYS, Key

_BY_ID: Final[dict[str, Key]] = {key.id: key for key in KEYS}


def bind(key_id: str, action: str, *, show: bool = False) -> BindingType:
    """The binding of a row of KEYS to an action of the widget; `show` puts it into the footer.

    Raises KeyError for an id that is not in the table. Worded when called: the language must be fixed by then.
    """
    key = _BY_ID[key_id]
    return Binding(key.keys, action, _(key.label), show=show, id=key.id, group=Binding.Group(_(key.group)))
