"""Every recorded list of YouTube through the source over loopback: stored once, with words, time, author and counts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from socialhub.clock import HOUR
from socialhub.sources.kinds.youtube import YouTubeSettings
from socialhub.sources.pages import parse_time
from tests.recorded.test_whole_program import Room
from tests.servers import NOON, Answer, LoopbackServer, clock_at
from tests.sources.benches import bench_in
from tests.sources.gathering import natives, poll_or_fail

pytestmark = pytest.mark.recorded

CHANNEL = "UCmandarine-0123456789ab"
Thing = dict[str, Any]

THREADS = ("commentThreadListResponse", "commentThread")
COMMENTS = ("commentListResponse", "comment")
VIDEOS = ("videoListResponse", "video")
FINDINGS = ("searchListResponse", "playlistItemListResponse", "searchResult", "playlistItem")
"""What tells of mentions: lists and single items, by their kind."""


@pytest.fixture(scope="module")
def folder(test_data: Path) -> Path:
    return test_data / "recorded" / "youtube"


def lists(folder: Path, *kinds: str) -> Iterator[tuple[str, list[Thing]]]:
    """Name and items of each recorded list of these kinds, a single item as a list of one."""
    for name, body in bodies(folder).items():
        if kind_of(body) in kinds:
            yield name, body.get("items", [body])


def bodies(folder: Path) -> dict[str, Any]:
    """The recorded answers by the names of their files."""
    return {path.name: json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))}


def kind_of(body: Any) -> str:
    """What an answer says that it is; "" for a part of one."""
    return str(body.get("kind", "")).removeprefix("youtube#")


def made(folder: Path, tables: str) -> Room:
    """A room in a folder of its own."""
    folder.mkdir()
    return Room(folder, tables)


async def stored(folder: Path, answers: dict[str, Any], keys: str, newest: int, patch: pytest.MonkeyPatch) -> Room:
    """A room that polled these answers twice, an hour apart."""
    patch.setenv("YT_KEY", "key")
    served = {f"/youtube/v3/{method}": Answer(json.dumps(body).encode()) for method, body in answers.items()}
    async with LoopbackServer(served) as server:
        table = f'[[sources]]\nname = "yt"\nkind = "youtube"\nkey = "env:YT_KEY"\nserver = "{server.url("")}"\n'
        room = made(folder, f"{table}allow_private = true\n{keys}")
        for later in (1, 2):
            told = await room.poll(clock_at(newest + later * HOUR))
            assert later == 1 or told == 0
    assert room.rows()["yt"].error == ""
    assert room.is_sound()
    return room


def written(things: list[Thing]) -> int:
    return max(parse_time(each["snippet"].get("publishedAt")) or 0 for each in things) or 1_584_000_000_000


async def test_what_tells_of_no_mention_is_none(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {*THREADS, *COMMENTS, *VIDEOS, *FINDINGS}
    others = [body for body in bodies(folder).values() if kind_of(body) not in told]
    assert len(others) > 30
    async with bench_in(tmp_path) as bench:
        for body in others:
            async with LoopbackServer({"*": Answer(json.dumps(body).encode())}) as server:
                chosen: dict[str, Any] = {
                    "key": "env:YT",
                    "server": server.url(""),
                    "allow_private": True,
                    "searches_a_day": 9_999,
                }
                source = await bench.source(
                    YouTubeSettings(name="yt", search=("x",), videos=("F1UP7wRCPH8",), **chosen), clock_at(NOON)
                )
                batches, error = await poll_or_fail(source)
            assert natives(batches) == []
            assert error is None or error.reason.code == "unexpected-shape"


async def test_every_recorded_comment_is_stored_once(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = 0
    for number, (name, threads) in enumerate(lists(folder, *THREADS)):
        tops = [each["snippet"]["topLevelComment"] for each in threads]
        answers = {"commentThreads": {"items": threads}, "comments": {"items": []}}
        keys = f'videos = ["{threads[0]["snippet"].get("videoId", "F1UP7wRCPH8")}"]\n'
        room = await stored(tmp_path / str(number), answers, keys, written(tops), monkeypatch)
        question = "SELECT native_id, text, published, author, likes, parent_id FROM mentions"
        found = {native: values for native, *values in room.ask(question)}
        replies = [reply for each in threads for reply in each.get("replies", {}).get("comments", ())]
        assert set(found) == {each["id"] for each in [*tops, *replies]}, name
        assert all(found[each["id"]][-1] == each["snippet"]["parentId"] for each in replies)
        for each in tops:
            said = each["snippet"]
            text, published, author, likes, parent = found[each["id"]]
            assert text.split() == said["textOriginal"].split()
            assert published == parse_time(said["publishedAt"])
            assert (author, likes, parent) == (said["authorDisplayName"], said["likeCount"], said.get("videoId", ""))
        told += len(tops)
    assert told > 10


async def test_every_recorded_reply_is_stored_beneath_its_comment(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = 0
    for number, (name, comments) in enumerate(lists(folder, *COMMENTS)):
        replies = [each for each in comments if "parentId" in each["snippet"]]
        if not replies:
            continue
        thread = replies[0]["snippet"]["parentId"]
        top = {"id": thread, "snippet": {**replies[0]["snippet"], "videoId": "F1UP7wRCPH8"}}
        del top["snippet"]["parentId"]
        snippet = {"videoId": "F1UP7wRCPH8", "topLevelComment": top, "totalReplyCount": len(replies)}
        answers = {"commentThreads": {"items": [{"id": thread, "snippet": snippet}]}, "comments": {"items": replies}}
        keys = 'videos = ["F1UP7wRCPH8"]\n'
        room = await stored(tmp_path / str(number), answers, keys, written(comments), monkeypatch)
        found = dict(room.ask("SELECT native_id, parent_id FROM mentions WHERE kind = 'reply'"))
        assert found == {each["id"]: each["snippet"]["parentId"] for each in replies}, name
        told += len(replies)
    assert told > 2


async def test_every_recorded_video_is_stored_once(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = 0
    for number, (name, videos) in enumerate(lists(folder, *VIDEOS)):
        said = [each for each in videos if "snippet" in each]
        if not said:
            continue
        results = [{"id": {"kind": "youtube#video", "videoId": each["id"]}} for each in said]
        answers = {"search": {"items": results}, "videos": {"items": videos}, "channels": {"items": []}}
        room = await stored(tmp_path / str(number), answers, 'search = ["x"]\n', written(said), monkeypatch)
        question = "SELECT native_id, title, text, published, author, likes, reach FROM mentions"
        found = {native: values for native, *values in room.ask(question)}
        assert set(found) == {each["id"] for each in said}, name
        for each in said:
            title, text, published, author, likes, reach = found[each["id"]]
            assert title.split() == each["snippet"]["title"].split()
            assert text.split() == each["snippet"]["description"].split()
            assert published == parse_time(each["snippet"]["publishedAt"])
            assert author == each["snippet"].get("channelTitle", "")
            counts = each.get("statistics", {})
            assert [likes, reach] == [int(counts[key]) if key in counts else None for key in ("likeCount", "viewCount")]
        told += len(said)
    assert told > 5


async def test_every_recorded_search_and_playlist_names_its_videos(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = 0
    for number, (name, items) in enumerate(lists(folder, *FINDINGS)):
        is_search = isinstance(items[0]["id"], dict)
        ids = [(each["id"] if is_search else each["snippet"]["resourceId"]).get("videoId") for each in items]
        wanted = list(dict.fromkeys(each for each in ids if each))
        videos = [{"id": each, "snippet": items[0]["snippet"]} for each in wanted]
        channel = {"id": CHANNEL, "contentDetails": {"relatedPlaylists": {"uploads": CHANNEL.replace("UC", "UU")}}}
        answers: dict[str, Any] = {"videos": {"items": videos}, "channels": {"items": [channel]}}
        answers["search" if is_search else "playlistItems"] = {"items": items}
        keys = 'search = ["x"]\n' if is_search else f'channels = ["{CHANNEL}"]\ncomments = false\n'
        room = await stored(tmp_path / str(number), answers, keys, written(items), monkeypatch)
        assert {native for (native,) in room.ask("SELECT native_id FROM mentions")} == set(wanted), name
        told += len(wanted)
    assert told > 80
