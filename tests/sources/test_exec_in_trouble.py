"""Programs that do wrong: floods, children that outlive them, errors that never end. All are ended, none runs on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psutil
import pytest

from tests.sources.gathering import Listener, drafts, natives, poll, poll_failing
from tests.sources.test_exec import gone, program, told

FLOODS = "import os\nwhile True: os.write(1, b'x' * 65536)"
HOLDER = "import subprocess, sys; c = subprocess.Popen(['sleep', '600']{}); open(sys.argv[1], 'w').write(str(c.pid))"


@pytest.mark.parametrize("stream", [False, True])
async def test_a_flood_without_a_line_end_is_ended(stream: bool) -> None:
    batches, error = await poll_failing(program(f"print({told(native_id='1')!r}, flush=True)\n{FLOODS}", stream=stream))
    assert natives(batches) == ["1"]
    assert error.reason.code == "program-floods"
    assert not error.permanent


async def test_a_flood_of_lines_waits_for_who_reads() -> None:
    source = program("while True: print('la fibre', flush=True)", form="lines", stream=True)
    listener = Listener(source)
    await listener.until(lambda batches: len(drafts(batches)) > 2_000)
    assert max(len(batch.items) for batch in listener.batches) <= 500
    await listener.stop()


async def test_a_child_that_holds_the_output_does_not_hold_the_poll(tmp_path: Path) -> None:
    child = tmp_path / "child"
    code = f"{HOLDER.format('')}; print({told(native_id='1')!r})"
    assert natives(await poll(program(code, str(child)))) == ["1"]
    await gone(int(child.read_text()))


async def test_a_child_that_holds_the_output_does_not_hide_the_end_of_a_stream(tmp_path: Path) -> None:
    child = tmp_path / "child"
    code = f"{HOLDER.format('')}; print({told(native_id='1')!r}); print('no more', file=sys.stderr); sys.exit(4)"
    batches, error = await poll_failing(program(code, str(child), stream=True))
    assert natives(batches) == ["1"]
    assert (error.reason.code, error.reason.values["status"]) == ("program-failed", 4)
    await gone(int(child.read_text()))


async def test_a_child_in_a_session_of_its_own_does_not_hold_it_either(tmp_path: Path) -> None:
    child = tmp_path / "child"
    code = f"{HOLDER.format(', start_new_session=True')}; print({told(native_id='1')!r})"
    try:
        assert natives(await poll(program(code, str(child)))) == ["1"]
    finally:
        psutil.Process(int(child.read_text())).kill()


async def test_what_does_not_listen_to_a_polite_end_is_ended_with_its_children(tmp_path: Path) -> None:
    child = tmp_path / "child"
    code = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        f"{HOLDER.format('')}; print({told(native_id='1')!r}, flush=True); time.sleep(600)"
    )
    listener = Listener(program(code, str(child), stream=True))
    await listener.until(drafts)
    async with asyncio.timeout(20):
        await listener.stop()
    await gone(int(child.read_text()))
