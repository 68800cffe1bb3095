"""Real recorded answers of Reddit and Discourse over loopback: everything in them is read, or stored, once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from socialhub.clock import HOUR
from socialhub.model import Draft
from socialhub.sources.kinds.reddit import RedditSettings
from socialhub.sources.reddit import RedditApi
from socialhub.sources.reddit_thing import things_in
from socialhub.text import clean, from_html
from tests.recorded.test_whole_program import Room
from tests.servers import NOON, Answer, Behaviour, LoopbackServer, clock_at, make_client, make_context
from tests.sources.gathering import deletions, drafts, natives, poll

pytestmark = pytest.mark.recorded

Row = dict[str, Any]
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


async def test_every_recorded_thing_of_reddit_is_stored_once(
    test_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    things: dict[str, tuple[str, Row]] = {}
    for line in (test_data / "recorded" / "reddit.jsonl").read_text(encoding="utf-8").splitlines():
        answer = json.loads(line)
        if answer["status"] == 200:
            for kind, data in things_in(json.loads(answer["body"])):
                things.setdefault(data["name"], (kind, {**data, "replies": ""}))
    children = [{"kind": kind, "data": data} for kind, data in things.values()]
    page = Answer(json.dumps({"kind": "Listing", "data": {"children": children, "after": None}}).encode())
    served: dict[str, Behaviour] = {"/api/v1/access_token": Answer(b'{"access_token": "jeton"}'), "*": page}
    monkeypatch.setenv("REDDIT_SECRET", "x")
    async with LoopbackServer(served) as server:
        table = (
            f'[[sources]]\nname = "reddit"\nkind = "reddit"\nserver = "{server.url("")}"\napi = "{server.url("")}"\n'
        )
        keys = 'threads = ["abc"]\nclient_id = "app"\nclient_secret = "env:REDDIT_SECRET"\nuser = "desk"\n'
        room = Room(tmp_path, f"{table}{keys}allow_private = true\n")
        new = await room.poll(clock_at(NOON))
        for later in (1, 2):
            assert await room.poll(clock_at(NOON + later * HOUR)) == 0
    rows = room.ask("SELECT native_id, text, author, published, likes, parent_id FROM mentions WHERE tombstone = ''")
    assert {row[0] for row in rows} == {name for name, thing in things.items() if not _is_gone(*thing)}
    assert new == len(rows) > 500
    for name, text, author, published, likes, parent in rows:
        kind, data = things[name]
        assert "".join(text.split())[:40] == "".join(clean(data["selftext" if kind == "t3" else "body"]).split())[:40]
        assert author == ("" if data["author"] == "[deleted]" else data["author"])
        assert published == int(data["created_utc"] * 1000)
        assert likes == (None if data.get("score_hidden") else max(0, data["score"]))
        assert parent == (data["parent_id"] if kind == "t1" else data.get("crosspost_parent", ""))
    assert room.is_sound()


def _is_gone(kind: str, data: Row) -> bool:
    words = data["selftext" if kind == "t3" else "body"]
    return words.strip() in _GONE or bool(data.get("removed_by_category"))


# ---- Discourse ---------------------------------------------------------------------------------------------------

LISTS = {"latest_posts": "posts", "user_actions": "users", "topic_list": "lists", "post_stream": "topics"}
SINGLE = ("post.json", "create_topic_with_tags.json")
NO_POST = ("post_action_users.json", "topic_invite_user.json")
_KEYS = {
    "posts": "posts = true",
    "users": 'users = ["lea"]',
    "lists": 'lists = ["latest"]',
    "topics": 'topics = ["57"]',
}


def _recorded(test_data: Path) -> dict[str, Any]:
    files = sorted((test_data / "recorded" / "discourse").glob("*.json"))
    return {file.name: json.loads(file.read_text(encoding="utf-8")) for file in files}


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


async def _stored(folder: Path, keys: str, served: dict[str, Any]) -> dict[str, Row]:
    """What a room holds that listened to a forum with these answers, by native ids, after it asked twice."""
    answers: dict[str, Behaviour] = {path: Answer(json.dumps(body).encode()) for path, body in served.items()}
    async with LoopbackServer(answers) as server:
        table = f'[[sources]]\nname = "forum"\nkind = "discourse"\nserver = "{server.url("")}"\n{keys}\n'
        room = Room(_made(folder), table + "allow_private = true\n")
        new = await room.poll(clock_at(NOON))
        assert await room.poll(clock_at(NOON + HOUR)) == 0
    names = "native_id, text, title, author, handle, published, url, likes, replies, parent_id, kind"
    rows = room.ask(f"SELECT {names} FROM mentions")
    assert new == len(rows)
    assert room.is_sound()
    return {row[0]: dict(zip(names.split(", "), row, strict=True)) for row in rows}


def _moment(written: str) -> int:
    return round(datetime.fromisoformat(written).timestamp() * 1000)


async def test_every_recorded_post_of_discourse_is_stored_once(test_data: Path, tmp_path: Path) -> None:
    told = 0
    for name, document in _recorded(test_data).items():
        shape = next((key for key in LISTS if isinstance(document, dict) and key in document), "")
        if not shape:
            continue
        where = LISTS[shape]
        path = {"posts": "/posts.json", "users": "/user_actions.json", "lists": "/latest.json", "topics": "/t/57.json"}
        stored = await _stored(tmp_path / name, _KEYS[where], {path[where]: document})
        inner = document[shape]
        rows = inner if isinstance(inner, list) else inner["topics" if where == "lists" else "posts"]
        posts: dict[str, Row] = {}
        for row in rows:
            native = f"{row['id']}/1" if where == "lists" else f"{row['topic_id']}/{row['post_number']}"
            posts.setdefault(native, row)
        for native, row in posts.items():
            mention = stored.pop(native)
            assert abs(mention["published"] - _moment(row["created_at"])) <= 1
            assert mention["url"].endswith(f"/t/{row.get('topic_slug') or row['slug']}/{native}")
            if where in ("posts", "topics"):
                _as_posted(mention, row)
            if where == "lists" or (where == "posts" and row["post_number"] == 1):
                assert mention["title"] == row.get("topic_title", row.get("title"))
        assert stored == {}, name
        told += len(posts)
    assert told > 15


def _as_posted(mention: Row, row: Row) -> None:
    assert mention["text"].split() == from_html(row["cooked"]).replace("\u200b", "").split()
    assert (mention["author"], mention["handle"]) == (row["name"] or row["username"], row["username"])
    likes = [action["count"] for action in row["actions_summary"] if action["id"] == 2]
    assert (mention["likes"], mention["replies"]) == (sum(likes), row["reply_count"])
    answered = row["reply_to_post_number"] or 1
    opens = row["post_number"] == 1
    assert mention["parent_id"] == ("" if opens else f"{row['topic_id']}/{answered}")
    assert mention["kind"] == ("post" if opens else "reply")


async def test_single_recorded_posts_are_found_by_a_list(test_data: Path, tmp_path: Path) -> None:
    recorded = _recorded(test_data)
    for name in SINGLE:
        row = recorded[name]
        topics = [{"id": row["topic_id"], "title": "Titre &amp; co", "slug": row["topic_slug"]}]
        one = f"/posts/by_number/{row['topic_id']}/{row['post_number']}.json"
        listed = {"topic_list": {"topics": topics}}
        (mention,) = (await _stored(tmp_path / name, _KEYS["lists"], {"/latest.json": listed, one: row})).values()
        assert mention["title"] == "Titre & co"
        _as_posted(mention, {"reply_to_post_number": None, **row})


async def test_a_search_of_an_old_forum_tells_of_its_topics(test_data: Path, tmp_path: Path) -> None:
    found = _recorded(test_data)["search.json"]
    stored = await _stored(tmp_path / "search", 'search = ["test"]', {"/search.json": found})
    assert {native: row["title"] for native, row in stored.items()} == {
        f"{topic['id']}/1": topic["title"] for topic in found[0]["results"]
    }


async def test_what_tells_of_no_post_is_none(test_data: Path, tmp_path: Path) -> None:
    recorded = _recorded(test_data)
    for name in NO_POST:
        paths = dict.fromkeys(("/posts.json", "/latest.json", "/t/57.json", "/user_actions.json"), recorded[name])
        assert await _stored(tmp_path / name, "\n".join(_KEYS.values()), paths) == {}
