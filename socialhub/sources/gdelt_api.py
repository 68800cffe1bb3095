"""Asking GDELT (SOURCES §15): one question in five seconds for all that ask it, errors that come with status 200.

Nothing here knows what an answer says.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, TypeAlias

from socialhub import text
from socialhub.clock import DAY, MINUTE, from_datetime, to_datetime
from socialhub.errors import SourceError
from socialhub.sources.base import SourceContext
from socialhub.sources.http import Response
from socialhub.sources.kinds.gdelt import GdeltSettings
from socialhub.sources.turns import turns_of

BETWEEN_SECONDS: Final = 5.5
"""Between two questions: GDELT allows one in five seconds for each address."""
KEPT: Final = 80 * DAY
"""GDELT answers for three months."""
REFUSED_WAIT: Final = 1 * MINUTE
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")

Parameters: TypeAlias = Mapping[str, str | int | list[str]]


class GdeltApi:
    """GDELT's server as all sources of a process see it."""

    def __init__(self, settings: GdeltSettings, context: SourceContext, between: float) -> None:
        self._settings, self._context, self._between = settings, context, between
        self._turns = turns_of(context, settings.server)

    async def ask(self, path: str, params: Parameters) -> Response:
        """An answer in JSON, without the characters that JSON forbids; raises SourceError, also for what is told so."""
        async with self._turns.mine(self._between):
            address = self._settings.server.rstrip("/") + path
            answer = await self._context.client.get(
                address, params={**params, "format": "json"}, allow_private=self._settings.allow_private
            )
        if answer.body.lstrip()[:1] not in (b"{", b""):
            said = text.clip(text.clean(text.from_html(answer.body.decode("utf-8", "replace")), single_line=True), 120)
            if "limit requests" in said.casefold():
                raise SourceError("rate-limited", host=answer.host, retry_after=REFUSED_WAIT)
            raise SourceError("unexpected-shape", host=answer.host, detail=said)
        # Nothing found is an empty answer, or an empty object.
        return dataclasses.replace(answer, body=_CONTROLS.sub(b" ", answer.body) if answer.body.strip() else b"{}")


def moment_of(written: str) -> int | None:
    """Milliseconds UTC of "20261121T101500Z" (or without T and Z)."""
    digits = "".join(character for character in written if character.isdigit())
    try:
        return from_datetime(datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC))
    except ValueError:
        return None


def written(moment: int) -> str:
    """A moment (ms UTC) as GDELT writes it in questions."""
    return f"{to_datetime(moment):%Y%m%d%H%M%S}"
