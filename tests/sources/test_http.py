"""The polite client: turns, credentials, remembered limits, streams."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from socialhub.clock import MINUTE
from socialhub.errors import SourceError
from socialhub.sources.http import Client, HttpFailure
from tests.servers import NOON, Answer, Behaviour, LoopbackServer, Request, clock_at, make_client, redirect


async def _slowly(request: Request, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.05)
    await Answer(b"{}")(request, writer)


async def test_one_question_at_a_time_per_host_and_credential() -> None:
    async with LoopbackServer({"*": _slowly}) as server:
        client = make_client()
        await asyncio.gather(*(client.get(server.url(f"/{n}"), allow_private=True) for n in range(5)))
        assert server.most_busy == 1
        both = ({"Authorization": "Bearer a"}, {"Authorization": "Bearer b"})
        await asyncio.gather(*(client.get(server.url("/"), headers=h, allow_private=True) for h in both))
        assert server.most_busy == 2
        await client.close()


async def test_a_host_that_hangs_delays_no_other() -> None:
    hanging = asyncio.Event()

    async def hang(request: Request, writer: asyncio.StreamWriter) -> None:
        hanging.set()
        await asyncio.sleep(60)

    async with LoopbackServer({"*": hang}) as bad, LoopbackServer({"*": Answer(b"{}")}) as good:
        client = make_client()
        waiting = asyncio.create_task(client.get(bad.url("/"), allow_private=True))
        await hanging.wait()
        assert (await client.get(good.url("/"), allow_private=True)).json() == {}
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await client.close()


async def test_credentials_do_not_follow_a_redirect_to_another_host() -> None:
    async with LoopbackServer({"*": Answer(b"{}")}, host="127.0.0.2") as other:
        behaviours = {"/same": redirect("/here"), "/here": Answer(b"{}"), "/away": redirect(other.url("/there"))}
        async with LoopbackServer(behaviours) as server:
            client = make_client()
            secrets = {"Authorization": "Bearer s", "X-Api-Key": "s", "Accept": "text/plain"}
            await client.get(server.url("/same"), headers=secrets, allow_private=True)
            response = await client.get(server.url("/away"), headers=secrets, allow_private=True)
            await client.close()
    assert server.requests[1].headers["authorization"] == "Bearer s"
    assert response.url == other.url("/there")
    (asked,) = other.requests
    assert not {"authorization", "x-api-key"} & asked.headers.keys()
    assert asked.headers["accept"] == "text/plain"


async def test_cookies_are_not_kept() -> None:
    async with LoopbackServer({"*": Answer(b"{}", headers={"Set-Cookie": "id=1"})}) as server:
        client = make_client()
        for _count in range(2):
            await client.get(server.url("/"), allow_private=True)
        await client.close()
    assert not any("cookie" in request.headers for request in server.requests)


async def test_parameters_are_added_and_repeated() -> None:
    async with LoopbackServer({"*": Answer(b"{}")}) as server:
        client = make_client()
        await client.get(server.url("/x?a=1"), params={"any[]": ["é", "b"], "limit": 40}, allow_private=True)
        await client.close()
    assert server.requests[0].path == "/x?a=1&any%5B%5D=%C3%A9&any%5B%5D=b&limit=40"


async def test_json_is_posted_and_an_error_shows_what_the_server_said() -> None:
    said = b'{"error": "InvalidToken"}'
    async with LoopbackServer(
        {"/ok": Answer(b'{"a": 1}'), "/bad": Answer(said, 401), "/to": redirect("/ok", 307)}
    ) as server:
        client = make_client()
        answer = await client.post_json(server.url("/ok"), {"name": "Léa"}, allow_private=True)
        assert answer.json() == {"a": 1}
        with pytest.raises(HttpFailure) as caught:
            await client.post_json(server.url("/bad"), {}, allow_private=True)
        with pytest.raises(HttpFailure) as redirected:
            await client.post_json(server.url("/to"), {"password": "x"}, allow_private=True)
        await client.close()
    assert (caught.value.status, caught.value.body, caught.value.reason.code) == (401, said, "unauthorised")
    assert redirected.value.reason.code == "http-status"
    assert server.requests[0].body == '{"name": "Léa"}'.encode()
    assert [request.path for request in server.requests] == ["/ok", "/bad", "/to"]


async def _codes(client: Client, url: str, count: int) -> list[str]:
    codes = []
    for _count in range(count):
        try:
            await client.get(url, allow_private=True)
            codes.append("")
        except SourceError as error:
            codes.append(error.reason.code)
    return codes


async def test_a_spent_allowance_is_respected_without_asking() -> None:
    spent = {"RateLimit-Remaining": "0", "RateLimit-Reset": str(NOON // 1000 + 300)}
    async with LoopbackServer({"*": Answer(b"{}", headers=spent)}) as server:
        client = make_client(clock=clock_at(NOON))
        assert await _codes(client, server.url("/"), 3) == ["", "rate-limited", "rate-limited"]
        await client.get(server.url("/"), headers={"Authorization": "Bearer other"}, allow_private=True)
        await client.close()
    assert len(server.requests) == 2


async def test_after_a_429_nobody_asks_before_its_time() -> None:
    async with LoopbackServer({"*": Answer(status=429, headers={"Retry-After": "60"})}) as server:
        client = make_client(clock=clock_at(NOON))
        assert await _codes(client, server.url("/"), 2) == ["rate-limited", "rate-limited"]
        with pytest.raises(SourceError) as caught:
            await client.get(server.url("/"), allow_private=True)
        await client.close()
    assert len(server.requests) == 1
    assert 0 < (caught.value.retry_after or 0) <= MINUTE


async def test_an_answer_that_is_not_json() -> None:
    async with LoopbackServer({"*": Answer(b"<html>")}) as server:
        client = make_client()
        response = await client.get(server.url("/"), allow_private=True)
        with pytest.raises(SourceError) as caught:
            response.json()
        await client.close()
    assert caught.value.reason.code == "not-json"


# ---- streams ---------------------------------------------------------------------------------------------------


async def _events(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
    for part in (b":)\n", b"event: upd", b"ate\r\ndata: {}\n\n"):
        writer.write(b"%x\r\n%s\r\n" % (len(part), part))
        await writer.drain()
    if request.path == "/ends":
        writer.write(b"0\r\n\r\n")
    elif request.path == "/breaks":
        writer.transport.abort()
    else:
        await asyncio.sleep(60)


async def _lines_until_error(client: Client, url: str, silence_seconds: float = 60) -> tuple[list[bytes], str]:
    lines: list[bytes] = []
    try:
        async with client.stream_lines(url, allow_private=True, silence_seconds=silence_seconds) as stream:
            async for line in stream:
                lines.append(line)
    except SourceError as error:
        return lines, error.reason.code
    return lines, ""


@pytest.mark.parametrize(
    ("path", "silence", "code"),
    [("/ends", 60.0, ""), ("/breaks", 60.0, "reset"), ("/falls-silent", 0.2, "stream-silent")],
)
async def test_the_lines_of_a_stream(path: str, silence: float, code: str) -> None:
    async with LoopbackServer({"*": _events}) as server:
        client = make_client()
        assert await _lines_until_error(client, server.url(path), silence) == (
            [b":)", b"event: update", b"data: {}", b""],
            code,
        )
        await client.close()


async def test_a_stream_follows_redirects_and_names_failures() -> None:
    behaviours: dict[str, Behaviour] = {"/old": redirect("/ends"), "/ends": _events}
    behaviours |= {"/no": Answer(status=401), "/round": redirect("/round")}
    async with LoopbackServer(behaviours) as server:
        client = make_client()
        assert len((await _lines_until_error(client, server.url("/old")))[0]) == 4
        assert (await _lines_until_error(client, server.url("/no")))[1] == "unauthorised"
        assert (await _lines_until_error(client, server.url("/round")))[1] == "redirect-loop"
        await client.close()


async def test_a_line_without_end_is_not_collected_for_ever() -> None:
    async with LoopbackServer({"*": Answer(b"x" * 3_000_000)}) as server:
        client = make_client()
        assert await _lines_until_error(client, server.url("/")) == ([], "too-large")
        await client.close()


async def test_a_slow_host_keeps_its_turns_in_order() -> None:
    async with LoopbackServer({"*": _slowly}) as server:
        client = make_client()
        await asyncio.gather(*(client.get(server.url(f"/{n}"), allow_private=True) for n in range(4)))
        await client.close()
    order = [int(request.path[1:]) for request in server.requests]
    assert all(first < second for first, second in pairwise(order))
