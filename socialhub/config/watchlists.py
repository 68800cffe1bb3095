"""Watchlists as a whole: who is on them, what only shows across lists, and the sources that follow a list's accounts.

A person who stands on two lists is one person: what each list says of them is put together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from socialhub.config.checks import Tables, check_unique, slug_of
from socialhub.config.lines import KeyPath
from socialhub.config.problems import nearest, shown
from socialhub.config.reader import Reading, shown_key
from socialhub.config.settings import PersonSettings, WatchlistSettings
from socialhub.i18n import _
from socialhub.sources.kinds.bluesky import BlueskySettings
from socialhub.sources.kinds.mastodon import MastodonSettings
from socialhub.sources.settings import SourceSettings


def read_watchlists(reading: Reading, document: Mapping[str, Any]) -> tuple[WatchlistSettings, ...]:
    """The lists of a document with the ids of lists and people filled in; everything that is wrong is reported."""
    tables = reading.tables(document, "watchlists")
    lists = {
        at: replace(
            watchlist,
            id=slug_of(table),
            people=tuple(replace(person, id=_id_of(person)) for person in watchlist.people),
        )
        for at, table in tables
        if (watchlist := reading.settings(WatchlistSettings, table, at))
    }
    _check_lists(lists, tables, reading)
    _check_people(tables, reading)
    return tuple(lists.values())


def _id_of(person: PersonSettings) -> str:
    return slug_of({"id": person.id, "name": person.name})


def people_of(watchlists: Iterable[WatchlistSettings]) -> tuple[PersonSettings, ...]:
    """Everybody on the lists, once, in the order in which they are named first."""
    people: dict[str, PersonSettings] = {}
    for person in (person for watchlist in watchlists for person in watchlist.people):
        known = people.setdefault(person.id, person)
        people[person.id] = replace(
            known,
            handles=tuple(dict.fromkeys((*known.handles, *person.handles))),
            sites=tuple(dict.fromkeys((*known.sites, *person.sites))),
            bylines=tuple(dict.fromkeys((*known.bylines, *person.bylines))),
            role=known.role or person.role,
        )
    return tuple(people.values())


# ---- checks ------------------------------------------------------------------------------------------------------


def _check_lists(lists: Mapping[KeyPath, WatchlistSettings], tables: Tables, reading: Reading) -> None:
    same_name = check_unique({at: table.get("name") for at, table in tables}, "name", reading)
    check_unique({at: slug_of(table) for at, table in tables if at not in same_name}, "id", reading)
    for at, watchlist in lists.items():
        if not watchlist.id:
            _report_no_id((*at, "name"), reading)
        if not watchlist.people:
            reading.report(at, _("nobody is on this list"), warning=True)


def _report_no_id(at: KeyPath, reading: Reading) -> None:
    reading.report(at, _("no id can be made from this name: give one, id = {example}").format(example='"…"'))


def _check_people(tables: Tables, reading: Reading) -> None:
    """Report people twice on one list, a handle of two people, and who cannot be recognised."""
    recognised = {slug_of(row) for _at, row in _written_people(tables) if _is_recognisable(row)}
    for at, table in tables:
        rows = list(_written_people([(at, table)]))
        check_unique({place: slug_of(row) for place, row in rows}, "name", reading)
    for place, row in _written_people(tables):
        person = slug_of(row)
        if not person and row.get("name"):
            _report_no_id((*place, "name"), reading)
        elif person and person not in recognised:
            hint = _("nothing tells what they wrote: give {keys}").format(keys="handles, sites / bylines")
            reading.report(place, hint, warning=True)
    _check_handles(tables, reading)


def _written_people(tables: Tables) -> Iterator[tuple[KeyPath, Mapping[str, Any]]]:
    """The tables of people as they are written, those that could not be read in full too."""
    for at, table in tables:
        rows = table.get("people")
        for index, row in enumerate(rows if isinstance(rows, list) else ()):
            if isinstance(row, dict):
                yield (*at, "people", index), row


def _is_recognisable(row: Mapping[str, Any]) -> bool:
    return any(row.get(key) for key in ("handles", "sites", "bylines"))


def _check_handles(tables: Tables, reading: Reading) -> None:
    """A handle belongs to one person; a bare name also means that name on every server, and may be somebody else's."""
    owners: dict[str, tuple[str, KeyPath]] = {}
    for place, row in _written_people(tables):
        handles = row.get("handles")
        for index, raw in enumerate(handles if isinstance(handles, list) else ()):
            if not isinstance(raw, str) or not raw.strip("@"):
                continue
            at = (*place, "handles", index)
            person, first = owners.setdefault(_plain(raw), (slug_of(row), at))
            if first != at and (person != slug_of(row) or first[:-1] == at[:-1]):
                message = _("the handle {value} already stands at {earlier} on line {line}")
                line = reading.lines.of(first) or 0
                where = shown_key(first)
                reading.report(at, message.format(value=shown(raw), earlier=where, line=line))
    for handle, (person, _at) in owners.items():
        for wider in wider_handles(handle):
            if wider in owners and owners[wider][0] != person:
                message = _("{wider} means {handle} too, which is somebody else's: name its server")
                at_wider = owners[wider][1]
                reading.report(at_wider, message.format(wider=shown(wider), handle=shown(handle)), warning=True)


def _plain(handle: str) -> str:
    return handle.lower().lstrip("@")


def wider_handles(handle: str) -> Iterator[str]:
    """The shorter handles that stand for this one too: "lea@piaille.fr" -> "lea", "lea@piaille"."""
    for place, sign in enumerate(handle):
        if sign in "@." and place:
            yield handle[:place]


# ---- sources that follow a list ----------------------------------------------------------------------------------


def follow_watchlists(
    sources: Mapping[KeyPath, SourceSettings], lists: Iterable[WatchlistSettings], reading: Reading
) -> dict[KeyPath, SourceSettings]:
    """The sources with the accounts of the list that each names; an unknown list is reported."""
    by_id = {watchlist.id: watchlist for watchlist in lists}
    everybody = {person.id: person for person in people_of(by_id.values())}
    followed = dict(sources)
    for at, source in sources.items():
        if not isinstance(source, MastodonSettings | BlueskySettings) or not source.watchlist:
            continue
        watchlist = by_id.get(source.watchlist)
        if watchlist is None:
            message = _("there is no watchlist with this id")
            reading.report((*at, "watchlist"), message, nearest(source.watchlist, by_id))
            continue
        handles = [handle for person in watchlist.people for handle in everybody[person.id].handles]
        mine = [handle for handle in handles if _speaks_here(source, handle)]
        if not mine:
            reading.report((*at, "watchlist"), _("nobody on this list has an account of this kind"), warning=True)
        followed[at] = replace(source, accounts=tuple(dict.fromkeys((*source.accounts, *mine))))
    return followed


def _speaks_here(source: SourceSettings, handle: str) -> bool:
    """Whether a handle names an account that this kind of source can ask for."""
    plain = handle.lstrip("@")
    if isinstance(source, MastodonSettings):
        return "@" in plain
    return "@" not in plain and ("." in plain or plain.startswith("did:"))
