"""A program of the user's: its lines are mentions, it gets no secrets, and nothing of it is left behind."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from socialhub.config import ConfigProblems, load
from socialhub.sources import create
from socialhub.sources.base import Source
from socialhub.sources.kinds.exec import ExecSettings
from tests.servers import NOON, clock_at, make_client, make_context
from tests.sources.gathering import Listener, drafts, natives, poll, poll_failing
from tests.sources.test_mention_files import line


def program(code: str, *arguments: str, **settings: Any) -> Source:
    """A Python program as a source."""
    command = (sys.executable, "-c", code, *arguments)
    settings.setdefault("timeout", 20_000)
    given = ExecSettings(name="programme", command=command, **settings)
    return create(given, make_context(make_client(), clock_at(NOON)))


def told(**keys: object) -> str:
    """A line that the program prints about itself."""
    return line(**{"source": "programme", **keys})


def printing(*lines: str) -> str:
    return f"print({chr(10).join(lines)!r})"


async def test_the_lines_are_mentions() -> None:
    batches = await poll(program(printing(told(native_id="1", text="la box"), "", told(native_id="2"))))
    assert natives(batches) == ["1", "2"]
    assert drafts(batches)[0].text == "la box"


async def test_lines_of_plain_text_are_mentions_once() -> None:
    batches = await poll(program(printing("la fibre est coupée", "", "  rétablie  "), form="lines"))
    assert [draft.text for draft in drafts(batches)] == ["la fibre est coupée", "rétablie"]
    again = await poll(program(printing("rétablie"), form="lines"))
    assert natives(again) == natives(batches)[1:]


async def test_arguments_are_no_shell_words(tmp_path: Path) -> None:
    echo = "import json, sys; print(json.dumps(dict(source='p', native_id='1', published_at=1, text=sys.argv[1])))"
    argument = f"$(touch {tmp_path}/x); * `id`"
    assert drafts(await poll(program(echo, argument)))[0].text == argument
    assert os.listdir(tmp_path) == []


async def test_secrets_are_not_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_TOKEN", "hidden")
    monkeypatch.setenv("A_SETTING", "shown")
    code = "import os; print(' '.join(sorted(f'{k}={v}' for k, v in os.environ.items())))"
    (draft,) = drafts(await poll(program(code, form="lines", pass_env=("A_SETTING",))))
    assert "hidden" not in draft.text
    assert "A_SETTING=shown" in draft.text
    assert "PATH=" in draft.text


async def test_it_is_told_since_when() -> None:
    code = "import os; print(os.environ.get('SOCIALHUB_SINCE', 'nothing yet'))"
    assert drafts(await poll(program(code, form="lines")))[0].text == "nothing yet"
    cursor = (await poll(program(printing(told(native_id="1", published_at="2026-11-21T10:00:00Z")))))[-1].cursor
    assert drafts(await poll(program(code, form="lines"), cursor))[0].text == "2026-11-21T10:00:00Z"


async def test_bad_lines_lose_nothing_and_are_told() -> None:
    batches, error = await poll_failing(program(printing(told(native_id="1"), "{broken", told(native_id="2"), "[]")))
    assert natives(batches) == ["1", "2"]
    assert sum(batch.skipped for batch in batches) == 2
    assert (error.reason.code, error.reason.values["count"], error.reason.values["line"]) == ("bad-lines", 2, 2)


async def test_a_line_too_long_is_passed_over() -> None:
    code = f"print({told(native_id='1')!r}); print('x' * 5_000_000); print({told(native_id='2')!r})"
    batches, error = await poll_failing(program(code))
    assert natives(batches) == ["1", "2"]
    assert error.reason.code == "bad-lines"


async def test_a_failure_keeps_what_came_and_says_what_was_said() -> None:
    code = f"import sys; print({told(native_id='1')!r}); print('no route\\x1b[31m', file=sys.stderr); sys.exit(3)"
    batches, error = await poll_failing(program(code))
    assert natives(batches) == ["1"]
    assert error.reason.code == "program-failed"
    assert error.reason.values["status"] == 3
    assert "no route" in str(error.reason.values["detail"])
    assert "\x1b" not in error.reason.sentence()


async def test_much_on_the_error_output_does_not_block() -> None:
    code = f"import sys; sys.stderr.write('x' * 3_000_000); print({told(native_id='1')!r})"
    assert natives(await poll(program(code))) == ["1"]


async def test_a_slow_program_is_ended_with_its_children(tmp_path: Path) -> None:
    child = tmp_path / "child"
    code = (
        f"import subprocess, sys, time; print({told(native_id='1')!r}, flush=True);"
        f" c = subprocess.Popen(['sleep', '600']); open({str(child)!r}, 'w').write(str(c.pid)); time.sleep(600)"
    )
    batches, error = await poll_failing(program(code, timeout=1_500))
    assert natives(batches) == ["1"]
    assert error.reason.code == "program-slow"
    await gone(int(child.read_text()))


async def gone(pid: int) -> None:
    """Wait until a process has ended (one that nobody waits for may stay as a zombie)."""
    await asyncio.to_thread(psutil.wait_procs, [psutil.Process(pid)] if psutil.pid_exists(pid) else [], 10)
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


async def test_a_stream_goes_on_until_it_is_ended(tmp_path: Path) -> None:
    code = (
        "import json, os, time\n"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\n"
        "for n in range(10**6):\n"
        "    print(json.dumps(dict(source='p', native_id=str(n), published_at=1, text='x')), flush=True)\n"
        "    time.sleep(0.2)\n"
    )
    source = program(code, stream=True)
    assert source.streaming
    listener = Listener(source)
    await listener.until(lambda batches: len(drafts(batches)) >= 3)
    await listener.stop()
    await gone(int((tmp_path / "pid").read_text()))


async def test_a_stream_that_ends_is_a_failure() -> None:
    batches, error = await poll_failing(program(printing(told(native_id="1")), stream=True))
    assert natives(batches) == ["1"]
    assert error.reason.code == "program-failed"


@pytest.mark.parametrize(
    ("command", "code"), [("no-such-program", "program-missing"), ("/etc/hostname", "program-refused")]
)
async def test_what_cannot_be_run_is_a_sentence(command: str, code: str) -> None:
    source = create(ExecSettings(name="p", command=(command,)), make_context(make_client()))
    _batches, error = await poll_failing(source)
    assert error.reason.code == code
    assert not error.permanent


# ---- who may have programs run -----------------------------------------------------------------------------------


def configured(folder: Path, command: str) -> Path:
    path = folder / "config.toml"
    topic = '[[topics]]\nname = "Fibre"\nkind = "brand"\nquery = "fibre"\n'
    path.write_text(f'{topic}[[sources]]\nname = "p"\nkind = "exec"\ncommand = {command}\n')
    path.chmod(0o600)
    return path


def problems(path: Path) -> list[tuple[str, str]]:
    try:
        load(path)
    except ConfigProblems as error:
        return [(each.key, each.suggestion) for each in error.problems if not each.warning]
    return []


def test_a_config_of_ones_own_may_name_programs(tmp_path: Path) -> None:
    assert problems(configured(tmp_path, '["crm-export", "--new"]')) == []


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_one_that_others_may_write_may_not(tmp_path: Path, mode: int) -> None:
    path = configured(tmp_path, '["crm-export"]')
    path.chmod(mode)
    assert [key for key, _hint in problems(path)] == ["sources[1].kind"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_nor_one_of_somebody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = configured(tmp_path, '["crm-export"]')
    os.chown(path, 12_345, -1)
    assert [key for key, _hint in problems(path)] == ["sources[1].kind"]


def test_a_line_for_a_shell_is_told_apart(tmp_path: Path) -> None:
    assert problems(configured(tmp_path, '["crm-export --new"]')) == [
        ("sources[1].command", json.dumps(["crm-export", "--new"]))
    ]
    assert [key for key, _hint in problems(configured(tmp_path, '["bin/export"]'))] == ["sources[1].command"]
    assert [key for key, _hint in problems(configured(tmp_path, "[]"))] == ["sources[1].command"]
