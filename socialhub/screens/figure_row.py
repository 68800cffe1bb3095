"""From the curves of metrics to the row that stands beneath the trends. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo

from socialhub.ages import moment_text
from socialhub.i18n import _
from socialhub.live.figures import FigureCurve
from socialhub.metric_words import figure
from socialhub.widgets.trend_rows import FigureRow


def figure_row(
    curves: Sequence[FigureCurve], place: int, topics: Mapping[str, int], now: int, zone: tzinfo
) -> FigureRow:
    """The row of one of the curves; `topics` gives the numbers of topics by their slugs."""
    metric = curves[place].metric
    beside = frozenset(number for slug, number in topics.items() if metric.concerns(slug))
    return FigureRow(
        metric.shown,
        curves[place].cells,
        metric.adds,
        metric.unit,
        figure(metric.value, metric.unit),
        _("last row {time}").format(time=moment_text(metric.last, now, zone)),
        f"{place + 1}/{len(curves)}" if len(curves) > 1 else "",
        None if len(beside) == len(topics) else beside,
    )
