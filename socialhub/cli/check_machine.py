"""What `doctor` finds out about the clock, the disk, SQLite, the cache and who collects."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Final

from socialhub.ages import age, clock_time, date_text, moment_text
from socialhub.cli.findings import FAIL, OK, WARN, Finding
from socialhub.cli.setup import Setup
from socialhub.cli.view import collector_is_alive
from socialhub.clock import MINUTE, real_now, to_datetime
from socialhub.errors import UserError
from socialhub.i18n import _, decimal, number

if TYPE_CHECKING:
    from socialhub.store.connection import Connection

POSSIBLE_YEARS: Final = (2024, 2100)
CLOCK_SLACK: Final = 2 * MINUTE
LITTLE_ROOM: Final = 1_000_000_000
NO_ROOM: Final = 100_000_000
"""Bytes: a strike day of 25,000 mentions takes about 60 MB."""


def check_machine(setup: Setup) -> Iterator[Finding]:
    """Clock, disk, SQLite, cache, collector."""
    from socialhub.store.connection import CacheMissingError, explained, open_reader

    yield _year()
    yield _disk(setup.cache)
    yield _sqlite()
    try:
        with explained(setup.cache), closing(open_reader(setup.cache)) as db:
            yield from _clock_and_cache(setup, db)
            yield _collector(setup, db)
    except CacheMissingError as error:
        yield Finding("cache", OK, error.message, error.hint)
        return
    except UserError as error:
        yield Finding("cache", FAIL, error.message, error.hint or _("Try 'socialhub doctor --repair'."))
        return
    yield from _soundness(setup)


def _year() -> Finding:
    now = real_now()
    year = to_datetime(now).year
    sentence = _("The clock says {time} UTC.").format(time=f"{date_text(now, 0, UTC)} {clock_time(now, UTC)}")
    if POSSIBLE_YEARS[0] <= year <= POSSIBLE_YEARS[1]:
        return Finding("clock", OK, sentence)
    return Finding("clock", FAIL, sentence, _("Set the clock (timedatectl set-ntp true): certificates depend on it."))


def _disk(cache: Path) -> Finding:
    folder = next(parent for parent in cache.absolute().parents if parent.exists())
    free = shutil.disk_usage(folder).free
    sentence = _("{size} GB free in {folder}.").format(size=decimal(free / 1e9), folder=folder)
    if free < NO_ROOM:
        return Finding("disk", FAIL, sentence, _("Free some space: collecting stops when the disk is full."))
    if free < LITTLE_ROOM:
        return Finding("disk", WARN, sentence, _("Free some space, or shorten hub.retention."))
    if not os.access(folder, os.W_OK):
        return Finding("disk", FAIL, _("{folder} cannot be written.").format(folder=folder), _("See --cache."))
    return Finding("disk", OK, sentence)


def _sqlite() -> Finding:
    from socialhub.store.repair import sqlite_is_fixed, sqlite_version

    sentence = _("SQLite {version}.").format(version=sqlite_version())
    if sqlite_is_fixed():
        return Finding("sqlite", OK, sentence)
    advice = _("Its known fault with several writers is avoided by our own locks; other programs must only read.")
    return Finding("sqlite", OK, sentence, advice)


def _clock_and_cache(setup: Setup, db: Connection) -> Iterator[Finding]:
    from socialhub.store.collectors import latest
    from socialhub.store.mentions import how_many, mention_by_id, newest_id

    newest = mention_by_id(db, newest_id(db), setup.operator)
    collector = latest(db)
    ahead = max(newest.seen if newest else 0, collector.beat if collector else 0)
    now = setup.clock.now()
    if ahead > now + CLOCK_SLACK:
        time = moment_text(ahead, now, setup.zone)
        sentence = _("The cache knows a later time than this machine ({time}): the clock was set back.")
        yield Finding("clock", FAIL, sentence.format(time=time), _("Set the clock; nothing is lost meanwhile."))
    size = setup.cache.stat().st_size / 1e6
    told = _("{path}: {mentions} mentions, {size} MB.")
    yield Finding("cache", OK, told.format(path=setup.cache, mentions=number(how_many(db)), size=decimal(size)))


def _collector(setup: Setup, db: Connection) -> Finding:
    from socialhub.store.collectors import latest

    collector = latest(db)
    if collector is None or collector.ended is not None:
        return Finding("collector", OK, _("Nobody collects now; a console starts a collector by itself."))
    quiet = age(setup.clock.now() - collector.beat)
    who = {"pid": collector.pid, "host": collector.host, "age": quiet}
    if collector_is_alive(collector, setup.clock):
        return Finding("collector", OK, _("Process {pid} on {host} collects.").format(**who))
    from socialhub.cli.view import is_running

    if is_running(collector):
        sentence = _("Process {pid} on {host} holds the cache but gave no sign for {age}.").format(**who)
        return Finding("collector", FAIL, sentence, _("End it: kill {pid}. A console takes over.").format(**who))
    sentence = _("The last collector (process {pid} on {host}) was cut off {age} ago; nothing is lost.").format(**who)
    return Finding("collector", OK, sentence)


def _soundness(setup: Setup) -> Iterator[Finding]:
    """The whole cache is examined; takes seconds a million mentions."""
    from socialhub.store.repair import check

    advice = _("'socialhub doctor --repair' mends it.")
    try:
        with setup.writer() as writer:
            found = check(writer)
    except UserError as error:
        yield Finding("cache", FAIL, error.message, error.hint or advice)
        return
    if not found.database:
        yield Finding("cache", FAIL, _("The file is damaged: {detail}").format(detail=found.detail), advice)
    if not found.index:
        yield Finding("cache", FAIL, _("The search index does not agree with the mentions."), advice)
    if not found.counts:
        yield Finding("cache", FAIL, _("The counts of minutes and hours do not agree."), advice)
    if found.ok:
        yield Finding("cache", OK, _("File, search index and counts are sound."))
