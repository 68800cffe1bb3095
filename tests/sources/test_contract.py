"""The contract tells what a source does wrong: one source for each clause that breaks it, and good ones that do not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest

from socialhub.errors import SourceError
from socialhub.model import Batch, Cursor, Deletion, Draft
from socialhub.sources.contract import Clause, try_contract
from tests.servers import NOON

SECRET = "s3cr3t-t0ken"


class Told:
    """A poll that tells five posts, two a batch, and goes on after the last one told."""

    streaming = False

    def __init__(self, **wrong: Any) -> None:
        self._wrong = wrong

    async def run(self, cursor: Cursor) -> AsyncIterator[Batch]:
        start = cursor.get("next", 0) if self._wrong.get("resumes", True) else 4 * bool(cursor)
        for number in range(start, 5, 2):
            here = [self.draft(each) for each in range(number, min(number + 2, 5))]
            yield Batch([*here, *self._wrong.get("items", [])], {"next": number + 2, **self._wrong.get("cursor", {})})

    def draft(self, number: int) -> Draft:
        draft = Draft(f"n{number}", f"post {number}", NOON - number)
        for name, value in self._wrong.get("draft", {}).items():
            setattr(draft, name, value)
        return draft

    async def close(self) -> None:
        """Nothing is held."""


class Forgetful(Told):
    """It begins anew each time, in several batches."""

    async def run(self, cursor: Cursor) -> AsyncIterator[Batch]:
        async for batch in super().run({}):
            yield batch


class Broken(Told):
    """It raises what is no SourceError."""

    async def run(self, cursor: Cursor) -> AsyncIterator[Batch]:
        yield Batch([self.draft(1)], {"a": 1})
        raise KeyError("missing")


class Clinging(Told):
    """It does not close a second time."""

    closed = False

    async def close(self) -> None:
        if self.closed:
            raise RuntimeError("closed already")
        self.closed = True


class Streaming(Told):
    """It goes on for ever."""

    streaming = True

    async def run(self, cursor: Cursor) -> AsyncIterator[Batch]:
        yield Batch([self.draft(1)], {"a": 1})
        await asyncio.Event().wait()


async def findings(
    make: Callable[[], Told], secrets: Sequence[str] = (SECRET,), seconds: float = 20.0
) -> dict[Clause, bool | None]:
    return {each.clause: each.kept for each in await try_contract(make, lambda: NOON, secrets, seconds)}


async def test_a_good_poll_keeps_all_of_it() -> None:
    assert await findings(Told) == dict.fromkeys(Clause, True)


async def test_a_stream_is_listened_to_for_a_while() -> None:
    found = await findings(Streaming, seconds=0.1)
    cannot_be_told = {clause for clause, kept in found.items() if kept is None}
    assert cannot_be_told == {Clause.RESUMES, Clause.GOES_ON}
    assert False not in found.values()


@pytest.mark.parametrize(
    ("clause", "make"),
    [
        (Clause.RUNS, Broken),
        (Clause.ITEMS, lambda: Told(items=["a text"])),
        (Clause.ITEMS, lambda: Told(items=[Deletion()])),
        (Clause.ITEMS, lambda: Told(draft={"native_id": ""})),
        (Clause.UNIQUE, lambda: Told(draft={"native_id": "the same"})),
        (Clause.DATES, lambda: Told(draft={"published": NOON // 1000})),
        (Clause.DATES, lambda: Told(draft={"published": NOON + 3 * 86_400_000})),
        (Clause.DATES, lambda: Told(draft={"published": float(NOON)})),
        (Clause.PLAIN, lambda: Told(draft={"text": "<p>bonjour</p>"})),
        (Clause.PLAIN, lambda: Told(draft={"title": "caf&#233; &amp; th\u00e9"})),
        (Clause.CURSOR, lambda: Told(cursor={"seen": {1, 2}})),
        (Clause.CURSOR, lambda: Told(cursor={1: "a number as a key"})),
        (Clause.RESUMES, lambda: Told(resumes=False)),
        (Clause.GOES_ON, Forgetful),
        (Clause.SECRETS, lambda: Told(cursor={"url": f"https://example.org/?token={SECRET}"})),
        (Clause.SECRETS, lambda: Told(draft={"raw": SECRET.encode()})),
        (Clause.LETS_GO, Clinging),
    ],
)
async def test_a_breach_is_found(clause: Clause, make: Callable[[], Told]) -> None:
    assert (await findings(make))[clause] is False


async def test_what_is_expected_to_go_wrong_is_no_breach() -> None:
    class Refused(Told):
        async def run(self, cursor: Cursor) -> AsyncIterator[Batch]:
            raise SourceError("refused", host="example.org")
            yield Batch()

    with pytest.raises(SourceError):
        await findings(Refused)


async def test_a_feed_of_one_page_may_tell_it_again() -> None:
    class Page(Told):
        async def run(self, cursor: Cursor) -> AsyncIterator[Batch]:
            yield Batch([self.draft(number) for number in range(3)], {"etag": "x"})

    assert (await findings(Page))[Clause.GOES_ON] is True


async def test_people_may_write_of_tags() -> None:
    class Talk(Told):
        def draft(self, number: int) -> Draft:
            return Draft(f"n{number}", "use <br> here" if number == 1 else f"post {number}", NOON)

    assert (await findings(Talk))[Clause.PLAIN] is True
