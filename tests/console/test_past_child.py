"""A question to the past that is given up: its child is gone, and nothing of it is left open."""

from __future__ import annotations

import asyncio
import gc
import time
from pathlib import Path

import psutil
import pytest

from socialhub.clock import Clock, real_now
from socialhub.screens.past_child import ask_past
from tests.console.helpers import DEADLINE, until
from tests.console.test_lab import CONFIG
from tests.seed import NOW


def children() -> list[psutil.Process]:
    """The processes that this one started and that still run."""
    return [each for each in psutil.Process().children() if each.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.usefixtures("seeded")
@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_given_up_as_the_loop_ends_it_leaves_nothing_open(cache: Path, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    before = len(children())

    async def give_up() -> None:
        """Once when the screen closes; again by the loop, which ends at once."""
        clock = Clock(real_now(), NOW, 1.0)
        asked = asyncio.create_task(ask_past(path, cache, clock, ["why-not", "fibre"], lambda _told: None))
        # From then on it is waited for.
        await until(lambda: any(each.nice() == 10 for each in children()), "the child yields to everything else")
        asked.cancel()
        for _turn in range(5):
            await asyncio.sleep(0)

    asyncio.run(give_up())
    gc.collect()
    end = time.monotonic() + DEADLINE
    while len(children()) > before:
        assert time.monotonic() < end, "the child is gone"
        time.sleep(0.02)
