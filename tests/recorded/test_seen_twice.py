"""Real statuses by two servers of the fediverse, and posts of Bluesky on both sides of the bridge, through the program:
each is one mention in whatever order it comes. The statuses are recorded, the bridge's side of Bluesky is of its shape.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from socialhub.clock import Clock
from socialhub.identities import BRIDGE
from tests.recorded.test_whole_program import _PRIVATE, Room
from tests.sources.fake_bluesky import FakeBluesky, record, view
from tests.sources.fake_mastodon import FakeMastodon
from tests.sources.test_recorded_social import statuses_in

pytestmark = pytest.mark.recorded


def _bluesky_of(status: dict[str, Any]) -> dict[str, Any]:
    """The post of Bluesky that a bridged status shows, as Bluesky has it."""
    uri = status["uri"].removeprefix(BRIDGE)
    did = uri.split("/")[2]
    handle = status["account"]["acct"].removesuffix("@bsky.brid.gy")
    author = {"did": did, "handle": handle, "displayName": handle}
    return view(1, uri=uri, author=author, record=record("the whole post"), likeCount=70)


def _copy_of(status: dict[str, Any], number: int, handle: str) -> dict[str, Any]:
    """What the bridge makes of a status on Bluesky."""
    said = record("what the bridge left of it", bridgyOriginalUrl=status["url"])
    author = {"did": "did:plc:copy", "handle": handle, "displayName": "copy"}
    return view(number, "did:plc:copy", author=author, record=said)


@pytest.mark.parametrize("first", ["mastodon", "bluesky"])
async def test_each_post_is_one_mention_whoever_shows_it_first(test_data: Path, tmp_path: Path, first: str) -> None:
    lines = (test_data / "recorded" / "mastodon.jsonl").read_text(encoding="utf-8").splitlines()
    found = {each["id"]: each for each in statuses_in([json.loads(line) for line in lines])}
    public = [each for each in found.values() if each["visibility"] not in _PRIVATE and not each["reblog"]]
    bridged = [each for each in public if each["uri"].startswith(BRIDGE)]
    assert bridged
    home = next(each for each in public if each not in bridged and "/@" in each["url"])
    addresses = {each["uri"] for each in public}
    elsewhere = [each | {"id": f"9{each['id']}", "favourites_count": 50} for each in public]
    posts = [*map(_bluesky_of, bridged), _copy_of(home, 8, "admin.localhost.ap.brid.gy")]
    posts.append(_copy_of(home, 9, "liar.bsky.example"))
    async with (
        FakeMastodon(sorted(public, key=lambda each: str(each["id"]))) as one,
        FakeMastodon(sorted(elsewhere, key=lambda each: str(each["id"]))) as two,
        FakeBluesky(posts=posts, feed=[{"post": post} for post in posts]) as bluesky,
    ):
        tables = {
            "mastodon": "".join(
                f'[[sources]]\nname = "{name}"\nkind = "mastodon"\nserver = "{server.url}"\npublic = "all"\n'
                "allow_private = true\n"
                for name, server in (("one", one), ("two", two))
            ),
            "bluesky": f'[[sources]]\nname = "bluesky"\nkind = "bluesky"\npublic_service = "{bluesky.url}"\n'
            'accounts = ["did:plc:copy"]\nallow_private = true\n',
        }
        await Room(tmp_path, tables[first]).poll(Clock())
        room = Room(tmp_path, "".join(tables.values()))
        await room.poll(Clock())
        assert {row.error for row in room.rows().values()} == {""}
        assert room.ask("SELECT count(*) FROM mentions") == [(len(addresses) + 1,)]
        assert await room.poll(Clock()) == 0
    told = {canonical: more for canonical, *more in room.ask("SELECT canonical_id, text, handle, likes FROM mentions")}
    for status in bridged:
        handle = status["account"]["acct"].removesuffix("@bsky.brid.gy")
        assert told[status["uri"].removeprefix(BRIDGE)] == ["the whole post", handle, 70]
    assert told[home["uri"]][2] == 50
    assert told[home["uri"]][0] != "what the bridge left of it"
    ways = dict(room.ask("SELECT mention, count(DISTINCT source) FROM sightings GROUP BY mention"))
    assert sorted(ways.values()) == [1, *[2] * (len(addresses) - len(bridged) - 1), *[3] * (len(bridged) + 1)]
    assert room.ask("SELECT sum(mentions) FROM counts WHERE topic = 0") == [(len(addresses) + 1,)]
    assert room.is_sound()
