"""Where no question may lead, whatever a name or a redirect says, and what no answer may use up."""

from __future__ import annotations

import contextlib
import gzip
import tracemalloc
from typing import Final

import pytest

from socialhub.errors import SourceError
from socialhub.model import Draft
from socialhub.sources.net import NetSettings
from tests import servers
from tests.servers import FEED, Answer, LoopbackServer
from tests.sources.gathering import poll_feed

_XML: Final = {"Content-Type": "application/rss+xml"}
# The server's own address counts as the internet here, so that the guard is at work in every case.
_NET: Final = NetSettings(refused=lambda address: not str(address).startswith("127."))


@pytest.mark.parametrize(
    "answer",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "::1", "fd00::1", "::ffff:127.0.0.1", "0.0.0.0"],
)
async def test_a_dns_answer_with_a_private_address_is_refused(answer: str) -> None:
    with pytest.raises(SourceError) as caught:
        await poll_feed("http://harmless.test/", NetSettings(resolver=servers.resolver(harmless_test=[answer])))
    assert caught.value.reason.code == "private-address"
    assert caught.value.reason.values["host"] == "harmless.test"


@pytest.mark.parametrize("url", ["http://localhost:1/", "http://2130706433:1/", "http://0x7f.1:1/", "http://[::1]:1/"])
async def test_other_spellings_of_this_machine_are_refused(url: str) -> None:
    with pytest.raises(SourceError) as caught:
        await poll_feed(url, NetSettings())
    assert caught.value.reason.code == "private-address"


async def test_a_name_that_changes_its_mind_is_refused_the_second_time() -> None:
    """DNS rebinding: the first answer is public, the second is not."""
    async with LoopbackServer({"*": Answer(FEED, headers=_XML)}, host="127.0.0.2") as server:
        net = NetSettings(
            resolver=servers.resolver(turncoat_test=[["127.0.0.2"], ["127.0.0.1"]]),
            refused=servers.only_this_is_private("127.0.0.1"),
        )
        url = server.url("/feed", "turncoat.test")
        batches = await poll_feed(url, net)
        assert sum(len(batch.items) for batch in batches) == 2
        with pytest.raises(SourceError) as caught:
            await poll_feed(url, net)
    assert caught.value.reason.code == "private-address"
    assert len(server.requests) == 1


async def test_a_private_answer_beside_a_public_one_is_not_connected_to() -> None:
    async with (
        LoopbackServer({"*": Answer(FEED, headers=_XML)}, host="127.0.0.2") as public,
    ):
        net = NetSettings(
            resolver=servers.resolver(both_test=["127.0.0.1", "127.0.0.2"]),
            refused=servers.only_this_is_private("127.0.0.1"),
        )
        batches = await poll_feed(public.url("/feed", "both.test"), net)
    assert sum(len(batch.items) for batch in batches) == 2


async def test_allow_private_reaches_this_machine() -> None:
    async with LoopbackServer({"*": Answer(FEED, headers=_XML)}) as server:
        batches = await poll_feed(server.url("/feed"), NetSettings(), allow_private=True)
    assert sum(len(batch.items) for batch in batches) == 2


async def test_bombs_do_not_fill_the_memory() -> None:
    async with LoopbackServer({"*": servers.gzip_bomb()}) as server:
        tracemalloc.start()
        try:
            with contextlib.suppress(SourceError):
                await poll_feed(server.url("/bomb"), _NET)
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert most < 60 * 1024 * 1024


async def test_fifteen_mebibytes_are_still_read() -> None:
    item = b"<item><guid>long</guid><title>Long</title><description>%s</description></item>" % (b"mot " * 3_900_000)
    body = b'<rss version="2.0"><channel>' + item + b"</channel></rss>"
    assert 14 * 1024 * 1024 < len(body) < 15 * 1024 * 1024
    async with LoopbackServer({"*": Answer(gzip.compress(body), headers={"Content-Encoding": "gzip"})}) as server:
        batches = await poll_feed(server.url("/large"), _NET)
    (draft,) = (item for batch in batches for item in batch.items)
    assert isinstance(draft, Draft)
    assert len(draft.text) <= 100_000
