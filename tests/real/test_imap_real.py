"""Letters appended to a real mail server (pymap) come out of the real source, over IDLE and over another numbering."""

from __future__ import annotations

import asyncio
import imaplib
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest

from socialhub.sources.imap import ImapSource
from socialhub.sources.kinds.imap import ImapSettings
from tests.real.listening import unused_port, wait_until_open
from tests.servers import make_client, make_context
from tests.sources.gathering import Listener, natives

pytestmark = pytest.mark.real
pytest.importorskip("pymap", reason="pymap is not installed: make test-real brings it")

USER, PASSWORD = "desk", "desk-passe"


@contextmanager
def running_pymap() -> Iterator[int]:
    """A server with an empty memory and some letters of its own; gives its port."""
    port = unused_port()
    start = "from pymap.main import main; main()"
    keys = ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "--no-service", "managesieve"]
    demo = ["dict", "--demo-data", "--demo-user", USER, "--demo-password", PASSWORD]
    server = subprocess.Popen([sys.executable, "-c", start, *keys, *demo])
    try:
        wait_until_open(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(10)


def deliver(port: int, *names: str) -> None:
    """Append letters by these Message-IDs."""
    with imaplib.IMAP4("127.0.0.1", port) as box:
        box.login(USER, PASSWORD)
        for name in names:
            letter = f"From: lea@client.example\r\nMessage-ID: <{name}>\r\nSubject: {name}\r\n\r\nBonjour\r\n"
            assert box.append("INBOX", "", imaplib.Time2Internaldate(time.time()), letter.encode())[0] == "OK"


def unseen(port: int) -> int:
    """How many letters nobody has read."""
    with imaplib.IMAP4("127.0.0.1", port) as box:
        box.login(USER, PASSWORD)
        box.select("INBOX", readonly=True)
        return len(box.search(None, "UNSEEN")[1][0].split())


@asynccontextmanager
async def reading(port: int) -> AsyncIterator[ImapSource]:
    client = make_client()
    settings = ImapSettings(
        name="courrier",
        host="127.0.0.1",
        port=port,
        user=USER,
        password=PASSWORD,
        encryption="none",
        allow_private=True,
    )
    yield ImapSource(settings, make_context(client))
    await client.close()


async def test_what_is_appended_there_comes_out_here() -> None:
    with running_pymap() as port:
        await asyncio.to_thread(deliver, port, "un@x", "deux@x")
        before = await asyncio.to_thread(unseen, port)
        async with reading(port) as source:
            listener = Listener(source)
            await listener.until(lambda batches: {"un@x", "deux@x"} <= set(natives(batches)))
            await asyncio.to_thread(deliver, port, "trois@x")
            batches = await listener.until(lambda batches: "trois@x" in natives(batches))
            await listener.stop()
        assert natives(batches)[-3:] == ["un@x", "deux@x", "trois@x"]
        assert await asyncio.to_thread(unseen, port) == before + 1
    with running_pymap() as port:
        await asyncio.to_thread(deliver, port, "un@x", "quatre@x")
        async with reading(port) as source:
            again = Listener(source, batches[-1].cursor)
            await again.until(lambda batches: {"un@x", "quatre@x"} <= set(natives(batches)))
            await again.stop()
            assert again.cursor["validity"] != batches[-1].cursor["validity"]
