"""A finding of `doctor`: how bad, in which area, a sentence, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OK: Final = "ok"
WARN: Final = "warn"
FAIL: Final = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `doctor`. `advice` says what to do; "" when nothing needs doing."""

    area: str
    level: str
    sentence: str
    advice: str = ""
