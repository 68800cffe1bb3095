"""What a config holds once it is read: typed, frozen, with every default filled in. Nothing here reads a file.

The fields of a class are the keys of its table in config.toml; `Meaning` says how a value is written and checked.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, field, fields
from datetime import UTC, tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from zoneinfo import ZoneInfo

from socialhub.alert_rules import KINDS as RULE_KINDS
from socialhub.alert_rules import SEVERITIES
from socialhub.config.duty_settings import EscalationSettings, ShiftSettings
from socialhub.config.problems import Problem
from socialhub.config.secrets import is_reference, resolve_secret
from socialhub.holidays import COUNTRIES
from socialhub.hours import ALWAYS
from socialhub.i18n import N_
from socialhub.metrics import Adds
from socialhub.records import dataclass
from socialhub.sources.settings import Duration, DurationOrNone, FilePath, LanguageCode, Meaning, Secret, SourceSettings
from socialhub.targets import USUAL_DIGEST, USUAL_LIMIT
from socialhub.tempo import Manners
from socialhub.terminal_calls import AUTO, WAYS

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from socialhub.query import Node

TOPIC_KINDS: Final = ("brand", "competitor", "product", "campaign", "person", "issue")
KIND_NAMES: Final = {
    "brand": N_("brand"),
    "competitor": N_("competitor"),
    "product": N_("product"),
    "campaign": N_("campaign"),
    "person": N_("person"),
    "issue": N_("issue"),
}
"""The kinds of topics as a person reads them; files and --json keep the English words."""
LIMITS: Final = ("-1000000000000000", "1000000000000000")
"""Between these lies every figure of a metric."""
WATCHLIST_KINDS: Final = ("press", "institution", "partner", "influencer", "employee", "competitor", "other")
DESK_PANES: Final = ("mentions", "trends", "alerts", "sources")
PANES: Final = (*DESK_PANES, "share", "people", "places")
USUAL_LAYOUT: Final = "room"
ONLY_CALLED: Final = "never"
"""The severity of a target that is told only what escalates to it."""

_LOCAL_TIME = Path("/etc/localtime")
# Settings of screens: two processes that differ only in these may take over from one another.
_NOT_COLLECTED: Final = frozenset({"name", "language", "timezone"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """The room itself. `retention` is milliseconds, None for keeping everything; `silent_after` counts intervals."""

    name: Annotated[str, Meaning("name")] = "socialhub"
    language: Annotated[str, Meaning("choice", ("", "fr", "en"))] = ""
    languages: tuple[LanguageCode, ...] = ("fr", "en")
    timezone: Annotated[str, Meaning("timezone")] = ""
    contact: Annotated[str, Meaning("contact")] = ""
    retention: Duration | None = None
    silent_after: Annotated[int, Meaning("range", ("1", "1000"))] = 3
    country: Annotated[str, Meaning("choice", ("", *COUNTRIES))] = "FR"
    business_hours: Annotated[str, Meaning("business-hours")] = "mon-fri 09:00-18:00"
    closed: tuple[Annotated[str, Meaning("moment")], ...] = ()
    proxy: Annotated[str, Meaning("proxy")] = ""
    ca_file: FilePath = ""
    slower_when_quiet: Annotated[int, Meaning("range", ("1", "12"))] = 3
    night: Annotated[str, Meaning("night")] = ""
    slower_at_night: Annotated[int, Meaning("range", ("1", "12"))] = 2
    faster_in_crisis: Annotated[int, Meaning("range", ("1", "20"))] = 5

    @property
    def manners(self) -> Manners:
        """How much slower and faster sources are asked."""
        return Manners(self.slower_when_quiet, self.slower_at_night, self.faster_in_crisis)

    @property
    def zone(self) -> tzinfo:
        """The time zone of clocks and dates on screen: the configured one, else the machine's."""
        return ZoneInfo(self.timezone) if self.timezone else local_zone()

    def proxy_address(self) -> str:
        """The proxy with its credentials, "" for none; raises SourceError("secret-missing")."""
        return resolve_secret(self.proxy) if is_reference(self.proxy) else self.proxy


def local_zone() -> tzinfo:
    """The machine's time zone, with its summer time."""
    try:
        if named := os.environ.get("TZ", "").lstrip(":"):
            return ZoneInfo(named)
        with _LOCAL_TIME.open("rb") as zone_file:
            return ZoneInfo.from_file(zone_file)
    except (OSError, ValueError, KeyError):
        return UTC


