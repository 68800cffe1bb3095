"""The last exchange of a source with its server, program or folder, as it is kept: one a source, bounded, redacted.

What makes it (sources.notebook) has taken out every secret; here it is only cut to size, written and read back.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Final

from socialhub.records import dataclass

LONGEST_ASKED: Final = 500
LONGEST_FACT: Final = 200
MOST_FACTS: Final = 16
LONGEST_START: Final = 1_000
"""Characters of each part that are kept."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was asked at `at` (ms UTC) and what came.

    `asked` is method and address, or a program with its arguments; `answer` a status or an exit code, "" when none
    came; `took` how long it took (ms) and `size` how many bytes it had, None where that means nothing. `facts` are
    (code, value): headers in lower case, or codes of exchange_words. `start` is the beginning of the answer's text.
    """

    at: int
    asked: str
    answer: str = ""
    took: int | None = None
    size: int | None = None
    facts: tuple[tuple[str, str], ...] = ()
    start: str = ""

    def to_json(self) -> str:
        """The stored form."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def from_json(stored: str) -> Exchange:
        """Read back what `to_json` wrote. Raises ValueError when it is none."""
        try:
            values: dict[str, Any] = json.loads(stored)
            facts = tuple((str(code), str(value)) for code, value in values.pop("facts"))
            return Exchange(**values, facts=facts)
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(stored[:80]) from error
