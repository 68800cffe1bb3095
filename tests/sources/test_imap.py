"""A mailbox over a real connection: every letter once, none marked as read, and what servers do wrong told."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.clock import DAY
from socialhub.errors import SourceError
from socialhub.model import Batch
from socialhub.sources.contract import try_contract
from socialhub.sources.imap import BATCH, ImapSource
from socialhub.sources.imap_client import MOST_LETTER, Said, connect, folder_name, read_fetch
from socialhub.sources.kinds.imap import ImapSettings
from socialhub.sources.letter import SHORTENED
from socialhub.sources.net import NetSettings
from tests.certificates import self_signed
from tests.servers import NOON, clock_at, make_client, make_context, resolver
from tests.sources.fake_imap import PASSWORD, FakeImap
from tests.sources.gathering import Listener, drafts, natives


def letter(number: int, text: str = "Bonjour") -> bytes:
    return (
        f"From: lea@client.example\r\nDate: Sat, 21 Nov 2026 10:{number % 60:02}:00 +0100\r\n"
        f"Message-ID: <l{number}@client.example>\r\nSubject: Lettre {number}\r\n\r\n{text}\r\n"
    ).encode()


def name(number: int) -> str:
    return f"l{number}@client.example"


@asynccontextmanager
async def reading(
    server: FakeImap, *, net: NetSettings | None = None, seconds: float = 20.0, **keys: Any
) -> AsyncIterator[ImapSource]:
    clock = clock_at(NOON)
    client = make_client(net, clock=clock, total_seconds=seconds)
    wanted: dict[str, Any] = {
        "name": "courrier", "host": "127.0.0.1", "port": server.port, "user": "desk", "password": PASSWORD,
        "encryption": "none", "allow_private": True, **keys,
    }  # fmt: skip
    try:
        yield ImapSource(ImapSettings(**wanted), make_context(client, clock))
    finally:
        await client.close()


async def heard(source: ImapSource, wanted: set[str], cursor: dict[str, Any] | None = None) -> list[Batch]:
    listener = Listener(source, cursor)
    batches = await listener.until(lambda batches: wanted <= set(natives(batches)))
    await listener.stop()
    return batches


async def failure(server: FakeImap, **keys: Any) -> SourceError:
    async with reading(server, **keys) as source:
        error = await Listener(source).failure()
    assert isinstance(error, SourceError)
    return error


async def test_the_oldest_first_in_batches_then_what_comes_by_idle() -> None:
    async with FakeImap({uid: letter(uid) for uid in range(1, 46)}) as server, reading(server) as source:
        listener = Listener(source)
        await listener.until(lambda batches: len(natives(batches)) == 45)
        await server.asked("IDLE")
        await server.deliver(46, letter(46))
        batches = await listener.until(lambda batches: name(46) in natives(batches))
        await listener.stop()
        assert natives(batches) == [name(uid) for uid in range(1, 47)]
        assert max(len(batch.items) for batch in batches) == BATCH
        assert [draft.backfill for draft in drafts(batches)] == [True] * 45 + [False]
        assert batches[-1].cursor == {"validity": 7, "uid": 46}
        assert all("BODY.PEEK" in each for each in server.commands if each.startswith("UID FETCH"))
        assert not [each for each in server.commands if each.startswith(("SELECT", "STORE"))]
        assert server.commands[:3] == ["CAPABILITY", "AUTHENTICATE PLAIN", "CAPABILITY"]


def up_to(batch: Batch) -> int:
    assert batch.reached is not None
    return batch.reached


async def test_it_says_itself_when_all_there_is_was_read() -> None:
    # The letters are a day old: their age says nothing of how far the mailbox is read.
    async with FakeImap({uid: letter(uid) for uid in range(1, 46)}) as server, reading(server) as source:
        batches = await heard(source, {name(45)})
        assert [batch.reached == 0 for batch in batches] == [True, True, False]
        assert up_to(batches[-1]) >= NOON
        batches = await heard(source, {name(45)}, {"validity": 7, "uid": 44})
        assert len(batches) == 1
        assert up_to(batches[0]) >= NOON
        listener = Listener(source, {"validity": 7, "uid": 45})
        batches = await listener.until(lambda batches: bool(batches))
        await listener.stop()
        assert len(batches) == 1
        assert up_to(batches[0]) >= NOON


class TellingEarly(FakeImap):
    """A letter comes while others are fetched: it is told there, and not again to who idles."""

    def _give(self, command: str, writer: asyncio.StreamWriter) -> None:
        super()._give(command, writer)
        if 2 not in self.letters:
            self.letters[2] = letter(2)
            writer.write(b"* 2 EXISTS\r\n")


async def test_a_letter_told_in_another_answer_is_fetched_at_once() -> None:
    async with TellingEarly({1: letter(1)}) as server, reading(server) as source:
        listener = Listener(source)
        await listener.until(lambda batches: name(2) in natives(batches))
        # Then it waits: what was told once is no news any more.
        await server.asked("IDLE")
        await listener.stop()
        assert sum(each.startswith("UID SEARCH") for each in server.commands) == 2


async def test_the_last_letter_is_not_told_again() -> None:
    async with FakeImap({5: letter(5)}) as server, reading(server) as source:
        listener = Listener(source, {"validity": 7, "uid": 5})
        batches = await listener.until(len)
        assert (natives(batches), batches[0].cursor) == ([], {"validity": 7, "uid": 5})
        assert "UID SEARCH UID 6:*" in server.commands
        await listener.stop()


async def test_any_stored_prefix_and_a_restart_lose_nothing() -> None:
    async with FakeImap({uid: letter(uid) for uid in range(1, 46)}) as server, reading(server) as source:
        first = await heard(source, {name(1)})
        rest = await heard(source, {name(45)}, first[0].cursor)
        assert natives([first[0], *rest]) == [name(uid) for uid in range(1, 46)]


async def test_letters_numbered_anew_keep_their_ids() -> None:
    bare = b"From: lea@client.example\r\nSubject: sans id\r\n\r\nBonjour"
    async with FakeImap({1: letter(1), 2: bare}) as server, reading(server) as source:
        before = await heard(source, {name(1)})
        server.validity, server.letters = 8, {11: letter(1), 12: bare, 13: letter(3)}
        after = await heard(source, {name(3)}, before[-1].cursor)
        assert natives(after)[:2] == natives(before)
        assert after[-1].cursor == {"validity": 8, "uid": 13}


@pytest.mark.parametrize(("able", "asked"), [("IDLE", "IDLE"), ("UIDPLUS", "NOOP")])
async def test_it_looks_again_though_nothing_was_told(able: str, asked: str) -> None:
    async with FakeImap({1: letter(1)}, able=able) as server:
        client = make_client()
        connection = await connect(client, "127.0.0.1", server.port, "none", allow_private=True)
        await connection.log_in("desk", PASSWORD)
        await connection.open("INBOX")
        assert await connection.search("UID 1:*") == [1]
        await connection.wait(0.05)
        assert await connection.search("UID 1:*") == [1]
        await connection.close()
        await client.close()
        assert server.commands[1].startswith("LOGIN")
        assert [each for each in server.commands if each in ("IDLE", "NOOP")] == [asked]


async def test_a_letter_that_the_server_cannot_give_holds_back_no_other() -> None:
    async with FakeImap({uid: letter(uid) for uid in (1, 2, 3)}, broken=(2,)) as server, reading(server) as source:
        batches = await heard(source, {name(3)})
        assert (natives(batches), batches[0].skipped, batches[0].cursor["uid"]) == ([name(1), name(3)], 1, 3)
        server.broken = (1, 2, 3)
        # It gives none: they are asked for again, not passed over.
        assert (await failure(server)).reason.code == "refused-question"


async def test_a_huge_letter_is_cut_and_says_so() -> None:
    async with FakeImap({1: letter(1, "mot " * MOST_LETTER)}) as server, reading(server) as source:
        (draft,) = drafts(await heard(source, {name(1)}))
        assert draft.text.endswith(SHORTENED)
        assert len(draft.text) < MOST_LETTER


@pytest.mark.parametrize("encryption", ["tls", "starttls"])
async def test_a_certificate_must_be_trusted(encryption: str, tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    names = resolver(inside_test=["127.0.0.1"])
    keys: dict[str, Any] = {"encryption": encryption, "host": "inside.test"}
    at: dict[str, Any] = {"tls": context} if encryption == "tls" else {"starttls": context}
    async with FakeImap({1: letter(1)}, **at) as server:
        async with reading(server, net=NetSettings(ca_file=str(certificate), resolver=names), **keys) as source:
            assert natives(await heard(source, {name(1)})) == [name(1)]
        server.commands.clear()
        assert (await failure(server, net=NetSettings(resolver=names), **keys)).reason.code == "tls"
        assert not [each for each in server.commands if each != "STARTTLS"]


async def test_what_comes_before_tls_is_not_believed(tmp_path: Path) -> None:
    """An answer slipped in after that to STARTTLS breaks the handshake instead of being read as one from within."""
    answer = b"TAG OK begin\r\n* CAPABILITY IMAP4rev1\r\n"
    async with FakeImap(fault={"STARTTLS": answer}) as server:
        assert (await failure(server, encryption="starttls")).reason.code in ("tls", "reset")
    async with FakeImap(fault={"STARTTLS": b"TAG NO never\r\n"}) as server:
        assert (await failure(server, encryption="starttls")).reason.code == "tls"
        assert server.commands == ["STARTTLS"]


FAULTS = [
    ("CAPABILITY", b"* BYE overloaded\r\n", "stream-closed"),
    ("CAPABILITY", b"* CAPABIL", "reset"),
    ("CAPABILITY", b"x" * 2_000_000, "unexpected-shape"),
    ("AUTHENTICATE", b"TAG NO no\r\n", "login-failed"),
    ("AUTHENTICATE", b"TAG NO [UNAVAILABLE] later\r\n", "server-error"),
    ("EXAMINE", b"TAG NO no such folder\r\n", "folder-unknown"),
    ("EXAMINE", b"TAG OK open\r\n", "unexpected-shape"),
    ("SEARCH", b"TAG BAD what\r\n", "refused-question"),
    ("FETCH", b"* 1 FETCH (UID 1 BODY[]<0> {99999999}\r\n", "too-large"),
    ("FETCH", b"* 1 FETCH (UID 1 BODY[]<0> {500}\r\nFrom", "reset"),
    ("FETCH", b"* 1 EXISTS\r\n" * 30_000, "unexpected-shape"),
    ("IDLE", b"TAG NO never\r\n", "refused-question"),
    ("IDLE", b"+ idling\r\n* BYE good night\r\n", "stream-closed"),
    ("IDLE", b"+ idling", "reset"),
]


@pytest.mark.parametrize(("command", "fault", "code"), FAULTS)
async def test_a_fault_becomes_its_reason(command: str, fault: bytes, code: str) -> None:
    async with FakeImap({1: letter(1)}, fault={command: fault}) as server:
        error = await failure(server)
    assert (error.reason.code, error.permanent, server.connections) == (code, False, 1)
    assert "{" not in error.reason.sentence()
    assert PASSWORD not in error.reason.to_json()


async def test_a_server_that_says_nothing_is_slow() -> None:
    async with FakeImap(greeting=b"") as server:
        assert (await failure(server, seconds=0.3)).reason.code == "timeout"
    async with FakeImap(greeting=b"HTTP/1.1 400 no\r\n") as server:
        assert (await failure(server)).reason.code == "unexpected-shape"


async def test_a_wrong_password_and_a_private_address() -> None:
    async with FakeImap() as server:
        assert (await failure(server, password="env:WRONG")).reason.code == "login-failed"
        assert (await failure(server, allow_private=False)).reason.code == "private-address"
        assert server.connections == 1


async def test_the_contract() -> None:
    async with FakeImap({uid: letter(uid) for uid in range(1, 4)}) as server, reading(server) as source:
        findings = await try_contract(lambda: source, lambda: NOON, [PASSWORD], 0.5)
    assert [each for each in findings if each.kept is False] == []


async def test_a_folder_with_accents() -> None:
    assert folder_name("R&D/Été") == "R&-D/&AMk-t&AOk-"
    async with FakeImap({1: letter(1)}) as server, reading(server, folder="Éléments") as source:
        assert natives(await heard(source, {name(1)})) == [name(1)]


def test_a_letter_may_come_as_a_quoted_string() -> None:
    said = Said(b'* 1 FETCH (BODY[]<0> "Subject: \\"UID 9\\"" UID 4 RFC822.SIZE 16)')
    fetched = read_fetch(said)
    assert fetched is not None
    assert (fetched.uid, fetched.raw, fetched.whole, fetched.received) == (4, b'Subject: "UID 9"', True, 0)
    assert read_fetch(Said(b"* 1 FETCH (FLAGS (\\Seen) UID 4)")) is None


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        (b"21-Nov-2026 13:00:00 +0100", NOON),
        (b" 1-Nov-2026 12:00:00 +0000", NOON - 20 * DAY),
        (b"99-Nov-2026 12:00:00 +0000", 0),
        (b"demain", 0),
    ],
)
def test_when_the_server_got_it(written: bytes, moment: int) -> None:
    fetched = read_fetch(Said(b'* 1 FETCH (UID 4 INTERNALDATE "%s" BODY[] {1})' % written, (b"x",)))
    assert fetched is not None
    assert fetched.received == moment


@given(
    st.lists(
        st.sampled_from([b"UID 4 ", b"BODY[] ", b'INTERNALDATE "', b"99999999999", b'"', b"{1}", b"\\", b")", b"\xff"])
    )
)
def test_no_answer_breaks_the_reader(pieces: list[bytes]) -> None:
    fetched = read_fetch(Said(b"* 1 FETCH (" + b"".join(pieces), (b"x",)))
    assert fetched is None or fetched.uid


def test_what_the_settings_need() -> None:
    def at(**keys: Any) -> list[tuple[str | int, ...]]:
        wanted: dict[str, Any] = {"name": "x", "host": "mail.example.org", "user": "desk", "password": "env:P", **keys}
        return [each.at for each in ImapSettings(**wanted).troubles()]

    assert at() == at(encryption="starttls", port=143) == at(encryption="none", allow_private=True) == []
    assert at(host="imaps://desk@mail.example.org/INBOX") == [("host",)]
    assert at(encryption="starttls") == [("port",)]
    assert at(encryption="none") == [("encryption",)]


class GivingTheFirst(FakeImap):
    """Of several letters whose beginning is asked for it gives the first, of the others not a byte."""

    def _give(self, command: str, writer: asyncio.StreamWriter) -> None:
        first, *others = [int(each) for each in command.split()[2].split(",")]
        super()._give(command.replace(command.split()[2], str(first)), writer)
        for uid in others:
            size = len(self.letters[uid])
            writer.write(f"* {uid} FETCH (UID {uid} RFC822.SIZE {size} BODY[]<0> {{0}}\r\n)\r\n".encode())


async def test_letters_that_came_without_a_byte_are_asked_for_alone() -> None:
    async with GivingTheFirst({uid: letter(uid) for uid in (1, 2, 3)}) as server, reading(server) as source:
        batches = await heard(source, {name(1), name(2), name(3)})
        assert natives(batches) == [name(1), name(2), name(3)]
        assert [draft.text for draft in drafts(batches)] == ["Bonjour"] * 3


class WithoutDates(FakeImap):
    """It cannot search by date."""

    async def _answer(self, tag: str, command: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if "SINCE" in command:
            writer.write(f"{tag} BAD SINCE is unknown here\r\n".encode())
        else:
            await super()._answer(tag, command, reader, writer)


async def test_a_server_that_cannot_search_by_date_gives_its_newest() -> None:
    async with WithoutDates({1: letter(1), 2: letter(2)}) as server, reading(server) as source:
        assert natives(await heard(source, {name(2)})) == [name(1), name(2)]
        assert "UID SEARCH ALL" in server.commands
