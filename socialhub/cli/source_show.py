"""`socialhub sources show`: one source in full, with its last day and what it exchanged last, without a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from socialhub.cli.output import GAP, print_json, print_text
from socialhub.cli.setup import Setup
from socialhub.cli.source_day import last_day, legend_text, strip_text
from socialhub.cli.view import HEALTH_WORDS, covered_share, health_by_source, moment, next_try, source_values
from socialhub.clock import DAY, SECOND
from socialhub.i18n import _
from socialhub.polled import SLOT, SLOTS, Heard, slot_start
from socialhub.text import clean

if TYPE_CHECKING:
    from socialhub.exchanges import Exchange
    from socialhub.model import SourceRow
    from socialhub.store.connection import Connection

CELLS = SLOTS // 2
"""One for half an hour: it fits a terminal of 60 columns."""


def show_source(db: Connection, setup: Setup, row: SourceRow, *, as_json: bool) -> None:
    """Print it."""
    from socialhub.store.budgets import read_meters
    from socialhub.store.collectors import latest
    from socialhub.store.exchanges import exchange_of

    now = setup.clock.now()
    heard, meters = last_day(db, [row], now)[row.number], read_meters(db, now).get(row.number, ())
    health = health_by_source([row], latest(db), setup.clock)[row.number]
    exchange = exchange_of(db, row.number)
    if as_json:
        share = covered_share(db, now - DAY, now).get(row.number)
        values = source_values(row, health, now, share, meters, heard)
        print_json([values | {"last_24h": _cells(heard, now), "last_exchange": exchange_values(exchange)}])
        return
    from socialhub.source_words import source_facts

    print_text(Text(clean(row.name, single_line=True), "bold"))
    print_text(strip_text(heard, now, CELLS))
    print_text(Text(legend_text(heard), "dim"))
    words = _(HEALTH_WORDS[health])
    _print_rows(source_facts(row, heard, meters, now, setup.zone, health=words, next_try=next_try(row, now)))
    print_exchange(exchange, now, setup)


def print_exchange(exchange: Exchange | None, now: int, setup: Setup) -> None:
    """The last exchange in words."""
    from socialhub.exchange_words import exchange_rows

    print_text(Text(_("Last exchange"), "bold"))
    if exchange is None:
        print_text(Text(_("Nothing was exchanged yet.")))
        return
    _print_rows(exchange_rows(exchange, now, setup.zone))
    for line in clean(exchange.start).splitlines():
        print_text(Text(f"{GAP}{line}"))


def _print_rows(rows: list[tuple[str, str]]) -> None:
    width = max(len(name) for name, _value in rows)
    for name, value in rows:
        print_text(Text.assemble((name.ljust(width), "dim"), GAP, value))


def _cells(heard: Heard, now: int) -> list[dict[str, Any]]:
    first = slot_start(now) - (SLOTS - 1) * SLOT
    return [{"from": moment(first + place * SLOT), "was": cell.value} for place, cell in enumerate(heard.cells)]


def exchange_values(exchange: Exchange | None) -> dict[str, Any] | None:
    """The last exchange for JSON: times in UTC and in seconds."""
    if exchange is None:
        return None
    return {
        "at": moment(exchange.at),
        "asked": exchange.asked,
        "answer": exchange.answer or None,
        "took_s": None if exchange.took is None else exchange.took / SECOND,
        "bytes": exchange.size,
        "facts": dict(exchange.facts),
        "start": exchange.start or None,
    }
