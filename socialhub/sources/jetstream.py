"""Bluesky's Jetstream (v1 wire): every public post as it is written, without an account.

Only posts are asked for. A repeated stretch after a reconnect is harmless: posts are identified by their at-uri. Of an
account that is deleted, suspended or put to rest all posts are gone; frames about identities only tell that the stream
lives. What was deleted while nobody listened is found by asking the public server again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack
from typing import Final
from urllib.parse import urlencode, urlsplit

import msgspec

from socialhub.clock import DAY, SECOND
from socialhub.errors import SourceError
from socialhub.model import Batch, Cursor, Deletion, Item
from socialhub.sources.atproto_again import Parameters, posts_again
from socialhub.sources.atproto_post import COLLECTION, at_uri, draft_of, read_record
from socialhub.sources.base import SourceContext
from socialhub.sources.http import Response
from socialhub.sources.kinds.jetstream import JetstreamSettings
from socialhub.sources.odd_fields import decode_item
from socialhub.sources.settings import SourceSettings
from socialhub.sources.streams import PATIENCE, WEBSOCKET_OPTIONS, Intake, Patience, frames

# Servers differ a little in the times they give: a reconnect starts this much earlier (µs).
REWIND: Final = 5_000_000
# Servers keep at least a day; an older cursor is silently moved up, which shows as a jump of more than a minute.
_LOOKBACK: Final = DAY
_JUMP: Final = 60 * SECOND
# Others (throttled, desynchronized) are the server's own trouble.
_STATUSES: Final = {
    "deleted": "account-deleted",
    "suspended": "suspended",
    "takendown": "suspended",
    "deactivated": "deactivated",
}
MOST_UNREAD: Final = 100
"""So many frames in a row that cannot be read are no stream of posts."""
# A connection that lasted this long (s) was a good one: its end starts the round of servers anew.
_LASTED: Final = 60.0


class Commit(msgspec.Struct):
    """A change of one record."""

    operation: str = ""
    collection: str = ""
    rkey: str = ""
    record: msgspec.Raw = msgspec.Raw()


class Account(msgspec.Struct):
    """How an account stands; `status` says why it is not active."""

    active: bool = True
    status: str | None = None


class Frame(msgspec.Struct):
    """A frame of the v1 wire; `commit` is there for kind "commit", `account` for kind "account"."""

    did: str = ""
    time_us: int = 0
    kind: str = ""
    commit: Commit | None = None
    account: Account | None = None


class JetstreamSource:
    """The stream, by whichever of the configured servers answers."""

    streaming = True

    def __init__(self, settings: JetstreamSettings, context: SourceContext, patience: Patience = PATIENCE) -> None:
        self._settings = settings
        self._context = context
        self._patience = patience

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Stream from `cursor` on; goes to the next server when one fails, raises when all did in a row."""
        servers = self._settings.servers
        failures = 0
        turn = 0
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            try:
                async for batch in self._listen(servers[turn % len(servers)], cursor):
                    cursor = batch.cursor
                    yield batch
            except SourceError:
                failures = 1 if loop.time() - started >= _LASTED else failures + 1
                turn += 1
                if failures >= len(servers):
                    raise

    async def refresh(self, native_ids: Sequence[str]) -> AsyncGenerator[Batch]:
        """The present state of these posts, by the public server."""
        async for batch in posts_again(self._ask, native_ids):
            yield batch

    async def close(self) -> None:
        """Nothing is held between two runs."""

    async def _ask(self, method: str, params: Parameters) -> Response:
        address = f"{self._settings.public_service.rstrip('/')}/xrpc/{method}"
        return await self._context.client.get(address, params=params, allow_private=self._settings.allow_private)

    async def _listen(self, server: str, cursor: Cursor) -> AsyncGenerator[Batch]:
        host = urlsplit(server).hostname or server
        async with AsyncExitStack() as stack:
            connection = await self._context.client.websocket(
                self._address(server, cursor), allow_private=self._settings.allow_private, **WEBSOCKET_OPTIONS
            )
            stack.push_async_callback(connection.close)
            intake = Intake(frames(connection, host, self._patience))
            stack.push_async_callback(intake.close)
            yield Batch(cursor=cursor)
            clamped_below = self._oldest_kept(cursor)
            unread = 0
            while True:
                received = await intake.take()
                batch = read_frames(received, cursor)
                unread = unread + batch.skipped if received and batch.skipped == len(received) else 0
                # A server that has nothing to send but answers a ping is behind with nothing.
                idle = bool(received) and received[-1] is None
                batch.reached = self._context.clock.now() if idle else batch.cursor.get("time_us", 0) // 1000
                if clamped_below and batch.cursor.get("time_us", 0) != cursor.get("time_us", 0):
                    batch.complete = batch.cursor["time_us"] < clamped_below
                    clamped_below = 0
                cursor = batch.cursor
                yield batch
                if unread >= MOST_UNREAD:
                    raise SourceError("unexpected-shape", host=host, detail="frames")

    def _oldest_kept(self, cursor: Cursor) -> int:
        """From which time (µs) on a first frame shows that the server no longer had all; 0 when it must have all."""
        since = int(cursor.get("time_us", 0))
        lookback = min(_LOOKBACK, self._settings.catch_up)
        too_old = since and since // 1000 < self._context.clock.now() - lookback and not self._settings.dids
        return since + _JUMP * 1000 if too_old else 0

    def _address(self, server: str, cursor: Cursor) -> str:
        query: list[tuple[str, str | int]] = [("wantedCollections", COLLECTION)]
        query += [("wantedDids", did) for did in self._settings.dids]
        if since := int(cursor.get("time_us", 0)):
            # How far back a whole day goes is the server's business.
            catch_up = self._settings.catch_up
            oldest = (self._context.clock.now() - catch_up) * 1000 if catch_up < _LOOKBACK else 1
            query.append(("cursor", max(1, since - REWIND, oldest)))
        return f"{server}{'&' if '?' in server else '?'}{urlencode(query)}"


