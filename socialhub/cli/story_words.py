"""What the command line says of a mention's story."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from socialhub.ages import moment_text
from socialhub.cli.view import moment
from socialhub.i18n import _, number
from socialhub.model import StorySpread
from socialhub.widgets.sparkline import sparkline


def story_values(story: StorySpread | None) -> dict[str, Any] | None:
    """A story for JSON; None for a mention that nobody else tells. Times in UTC, `step` in seconds."""
    if story is None:
        return None
    return {
        "id": story.id,
        "mentions": story.mentions,
        "first_at": moment(story.first),
        "last_at": moment(story.last),
        "first_mention": story.first_mention,
        "first_author": story.first_author,
        "first_outlet": story.first_outlet,
        "authors": story.authors,
        "outlets": story.outlet_count,
        "most_told_by": [{"outlet": name, "mentions": count} for name, count in story.outlets],
        "step": story.step / 1000,
        "spread": list(story.cells),
    }


def story_facts(story: StorySpread | None, now: int, zone: tzinfo) -> list[tuple[str, str]]:
    """A story as names and values."""
    if story is None:
        return []
    begin, end = moment_text(story.first, now, zone), moment_text(story.last, now, zone)
    first = " · ".join(dict.fromkeys(name for name in (story.first_author, story.first_outlet) if name))
    return [
        (_("story"), f"×{number(story.mentions)}  {begin} {sparkline(story.cells)} {end}"),
        (_("first told by"), f"{first} · {begin} ({story.first_mention})"),
        (_("told by"), ", ".join(f"{name} {number(count)}" for name, count in story.outlets)),
    ]
