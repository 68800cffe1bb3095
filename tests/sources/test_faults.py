"""What servers do wrong, and what becomes of it: the right reason or the right entries, in bounded time and memory."""

from __future__ import annotations

import contextlib
import gzip
import socket
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pytest

from socialhub.clock import DAY, HOUR, MINUTE, SECOND
from socialhub.errors import SENTENCES, SourceError
from socialhub.model import Batch, Draft
from socialhub.sources import create
from socialhub.sources.kinds.appstore import AppStoreSettings
from socialhub.sources.kinds.bluesky import BlueskySettings
from socialhub.sources.kinds.discourse import DiscourseSettings
from socialhub.sources.kinds.facebook import FacebookSettings
from socialhub.sources.kinds.gdelt import GdeltSettings
from socialhub.sources.kinds.googleplay import GooglePlaySettings
from socialhub.sources.kinds.hackernews import HackerNewsSettings
from socialhub.sources.kinds.instagram import InstagramSettings
from socialhub.sources.kinds.json import JsonFields, JsonSettings
from socialhub.sources.kinds.lemmy import LemmySettings
from socialhub.sources.kinds.mastodon import MastodonSettings
from socialhub.sources.kinds.phpbb import PhpbbSettings
from socialhub.sources.kinds.reddit import RedditSettings
from socialhub.sources.kinds.rss import RssSettings
from socialhub.sources.kinds.stackexchange import StackExchangeSettings
from socialhub.sources.kinds.telegram import TelegramSettings
from socialhub.sources.kinds.threads import ThreadsSettings
from socialhub.sources.kinds.trustpilot import TrustpilotSettings
from socialhub.sources.kinds.x import XSettings
from socialhub.sources.kinds.youtube import YouTubeSettings
from socialhub.sources.net import NetSettings
from socialhub.sources.settings import SourceSettings
from tests import servers
from tests.ledgers import ledger_on
from tests.servers import FEED, NOON, Answer, Behaviour, LoopbackServer, clock_at, make_client, make_context

_XML: Final = {"Content-Type": "application/rss+xml"}
_LATIN: Final = FEED.decode().encode("latin-1", "xmlcharrefreplace").replace(b"utf-8", b"iso-8859-1")


@dataclass(frozen=True, slots=True)
class Fault:
    """A behaviour of a server and what must come of it: an error code, or so many entries."""

    name: str
    behaviour: Behaviour
    code: str = ""
    entries: int = 0
    retry_after: int | None = None
    patience: float = 20.0


