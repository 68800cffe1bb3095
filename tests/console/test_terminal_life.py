"""The console on a real terminal: quiet when idle, safe from what it shows, and gone when its terminal is."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.console.terminal import ROOT, Terminal
from tests.console.test_feed_rows import HOSTILE
from tests.seed import Seeded

Open = Callable[..., Terminal]
_MARK = "Mandarine"


@pytest.fixture
def open_(cache: Path) -> Iterator[Open]:
    terminals: list[Terminal] = []

    def start(*arguments: str, **options: object) -> Terminal:
        made = Terminal(str(cache), *arguments, **options)  # type: ignore[arg-type]
        terminals.append(made)
        return made

    yield start
    for terminal in terminals:
        terminal.close()


def test_an_idle_screen_writes_nothing(seeded: Seeded, open_: Open) -> None:
    """Four seconds of three consoles at once: what they write meanwhile waits in their terminals."""
    terminals = [open_(*options) for options in ((), ("--remote",), ("--pane", "trends"))]
    for terminal in terminals:
        terminal.until(_MARK)
    for terminal in terminals:
        terminal.quiet()
    assert [terminal.read(seconds) for terminal, seconds in zip(terminals, (4.0, 0.1, 0.1), strict=True)] == [b""] * 3


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_it_within_a_second_and_restores_the_terminal(
    seeded: Seeded, open_: Open, number: int, code: int
) -> None:
    terminal = open_()
    terminal.until(_MARK)
    terminal.process.send_signal(number)
    assert terminal.ended() == code
    terminal.read(0.2)
    assert b"\x1b[?1049l" in terminal.written
    assert terminal.written.rstrip().endswith(b"l") or b"\x1b[?25h" in terminal.written
    assert termios.tcgetattr(terminal.slave)[3] == terminal.settings[3]


def test_an_ignored_hangup_stays_ignored(seeded: Seeded, open_: Open) -> None:
    terminal = open_(before="trap '' HUP")
    terminal.until(_MARK)
    terminal.process.send_signal(signal.SIGHUP)
    terminal.press("?")
    terminal.until("zoom this pane")
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.ended() == 143


def test_a_terminal_that_is_gone_is_noticed(seeded: Seeded, open_: Open) -> None:
    terminal = open_(before="trap '' HUP")
    terminal.until(_MARK)
    terminal.hang_up()
    assert terminal.process.wait(4.0) == 129


def test_q_quits(seeded: Seeded, open_: Open) -> None:
    terminal = open_()
    terminal.until(_MARK)
    terminal.press("q")
    assert terminal.ended() == 0


def test_hostile_mentions_reach_the_terminal_as_text_only(seeded: Seeded, open_: Open) -> None:
    for number, said in enumerate(HOSTILE):
        # As a stage that forgot to clean would store it; lone surrogates cannot even be stored.
        text = said[:20_000].encode("utf-8", "replace").decode()
        seeded.say(f"H{number} {text}", author=text[:200], handle=text[:100], url=text[:500], title=text[:300])
    terminal = open_(columns=140, rows=45)
    terminal.until(_MARK)
    terminal.press("\r")
    for _row in HOSTILE:
        terminal.read(0.25)
        terminal.press("j")
    terminal.quiet()
    assert b"owned" not in re.sub(rb"title", b"", terminal.written) or b"\x1b]0;" not in terminal.written
    assert b"\x1b]0;" not in terminal.written
    assert b"\x1b]8;" not in terminal.written
    assert b"\x1b]52;" not in terminal.written
    assert "\u202e" not in terminal.written.decode("utf-8", "replace")
    assert "3 Alerts" in terminal.text or "1 Mentions" in terminal.text
    assert terminal.process.poll() is None


def test_without_colour_no_colour_is_sent_and_tones_are_told_apart(seeded: Seeded, open_: Open) -> None:
    terminal = open_(NO_COLOR="1")
    terminal.until(_MARK)
    terminal.quiet()
    colours = set(re.findall(rb"\x1b\[([0-9;]*)m", terminal.written))
    used = {code for sequence in colours for code in sequence.split(b";")}
    assert not used & {b"31", b"32", b"33", b"36", b"38", b"48", b"90"}
    assert "▼" in terminal.text
    assert "▲" in terminal.text
    assert "ALERT" in terminal.text


def test_nothing_heavy_is_imported_for_the_first_paint() -> None:
    code = "import sys, socialhub.app; print(' '.join(sorted({name.partition('.')[0] for name in sys.modules})))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    heavy = {
        "lark",
        "httpx",
        "httpcore",
        "feedparser",
        "sqlite_utils",
        "numpy",
        "textblob",
        "websockets",
        "selectolax",
        "msgspec",
    }
    assert not heavy & set(loaded.split())
