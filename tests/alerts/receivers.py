"""Real receivers on loopback: a mail server that takes, refuses, dawdles or dies, run by aiosmtpd."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default
from ssl import SSLContext
from typing import Any, Final

from aiosmtpd.smtp import SMTP, Envelope, Session

TAKEN: Final = "250 OK"


class MailServer:
    """Takes mails, and answers the last line of each with what `answers` holds next (TAKEN once it is empty).

    An answer may be a line, DIE (the connection is cut after the mail was taken), or HANG (no answer comes).
    `refused` are recipients it does not know; `login` is the one account it lets in, if any.
    """

    DIE: Final = "die"
    HANG: Final = "hang"

    def __init__(self, *answers: str, refused: tuple[str, ...] = (), greeting: str = "") -> None:
        self.answers, self.refused, self.greeting = list(answers), refused, greeting
        self.mails: list[Message] = []
        self.recipients: list[list[str]] = []
        self.port = 0
        self._hanging = asyncio.Event()

    @property
    def address(self) -> str:
        """Its address for apprise: léa and nora get it, from the room."""
        people = "lea@example.org,nora@example.org"
        return f"mailto://127.0.0.1:{self.port}/?from=salle@example.org&to={people}"

    @property
    def encrypted_address(self) -> str:
        """The same where it is encrypted from the first byte."""
        return f"{self.address.replace('mailto:', 'mailtos:')}&mode=ssl"

    # ---- what aiosmtpd asks ----

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Whether it knows a recipient."""
        if address in self.refused:
            return "550 no such user here"
        envelope.rcpt_tos.append(address)
        return TAKEN

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        """What becomes of a mail."""
        answer = self.answers.pop(0) if self.answers else TAKEN
        if answer in (TAKEN, self.DIE):
            assert isinstance(envelope.content, bytes)
            self.mails.append(message_from_bytes(envelope.content, policy=default))
            self.recipients.append(list(envelope.rcpt_tos))
        if answer == self.DIE:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        elif answer == self.HANG:
            await self._hanging.wait()
        return answer

    @asynccontextmanager
    async def running(self, tls: SSLContext | None = None) -> AsyncIterator[MailServer]:
        """Listens on loopback until the block ends, encrypted from the first byte where `tls` says how.

        A second time it listens where it did before.
        """
        loop = asyncio.get_running_loop()
        make: Callable[[], Any] = lambda: SMTP(self, loop=loop, hostname="loopback")  # noqa: E731
        server = await loop.create_server(make, "127.0.0.1", self.port, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self._hanging.set()
            server.close()
