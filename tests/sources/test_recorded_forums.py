"""Real recorded answers of Reddit and Discourse, served on loopback and read by the real sources."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from socialhub.model import Draft
from socialhub.sources.kinds.reddit import RedditSettings
from socialhub.sources.reddit import RedditApi
from socialhub.sources.reddit_thing import things_in
from tests.servers import Answer, LoopbackServer, make_client, make_context
from tests.sources.gathering import deletions, drafts, natives, poll

pytestmark = pytest.mark.recorded

_GONE = ("[deleted]", "[removed]")


async def test_every_recorded_thing_of_reddit_is_read_once(test_data: Path) -> None:
    with (test_data / "recorded" / "reddit.jsonl").open(encoding="utf-8") as lines:
        answers = [json.loads(line) for line in lines]
    read = 0
    for answer in answers:
        if answer["status"] != 200:
            continue
        things = {data["name"]: (kind, data) for kind, data in things_in(json.loads(answer["body"]))}
        token = Answer(b'{"access_token": "jeton"}')
        page = Answer(answer["body"].encode())
        async with LoopbackServer({"/api/v1/access_token": token, "*": page}) as server:
            settings = RedditSettings(
                name="reddit",
                threads=("abc",),
                client_id="app",
                client_secret="env:SECRET",
                user="socialhub",
                server=server.url(""),
                api=server.url(""),
                allow_private=True,
            )
            client = make_client()
            batches = await poll(RedditApi(settings, make_context(client)))
            await client.close()
        assert not sum(batch.skipped for batch in batches)
        gone = {each.native_id for each in deletions(batches)}
        assert len(natives(batches)) == len(set(natives(batches)))
        assert set(natives(batches)) | gone == set(things)
        for draft in drafts(batches):
            _as_recorded(draft, *things[draft.native_id])
        read += len(things)
    assert read > 500


def _as_recorded(draft: Draft, kind: str, data: Mapping[str, Any]) -> None:
    assert draft.text == data["selftext" if kind == "t3" else "body"]
    assert draft.text.strip() not in _GONE
    assert draft.author == ("" if data["author"] == "[deleted]" else data["author"])
    assert draft.published == int(data["created_utc"] * 1000)
    assert draft.likes == (None if data.get("score_hidden") else max(0, data["score"]))
    # Very old edits are only told to be some.
    edited = data.get("edited")
    assert draft.edited == (int(edited * 1000) if edited and edited is not True else None)
    assert draft.parent_id == (data["parent_id"] if kind == "t1" else data.get("crosspost_parent", ""))
    assert draft.url.startswith("https://www.reddit.com/")
    if kind == "t3":
        assert (draft.title, draft.replies) == (data["title"], data["num_comments"])
        assert data["is_self"] or data["url"] in draft.links
