"""What operators did in their processes the collector carries on in its own: lapses, silences, calls for help."""

from __future__ import annotations

from socialhub.alerts.silencing import silence
from socialhub.clock import HOUR, real_now
from socialhub.incidents import Severity
from socialhub.store.alert_life import acknowledge
from socialhub.store.alerts import alert_by_id, events_of, raise_alert
from socialhub.store.connection import open_writer
from tests.processes.programs import Programs

DUTY = """
[[on_call]]
to = ["lea", "nora"]
[[escalations]]
name = "crises"
severity = "crisis"
[[escalations.steps]]
to = ["on_call"]
[[escalations.steps]]
after = "15 min"
to = ["chief"]
"""


def test_a_minute_of_the_collector_after_what_people_did(programs: Programs) -> None:
    programs.configure(DUTY)
    now = real_now()
    writer = open_writer(programs.cache)
    with writer.transaction() as db:
        numbers = {
            name: raise_alert(db, "burst", name, Severity.CRISIS, now, now, {})
            for name in ("forgotten", "silenced", "helped", "taken")
        }
        for name, until in (("forgotten", now - HOUR), ("helped", now + HOUR), ("taken", now + HOUR)):
            acknowledge(db, numbers[name], "lea", now, until=until)
        silence(db, "silenced", reason="works", operator="lea", now=now, ends=now + HOUR)
    writer.close()
    asked = programs.run("alerts", "escalate", str(numbers["helped"]), "--comment", "too big")
    assert (asked.returncode, "lea, nora will be told" in asked.stderr) == (0, True)
    assert programs.run("collect", "--once").returncode == 0
    with programs.reading() as db:
        lives = {name: [step.action for step in events_of(db, number)] for name, number in numbers.items()}
        states = {name: alert_by_id(db, number) for name, number in numbers.items()}
    assert lives == {
        "forgotten": ["raised", "acknowledged", "lapsed", "escalated"],
        "silenced": ["raised", "silenced"],
        "helped": ["raised", "acknowledged", "escalation_asked", "escalated"],
        "taken": ["raised", "acknowledged"],
    }
    assert {name: alert.state for name, alert in states.items() if alert is not None} == {
        "forgotten": "firing",
        "silenced": "firing",
        "helped": "acknowledged",
        "taken": "acknowledged",
    }
