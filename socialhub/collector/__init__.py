"""Who is asked, when and by whom: the collector. `collect` runs one until it is told to stop."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from pathlib import Path
from typing import Final

from socialhub.clock import Clock
from socialhub.collector.core import Collector, CollectorBusyError
from socialhub.collector.post import Post
from socialhub.collector.runner import Runner
from socialhub.config import Config

__all__ = ["Collector", "CollectorBusyError", "collect", "collect_once"]

PATIENCE: Final = 1.0
"""Seconds for an orderly end after a signal; then the process leaves: every batch is a transaction, nothing is lost."""


async def collect(config: Config, cache: Path, clock: Clock, *, child: bool = False) -> None:
    """Collect until SIGTERM, SIGINT or SIGHUP, or (as a `child`) until stdin closes with its parent.

    Follows the config file when it is changed. Raises CollectorBusyError when another collector holds the cache,
    CacheError when it cannot be written.
    """
    post = Post(config, cache, clock)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        # nohup sets SIGHUP to be ignored, and means it.
        if signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, _end, post)
    if child:
        threading.Thread(target=_watch_parent, args=(loop, post), daemon=True).start()
    await post.hold()


async def collect_once(config: Config, cache: Path, clock: Clock) -> list[Runner]:
    """Ask every poll source once and return what was asked; raises as `collect` does."""
    collector = Collector(config, cache, clock)
    await collector.start()
    try:
        return await collector.run_once()
    finally:
        await collector.stop()


def _end(post: Post) -> None:
    """Ask for an orderly end, and leave for good if that takes too long (a cancelled thread would hold asyncio.run)."""
    post.leave()
    timer = threading.Timer(PATIENCE, os._exit, (0,))
    timer.daemon = True
    timer.start()


def _watch_parent(loop: asyncio.AbstractEventLoop, post: Post) -> None:
    """Wait for the end of the pipe to the parent: it is gone, however it went."""
    while os.read(0, 4096):
        continue
    loop.call_soon_threadsafe(_end, post)
