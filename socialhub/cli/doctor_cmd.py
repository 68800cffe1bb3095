"""`socialhub doctor`: what could be wrong on this machine, each line with what to do; --repair mends the cache."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

import click
from rich.text import Text

from socialhub.cli.command import command, json_option, option
from socialhub.cli.findings import FAIL, OK, WARN, Finding
from socialhub.cli.output import MARK, plain, print_json, print_text, say
from socialhub.cli.setup import Setup, pass_setup
from socialhub.errors import EXIT_ENVIRONMENT, EXIT_OK, EXIT_PROBLEMS, UserError
from socialhub.i18n import N_, _, labelled, ngettext, number

if TYPE_CHECKING:
    from pathlib import Path

GLYPHS = {OK: "✓", WARN: "!", FAIL: "✗"}
AREAS = {
    "terminal": N_("terminal"),
    "size": N_("size"),
    "colours": N_("colours"),
    "locale": N_("locale"),
    "tmux": N_("tmux"),
    "clock": N_("clock"),
    "disk": N_("disk"),
    "sqlite": N_("SQLite"),
    "cache": N_("cache"),
    "collector": N_("collector"),
    "config": N_("config"),
    "secrets": N_("secrets"),
    "sources": N_("sources"),
    "messages": N_("messages"),
    "network": N_("network"),
}


@command("doctor", help=N_("Examine terminal, clock, disk, cache, config and network; each line says what to do."))
@option("--repair", "mend", is_flag=True, help=N_("Mend the cache first: index, counts, damaged pages."))
@option("--network", is_flag=True, help=N_("Connect to the hosts of the sources once."))
@json_option
@pass_setup
@click.pass_context
def doctor(context: click.Context, setup: Setup, mend: bool, network: bool, as_json: bool) -> None:
    """See `help`; ends with 1 when something is broken."""
    if mend:
        _repair(setup)
    broken = False
    for finding in _findings(setup, network=network):
        broken = broken or finding.level == FAIL
        if as_json:
            values = {"area": finding.area, "level": finding.level}
            print_json([values | {"sentence": plain(finding.sentence), "advice": plain(finding.advice) or None}])
        else:
            print_text(_line(finding))
    context.exit(EXIT_PROBLEMS if broken else EXIT_OK)


def _findings(setup: Setup, *, network: bool) -> Iterator[Finding]:
    from socialhub.cli.check_machine import check_machine
    from socialhub.cli.check_messages import check_messages
    from socialhub.cli.check_room import check_room
    from socialhub.cli.check_sources import check_sources
    from socialhub.cli.check_terminal import check_terminal

    return chain(
        check_terminal(),
        check_machine(setup),
        check_messages(setup),
        check_room(setup, network=network),
        check_sources(setup),
    )


def _line(finding: Finding) -> Text:
    text = Text.assemble(
        (f"{GLYPHS[finding.level]} ", MARK[finding.level]), (labelled(_(AREAS[finding.area]), ""), "bold")
    )
    text.append(plain(finding.sentence))
    if finding.advice:
        text.append(f" → {plain(finding.advice)}", "italic")
    return text


def _repair(setup: Setup) -> None:
    """Rebuild what can be rebuilt, alone on the cache; a file that SQLite calls damaged is copied row by row."""
    from socialhub.store.connection import CacheDamagedError, collector_lock, open_reader
    from socialhub.store.repair import repair

    if not setup.cache.exists():
        open_reader(setup.cache)
    lock = collector_lock(setup.cache)
    if not lock.acquire():
        raise UserError(
            _("A collector is using {path}.").format(path=setup.cache),
            _("Quit it (and the consoles), then repair again."),
            EXIT_ENVIRONMENT,
        )
    try:
        try:
            with setup.writer() as writer:
                sound = repair(writer)
        except CacheDamagedError:
            sound = None
        if sound is None or not sound.database:
            _salvage(setup.cache)
        else:
            say(_("{path} was rebuilt from its mentions.").format(path=setup.cache))
    finally:
        lock.release()


def _salvage(cache: Path) -> None:
    """Copy what can be read into a new cache and put it in the place of the damaged one, which is kept beside it."""
    from socialhub.store.connection import CacheDamagedError, explained, open_reader
    from socialhub.store.repair import salvage

    target = cache.with_name(f"{cache.name}.salvaged")
    kept = cache.with_name(f"{cache.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
    target.unlink(missing_ok=True)
    try:
        with explained(cache):
            open_reader(cache).close()
            mentions = salvage(cache, target)
    except CacheDamagedError as error:
        raise UserError(
            _("Nothing can be read from {path}.").format(path=cache),
            _("Put a backup in its place: socialhub restore FILE."),
            EXIT_ENVIRONMENT,
        ) from error
    for suffix in ("", "-wal", "-shm"):
        part = cache.with_name(cache.name + suffix)
        if part.exists():
            os.replace(part, kept.with_name(kept.name + suffix))
    os.replace(target, cache)
    told = ngettext("{count} mention was saved", "{count} mentions were saved", mentions).format(count=number(mentions))
    say(_("{saved} into a new cache; the damaged one is kept as {path}.").format(saved=told, path=kept))
