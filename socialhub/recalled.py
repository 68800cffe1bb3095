"""What the cache holds of a post that a source gave before: how it came by it, whatever was restarted since."""

from __future__ import annotations

from socialhub.records import dataclass


@dataclass(frozen=True, slots=True)
class Recalled:
    """A stored post by what its source may need to ask for it again; `gone` is why it has no words any more, or ""."""

    kind: str
    parent_id: str = ""
    handle: str = ""
    gone: str = ""
