"""Every file of the recordings folder goes through its source in some test, or it is said why it tells of no mention.

A file that nobody thought of fails here, as does a name that no file has.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.recorded import test_meta, test_youtube
from tests.sources import test_recorded_forums

pytestmark = pytest.mark.recorded

WHOLE = {"mastodon.jsonl", "reddit.jsonl", "x.jsonl", "jetstream/golden_v1.jsonl", "jetstream/expected_v1.jsonl"}
"""Files whose every line is read: test_recorded_social, test_recorded_forums, test_x, test_whole_program."""


def test_no_file_of_meta_is_forgotten(test_data: Path) -> None:
    read = (*test_meta.POSTS, *test_meta.COMMENTS, *test_meta.CONVERSATIONS, *test_meta.MEDIA, *test_meta.REMARKS)
    names = (*read, *test_meta.WITHIN, *test_meta.HASHTAG, *test_meta.NO_MENTION)
    files = {path.stem for path in (test_data / "recorded" / "facebook").glob("*")}
    for file in files:
        assert any(name in file for name in names), file
        assert not (any(name in file for name in read) and any(name in file for name in test_meta.NO_MENTION)), file
    for name in names:
        assert any(name in file for file in files), name


def test_no_file_of_youtube_is_forgotten(test_data: Path) -> None:
    told = {*test_youtube.THREADS, *test_youtube.COMMENTS, *test_youtube.VIDEOS, *test_youtube.FINDINGS}
    kinds = {
        test_youtube.kind_of(json.loads(path.read_bytes())) for path in (test_data / "recorded" / "youtube").glob("*")
    }
    # Of channels, captions and categories, and parts of an item: nobody says anything in them.
    assert told <= kinds
    assert {kind for kind in kinds - told if "omment" in kind or kind.startswith(("search", "playlistItem"))} == set()


def test_no_file_of_discourse_is_forgotten(test_data: Path) -> None:
    for path in (test_data / "recorded" / "discourse").glob("*"):
        body = json.loads(path.read_bytes())
        listed = isinstance(body, dict) and any(shape in body for shape in test_recorded_forums.LISTS)
        assert listed or path.name in (*test_recorded_forums.SINGLE, *test_recorded_forums.NO_POST, "search.json")


def test_no_other_file_is_there(test_data: Path) -> None:
    folder = test_data / "recorded"
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    others = {name for name in found if not name.startswith(("facebook/", "youtube/", "discourse/"))}
    assert others == WHOLE
