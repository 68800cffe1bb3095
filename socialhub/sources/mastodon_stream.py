"""Mastodon's streaming: one connection per server and token, by server-sent events or a multiplexed WebSocket.

Only Mastodon's own streaming server (it answers /streaming/health) has hashtag streams and server-sent events; others
(GoToSocial, Pleroma …) stream the public timelines over a WebSocket at most. There is no resume: the caller fills the
gap by REST once it is connected.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

import msgspec
from websockets.exceptions import ConnectionClosed

from socialhub import text
from socialhub.errors import SourceError
from socialhub.model import Deletion, Item
from socialhub.sources.mastodon_api import Instance, MastodonApi
from socialhub.sources.mastodon_status import items_of
from socialhub.sources.mastodon_timelines import Timeline
from socialhub.sources.pages import decode
from socialhub.sources.server_sent_events import ServerSent, events_of
from socialhub.sources.streams import WEBSOCKET_OPTIONS, Patience, closed, frames

_NOT_THERE: Final = frozenset({"not-found", "http-status", "not-json"})
# The place a server names for its streams may be one that only its own network knows, or speak TLS where nobody does.
_OUT_OF_REACH: Final = frozenset({"unresolved", "unreachable", "refused", "tls", "timeout", "reset", "private-address"})
_STREAMING_PATH: Final = "/api/v1/streaming"


@dataclass(frozen=True, slots=True)
class Event:
    """Something a stream said. `key` is the timeline's ("" when the frame does not tell), `name` "" for a heartbeat."""

    key: str = ""
    name: str = ""
    payload: str | bytes = b""


HEARTBEAT: Final = Event()
REFUSED: Final = "refused"
"""Name of the event that says: this server has no such stream; the payload is its own words."""


class _Frame(msgspec.Struct):
    stream: list[str] | str | None = None
    event: str = ""
    payload: msgspec.Raw = msgspec.Raw()
    error: str | None = None


def items_of_event(event: Event, server: str) -> tuple[str, list[Item]]:
    """The id and the items of an update, an edit or a deletion; nothing of anything else. Raises DecodeError."""
    payload = event.payload.encode("utf-8", "surrogatepass") if isinstance(event.payload, str) else event.payload
    if event.name in ("update", "status.update", "status_update"):
        return items_of(payload, server)
    if event.name == "delete":
        gone = payload.decode("utf-8", "replace").strip()
        return gone, [Deletion(native_id=gone)]
    return "", []


@dataclass(frozen=True, slots=True)
class Streaming:
    """Where and how a server streams. `own` is whether it is Mastodon's own streaming server."""

    base: str
    own: bool


async def find_streaming(api: MastodonApi) -> Streaming:
    """Ask the server where it streams, and that place what it is; raises SourceError.

    A place out of reach is taken for a wrong word of the server, which is then asked itself.
    """
    base = _streaming_base(api.base, await api.instance())
    try:
        return await _tried(api, base)
    except SourceError as error:
        if base == api.base or error.reason.code not in _OUT_OF_REACH:
            raise
    return await _tried(api, api.base)


async def _tried(api: MastodonApi, base: str) -> Streaming:
    address = f"{base}{_STREAMING_PATH}/health"
    try:
        answer = await api.client.get(address, headers=api.headers(), allow_private=api.allow_private)
    except SourceError as error:
        if error.reason.code not in _NOT_THERE:
            raise
        return Streaming(base, own=False)
    # Servers that show their page for every address they do not know say 200 as well.
    return Streaming(base, own=answer.body.strip().upper() == b"OK")


def _streaming_base(server: str, instance: Instance) -> str:
    """The http(s) address of the streaming server; never less protected than the server itself."""
    found = instance.configuration.urls if instance.configuration else instance.urls
    named = (found.streaming or found.streaming_api or "") if found else ""
    parts = urlsplit(named)
    if parts.scheme not in ("ws", "wss", "http", "https") or not parts.netloc:
        return server
    itself = parts.netloc.lower() == urlsplit(server).netloc.lower()
    secure = server.startswith("https:") or (parts.scheme in ("wss", "https") and not itself)
    # Some name the whole path of their streams, not where it begins.
    path = parts.path.rstrip("/").removesuffix(_STREAMING_PATH)
    return f"{'https' if secure else 'http'}://{parts.netloc}{path}"


