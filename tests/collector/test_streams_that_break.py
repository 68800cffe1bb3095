"""A stream that connects and is cut at once, again and again: that is no success, and the pauses grow."""

from __future__ import annotations

from pathlib import Path

from websockets.asyncio.server import ServerConnection, serve

from tests.collector.test_collector import collecting, row_when, write_config


async def test_a_stream_that_is_cut_at_once_is_left_alone_for_longer_each_time(tmp_path: Path) -> None:
    async def cut(connection: ServerConnection) -> None:
        connection.transport.abort()

    async with serve(cut, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        address = f"ws://127.0.0.1:{port}/"
        table = f'[[sources]]\nname = "fil"\nkind = "jetstream"\nservers = ["{address}"]\nallow_private = true\n'
        async with collecting(write_config(tmp_path, table), tmp_path / "cache.db"):
            # The third pause is of 4 s ± 10 %; connecting each time would have left it at one.
            row = await row_when(
                tmp_path / "cache.db", "fil", lambda row: (row.due or 0) - (row.last_error or row.due or 0) > 3_000
            )
    assert '"stream-closed"' in row.error


async def test_a_program_that_dies_at_once_is_not_run_in_a_loop(tmp_path: Path) -> None:
    said = tmp_path / "runs"
    script = tmp_path / "dies"
    script.write_text(f"#!/bin/sh\necho run >> {said}\necho 'la fibre est coupée'\n", encoding="utf-8")
    script.chmod(0o700)
    table = f'[[sources]]\nname = "fil"\nkind = "exec"\ncommand = ["{script}"]\nform = "lines"\nstream = true\n'
    config = write_config(tmp_path, table)
    config.chmod(0o600)
    async with collecting(config, tmp_path / "cache.db"):
        row = await row_when(
            tmp_path / "cache.db", "fil", lambda row: (row.due or 0) - (row.last_error or row.due or 0) > 3_000
        )
        assert said.read_text().count("run") == 3
    assert '"program-failed"' in row.error
    assert row.stored == 1
