"""The ways by which one mention was seen, and how they are told. Knows no terminal and no cache."""

from __future__ import annotations

from typing import Final

from socialhub.gone_words import DELETED, gone_because
from socialhub.i18n import _, ngettext, number
from socialhub.records import dataclass

FEED: Final = "rss"


@dataclass(frozen=True, slots=True)
class Way:
    """One way by which a mention is seen: at a source (row number, name, kind), under an id there.

    `leads`: the mention has its words and author. `copy`: a bridge or a feed shows what was written elsewhere.
    `handle` is how it spells the author, `text` its own words where they differ ("" where they do not), `gone` why it
    is not there any more. `seen` is ms UTC. Of a mention seen by one way alone the rest is in the mention.
    """

    source: int
    name: str
    kind: str
    native_id: str
    seen: int
    leads: bool
    copy: bool
    url: str
    handle: str
    text: str
    likes: int | None
    shares: int | None
    replies: int | None
    gone: str


def way_words(way: Way) -> str:
    """What a way shows, on a line: whether it is a copy, its figures, whether it is gone or says something else."""
    figures = (
        (way.likes, ngettext("{count} like", "{count} likes", way.likes or 0)),
        (way.shares, ngettext("{count} share", "{count} shares", way.shares or 0)),
        (way.replies, ngettext("{count} reply", "{count} replies", way.replies or 0)),
    )
    parts = [
        _("speaks for it") if way.leads else "",
        (_("in a feed") if way.kind == FEED else _("over a bridge")) if way.copy else "",
        f"@{way.handle.removeprefix('@')}" if way.copy and way.handle and way.kind != FEED else "",
        *(words.format(count=number(count)) for count, words in figures if count is not None),
        _("in other words") if way.text else "",
        _gone(way.gone),
    ]
    return " · ".join(part for part in parts if part)


def _gone(reason: str) -> str:
    """Why it is not there any more; a server that has it no more does not know whether its author deleted it."""
    if not reason:
        return ""
    return _("not there any more") if reason == DELETED else _("gone: {reason}").format(reason=gone_because(reason))