FAULTS: Final = [
    Fault("reset in the middle", servers.reset_in_the_middle, "reset"),
    Fault("slow drip", servers.slow_drip, "timeout", patience=0.3),
    Fault("not HTTP", servers.not_http, "unexpected-shape"),
    Fault("endless headers", servers.endless_headers, "unexpected-shape"),
    Fault("redirect loop", servers.redirect("/fault"), "redirect-loop"),
    Fault("redirect to a file", servers.redirect("file:///etc/passwd"), "redirect-scheme"),
    Fault("redirect to nowhere", servers.redirect(""), "redirect-scheme"),
    Fault("redirect to a private address", servers.redirect("http://10.0.0.1/"), "private-address"),
    Fault("redirect to a mapped address", servers.redirect("http://[::ffff:10.0.0.1]/"), "private-address"),
    Fault("redirect to the metadata service", servers.redirect("http://169.254.169.254/latest"), "private-address"),
    Fault("gzip bomb", servers.gzip_bomb(), "too-large"),
    Fault("too large", Answer(bytes(16 * 1024 * 1024)), "too-large"),
    Fault("not gzip", Answer(b"plain", headers={"Content-Encoding": "gzip"}), "bad-encoding"),
    Fault("gzip cut off", Answer(gzip.compress(FEED)[:-12], headers={"Content-Encoding": "gzip"}), "bad-encoding"),
    Fault("brotli unasked", Answer(FEED, headers={"Content-Encoding": "br"}), "bad-encoding"),
    Fault("gzip", Answer(gzip.compress(FEED), headers={"Content-Encoding": "gzip", **_XML}), entries=2),
    Fault("deflate", Answer(zlib.compress(FEED), headers={"Content-Encoding": "deflate"}), entries=2),
    Fault("deflate without frame", Answer(zlib.compress(FEED)[2:-4], headers={"Content-Encoding": "deflate"}), "", 2),
    Fault("XML bomb", Answer(servers.xml_bomb(), headers=_XML), entries=1),
    Fault("wrong charset in the header", Answer(FEED, headers={"Content-Type": "text/xml; charset=ascii"}), entries=2),
    Fault("wrong charset in the feed", Answer(FEED.replace(b"utf-8", b"iso-8859-1"), headers=_XML), entries=2),
    Fault("latin-1 declared UTF-8", Answer(_LATIN.replace(b"iso-8859-1", b"utf-8"), headers=_XML), entries=2),
    Fault("control characters", Answer(FEED.replace(b"Plus", b"Pl\x08us\x01"), headers=_XML), entries=2),
    Fault("truncated", Answer(FEED[: FEED.index(b"Tout va")], headers=_XML), entries=2),
    Fault("not modified, unasked", Answer(status=304), entries=0),
    Fault("no entries", Answer(b'<rss version="2.0"><channel><title>x</title></channel></rss>'), entries=0),
    Fault("HTML instead of a feed", Answer(b"<!doctype html><title>Log in</title><form></form>"), "not-a-feed"),
    Fault("empty", Answer(b""), "not-a-feed"),
    Fault("JSON that is no feed", Answer(b'{"error": "no"}'), "not-a-feed"),
    Fault("JSON cut in half", Answer(b'{"version": "https://jsonfeed.org/version/1.1", "items": [{'), "not-a-feed"),
    Fault("400", Answer(status=400), "http-status"),
    Fault("401", Answer(status=401), "unauthorised"),
    Fault("403", Answer(status=403), "forbidden"),
    Fault("robot check", Answer(b"<html>", 403, {"CF-Mitigated": "challenge"}), "challenge"),
    Fault("404", Answer(status=404), "not-found"),
    Fault("410", Answer(status=410), "gone"),
    Fault("429", Answer(status=429), "rate-limited"),
    Fault("429 for 90 s", Answer(status=429, headers={"Retry-After": "90"}), "rate-limited", 0, 90 * SECOND),
    Fault("429 for ever", Answer(status=429, headers={"Retry-After": "99999999"}), "rate-limited", 0, DAY),
    Fault(
        "429 until a date",
        Answer(status=429, headers={"Retry-After": "Sat, 21 Nov 2026 13:00:00 GMT"}),
        "rate-limited",
        0,
        HOUR,
    ),
    Fault(
        "429 with a reset",
        Answer(status=429, headers={"RateLimit-Remaining": "0", "RateLimit-Reset": str((NOON + HOUR) // SECOND)}),
        "rate-limited",
        0,
        HOUR,
    ),
    Fault("500", Answer(status=500), "server-error"),
    Fault("503", Answer(status=503, headers={"Retry-After": "30"}), "server-error", 0, 30 * SECOND),
]


async def _poll(url: str, net: NetSettings, patience: float = 20.0, *, allow_private: bool = False) -> list[Batch]:
    clock = clock_at(NOON)
    client = make_client(net, clock=clock, total_seconds=patience)
    settings = RssSettings(name="essai", url=url, allow_private=allow_private)
    source = create(settings, make_context(client, clock))
    try:
        return [batch async for batch in source.run({})]
    finally:
        await source.close()
        await client.close()


# The server's own address counts as the internet here, so that the guard is at work in every case.
_NET: Final = NetSettings(refused=lambda address: not str(address).startswith("127."))


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.code], ids=lambda fault: fault.name)
async def test_a_fault_becomes_its_reason(fault: Fault) -> None:
    async with LoopbackServer({"/fault": fault.behaviour}) as server:
        with pytest.raises(SourceError) as caught:
            await _poll(server.url("/fault"), _NET, fault.patience)
    error = caught.value
    assert error.reason.code == fault.code
    assert error.permanent == (fault.code == "gone")
    assert (error.retry_after is None) == (fault.retry_after is None)
    # The clock runs while the test does.
    assert abs((error.retry_after or 0) - (fault.retry_after or 0)) < MINUTE
    assert "{" not in error.reason.sentence()
    assert error.reason.sentence() != SENTENCES[fault.code]


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if not fault.code], ids=lambda fault: fault.name)
async def test_a_fault_is_read_all_the_same(fault: Fault) -> None:
    async with LoopbackServer({"/fault": fault.behaviour}) as server:
        batches = await _poll(server.url("/fault"), _NET, fault.patience)
    drafts = [item for batch in batches for item in batch.items if isinstance(item, Draft)]
    assert len(drafts) == fault.entries
    if fault.entries == 2:
        assert [draft.native_id for draft in drafts] == ["un", "deux"]
        assert [draft.title for draft in drafts] == ["Panne de réseau", "Rétabli"]


