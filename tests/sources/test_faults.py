"""What servers do wrong, and what becomes of it: the right reason or the right entries, in bounded time and memory.

One table: the faults of fault_table.py and stream_faults.py by the kinds of sources, one test a cell. What means
nothing for a kind stands there with its reason, and a kind without a row fails.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from socialhub.clock import MINUTE, SECOND
from socialhub.collector.backoff import after_failure
from socialhub.errors import SENTENCES, SourceError
from socialhub.i18n import in_language
from socialhub.model import Cursor, Draft
from socialhub.sources import create
from socialhub.sources.kinds import BUILT_IN
from socialhub.sources.kinds.rss import RssSettings
from socialhub.sources.net import NetSettings
from socialhub.sources.settings import SourceSettings
from tests import servers
from tests.certificates import self_signed
from tests.ledgers import ledger_on
from tests.servers import FEED, NOON, Answer, LoopbackServer, clock_at, make_client, make_context
from tests.sources.fault_table import FAULTS, JSON_FAULTS, Fault
from tests.sources.gathering import Listener, natives, poll_failing, poll_feed
from tests.sources.polled_rows import APIS, ASKS_ELSEWHERE, FEEDS, LOG_IN, TRIES, as_told
from tests.sources.stream_faults import MEANS_NOTHING, NAMES, ON_WIRE
from tests.sources.stream_rows import STREAM_ROWS, StreamRow

# The server's own address counts as the internet here, so that the guard is at work in every case; no name is known.
_NET: Final = NetSettings(refused=lambda address: not str(address).startswith("127."), resolver=servers.resolver())


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.code], ids=lambda fault: fault.name)
async def test_a_fault_becomes_its_reason(fault: Fault) -> None:
    async with LoopbackServer({"/fault": fault.behaviour}) as server:
        with pytest.raises(SourceError) as caught:
            await poll_feed(server.url("/fault"), _NET, fault.patience)
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
        batches = await poll_feed(server.url("/fault"), _NET, fault.patience)
    drafts = [item for batch in batches for item in batch.items if isinstance(item, Draft)]
    assert len(drafts) == fault.entries
    if fault.entries == 2:
        assert [draft.native_id for draft in drafts] == ["un", "deux"]
        assert [draft.title for draft in drafts] == ["Panne de réseau", "Rétabli"]


async def _fails(settings_at: Callable[[str], SourceSettings], fault: Fault, cache: Path) -> None:
    """A source fails as it must, without a second question on the heels of the first."""
    clock = clock_at(NOON)
    client = make_client(_NET, clock=clock, total_seconds=fault.patience)
    logged_in = Answer(b'{"access_token": "jeton"}')
    async with LoopbackServer({LOG_IN: logged_in, "*": fault.behaviour}) as server:
        settings = settings_at(server.url(""))
        async with ledger_on(cache, settings.caps, clock) as ledger:
            source = create(settings, make_context(client, clock, ledger))
            with pytest.raises(SourceError) as caught:
                async for _batch in source.run({}):
                    pass
            await source.close()
    await client.close()
    _assert_told(caught.value, fault, streaming=False)
    asked = [each for each in server.requests if each.path not in (LOG_IN, "/fault")]
    assert len(asked) <= TRIES.get(settings.kind, 1)
    if fault.code in ("rate-limited", "reset") or (fault.code == "server-error" and settings.kind != ASKS_ELSEWHERE):
        assert len(asked) == 1


_POLLED: Final = [
    *(
        pytest.param(settings_at, told, id=f"{told.name}-{kind}")
        for kind, settings_at in APIS.items()
        for fault in JSON_FAULTS
        if (told := as_told(kind, fault)).code
    ),
    *(
        pytest.param(settings_at, fault, id=f"{fault.name}-{kind}")
        for kind, settings_at in FEEDS.items()
        for fault in FAULTS
        if fault.code
    ),
]


@pytest.mark.parametrize(("settings_at", "fault"), _POLLED)
async def test_a_fault_of_a_kind_that_asks_becomes_its_reason(
    settings_at: Callable[[str], SourceSettings], fault: Fault, tmp_path: Path
) -> None:
    await _fails(settings_at, fault, tmp_path / "cache.db")


# ---- kinds that listen -------------------------------------------------------------------------------------------


@asynccontextmanager
async def _listening(
    row: StreamRow, url: str, cache: Path, cursor: Cursor, patience: float = 20.0
) -> AsyncIterator[Listener]:
    """The row's source listening at `url`, as the collector has it listen."""
    clock = clock_at(NOON)
    client = make_client(_NET, clock=clock, total_seconds=patience)
    settings = row.settings(url)
    async with ledger_on(cache, settings.caps, clock) as ledger:
        listener = Listener(row.create(settings, make_context(client, clock, ledger)), cursor)
        yield listener
        await listener.stop()
    await client.close()


_STREAMED: Final = [
    pytest.param(row, replace(fault, code=row.own_codes.get(fault.name, fault.code)), id=f"{fault.name}-{name}")
    for name, row in STREAM_ROWS.items()
    for fault in ON_WIRE[row.wire]
]


