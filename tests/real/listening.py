"""A real server as a process of its own: a port for it, and waiting until it listens there."""

from __future__ import annotations

import socket
import subprocess
import time
from typing import Final

_START_SECONDS: Final = 60.0


def unused_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])


def wait_until_open(port: int, server: subprocess.Popen[bytes]) -> None:
    """Return once it takes connections; raises AssertionError when it ends or takes too long."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"the server did not start (code {server.poll()})")
