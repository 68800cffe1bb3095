"""`socialhub demo`: the console on a played scenario, without network, account or anything left behind."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from typing import Final

import click

from socialhub.cli.command import command, option
from socialhub.cli.output import end_progress, progress
from socialhub.cli.run_cmd import console_words, quiet_option, remote_option
from socialhub.cli.setup import Setup, pass_setup
from socialhub.errors import EXIT_ENVIRONMENT, UserError
from socialhub.i18n import N_, _

SEED: Final = 2026
"""The same story every time."""
LOCK_PATIENCE: Final = 5.0
"""Seconds that a console which looks whether the place is free may hold it."""


@command("demo", help=N_("The console on a played scenario: no network, no account, nothing left behind."))
@option("--speed", type=click.FloatRange(0.1, 10_000), default=60.0, help=N_("How many times as fast (60)."))
@remote_option
@quiet_option
@pass_setup
@click.pass_context
def demo(context: click.Context, setup: Setup, speed: float, remote: bool, quiet: bool) -> None:
    """See `help`. What is past at the beginning is there at once, then the room lives on."""
    from socialhub.cli.past import live_through
    from socialhub.cli.played import open_played, temporary_room
    from socialhub.clock import Clock, real_now
    from socialhub.config import load
    from socialhub.demo.scenario import write_scenario
    from socialhub.demo.seed import seed_history
    from socialhub.store.connection import collector_lock, open_writer

    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise UserError(_("The demonstration needs a terminal."), exit_code=EXIT_ENVIRONMENT)
    with temporary_room() as folder:
        progress(_("The demonstration is being prepared…"))
        scenario = write_scenario(folder, SEED, real_now())
        cache = folder / "cache.db"
        with closing(open_writer(cache)) as writer:
            seed_history(writer, scenario, SEED)
            end_progress()

            def tell_the_past(has_ended: Callable[[], bool]) -> None:
                # Until the past is told we are the collector; then the console's own goes on.
                lock = collector_lock(cache)
                if lock.acquire(LOCK_PATIENCE):
                    live_through(writer, load(scenario.config_path), scenario.play_from, has_ended)
                    lock.release()

            clock = Clock(real_now(), scenario.play_from, speed, scenario.end)
            words = ["--demonstration", *console_words(remote=remote, quiet=quiet)]
            code = open_played(setup, scenario.config_path, cache, clock, *words, meanwhile=tell_the_past)
        context.exit(code)
