"""How many people open the sites that mentions come from: the shipped classes, and what the config says else."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from socialhub.config.checks import Tables, check_unique
from socialhub.config.lines import KeyPath
from socialhub.config.problems import nearest, shown
from socialhub.config.reader import Reading, shown_key
from socialhub.config.settings import AudienceSettings
from socialhub.i18n import _
from socialhub.reach import Audience

UNKNOWN: Final = "unknown"
"""The class without a band: the reach of what stands on its sites stays unknown, whatever is shipped."""


@cache
def shipped() -> tuple[AudienceSettings, ...]:
    """The classes of the package."""
    document = tomllib.loads(files("socialhub.config").joinpath("audiences.toml").read_text("utf-8"))
    return tuple(
        AudienceSettings(kind=row["kind"], low=row["low"], high=row["high"], sites=tuple(row.get("sites", ())))
        for row in document["audiences"]
    )


def audiences_of(configured: Iterable[AudienceSettings]) -> dict[str, Audience]:
    """The class of every site: a table of the config changes the band of its class and takes its sites to it."""
    bands = {each.kind: Audience(each.kind, each.low, each.high) for each in shipped() if each.low and each.high}
    kinds = {site: each.kind for each in shipped() for site in each.sites}
    for each in configured:
        if each.low is not None and each.high is not None:
            bands[each.kind] = Audience(each.kind, each.low, each.high)
        kinds.update(dict.fromkeys(each.sites, each.kind))
    return {site: bands[kind] for site, kind in kinds.items() if kind in bands}


def read_audiences(reading: Reading, document: Mapping[str, Any]) -> tuple[AudienceSettings, ...]:
    """The classes of a document; everything that is wrong is reported."""
    tables = reading.tables(document, "audiences")
    found = {at: each for at, table in tables if (each := reading.settings(AudienceSettings, table, at))}
    check_unique({at: table.get("kind") for at, table in tables}, "kind", reading)
    for at, each in found.items():
        _check_band(each, at, reading)
    _check_sites(tables, reading)
    return tuple(found.values())


def _check_band(each: AudienceSettings, at: KeyPath, reading: Reading) -> None:
    known = {row.kind for row in shipped()}
    if each.kind == UNKNOWN:
        if each.low is not None or each.high is not None:
            reading.report(at, _("the class {kind} has no band").format(kind=UNKNOWN))
    elif (each.low is None) != (each.high is None):
        reading.report(at, _("a band has both ends: give low and high"))
    elif each.low is None and each.kind not in known:
        message = _("a class of your own needs a band: give low and high, the people who open such a site in a day")
        reading.report((*at, "kind"), message, nearest(each.kind, [*known, UNKNOWN]))
    elif each.low is not None and each.high is not None and each.low > each.high:
        reading.report((*at, "low"), _("the low end is above the high one"))


def _check_sites(tables: Tables, reading: Reading) -> None:
    """A site has one class."""
    first: dict[str, KeyPath] = {}
    for at, table in tables:
        sites = table.get("sites")
        for index, site in enumerate(sites if isinstance(sites, list) else ()):
            place = (*at, "sites", index)
            if isinstance(site, str) and first.setdefault(site.lower(), place) != place:
                earlier = first[site.lower()]
                message = _("the site {value} already stands at {earlier} on line {line}")
                line = reading.lines.of(earlier) or 0
                reading.report(place, message.format(value=shown(site), earlier=shown_key(earlier), line=line))
