"""Sockets: which addresses are held back, proxies, certificates, WebSockets."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve

from socialhub.errors import SourceError
from socialhub.sources.addresses import is_private
from socialhub.sources.net import NetSettings, open_connection
from tests import servers
from tests.certificates import self_signed
from tests.servers import Answer, LoopbackServer, Request, make_client, resolver


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "2001:db8::1",
        "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    ],
)
def test_addresses_that_are_held_back(address: str) -> None:
    assert is_private(ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::"]
)
def test_addresses_of_the_internet(address: str) -> None:
    assert not is_private(ip_address(address))


async def test_the_next_address_is_tried_when_the_first_refuses() -> None:
    async with LoopbackServer({"*": Answer(b"{}")}, host="127.0.0.2") as server:
        net = NetSettings(resolver=resolver(two_test=["127.0.0.3", "127.0.0.2"]))
        sock = await open_connection("two.test", server.port, net, allow_private=True)
        assert sock.getpeername()[0] == "127.0.0.2"
        sock.close()


# ---- proxies -----------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _no_proxies_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def tunnel_to(port: int) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]:
    """A CONNECT proxy that leads every name to a port of this machine; "refused.test" it refuses."""

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if b"refused.test" in head:
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            writer.close()
            return
        there, back = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(copy(reader, back), copy(there, writer), return_exceptions=True)

    return handle


async def test_plain_http_is_asked_of_the_proxy_which_resolves_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    async with LoopbackServer({"*": Answer(b'{"via": "proxy"}')}) as proxy:
        client = make_client(NetSettings(proxy=f"http://desk:pass@127.0.0.1:{proxy.port}", resolver=resolver()))
        answer = await client.get("http://outside.test/x")
        await client.close()
        monkeypatch.setenv("HTTP_PROXY", proxy.url())
        monkeypatch.setenv("NO_PROXY", "inside.test")
        client = make_client(NetSettings(resolver=resolver()))
        assert (await client.get("http://outside.test/y")).json() == {"via": "proxy"}
        with pytest.raises(SourceError) as caught:
            await client.get("http://inside.test/z")
        await client.close()
    assert answer.json() == {"via": "proxy"}
    assert proxy.requests[0].path == "http://outside.test/x"
    assert proxy.requests[0].headers["proxy-authorization"].startswith("Basic ")
    assert caught.value.reason.code == "unresolved"


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "http://localhost/", "https://[::1]/"])
async def test_a_proxy_is_not_asked_for_private_addresses(url: str) -> None:
    async with LoopbackServer({"*": Answer(b"{}")}) as proxy:
        client = make_client(NetSettings(proxy=proxy.url()))
        with pytest.raises(SourceError) as caught:
            await client.get(url)
        await client.close()
    assert caught.value.reason.code == "private-address"
    assert proxy.requests == []


@pytest.mark.parametrize("url", ["http://outside.test/", "https://outside.test/", "socks"])
async def test_a_proxy_that_is_not_there(url: str) -> None:
    proxy = "socks5://127.0.0.1:1" if url == "socks" else "http://127.0.0.1:1"
    client = make_client(NetSettings(proxy=proxy))
    with pytest.raises(SourceError) as caught:
        await client.get("https://outside.test/" if url == "socks" else url)
    await client.close()
    assert caught.value.reason.code == "proxy"


async def test_a_socket_is_tunnelled_through_the_proxy() -> None:
    async with LoopbackServer({"*": Answer(b"there")}) as server:
        proxy = await asyncio.start_server(tunnel_to(server.port), "127.0.0.1", 0)  # type: ignore[arg-type]
        async with proxy:
            net = NetSettings(proxy=f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}")
            sock = await open_connection("outside.test", 443, net)
            reader, writer = await asyncio.open_connection(sock=sock)
            writer.write(b"GET / HTTP/1.1\r\n\r\n")
            assert (await reader.read()).endswith(b"there")
            writer.close()
            with pytest.raises(SourceError) as caught:
                await open_connection("refused.test", 443, net)
            client = make_client(net)
            with pytest.raises(SourceError) as over_http:
                await client.get("https://refused.test/")
            await client.close()
    assert caught.value.reason.code == over_http.value.reason.code == "proxy"


# ---- certificates ------------------------------------------------------------------------------------------------


async def test_a_company_authority_is_trusted_only_when_named(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await Answer(b'{"tls": true}')(Request("GET", "/", {}), writer)
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    names = resolver(inside_test=["127.0.0.1"], other_test=["127.0.0.1"])
    port = server.sockets[0].getsockname()[1]
    codes = []
    async with server:
        trusting = make_client(NetSettings(ca_file=str(certificate), resolver=names))
        answer = await trusting.get(f"https://inside.test:{port}/", allow_private=True)
        wary = make_client(NetSettings(resolver=names))
        for client, host in ((wary, "inside.test"), (trusting, "other.test")):
            with pytest.raises(SourceError) as caught:
                await client.get(f"https://{host}:{port}/", allow_private=True)
            codes.append(caught.value.reason.code)
        await trusting.close()
        await wary.close()
    assert answer.json() == {"tls": True}
    assert codes == ["tls", "tls"]


async def test_a_missing_authority_file_is_said() -> None:
    client = make_client(NetSettings(ca_file="/nowhere/ca.pem"))
    with pytest.raises(SourceError) as caught:
        await client.get("https://example.org/")
    assert caught.value.reason.code == "file-unreadable"


# ---- WebSockets --------------------------------------------------------------------------------------------------


async def _echo(connection: ServerConnection) -> None:
    assert connection.request is not None
    await connection.send(connection.request.headers["Authorization"])
    async for message in connection:
        await connection.send(message)


async def test_a_websocket_over_a_guarded_socket() -> None:
    async with serve(_echo, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        url = f"ws://127.0.0.1:{port}/"
        client = make_client()
        with pytest.raises(SourceError) as caught:
            await client.websocket(url)
        async with await client.websocket(url, headers={"Authorization": "Bearer t"}, allow_private=True) as connection:
            assert await connection.recv() == "Bearer t"
            await connection.send("é")
            assert await connection.recv() == "é"
        await client.close()
    assert caught.value.reason.code == "private-address"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(status=401), "unauthorised"),
        (Answer(status=429, headers={"Retry-After": "5"}), "rate-limited"),
        (Answer(status=302, headers={"Location": "mailto:desk@example.org"}), "redirect-scheme"),
        (Answer(b"<html>"), "unexpected-shape"),
    ],
)
async def test_a_websocket_that_is_not_opened(answer: Answer, code: str) -> None:
    async with LoopbackServer({"*": answer}) as server:
        client = make_client()
        with pytest.raises(SourceError) as caught:
            await client.websocket(server.url("/").replace("http", "ws"), allow_private=True)
        await client.close()
    assert caught.value.reason.code == code


async def test_a_websocket_that_moved_is_followed_without_its_key() -> None:
    seen: list[str | None] = []

    async def answer(connection: ServerConnection) -> None:
        assert connection.request is not None
        seen.append(connection.request.headers.get("Authorization"))

    async with serve(answer, "127.0.0.1", 0) as elsewhere:
        port = next(iter(elsewhere.sockets)).getsockname()[1]
        for scheme in ("ws", "http"):
            moved = servers.redirect(f"{scheme}://127.0.0.1:{port}/", 307)
            async with LoopbackServer({"*": moved}) as server:
                client = make_client()
                url = server.url("/").replace("http", "ws")
                opened = await client.websocket(url, headers={"Authorization": "Bearer t"}, allow_private=True)
                await opened.close()
                await client.close()
    assert seen == [None, None]


async def test_whoever_asks_a_websocket_to_wait_is_not_asked_before() -> None:
    busy = Answer(status=429, headers={"Retry-After": "60"})
    async with LoopbackServer({"*": busy}) as server:
        client = make_client()
        for _time in range(3):
            with pytest.raises(SourceError) as caught:
                await client.websocket(server.url("/").replace("http", "ws"), allow_private=True)
            assert caught.value.reason.code == "rate-limited"
            assert caught.value.retry_after
        await client.close()
        assert len(server.requests) == 1
