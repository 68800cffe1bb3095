"""Which mentions are our own: posts of the brand's accounts wait for nobody's answer.

Ours is who stands on a watchlist of kind "employee", and whom an operator gave that role; an operator who gave a person
of such a list another role is believed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from socialhub.authors import AUTHOR_SQL
from socialhub.roles import Role
from socialhub.store.connection import Connection

_LISTED: Final = (
    "SELECT a.mention FROM json_each(:asked) j CROSS JOIN mention_people a ON a.mention = j.value"
    " JOIN people p ON p.id = a.person AND p.active"
    " LEFT JOIN author_roles r ON r.author = 'person/' || p.slug"
    " WHERE coalesce(r.role, (SELECT :ours FROM watchlist_people l JOIN watchlists w ON w.id = l.list"
    " WHERE l.person = p.id AND w.active AND w.kind = :ours)) = :ours"
)
_SAID: Final = (
    "SELECT m.id FROM json_each(:asked) j CROSS JOIN mentions m ON m.id = j.value JOIN sources s ON s.id = m.source"  # noqa: S608
    f" JOIN author_roles r ON r.author = {AUTHOR_SQL} WHERE r.role = :ours"
)


def ours_among(db: Connection, mentions: Iterable[int]) -> set[int]:
    """Those of these mentions (ids) that were written by one of our own accounts."""
    values = {"asked": json.dumps(list(mentions)), "ours": Role.EMPLOYEE.value}
    return {mention for query in (_LISTED, _SAID) for (mention,) in db.execute(query, values)}
