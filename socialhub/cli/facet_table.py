"""What a search found, counted, as a table or as one JSON object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from socialhub.cli.output import Column, print_json, print_table, say
from socialhub.i18n import _, number
from socialhub.store.facets import Facets, facets

if TYPE_CHECKING:
    from socialhub.cli.find import Finder

_TONES: Final = {-1: "neg", 0: "neu", 1: "pos", 2: "unsure"}
"""The values of `sentiment:` in a query."""


def print_facets(finder: Finder, as_json: bool) -> None:
    """The counts of a search."""
    from socialhub.cli.find import PATIENCE

    found = facets(finder.db, finder.chosen, finder.zone, operator=finder.operator, now=finder.now, seconds=PATIENCE)
    if as_json:
        print_json([{"total": found.total, "exact": found.exact, **{kind: dict(rows) for kind, rows in _kinds(found)}}])
        return
    sign = "" if found.exact else "≈ "
    headings = {"source": _("source"), "sentiment": _("tone"), "lang": _("language"), "date": _("published")}
    rows = [
        [headings[kind], value or "–", f"{sign}{number(count)}"]
        for kind, counted in _kinds(found)
        for value, count in counted
    ]
    print_table([Column(_("counted by")), Column(_("value"), may_shrink=True), Column(_("mentions"), right=True)], rows)
    say(_("{count} mentions in all").format(count=f"{sign}{number(found.total)}"))


def _kinds(found: Facets) -> list[tuple[str, list[tuple[str, int]]]]:
    """The counts by the field of the query language that narrows to them; days with the newest first."""
    return [
        ("source", list(found.sources)),
        ("sentiment", [(_TONES[tone], count) for tone, count in found.tones]),
        ("lang", list(found.languages)),
        ("date", [(day.isoformat(), count) for day, count in reversed(found.days)]),
    ]
