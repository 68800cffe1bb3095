"""The last exchange of each source, as its notebook gave it: one row a source, already without secrets."""

from __future__ import annotations

from socialhub.exchanges import Exchange
from socialhub.store.connection import Connection


def keep_exchange(db: Connection, source: int, exchange: Exchange) -> None:
    """In place of the one before."""
    db.execute(
        "INSERT INTO exchanges (source, at, told) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET at = excluded.at, told = excluded.told",
        (source, exchange.at, exchange.to_json()),
    )


def exchange_of(db: Connection, source: int) -> Exchange | None:
    """The last exchange of a source; None when there was none, or when it cannot be read."""
    row = db.execute("SELECT told FROM exchanges WHERE source = ?", (source,)).fetchone()
    try:
        return Exchange.from_json(row[0]) if row is not None else None
    except ValueError:
        return None


def forget_exchanges(db: Connection, older_than: int | None = None) -> None:
    """All of them, or those before a moment (ms UTC): an answer may begin with what somebody wrote."""
    db.execute("DELETE FROM exchanges WHERE ?1 IS NULL OR at < ?1", (older_than,))


def forget_exchanges_of_others(db: Connection) -> None:
    """Those of sources that are configured no more: nothing would ever take their place."""
    db.execute("DELETE FROM exchanges WHERE source IN (SELECT id FROM sources WHERE NOT configured)")
