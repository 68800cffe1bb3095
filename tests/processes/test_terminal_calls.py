"""A console on a real terminal calls by bell, notification and title when an alert begins, once, and not when quiet."""

from __future__ import annotations

import re
from collections.abc import Callable

from socialhub.clock import real_now
from socialhub.incidents import Severity
from socialhub.store.alert_life import resolve
from socialhub.store.alerts import raise_alert
from socialhub.store.connection import open_writer
from tests.console.terminal import Terminal
from tests.processes.programs import Programs, wait_for

TITLE = re.compile(rb"\x1b\]2;([^\x07]*)\x07")
CALL = re.compile(rb"\x1b\]9;([^\x07]*)\x07")


def alert(programs: Programs, subject: str, severity: Severity) -> int:
    """An alert that no rule ends."""
    now = real_now()
    writer = open_writer(programs.cache)
    with writer.transaction() as db:
        number = raise_alert(db, "burst", subject, severity, now, now, {})
    writer.close()
    return number


def end(programs: Programs, number: int) -> None:
    """It is over."""
    writer = open_writer(programs.cache)
    with writer.transaction() as db:
        resolve(db, number, "", real_now())
    writer.close()


def titles(terminal: Terminal) -> list[str]:
    """The names that the window was given, in order."""
    return [title.decode() for title in TITLE.findall(terminal.written)]


def calls(terminal: Terminal) -> list[str]:
    """What the desktop was told."""
    return [call.decode() for call in CALL.findall(terminal.written)]


def bells(terminal: Terminal) -> int:
    """How often it rang: a BEL that ends no sequence."""
    return re.sub(rb"\x1b\][^\x07]*\x07", b"", terminal.written).count(b"\x07")


def until(terminal: Terminal, condition: Callable[[], bool], what: str) -> None:
    """Read the terminal until something is so."""

    def read() -> None:
        terminal.read(0.05)

    wait_for(condition, what, meanwhile=read)


def test_a_new_alert_calls_once(programs: Programs) -> None:
    programs.configure("")
    known = alert(programs, "before", Severity.WARNING)
    terminal = programs.show("run", "--no-collect")
    until(terminal, lambda: titles(terminal) == ["(1) ALERT · Essai"], "the title counts")
    assert (calls(terminal), terminal.written.count(b"\x1b[22;2t")) == ([], 1)
    alert(programs, "a note", Severity.NOTICE)
    until(terminal, lambda: titles(terminal)[-1] == "(2) ALERT · Essai", "the title counts notices")
    assert calls(terminal) == []
    alert(programs, "fire", Severity.WARNING)
    until(terminal, lambda: len(calls(terminal)) == 1, "the alert calls")
    assert bells(terminal) == 1
    alert(programs, "fire", Severity.CRISIS)
    until(terminal, lambda: len(calls(terminal)) == 2, "it calls again when it grows")
    assert calls(terminal)[0].startswith("ALERT · Essai: ")
    assert calls(terminal)[1].startswith("CRISIS · Essai: ")
    end(programs, known)
    until(terminal, lambda: titles(terminal)[-1] == "(2) CRISIS · Essai", "the title counts down")
    assert (len(calls(terminal)), bells(terminal)) == (2, 2)
    terminal.press("q")
    terminal.ended()
    assert terminal.written.count(b"\x1b[23;2t") == 1


def test_the_first_alert_of_a_cache_that_is_made_later_calls_too(programs: Programs) -> None:
    programs.configure("")
    terminal = programs.show("run", "--no-collect")
    terminal.until("There is no cache")
    made = programs.cache.with_name("made.db")
    writer = open_writer(made)
    with writer.transaction() as db:
        raise_alert(db, "burst", "fire", Severity.CRISIS, real_now(), real_now(), {})
    writer.checkpoint(truncate=True)
    writer.close()
    made.rename(programs.cache)
    until(terminal, lambda: len(calls(terminal)) == 1, "what the first look finds calls")
    assert calls(terminal)[0].startswith("CRISIS · Essai: ")
    assert bells(terminal) == 1
    terminal.until("! opens it.")


def test_quiet_and_tiles_without_alerts_call_nobody_and_tmux_hands_on(programs: Programs) -> None:
    programs.configure("[terminal]\nbell = false\ntitle = false\nnotification = 'osc777'\n")
    open_writer(programs.cache).close()
    inside = programs.show("pane", "alerts", TMUX="/tmp/none,1,0")
    quiet = programs.show("run", "--no-collect", "--quiet")
    tile = programs.show("pane", "mentions")
    for terminal, words in ((inside, "Essai"), (quiet, "Essai"), (tile, "Essai")):
        terminal.until(words)
        terminal.quiet()
    alert(programs, "fire", Severity.CRISIS)
    until(inside, lambda: b"\x1bPtmux;\x1b\x1b]777;notify;CRISIS" in inside.written, "tmux is asked to hand it on")
    quiet.until("CRISIS")
    tile.until("CRISIS")
    for terminal in (quiet, tile):
        assert (titles(terminal), calls(terminal), bells(terminal)) == ([], [], 0)
    assert b"\x1b]2;" not in inside.written
