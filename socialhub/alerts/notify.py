"""The process that delivers one message, by apprise: a parcel on its standard input, a report on its output.

Mail alone is written by us, with addresses and servers as apprise reads them: apprise gives each mail a message id of
its own, and a repetition that is not known as one is a second alarm. The only file that imports apprise.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import sys
from typing import Final

import msgspec

from socialhub.alerts.mail import Envelope, send_mail
from socialhub.alerts.messenger import DELIVERY_SECONDS, Parcel, Report

GENERIC: Final = ("JSON", "XML", "Form")
"""Services of apprise whose host is a host: of others it may be a token, and is not told."""
_STATUS: Final = re.compile(r"error=(\d{3})\b")
_NEVER_LEFT: Final = {
    "NameResolutionError": "unresolved",
    "Name or service not known": "unresolved",
    "ConnectTimeout": "unreachable",
    "Connection refused": "refused",
    "NewConnectionError": "unreachable",
    "SSLError": "tls",
    "ProxyError": "proxy",
}
"""What requests says when nothing was sent, and our word for it."""
_READ_SECONDS: Final = 20.0
_CONNECT_SECONDS: Final = 10.0


class _Heard(logging.Handler):
    """Keeps what apprise says in its log: it tells no other way why a service did not take a message."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.lines.append(record.getMessage())


def main() -> None:
    """Deliver what stands on standard input; whoever is spoken to is verified against the system's authorities."""
    import truststore

    truststore.inject_into_ssl()
    # The parent may be killed meanwhile: then nobody else ends a try that hangs.
    signal.alarm(round(DELIVERY_SECONDS) * 2)
    parcel = msgspec.json.decode(sys.stdin.buffer.read(), type=Parcel)
    # What libraries print would stand in the middle of the report.
    sink = os.dup(1)
    os.dup2(2, 1)
    report = send(parcel)
    os.write(sink, msgspec.json.encode(report))


def send(parcel: Parcel) -> Report:
    """Send a message where its address says."""
    from apprise import Apprise, AppriseAsset, NotifyFormat, OverflowMode
    from apprise.plugins.base import NotifyBase
    from apprise.plugins.email import NotifyEmail

    heard = _Heard()
    log = logging.getLogger("apprise")
    log.addHandler(heard)
    log.setLevel(logging.DEBUG)
    log.propagate = False
    service = Apprise.instantiate(parcel.url, asset=AppriseAsset(app_id="socialhub", async_mode=False))
    if not isinstance(service, NotifyBase):
        return Report("bad-address", {"name": parcel.secret}, refused=True)
    if isinstance(service, NotifyEmail):
        return send_mail(_envelope(service), parcel)
    service.socket_connect_timeout = _CONNECT_SECONDS
    service.socket_read_timeout = _READ_SECONDS
    if "overflow=" not in parcel.url:
        # A text message holds 160 characters: better its beginning than none.
        service.overflow_mode = OverflowMode.TRUNCATE
    headers = getattr(service, "headers", None)
    name = str(service.service_name)
    if name in GENERIC and isinstance(headers, dict):
        headers["Message-ID"] = f"<{parcel.message_id}@socialhub>"
    host = str(service.host) if name in GENERIC else name
    if service.notify(body=parcel.body, title=parcel.title, body_format=NotifyFormat.TEXT):
        return Report()
    return failure_of(heard.lines, host)


def _envelope(service: object) -> Envelope:
    """What apprise read from a mail address."""
    from apprise.plugins.email import NotifyEmail

    assert isinstance(service, NotifyEmail)
    return Envelope(
        host=str(service.smtp_host),
        port=int(service.port or 0),
        security=str(service.secure_mode) if service.secure else "insecure",
        user=str(service.user or ""),
        password=str(service.password or ""),
        verified=bool(service.verify_certificate),
        sender=(str(service.from_addr[0] or ""), str(service.from_addr[1])),
        recipients=tuple((str(name or ""), str(address)) for name, address in service.targets),
        copies=tuple(sorted(service.cc)),
        blind_copies=tuple(sorted(service.bcc)),
    )


def failure_of(lines: list[str], host: str) -> Report:
    """Why a service did not take a message, from what apprise said about it."""
    text = "\n".join(lines)
    if status := _STATUS.search(text):
        return status_report(int(status[1]), host)
    for sign, code in _NEVER_LEFT.items():
        if sign in text:
            return Report(code, {"host": host})
    if "timed out" in text:
        return Report("timeout", {"host": host, "seconds": round(_READ_SECONDS)}, doubt=True)
    if "Connection" in text:
        return Report("reset", {"host": host}, doubt=True)
    return Report("not-delivered", {"host": host})


def status_report(status: int, host: str) -> Report:
    """What an HTTP status that is no success means for the next try."""
    if status >= 500:
        return Report("server-error", {"host": host, "status": status})
    codes = {401: "unauthorised", 403: "forbidden", 404: "not-found", 429: "rate-limited"}
    return Report(codes.get(status, "http-status"), {"host": host, "status": status}, refused=status not in (408, 429))


if __name__ == "__main__":
    main()
