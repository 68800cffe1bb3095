"""The list of the crisis view: figures stand below each other however long they are."""

from __future__ import annotations

from datetime import UTC

from socialhub.widgets.crisis_body import CrisisBody
from socialhub.widgets.crisis_rows import PostRow
from tests.console.rows import mention
from tests.seed import NOW
from tests.widgets.stage import lines_of, staged


async def test_who_follows_and_how_long_a_post_waits_are_columns() -> None:
    body = CrisisBody(zone=UTC)
    waiting = (("127,000", "3 h"), ("48,300", "20 min"), ("950", "1 h"))
    async with staged(body, 70, 6):
        body.show([PostRow(mention(id=number), *each) for number, each in enumerate(waiting, start=1)], NOW)
        assert [line.rstrip()[-16:] for line in lines_of(body)[:3]] == [
            " 127,000     3 h",
            "  48,300  20 min",
            "     950     1 h",
        ]
