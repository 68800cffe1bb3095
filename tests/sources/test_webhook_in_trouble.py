"""What those who post do wrong, by intent or not: none of it holds up, loses or doubles what others post."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import AsyncExitStack

import pytest

from socialhub.sources.receiver import MOST_CONNECTIONS
from tests.sources.test_webhook import SECRET, Room, receiving, record

HEAD = f"POST / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SECRET}\r\nContent-Type: application/json\r\n".encode()


async def said(room: Room, *sent: bytes, hang_up: bool = False) -> bytes:
    """What is answered to these bytes, up to the end of the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", room.port)
    for each in sent:
        writer.write(each)
        await writer.drain()
    if hang_up:
        writer.write_eof()
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    return answer


async def still_takes(room: Room, number: int = 99) -> None:
    """Somebody else posts as if nothing had been."""
    assert (await room.post(record(number))).status_code == 202
    assert str(number) in [draft.native_id for draft in room.stored]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"", b""),
        (HEAD, b"400"),
        (HEAD + b"Content-Length: 500\r\n\r\n[", b"400"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n[1", b"400"),
    ],
)
async def test_half_a_request_is_not_taken(sent: bytes, status: bytes) -> None:
    async with receiving() as room:
        assert (await said(room, sent, hang_up=True))[9:12] == status
        assert room.stored == []
        await still_takes(room)


@pytest.mark.parametrize("sent", [b"", HEAD, HEAD + b"Content-Length: 500\r\n\r\n["])
async def test_who_never_comes_to_an_end_is_sent_away(sent: bytes) -> None:
    async with receiving(request_seconds=0.2) as room:
        assert (await said(room, sent))[9:12] == b"408"
        await still_takes(room)


async def test_who_drips_is_sent_away() -> None:
    async with receiving(request_seconds=0.3) as room:
        reader, writer = await asyncio.open_connection("127.0.0.1", room.port)
        writer.write(HEAD + b"Content-Length: 100000\r\n\r\n")
        dripping = asyncio.create_task(_drip(writer))
        async with asyncio.timeout(10):
            assert (await reader.readline()).split()[1] == b"408"
        dripping.cancel()
        writer.close()
        await still_takes(room)


async def _drip(writer: asyncio.StreamWriter) -> None:
    for _count in range(2_000):
        writer.write(b" ")
        await asyncio.sleep(0.02)


async def test_a_body_too_large_is_refused_before_it_is_sent_or_while_it_comes() -> None:
    async with receiving() as room:
        told = HEAD + b"Expect: 100-continue\r\nContent-Length: 2000000\r\n\r\n"
        assert (await said(room, told))[9:12] == b"413"
        chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"
        assert (await said(room, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 17))[9:12] == b"413"
        await still_takes(room)


async def test_idle_connections_keep_nobody_out_for_long() -> None:
    async with receiving(request_seconds=0.5) as room, AsyncExitStack() as stack:
        idle = []
        for _number in range(MOST_CONNECTIONS):
            reader, writer = await asyncio.open_connection("127.0.0.1", room.port)
            stack.callback(writer.close)
            idle.append(reader)
        # One more is sent away at once, so that it may try elsewhere, or again.
        assert await said(room) == b""
        async with asyncio.timeout(10):
            assert {(await reader.read())[9:12] for reader in idle} == {b"408"}
        await still_takes(room)


@pytest.mark.parametrize(
    "line", [b"GET http://[ HTTP/1.1", b"HEAD / HTTP/1.1", b"OPTIONS * HTTP/1.1", b"CONNECT x:1 HTTP/1.1"]
)
async def test_odd_questions_are_answered_and_are_no_fault_of_ours(
    line: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with receiving() as room:
        with caplog.at_level(logging.WARNING):
            answer = await said(room, line + b"\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert answer[9:12] in (b"400", b"404", b"405")
        await still_takes(room)
    assert caplog.records == []


async def test_the_same_delivery_twice_at_once_is_taken_once() -> None:
    async with receiving() as room:
        room.may_store.clear()
        both = [asyncio.create_task(room.post([record(1), record(2)], Idempotency_Key="a-key")) for _time in range(2)]
        done, _pending = await asyncio.wait(both, timeout=0.5)
        assert not done
        room.may_store.set()
        assert [answer.status_code for answer in await asyncio.gather(*both)] == [202, 202]
        assert [draft.native_id for draft in room.stored] == ["1", "2"]


async def test_a_key_that_comes_with_another_body_is_no_repetition() -> None:
    async with receiving() as room:
        assert (await room.post(record(1), Idempotency_Key="a-key")).status_code == 202
        answer = await room.post(record(2), Idempotency_Key="a-key")
        assert (answer.status_code, answer.text) == (422, "this key came with another body\n")
        assert (await room.post(record(2), Idempotency_Key="another")).status_code == 202
        assert [draft.native_id for draft in room.stored] == ["1", "2"]


async def test_who_goes_away_while_it_is_stored_has_posted_all_the_same() -> None:
    async with receiving() as room:
        room.may_store.clear()
        _reader, writer = await asyncio.open_connection("127.0.0.1", room.port)
        body = json.dumps(record(7)).encode()
        writer.write(HEAD + b"Idempotency-Key: k\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.transport.abort()
        room.may_store.set()
        await still_takes(room)
        assert (await room.post(record(7), Idempotency_Key="k")).status_code == 202
        assert sorted(draft.native_id for draft in room.stored) == ["7", "99"]
