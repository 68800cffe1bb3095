"""What was counted as rows to choose from: names, and the part of a query that narrows to each."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from socialhub.ages import date_text, month_text
from socialhub.i18n import N_, _, number
from socialhub.query import format_query
from socialhub.query.tree import DateRange
from socialhub.screens.refine import chosen_parts, field_part
from socialhub.store.facets import Facets
from socialhub.store.schema import UNSURE_BUCKET
from socialhub.widgets.facet_panel import FacetGroup, FacetValue, FacetView

_TONES: Final = {
    -1: ("neg", N_("negative")),
    0: ("neu", N_("neutral")),
    1: ("pos", N_("positive")),
    UNSURE_BUCKET: ("unsure", N_("unsure")),
}
_MOST: Final = 8
"""Values listed of a kind; the others are summed up in a line."""
_DAYS_LISTED: Final = 14
_LONGEST_CURVE: Final = 366


def facet_view(found: Facets, query: str, now: int, zone: tzinfo) -> FacetView:
    """The rows for the counts of a query."""
    chosen = chosen_parts(query)
    languages = tuple(
        (name or _("none known"), field_part("lang", name) if name else "", count) for name, count in found.languages
    )
    sources = tuple((name, field_part("source", name), count) for name, count in found.sources)
    tones = tuple((_(_TONES[tone][1]), field_part("sentiment", _TONES[tone][0]), count) for tone, count in found.tones)
    groups = (
        FacetGroup(_("Source"), _rows(sources, chosen)),
        FacetGroup(_("Tone"), _rows(tones, chosen)),
        FacetGroup(_("Language"), _rows(languages, chosen)),
        FacetGroup(_("Published"), _rows(_dates(found, now, zone), chosen), _curve(found)),
    )
    return FacetView(found.total, found.exact, chosen, tuple(group for group in groups if group.values))


def _rows(values: tuple[tuple[str, str, int], ...], chosen: tuple[str, ...]) -> tuple[FacetValue, ...]:
    rows = [FacetValue(part, name, count) for name, part, count in values if part not in chosen or not part]
    if len(rows) <= _MOST or rows[0].part.startswith("date:"):
        return tuple(rows)
    others = rows[_MOST:]
    name = _("{count} others").format(count=number(len(others)))
    return (*rows[:_MOST], FacetValue("", name, sum(row.count for row in others)))


def _dates(found: Facets, now: int, zone: tzinfo) -> tuple[tuple[str, str, int], ...]:
    """The newest first: days where there are few, else months, else years."""
    if not found.days:
        return ()
    if (found.days[-1][0] - found.days[0][0]).days < _DAYS_LISTED:
        return tuple((_day_text(day, now, zone), _date(day.isoformat()), count) for day, count in reversed(found.days))
    months = _summed(found, 7)
    if len(months) <= _DAYS_LISTED:
        return tuple((month_text(int(m[:4]), int(m[5:])), _date(m), months[m]) for m in sorted(months, reverse=True))
    years = _summed(found, 4)
    return tuple((year, _date(year), years[year]) for year in sorted(years, reverse=True))


def _summed(found: Facets, length: int) -> Counter[str]:
    total: Counter[str] = Counter()
    for day, count in found.days:
        total[day.isoformat()[:length]] += count
    return total


def _date(civil: str) -> str:
    return format_query(DateRange(civil, civil))


def _day_text(day: date, now: int, zone: tzinfo) -> str:
    return date_text(round(datetime(day.year, day.month, day.day, 12, tzinfo=zone).timestamp() * 1000), now, zone)


def _curve(found: Facets) -> tuple[int, ...]:
    """A number for each day from the first to the last, of the last year where it is longer."""
    counted = dict(found.days)
    last = found.days[-1][0] if found.days else date.min
    first = max(found.days[0][0], last - timedelta(days=_LONGEST_CURVE - 1)) if found.days else last
    return tuple(counted.get(first + timedelta(days=day), 0) for day in range((last - first).days + 1))
