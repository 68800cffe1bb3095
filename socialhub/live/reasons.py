"""Why a mention belongs to a topic or answers to a query, and why not: part by part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING

from socialhub.errors import UserError
from socialhub.model import Topic
from socialhub.records import dataclass
from socialhub.store.connection import Connection
from socialhub.store.documents import document_of, toned
from socialhub.store.searches import resolved

if TYPE_CHECKING:
    from socialhub.query import ReasonLine


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on one query: its name ("" for the reader's own), whether it holds, its parts line by line.

    `trouble` says why there is none.
    """

    name: str
    holds: bool
    lines: tuple[ReasonLine, ...]
    trouble: str = ""


def judge(
    db: Connection,
    mention: int,
    topics: Sequence[Topic],
    query: str,
    *,
    operator: str,
    now: int,
    zone: tzinfo,
    subject: int = 0,
) -> list[Judged] | None:
    """The verdicts on `query` ("" for none) and on the topics, those that hold first; None when the mention is gone.

    `subject` is the topic (row number, 0 for none) whose tone the list shows that `query` narrows.
    """
    from socialhub.query import explain, parse, reason_lines
    from socialhub.query import subject as subject_of

    document = document_of(db, mention, operator, now)
    if document is None:
        return None
    asked = [("", query)] * bool(query) + [(topic.name, topic.query) for topic in topics]
    found: list[Judged] = []
    for name, text in asked:
        try:
            node = resolved(db, parse(text))
            about = subject or subject_of(node)
            reason = explain(node, toned(db, document, mention, about) if about else document, now, zone)
        except UserError as error:
            found.append(Judged(name, False, (), error.message))
            continue
        found.append(Judged(name, reason.holds, tuple(reason_lines(reason))))
    return sorted(found, key=lambda judged: (judged.name != "", not judged.holds))
