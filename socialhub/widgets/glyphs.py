"""The marks of the room: what stands beside a colour so that it is readable without one. Each is one cell wide.

Two sets: one for terminals that read UTF-8, one in plain ASCII.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Final

from socialhub.incidents import Severity
from socialhub.polled import Polled
from socialhub.records import dataclass


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One set of marks. `levels` are the bars of a sparkline from the lowest that is not zero to the highest.

    `polled` are the cells of a source's strip in the order of polled.Polled.
    """

    cursor: str
    crisis: str
    warning: str
    notice: str
    resolved: str
    negative: str
    neutral: str
    positive: str
    good: str
    late: str
    bad: str
    idle: str
    times: str
    minus: str
    none: str
    same: str
    hook: str
    folded: str
    unfolded: str
    dot: str
    ellipsis: str
    zero: str
    hole: str
    open: str
    waiting: str
    answered: str
    closed: str
    note: str
    muted: str
    fast: str
    planned: str
    levels: str
    polled: str


UNICODE: Final = Glyphs(
    cursor="▌",
    crisis="‼",
    warning="!",
    notice="·",
    resolved="✓",
    negative="▼",
    neutral="●",
    positive="▲",
    good="●",
    late="◐",
    bad="✗",
    idle="○",
    times="×",
    minus="−",
    none="—",
    same="=",
    hook="╰",
    folded="▸",
    unfolded="▾",
    dot="·",
    ellipsis="…",
    zero="▁",
    hole="·",
    open="◇",
    waiting="◔",
    answered="»",
    closed="✓",
    note="¶",
    muted="∅",
    fast="↑",
    planned="◆",
    levels="▂▃▄▅▆▇█",
    polled="▇▁~!✗=·",
)
ASCII: Final = Glyphs(
    cursor=">",
    crisis="#",
    warning="!",
    notice="-",
    resolved="v",
    negative="-",
    neutral="o",
    positive="+",
    good="o",
    late="~",
    bad="x",
    idle=".",
    times="x",
    minus="-",
    none="-",
    same="=",
    hook="`",
    folded=">",
    unfolded="v",
    dot="-",
    ellipsis="~",
    zero="_",
    hole="?",
    open="o",
    waiting="w",
    answered=">",
    closed="v",
    note="n",
    muted="z",
    fast="^",
    planned="*",
    levels=".:-=+*#",
    polled="#_~!x=?",
)


def severity_mark(severity: Severity, glyphs: Glyphs) -> str:
    """The mark that says the severity without colour."""
    return {Severity.CRISIS: glyphs.crisis, Severity.WARNING: glyphs.warning, Severity.NOTICE: glyphs.notice}[severity]


def polled_mark(cell: Polled, glyphs: Glyphs) -> str:
    """The mark of a cell of the strip: it says without colour what happened."""
    return glyphs.polled[_POLLED.index(cell)]


_POLLED: Final = tuple(Polled)
_UTF8: Final = re.compile(r"utf-?8", re.IGNORECASE)


def reads_utf8(environ: Mapping[str, str]) -> bool:
    """Whether the locale says that the terminal reads UTF-8; without any locale it is taken to (containers)."""
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        if value := environ.get(name):
            return _UTF8.search(value) is not None
    return True


def glyphs_of(environ: Mapping[str, str] | None = None) -> Glyphs:
    """The set for this terminal."""
    return UNICODE if reads_utf8(os.environ if environ is None else environ) else ASCII
