"""Hours that were not heard, after a real run of the collector: what doctor and the list of sources say of them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from socialhub.clock import HOUR, MINUTE, floor_minute, iso, real_now
from socialhub.store import sources, volumes
from socialhub.store.connection import open_reader
from tests.cli.conftest import Shell
from tests.collector.test_catching_up import HUB, Bench, Board, table
from tests.collector.test_collector import collecting, row_when, write_config
from tests.servers import HandClock, LoopbackServer
from tests.sources.test_webhook import free_port


async def told(shell: Shell) -> list[dict[str, Any]]:
    """What doctor says of the sources."""
    rows = await asyncio.to_thread(shell.json, "doctor")
    return [row for row in rows if row["area"] == "sources"]


@pytest.mark.parametrize(
    ("language", "behind", "over"),
    [
        ("en", "board: catching up 2 h ", "board: out of reach: "),
        ("fr", "board : rattrape 2 h ", "board : hors d’atteinte : "),
    ],
)
async def test_doctor_tells_what_is_caught_up_and_what_is_out_of_reach(
    tmp_path: Path, language: str, behind: str, over: str
) -> None:
    start = floor_minute(real_now()) - 5 * HOUR
    board = Board(HandClock(start), start)
    shell = Shell(tmp_path, language)
    async with LoopbackServer({"*": board}) as server:
        config = write_config(tmp_path, table(server, "newest", catch_up="1 h"), HUB)
        bench = Bench(tmp_path, config, board)
        await bench.begin()
        assert await bench.poll(start + HOUR) is None
        assert await told(shell) == []
        await bench.end()
        board.clock.moment = start + 4 * HOUR
        await bench.begin()
        gap = await bench.poll()
        assert gap is not None
        (row,) = await told(shell)
        assert (row["level"], row["advice"]) == ("ok", None)
        assert row["sentence"].replace("\u00a0", " ").startswith(behind)
        while gap is not None and gap.ended is None:
            gap = await bench.poll()
        (row,) = await told(shell)
        assert row["level"] == "warn"
        assert row["advice"]
        assert row["sentence"].replace("\u00a0", " ").startswith(over)
        await bench.end()


async def test_hours_in_which_nobody_could_post_are_a_hole_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK", "jeton-du-relais")
    start = floor_minute(real_now()) - 5 * HOUR
    clock, port, cache = HandClock(start), free_port(), tmp_path / "cache.db"
    config = write_config(
        tmp_path, f'[[sources]]\nname = "relais"\nkind = "webhook"\nport = {port}\nsecret = "env:HOOK"\n', HUB
    )

    async def post(moment: int) -> None:
        clock.moment = moment
        said = {"native_id": str(moment), "text": "panne", "published_at": iso(moment)}
        async with httpx.AsyncClient(trust_env=False) as client:
            url = f"http://127.0.0.1:{port}/"
            answer = await client.post(url, json=said, headers={"Authorization": "Bearer jeton-du-relais"})
        assert answer.status_code == 202

    for begins in (start, start + 3 * HOUR):
        clock.moment = begins
        async with collecting(config, cache, clock):
            await row_when(cache, "relais", lambda row: row.connected)
            for minute in (0, 1, 2):
                await post(begins + minute * MINUTE)
    reader = open_reader(cache)
    heard = list(volumes.heard(reader, start, clock.moment)[1].listening.heard)
    (row,) = sources.source_rows(reader)
    reader.close()
    assert [(low - start) // MINUTE for low, _high in heard] == [0, 180]
    assert heard[0][1] < start + 10 * MINUTE
    assert row.stored == 6
    # Nothing is promised to come: who posts sends it again, or it is lost.
    assert row.gap is not None
    assert row.gap.left == 0
    (listed,) = await asyncio.to_thread(Shell(tmp_path).json, "sources", "list")
    assert listed["catching_up"]["out_of_reach_until"] == iso(start + 3 * HOUR)
    (found,) = await told(Shell(tmp_path))
    assert found["level"] == "warn"
    assert found["sentence"].startswith("relais: out of reach: ")
    assert found["advice"].endswith("What others post is theirs to send again.")
