"""A loopback server that knows the limits of the service it plays: a test that broke one fails at its end."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from tests.servers import LoopbackServer


class StrictServer:
    """What the played services share. Whoever plays one answers through `http` and writes down each breach."""

    http: LoopbackServer
    breaches: list[str]

    async def __aenter__(self) -> Self:
        await self.http.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.__aexit__(kind, error, trace)
        if error is None:
            assert not self.breaches

    @property
    def url(self) -> str:
        """The server's address."""
        return self.http.url("")
