"""When the accounts of the scenario were made, as far as their network tells."""

from __future__ import annotations

from typing import Final
from zlib import crc32

from socialhub.clock import DAY

_ONE_IN: Final = 37
"""So many accounts to one that is only some weeks old."""


def made(stem: str, start: int) -> int:
    """When the account of that name was made (ms UTC), for a story that begins at `start`: always the same."""
    number = crc32(stem.encode())
    days = 4 + number % 80 if number % _ONE_IN == 0 else 120 + number % 3_300
    return start - days * DAY - number % DAY
