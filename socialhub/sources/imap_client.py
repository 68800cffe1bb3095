"""A small IMAP4rev1 client (RFC 3501, IDLE of RFC 2177): only what reading one folder needs, read-only.

Libraries are no choice here: imaplib and IMAPClient block a thread for each connection, resolve names and open sockets
themselves, and take none of ours; sockets come from net.py alone. Answers are bounded: a line by LINE_LIMIT, a literal
by what was asked for. Whatever a server does becomes a SourceError.
"""

from __future__ import annotations

import asyncio
import base64
import re
import socket
from collections.abc import Coroutine, Sequence
from email.utils import parsedate_to_datetime
from typing import Final

from socialhub import text
from socialhub.clock import from_datetime
from socialhub.errors import SourceError
from socialhub.records import dataclass
from socialhub.sources.http import Client

LINE_LIMIT: Final = 1024 * 1024
"""Bytes of a line: the numbers of some 100,000 letters."""
MOST_LETTER: Final = 262_144
"""Bytes of a letter that are fetched."""
_BARE_LIMIT: Final = 4_096
_MOST_LINES: Final = 20_000
"""Lines of one answer."""
_MOST_ANSWER: Final = 32 * 1024 * 1024
"""Bytes of one answer: a batch of letters, each as long as it may be, and room for what stands around them."""
_LITERAL: Final = re.compile(rb"\{(\d{1,12})\}$")
_UID: Final = re.compile(rb"\bUID (\d{1,10})\b")
_COUNTED: Final = re.compile(rb"\* (\d{1,10}) (EXISTS|EXPUNGE)\b", re.I)
_SIZE: Final = re.compile(rb"\bRFC822\.SIZE (\d{1,12})\b")
_RECEIVED: Final = re.compile(rb'\bINTERNALDATE "([^"]{1,40})"')
_BODY: Final = re.compile(rb'\bBODY\[\](?:<0>)? (?:(\{\d+\})|"((?:[^"\\]|\\.)*)")', re.I)
_OUT_OF_ASCII: Final = re.compile(r"[^\x20-\x7e]+")
_PASSING: Final = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]")
"""Why a login may be refused that is right (RFC 5530)."""


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the server, without its line end and without the literals in it, which stand beside it."""

    line: bytes
    literals: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetched:
    """A letter: its number, when the server got it (ms UTC, 0 when it does not say), its bytes, and whether all."""

    uid: int
    received: int
    raw: bytes
    whole: bool


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as it was opened; `next_uid` is 0 where the server does not tell it."""

    validity: int
    next_uid: int


