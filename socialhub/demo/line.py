"""One line of the scenario before it is written: the exchange format as typed values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from socialhub.clock import iso
from socialhub.demo.people import Person
from socialhub.demo.places import Town


@dataclass(slots=True)
class Line:
    """A mention, an edit of an earlier one (same source and native id) or, with `deleted`, its end.

    `at` and `account_created` are ms UTC; what follows `deleted` is for the generator alone and is not written.
    """

    at: int
    source: str
    native_id: str
    text: str
    title: str = ""
    url: str = ""
    author: str = ""
    handle: str = ""
    followers: int | None = None
    account_created: int | None = None
    lang: str = ""
    kind: str = ""
    rating: int | None = None
    likes: int | None = None
    shares: int | None = None
    replies: int | None = None
    place: str = ""
    parent_id: str = ""
    canonical_id: str = ""
    deleted: bool = False
    person: Person | None = None
    mention: str = ""
    addressee: Person | None = None
    town: Town | None = None
    beat: str = ""
    copied: bool = False
    after: list[Line] = field(default_factory=list)
    """Its own later edits and its deletion."""

    def to_dict(self) -> dict[str, Any]:
        """The line in the exchange format: required keys always, the others when they say something."""
        written: dict[str, Any] = {
            "source": self.source,
            "native_id": self.native_id,
            "published_at": iso(self.at),
            "text": self.text,
        }
        for name in _OPTIONAL:
            value = getattr(self, name)
            if value not in ("", None, False):
                written[name] = value
        if self.account_created is not None:
            written["account_created_at"] = iso(self.account_created)
        return written


_OPTIONAL = (
    "title",
    "url",
    "author",
    "handle",
    "followers",
    "lang",
    "kind",
    "rating",
    "likes",
    "shares",
    "replies",
    "place",
    "parent_id",
    "canonical_id",
    "deleted",
)
