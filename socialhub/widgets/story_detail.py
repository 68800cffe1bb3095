"""What the detail says of a mention's story: how many tell it, since when, where, and who was first."""

from __future__ import annotations

from datetime import tzinfo

from textual.content import Content

from socialhub.ages import moment_text
from socialhub.i18n import _, ngettext, number
from socialhub.model import StorySpread
from socialhub.widgets.cells import safe
from socialhub.widgets.facts_table import facts_table
from socialhub.widgets.glyphs import Glyphs
from socialhub.widgets.sparkline import sparkline


def story_block(
    story: StorySpread | None, mention: int, now: int, zone: tzinfo, glyphs: Glyphs, width: int = 0
) -> Content:
    """The block; empty for a mention that nobody else tells."""
    if story is None:
        return Content("")
    outlets = ngettext("{count} site or source", "{count} sites and sources", story.outlet_count)
    many = [
        f"{glyphs.times}{number(story.mentions)}",
        outlets.format(count=number(story.outlet_count)),
    ]
    if story.authors:
        authors = ngettext("{count} author", "{count} authors", story.authors)
        many.append(authors.format(count=number(story.authors)))
    begin, end = moment_text(story.first, now, zone), moment_text(story.last, now, zone)
    lines = [(_("Story"), " · ".join(many))]
    if begin != end:
        lines.append((_("Spread"), f"{begin} {sparkline(story.cells, glyphs=glyphs)} {end}"))
    names = dict.fromkeys(safe(name) for name in (story.first_author, story.first_outlet) if name)
    first = _("this one") if story.first_mention == mention else " · ".join(names)
    lines.append((_("First"), f"{first} · {begin}"))
    where = ", ".join(f"{safe(name)} {number(count)}" for name, count in story.outlets)
    more = story.outlet_count - len(story.outlets)
    lines.append((_("Where"), where + (f" +{number(more)}" if more else "")))
    return facts_table(lines, width)
