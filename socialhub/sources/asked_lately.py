"""Which posts a source gave or was asked for lately, where each answer costs: those are not asked for again yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

_REMEMBERED: Final = 5_000


class AskedLately:
    """The newest of them, with when (ms UTC). Not kept over a restart: then each may be asked for once more."""

    def __init__(self) -> None:
        self._asked: dict[str, int] = {}

    def due(self, native_ids: Sequence[str], now: int, pause: int) -> list[str]:
        """Those not given or asked for within a pause (ms); a clock that was set back puts none off for longer."""
        return [native for native in native_ids if abs(now - self._asked.get(native, 0)) >= pause]

    def note(self, native_ids: Iterable[str], now: int) -> None:
        """These were given or asked for now."""
        for native in native_ids:
            self._asked.pop(native, None)
            self._asked[native] = now
        while len(self._asked) > _REMEMBERED:
            del self._asked[next(iter(self._asked))]
