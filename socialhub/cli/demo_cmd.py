"""`socialhub demo`: the console on a played scenario, without network, account or anything left behind."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final

import click

from socialhub.cli.command import command, option
from socialhub.cli.output import end_progress, progress
from socialhub.cli.run_cmd import console_words, quiet_option, remote_option
from socialhub.cli.setup import Setup, pass_setup
from socialhub.errors import EXIT_ENVIRONMENT, UserError
from socialhub.i18n import N_, _

if TYPE_CHECKING:
    from socialhub.demo.scenario import Scenario

SEED: Final = 2026
"""The same story every time."""


@command("demo", help=N_("The console on a played scenario: no network, no account, nothing left behind."))
@option("--speed", type=click.FloatRange(0.1, 10_000), default=60.0, help=N_("How many times as fast (60)."))
@remote_option
@quiet_option
@pass_setup
@click.pass_context
def demo(context: click.Context, setup: Setup, speed: float, remote: bool, quiet: bool) -> None:
    """See `help`. What is past at the beginning is there at once, then the room lives on.

    Until the alerts of the past have come and gone we are the collector; then the console's own goes on.
    """
    from socialhub.cli.past import live_alerts, take_in
    from socialhub.cli.played import open_played, temporary_room
    from socialhub.clock import Clock, real_now
    from socialhub.config import load
    from socialhub.demo.scenario import laid_out
    from socialhub.demo.seed import seed_history
    from socialhub.store.connection import collector_lock, open_writer

    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise UserError(_("The demonstration needs a terminal."), exit_code=EXIT_ENVIRONMENT)
    with temporary_room() as folder:
        progress(_("The demonstration is being prepared…"))
        scenario = laid_out(folder, real_now())
        cache = folder / "cache.db"
        lock = collector_lock(cache)
        with closing(open_writer(cache)) as writer:
            lock.acquire()
            with _writing_beside(scenario):
                seed_history(writer, scenario, SEED)
            config = load(scenario.config_path)
            take_in(writer, config, scenario.play_from)
            end_progress()

            def tell_alerts(has_ended: Callable[[], bool]) -> None:
                try:
                    live_alerts(writer, config, scenario.play_from, has_ended)
                finally:
                    lock.release()

            clock = Clock(real_now(), scenario.play_from, speed, scenario.end)
            words = ["--demonstration", *console_words(remote=remote, quiet=quiet)]
            code = open_played(setup, scenario.config_path, cache, clock, *words, meanwhile=tell_alerts)
        context.exit(code)


@contextmanager
def _writing_beside(scenario: Scenario) -> Iterator[None]:
    """Let another process write the files meanwhile: two cores are ready in two thirds of the time. Raises OSError."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from socialhub.demo.scenario import write_files

    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        # It inherits what we ignore: an interrupt is ours alone.
        interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)
        written = pool.submit(write_files, scenario, SEED)
        signal.signal(signal.SIGINT, interrupt)
        yield
        written.result()
