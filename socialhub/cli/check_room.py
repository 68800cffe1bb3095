"""What `doctor` finds out about the config, its secrets and (when asked to) the network."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from socialhub.cli.findings import FAIL, OK, WARN, Finding
from socialhub.cli.output import plain
from socialhub.cli.setup import Setup
from socialhub.errors import SourceError
from socialhub.i18n import _, labelled, ngettext, number

if TYPE_CHECKING:
    from socialhub.config import Config
    from socialhub.sources.settings import SourceSettings

CONNECT_SECONDS: Final = 5.0
_PORTS: Final = {"http": 80, "ws": 80, "https": 443, "wss": 443}


def check_room(setup: Setup, *, network: bool) -> Iterator[Finding]:
    """Config, secrets, proxy and authorities, the sources' hosts."""
    from socialhub.config import ConfigMissing, ConfigProblems

    config: Config | None = None
    try:
        config = setup.load_config()
    except ConfigMissing as error:
        yield Finding("config", WARN, error.message, error.hint)
    except ConfigProblems as error:
        for problem in error.problems:
            yield Finding("config", WARN if problem.warning else FAIL, problem.sentence(), _("Edit that line."))
    if config is None:
        return
    for problem in config.warnings:
        yield Finding("config", WARN, problem.sentence())
    counts = (
        ngettext("{count} topic", "{count} topics", len(config.topics)).format(count=number(len(config.topics))),
        ngettext("{count} source", "{count} sources", len(config.sources)).format(count=number(len(config.sources))),
    )
    yield Finding("config", OK, labelled(str(config.path), ", ".join(counts)) + ".")
    yield from _secrets(config)
    yield from _way_out(config)
    if network:
        yield from asyncio.run(_hosts(config))
    elif _endpoints(config):
        hosts = ngettext("{count} host", "{count} hosts", len(_endpoints(config)))
        sentence = _("The network was not tried ({hosts}).").format(
            hosts=hosts.format(count=number(len(_endpoints(config))))
        )
        yield Finding("network", OK, sentence, _("'socialhub doctor --network' connects to each once."))


def _secrets(config: Config) -> Iterator[Finding]:
    from socialhub.config.secrets import is_set

    for reference in config.secrets:
        scheme, _colon, name = reference.partition(":")
        if scheme == "keyring":
            sentence = _("{secret} lies in the keyring, which was not asked.").format(secret=reference)
            yield Finding("secrets", OK, sentence, _("'socialhub config check --secrets' asks it."))
        elif is_set(reference):
            yield Finding("secrets", OK, _("{secret} is set.").format(secret=reference))
        else:
            advice = _("export {name}=… before socialhub is started, or name it keyring:{name}.").format(name=name)
            yield Finding("secrets", FAIL, _("{secret} is not set.").format(secret=reference), advice)


def _way_out(config: Config) -> Iterator[Finding]:
    """Proxy and authorities, without what could be a password."""
    proxy = config.hub.proxy or next(
        (value for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy") if (value := os.environ.get(name))),
        "",
    )
    if proxy:
        shown = proxy if ":" in proxy and "//" not in proxy else urlsplit(proxy).netloc.rpartition("@")[2]
        yield Finding("network", OK, _("The way out leads over the proxy {proxy}.").format(proxy=plain(shown)))
    if config.hub.ca_file:
        readable = os.access(config.hub.ca_file, os.R_OK)
        told = _("The company's authorities come from {path}.").format(path=config.hub.ca_file)
        advice = "" if readable else _("The file cannot be read: correct hub.ca_file.")
        yield Finding("network", OK if readable else FAIL, told, advice)


def _endpoints(config: Config) -> list[tuple[str, int, str, bool]]:
    """(host, port, scheme, whether private addresses are allowed) of every address that a source asks."""
    found: dict[tuple[str, int], tuple[str, bool]] = {}
    for source in config.sources:
        for url in _addresses(source):
            parts = urlsplit(url)
            port = parts.port or _PORTS[parts.scheme]
            scheme, allowed = found.get((parts.hostname or "", port), (parts.scheme, False))
            found[parts.hostname or "", port] = (scheme, allowed or source.allow_private)
    return [(host, port, scheme, allowed) for (host, port), (scheme, allowed) in sorted(found.items())]


def _addresses(source: SourceSettings) -> list[str]:
    values: list[object] = []
    for setting in fields(source):
        value = getattr(source, setting.name)
        values += value if isinstance(value, tuple) else [value]
    return [value for value in values if isinstance(value, str) and urlsplit(value).scheme in _PORTS]


async def _hosts(config: Config) -> list[Finding]:
    """Connect to every host once, without asking it anything."""
    from socialhub.sources.net import NetSettings

    try:
        net = NetSettings(proxy=config.hub.proxy_address(), ca_file=config.hub.ca_file)
    except SourceError as error:
        return [Finding("network", FAIL, error.reason.sentence(), _("The proxy's password is needed."))]
    tries = (_try(host, port, scheme, allowed, net) for host, port, scheme, allowed in _endpoints(config))
    return list(await asyncio.gather(*tries))


async def _try(host: str, port: int, scheme: str, allowed: bool, net: object) -> Finding:
    from socialhub.sources.net import NetSettings, open_connection

    assert isinstance(net, NetSettings)
    try:
        connected = await open_connection(
            host, port, net, allow_private=allowed, timeout=CONNECT_SECONDS, encrypted=scheme in ("https", "wss")
        )
    except SourceError as error:
        advice = _("Check the name in the config, the network, the proxy ([hub] proxy) and the firewall.")
        return Finding("network", FAIL, error.reason.sentence(), advice)
    connected.close()
    return Finding("network", OK, _("{host} can be reached.").format(host=host))
