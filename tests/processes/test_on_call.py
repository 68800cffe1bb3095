"""Who is on call, at 80×24: from the bell to a silenced, assigned and resolved incident, each key counted."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from socialhub.clock import real_now
from socialhub.incidents import Severity
from socialhub.store.alerts import alert_by_id, events_of, raise_alert
from socialhub.store.connection import open_writer
from socialhub.store.silences import silence_rows
from socialhub.store.topics import active_topics
from tests.processes.programs import Programs, wait_for

MOST_KEYS: Final = 20
WALK: Final = (
    ("!", "[1] overview"),
    ("a", "taken by lea"),
    ("A", "Give to somebody"),
    ("no\r", "given to no"),
    ("s", "hides 1 alert"),
    ("works\r", "silenced by lea"),
    ("x", "nothing to do"),
    ("\r", "over since"),
)
"""What is typed, and what then stands on the screen."""


def test_from_the_bell_to_silenced_assigned_and_resolved_in_under_20_keys(programs: Programs) -> None:
    programs.configure("")
    terminal = programs.show("run", columns=80, rows=24)

    def until(condition: Callable[[], object], what: str) -> None:
        def read() -> None:
            terminal.read(0.05)

        wait_for(condition, what, meanwhile=read)

    until(programs.collector, "the console's collector has begun")
    until(lambda: b"\x1b]2;Essai" in terminal.written, "the console watches the cache")
    now = real_now()
    writer = open_writer(programs.cache)
    with writer.transaction() as db:
        topic = next(each.number for each in active_topics(db) if each.id == "mandarine")
        number = raise_alert(db, "burst", "mandarine", Severity.CRISIS, now, now, {}, topic=topic)
    writer.close()
    until(lambda: b"\x07" in re.sub(rb"\x1b\][^\x07]*\x07", b"", terminal.written), "the bell")
    for typed, shown in WALK:
        terminal.press(typed)
        terminal.until(shown)
    assert sum(len(typed) for typed, _shown in WALK) < MOST_KEYS
    with programs.reading() as db:
        alert, actions = alert_by_id(db, number), [step.action for step in events_of(db, number)]
        reasons = [silence.reason for silence in silence_rows(db)]
    assert alert is not None
    assert (alert.state, alert.verdict, alert.assignee, reasons) == ("resolved", "real", "no", ["works"])
    assert actions == ["raised", "acknowledged", "assigned", "silenced", "resolved", "verdict"]
