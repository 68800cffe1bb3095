"""Every recorded answer of Facebook and Instagram through its source over loopback: stored once, as it was said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from socialhub.clock import HOUR
from socialhub.sources.pages import parse_time
from socialhub.text import clean
from tests.recorded.test_whole_program import Room
from tests.servers import Answer, LoopbackServer, clock_at

pytestmark = pytest.mark.recorded

ACCOUNT = "17841406338772941"
Thing = dict[str, Any]

POSTS = ("apidata_posts", "groups_feed", "facebook_models_post")
COMMENTS = ("facebook_apidata_comments", "facebook_models_comment")
CONVERSATIONS = ("apidata_conversations", "models_conversation")
_OWN = ("tagged = false\n", f"{ACCOUNT}/media")
_TAG = ('media = false\ntagged = false\nhashtags = ["x"]\n', "17841562426109234/recent_media")
MEDIA = {
    "users_medias": _OWN,
    "live_medias": _OWN,
    "medias_media": _OWN,
    "models_ig_media": _OWN,
    "basic_apidata_media_media_info": _OWN,
    "basic_apidata_media_medias_info": _OWN,
    "basic_models_media": _OWN,
    "basic_apidata_user_user_medias": _OWN,
    "tagged_medias": ("media = false\n", f"{ACCOUNT}/tags"),
    "recent_medias": _TAG,
    "top_medias": _TAG,
    "discovery_medias": ('media = false\ntagged = false\naccounts = ["rivale"]\n', ACCOUNT),
}
"""By what stands in the names of the files: the keys of the source, and the path that it asks."""
REMARKS = ("medias_comments", "instagram_apidata_comments", "ig_comment")
WITHIN = ("media_children", "medias_children", "medias_insights")
HASHTAG = ("users_hashtag_search",)
NO_MENTION = {
    "hashtags_hashtag_info": "the name of a hashtag",
    "hashtags_hashtags_info": "the names of hashtags",
    "models_ig_hashtag": "the name of a hashtag",
    "recently_searched": "the names of hashtags",
    "product_tags": "what is for sale in a picture",
    "mentioned_comment": "asked for by an id that Meta tells to webhooks only",
    "mentioned_media": "asked for by an id that Meta tells to webhooks only",
}
"""Files that are no answer to what the sources ask, and why."""


@pytest.fixture(scope="module")
def recorded(test_data: Path) -> dict[str, Any]:
    """Every answer by the name of its file."""
    folder = test_data / "recorded" / "facebook"
    return {path.stem.removeprefix("testdata_"): json.loads(path.read_bytes()) for path in folder.glob("*.json")}


def things(recorded: dict[str, Any], *names: str) -> Iterator[tuple[str, list[Thing], Any]]:
    """The answers whose name contains one of these: what they list, and the answer."""
    for stem, answer in sorted(recorded.items()):
        if not any(name in stem for name in names):
            continue
        if "business_discovery" in answer:
            yield stem, answer["business_discovery"]["media"]["data"], answer
        elif isinstance(answer.get("data"), list):
            yield stem, answer["data"], answer
        elif "id" in answer:
            yield stem, [answer], {"data": [answer]}
        else:
            yield stem, [*answer.values()], {"data": [*answer.values()]}


def made(folder: Path, tables: str) -> Room:
    """A room in a folder of its own."""
    folder.mkdir()
    return Room(folder, tables)


async def stored(
    folder: Path,
    kind: str,
    keys: str,
    answers: dict[str, Any],
    newest: int,
    patch: pytest.MonkeyPatch,
    columns: str = "native_id, text, published, author, likes, replies, parent_id",
) -> list[Any]:
    """What a room holds that polled these answers twice, an hour apart."""
    patch.setenv("META", "token")
    served = {f"/v25.0/{path}": Answer(json.dumps(answer).encode()) for path, answer in answers.items()}
    async with LoopbackServer(served) as server:
        table = f'[[sources]]\nname = "m"\nkind = "{kind}"\ntoken = "env:META"\nserver = "{server.url("")}"\n'
        room = made(folder, f"{table}allow_private = true\n{keys}")
        for later in (1, 2):
            told = await room.poll(clock_at(newest + later * HOUR))
            assert later == 1 or told == 0
    assert room.rows()["m"].error == ""
    assert room.is_sound()
    return room.ask(f"SELECT {columns} FROM mentions")


def written(found: list[Thing], *names: str) -> int:
    """When the newest of these was written (ms UTC)."""
    moments = [parse_time(each.get(name)) or 0 for each in found for name in names]
    return max(moments, default=0) or 1_628_000_000_000


async def test_every_recorded_post_of_facebook(
    recorded: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = 0
    keys = 'pages = ["p"]\nmentions = false\n'
    for stem, posts, answer in things(recorded, *POSTS):
        newest = written(posts, "created_time", "updated_time")
        rows = await stored(tmp_path / stem, "facebook", keys, {"p/feed": answer}, newest, monkeypatch)
        found = {native: values for native, *values in rows}
        sayable = {each["id"]: each for each in posts}
        beneath = {said["id"] for each in posts for said in each.get("comments", {}).get("data", ())}
        assert set(found) <= set(sayable) | beneath, stem
        for native, each in sayable.items():
            if native not in found:
                assert not each.get("message"), (stem, native)
                continue
            text, published, _author, likes, _replies, _parent = found[native]
            if "message" in each:
                assert text.split() == clean(each["message"]).split(), (stem, native)
            assert published == parse_time(each["created_time"])
            if "reactions" in each:
                assert likes == each["reactions"]["summary"]["total_count"]
            told += 1
    assert told > 20


async def test_every_recorded_comment_of_facebook(
    recorded: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = 0
    keys = 'pages = ["p"]\nmentions = false\n'
    for stem, comments, answer in things(recorded, *COMMENTS):
        newest = written(comments, "created_time")
        post = {"id": "19292868552_10158407654328553", "message": "x", "created_time": "2020-01-01T00:00:00+0000"}
        page = {"data": [{**post, "comments": {"data": answer["data"]}}]}
        rows = await stored(tmp_path / stem, "facebook", keys, {"p/feed": page}, newest, monkeypatch)
        found = {(text, published): (native, likes, parent) for native, text, published, _, likes, _, parent in rows}
        natives = {native for native, *_values in rows}
        assert len(rows) == len(comments) + 1, stem
        for each in comments:
            native, likes, parent = found[clean(each["message"]), parse_time(each["created_time"])]
            assert native == each.get("id", native)
            assert "_" in native
            assert likes == each.get("like_count")
            assert parent == post["id"] if "reply_comment_id" not in each["permalink_url"] else parent in natives
        told += len(comments)
    assert told > 15


async def test_every_recorded_medium_of_instagram(
    recorded: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = 0
    (search,) = (answer for _stem, _tags, answer in things(recorded, *HASHTAG))
    for name, (keys, path) in MEDIA.items():
        for stem, media, answer in things(recorded, name):
            answers = {path: answer, "ig_hashtag_search": search}
            newest = written(media, "timestamp")
            account = f'account = "{ACCOUNT}"\n{keys}'
            rows = await stored(tmp_path / f"{name}-{stem}", "instagram", account, answers, newest, monkeypatch)
            found = {native: values for native, *values in rows}
            assert {each["id"] for each in media} <= set(found), stem
            for each in media:
                text, published, author, likes, replies, _parent = found[each["id"]]
                assert text.split() == clean(each.get("caption", "")).split()
                if "timestamp" in each:
                    assert published == parse_time(each["timestamp"])
                assert (likes, replies) == (each.get("like_count"), each.get("comments_count"))
                assert author == each.get("username", author if name == "discovery_medias" else "")
            told += len(media)
    assert told > 30


async def test_every_recorded_comment_of_instagram(
    recorded: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = 0
    keys = f'account = "{ACCOUNT}"\ntagged = false\n'
    medium = {"id": "1", "caption": "x", "timestamp": "2019-01-01T00:00:00+0000"}
    for stem, comments, answer in things(recorded, *REMARKS):
        page = {"data": [{**medium, "comments": {"data": answer["data"]}}]}
        newest = written(comments, "timestamp") + HOUR
        rows = await stored(tmp_path / stem, "instagram", keys, {f"{ACCOUNT}/media": page}, newest, monkeypatch)
        found = {native: (text, published, parent) for native, text, published, _, _, _, parent in rows}
        for each in comments:
            assert found[each["id"]] == (clean(each["text"]), parse_time(each["timestamp"]), "1"), stem
            for reply in each.get("replies", {}).get("data", []):
                assert found[reply["id"]][2] == each["id"]
        told += len(comments)
    assert told > 5


async def test_what_stands_within_a_medium_is_told_with_it(
    recorded: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    medium = {"id": "1", "caption": "x", "timestamp": "2021-08-19T09:00:21+0000"}
    found = {}
    for stem, _things, answer in things(recorded, *WITHIN):
        page = {"data": [{**medium, "insights" if "insights" in stem else "children": answer}]}
        keys = f'account = "{ACCOUNT}"\ntagged = false\nreach = true\n'
        newest = written(page["data"], "timestamp")
        rows = await stored(
            tmp_path / stem, "instagram", keys, {f"{ACCOUNT}/media": page}, newest, monkeypatch, "media, reach"
        )
        (found[stem],) = rows
    assert sorted(map(str, found.values())) == ["(1, 5)", "(1, None)", "(2, None)", "(2, None)"]


async def test_recorded_conversations_are_read_with_what_is_written_in_them(
    recorded: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = 'pages = ["p"]\nmentions = false\nmessages = "messenger"\n'
    told = 0
    for stem, talks, answer in things(recorded, *CONVERSATIONS):
        newest = written(talks, "updated_time")
        asked: dict[str, Any] = {"p/feed": {"data": []}}
        folder = tmp_path / stem
        silent = await stored(folder, "facebook", keys, asked | {"p/conversations": answer}, newest, monkeypatch)
        assert silent == []
        # The recordings hold no message: those are ours, in the documented shape.
        for each in answer["data"]:
            said = {"id": f"m_{each['id']}", "message": each["snippet"], "created_time": each["updated_time"]}
            each["messages"] = {"data": [{**said, "from": {"id": "1", "name": "Léa"}}]}
        folder = tmp_path / f"{stem}-said"
        rows = await stored(folder, "facebook", keys, asked | {"p/conversations": answer}, newest, monkeypatch)
        assert {(text, parent) for _native, text, _published, _author, _likes, _replies, parent in rows} == {
            (each["snippet"], each["id"]) for each in talks
        }
        told += len(rows)
    assert told == 4


@pytest.mark.parametrize("kind", ["facebook", "instagram"])
async def test_what_tells_of_no_mention_is_none(
    kind: str, recorded: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edges = ("p/feed", "p/conversations", "p/tagged", f"{ACCOUNT}/media", f"{ACCOUNT}/tags")
    keys = {"facebook": 'pages = ["p"]\nmessages = "messenger"\n', "instagram": f'account = "{ACCOUNT}"\n'}
    for stem, answer in recorded.items():
        # A hashtag in the place of a picture would be one without words: nobody would send it there.
        is_list = "hashtag" in stem and "data" in answer
        if is_list or not any(name in stem for name in NO_MENTION):
            continue
        answers = dict.fromkeys(edges, answer)
        assert await stored(tmp_path / stem, kind, keys[kind], answers, 1_628_000_000_000, monkeypatch) == [], stem