@dataclass(frozen=True, kw_only=True)
class TopicSettings:
    """A topic. `id` is the stable slug; `retention` is milliseconds, None for that of the hub."""

    id: Annotated[str, Meaning("slug")] = ""
    name: Annotated[str, Meaning("name")]
    kind: Annotated[str, Meaning("choice", TOPIC_KINDS)]
    query: Annotated[str, Meaning("query")]
    colour: Annotated[str, Meaning("colour")] = ""
    retention: Duration | None = None

    @cached_property
    def tree(self) -> Node:
        """The query, parsed; raises QueryError (never for a topic of a loaded config)."""
        from socialhub.query import parse

        return parse(self.query)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSettings:
    """Somebody, or an outlet, that is followed. `id` is the stable slug: the same one on two lists is one person.

    What they wrote is known by `handles` and `sites` as the query fields of these names mean them, and by `bylines`
    (as `author:` does) where a mention has no handle.
    """

    id: Annotated[str, Meaning("slug")] = ""
    name: Annotated[str, Meaning("name")]
    handles: tuple[Annotated[str, Meaning("handle")], ...] = ()
    sites: tuple[Annotated[str, Meaning("site")], ...] = ()
    bylines: tuple[Annotated[str, Meaning("byline")], ...] = ()
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchlistSettings:
    """People and outlets followed without keywords. `id` is the stable slug."""

    id: Annotated[str, Meaning("slug")] = ""
    name: Annotated[str, Meaning("name")]
    kind: Annotated[str, Meaning("choice", WATCHLIST_KINDS)] = "other"
    people: tuple[PersonSettings, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceSettings:
    """A class of sites: `low` to `high` people open one of them in a day (None: as shipped), and which are of it."""

    kind: Annotated[str, Meaning("slug")]
    low: Annotated[int | None, Meaning("range", ("1", "1000000000"))] = None
    high: Annotated[int | None, Meaning("range", ("1", "1000000000"))] = None
    sites: tuple[Annotated[str, Meaning("site")], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSettings:
    """A rule of alerts: what it leaves out is as usual for its kind (see alert_rules.Rule). Lengths are ms.

    `id` is the stable name; that of a rule in force by itself (its kind) replaces it. `topics` are ids of topics.
    """

    kind: Annotated[str, Meaning("choice", RULE_KINDS)]
    id: Annotated[str, Meaning("slug")] = ""
    enabled: bool = True
    topics: tuple[Annotated[str, Meaning("slug")], ...] = ()
    severity: Annotated[str, Meaning("choice", ("", *SEVERITIES))] = ""
    floor: Annotated[int | None, Meaning("range", ("1", "1000000"))] = None
    crisis_from: Annotated[int | None, Meaning("range", ("1", "1000000"))] = None
    calm_for: Duration | None = None
    repeat: DurationOrNone | None = None
    query: Annotated[str, Meaning("query")] = ""
    reach: Annotated[int | None, Meaning("range", ("0", "1000000000"))] = None
    metric: str = ""
    above: Annotated[float | None, Meaning("range", LIMITS)] = None
    below: Annotated[float | None, Meaning("range", LIMITS)] = None
    lasting: Duration | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSettings:
    """A metric by the name that its rows have: how they add up, and the topics (ids) beside which it stands."""

    name: Annotated[str, Meaning("name")]
    adds: Annotated[str, Meaning("choice", tuple(Adds))] = Adds.SUM
    topics: tuple[Annotated[str, Meaning("slug")], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSettings:
    """Something planned that makes people talk: `start` and `end` as written, in the room's time unless they say."""

    name: Annotated[str, Meaning("name")]
    start: Annotated[str, Meaning("moment")]
    end: Annotated[str, Meaning("moment")]
    topics: tuple[Annotated[str, Meaning("slug")], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifySettings:
    """Somebody, or a channel, that is told of alerts (see targets.Target). `url` names the secret with its address."""

    name: Annotated[str, Meaning("name")]
    url: Secret
    severity: Annotated[str, Meaning("choice", (*SEVERITIES, ONLY_CALLED))] = "warning"
    topics: tuple[Annotated[str, Meaning("slug")], ...] = ()
    hours: Annotated[str, Meaning("hours")] = ALWAYS
    language: Annotated[str, Meaning("choice", ("", "fr", "en"))] = ""
    digest: DurationOrNone = USUAL_DIGEST
    limit: Annotated[int, Meaning("range", ("1", "1000"))] = USUAL_LIMIT
    all_clear: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentiment:
    """How a tone is judged. `precise` lets the extra of that name judge again what matters most."""

    backend: Annotated[str, Meaning("choice", ("linear", "textblob"))] = "linear"
    precise: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """How the console looks. `density` is lines a mention; `stories`: a story is one line, until somebody chooses."""

    name: Annotated[str, Meaning("choice", ("auto", "dark", "light", "ansi", "none"))] = "auto"
    density: Annotated[int, Meaning("range", ("1", "2"))] = 1
    stories: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """What a console tells its terminal of alerts from `severity` on (see terminal_calls)."""

    bell: bool = True
    notification: Annotated[str, Meaning("choice", WAYS)] = AUTO
    title: bool = True
    severity: Annotated[str, Meaning("choice", SEVERITIES)] = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """The tiled walls: layout name -> names of its panes, in order."""

    layouts: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: {USUAL_LAYOUT: DESK_PANES})


@dataclass(frozen=True, kw_only=True)
class Config:
    """A whole config. `keys` holds only what was rebound: binding id -> keys as Textual names them.

    `warnings` is what is odd but does not stop the program.
    """

    path: Path
    hub: Hub = field(default_factory=Hub)
    topics: tuple[TopicSettings, ...] = ()
    sources: tuple[SourceSettings, ...] = ()
    watchlists: tuple[WatchlistSettings, ...] = ()
    audiences: tuple[AudienceSettings, ...] = ()
    on_call: tuple[ShiftSettings, ...] = ()
    escalations: tuple[EscalationSettings, ...] = ()
    alerts: tuple[AlertSettings, ...] = ()
    metrics: tuple[MetricSettings, ...] = ()
    events: tuple[EventSettings, ...] = ()
    notify: tuple[NotifySettings, ...] = ()
    sentiment: Sentiment = field(default_factory=Sentiment)
    theme: Theme = field(default_factory=Theme)
    terminal: Terminal = field(default_factory=Terminal)
    wall: Wall = field(default_factory=Wall)
    keys: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()

    @property
    def hash(self) -> str:
        """A stable digest of what decides what is collected: two processes with the same one may replace each other.

        Colours, keys, walls, the interface language and the order of tables do not matter; secrets count by name.
        """
        import hashlib
        import json

        collected = {
            "hub": {name: value for name, value in plain(self.hub).items() if name not in _NOT_COLLECTED},
            "topics": sorted(
                (_without(plain(topic), "colour") for topic in self.topics), key=lambda row: str(row["id"])
            ),
            "sources": sorted((effective(source) for source in self.sources), key=lambda row: str(row["name"])),
            "watchlists": sorted((asdict(each) for each in self.watchlists), key=lambda row: str(row["id"])),
            "audiences": sorted((asdict(each) for each in self.audiences), key=lambda row: str(row["kind"])),
            "on_call": [asdict(each) for each in self.on_call],
            "escalations": [asdict(each) for each in self.escalations],
            "alerts": sorted((asdict(each) for each in self.alerts), key=lambda row: str(row["id"])),
            "metrics": sorted((asdict(each) for each in self.metrics), key=lambda row: str(row["name"])),
            "events": sorted((asdict(each) for each in self.events), key=lambda row: str(row["name"])),
            "notify": [asdict(each) for each in self.notify],
            "sentiment": plain(self.sentiment),
        }
        text = json.dumps(collected, sort_keys=True, ensure_ascii=True, default=plain)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def secrets(self) -> list[str]:
        """The names of the secrets that it uses, each once."""
        values = [getattr(source, setting.name) for source in self.sources for setting in fields(source)]
        values += [self.hub.proxy, *(target.url for target in self.notify)]
        return sorted({value for value in values if isinstance(value, str) and is_reference(value)})


def _without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def plain(settings: DataclassInstance) -> dict[str, Any]:
    """The fields of a settings object by name, in their order."""
    return {setting.name: getattr(settings, setting.name) for setting in fields(settings)}


def effective(source: SourceSettings) -> dict[str, Any]:
    """The settings of a source as they act: its kind named, the kind's own interval and rule of keeping filled in."""
    keep = "all" if source.keeps_all else "matched"
    return {**plain(source), "kind": source.kind, "every": source.interval, "keep": keep}
