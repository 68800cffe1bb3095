"""The tone of the press by GDELT: how the articles of a query sound on average, in quarters of an hour, as a metric.

From -100 to 100, in practice between -10 and 10, by GDELT's own reckoning. A quarter of an hour without an article is
told as 0 (believed): it is left out, a gap and no tone.
"""

from __future__ import annotations

import math
from typing import Final

import msgspec

from socialhub.clock import DAY, HOUR
from socialhub.metrics import Measurement
from socialhub.model import Item
from socialhub.sources.gdelt_api import KEPT, GdeltApi, moment_of, written
from socialhub.sources.newest_first import Page
from socialhub.sources.pages import decode_answer
from socialhub.sources.parts import State, Steps

PATH: Final = "/api/v2/doc/doc"
_AGAIN: Final = 3 * HOUR
"""Articles come late: so far back the quarters that are known are asked for again."""


class _Point(msgspec.Struct):
    date: str = ""
    value: float | None = None


class _Series(msgspec.Struct):
    data: list[_Point] | None = None


class _Timeline(msgspec.Struct):
    timeline: list[_Series] | None = None


async def tone_of(api: GdeltApi, query: str, now: int, state: State) -> Steps:
    """The tone of a query since it was asked last, the last day at first. State: `at`, when that was (ms UTC)."""
    since = max(state.get("at", now - DAY) - _AGAIN, now - KEPT)
    params = {"query": query, "mode": "timelinetone", "startdatetime": written(since), "enddatetime": written(now)}
    answer = await api.ask(PATH, params)
    rows: list[Item] = []
    for series in decode_answer(answer.body, _Timeline, answer.host).timeline or ():
        for point in series.data or ():
            at = moment_of(point.date)
            if at is not None and point.value and math.isfinite(point.value):
                rows.append(Measurement(f"tone: {query}", at, point.value))
    yield Page([], rows, ""), {"at": now}
