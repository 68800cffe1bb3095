"""A rule that is written on screen: the console saves it, its collector follows it, and it raises an alert."""

from __future__ import annotations

from typing import Final

import pytest

from socialhub.clock import Clock, iso, real_now
from socialhub.incidents import Severity
from socialhub.store.alerts import alert_rows
from tests.processes.programs import Loopback, Programs, wait_for
from tests.sources.fake_bluesky import FakeJetstream, commit, record

SPEED: Final = 30.0
"""Alerts are looked for every two seconds."""
LEFT, CTRL_S = "\x1b[D", "\x13"


@pytest.mark.long
def test_a_rule_saved_on_screen_raises_what_comes_in_after_it(programs: Programs, loopback: Loopback) -> None:
    stream = loopback.open(FakeJetstream())
    programs.configure(
        '[[sources]]\nname = "bluesky"\nkind = "jetstream"\nkeep = "all"\nevery = "60 min"\n'
        f'allow_private = true\nservers = ["{stream.url}"]\n'
    )
    programs.environ["SOCIALHUB_CLOCK"] = Clock(real_now(), real_now(), SPEED).to_env()
    terminal = programs.show("run", columns=80, rows=24)

    def read() -> None:
        terminal.read(0.05)

    def say(number: int, words: str) -> None:
        loopback.call(stream.say(commit(real_now() * 1000, f"{number:013d}", record(words, createdAt=iso(real_now())))))
        wait_for(lambda: programs.stored() == number, words, meanwhile=read)

    def started() -> int:
        state = programs.collector()
        assert state is not None
        return state.started

    wait_for(programs.collector, "the console's collector has begun", meanwhile=read)
    say(1, "La fibre est coupée")
    terminal.press("R")
    terminal.until("burst")
    terminal.press("G\r")
    terminal.until("a crisis from")
    terminal.press(LEFT)
    terminal.until('needs a "query"')
    before = started()
    terminal.press("\t" * 8)
    wait_for(lambda: " query " in terminal.screen.display[terminal.screen.cursor.y], "the field", meanwhile=read)
    terminal.press("clignote")
    terminal.until("clignote")
    terminal.press(CTRL_S)
    terminal.until("Saved")
    wait_for(lambda: started() > before, "the collector follows", meanwhile=read)
    say(2, "La box clignote")
    say(3, "La fibre clignote")

    def raised() -> list[tuple[str, str, Severity]]:
        with programs.reading() as db:
            return [(alert.rule, alert.subject, alert.severity) for alert in alert_rows(db)]

    wait_for(raised, "an alert", meanwhile=read)
    assert raised() == [("keyword", "fibre·rule:keyword", Severity.NOTICE)]
    terminal.press("\x1b")
    terminal.press("3")
    terminal.until("clignote")
