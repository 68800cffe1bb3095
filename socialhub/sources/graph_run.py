"""One run of a source on Meta's API: its parts, with when its token ends and how long to stay away on every batch."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Any, Final

from socialhub.model import Batch, Cursor
from socialhub.sources.graph_api import GraphApi
from socialhub.sources.parts import ONE_PART, Part, read_parts

TOKEN: Final = "token"
"""The key of the cursor under which stands what is known of it; never the token itself."""
_ONE_PART: Final = ONE_PART | {"refused-question", "hashtags-spent"}


async def run_parts(api: GraphApi, parts: Mapping[str, Part], cursor: Cursor) -> AsyncGenerator[Batch]:
    """Read the parts on. Raises SourceError after the others."""
    api.wait = None
    token: dict[str, Any] = {}
    async for batch in read_parts(parts, cursor, _ONE_PART):
        # Only once something was answered: a server in trouble is asked no second question.
        token = token or await api.token_ends(cursor.get(TOKEN, {}))
        batch.cursor = {**batch.cursor, TOKEN: token}
        batch.key_ends, batch.wait = token["ends"], api.wait
        yield batch
