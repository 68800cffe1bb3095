"""Mentions and metrics that other programs post to this machine: relays, a CRM, another listening tool.

What is posted is answered with 202 once it is stored, never before: whoever gets that answer need not send it again,
and whoever does not may, as ids tell what is known. Nobody is believed who does not know the secret. Knows nothing of
the cache.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections import OrderedDict
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from socialhub.clock import HOUR, MINUTE, SECOND
from socialhub.model import Batch, Cursor, Draft, Item
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.exchange import UnreadableRecord
from socialhub.sources.kinds.webhook import WebhookSettings
from socialhub.sources.mapping import JsonMapping
from socialhub.sources.receiver import REQUEST_SECONDS, Posted, Reply, receiving
from socialhub.sources.settings import SourceSettings

FRESH: Final = 5 * MINUTE
"""A signed time may lie so far from ours: what was overheard is worth nothing later."""
KEYS_KNOWN: Final = 10_000
"""So many idempotency keys are remembered."""
GATHER_SECONDS: Final = 0.05
"""What is posted within so short a time is stored together."""
MOST_TOGETHER: Final = 200
HEARD_SECONDS: Final = 20.0
"""So often it says that it is there while nobody posts."""
_UNTRUSTED: Final = frozenset({401, 403, 404, 405})
"""Answers to whom nobody knows: what they sent is not kept, not even its beginning."""
_LATER: Final = Reply(503, headers=(("Retry-After", "30"),))
_OBJECTS: Final = "application/json"
_LINES: Final = ("application/x-ndjson", "application/jsonl")


@dataclass(slots=True)
class _Delivery:
    """What one request brought, and the answer that it waits for."""

    items: list[Item]
    skipped: int
    why: str
    stored: asyncio.Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class WebhookSource:
    """The receiver as configured."""

    streaming = True

    def __init__(
        self, settings: WebhookSettings, context: SourceContext, request_seconds: float = REQUEST_SECONDS
    ) -> None:
        self._settings, self._context, self._request_seconds = settings, context, request_seconds
        self._mapping = JsonMapping(
            settings.items, settings.fields, context.clock.now, context.zone, html=settings.html
        )
        self._waiting: asyncio.Queue[_Delivery] = asyncio.Queue(MOST_TOGETHER)
        self._known: OrderedDict[str, bytes] = OrderedDict()
        self._under_way: dict[str, tuple[bytes, _Delivery]] = {}
        self._secret = b""

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Listen until closed. Raises SourceError."""
        self._secret = self._context.secret(self._settings.secret).encode()
        # What waited when an earlier run ended was not answered: it is sent again.
        self._waiting = asyncio.Queue(MOST_TOGETHER)
        listening = f"http://{self._settings.host}:{self._settings.port}{self._settings.path}"
        self._context.notebook.ask(listening).facts["listening"] = "1"
        async with receiving(self._settings.host, self._settings.port, self._answer, self._request_seconds):
            yield Batch(cursor=cursor)
            while True:
                deliveries = await self._gather()
                stored = False
                try:
                    items = [item for each in deliveries for item in each.items]
                    yield Batch(items, cursor, skipped=sum(each.skipped for each in deliveries))
                    # Asked to go on, the room has stored it.
                    stored = True
                finally:
                    for each in deliveries:
                        if not each.stored.done():
                            each.stored.set_result(stored)

    async def close(self) -> None:
        """The receiver ends with `run`."""

    async def _gather(self) -> list[_Delivery]:
        """What comes within GATHER_SECONDS after the first; nothing after HEARD_SECONDS."""
        try:
            async with asyncio.timeout(HEARD_SECONDS):
                gathered = [await self._waiting.get()]
        except TimeoutError:
            return []
        await asyncio.sleep(GATHER_SECONDS)
        while not self._waiting.empty() and len(gathered) < MOST_TOGETHER:
            gathered.append(self._waiting.get_nowait())
        return gathered

    async def _answer(self, posted: Posted) -> Reply:
        note = self._context.notebook.ask(f"{posted.method} {posted.target}")
        reply = await self._judged(posted)
        note.answered(reply.status, posted.headers)
        if reply.status not in _UNTRUSTED:
            note.brought(posted.body)
        return reply

    async def _judged(self, posted: Posted) -> Reply:
        try:
            target = urlsplit(posted.target)
        except ValueError:
            return Reply(404)
        if target.path != self._settings.path:
            return Reply(404)
        if posted.method == "GET":
            return self._challenged(target.query)
        if posted.method != "POST":
            return Reply(405, headers=(("Allow", "GET, POST"),))
        if not self._is_trusted(posted):
            return Reply(401, headers=(("WWW-Authenticate", "Bearer"),))
        key, digest = posted.headers.get("idempotency-key", ""), hashlib.sha256(posted.body).digest()
        if key and (again := await self._repeated(key, digest)) is not None:
            return again
        form = posted.headers.get("content-type", "").partition(";")[0].strip().lower()
        if form not in (_OBJECTS, *_LINES):
            return Reply(415)
        delivery = self._read(posted.body, lines=form in _LINES)
        if delivery is None:
            return Reply(400, "not JSON, or no list of items\n")
        if not delivery.items:
            return Reply(422, f"{delivery.skipped} items could not be read: {delivery.why}\n")
        if self._waiting.full():
            return Reply(503, headers=(("Retry-After", "5"),))
        self._waiting.put_nowait(delivery)
        if key:
            self._under_way[key] = digest, delivery
        try:
            # Others may wait for it, too: one who goes away takes it from nobody.
            if not await asyncio.shield(delivery.stored):
                return _LATER
        finally:
            self._under_way.pop(key, None)
        self._remember(key, digest)
        why = f": {delivery.why}" if delivery.skipped else ""
        return Reply(202, f"{len(delivery.items)} taken, {delivery.skipped} could not be read{why}\n")

    async def _repeated(self, key: str, digest: bytes) -> Reply | None:
        """The answer to a key that came before: once more the same, or a mistake of the sender; None for a new one."""
        known = self._known.get(key)
        if known is None and key in self._under_way:
            known, delivery = self._under_way[key]
            if known == digest and not await asyncio.shield(delivery.stored):
                return _LATER
        if known is None:
            return None
        return Reply(202, "known\n") if known == digest else Reply(422, "this key came with another body\n")

    def _challenged(self, query: str) -> Reply:
        """Who subscribes us asks whether we meant it; we did if they know the secret."""
        asked = {name: values[-1] for name, values in parse_qs(query).items()}
        token = asked.get("hub.verify_token", "").encode()
        if "hub.challenge" in asked and hmac.compare_digest(token, self._secret):
            return Reply(200, asked["hub.challenge"])
        return Reply(403)

    def _is_trusted(self, posted: Posted) -> bool:
        if self._settings.auth == "bearer":
            scheme, _blank, token = posted.headers.get("authorization", "").partition(" ")
            return scheme.lower() == "bearer" and hmac.compare_digest(token.strip().encode(), self._secret)
        signature = posted.headers.get(self._settings.signature_header.lower(), "")
        signed = posted.body
        if name := self._settings.timestamp_header.lower():
            stamp = posted.headers.get(name, "")
            if not self._is_fresh(stamp):
                return False
            signed = stamp.encode() + b"." + signed
        expected = hmac.new(self._secret, signed, hashlib.sha256).hexdigest()
        return hmac.compare_digest(signature.removeprefix("sha256=").lower().encode(), expected.encode())

    def _is_fresh(self, stamp: str) -> bool:
        moment = int(stamp) * SECOND if stamp.isascii() and stamp.isdigit() and len(stamp) < 12 else 0
        return abs(moment - self._context.clock.now()) <= FRESH

    def _read(self, body: bytes, *, lines: bool) -> _Delivery | None:
        """What a body brings; None where it is no JSON, or has no list."""
        rows, skipped = self._rows(body, lines=lines)
        if rows is None:
            return None
        items: list[Item] = []
        why = ""
        for row in rows:
            try:
                item = self._mapping.item(row)
            except UnreadableRecord as error:
                skipped += 1
                why = why or error.reason.sentence()
                continue
            if isinstance(item, Draft) and item.published is not None:
                item.backfill = item.published < self._context.clock.now() - HOUR
            items.append(item)
        return _Delivery(items, skipped, why or "-")

    def _rows(self, body: bytes, *, lines: bool) -> tuple[list[Any] | None, int]:
        """The rows, and how many lines are no JSON."""
        if not lines:
            document = _decoded(body)
            # A single item needs no list around it.
            if self._settings.items == "@" and isinstance(document, dict):
                document = [document]
            return self._mapping.rows(document), 0
        decoded = [_decoded(line) for line in body.splitlines() if line.strip()]
        return [row for row in decoded if row is not None], sum(row is None for row in decoded)

    def _remember(self, key: str, digest: bytes) -> None:
        if key:
            self._known[key] = digest
            if len(self._known) > KEYS_KNOWN:
                self._known.popitem(last=False)


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """The source that `settings` describe."""
    assert isinstance(settings, WebhookSettings)
    return WebhookSource(settings, context)
