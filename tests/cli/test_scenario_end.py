"""The end of what is played: known before it begins, handed down with the clock."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from socialhub.cli import replay_cmd
from socialhub.clock import HOUR, MINUTE, Clock, clock_from_env, iso, real_now
from socialhub.config import Config
from socialhub.sources.kinds.replay import ReplaySettings

START = 1_795_000_000_000


def test_the_end_of_a_scenario_is_handed_down_with_its_clock() -> None:
    clock = Clock(real_now(), START, 60.0, START + HOUR)
    assert clock_from_env({"SOCIALHUB_CLOCK": clock.to_env()}) == clock
    endless = Clock(real_now(), START, 60.0)
    assert clock_from_env({"SOCIALHUB_CLOCK": endless.to_env()}) == endless


def test_a_scenario_is_over_after_its_end() -> None:
    assert not Clock(real_now(), START, 1.0, START + HOUR).is_over
    assert Clock(real_now() - 2 * HOUR, START, 1.0, START + HOUR).is_over
    assert not Clock().is_over


@pytest.mark.parametrize("name", ["story.jsonl", "story.jsonl.gz"])
def test_the_end_of_a_file_is_that_of_its_last_mention(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        {"source": "a", "native_id": str(n), "text": "fibre", "published_at": iso(START + n * MINUTE)}
        for n in range(100)
    ]
    content = "".join(f"{json.dumps(line)}\n" for line in lines).encode()
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    monkeypatch.setattr(replay_cmd, "END_BYTES", 1000)
    config = Config(path=tmp_path / "c.toml", sources=(ReplaySettings(name="a", path=str(path)),))
    assert replay_cmd.last_moment(path, config) == START + 99 * MINUTE
