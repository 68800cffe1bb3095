"""What the detail of a mention says of its engagement at set ages, beside what is usual there. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.content import Content

from socialhub.i18n import _, labelled
from socialhub.pace_words import PaceLine
from socialhub.widgets.glyphs import Glyphs

_QUIET: Final = "$text-muted"


def pace_block(lines: Sequence[PaceLine], followed: str, glyphs: Glyphs) -> Content:
    """A line an age, the fast ones marked, then why the post is `followed`; empty when nothing is known."""
    width = max((len(line.age) for line in lines), default=0)
    told = [
        Content.assemble(
            (f"{glyphs.fast if line.faster else ' '} ", "bold $text-warning"),
            (line.age.rjust(width) + "  ", _QUIET),
            (line.text, "bold" if line.faster else ""),
        )
        for line in lines
    ]
    if followed:
        told.append(Content.styled(labelled(_("followed because"), followed), _QUIET))
    return Content("\n").join(told)
