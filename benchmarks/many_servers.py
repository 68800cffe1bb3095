"""A hundred small servers in one process, each at an address of its own, for benchmarks.many_sources.

Server number n answers at 127.1.0.n: an Atom feed with validators, or an API in JSON with pages and `since`. What is
said is reckoned from the clock, so that nobody has to write it: item k of a server with a rate r was said at k / r
seconds after the beginning. `/counts` tells how often each was asked.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections import Counter
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from benchmarks.corpus import texts
from socialhub.clock import iso

SERVERS: Final = 100
FEEDS: Final = 50
"""The last so many are feeds, the others APIs in JSON."""
LOUD: Final = 200.0
"""Mentions a second of the loud one, the first."""
OTHER_APIS: Final = 260.0
ALL_FEEDS: Final = 40.0
_PAGE: Final = 1_000
_FEED_ITEMS: Final = 120
"""A feed holds its last so many: those of more than two polls."""
_WORDS: Final = 20_000


def rates(total: float) -> list[float]:
    """Mentions a second of each server, `total` in all: one loud, APIs by Zipf's law, feeds alike."""
    apis = SERVERS - FEEDS - 1
    shares = [1 / (rank + 5) for rank in range(apis)]
    told = [LOUD, *(OTHER_APIS * share / sum(shares) for share in shares), *[ALL_FEEDS / FEEDS] * FEEDS]
    return [rate * total / (LOUD + OTHER_APIS + ALL_FEEDS) for rate in told]


@dataclass(frozen=True, slots=True)
class Said:
    """What one server has to tell: item k was said at `begin` + k / `rate` (ms UTC)."""

    number: int
    rate: float
    begin: int

    def until(self, now: int) -> int:
        """How many were said."""
        return max(0, int((now - self.begin) / 1000 * self.rate))

    def moment(self, item: int) -> int:
        """When this one was (ms UTC)."""
        return self.begin + round(item / self.rate * 1000)

    def since(self, moment: int) -> int:
        """The first one said after this."""
        return max(0, int((moment - self.begin) / 1000 * self.rate) + 1) if self.rate else 0


class Servers:
    """All of them."""

    def __init__(self, total: float, slow: int) -> None:
        begin = round(time.time() * 1000)
        self.said = [Said(number, rate, begin) for number, rate in enumerate(rates(total))]
        self.asked: Counter[int] = Counter()
        self._slow = set(range(1, 10 * slow, 10))
        self._words = list(texts(_WORDS, seed=5))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer until the other side hangs up."""
        try:
            while True:
                lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                headers = {name.lower(): value for name, _colon, value in (each.partition(": ") for each in lines[1:])}
                number = int(headers["host"].partition(":")[0].rpartition(".")[2])
                writer.write(await self._answer(number, lines[0].split(" ")[1], headers.get("if-none-match", "")))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            writer.close()

    async def _answer(self, number: int, path: str, known: str) -> bytes:
        if path == "/counts":
            return _http(json.dumps([self.asked[each] for each in range(SERVERS)]).encode())
        self.asked[number] += 1
        if number in self._slow:
            await asyncio.sleep(5.0)
        now, said = round(time.time() * 1000), self.said[number]
        if number >= SERVERS - FEEDS:
            mark = f'"{said.until(now)}"'
            return _http(b"", mark, 304) if mark == known else _http(self._feed(said, now), mark)
        asked = {name: values[-1] for name, values in parse_qs(urlsplit(path).query).items()}
        return _http(self._page(said, now, int(asked.get("since", 0)), int(asked.get("before", 0))))

    def _text(self, said: Said, item: int) -> str:
        return f"{self._words[(item * 31 + said.number * 7_919) % _WORDS]} {said.number}.{item}"

    def _page(self, said: Said, now: int, since: int, before: int) -> bytes:
        newest = before or said.until(now)
        oldest = max(newest - _PAGE, min(newest, said.since(since)))
        items = [
            {"id": str(item), "text": self._text(said, item), "at": iso(said.moment(item))}
            for item in range(newest - 1, oldest - 1, -1)
        ]
        more = oldest if oldest > said.since(since) else None
        return json.dumps({"items": items, "next": more}).encode()

    def _feed(self, said: Said, now: int) -> bytes:
        newest = said.until(now)
        entries = "".join(
            f"<entry><id>{item}</id><title>{escape(self._text(said, item))}</title>"
            f"<updated>{iso(said.moment(item))}</updated></entry>"
            for item in range(newest - 1, max(0, newest - _FEED_ITEMS) - 1, -1)
        )
        return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>f</title>{entries}</feed>'.encode()


def _http(body: bytes, mark: str = "", status: int = 200) -> bytes:
    etag = f"ETag: {mark}\r\n" if mark else ""
    return f"HTTP/1.1 {status} OK\r\n{etag}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def main() -> None:
    """Serve until killed; the port is printed first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("total", type=float, help="mentions a second in all")
    parser.add_argument("slow", type=int, help="how many of them take five seconds to answer")
    options = parser.parse_args()
    server = await asyncio.start_server(Servers(options.total, options.slow).serve, "0.0.0.0", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
