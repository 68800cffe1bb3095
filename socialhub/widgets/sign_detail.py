"""What the screens say of signs of inauthenticity: the number with its reasons, quietly. Pure."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from socialhub.i18n import _
from socialhub.sign_words import sign_text, signs_text
from socialhub.signs import Signs
from socialhub.widgets.cells import safe

_QUIET: Final = "$text-muted"
_HEAD: Final = "bold $text-accent"


def author_signs_block(signs: Signs | None) -> Content:
    """The section of an author's page; empty while nothing is read."""
    if signs is None:
        return Content("")
    lines = [Content.assemble((_("Signs of inauthenticity"), _HEAD), ("  " + signs_text(signs, of_author=True), ""))]
    for sign in signs.shown:
        points = f"{sign.points:>2}/{sign.most}"
        lines.append(Content.assemble((f"{points}  ", _QUIET), safe(sign_text(sign, of_author=True))))
    lines.append(Content.styled(_("reasons to look, not a verdict"), _QUIET))
    return Content("\n").join(lines)


def story_signs_line(signs: Signs | None) -> Content:
    """One line below a story; nothing where there are no signs or nothing can be said."""
    if signs is None or not signs.score:
        return Content("")
    reasons = [safe(sign_text(sign, of_author=False)) for sign in signs.shown]
    told = " · ".join([_("{score} of 100").format(score=signs.score), *reasons])
    return Content.assemble((_("Signs of inauthenticity") + "  ", _QUIET), told)
