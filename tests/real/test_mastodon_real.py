"""Posts written on a server that speaks Mastodon's API come out of the real source: by polls and by streams."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from socialhub.model import Draft, Kind
from socialhub.sources.base import SourceContext
from socialhub.sources.kinds.mastodon import MastodonSettings
from socialhub.sources.mastodon import MastodonSource, create
from tests.real.listening import unused_port, wait_until_open
from tests.servers import make_client, make_context
from tests.sources.gathering import Listener, boosts, deletions, drafts, natives, poll

pytestmark = pytest.mark.real
pytest.importorskip("mastodon_mock", reason="mastodon-mock is not installed: make test-real brings it")

LEA, TOM = "jeton-lea", "jeton-tom"
_CONFIG = f"""
[[seed.accounts]]
username = "lea"
display_name = "Léa"
access_token = "{LEA}"
[[seed.accounts]]
username = "tom"
access_token = "{TOM}"
"""


class Server:
    """The running server, written to as its users do."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def ask(self, method: str, path: str, token: str, **body: Any) -> dict[str, Any]:
        """What it answers to one of its users."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/api/v1/{path}", json.dumps(body).encode(), headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return dict(json.load(answer))

    def post(self, text: str, token: str = LEA, **more: Any) -> str:
        """The id of a new post."""
        return str(self.ask("POST", "statuses", token, status=text, **more)["id"])


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """A server with an empty memory and two users."""
    config = folder / "server.toml"
    config.write_text(_CONFIG, "utf-8")
    port = unused_port()
    at = ["--port", str(port), "--in-memory", "--domain", "piaille.example", "--log-level", "warning"]
    server = subprocess.Popen([sys.executable, "-m", "mastodon_mock", "serve", "--config", str(config), *at])
    try:
        wait_until_open(port, server)
        yield Server(port)
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(10)


@asynccontextmanager
async def reading(server: Server, **chosen: Any) -> AsyncIterator[MastodonSource]:
    client = make_client()
    wanted = MastodonSettings(name="piaille", server=server.url, allow_private=True, **chosen)
    context: SourceContext = make_context(client)
    source = create(wanted, context)
    try:
        yield source
    finally:
        await source.close()
        await client.close()


async def test_every_post_once_with_what_it_says_and_answers(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        first = server.post("Panne de #fibre à Lyon <b>& environs</b> https://example.org/a?b=1&c=2", language="fr")
        answer = server.post("@lea pareil ici #fibre", TOM, in_reply_to_id=first)
        quote = server.post("je cite #fibre", TOM, quoted_status_id=first)
        warned = server.post("à lire #fibre", spoiler_text="attention")
        server.post("entre nous #fibre", visibility="private")
        server.ask("POST", f"statuses/{first}/favourite", TOM)
        server.ask("POST", f"statuses/{first}/reblog", TOM)
        async with reading(server, tags=("fibre",), public="all", accounts=("tom",)) as source:
            batches = await poll(source)
            told = {draft.native_id: draft for draft in drafts(batches)}
            assert set(told) == {first, answer, quote, warned}
            assert natives(batches).count(first) == 1
            said = told[first]
            text = "Panne de #fibre à Lyon <b>& environs</b> https://example.org/a?b=1&c=2"
            assert (said.text.strip(), said.lang, said.links) == (text, "fr", ("https://example.org/a?b=1&c=2",))
            assert (said.author, said.handle, said.site) == ("Léa", "lea@piaille.example", "piaille.example")
            assert (said.likes, said.shares, said.replies) == (1, 1, 1)
            assert said.url.partition("://")[2] == f"piaille.example/@lea/{first}"
            assert (told[answer].kind, told[answer].parent_id) == (Kind.REPLY, first)
            assert (told[quote].kind, told[quote].parent_id) == (Kind.QUOTE, first)
            assert told[warned].warning == "attention"
            assert {boost.author for boost in boosts(batches)} == {"tom@piaille.example"}

            news = [server.post(f"numéro {number} #fibre") for number in range(90)]
            more = await poll(source, batches[-1].cursor)
            assert sorted(natives(more)) == sorted(news)

            server.ask("PUT", f"statuses/{first}", LEA, status="corrigé #fibre")
            server.ask("DELETE", f"statuses/{answer}", TOM)
            again = [batch async for batch in source.refresh([first, answer])]
            assert [item.native_id for item in deletions(again)] == [answer]
            (changed,) = drafts(again)
            assert (changed.text.strip(), bool(changed.edited)) == ("corrigé #fibre", True)


@pytest.mark.parametrize("chosen", [{"tags": ("fibre",)}, {"public": "local"}, {"tags": ("fibre", "panne")}])
async def test_what_is_written_is_streamed(tmp_path: Path, chosen: dict[str, Any]) -> None:
    with running(tmp_path) as server:
        before = server.post("avant #fibre")
        async with reading(server, token=LEA, **chosen) as source:
            assert source.streaming
            listener = Listener(source)
            await listener.until(lambda batches: before in natives(batches))
            after = await asyncio.to_thread(server.post, "après #fibre")
            await listener.until(lambda batches: after in natives(batches))
            await asyncio.to_thread(server.ask, "DELETE", f"statuses/{after}", LEA)
            await listener.until(lambda batches: after in [item.native_id for item in deletions(batches)])
            assert all(
                isinstance(item, Draft) and item.handle == "lea@piaille.example" for item in drafts(listener.batches)
            )
            await listener.stop()
