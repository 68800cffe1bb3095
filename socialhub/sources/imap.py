"""The letters of a mailbox by UIDVALIDITY and UID, the oldest first; the folder is opened read-only (SOURCES §22).

When the server numbers its letters anew (another UIDVALIDITY), the last weeks are read again: letters are known by
their Message-ID, so none is told twice. Knows nothing of the cache.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Final

from socialhub.clock import MINUTE, SECOND, to_datetime
from socialhub.model import Batch, Cursor, Draft, Item
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.imap_client import Fetched, Folder, ImapConnection, RefusedError, connect
from socialhub.sources.kinds.imap import ImapSettings
from socialhub.sources.letter import draft_of
from socialhub.sources.settings import SourceSettings

BATCH: Final = 20
HISTORY: Final = timedelta(days=30)
"""How far back the letters are read the first time."""
MOST_UNDATED: Final = 500
"""Letters that are read the first time from a server that cannot tell which are of the last weeks."""
LONGEST_IDLE: Final = 25 * MINUTE
"""Servers may hang up on who has been silent for half an hour (RFC 2177)."""
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class ImapSource:
    """One folder, listened to on one connection."""

    streaming = True

    def __init__(self, settings: ImapSettings, context: SourceContext) -> None:
        self._settings, self._context = settings, context

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Read on from `cursor`, then whenever something new came; goes on until it is closed or raises."""
        settings = self._settings
        password = self._context.secret(settings.password)
        note = self._context.notebook.ask(f"{self._address} LOGIN, EXAMINE")
        connection = await connect(
            self._context.client,
            settings.host,
            settings.port,
            settings.encryption,
            allow_private=settings.allow_private,
        )
        try:
            await connection.log_in(settings.user, password)
            folder = await connection.open(settings.folder)
            note.answer = "OK"
            note.end()
            history = not cursor
            if cursor.get("validity") != folder.validity:
                cursor = {"validity": folder.validity, "uid": 0}
            while True:
                async for batch in self._new(connection, folder, cursor, history):
                    cursor = batch.cursor
                    yield batch
                history = False
                await connection.wait(min(settings.interval, LONGEST_IDLE) / SECOND)
        finally:
            await connection.close()

    async def close(self) -> None:
        """Nothing is held between two runs."""

    async def _new(
        self, connection: ImapConnection, folder: Folder, cursor: Cursor, history: bool
    ) -> AsyncGenerator[Batch]:
        """What came after the cursor; an empty batch when nothing did.

        The server names all there is before the first is fetched: the last batch knows that nothing is behind it.
        """
        last, asked = int(cursor["uid"]), self._context.clock.now()
        # "n:*" names the last letter even where its number is below n.
        wanted = f"UID {last + 1}:*" if last else f"SINCE {self._first_day()}"
        note = self._context.notebook.ask(f"{self._address} UID SEARCH {wanted}")
        uids = [uid for uid in await _found(connection, wanted, dated=not last) if uid > last]
        note.answer, note.facts["letters"] = "OK", str(len(uids))
        note.end()
        if not uids:
            yield Batch(cursor={**cursor, "uid": last or max(0, folder.next_uid - 1)}, reached=asked)
        for start in range(0, len(uids), BATCH):
            chunk = uids[start : start + BATCH]
            letters, skipped = await _fetched(connection, chunk)
            drafts: list[Item] = [self._draft(letter, history) for letter in letters]
            reached = asked if chunk[-1] == uids[-1] else 0
            yield Batch(drafts, {**cursor, "uid": chunk[-1]}, skipped=skipped, reached=reached)

    @property
    def _address(self) -> str:
        settings = self._settings
        scheme = "imaps" if settings.encryption == "tls" else "imap"
        return f"{scheme}://{settings.host}:{settings.port}/{settings.folder}"

    def _draft(self, letter: Fetched, history: bool) -> Draft:
        received = letter.received or self._context.clock.now()
        return draft_of(letter.raw, received, whole=letter.whole, history=history)

    def _first_day(self) -> str:
        day = to_datetime(self._context.clock.now()) - HISTORY
        return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"


async def _found(connection: ImapConnection, wanted: str, *, dated: bool) -> list[int]:
    """The numbers of letters; from a server that cannot search by date the newest MOST_UNDATED of all."""
    try:
        return await connection.search(wanted)
    except RefusedError:
        if not dated:
            raise
        return (await connection.search("ALL"))[-MOST_UNDATED:]


async def _fetched(connection: ImapConnection, uids: list[int]) -> tuple[list[Fetched], int]:
    """The letters, and how many the server cannot give: one broken letter must not hold back those around it.

    Raises RefusedError when it gives none of them: that is trouble of another kind, and none is passed over for it.
    """
    try:
        return await _given(connection, await connection.fetch(uids)), 0
    except RefusedError as error:
        letters: list[Fetched] = []
        refused = 0
        for uid in uids if len(uids) > 1 else ():
            try:
                letters += await connection.fetch([uid])
            except RefusedError:
                refused += 1
        if not letters:
            raise error
        return letters, refused


async def _given(connection: ImapConnection, letters: list[Fetched]) -> list[Fetched]:
    """The letters; those that came without a byte of what they have are asked for alone.

    Some servers give only the first of several whose beginning is asked for.
    """
    if len(letters) < 2:
        return letters
    given: list[Fetched] = []
    for letter in letters:
        again = [] if letter.raw or letter.whole else await connection.fetch([letter.uid])
        given += again or [letter]
    return given


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """The source that `settings` describe."""
    assert isinstance(settings, ImapSettings)
    return ImapSource(settings, context)