class ImapConnection:
    """One conversation with a server; `host` names it in errors, an answer takes `seconds` at most."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, seconds: float) -> None:
        self._reader, self._writer = reader, writer
        self._host, self._seconds = host, seconds
        self._count = 0
        self._capabilities: frozenset[str] = frozenset()
        self._letters = 0
        self._news = False

    async def log_in(self, user: str, password: str) -> None:
        """Log in; what the server can do is asked again afterwards. Raises SourceError("login-failed")."""
        await self._ask_capabilities()
        try:
            if "AUTH=PLAIN" in self._capabilities:
                proof = base64.b64encode(f"\0{user}\0{password}".encode())
                await self._command("AUTHENTICATE PLAIN", proof)
            elif "LOGINDISABLED" in self._capabilities or not f"{user}{password}".isascii():
                raise SourceError("login-failed", host=self._host)
            else:
                await self._command(f"LOGIN {_quoted(user)} {_quoted(password)}")
        except RefusedError as refused:
            if refused.said.upper().startswith(_PASSING):
                raise SourceError("server-error", host=self._host, status=_shown(refused.said)) from None
            raise SourceError("login-failed", host=self._host) from None
        await self._ask_capabilities()

    async def open(self, name: str) -> Folder:
        """Open a folder read-only. Raises SourceError("folder-unknown")."""
        try:
            answer = await self._command(f"EXAMINE {_quoted(folder_name(name))}")
        except RefusedError:
            raise SourceError("folder-unknown", host=self._host, folder=name) from None
        told = b"\n".join(said.line for said in answer).upper()
        validity, following = re.search(rb"\[UIDVALIDITY (\d+)\]", told), re.search(rb"\[UIDNEXT (\d+)\]", told)
        if validity is None:
            raise SourceError("unexpected-shape", host=self._host, detail="no UIDVALIDITY")
        return Folder(int(validity[1]), int(following[1]) if following else 0)

    async def search(self, wanted: str) -> list[int]:
        """The numbers (UIDs) of the letters that fit, the lowest first."""
        self._news = False
        answer = await self._command(f"UID SEARCH {wanted}")
        words = [word for said in answer if said.line.upper().startswith(b"* SEARCH") for word in said.line.split()[2:]]
        return sorted({int(word) for word in words if word.isdigit()})

    async def fetch(self, uids: Sequence[int]) -> list[Fetched]:
        """Those of the letters that are still there, the lowest number first; none is marked as read."""
        numbers = ",".join(map(str, uids))
        asked = f"UID FETCH {numbers} (UID INTERNALDATE RFC822.SIZE BODY.PEEK[]<0.{MOST_LETTER}>)"
        letters = [letter for said in await self._command(asked) if (letter := read_fetch(said)) is not None]
        # A server may tell of other letters in between.
        return sorted((letter for letter in letters if letter.uid in uids), key=lambda letter: letter.uid)

    async def wait(self, seconds: float) -> None:
        """Until the server tells of a letter that came after `search` was asked, `seconds` at most.

        Without IDLE it does not tell by itself: then it is always so long, unless it was told in an answer.
        """
        if self._news:
            return
        if "IDLE" not in self._capabilities:
            await asyncio.sleep(seconds)
            await self._command("NOOP")
            return
        tag = await self._send("IDLE")
        await self._continuation(tag)
        try:
            async with asyncio.timeout(seconds):
                while not self._news:
                    await self._line()
        except TimeoutError:
            pass
        await self._write(b"DONE")
        await self._answer(tag)

    async def close(self) -> None:
        """Hang up, without waiting for a good-bye."""
        self._writer.transport.abort()

    # ---- commands and answers ------------------------------------------------------------------------------------

    async def greeting(self) -> None:
        """The first line of the server."""
        said = await self._patiently(self._said())
        if not said.line.upper().startswith(b"* OK"):
            raise SourceError("unexpected-shape", host=self._host, detail="no greeting of IMAP")

    async def _ask_capabilities(self) -> None:
        answer = await self._command("CAPABILITY")
        told = [said.line.decode("ascii", "replace").upper().split()[1:] for said in answer]
        self._capabilities = frozenset(word for words in told if words[:1] == ["CAPABILITY"] for word in words[1:])

    async def _command(self, command: str, more: bytes | None = None) -> list[Said]:
        """The untagged lines of the answer; `more` is sent when the server asks for it. Raises RefusedError."""
        tag = await self._send(command)
        if more is not None:
            await self._continuation(tag)
            await self._write(more)
        return await self._answer(tag)

    async def _send(self, command: str) -> bytes:
        self._count += 1
        tag = b"a%d" % self._count
        await self._write(tag + b" " + command.encode("ascii", "replace"))
        return tag

    async def _write(self, line: bytes) -> None:
        try:
            self._writer.write(line + b"\r\n")
            async with asyncio.timeout(self._seconds):
                await self._writer.drain()
        except TimeoutError:
            raise self._too_slow() from None
        except OSError:
            raise SourceError("reset", host=self._host) from None

    async def _answer(self, tag: bytes) -> list[Said]:
        """The lines before the one that ends the answer: within the time for one, and as much for each letter in it."""
        now = asyncio.get_running_loop().time
        untagged: list[Said] = []
        ends, size = now() + self._seconds, 0
        while len(untagged) < _MOST_LINES:
            said = await self._patiently(self._said(), ends)
            if said.line.startswith(tag + b" "):
                self._judge(said.line[len(tag) + 1 :])
                return untagged
            untagged.append(said)
            size += len(said.line) + sum(map(len, said.literals))
            if size > _MOST_ANSWER:
                raise SourceError("too-large", host=self._host, limit=_MOST_ANSWER // (1024 * 1024))
            if said.literals:
                ends = now() + self._seconds
        raise SourceError("unexpected-shape", host=self._host, detail="an answer without end")

    async def _continuation(self, tag: bytes) -> None:
        ends = asyncio.get_running_loop().time() + self._seconds
        for _ in range(_MOST_LINES):
            said = await self._patiently(self._said(), ends)
            if said.line.startswith(b"+"):
                return
            if said.line.startswith(tag + b" "):
                self._judge(said.line[len(tag) + 1 :])
                break
        raise SourceError("unexpected-shape", host=self._host, detail="no continuation")

    def _judge(self, outcome: bytes) -> None:
        state, _space, said = outcome.decode("utf-8", "replace").partition(" ")
        if state.upper() != "OK":
            raise RefusedError(self._host, said)

    async def _said(self) -> Said:
        pieces, literals = [], []
        size = 0
        while True:
            line = await self._line()
            pieces.append(line)
            found = _LITERAL.search(line)
            if found is None:
                break
            size += int(found[1])
            if size > MOST_LETTER:
                raise SourceError("too-large", host=self._host, limit=MOST_LETTER / (1024 * 1024))
            try:
                literals.append(await self._reader.readexactly(int(found[1])))
            except (OSError, EOFError):
                raise SourceError("reset", host=self._host) from None
        return Said(b"".join(pieces), tuple(literals))

    async def _line(self) -> bytes:
        try:
            line = await self._reader.readline()
        except ValueError:
            raise SourceError("unexpected-shape", host=self._host, detail="a line without end") from None
        except OSError:
            raise SourceError("reset", host=self._host) from None
        if not line.endswith(b"\n"):
            raise SourceError("reset", host=self._host)
        if line[:5].upper() == b"* BYE":
            raise SourceError("stream-closed", host=self._host, detail=_shown(line[5:].decode("utf-8", "replace")))
        self._count_letters(line)
        return line.rstrip(b"\r\n")

    def _count_letters(self, line: bytes) -> None:
        """Servers tell of new letters in any answer, and then not again. Only one letter more is news."""
        told = _COUNTED.match(line)
        if told is None:
            return
        count = int(told[1]) if told[2].upper() == b"EXISTS" else self._letters - 1
        self._news = self._news or count > self._letters
        self._letters = count

    async def _patiently(self, saying: Coroutine[None, None, Said], ends: float | None = None) -> Said:
        """What is said within the patience for it, or until `ends` (s of the loop's clock)."""
        moment = asyncio.get_running_loop().time() + self._seconds if ends is None else ends
        try:
            async with asyncio.timeout_at(moment):
                return await saying
        except TimeoutError:
            raise self._too_slow() from None

    def _too_slow(self) -> SourceError:
        return SourceError("timeout", host=self._host, seconds=round(self._seconds, 1))


class RefusedError(SourceError):
    """The server said NO or BAD."""

    def __init__(self, host: str, said: str) -> None:
        super().__init__("refused-question", host=host, detail=_shown(said))
        self.said = said


async def connect(client: Client, host: str, port: int, encryption: str, *, allow_private: bool) -> ImapConnection:
    """A conversation that was opened; `encryption` is "tls", "starttls" or "none". Raises SourceError.

    STARTTLS is spoken on the bare socket, so that no byte from before TLS is taken for one from after it.
    """
    sock = await client.connection(host, port, encrypted=encryption != "none", allow_private=allow_private)
    seconds = client.patience
    if encryption == "starttls":
        await _start_tls(sock, host, seconds)
    reader, writer = await client.streams(sock, host, encrypted=encryption != "none", line_limit=LINE_LIMIT)
    connection = ImapConnection(reader, writer, host, seconds)
    try:
        if encryption != "starttls":
            await connection.greeting()
    except BaseException:
        await connection.close()
        raise
    return connection


async def _start_tls(sock: socket.socket, host: str, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(seconds):
            greeting = await _bare_line(sock, host)
            await loop.sock_sendall(sock, b"a0 STARTTLS\r\n")
            answer = await _bare_line(sock, host)
            while answer.startswith(b"* "):
                answer = await _bare_line(sock, host)
        if not greeting.upper().startswith(b"* OK") or not answer.upper().startswith(b"A0 OK"):
            raise SourceError("tls", host=host)
    except BaseException as error:
        sock.close()
        if isinstance(error, TimeoutError):
            raise SourceError("timeout", host=host, seconds=round(seconds, 1)) from None
        if isinstance(error, OSError):
            raise SourceError("reset", host=host) from None
        raise


async def _bare_line(sock: socket.socket, host: str) -> bytes:
    """One line, byte by byte: what follows it must stay in the socket, for TLS to refuse."""
    line = b""
    while not line.endswith(b"\n"):
        byte = await asyncio.get_running_loop().sock_recv(sock, 1)
        if not byte:
            raise SourceError("reset", host=host)
        line += byte
        if len(line) > _BARE_LIMIT:
            raise SourceError("unexpected-shape", host=host, detail="a line without end")
    return line


def read_fetch(said: Said) -> Fetched | None:
    """The letter of a line that was asked for by `fetch`; None for any other line."""
    body = _BODY.search(said.line)
    if not re.match(rb"\* \d+ FETCH \(", said.line, re.I) or body is None:
        return None
    told = said.line[: body.start()] + said.line[body.end() :]
    uid, size, received = _UID.search(told), _SIZE.search(told), _RECEIVED.search(told)
    if uid is None:
        return None
    raw = said.literals[0] if body[1] and said.literals else re.sub(rb"\\(.)", rb"\1", body[2] or b"")
    whole = int(size[1]) <= len(raw) if size else len(raw) < MOST_LETTER
    return Fetched(int(uid[1]), _moment(received[1]) if received else 0, raw, whole)


def folder_name(name: str) -> str:
    """The name of a folder as the wire wants it (modified UTF-7, RFC 3501 §5.1.3)."""
    return _OUT_OF_ASCII.sub(_in_base64, name.replace("&", "&-"))


def _in_base64(found: re.Match[str]) -> str:
    encoded = base64.b64encode(found[0].encode("utf-16-be", "replace")).decode("ascii")
    return f"&{encoded.rstrip('=').replace('/', ',')}-"


def _moment(written: bytes) -> int:
    try:
        # Not strptime: its names of months are those of the locale.
        return from_datetime(parsedate_to_datetime(written.decode("ascii", "replace")))
    except (TypeError, ValueError, OverflowError):
        return 0


def _quoted(value: str) -> str:
    bare = value.replace("\r", "").replace("\n", "")
    return '"' + bare.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _shown(said: str) -> str:
    return text.clip(text.clean(said, single_line=True), 80)
