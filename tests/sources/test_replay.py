"""A file played at its own pace."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from socialhub.clock import MINUTE, Clock, real_now
from socialhub.errors import SourceError
from socialhub.model import Batch, Draft
from socialhub.sources import create
from socialhub.sources.kinds.replay import ReplaySettings
from tests.servers import NOON, make_client, make_context
from tests.sources.test_mention_files import line


def _play(path: Path, clock: Clock, cursor: dict[str, int]) -> asyncio.Task[list[Batch]]:
    """Play until ten mentions have come."""
    source = create(ReplaySettings(name="crm", path=str(path)), make_context(make_client(), clock))

    async def collect() -> list[Batch]:
        batches: list[Batch] = []
        async for batch in source.run(cursor):
            batches.append(batch)
            if any(isinstance(item, Draft) and item.native_id == "9" for item in batch.items):
                break
        return batches

    return asyncio.create_task(collect())


def _scenario(tmp_path: Path) -> Path:
    """A mention a minute, from five minutes before noon to four after."""
    path = tmp_path / "scenario.jsonl"
    lines = [line(native_id=str(n), published_at=NOON / 1000 + (n - 5) * 60) for n in range(10)]
    path.write_text("\n".join(lines) + "\n")
    return path


def _ids(batches: list[Batch]) -> list[str]:
    return [item.native_id for batch in batches for item in batch.items if isinstance(item, Draft)]


async def test_the_past_comes_at_once_and_the_rest_at_its_time(tmp_path: Path) -> None:
    clock = Clock(real_now(), NOON, speed=600.0)
    batches = await asyncio.wait_for(_play(_scenario(tmp_path), clock, {}), 30)
    assert clock.now() >= NOON + 4 * MINUTE
    assert _ids(batches) == [str(n) for n in range(10)]
    history = [item for batch in batches for item in batch.items if isinstance(item, Draft) and item.backfill]
    # The clock runs: what stands at noon may be history by the time the playing starts.
    assert 5 <= len(history) < 10
    assert len([batch for batch in batches if batch.items]) > 1
    assert batches[-1].cursor == {"line": 10}


async def test_playing_goes_on_from_the_line_of_the_cursor(tmp_path: Path) -> None:
    clock = Clock(real_now(), NOON + 10 * MINUTE, speed=1.0)
    batches = await asyncio.wait_for(_play(_scenario(tmp_path), clock, {"line": 7}), 30)
    assert batches[0].items == []
    assert _ids(batches) == ["7", "8", "9"]


async def test_bad_lines_are_counted_and_passed_over(tmp_path: Path) -> None:
    path = _scenario(tmp_path)
    path.write_text("nonsense\n" + path.read_text())
    clock = Clock(real_now(), NOON + 10 * MINUTE, speed=1.0)
    batches = await asyncio.wait_for(_play(path, clock, {}), 30)
    assert sum(batch.skipped for batch in batches) == 1
    assert len(_ids(batches)) == 10


async def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        await asyncio.wait_for(_play(tmp_path / "no.jsonl", Clock(), {}), 30)
    assert caught.value.reason.code == "file-missing"
