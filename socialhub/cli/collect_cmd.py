"""`socialhub collect`: the collector without a screen. The console starts it with --child."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Final

import click

from socialhub.cli.command import command, option
from socialhub.cli.setup import Setup, pass_setup
from socialhub.errors import EXIT_OK, EXIT_PROBLEMS
from socialhub.i18n import N_

STANDBY_EVERY: Final = 1.0
"""Seconds between two tries to take the place of another collector: it is taken within five."""


@command("collect", help=N_("Collect without a screen: for systemd, tmux, nohup."))
@option("--once", is_flag=True, help=N_("Ask every source that is not a stream once, then end."))
@option("--standby", is_flag=True, help=N_("While another collector is at work wait, then take its place."))
@option("--child", is_flag=True, hidden=True)
@pass_setup
@click.pass_context
def collect(context: click.Context, setup: Setup, once: bool, standby: bool, child: bool) -> None:
    """See `help`; as a child it is silent and ends when stdin closes. Once, the table tells what the log would."""
    from socialhub.logs import start_log

    config = setup.load_config()
    start_log("collector", debug=setup.debug, to_stderr=not child and (not once or setup.debug))
    # httpx brings a command line, which would load rich and a highlighter into every collector: a tenth of its start.
    # Told that there is none, it does without, as where these are not installed.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
    from socialhub.collector import CollectorBusyError
    from socialhub.collector import collect as collect_for_good
    from socialhub.config.watch import ConfigWatch

    if once:
        context.exit(_collect_once(setup))
    watch = ConfigWatch(config)
    while True:
        try:
            asyncio.run(collect_for_good(watch.config, setup.cache, setup.clock, child=child))
        except CollectorBusyError:
            if not standby:
                raise
            time.sleep(STANDBY_EVERY)
            watch.look()
        else:
            return


def _collect_once(setup: Setup) -> int:
    """Ask once and list what came; problems when a source could not be asked."""
    from socialhub.cli.output import Column, print_table
    from socialhub.collector import collect_once
    from socialhub.errors import Reason
    from socialhub.i18n import _, number
    from socialhub.store.sources import source_rows

    runners = asyncio.run(collect_once(setup.load_config(), setup.cache, setup.clock))
    with setup.reader() as db:
        rows = {row.number: row for row in source_rows(db)}
    asked = sorted(runners, key=lambda runner: runner.origin.name.casefold())
    errors = {runner.origin.number: rows[runner.origin.number].error for runner in asked}
    print_table(
        [Column(_("source")), Column(_("new"), right=True), Column(_("edited"), right=True), Column(_("error"))],
        [
            [
                runner.origin.name,
                number(runner.totals.new),
                number(runner.totals.edited),
                Reason.from_json(stored).sentence() if (stored := errors[runner.origin.number]) else "",
            ]
            for runner in asked
        ],
    )
    return EXIT_PROBLEMS if any(errors.values()) else EXIT_OK