_TOKEN: Final = "env:TOKEN"
_APIS: Final[dict[str, Callable[[str], SourceSettings]]] = {
    "x": lambda url: XSettings(name="essai", token=_TOKEN, search=("fibre",), server=url),
    "facebook": lambda url: FacebookSettings(name="essai", token=_TOKEN, pages=("1",), mentions=False, server=url),
    "instagram": lambda url: InstagramSettings(name="essai", token=_TOKEN, account="1", tagged=False, server=url),
    "threads": lambda url: ThreadsSettings(
        name="essai", token=_TOKEN, search=("fibre",), mentions=False, replies=False, server=url
    ),
    "trustpilot": lambda url: TrustpilotSettings(name="essai", key=_TOKEN, companies=("1" * 24,), server=url),
    "youtube": lambda url: YouTubeSettings(name="essai", key=_TOKEN, search=("fibre",), server=url),
    "reddit": lambda url: RedditSettings(
        name="essai", subreddits=("fibre",), client_id="app", client_secret=_TOKEN, user="desk", server=url, api=url
    ),
    "hackernews": lambda url: HackerNewsSettings(name="essai", search=("fibre",), server=url),
    "discourse": lambda url: DiscourseSettings(name="essai", posts=True, server=url),
    "stackexchange": lambda url: StackExchangeSettings(name="essai", tags=("fibre",), server=url),
    "googleplay": lambda url: GooglePlaySettings(name="essai", apps=("org.example.box",), server=url),
    "lemmy": lambda url: LemmySettings(name="essai", public="all", server=url),
    "bluesky": lambda url: BlueskySettings(name="essai", accounts=("lea.example",), public_service=url, service=url),
    "mastodon": lambda url: MastodonSettings(name="essai", server=url, tags=("fibre",), stream=False),
    "json": lambda url: JsonSettings(
        name="essai", url=f"{url}/api", fields=JsonFields(native_id="id", text="text"), items="results"
    ),
    "gdelt": lambda url: GdeltSettings(name="essai", queries=("fibre",), server=url),
    "telegram": lambda url: TelegramSettings(name="essai", channels=("fibre",), server=url),
    "appstore": lambda url: AppStoreSettings(name="essai", apps=("1234",), server=url),
}
"""Kinds that ask a JSON API, each at a server of ours."""
_POSTING: Final = ("googleplay",)
"""Those of them whose questions are posted."""
_FEEDS: Final[dict[str, Callable[[str], SourceSettings]]] = {
    "phpbb": lambda url: PhpbbSettings(name="essai", posts=True, server=url),
    "reddit without a key": lambda url: RedditSettings(name="essai", subreddits=("fibre",), server=url),
}
"""Kinds that read feeds of their own."""
_JSON_FAULTS: Final = [
    *(fault for fault in FAULTS if fault.code and fault.code != "not-a-feed"),
    Fault("HTML instead of JSON", Answer(b"<!doctype html><title>Log in</title><form></form>"), "not-json"),
    Fault("no body", Answer(b""), "not-json"),
    Fault("JSON cut off", Answer(b'{"data": [{'), "not-json"),
    Fault("another shape", Answer(b'["not", "an", "object"]'), "unexpected-shape"),
]
_LOG_IN: Final = "/api/v1/access_token"
_TRIES: Final = {"reddit": 2, "lemmy": 2, "phpbb": 3, "appstore": 2}
"""Questions of kinds that ask once more, with a fresh token or at the place of another version, and then no more."""
_ASKS_ELSEWHERE: Final = "appstore"
"""Apple's two forms fail each by itself: a server error of one says nothing of the other."""
_NO_JSON: Final = ("HTML instead of JSON", "no body", "JSON cut off", "another shape")
_OWN_CODES: Final[dict[str, dict[str, str]]] = {
    "appstore": dict.fromkeys(_NO_JSON, "not-a-feed"),
    "telegram": dict.fromkeys(_NO_JSON, "unexpected-shape"),
    "mastodon": {"401": "token-needed", "JSON cut off": "unexpected-shape"},
    # Its servers answer in words, and with nothing where there is no article.
    "gdelt": {"HTML instead of JSON": "unexpected-shape", "no body": ""},
}
"""What a kind calls a fault by another name; "" where it is none."""


async def _fails(settings_at: Callable[[str], SourceSettings], fault: Fault, cache: Path) -> None:
    """A source fails as it must, without a second question on the heels of the first."""
    clock = clock_at(NOON)
    client = make_client(_NET, clock=clock, total_seconds=fault.patience)
    logged_in = Answer(b'{"access_token": "jeton"}')
    async with LoopbackServer({_LOG_IN: logged_in, "*": fault.behaviour}) as server:
        settings = settings_at(server.url(""))
        async with ledger_on(cache, settings.caps, clock) as ledger:
            source = create(settings, make_context(client, clock, ledger))
            with pytest.raises(SourceError) as caught:
                async for _batch in source.run({}):
                    pass
            await source.close()
    await client.close()
    error = caught.value
    assert error.reason.code == fault.code
    assert abs((error.retry_after or 0) - (fault.retry_after or 0)) < MINUTE
    assert "{" not in error.reason.sentence()
    asked = [each for each in server.requests if each.path not in (_LOG_IN, "/fault")]
    assert len(asked) <= _TRIES.get(settings.kind, 1)
    if fault.code in ("rate-limited", "reset") or (fault.code == "server-error" and settings.kind != _ASKS_ELSEWHERE):
        assert len(asked) == 1


