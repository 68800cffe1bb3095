"""Opening the console: environment first, then Textual. The only way from the command line to a screen."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from socialhub.cli.setup import Setup
from socialhub.errors import EXIT_ENVIRONMENT, EXIT_PROBLEMS, UserError
from socialhub.i18n import _

if TYPE_CHECKING:
    from socialhub.config import Config


def open_console(
    setup: Setup,
    config: Config,
    *,
    remote: bool = False,
    collects: bool = True,
    pane: str | None = None,
    quiet: bool = False,
    demo: bool = False,
) -> int:
    """Run the console until its reader leaves; returns the exit code. `pane` shows one pane alone, `quiet` calls nobody
    by bell, desktop or window title.
    """
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise UserError(
            _("The console needs a terminal."),
            _("Without one: 'socialhub collect', 'socialhub status', 'socialhub search'."),
            EXIT_ENVIRONMENT,
        )
    from socialhub.logs import log_file, start_log
    from socialhub.terminal import prepare_environment

    start_log("console", debug=setup.debug)
    prepare_environment(remote=remote)
    # Nothing of what is made before the first paint is garbage; looking for some is a tenth of that time.
    gc.disable()
    from socialhub.app import SocialhubApp

    app = SocialhubApp(
        setup.cache,
        config,
        clock=setup.clock,
        operator=setup.operator,
        remote=remote,
        pane=pane,
        supervise=collects,
        quiet=quiet,
        demo=demo,
    )
    app.run()
    if app.fault is not None:
        raise UserError(
            _("The console ended by a fault of its own; nothing is lost."),
            _("{log} tells where.").format(log=log_file("console")),
            EXIT_PROBLEMS,
        ) from app.fault
    return app.return_code or 0
