"""What every source owes the room (see base.py), tried on a source as it is configured: `sources check --contract`.

A stream is listened to once. A poll is run up to four times against the real server: from the beginning, broken off
after its first batch, taken up again there, and from where it had come to. Nothing is stored.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, suppress
from enum import StrEnum
from math import isfinite
from typing import Any, Final, cast

from socialhub.clock import DAY
from socialhub.errors import SourceError
from socialhub.metrics import Measurement
from socialhub.model import Batch, Boost, Cursor, Deletion, Draft
from socialhub.records import dataclass
from socialhub.sources.base import Source

EARLIEST: Final = 788_918_400_000
"""1995-01-01 UTC in ms: what is dated before was not written on the web, or counts in seconds."""
CLOCKS_DIFFER: Final = DAY
MOST_BATCHES: Final = 20
"""Enough to judge by: a source with more history is not read to its end."""
CLOSES_WITHIN: Final = 5.0
"""Real seconds in which a source that is broken off must have let go."""
MARKED: Final = 0.25
"""People write of tags and entities, too: a source leaves markup in when so large a share of its drafts has some."""
_TAGS: Final = r"</?(?:p|br|div|span|a|img|b|i|em|strong|ul|li)\b[^<>]*>"
_MARKUP: Final = re.compile(rf"{_TAGS}|&(?:amp|lt|gt|nbsp|#\d+);", re.IGNORECASE)


class Clause(StrEnum):
    """What is promised."""

    RUNS = "runs"  # it answers, or raises a SourceError that says why
    ITEMS = "items"  # only drafts, boosts and deletions, each with an id
    UNIQUE = "unique"  # nothing is told twice in one run
    DATES = "dates"  # milliseconds UTC, neither of the future nor from before the web
    PLAIN = "plain"  # titles and texts are plain text
    CURSOR = "cursor"  # the cursor can be stored as JSON and comes back the same
    RESUMES = "resumes"  # broken off after a batch and taken up again, nothing is lost
    GOES_ON = "goes-on"  # asked again from where it had come to, it does not tell everything anew
    SECRETS = "secrets"  # no secret stands in a cursor or in what is kept as received
    LETS_GO = "lets-go"  # broken off, it lets go; closed twice, nothing happens


@dataclass(frozen=True, slots=True)
class Finding:
    """How a clause stands: kept, broken, or (None) not to be judged by what came; `detail` shows the first breach."""

    clause: Clause
    kept: bool | None
    detail: str = ""


async def try_contract(
    make: Callable[[], Source], now: Callable[[], int], secrets: Sequence[str] = (), listen_seconds: float = 10.0
) -> list[Finding]:
    """Try a source, made anew for each run; a stream is listened to for so many seconds. Raises SourceError.

    `now` gives ms UTC; `secrets` are the values that must not leak.
    """
    first = _Run(make(), listen_seconds)
    await first.take({})
    found = [*_of_items(first, now()), *_of_cursors(first, secrets)]
    found += await _resumed(make, first, listen_seconds)
    return sorted(found, key=lambda each: list(Clause).index(each.clause))


class _Run:
    """One run of a source, and what it gave."""

    def __init__(self, source: Source, listen_seconds: float) -> None:
        self.source, self._seconds = source, listen_seconds
        self.batches: list[Batch] = []
        self.breach = ""
        self.lets_go = True

    async def take(self, cursor: Cursor, most: int = MOST_BATCHES) -> None:
        """Read so many batches at most, then break off and close. Raises SourceError."""
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._seconds if self.source.streaming else None):
                    await self._read(cursor, most)
        except SourceError:
            raise
        except Exception as error:  # noqa: BLE001  a source may break in any way; which one is the finding
            self.breach = f"{type(error).__name__}: {error}"
        finally:
            await self._close()

    async def _read(self, cursor: Cursor, most: int) -> None:
        async with aclosing(cast(Any, self.source.run(cursor))) as batches:
            async for batch in cast(AsyncIterator[Batch], batches):
                self.batches.append(batch)
                if len(self.batches) >= most:
                    return

    async def _close(self) -> None:
        try:
            async with asyncio.timeout(CLOSES_WITHIN):
                await self.source.close()
                await self.source.close()
        except Exception:  # noqa: BLE001  as above
            self.lets_go = False

    @property
    def items(self) -> list[Any]:
        return [item for batch in self.batches for item in batch.items]

    @property
    def drafts(self) -> list[Draft]:
        return [item for item in self.items if isinstance(item, Draft)]

    @property
    def cursor(self) -> Cursor:
        return self.batches[-1].cursor if self.batches else {}


def _of_items(run: _Run, now: int) -> list[Finding]:
    drafts = run.drafts
    foreign = next((repr(item)[:120] for item in run.items if not _is_item(item)), "")
    twice = next((native for native, times in Counter(draft.native_id for draft in drafts).items() if times > 1), "")
    undated = [draft for draft in drafts if not _is_moment(draft.published, now) or not _is_moment(draft.edited, now)]
    marked = [draft for draft in drafts if _MARKUP.search(draft.text) or _MARKUP.search(draft.title)]
    marked = marked if len(marked) >= MARKED * len(drafts) else []
    return [
        Finding(Clause.RUNS, not run.breach, run.breach),
        _finding(Clause.ITEMS, run.items, foreign),
        _finding(Clause.UNIQUE, drafts, twice),
        _finding(Clause.DATES, drafts, *(f"{each.native_id}: {each.published}, {each.edited}" for each in undated)),
        _finding(Clause.PLAIN, drafts, *(f"{each.native_id}: {each.title or each.text}"[:120] for each in marked)),
        Finding(Clause.LETS_GO, run.lets_go),
    ]


def _finding(clause: Clause, judged: Sequence[object], *breaches: str) -> Finding:
    detail = next((each for each in breaches if each), "")
    return Finding(clause, False if detail else True if judged else None, detail)


def _is_item(item: object) -> bool:
    if isinstance(item, Draft):
        return isinstance(item.native_id, str) and bool(item.native_id) and isinstance(item.text, str)
    if isinstance(item, Boost):
        return bool(item.canonical_id)
    if isinstance(item, Measurement):
        return bool(item.metric) and isfinite(item.value) and item.at >= EARLIEST
    return isinstance(item, Deletion) and bool(item.native_id or item.canonical_id or item.account)


def _is_moment(moment: object, now: int) -> bool:
    return moment is None or (type(moment) is int and EARLIEST <= moment <= now + CLOCKS_DIFFER)


def _of_cursors(run: _Run, secrets: Sequence[str]) -> list[Finding]:
    broken = next((detail for batch in run.batches if (detail := _not_json(batch.cursor))), "")
    kept = [json.dumps(batch.cursor, default=str, ensure_ascii=False) for batch in run.batches]
    kept += [draft.raw.decode("utf-8", "replace") for draft in run.drafts]
    leaks = [text for text in kept for secret in secrets if secret and secret in text]
    leak = "…" if leaks else ""
    return [
        _finding(Clause.CURSOR, run.batches, broken),
        _finding(Clause.SECRETS, kept if any(secrets) else [], leak),
    ]


def _not_json(cursor: Cursor) -> str:
    """What of a cursor would not come back as it was."""
    try:
        same = isinstance(cursor, dict) and json.loads(json.dumps(cursor)) == cursor
    except (TypeError, ValueError) as error:
        return str(error)
    return "" if same else repr(cursor)[:120]


async def _resumed(make: Callable[[], Source], first: _Run, listen_seconds: float) -> list[Finding]:
    """Take the source up again after its first batch, and from where it had come to."""
    known = {draft.native_id for draft in first.drafts}
    if first.source.streaming or first.breach or not first.batches or len(first.batches) >= MOST_BATCHES:
        # What a stream says twice is not the same; a longer history is not read to its end.
        return [Finding(Clause.RESUMES, None), Finding(Clause.GOES_ON, None)]
    broken_off, rest = _Run(make(), listen_seconds), _Run(make(), listen_seconds)
    await broken_off.take({}, 1)
    await rest.take(broken_off.cursor)
    lost = known - {draft.native_id for run in (broken_off, rest) for draft in run.drafts}
    again = _Run(make(), listen_seconds)
    await again.take(first.cursor)
    old = [draft.native_id for draft in again.drafts if draft.native_id in known]
    anew = f"{len(old)} / {len(known)}" if known and len(old) == len(known) and not _may_repeat(first) else ""
    return [
        _finding(Clause.RESUMES, first.drafts, *sorted(lost), rest.breach),
        _finding(Clause.GOES_ON, first.drafts, anew, again.breach),
    ]


def _may_repeat(run: _Run) -> bool:
    """Whether a source may tell all of it again: a page (of each part), as feeds do, known to the room by its ids."""
    parts = sum(isinstance(state, dict) for state in run.cursor.values())
    return len(run.batches) <= max(1, parts)
