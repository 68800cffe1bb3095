"""Starts a console on a seeded cache, for tests on a real terminal: run_console.py CACHE [--remote] [--pane NAME]."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    remote = "--remote" in sys.argv
    pane = sys.argv[sys.argv.index("--pane") + 1] if "--pane" in sys.argv else None
    from socialhub.terminal import prepare_environment

    prepare_environment(remote=remote)
    from socialhub.app import SocialhubApp
    from socialhub.clock import Clock, real_now
    from tests.seed import NOW

    clock = Clock(real_now(), NOW, 1.0)
    app = SocialhubApp(Path(sys.argv[1]), clock=clock, operator="lea", remote=remote, pane=pane, supervise=False)
    app.run()
    return app.return_code or 0


if __name__ == "__main__":
    sys.exit(main())
