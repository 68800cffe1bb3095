"""Where files lie: named by the environment, else the XDG directories; never the current folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from socialhub.config import default_cache_path, default_config_path, state_dir


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="XDG directories are those of Linux")
def test_xdg_directories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SOCIALHUB_CONFIG", "SOCIALHUB_CACHE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.toml").touch()
    assert default_config_path() == tmp_path / "config" / "socialhub" / "config.toml"
    assert default_cache_path() == tmp_path / "data" / "socialhub" / "cache.db"
    assert state_dir() == tmp_path / "state" / "socialhub"


def test_the_environment_names_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOCIALHUB_CONFIG", str(tmp_path / "c.toml"))
    monkeypatch.setenv("SOCIALHUB_CACHE", "~/c.db")
    assert default_config_path() == tmp_path / "c.toml"
    assert default_cache_path() == Path.home() / "c.db"
