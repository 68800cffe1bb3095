"""Sparklines as text: counts to bars. Zero-based, a cell is always the same length of time, a hole is never a zero.

Textual's own sparkline scales from the least to the greatest value and stretches; this one never does either.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from itertools import pairwise

from socialhub.ages import moment_text, period
from socialhub.i18n import _, ngettext
from socialhub.widgets.glyphs import UNICODE, Glyphs

MAX_HOLES_NAMED = 2
"""More holes than this are counted instead of named."""


def sparkline(
    values: Sequence[int], holes: Sequence[bool] = (), *, maximum: int | None = None, glyphs: Glyphs = UNICODE
) -> str:
    """One glyph per value, in order: a bar of value / maximum, the baseline for 0, the hole mark for a hole.

    `maximum` is the value of a full bar (greater ones are full too); without it the greatest value shown. `holes` may
    be shorter than `values`: the rest was listened to. A partly covered cell that counted something shows its bar.
    """
    top = maximum if maximum is not None else max(values, default=0)
    levels = len(glyphs.levels)
    bars: list[str] = []
    for index, value in enumerate(values):
        if value > 0:
            level = -(-min(value, top) * levels // top) if top > 0 else levels
            bars.append(glyphs.levels[max(level, 1) - 1])
        else:
            bars.append(glyphs.hole if index < len(holes) and holes[index] else glyphs.zero)
    return "".join(bars)


def merge(values: Sequence[int], holes: Sequence[bool], factor: int) -> tuple[tuple[int, ...], tuple[bool, ...]]:
    """The same span in cells `factor` times as long, the newest whole: sums, and a hole where half or more was.

    The first cell covers what is left over (fewer than `factor` cells) when the number does not divide.
    """
    if factor <= 1:
        return tuple(values), tuple(holes)
    edges = sorted({0, *range(len(values) % factor, len(values) + 1, factor)})
    spans = list(pairwise(edges))
    return (
        tuple(sum(values[low:high]) for low, high in spans),
        tuple(2 * sum(holes[low:high]) >= high - low for low, high in spans),
    )


def hole_spans(holes: Sequence[bool], start: int, step: int) -> list[tuple[int, int]]:
    """The holes as (from, to) in ms UTC, neighbours joined; cells are `step` ms long from `start` on."""
    spans: list[tuple[int, int]] = []
    for index, hole in enumerate(holes):
        if not hole:
            continue
        low, high = start + index * step, start + (index + 1) * step
        if spans and spans[-1][1] == low:
            spans[-1] = (spans[-1][0], high)
        else:
            spans.append((low, high))
    return spans


def hole_sentence(holes: Sequence[bool], start: int, step: int, zone: tzinfo | None = None) -> str:
    """Where the holes are, in words ("hole: nobody listened 03:10–03:40"); "" when there is none."""
    spans = hole_spans(holes, start, step)
    end = start + len(holes) * step
    if not spans:
        return ""
    if spans == [(start, end)]:
        return _("nobody listened in this span")
    if len(spans) == 1 and spans[0][0] == start:
        return _("hole: nobody listened before {time}").format(time=moment_text(spans[0][1], end, zone))
    if len(spans) == 1 and spans[0][1] == end:
        return _("hole: nobody listens since {time}").format(time=moment_text(spans[0][0], end, zone))
    named = ", ".join(period(low, high, end, zone) for low, high in spans[-MAX_HOLES_NAMED:])
    if len(spans) <= MAX_HOLES_NAMED:
        return ngettext("hole: nobody listened {times}", "holes: nobody listened {times}", len(spans)).format(
            times=named
        )
    return _("{count} holes: nobody listened {times} and before").format(count=len(spans), times=named)
