"""config.toml -> `Config`, or every problem in it at once. Reads one file, asks no network and no keyring.

| step | where |
|---|---|
| bytes -> text -> TOML, and the line of every key | here, `lines` |
| tables -> settings, by the annotations of their classes | `reader`, `values` |
| what only shows when all is read: duplicates, queries, contact, unset secrets | `checks` |
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

from socialhub.config.alerting import read_alerts, read_events, read_metrics
from socialhub.config.audiences import read_audiences
from socialhub.config.checks import check_hub, check_secrets, check_sentiment, check_sources, check_topics, slug_of
from socialhub.config.duty import read_duty
from socialhub.config.lines import KeyPath, Lines
from socialhub.config.notify import read_notify
from socialhub.config.problems import ConfigMissing, ConfigProblems, Problem, nearest, shown
from socialhub.config.reader import Reading, settings_of
from socialhub.config.settings import (
    DESK_PANES,
    PANES,
    USUAL_LAYOUT,
    Config,
    Hub,
    Sentiment,
    Terminal,
    Theme,
    TopicSettings,
    Wall,
    WatchlistSettings,
)
from socialhub.config.watchlists import follow_watchlists, read_watchlists
from socialhub.i18n import _
from socialhub.keys import BINDING_IDS, clashes, normalise_keys
from socialhub.sources.kinds import kind_names, settings_class
from socialhub.sources.settings import SourceSettings

S = TypeVar("S")
MOST_BYTES: Final = 1 << 20
SECTIONS: Final = (
    *(
        "hub",
        "topics",
        "sources",
        "watchlists",
        "audiences",
        "alerts",
        "metrics",
        "events",
        "notify",
        "on_call",
        "escalations",
    ),
    *("sentiment", "keys", "theme", "terminal", "wall"),
)

_PLACE_IN_ERROR: Final = re.compile(r"\s*\(at (?:line (?P<line>\d+), column \d+|end of document)\)")
_LAYOUT_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def load(
    path: Path,
    *,
    environ: Mapping[str, str] | None = None,
    check_queries: bool = True,
    require_secrets: bool = False,
) -> Config:
    """Read a config file. Raises ConfigProblems with everything that is wrong (ConfigMissing when there is no file).

    Without `check_queries` the parser is not loaded (0.1 s that a console cannot spare; the collector checks them).
    A secret without a value is a warning and a keyring is not asked; with `require_secrets` each must have a value.
    """
    text = decoded(content_of(path), path)
    return read(text, path, environ=environ, check_queries=check_queries, require_secrets=require_secrets)


def read(
    text: str,
    path: Path,
    *,
    environ: Mapping[str, str] | None = None,
    check_queries: bool = True,
    require_secrets: bool = False,
) -> Config:
    """Read a config from its text; `path` is where it lies or will lie. Raises ConfigProblems."""
    reading, document = _parse(text, path, check_queries)
    for name in document:
        if name not in SECTIONS:
            reading.unknown((name,), SECTIONS)
    hub = _section(reading, document, "hub", Hub)
    topics, watchlists = _topics(reading, document), read_watchlists(reading, document)
    sources = _sources(reading, document, watchlists)
    check_hub(hub, sources, reading)
    sentiment = _section(reading, document, "sentiment", Sentiment)
    check_sentiment(sentiment, reading)
    notify = read_notify(reading, document, topics.values())
    check_secrets(hub, sources, notify, reading, environ=environ, required=require_secrets)
    on_call, escalations = read_duty(reading, document, hub, topics.values())
    config = Config(
        path=path,
        hub=hub,
        topics=tuple(topics.values()),
        sources=tuple(sources.values()),
        watchlists=watchlists,
        audiences=read_audiences(reading, document),
        on_call=on_call,
        escalations=escalations,
        alerts=read_alerts(reading, document, topics.values()),
        metrics=read_metrics(reading, document, topics.values()),
        events=read_events(reading, document, topics.values(), hub.zone),
        notify=tuple(notify.values()),
        sentiment=sentiment,
        theme=_section(reading, document, "theme", Theme),
        terminal=_section(reading, document, "terminal", Terminal),
        wall=_wall(reading, document),
        keys=_keys(reading, document),
    )
    if any(not problem.warning for problem in reading.problems):
        raise ConfigProblems(reading.problems)
    return replace(config, warnings=tuple(sorted(reading.problems, key=lambda problem: problem.line or 0)))


def content_of(path: Path) -> bytes:
    """The bytes of a config file. Raises ConfigProblems (ConfigMissing when there is no file)."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise ConfigMissing(path) from None
    except (OSError, ValueError) as error:
        detail = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        message = _("the file cannot be read ({detail})").format(detail=detail)
        raise ConfigProblems([Problem(path, None, "", message)]) from error
    if len(content) > MOST_BYTES:
        raise ConfigProblems([Problem(path, None, "", _("the file is larger than 1 MiB: this is not a config"))])
    return content


