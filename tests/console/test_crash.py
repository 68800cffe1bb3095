"""A fault of our own: strangers' words are not drawn with the traceback, the log has it whole."""

from __future__ import annotations

import logging

import pytest
from textual.events import Mount

from socialhub.crash import CrashLogging


class _Broken(CrashLogging):
    """Fails as soon as it is there, with a stranger's text at hand."""

    def on_mount(self, _event: Mount) -> None:
        """Fail."""
        text = "\x1b]0;stranger\x07"
        raise RuntimeError(f"no idea what to do with {len(text)} characters")


def test_a_fault_is_logged_and_nothing_of_it_is_drawn(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    app = _Broken()
    with caplog.at_level(logging.CRITICAL):
        app.run(headless=True)
    drawn = capsys.readouterr()
    assert "Traceback" not in drawn.out + drawn.err
    assert "stranger" not in drawn.out + drawn.err
    assert isinstance(app.fault, RuntimeError)
    assert app.return_code == 1
    assert "no idea what to do" in caplog.text
