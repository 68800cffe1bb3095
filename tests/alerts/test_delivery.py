"""Messages handed to real servers: mail with its message id, webhooks, and what is made of every fault."""

from __future__ import annotations

import asyncio
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Final

import pytest

from socialhub.alerts.messenger import Delivery, Parcel, Report, deliver
from socialhub.alerts.notify import send
from socialhub.errors import SENTENCES, Reason
from tests.alerts.receivers import MailServer
from tests.certificates import self_signed
from tests.servers import Answer, Behaviour, LoopbackServer, reset_in_the_middle, slow_drip


def parcel(url: str, **changes: object) -> Parcel:
    """A message to an address."""
    usual = {"secret": "env:CALL", "title": "[Salle] CRISE : panne à Lyon", "body": "Vu : 412\nAttendu : 38"}
    return Parcel(**{"url": url, "message_id": "f00d", **usual, **changes})  # type: ignore[arg-type]


async def sent(url: str, **changes: object) -> Report:
    """What comes of sending, in this process."""
    return await asyncio.to_thread(send, parcel(url, **changes))


async def test_a_mail_keeps_the_message_id_it_is_given() -> None:
    async with MailServer().running() as server:
        assert await sent(server.address) == Report()
        assert await sent(server.address, message_id="beef", thread="f00d", repeated=True) == Report()
    first, second = server.mails
    assert first["Message-ID"] == "<f00d@example.org>"
    assert first["Subject"] == "[Salle] CRISE : panne à Lyon"
    assert isinstance(first, EmailMessage)
    assert first.get_content().splitlines() == ["Vu : 412", "Attendu : 38"]
    assert (first["In-Reply-To"], first["X-Socialhub-Repeated"]) == (None, None)
    assert second["In-Reply-To"] == second["References"] == "<f00d@example.org>"
    assert second["X-Socialhub-Repeated"] == "yes"
    assert server.recipients[0] == ["lea@example.org", "nora@example.org"]


async def test_what_a_mail_server_says_decides_when_it_is_asked_again() -> None:
    answers = ("451 greylisted", "552 too much", MailServer.DIE)
    async with MailServer(*answers).running() as server:
        later, never, unknown = [await sent(server.address) for _answer in answers]
    assert (later.code, later.values["detail"], later.refused) == ("message-refused", "451 greylisted", False)
    assert (never.code, never.refused, never.doubt) == ("message-refused", True, False)
    # It had the whole mail when the connection broke: nobody knows whether it went on.
    assert len(server.mails) == 1
    assert (unknown.code, unknown.refused, unknown.doubt) == ("reset", False, True)


async def test_a_mail_server_of_a_company_authority_is_trusted_only_when_it_is_named(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    async with MailServer().running(tls) as server:
        wary = await sent(server.encrypted_address)
        assert await sent(server.encrypted_address, ca_file=str(certificate)) == Report()
    assert wary.code == "tls"
    assert len(server.mails) == 1


async def test_one_of_two_recipients_is_enough() -> None:
    async with MailServer(refused=("nora@example.org",)).running() as server:
        assert await sent(server.address) == Report()
    assert server.recipients == [["lea@example.org"]]
    async with MailServer(refused=("lea@example.org", "nora@example.org")).running() as server:
        nobody = await sent(server.address)
    assert (nobody.code, nobody.refused) == ("recipient-refused", True)
    assert "no such user here" in Reason(nobody.code, nobody.values).sentence()


@pytest.mark.parametrize(
    ("behaviour", "code", "refused", "doubt"),
    [
        (Answer(), "", False, False),
        (Answer(status=204), "", False, False),
        (Answer(status=500), "server-error", False, False),
        (Answer(status=503), "server-error", False, False),
        (Answer(status=429), "rate-limited", False, False),
        (Answer(status=400), "http-status", True, False),
        (Answer(status=401), "unauthorised", True, False),
        (Answer(status=404), "not-found", True, False),
        (reset_in_the_middle, "reset", False, True),
    ],
    ids=lambda value: getattr(value, "__name__", None) or str(getattr(value, "status", value)),
)
async def test_what_a_webhook_answers(behaviour: Behaviour, code: str, refused: bool, doubt: bool) -> None:
    async with LoopbackServer({"/crise": behaviour}) as server:
        report = await sent(f"json://{server.host}:{server.port}/crise")
    assert (report.code, report.refused, report.doubt) == (code, refused, doubt)
    (request,) = server.requests
    assert request.headers["message-id"] == "<f00d@socialhub>"
    assert "412" in request.body.decode()


NOBODY: Final = "127.0.0.1:9"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (f"mailto://{NOBODY}/?from=a@example.org&to=b@example.org", "refused"),
        (f"json://{NOBODY}/x", "refused"),
        ("json://nobody.invalid/x", "unresolved"),
        ("mailto://nobody.invalid/?from=a@example.org&to=b@example.org", "unresolved"),
        ("nosuchthing://x", "bad-address"),
        ("just words", "bad-address"),
    ],
)
async def test_what_never_left_is_in_no_doubt(url: str, code: str) -> None:
    report = await sent(url)
    assert (report.code, report.doubt) == (code, False)
    assert code in SENTENCES


async def test_an_address_is_never_told() -> None:
    report = await sent("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#crise")
    assert "T1JJ3T3L2" not in Reason(report.code, report.values).sentence()
    assert "TIiajkdnlazkcOXrIdevi7FQ" not in str(report)


async def test_a_process_delivers_and_one_that_hangs_is_ended() -> None:
    async with LoopbackServer({"/ok": Answer(), "/drip": slow_drip}) as server:
        through, hung = await asyncio.gather(
            deliver(parcel(f"json://{server.host}:{server.port}/ok")),
            deliver(parcel(f"json://{server.host}:{server.port}/drip"), seconds=3),
        )
    assert through == Delivery()
    assert hung == Delivery(Reason("delivery-timeout", {"seconds": 3}), doubt=True)
