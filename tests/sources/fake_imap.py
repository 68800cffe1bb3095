"""A mail server on loopback with one folder, as far as socialhub asks it; it can be told to misbehave."""

from __future__ import annotations

import asyncio
import base64
import re
import ssl
from dataclasses import dataclass, field

PASSWORD = 'mot "de" passe'
FOLDERS = ("INBOX", "&AMk-l&AOk-ments")


@dataclass
class FakeImap:
    """Its letters by number. `fault` is what it does instead of an answer to the command of that name."""

    letters: dict[int, bytes] = field(default_factory=dict)
    validity: int = 7
    able: str = "IDLE AUTH=PLAIN"
    fault: dict[str, bytes] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    starttls: ssl.SSLContext | None = None
    greeting: bytes = b"* OK ready\r\n"
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    broken: tuple[int, ...] = ()
    """Numbers of letters that it cannot give."""
    drips: str = ""
    """The command to which it says one thing after the other, and never comes to the end."""

    async def __aenter__(self) -> FakeImap:
        self._changed = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()
        self._known = len(self.letters)
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def deliver(self, uid: int, letter: bytes) -> None:
        """A new letter, told to whoever idles."""
        async with self._changed:
            self.letters[uid] = letter
            self._changed.notify_all()

    @property
    def idles(self) -> bool:
        """Whether somebody is connected and waits to be told of what comes."""
        return bool(self._tasks) and bool(self.commands) and self.commands[-1] == "IDLE"

    def cut(self) -> None:
        """Break all connections."""
        for task in self._tasks:
            task.cancel()

    async def asked(self, command: str, times: int = 1) -> None:
        """Once a command has come so many times."""
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: sum(each.startswith(command) for each in self.commands) >= times)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            writer.write(self.greeting)
            while line := await reader.readline():
                tag, _space, command = line.decode().strip().partition(" ")
                async with self._changed:
                    self.commands.append(command)
                    self._changed.notify_all()
                await self._answer(tag, command, reader, writer)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer(self, tag: str, command: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        name = command.removeprefix("UID ").partition(" ")[0]
        fault = self.fault.get(name)
        outcome = "OK done"
        while name == self.drips:
            writer.write(b"* OK still here\r\n")
            await writer.drain()
            await asyncio.sleep(0.02)
        if fault is not None:
            writer.write(fault.replace(b"TAG", tag.encode()))
            if not fault or not fault.endswith(b"\r\n"):
                writer.close()
            return
        if name == "STARTTLS":
            assert self.starttls is not None
            writer.write(f"{tag} OK begin\r\n".encode())
            await writer.start_tls(self.starttls)
            return
        if name == "CAPABILITY":
            writer.write(f"* CAPABILITY IMAP4rev1 {self.able}\r\n".encode())
        elif name == "AUTHENTICATE":
            writer.write(b"+ \r\n")
            await writer.drain()
            proof = base64.b64decode(await reader.readline()).decode()
            outcome = "OK in" if proof == f"\0desk\0{PASSWORD}" else "NO [AUTHENTICATIONFAILED] no"
        elif name == "LOGIN":
            outcome = "OK in" if command == r'LOGIN "desk" "mot \"de\" passe"' else "NO no"
        elif name == "EXAMINE":
            known = command.partition('"')[2].rstrip('"') in FOLDERS
            outcome = "OK [READ-ONLY] open" if known else "NO [NONEXISTENT] no such folder"
            following = max(self.letters, default=0) + 1
            writer.write(f"* {len(self.letters)} EXISTS\r\n".encode())
            writer.write(f"* OK [UIDVALIDITY {self.validity}] .\r\n* OK [UIDNEXT {following}] .\r\n".encode())
        elif name == "SEARCH":
            self._known = len(self.letters)
            writer.write(b"* SEARCH " + " ".join(map(str, self._found(command))).encode() + b"\r\n")
        elif name == "FETCH" and any(str(uid) in command.split()[2].split(",") for uid in self.broken):
            outcome = "NO some letters cannot be given"
        elif name == "FETCH":
            self._give(command, writer)
        elif name == "IDLE":
            await self._idle(reader, writer)
        writer.write(f"{tag} {outcome}\r\n".encode())

    def _found(self, command: str) -> list[int]:
        since = re.search(r"UID (\d+):\*", command.removeprefix("UID SEARCH"))
        if since is None:
            return sorted(self.letters)
        # As real servers do: the last letter belongs to n:* whatever its number.
        return sorted({uid for uid in self.letters if uid >= int(since[1])} | {max(self.letters, default=1)})

    def _give(self, command: str, writer: asyncio.StreamWriter) -> None:
        most = int(re.findall(r"<0\.(\d+)>", command)[0])
        writer.write(b"* 1 FETCH (FLAGS (\\Seen) UID 1)\r\n")
        for uid in reversed([int(each) for each in command.split()[2].split(",")]):
            letter = self.letters.get(uid)
            if letter is None:
                continue
            head = f'* {uid} FETCH (UID {uid} INTERNALDATE "21-Nov-2026 09:00:00 +0000" RFC822.SIZE {len(letter)} '
            body = letter[:most]
            writer.write(head.encode() + b"BODY[]<0> {%d}\r\n" % len(body) + body + b")\r\n")

    async def _idle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # What came since it was last asked is told at once.
        known = self._known
        writer.write(b"+ idling\r\n* OK still here\r\n")
        await writer.drain()
        done = asyncio.create_task(reader.readline())
        told = asyncio.create_task(self._more_than(known))
        await asyncio.wait({done, told}, return_when=asyncio.FIRST_COMPLETED)
        if told.done():
            writer.write(f"* {len(self.letters)} EXISTS\r\n".encode())
        told.cancel()
        assert (await done).strip() in (b"DONE", b"")

    async def _more_than(self, known: int) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.letters) > known)
