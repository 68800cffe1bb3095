"""Server-sent events out of the lines of an endless answer (WHATWG HTML §9.2), bounded in size and in silence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from socialhub.errors import SourceError
from socialhub.records import dataclass
from socialhub.sources.bodies import LINE_LIMIT, MIB

_MOST_LINES: Final = 10_000
"""Lines of one event: most have three."""


@dataclass(frozen=True, slots=True)
class ServerSent:
    """An event. `id` is "" where the event names none of its own."""

    id: str
    name: str
    data: bytes


async def events_of(
    lines: AsyncIterator[bytes], host: str, silence_seconds: float, *, comments_are_life: bool
) -> AsyncIterator[ServerSent | None]:
    """The events, and None for each comment; ends where the answer ends.

    Raises SourceError("stream-silent") when no event came for `silence_seconds`, though bytes drip in: a comment counts
    like an event where servers send them as heartbeats (`comments_are_life`). Raises "too-large" above 1 MiB of data.
    """
    now = asyncio.get_running_loop().time
    heard = now()
    name = own_id = ""
    data: list[bytes] = []
    size = 0
    async for line in lines:
        field, _colon, value = line.partition(b":")
        value = value.removeprefix(b" ")
        comment = bool(line) and not field
        whole = not line and bool(name or data)
        if field == b"event":
            name = value.strip().decode("utf-8", "replace")
        elif field == b"id":
            own_id = value.decode("utf-8", "replace")
        elif field == b"data":
            data.append(value)
            size += len(value)
        if size > LINE_LIMIT or len(data) > _MOST_LINES:
            raise SourceError("too-large", host=host, limit=LINE_LIMIT // MIB)
        if whole or comment:
            yield None if comment else ServerSent(own_id, name, b"\n".join(data))
        if not line:
            name, own_id, data, size = "", "", [], 0
        if whole or (comment and comments_are_life):
            # Whoever takes them may be slow: that is no silence of the server.
            heard = now()
        elif now() - heard >= silence_seconds:
            raise SourceError("stream-silent", host=host, seconds=silence_seconds)
