"""What the topics lab shows of a trial, from what is known of it so far: numbers, tabs, mentions. Asks nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.content import Content

from socialhub.i18n import N_, _, decimal, labelled, number
from socialhub.model import Mention
from socialhub.screens.queries import parsed
from socialhub.screens.rematch_words import share_done, so_far
from socialhub.store import trials
from socialhub.store.jobs import Job
from socialhub.widgets.cells import safe
from socialhub.widgets.feed_rows import Hits
from socialhub.widgets.glyphs import glyphs_of
from socialhub.widgets.sparkline import merge, sparkline
from socialhub.widgets.trial_list import TrialGroup

if TYPE_CHECKING:
    from socialhub.query import Node
    from socialhub.store.facets import Facets

TABS: Final = (N_("matches"), N_("near misses"), N_("added"), N_("removed"))
MATCHES, NEAR, ADDED, REMOVED = range(len(TABS))
_LONGEST_CURVE: Final = 30
_SOURCES: Final = 6
_BAR: Final = 20
"""Cells of the bar of what is matched again."""


@dataclass(slots=True)
class Tried:
    """What is known of a query so far. `remarks` is what a topic may not ask, then what it would not do well."""

    query: str
    node: Node | None = None
    refused: bool = False
    remarks: tuple[str, ...] = ()
    counted: Facets | None = None
    samples: tuple[Mention, ...] = ()
    near: list[trials.NearMiss] = field(default_factory=list)
    difference: trials.Difference | None = None
    seconds: float = 0.0
    is_over: bool = False


def numbers_text(tried: Tried, days: int, holes: Sequence[str], now: int, zone: tzinfo) -> Content:
    """The curve of the last `days`, how many, where, and what is wrong or cannot be known."""
    dot = f" {glyphs_of().dot} "
    lines = [Content(""), Content("")]
    if (counted := tried.counted) is not None:
        values = _per_day(counted, days, now, zone)
        curve = sparkline(merge(values, (), -(-len(values) // _LONGEST_CURVE))[0], glyphs=glyphs_of())
        told = _("{total} in {span} · {seconds} s").format(
            total=counted_text(counted.total, exact=counted.exact),
            span=_("{count} d").format(count=days),
            seconds=decimal(tried.seconds, 2),
        )
        lines[0] = Content.assemble((curve, "$text-primary"), (f"  {told}", "bold"))
        named = [f"{safe(name)} {number(count)}" for name, count in counted.sources[:_SOURCES]]
        others = len(counted.sources) - _SOURCES
        more = [f"+{number(others)}"] if others > 0 else []
        lines[1] = Content.styled(dot.join(named + more), "$text-muted")
    if tried.remarks:
        lines.append(Content.styled(safe(dot.join(tried.remarks)), "$text-warning"))
    elif tried.node is not None:
        lines.append(Content.styled(safe(" ".join(holes)), "$text-muted"))
    return Content("\n").join(lines)


def _per_day(counted: Facets, span: int, now: int, zone: tzinfo) -> list[int]:
    """Mentions on each day of the span, the last one today."""
    days = dict(counted.days)
    today = datetime.fromtimestamp(now / 1000, zone).date()
    return [days.get(today - timedelta(days=back), 0) for back in reversed(range(span))]


def tab_count(tried: Tried, tab: int) -> str:
    """What stands beside a tab's name; "…" while it is being counted."""
    if tried.node is None:
        return ""
    if tab == MATCHES:
        return "…" if tried.counted is None else counted_text(tried.counted.total, exact=tried.counted.exact)
    if tab == NEAR:
        total = sum(near.found.mentions for near in tried.near)
        exact = all(near.found.exact for near in tried.near)
        return counted_text(total, exact=exact) + ("" if tried.is_over else "…")
    if tried.difference is None:
        return "" if tried.is_over else "…"
    found = tried.difference.added if tab == ADDED else tried.difference.removed
    return counted_text(found.mentions, exact=found.exact)


def tab_rows(tried: Tried, tab: int, present: str) -> tuple[list[TrialGroup], str]:
    """The mentions under a tab, and a remark; `present` is the query in force ("" for none)."""
    if tried.node is None:
        return [], ""
    if tab == NEAR:
        groups = [_near_group(near, tried.node) for near in tried.near]
    elif tab == MATCHES:
        groups = _group(tried.node, tried.samples)
    else:
        groups = _changed_groups(tried, tried.node, tab, present)
    if not groups:
        return groups, _why_empty(tried, tab, present)
    return groups, "…" if tab == NEAR and not tried.is_over else ""


def _group(marks: Node, mentions: tuple[Mention, ...]) -> list[TrialGroup]:
    return [TrialGroup("", "", mentions, partial(_hits, marks))] if mentions else []


def _near_group(near: trials.NearMiss, node: Node) -> TrialGroup:
    from socialhub.query import format_query

    heading = labelled(_("but for"), format_query(near.part))
    count = counted_text(near.found.mentions, exact=near.found.exact)
    return TrialGroup(heading, count, near.found.samples, partial(_hits, trials.to_mark(node, near.part)))


def _changed_groups(tried: Tried, node: Node, tab: int, present: str) -> list[TrialGroup]:
    if tried.difference is None:
        return []
    if tab == ADDED:
        return _group(node, tried.difference.added.samples)
    return _group(parsed(present), tried.difference.removed.samples)


def _why_empty(tried: Tried, tab: int, present: str) -> str:
    if not tried.is_over:
        return "…"
    if tab == MATCHES:
        return _("Nothing matches.")
    if tab == NEAR:
        return _("Nothing is missed by one part of the query alone.")
    if not present:
        return _("A new topic: all that matches is added.")
    if tried.difference is None:
        return _("This is the query in force.")
    return _("Nothing is added.") if tab == ADDED else _("Nothing is removed.")


def counted_text(count: int, *, exact: bool) -> str:
    """A count, marked when it is an estimate."""
    return number(count) if exact else _("≈ {count}").format(count=number(count))


def _hits(node: Node, text: str) -> Hits:
    from socialhub.query import spans

    return spans(node, text)


def progress_text(job: Job, name: str, others: int, *, collected: bool) -> Content:
    """How far the past of a topic is, beside `others` that wait; `collected` False: nobody is there to do it."""
    glyphs, full = glyphs_of(), round(share_done(job) * _BAR)
    waiting = f" (+{others})" if others else ""
    nobody = "" if collected else f" {glyphs.dot} " + _("nobody collects")
    return Content.assemble(
        f" {safe(name)}{waiting} ",
        (glyphs.levels[-1] * full, "$text-accent"),
        (glyphs.zero * (_BAR - full), "$text-muted"),
        f" {so_far(job)}{nobody}",
    )
