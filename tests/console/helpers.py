"""What the tests of the console share: a console on a seeded cache, and waiting for something to be true."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from socialhub.app import SocialhubApp
from socialhub.clock import Clock, real_now
from socialhub.screens.reader import Reader
from socialhub.widgets.feed import Feed
from tests.seed import NOW
from tests.stylesheets import share_parsed_rules

share_parsed_rules()

DEADLINE = 30.0
"""Seconds, on a machine that is busy with other things."""


async def until(condition: Callable[[], object], what: str = "") -> None:
    """Wait until the condition holds; fail after DEADLINE seconds."""
    end, pause = time.monotonic() + DEADLINE, 0.02
    while not condition():
        assert time.monotonic() < end, f"never came true: {what or condition}"
        await asyncio.sleep(pause)
        # Who waits for another process leaves it the cores: to read a whole screen is work.
        pause = min(0.1, pause * 1.2)


def console(cache: Path, **options: Any) -> SocialhubApp:
    """A console that supervises nobody, whose clock starts at the seeded moment."""
    clock = Clock(real_now(), NOW, 1.0)
    usual: dict[str, Any] = {"operator": "lea", "supervise": False}
    return SocialhubApp(cache, clock=clock, **(usual | options))


@asynccontextmanager
async def running(
    cache: Path, size: tuple[int, int] = (120, 40), *, wait: bool = True, **options: Any
) -> AsyncIterator[tuple[SocialhubApp, Pilot[int]]]:
    """A console in a headless terminal, after its room was read (if there is a cache and `wait`).

    At the end it is left as `q` leaves it, and none of its threads goes on.
    """
    others, has_cache = _cache_threads(), wait and await asyncio.to_thread(cache.exists)
    app = console(cache, **options)
    async with app.run_test(size=size, notifications=True) as pilot:
        try:
            if has_cache:
                await until(lambda: app.state().room is not None, "the room is read")
            await pilot.pause()
            yield app, pilot
        finally:
            app.action_leave()
    await until(lambda: not _cache_threads() - others, "the threads over the cache end")


def _cache_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name.startswith("cache-")}


def feed_of(app: SocialhubApp) -> Feed:
    """The list of the screen on top."""
    return app.screen.query_one(Feed)


def reader_of(app: SocialhubApp) -> Reader:
    """The mentions pane of the screen on top."""
    return app.screen.query_one(Reader)


def lines(app: SocialhubApp) -> list[str]:
    """What stands on the screen, line by line."""
    width, height = app.size
    return [
        "".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()[:height] if width
    ]


def notices(app: SocialhubApp) -> list[str]:
    """What the notifications say."""
    return [f"{notice.title} {notice.message}" for notice in app._notifications]