def streamable(timelines: Sequence[Timeline], streaming: Streaming) -> list[Timeline]:
    """The timelines that this server has streams for."""
    return [timeline for timeline in timelines if timeline.stream[0] and (streaming.own or not timeline.stream[1])]


async def open_stream(
    api: MastodonApi, streaming: Streaming, timelines: Sequence[Timeline], patience: Patience, stack: AsyncExitStack
) -> AsyncIterator[Event]:
    """Connect (held open by `stack`) and give the events; raises SourceError, as the events do."""
    if streaming.own and len(timelines) == 1:
        try:
            return await _open_sse(api, streaming, timelines[0], patience, stack)
        except SourceError as error:
            if error.reason.code not in _NOT_THERE:
                raise
    return await _open_websocket(api, streaming, timelines, patience, stack)


# ---- server-sent events ------------------------------------------------------------------------------------------


async def _open_sse(
    api: MastodonApi, streaming: Streaming, timeline: Timeline, patience: Patience, stack: AsyncExitStack
) -> AsyncIterator[Event]:
    name, tag = timeline.stream
    lines = await stack.enter_async_context(
        api.client.stream_lines(
            f"{streaming.base}{_STREAMING_PATH}/{name.replace(':', '/')}",
            params={"tag": tag} if tag else None,
            headers=api.headers(),
            allow_private=api.allow_private,
            silence_seconds=patience.silence,
        )
    )
    sent = events_of(lines, api.host, patience.silence, comments_are_life=True)
    return _sse_events(sent, timeline.key, api.host)


async def _sse_events(sent: AsyncIterator[ServerSent | None], key: str, host: str) -> AsyncIterator[Event]:
    """The events of a timeline; a comment is a heartbeat."""
    async for event in sent:
        yield HEARTBEAT if event is None else Event(key, event.name, event.data)
    raise SourceError("stream-closed", host=host, detail="end of stream")


# ---- WebSocket ---------------------------------------------------------------------------------------------------


async def _open_websocket(
    api: MastodonApi, streaming: Streaming, timelines: Sequence[Timeline], patience: Patience, stack: AsyncExitStack
) -> AsyncIterator[Event]:
    """The first stream is asked for in the address (all servers know that), the others by subscribing."""
    first, *others = timelines
    address = f"ws{streaming.base.removeprefix('http')}{_STREAMING_PATH}?stream={quote(first.stream[0], safe='')}"
    if first.stream[1]:
        address += f"&tag={quote(first.stream[1], safe='')}"
    connection = await api.client.websocket(
        address, headers=api.headers(), allow_private=api.allow_private, **WEBSOCKET_OPTIONS
    )
    stack.push_async_callback(connection.close)
    try:
        for timeline in others:
            name, tag = timeline.stream
            message = {"type": "subscribe", "stream": name, **({"tag": tag} if tag else {})}
            await connection.send(msgspec.json.encode(message).decode())
    except ConnectionClosed as error:
        raise closed(error, api.host) from None
    keys = {timeline.stream: timeline.key for timeline in timelines}
    return _websocket_events(frames(connection, api.host, patience), keys)


async def _websocket_events(
    received: AsyncIterator[str | bytes | None], keys: dict[tuple[str, str], str]
) -> AsyncIterator[Event]:
    only = next(iter(keys.values())) if len(keys) == 1 else ""
    async for frame in received:
        if frame is None or not frame:
            yield HEARTBEAT
            continue
        try:
            read = decode(frame.encode("utf-8", "surrogatepass") if isinstance(frame, str) else frame, _Frame)
        except msgspec.DecodeError:
            yield Event(only, "update", b"")
            continue
        if read.error is not None:
            yield Event(name=REFUSED, payload=text.clip(text.clean(read.error, single_line=True), 80))
            continue
        named = [read.stream] if isinstance(read.stream, str) else read.stream or []
        stream = (named[0] if named else "", named[1].lower() if len(named) > 1 else "")
        yield Event(keys.get(stream, only), read.event, _payload(bytes(read.payload)))


def _payload(raw: bytes) -> str | bytes:
    """What a frame carries: Mastodon writes JSON into a text, some servers that speak its API the JSON itself."""
    return decode(raw, str) if raw[:1] == b'"' else b"" if raw == b"null" else raw
