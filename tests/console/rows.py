"""A mention as the cache gives it back, with every field overridable."""

from __future__ import annotations

from typing import Any

from socialhub.model import Kind, Mention, Tone
from tests.seed import NOW

_USUAL: dict[str, Any] = {
    "id": 1,
    "rev": 1,
    "source": "mastodon-fibre",
    "source_kind": "mastodon",
    "native_id": "n1",
    "canonical_id": "c1",
    "kind": Kind.POST,
    "title": "",
    "text": "Plus de fibre depuis ce matin",
    "url": "https://example.org/1",
    "site": "",
    "author": "Léa",
    "handle": "lea_nantes",
    "bio": "",
    "followers": 12,
    "lang": "fr",
    "published": NOW,
    "seen": NOW,
    "edited": None,
    "backfill": False,
    "rating": None,
    "likes": None,
    "shares": None,
    "replies": None,
    "reach": None,
    "place": "",
    "parent_id": "",
    "warning": "",
    "media": 0,
    "tone": Tone.NEGATIVE,
    "confidence": 0.9,
    "story": 1,
    "tombstone": "",
}


def mention(**fields: Any) -> Mention:
    """A mention; `fields` replace the usual ones."""
    return Mention(**(_USUAL | fields))
