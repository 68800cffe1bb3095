"""Messages of a real collector to real servers: sent, tried again, and repeated once by the one after a kill."""

from __future__ import annotations

import asyncio

import pytest

from socialhub.clock import Clock, real_now
from socialhub.incidents import Severity
from socialhub.store import notifications
from socialhub.store.alerts import alert_by_id, alert_rows, raise_alert
from socialhub.store.connection import open_writer
from tests.alerts.receivers import MailServer
from tests.processes.programs import Loopback, Programs, kill, wait_for
from tests.servers import Answer, LoopbackServer

NOTIFY = """
[[notify]]
name = "léa"
url = "env:CALL_LEA"
[[notify]]
name = "salle"
url = "env:CALL_ROOM"
severity = "crisis"
"""


def burns(programs: Programs, subject: str, severity: Severity = Severity.WARNING) -> int:
    """An alert; one about a topic of the room ends once a rule has seen calm for long enough."""
    now = real_now()
    writer = open_writer(programs.cache)
    with writer.transaction() as db:
        number = raise_alert(db, "burst", subject, severity, now, now, {})
    writer.close()
    return number


def states(programs: Programs) -> list[tuple[str, str]]:
    """(target, state) of every message, in their order."""
    with programs.reading() as db:
        return [(each.target, each.state) for each in reversed(notifications.newest_notifications(db, 99))]


def test_once_sends_what_is_due(programs: Programs, loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = loopback.open(MailServer().running())
    web = loopback.open(LoopbackServer({"/crise": Answer(status=503)}))
    monkeypatch.setenv("CALL_LEA", mail.address)
    monkeypatch.setenv("CALL_ROOM", f"json://{web.host}:{web.port}/crise")
    programs.configure(NOTIFY)
    number = burns(programs, "fibre", Severity.CRISIS)
    assert programs.run("collect", "--once").returncode == 0
    assert states(programs) == [("léa", "sent"), ("salle", "waiting")]
    assert [message["Subject"][:15] for message in mail.mails] == ["[Essai] CRISIS:"]
    with programs.reading() as db:
        alert = alert_by_id(db, number)
        assert alert is not None
        assert alert.told is not None


def test_a_killed_collector_repeats_the_one_in_flight_and_no_other(
    programs: Programs, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = asyncio.Event()

    async def taken_but_unanswered(_request: object, _writer: asyncio.StreamWriter) -> None:
        await answers.wait()

    web = loopback.open(LoopbackServer({"/crise": taken_but_unanswered}))
    mail = loopback.open(MailServer().running())
    monkeypatch.setenv("CALL_LEA", mail.address)
    monkeypatch.setenv("CALL_ROOM", f"json://{web.host}:{web.port}/crise")
    programs.configure(NOTIFY)
    burns(programs, "fibre", Severity.CRISIS)
    first = programs.start("collect")
    wait_for(lambda: web.requests and states(programs) == [("léa", "sent"), ("salle", "sending")], "one is in flight")
    kill(first)
    web.behaviours["/crise"] = Answer()
    programs.start("collect")
    wait_for(lambda: states(programs) == [("léa", "sent"), ("salle", "sent")], "it is sent again")
    before, after = web.requests
    assert before.headers["message-id"] == after.headers["message-id"]
    assert "Sent again" not in before.body.decode()
    assert "Sent again" in after.body.decode()
    assert len(mail.mails) == 1
    loopback.call(_set(answers))


def test_a_dead_target_is_an_alert_for_the_others_until_it_is_put_right(
    programs: Programs, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = MailServer()
    with Loopback() as for_a_moment:
        for_a_moment.open(mail.running())
    web = loopback.open(LoopbackServer({"/crise": Answer()}))
    monkeypatch.setenv("CALL_LEA", mail.address)
    monkeypatch.setenv("CALL_ROOM", f"json://{web.host}:{web.port}/crise")
    programs.configure(NOTIFY.replace('"crisis"', '"notice"') + "digest = 0\n")
    programs.environ["SOCIALHUB_CLOCK"] = Clock(real_now(), real_now(), 240.0).to_env()
    burns(programs, "of no topic of this room")
    collector = programs.start("collect")

    def dead() -> list[str]:
        """States of the alerts about the target."""
        with programs.reading() as db:
            return [alert.state for alert in alert_rows(db) if (alert.kind, alert.subject) == ("unreachable", "léa")]

    wait_for(lambda: dead() == ["firing"], "an alert that léa cannot be reached")
    told = wait_for(
        lambda: [each for each in web.requests if "no message reaches" in each.body.decode()], "the room is told"
    )
    assert "refuses the connection" in told[0].body.decode()
    assert "No message has reached léa since" in programs.run("doctor").stdout
    assert "no message reaches léa" in programs.run("alerts", "list").stdout
    loopback.open(mail.running())
    assert programs.run("alerts", "test-notify", "léa").returncode == 0
    wait_for(lambda: len(mail.mails) == 2, "what waited arrives behind the trial")
    wait_for(lambda: dead() == ["resolved"], "the alert resolves by itself")
    collector.terminate()
    assert collector.wait(20) == 0


async def _set(event: asyncio.Event) -> None:
    event.set()
