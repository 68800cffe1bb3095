"""Has a message delivered by a process of its own, and says what came of it.

A process for each message: one that hangs is killed, what the libraries take of memory is given back, and the proxy and
the authorities of the config hold for every service alike. The address travels over the pipe, never as an argument.
"""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

import socialhub
from socialhub.errors import Reason
from socialhub.records import dataclass

DELIVERY_SECONDS: Final = 60.0
"""A mail server may take its time (greylisting, a scan for viruses); longer than this it hangs."""
_KEPT: Final = (
    *("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "NO_PROXY", "no_proxy"),
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"),
    *("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "DISPLAY"),
)
"""Of the environment: what delivering may need, and no other secret."""


class Parcel(msgspec.Struct, frozen=True):
    """A message to be delivered. `url` is the address itself, `secret` what the config calls it; `thread` is the id of
    the message it answers to.
    """

    url: str
    secret: str
    title: str
    body: str
    message_id: str
    thread: str = ""
    repeated: bool = False
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of a try: sent (no `reason`), or why not. `refused`: trying soon again cannot help. `doubt`: nobody
    knows whether it has arrived.
    """

    reason: Reason | None = None
    refused: bool = False
    doubt: bool = False


class Report(msgspec.Struct, frozen=True):
    """What the process says: a Delivery in plain values; `code` is "" when it was sent."""

    code: str = ""
    values: dict[str, str | int | float] = msgspec.field(default_factory=dict)
    refused: bool = False
    doubt: bool = False


async def deliver(parcel: Parcel, *, proxy: str = "", seconds: float = DELIVERY_SECONDS) -> Delivery:
    """Have a message delivered within so many seconds; never raises for what a service or a network does."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "socialhub.alerts.notify"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
        env=_environment(proxy, parcel.ca_file),
    )
    try:
        async with asyncio.timeout(seconds):
            said, _errors = await process.communicate(msgspec.json.encode(parcel))
        return _delivery(msgspec.json.decode(said, type=Report))
    except TimeoutError:
        return Delivery(Reason("delivery-timeout", {"seconds": round(seconds)}), doubt=True)
    except (msgspec.DecodeError, OSError):
        return Delivery(Reason("delivery-broken"), doubt=True)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _delivery(report: Report) -> Delivery:
    return Delivery(Reason(report.code, report.values) if report.code else None, report.refused, report.doubt)


def _environment(proxy: str, ca_file: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    if proxy:
        kept |= dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), proxy)
    if ca_file:
        kept["REQUESTS_CA_BUNDLE"] = ca_file
    return {**kept, "PYTHONPATH": str(Path(socialhub.__file__).parent.parent)}
