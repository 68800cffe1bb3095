"""The receiver as those who post to it know it: over real sockets, believed or not, stored before it says so."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import socket
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from socialhub.clock import SECOND
from socialhub.config import ConfigProblems, load
from socialhub.errors import SourceError
from socialhub.model import Batch, Draft
from socialhub.sources.kinds.json import JsonFields
from socialhub.sources.kinds.webhook import WebhookSettings
from socialhub.sources.webhook import WebhookSource
from tests.servers import NOON, clock_at, make_client, make_context

SECRET = "env:HOOK"
"""The tests' secrets are their own names."""
BEARER = {"Authorization": f"Bearer {SECRET}"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def record(number: int, **keys: Any) -> dict[str, Any]:
    return {"native_id": str(number), "text": f"message {number}", "published_at": "2026-11-21T11:59:00Z", **keys}


class Room:
    """What takes the source's batches; storing can be held up, or made to fail."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.stored: list[Draft] = []
        self.skipped = 0
        self.may_store = asyncio.Event()
        self.may_store.set()
        self.disk_is_full = False

    async def take(self, batch: Batch) -> None:
        await self.may_store.wait()
        if self.disk_is_full and batch.items:
            raise OSError("disk full")
        self.stored += [item for item in batch.items if isinstance(item, Draft)]
        self.skipped += batch.skipped

    async def post(self, body: object, **headers: str) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Content-Type": "application/json", **BEARER, **{k.replace("_", "-"): v for k, v in headers.items()}}
        async with httpx.AsyncClient(trust_env=False, verify=False) as client:
            return await client.post(f"http://127.0.0.1:{self.port}/", content=content, headers=given)


@asynccontextmanager
async def receiving(*, request_seconds: float = 10.0, **settings: Any) -> AsyncIterator[Room]:
    """A source that is run as the collector runs it."""
    room = Room(free_port())
    wanted = WebhookSettings(name="relais", port=room.port, secret=SECRET, **settings)
    source = WebhookSource(wanted, make_context(make_client(), clock_at(NOON)), request_seconds)
    listening = asyncio.Event()

    async def run() -> None:
        async with aclosing(cast(Any, source.run({}))) as batches:
            async for batch in batches:
                listening.set()
                await room.take(batch)

    task = asyncio.create_task(run())
    async with asyncio.timeout(10):
        await listening.wait()
    try:
        yield room
    finally:
        task.cancel()
        await asyncio.wait({task})


async def test_what_is_posted_is_stored() -> None:
    async with receiving() as room:
        answer = await room.post([record(1), record(2)])
        assert answer.status_code == 202
        assert (await room.post(record(3))).status_code == 202
        assert [draft.native_id for draft in room.stored] == ["1", "2", "3"]
    assert not any(draft.backfill for draft in room.stored)


async def test_it_is_answered_only_once_it_is_stored() -> None:
    async with receiving() as room:
        room.may_store.clear()
        waiting = asyncio.create_task(room.post(record(1)))
        done, _pending = await asyncio.wait({waiting}, timeout=0.3)
        assert not done
        room.may_store.set()
        assert (await waiting).status_code == 202
        assert len(room.stored) == 1


async def test_what_could_not_be_stored_is_not_taken() -> None:
    async with receiving() as room:
        room.disk_is_full = True
        try:
            answered = (await room.post(record(1))).status_code
        except httpx.HTTPError:
            answered = 0
    assert answered in (0, 503)
    assert room.stored == []


@pytest.mark.parametrize(
    "headers", [{"Authorization": "Bearer wrong"}, {"Authorization": ""}, {"Authorization": SECRET}]
)
async def test_nobody_else_is_believed(headers: dict[str, str]) -> None:
    async with receiving() as room:
        assert (await room.post(record(1), **headers)).status_code == 401
        assert room.stored == []


def signature(body: bytes, stamp: str = "") -> str:
    signed = f"{stamp}.".encode() + body if stamp else body
    return "sha256=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()


async def test_a_signature_over_the_raw_body_is_believed() -> None:
    body = json.dumps(record(1), indent=3).encode()
    async with receiving(auth="hmac") as room:
        assert (await room.post(body, X_Signature=signature(body))).status_code == 202
        assert (await room.post(body + b" ", X_Signature=signature(body))).status_code == 401
        assert (await room.post(body)).status_code == 401
        assert len(room.stored) == 1


@pytest.mark.parametrize(("age", "status"), [(0, 202), (240, 202), (360, 401), (-360, 401), (10**12, 401)])
async def test_a_signed_time_must_be_ours(age: int, status: int) -> None:
    stamp = str(NOON // SECOND - age)
    body = json.dumps(record(1)).encode()
    async with receiving(auth="hmac", timestamp_header="X-Time") as room:
        answer = await room.post(body, X_Signature=signature(body, stamp), X_Time=stamp)
        assert answer.status_code == status


async def test_the_same_delivery_twice_is_taken_once() -> None:
    async with receiving() as room:
        for _time in range(2):
            assert (await room.post(record(1), Idempotency_Key="a-key")).status_code == 202
        assert len(room.stored) == 1


@pytest.mark.parametrize(
    ("body", "form", "status"),
    [
        (b"{broken", "application/json", 400),
        (b'"text"', "application/json", 400),
        (b"[]", "application/json", 422),
        (b'[{"text": "without an id"}]', "application/json", 422),
        (b"a=1", "application/x-www-form-urlencoded", 415),
        (b"[" + b" " * 1_100_000 + b"]", "application/json", 413),
        (b"[" * 100_000, "application/json", 400),
    ],
)
async def test_what_cannot_be_taken_is_told_why(body: bytes, form: str, status: int) -> None:
    async with receiving() as room:
        assert (await room.post(body, Content_Type=form)).status_code == status
        assert (await room.post(record(1))).status_code == 202
        assert len(room.stored) == 1


async def test_lines_are_read_one_by_one() -> None:
    lines = f"{json.dumps(record(1))}\n{{broken\n\n{json.dumps(record(2))}\n".encode()
    async with receiving() as room:
        answer = await room.post(lines, Content_Type="application/x-ndjson")
        assert (answer.status_code, answer.text) == (202, "2 taken, 1 could not be read: -\n")
        assert [draft.native_id for draft in room.stored] == ["1", "2"]
        assert room.skipped == 1


async def test_other_peoples_forms_are_read_by_a_mapping() -> None:
    fields = JsonFields(native_id="ticket.id", text="ticket.words", author="from")
    async with receiving(items="events", fields=fields, html=True) as room:
        body = {"events": [{"ticket": {"id": 7, "words": "<p>La box&nbsp;!</p>"}, "from": "Léa"}]}
        assert (await room.post(body)).status_code == 202
        (draft,) = room.stored
    assert (draft.native_id, draft.text.strip(), draft.author) == ("7", "La box\u00a0!", "Léa")


async def test_a_subscription_is_confirmed_to_who_knows_the_secret() -> None:
    async with receiving() as room, httpx.AsyncClient(trust_env=False, verify=False) as client:
        url = f"http://127.0.0.1:{room.port}/"
        asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}
        answer = await client.get(url, params={**asked, "hub.verify_token": SECRET})
        assert (answer.status_code, answer.text) == (200, "1158201444")
        assert (await client.get(url, params={**asked, "hub.verify_token": "no"})).status_code == 403
        assert (await client.get(url)).status_code == 403
        assert (await client.put(url)).status_code == 405
        assert (await client.get(f"{url}elsewhere")).status_code == 404


@pytest.mark.parametrize("said", [b"\x16\x03\x01\x02\x00", b"POST / HTTP/1.1\r\nX: " + b"x" * 40_000, b"GET /\r\n\r\n"])
async def test_rubbish_disturbs_nobody(said: bytes) -> None:
    async with receiving() as room:
        reader, writer = await asyncio.open_connection("127.0.0.1", room.port)
        writer.write(said)
        await writer.drain()
        writer.write_eof()
        async with asyncio.timeout(10):
            await reader.read()
        writer.close()
        assert (await room.post(record(1))).status_code == 202


async def test_many_at_once_are_all_stored() -> None:
    async with receiving() as room:
        answers = await asyncio.gather(*(room.post(record(number)) for number in range(50)))
        assert {answer.status_code for answer in answers} == {202}
        assert {draft.native_id for draft in room.stored} == {str(number) for number in range(50)}


async def test_a_port_that_is_taken_is_a_sentence() -> None:
    async with receiving() as room:
        source = WebhookSource(WebhookSettings(name="b", port=room.port, secret=SECRET), make_context(make_client()))
        with pytest.raises(SourceError) as caught:
            await anext(aiter(source.run({})))
    assert caught.value.reason.code == "port-taken"
    assert str(room.port) in caught.value.reason.sentence()


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ('host = "0.0.0.0"', ["sources[1].host"]),
        ('host = "0.0.0.0"\nallow_private = true', []),
        ('host = "localhost"', ["sources[1].host"]),
        ('path = "crm"', ["sources[1].path"]),
    ],
)
def test_who_can_reach_it_is_a_choice(tmp_path: Path, lines: str, wrong: list[str]) -> None:
    path = tmp_path / "config.toml"
    topic = '[[topics]]\nname = "Fibre"\nkind = "brand"\nquery = "fibre"\n'
    start = '[[sources]]\nname = "relais"\nkind = "webhook"\nport = 8787\nsecret = "env:HOOK"\n'
    path.write_text(f"{topic}{start}{lines}\n")
    try:
        found = load(path).warnings
    except ConfigProblems as error:
        found = tuple(each for each in error.problems if not each.warning)
        assert [each.key for each in found] == wrong
    else:
        assert wrong == []