def decoded(content: bytes, path: Path) -> str:
    """The text of a config file. Raises ConfigProblems when it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = _("the file is not written in UTF-8; save it in that encoding")
        raise ConfigProblems([Problem(path, line, "", message)]) from error


def _parse(text: str, path: Path, check_queries: bool) -> tuple[Reading, dict[str, Any]]:
    try:
        document = tomllib.loads(text)
        return Reading(path, Lines(text), check_queries), document
    except RecursionError:
        raise ConfigProblems([Problem(path, None, "", _("the file is nested too deeply"))]) from None
    except ValueError as error:
        where = _PLACE_IN_ERROR.search(str(error))
        line = int(where["line"]) if where and where["line"] else text.count("\n") + 1 if where else None
        message = _("this is not valid TOML: {detail}").format(detail=shown(_PLACE_IN_ERROR.sub("", str(error))))
        raise ConfigProblems([Problem(path, line, "", message)]) from error


def _section(reading: Reading, document: Mapping[str, Any], name: str, cls: type[S]) -> S:
    """A table whose keys all have a default."""
    return reading.settings(cls, reading.table(document, name), (name,)) or cls()


def _topics(reading: Reading, document: Mapping[str, Any]) -> dict[KeyPath, TopicSettings]:
    tables = reading.tables(document, "topics")
    topics = {
        at: replace(topic, id=slug_of(table))
        for at, table in tables
        if (topic := reading.settings(TopicSettings, table, at))
    }
    check_topics(topics, tables, reading)
    return topics


def _sources(
    reading: Reading, document: Mapping[str, Any], watchlists: tuple[WatchlistSettings, ...]
) -> dict[KeyPath, SourceSettings]:
    tables = reading.tables(document, "sources")
    sources: dict[KeyPath, SourceSettings] = {}
    for at, table in tables:
        cls = _source_class(reading, table, at)
        if cls is not None:
            if source := reading.settings(cls, table, at, extra=["kind"]):
                sources[at] = source
        else:
            common = {key: value for key, value in table.items() if key in settings_of(SourceSettings)}
            reading.settings(SourceSettings, common, at)
    sources = follow_watchlists(sources, watchlists, reading)
    check_sources(sources, tables, reading)
    return sources


def _source_class(reading: Reading, table: Mapping[str, Any], at: KeyPath) -> type[SourceSettings] | None:
    """The settings class of a source's kind; None when it names none (which is reported)."""
    if "kind" not in table:
        message = _('the key "{name}" is missing: one of {choices}')
        reading.report(at, message.format(name="kind", choices=", ".join(kind_names())))
        return None
    kind = reading.value(table["kind"], str, (*at, "kind"))
    if kind is None:
        return None
    cls = settings_class(kind)
    if cls is None and kind in kind_names():
        message = _("the plug-in for {kind} cannot be loaded").format(kind=f'"{shown(kind)}"')
        reading.report((*at, "kind"), message)
    elif cls is None:
        names = kind_names()
        message = _("{written} is not one of {choices}").format(written=f'"{shown(kind)}"', choices=", ".join(names))
        reading.report((*at, "kind"), message, nearest(kind.lower(), names))
    return cls


def _wall(reading: Reading, document: Mapping[str, Any]) -> Wall:
    layouts: dict[str, tuple[str, ...]] = {USUAL_LAYOUT: DESK_PANES}
    for name, raw in reading.table(document, "wall").items():
        at = ("wall", name)
        if not _LAYOUT_NAME.fullmatch(name):
            reading.report(at, _("the name of a layout has small letters, digits and hyphens only"))
        panes = reading.value(raw, list, at)
        if panes == []:
            reading.report(at, _("a layout needs at least one pane"))
        for index, pane in enumerate(panes or ()):
            if reading.value(pane, str, (*at, index)) is not None and pane not in PANES:
                reading.report((*at, index), _("there is no such pane"), nearest(pane.lower(), PANES))
        layouts[name] = tuple(pane for pane in panes or () if pane in PANES)
    return Wall(layouts=layouts)


def _keys(reading: Reading, document: Mapping[str, Any]) -> dict[str, str]:
    changes: dict[str, str] = {}
    for name, raw in reading.table(document, "keys").items():
        at = ("keys", name)
        if name not in BINDING_IDS:
            reading.unknown(at, BINDING_IDS)
        elif (written := reading.value(raw, str, at)) is not None:
            keys = normalise_keys(written)
            if keys is None:
                message = _("{written} is not a key; write a character or a name such as {examples}")
                reading.report(at, message.format(written=f'"{shown(written)}"', examples="space, f2, ctrl+g"))
            else:
                changes[name] = keys
    for key, owner, other in clashes(changes):
        message = _("the key {key} already belongs to {owner}").format(key=key, owner=owner)
        reading.report(("keys", other), message)
    return changes
