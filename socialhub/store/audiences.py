"""The classes of sites as the collector writes them into the cache: what the reach of an article is worked out from."""

from __future__ import annotations

from collections.abc import Mapping

from socialhub.reach import Audience
from socialhub.store.connection import Connection


def sync_audiences(db: Connection, sites: Mapping[str, Audience]) -> None:
    """Bring the classes of the cache in line with these (site -> class); reach, never stored, follows at once."""
    wanted = {(site, each.kind, each.low, each.high, each.people) for site, each in sites.items()}
    stored = set(db.execute("SELECT site, kind, low, high, people FROM audiences"))
    db.executemany("DELETE FROM audiences WHERE site = ?", [(row[0],) for row in stored - wanted])
    db.executemany("INSERT INTO audiences VALUES (?, ?, ?, ?, ?)", sorted(wanted - stored))


def audience_of(db: Connection, site: str) -> Audience | None:
    """The class of a site; None when it is on no list."""
    row = db.execute("SELECT kind, low, high FROM audiences WHERE site = lower(?)", (site,)).fetchone()
    return None if row is None else Audience(*row)
