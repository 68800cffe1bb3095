"""What the hub's settings give to others: the time zone of the screen, the proxy with its credentials."""

from __future__ import annotations

from pathlib import Path

import pytest

from socialhub.config import ConfigProblems, Hub, read

HERE = Path("/salle/config.toml")


def test_the_time_zone_without_one_is_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/Montreal")
    assert str(Hub().zone) == "America/Montreal"
    monkeypatch.setenv("TZ", "nowhere/at all")
    assert Hub().zone is not None


def test_the_proxy_may_be_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOM_PROXY", "http://user:pass@proxy:3128")
    assert read('[hub]\nproxy = "env:ROOM_PROXY"', HERE).hub.proxy_address() == "http://user:pass@proxy:3128"
    assert read('[hub]\nproxy = "http://proxy:3128"', HERE).hub.proxy_address() == "http://proxy:3128"
    with pytest.raises(ConfigProblems, match=r"hub\.proxy"):
        read('[hub]\nproxy = "http://user:pass@proxy:3128"', HERE)
