"""`socialhub alerts test-notify` and `messages`: what came of a trial, and what was sent to whom."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from socialhub.alerts.messenger import Delivery
from socialhub.alerts.sending import note_delivery
from socialhub.clock import HOUR, MINUTE, real_now
from socialhub.errors import Reason
from socialhub.incidents import Occasion, Severity
from socialhub.store import notifications
from socialhub.store.connection import open_writer
from tests.alerts.receivers import MailServer
from tests.cli.conftest import Shell
from tests.processes.programs import Loopback
from tests.servers import Answer, LoopbackServer

NOTIFY = """
[[notify]]
name = "léa"
url = "env:CALL_LEA"
language = "fr"
[[notify]]
name = "salle"
url = "env:CALL_ROOM"
"""


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


def configure(room: Shell, tables: str) -> None:
    """Put tables behind the room's own."""
    room.config.write_text(room.config.read_text("utf-8") + tables, "utf-8")


def test_a_trial_says_in_a_sentence_what_came_of_it(
    room: Shell, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = loopback.open(MailServer().running())
    web = loopback.open(LoopbackServer({"/crise": Answer(status=503)}))
    monkeypatch.setenv("CALL_LEA", mail.address)
    monkeypatch.setenv("CALL_ROOM", f"json://{web.host}:{web.port}/crise")
    configure(room, NOTIFY)
    tried = room("alerts", "test-notify")
    assert (tried.exit_code, tried.stderr.splitlines()) == (
        1,
        [
            "léa: the trial was taken; see whether it has arrived.",
            "salle: 127.0.0.1 has trouble of its own (503).",
        ],
    )
    (message,) = mail.mails
    assert "essai" in str(message["Subject"])
    wrong = room("alerts", "test-notify", "lea")
    assert (wrong.exit_code, "Did you mean léa?" in wrong.stderr) == (2, True)
    monkeypatch.setenv("CALL_LEA", "nothing")
    bad = room("alerts", "test-notify", "LÉA")
    assert (bad.exit_code, "what env:CALL_LEA holds is no address" in bad.stderr) == (1, True)
    monkeypatch.delenv("CALL_LEA")
    unset = room("alerts", "test-notify", "léa")
    assert (unset.exit_code, "the secret env:CALL_LEA is not set" in unset.stderr) == (1, True)


def test_nobody_to_try(room: Shell) -> None:
    tried = room("alerts", "test-notify")
    assert (tried.exit_code, "no [[notify]] table" in tried.stderr) == (1, True)


def test_messages_tell_what_was_sent_and_what_failed(room: Shell) -> None:
    now = real_now()
    writer = open_writer(room.cache)
    with writer.transaction() as db:
        for target, delivery in (("léa", Delivery()), ("salle", Delivery(Reason("refused", {"host": "mail"})))):
            number = notifications.intend(db, None, target, Occasion.DIGEST, Severity.CRISIS, now, now)
            notifications.write_message(db, number, f"[Salle] for {target}", "…")
            notifications.begin_try(db, number)
            message = notifications.notification_by_id(db, number)
            assert message is not None
            note_delivery(db, message, delivery, now)
    writer.close()
    assert [(row["to"], row["state"], row["tries"], row["error"]) for row in room.json("alerts", "messages")] == [
        ("salle", "waiting", 1, "refused"),
        ("léa", "sent", 1, None),
    ]
    listed = room("alerts", "messages").stdout
    assert "[Salle] for léa" in listed
    assert "mail refuses the connection" in " ".join(listed.split())


def test_doctor_names_who_cannot_be_reached_and_a_trial_that_arrives_sets_free_what_waits(
    room: Shell, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = loopback.open(MailServer().running())
    monkeypatch.setenv("CALL_LEA", mail.address)
    monkeypatch.setenv("CALL_ROOM", mail.address)
    configure(room, NOTIFY)

    def found() -> list[tuple[str, str]]:
        return [(row["level"], row["sentence"]) for row in room.json("doctor") if row["area"] == "messages"]

    assert found() == [("ok", "2 targets of messages: the last tries did not fail.")]
    now = real_now()
    down = Delivery(Reason("refused", {"host": "mail.example"}))
    writer = open_writer(room.cache)
    for minute in (30, 2):
        with writer.transaction() as db:
            number = notifications.intend(db, None, "léa", Occasion.DIGEST, Severity.CRISIS, now, now)
            notifications.begin_try(db, number)
            message = notifications.notification_by_id(db, number)
            assert message is not None
            note_delivery(db, message, down, now - minute * MINUTE)
    ((level, sentence),) = found()
    assert (level, sentence.startswith("No message has reached léa since ")) == ("fail", True)
    assert sentence.endswith(": mail.example refuses the connection · 2 messages wait")
    assert room("doctor").exit_code == 1
    with writer.transaction() as db:
        notifications.put_off(db, "léa", now + HOUR)
    assert room("alerts", "test-notify", "léa").exit_code == 0
    assert [level for level, _sentence in found()] == ["ok"]
    assert len(notifications.due_notifications(writer.db, real_now(), now + HOUR)) == 2
    writer.close()