def read_frames(received: Sequence[str | bytes | None], cursor: Cursor) -> Batch:
    """The batch of some frames (None is a heartbeat); the cursor is the latest time seen, never earlier than before."""
    items: list[Item] = []
    latest = int(cursor.get("time_us", 0))
    skipped = 0
    for raw in received:
        if raw is None:
            continue
        try:
            frame, item = read_frame(raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw)
        except msgspec.DecodeError:
            skipped += 1
            continue
        latest = max(latest, frame.time_us)
        if item is not None:
            items.append(item)
    return Batch(items, {**cursor, "time_us": latest} if latest else cursor, skipped=skipped)


def read_frame(raw: bytes) -> tuple[Frame, Item | None]:
    """A frame and what it says of a post; raises msgspec.DecodeError when it is malformed."""
    frame = decode_item(raw, Frame)
    commit = frame.commit
    if frame.kind == "account" and frame.account is not None and not frame.account.active:
        reason = _STATUSES.get(frame.account.status or "")
        return frame, Deletion(account=f"at://{frame.did}/", reason=reason) if reason and frame.did else None
    if frame.kind != "commit" or commit is None or commit.collection != COLLECTION:
        return frame, None
    uri = at_uri(frame.did, commit.rkey)
    if commit.operation == "delete":
        return frame, Deletion(native_id=uri, canonical_id=uri)
    if not bytes(commit.record):
        raise msgspec.DecodeError("a commit without its record")
    draft = draft_of(read_record(commit.record), uri, indexed=frame.time_us // 1000 or None)
    draft.raw = raw
    if commit.operation == "update":
        draft.edited = frame.time_us // 1000
    return frame, draft


def create(settings: SourceSettings, context: SourceContext) -> JetstreamSource:
    """The source that `settings` describe."""
    assert isinstance(settings, JetstreamSettings)
    return JetstreamSource(settings, context)