def _as_told(kind: str, fault: Fault) -> Fault:
    """The fault by the name that this kind has for it."""
    if kind in _POSTING and fault.name.startswith("redirect"):
        # What is posted is for the host that was meant.
        return replace(fault, code="http-status")
    return replace(fault, code=_OWN_CODES.get(kind, {}).get(fault.name, fault.code))


_API_FAULTS: Final = [
    pytest.param(kind, told, id=f"{told.name}-{kind}")
    for kind in _APIS
    for fault in _JSON_FAULTS
    if (told := _as_told(kind, fault)).code
]


@pytest.mark.parametrize(("kind", "fault"), _API_FAULTS)
async def test_a_fault_of_an_api_becomes_its_reason(kind: str, fault: Fault, tmp_path: Path) -> None:
    await _fails(_APIS[kind], fault, tmp_path / "cache.db")


@pytest.mark.parametrize("kind", _FEEDS)
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.code], ids=lambda fault: fault.name)
async def test_a_fault_of_a_kind_with_feeds_becomes_its_reason(kind: str, fault: Fault, tmp_path: Path) -> None:
    await _fails(_FEEDS[kind], fault, tmp_path / "cache.db")


async def test_refused() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(SourceError) as caught:
        await _poll(f"http://127.0.0.1:{port}/", _NET)
    assert caught.value.reason.code == "refused"


async def test_a_name_without_an_address() -> None:
    with pytest.raises(SourceError) as caught:
        await _poll("http://nowhere.test/", NetSettings(resolver=servers.resolver()))
    assert caught.value.reason.code == "unresolved"


@pytest.mark.parametrize(
    "answer",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "::1", "fd00::1", "::ffff:127.0.0.1", "0.0.0.0"],
)
async def test_a_dns_answer_with_a_private_address_is_refused(answer: str) -> None:
    with pytest.raises(SourceError) as caught:
        await _poll("http://harmless.test/", NetSettings(resolver=servers.resolver(harmless_test=[answer])))
    assert caught.value.reason.code == "private-address"
    assert caught.value.reason.values["host"] == "harmless.test"


@pytest.mark.parametrize("url", ["http://localhost:1/", "http://2130706433:1/", "http://0x7f.1:1/", "http://[::1]:1/"])
async def test_other_spellings_of_this_machine_are_refused(url: str) -> None:
    with pytest.raises(SourceError) as caught:
        await _poll(url, NetSettings())
    assert caught.value.reason.code == "private-address"


async def test_a_name_that_changes_its_mind_is_refused_the_second_time() -> None:
    """DNS rebinding: the first answer is public, the second is not."""
    async with LoopbackServer({"*": Answer(FEED, headers=_XML)}, host="127.0.0.2") as server:
        net = NetSettings(
            resolver=servers.resolver(turncoat_test=[["127.0.0.2"], ["127.0.0.1"]]),
            refused=servers.only_this_is_private("127.0.0.1"),
        )
        url = server.url("/feed", "turncoat.test")
        batches = await _poll(url, net)
        assert sum(len(batch.items) for batch in batches) == 2
        with pytest.raises(SourceError) as caught:
            await _poll(url, net)
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
        batches = await _poll(public.url("/feed", "both.test"), net)
    assert sum(len(batch.items) for batch in batches) == 2


async def test_allow_private_reaches_this_machine() -> None:
    async with LoopbackServer({"*": Answer(FEED, headers=_XML)}) as server:
        batches = await _poll(server.url("/feed"), NetSettings(), allow_private=True)
    assert sum(len(batch.items) for batch in batches) == 2


async def test_bombs_do_not_fill_the_memory() -> None:
    async with LoopbackServer({"*": servers.gzip_bomb()}) as server:
        tracemalloc.start()
        try:
            with contextlib.suppress(SourceError):
                await _poll(server.url("/bomb"), _NET)
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert most < 60 * 1024 * 1024


async def test_fifteen_mebibytes_are_still_read() -> None:
    item = b"<item><guid>long</guid><title>Long</title><description>%s</description></item>" % (b"mot " * 3_900_000)
    body = b'<rss version="2.0"><channel>' + item + b"</channel></rss>"
    assert 14 * 1024 * 1024 < len(body) < 15 * 1024 * 1024
    async with LoopbackServer({"*": Answer(gzip.compress(body), headers={"Content-Encoding": "gzip"})}) as server:
        batches = await _poll(server.url("/large"), _NET)
    (draft,) = (item for batch in batches for item in batch.items)
    assert isinstance(draft, Draft)
    assert len(draft.text) <= 100_000
