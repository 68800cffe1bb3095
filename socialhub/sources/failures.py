"""What an HTTP status means for a source: one table from status to reason, shared by HTTP and WebSocket."""

from __future__ import annotations

from collections.abc import Mapping

from socialhub import text
from socialhub.clock import real_now
from socialhub.errors import SourceError
from socialhub.sources.rate_limits import wait_asked

_CODES = {401: "unauthorised", 403: "forbidden", 404: "not-found", 410: "gone", 429: "rate-limited"}


class HttpFailure(SourceError):
    """A server answered with an error status. `body` holds the first bytes of what it said, `headers` its headers."""

    def __init__(
        self,
        code: str,
        host: str,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(
            code,
            retry_after=retry_after,
            permanent=code == "gone",
            host=text.clean(host, single_line=True),
            status=status,
        )
        self.status = status
        self.headers = headers
        self.body = body


def failure_of(
    status: int, headers: Mapping[str, str], body: bytes, host: str, *, now: int | None = None
) -> HttpFailure:
    """The failure that `status` (>= 300) stands for; `headers` may have any case; `now` is ms UTC."""
    lower = {name.lower(): value for name, value in headers.items()}
    code = _CODES.get(status, "server-error" if status >= 500 else "http-status")
    if status == 403 and lower.get("cf-mitigated", "").strip().lower() == "challenge":
        code = "challenge"
    waits = status == 429 or status >= 500
    retry_after = wait_asked(lower, body, real_now() if now is None else now, status) if waits else None
    return HttpFailure(code, host, status, lower, body, retry_after)
