"""What operators corrected, handed to the judge: at the start, and whenever a correction came or was taken back."""

from __future__ import annotations

from socialhub.pipeline.ingest import Ingest
from socialhub.pipeline.sentiment.personal import Lesson
from socialhub.store import corrections
from socialhub.store.connection import Connection


def lessons(db: Connection) -> list[Lesson]:
    """The corrected mentions as lessons, the newest correction last."""
    return [Lesson(each.title, each.text, each.lang, each.rating, each.tone) for each in corrections.fixed_texts(db)]


class Teaching:
    """Keeps the judge of a way in at what was corrected so far."""

    def __init__(self, db: Connection, ingest: Ingest) -> None:
        self._db, self._ingest = db, ingest
        self._learnt = 0

    def look(self) -> bool:
        """Learn if anything was corrected since; True when the judge judges otherwise now."""
        changes = corrections.changes(self._db)
        if changes == self._learnt:
            return False
        self._ingest.learn(lessons(self._db))
        self._learnt = changes
        return True