@pytest.mark.parametrize(("row", "fault"), _STREAMED)
async def test_a_fault_of_a_kind_that_listens_becomes_its_reason_and_loses_nothing(
    row: StreamRow, fault: Fault, tmp_path: Path
) -> None:
    cache = tmp_path / "cache.db"
    async with row.play(fault.behaviour) as server:
        async with _listening(row, server.url, cache, row.cursor, fault.patience) as listener:
            error = await listener.failure()
        asked = server.asked()
    cursor = listener.cursor or row.cursor
    if not fault.code:
        assert error is None
    else:
        assert isinstance(error, SourceError)
        _assert_told(error, fault, streaming=True)
        if fault.code in ("rate-limited", "server-error", "reset", "stream-closed", "stream-silent"):
            assert len(asked) == 1
    async with (
        row.play(None) as healthy,
        _listening(row, healthy.url, cache, cursor) as again,
    ):
        await again.until(lambda batches: row.wanted <= {*natives(listener.batches), *natives(batches)})


def _assert_told(error: SourceError, fault: Fault, *, streaming: bool) -> None:
    """The right reason, a sentence in both languages, pauses that grow and are as long as the server wants them."""
    assert error.reason.code == fault.code
    assert error.permanent == (fault.code == "gone")
    assert abs((error.retry_after or 0) - (fault.retry_after or 0)) < MINUTE
    words = []
    for spoken in ("fr", "en"):
        with in_language(spoken):
            words.append(error.reason.sentence())
    assert words[0] != words[1]
    assert not any("{" in each or "\n" in each for each in words)
    if error.permanent:
        return
    pauses = [after_failure(error, failures, 5 * MINUTE, streaming, 0.5) for failures in range(1, 12)]
    assert pauses == sorted(pauses)
    assert pauses[0] < pauses[-1] or error.retry_after
    assert pauses[0] >= max(error.retry_after or 0, 250)
    if fault.code in SOON:
        assert pauses[0] <= MINUTE
        assert pauses[-1] <= 15 * MINUTE
    elif fault.code == "rate-limited":
        assert pauses[0] >= 30 * SECOND
    else:
        assert pauses[0] >= 5 * MINUTE or error.pauses is not None


SOON: Final = {"reset", "timeout", "stream-closed", "stream-silent", "server-error", "refused", "unresolved", "tls"} | {
    "too-large", "bad-encoding", "unexpected-shape", "not-json",
}  # fmt: skip
"""What may be over in a moment; everything else asks for somebody, or for patience."""

# ---- connections that do not come about ----------------------------------------------------------------------------

_WAYS: Final[dict[str, Callable[[str], SourceSettings]]] = {
    "rss": lambda url: RssSettings(name="essai", url=url),
    **APIS,
    **FEEDS,
    **{name: row.settings for name, row in STREAM_ROWS.items()},
}
"""Every row of the table: how it is pointed at a place."""


@asynccontextmanager
async def _nobody(folder: Path) -> AsyncIterator[str]:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{unused.getsockname()[1]}"


@asynccontextmanager
async def _nowhere(folder: Path) -> AsyncIterator[str]:
    yield "http://nowhere.test"


@asynccontextmanager
async def _untrusted(folder: Path) -> AsyncIterator[str]:
    certificate, key = self_signed(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    async with LoopbackServer(
        {"*": Answer(FEED, headers={"Content-Type": "application/rss+xml"})}, tls=context
    ) as server:
        yield server.url("")
        assert server.requests == []


@asynccontextmanager
async def _within(folder: Path) -> AsyncIterator[str]:
    yield "http://10.0.0.1"


_PLACES: Final = {"refused": _nobody, "unresolved": _nowhere, "tls": _untrusted, "private-address": _within}


@pytest.mark.parametrize("code", _PLACES)
@pytest.mark.parametrize("name", _WAYS)
async def test_a_connection_that_does_not_come_about_is_told(name: str, code: str, tmp_path: Path) -> None:
    clock = clock_at(NOON)
    client = make_client(_NET, clock=clock)
    async with _PLACES[code](tmp_path) as url:
        settings = _WAYS[name](url)
        async with ledger_on(tmp_path / "cache.db", settings.caps, clock) as ledger:
            source = create(settings, make_context(client, clock, ledger))
            batches, error = await poll_failing(source)
            await source.close()
    await client.close()
    assert natives(batches) == []
    _assert_told(error, Fault(code, servers.silence, code), streaming=source.streaming)


# ---- the table is whole ----------------------------------------------------------------------------------------------

EXEMPT: Final = {
    "exec": "runs a program of this machine: its faults are in test_exec.py",
    "file": "reads a folder of this machine",
    "replay": "reads a file of this machine",
    "webhook": "asks nobody, it is asked: its faults are in test_webhook_in_trouble.py",
}
"""Kinds that ask no server, and why they have no row."""


def test_every_kind_has_a_row_or_says_why_not() -> None:
    rows = {settings_at("http://127.0.0.1:1").kind for settings_at in _WAYS.values()}
    assert rows & set(EXEMPT) == set()
    assert rows | set(EXEMPT) == set(BUILT_IN)


@pytest.mark.parametrize("wire", ON_WIRE)
def test_every_fault_stands_for_every_wire_or_says_why_it_means_nothing(wire: str) -> None:
    shown = [fault.name for fault in ON_WIRE[wire]]
    assert len(shown) == len(set(shown))
    assert set(shown) & set(MEANS_NOTHING[wire]) == set()
    assert set(NAMES) <= {*shown, *MEANS_NOTHING[wire]}
