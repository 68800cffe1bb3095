"""What the screens say of signs of inauthenticity: the number with its reasons, quietly. Pure."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from socialhub.i18n import _
from socialhub.sign_words import sign_text, signs_text
from socialhub.signs import Signs
from socialhub.widgets.cells import safe
from socialhub.widgets.facts_table import facts_table

_QUIET: Final = "$text-muted"
_HEAD: Final = "bold $text-accent"


def author_signs_block(signs: Signs | None, width: int = 0) -> Content:
    """The section of an author's page; empty while nothing is read."""
    return Content("") if signs is None else _block(signs, width, of_author=True)


def story_signs_block(signs: Signs | None, width: int = 0) -> Content:
    """The section below a story; nothing where there are no signs or nothing can be said."""
    return _block(signs, width, of_author=False) if signs is not None and signs.score else Content("")


def _block(signs: Signs, width: int, *, of_author: bool) -> Content:
    lines = [
        Content.assemble((_("Signs of inauthenticity"), _HEAD), ("  " + signs_text(signs, of_author=of_author), ""))
    ]
    rows = [(f"{sign.points:>2}/{sign.most}", safe(sign_text(sign, of_author=of_author))) for sign in signs.shown]
    lines += [facts_table(rows, width)] if rows else []
    lines.append(Content.styled(_("reasons to look, not a verdict"), _QUIET))
    return Content("\n").join(lines)
