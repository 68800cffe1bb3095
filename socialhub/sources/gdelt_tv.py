"""What is said on television by GDELT's index of captions: clips of fifteen seconds with their words (SOURCES §15).

Nearly all stations are American; captions are raw. The index is behind, for some stations by years: where one ends is
asked for once a day and told, as a source that hears nothing must not look calm. Knows nothing of the cache.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator
from functools import partial
from typing import Any, Final

import msgspec

from socialhub.clock import DAY, to_datetime
from socialhub.errors import SourceError
from socialhub.model import Batch, Cursor, Draft, Kind
from socialhub.sources.base import SourceContext
from socialhub.sources.feed_dates import parse_date
from socialhub.sources.gdelt_api import BETWEEN_SECONDS, GdeltApi, moment_of, written
from socialhub.sources.kinds.gdelt import GdeltSettings
from socialhub.sources.newest_first import Page, walk
from socialhub.sources.odd_fields import decode_item
from socialhub.sources.pages import decode_answer
from socialhub.sources.parts import read_parts

PATH: Final = "/api/v2/tv/tv"
SITE: Final = "archive.org"
MOST_RECORDS: Final = 250
HISTORY_PAGES: Final = 1
MOST_PAGES: Final = 8
BEHIND: Final = 3 * DAY
"""A station whose captions end earlier than so long ago is told: one or two days are usual."""
_ENDS: Final = " stations"
"""The key in the cursor under which stands where the stations end; no query begins with a blank."""


class _Clip(msgspec.Struct):
    preview_url: str
    date: str = ""
    station: str = ""
    show: str = ""
    snippet: str = ""


class _Clips(msgspec.Struct):
    clips: list[msgspec.Raw] = []


class GdeltTvSource:
    """The queries on the stations as configured."""

    streaming = False

    def __init__(self, settings: GdeltSettings, context: SourceContext, between: float = BETWEEN_SECONDS) -> None:
        self._settings, self._context = settings, context
        self._api = GdeltApi(settings, context, between)

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Read every query on, then say which station is not indexed any more. Raises SourceError after the others."""
        parts = {
            query: partial(walk, fetch=partial(self._page, query), history_pages=HISTORY_PAGES, most_pages=MOST_PAGES)
            for query in self._settings.queries
        }
        ends = cursor.get(_ENDS, {})
        async for batch in read_parts(parts, cursor):
            cursor = batch.cursor
            yield batch
        now = self._context.clock.now()
        if not 0 <= now - ends.get("at", 0) < DAY:
            ends = {"at": now, "ends": await self._ends()}
            yield Batch(cursor={**cursor, _ENDS: ends})
        for station, end in ends["ends"].items():
            if end < now - BEHIND:
                date = f"{to_datetime(end):%Y-%m-%d}"
                raise SourceError("index-ends", host=self._settings.host, station=station, date=date)

    async def close(self) -> None:
        """Nothing is held between two runs."""

    async def _page(self, query: str, token: str, history: bool) -> Page:
        """A page of clips; `token` is the moment (as GDELT writes it) up to which they are asked for."""
        stations = " OR ".join(f"station:{station}" for station in self._settings.stations)
        among = f"({stations})" if len(self._settings.stations) > 1 else stations
        params: dict[str, str | int | list[str]] = {
            "query": f"{query} {among}",
            "mode": "clipgallery",
            "maxrecords": MOST_RECORDS,
            "sort": "datedesc",
        }
        if token:
            params |= {"enddatetime": token, "startdatetime": "20090701000000"}
        answer = await self._api.ask(PATH, params)
        rows = decode_answer(answer.body, _Clips, answer.host).clips
        drafts: list[Draft] = []
        for row in rows:
            try:
                drafts.append(_draft(decode_item(row, _Clip), bytes(row), history))
            except (msgspec.DecodeError, ValueError):
                continue
        oldest = min((draft.published for draft in drafts if draft.published is not None), default=None)
        following = written(oldest) if oldest is not None and len(rows) >= MOST_RECORDS else ""
        return Page([draft.native_id for draft in drafts], [*drafts], following, len(rows) - len(drafts))

    async def _ends(self) -> dict[str, int]:
        """When the captions of each station end (ms UTC), as far as GDELT says so."""
        answer = await self._api.ask(PATH, {"mode": "stationdetails"})
        found = decode_answer(answer.body, dict[str, Any], answer.host)
        rows = [row for value in found.values() if isinstance(value, list) for row in value if isinstance(row, dict)]
        ends: dict[str, int] = {}
        for row in rows:
            # The names of the keys were only seen in a client of this API: capitals and underscores do not count.
            plain = {str(key).replace("_", "").casefold(): value for key, value in row.items()}
            station, end = str(plain.get("stationid", "")), _day(str(plain.get("enddate", "")))
            if station in self._settings.stations and end is not None:
                ends[station] = end
        return ends


def _day(told: str) -> int | None:
    """A moment in any form that GDELT may write one (ms UTC)."""
    return moment_of(told) or parse_date(told) or moment_of(f"{told}000000")


def _draft(clip: _Clip, raw: bytes, history: bool) -> Draft:
    """A clip; raises ValueError where it has no address."""
    if not clip.preview_url.startswith(("http://", "https://")):
        raise ValueError("no address")
    return Draft(
        native_id=hashlib.sha256(clip.preview_url.encode("utf-8", "replace")).hexdigest()[:32],
        text=clip.snippet,
        title=" ".join(clip.show.split()),
        published=moment_of(clip.date),
        # The moment stands behind "#", which addresses lose here; the Archive takes it as a part of the path, too.
        url=clip.preview_url.replace("#start/", "/start/", 1),
        author=clip.station,
        handle=clip.station,
        kind=Kind.ARTICLE,
        canonical_id=f"tv:{clip.preview_url}",
        site=SITE,
        media=1,
        backfill=history,
        raw=raw,
    )
