"""What is told of any author, as blocks of text: role and why, reach, where and when heard, influence by topic.

Everything from outside passes `safe` and stands in `Content` as plain text.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import Final

from textual.content import Content

from socialhub.ages import moment_text
from socialhub.author_words import parts_of
from socialhub.i18n import _, labelled, number
from socialhub.influence import Influence
from socialhub.records import dataclass
from socialhub.signs import Signs
from socialhub.widgets.cells import safe
from socialhub.widgets.facts_table import facts_table
from socialhub.widgets.glyphs import glyphs_of
from socialhub.widgets.sign_detail import author_signs_block
from socialhub.widgets.trend_columns import net_text

_QUIET: Final = "$text-muted"
_HEAD: Final = "bold $text-accent"


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """A topic by name: mentions, net sentiment in points (None: not judged), influence."""

    name: str
    mentions: int
    net: int | None
    influence: Influence


@dataclass(frozen=True, slots=True)
class AuthorFacts:
    """What is told of an author: `role` in words with its reason, `reach` in people (None: unknown), times in ms UTC.

    `mentions` of the last 90 days, at least so many where `partial`; `sources` are (name, mentions), `same` their
    accounts behind a bridge (key, mentions), `verified` those that they show by verified links.
    """

    role: str
    bio: str
    mentions: int
    partial: bool
    reach: int | None
    net: int | None
    first: int | None
    last: int | None
    sources: tuple[tuple[str, int], ...]
    topics: tuple[TopicFacts, ...]
    signs: Signs | None = None
    same: tuple[tuple[str, int], ...] = ()
    verified: tuple[tuple[str, int], ...] = ()


def author_text(name: str, key: str, facts: AuthorFacts, now: int, zone: tzinfo, width: int = 0) -> Content:
    """The whole sheet of an author on no list."""
    head = [Content.styled(safe(name), "bold"), Content.styled(safe(key), _QUIET)]
    blocks = [Content("\n").join(head), *role_blocks(facts), _counts(facts, now, zone, width)]
    blocks += [influence_block(facts, width), author_signs_block(facts.signs, width)]
    return Content("\n\n").join([block for block in blocks if block.plain])


def role_blocks(facts: AuthorFacts) -> Iterator[Content]:
    """Role with its reason, and what they say of themselves."""
    yield Content(labelled(_("role"), safe(facts.role)))
    if facts.bio:
        yield Content.styled(safe(facts.bio), f"italic {_QUIET}")


def _counts(facts: AuthorFacts, now: int, zone: tzinfo, width: int) -> Content:
    least = "≥ " if facts.partial else ""
    rows = [
        (_("mentions · 90 d"), least + number(facts.mentions)),
        (_("reach"), _("unknown") if facts.reach is None else number(facts.reach)),
        (_("tone"), net_text(facts.net, glyphs_of())),
        (_("first heard"), "" if facts.first is None else moment_text(facts.first, now, zone)),
        (_("last heard"), "" if facts.last is None else moment_text(facts.last, now, zone)),
        (_("sources"), ", ".join(f"{safe(name)} {number(count)}" for name, count in facts.sources)),
        (_("over a bridge"), ", ".join(f"{safe(key)} {number(count)}" for key, count in facts.same)),
        (_("verified link"), ", ".join(f"{safe(key)} {number(count)}" for key, count in facts.verified)),
    ]
    return facts_table([(name, value) for name, value in rows if value], width)


def influence_block(facts: AuthorFacts, width: int = 0) -> Content:
    """For each topic the number and its parts; nothing where they were heard on none."""
    if not facts.topics:
        return Content("")
    parts = [Content.styled(_("Influence by topic · 90 d"), _HEAD)]
    for topic in facts.topics:
        said = " · ".join([f"×{number(topic.mentions)}", net_text(topic.net, glyphs_of())])
        parts.append(
            Content.assemble(
                (f"{safe(topic.name)} {topic.influence.score}/100", "bold"),
                (f"  {said}", _QUIET),
            )
        )
        rows = list(parts_of(topic.influence))
        widest = max(len(points) for _name, points, _fact in rows)
        parts.append(facts_table([(name, f"{points:>{widest}} · {fact}") for name, points, fact in rows], width))
    return Content("\n").join(parts)
