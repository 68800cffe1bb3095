"""Items as no documentation shows them: fields missing, null, of other types, and more than there should be.

Whatever is odd about a post, it is read, with its words: only its id and its words themselves must be as they should.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any, Final

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from socialhub.model import Draft, Item
from socialhub.pipeline.normalise import normalise
from socialhub.sources import facebook_post, instagram_media, threads_post, youtube_item
from socialhub.sources.atproto_view import draft_of_view
from socialhub.sources.feed_parser import read_feed
from socialhub.sources.jetstream import read_frame
from socialhub.sources.loose import row_of
from socialhub.sources.mastodon_status import items_of
from socialhub.sources.odd_fields import decode_item
from socialhub.sources.reddit_thing import item_of
from socialhub.sources.x_post import Includes, beside, read_posts
from tests.servers import FEED, NOON
from tests.sources.fake_bluesky import commit, record, view
from tests.sources.fake_graph import date, medium, remark
from tests.sources.fake_mastodon import status
from tests.sources.fake_threads import post as thread
from tests.sources.fake_x import LEA, id_at
from tests.sources.fake_x import post as x_post
from tests.sources.fake_youtube import comment
from tests.sources.test_reddit import post as reddit_post

Path = tuple[str | int, ...]
WORDS: Final = "la fibre"


def raw_of(value: Any) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(value).encode())


def x_items(post: Any) -> list[Item]:
    return read_posts([raw_of(post)], beside(Includes(users=[raw_of(LEA)], tweets=[raw_of(x_post(NOON, 2))])))[1]


def reddit_items(data: Any) -> list[Item]:
    item = item_of("t3", row_of(raw_of(data)))
    return [] if item is None else [item]


def frame_items(frame: Any) -> list[Item]:
    item = read_frame(json.dumps(frame).encode())[1]
    return [] if item is None else [item]


@dataclass(frozen=True)
class Mapping:
    """A full item, what reads it, where its words stand, and what besides must be as it is."""

    full: dict[str, Any]
    read: Callable[[Any], list[Item]]
    words: Path
    needed: tuple[Path, ...]


def facebook_items(post: Any) -> list[Item]:
    return [each.draft for each in facebook_post.read_posts([raw_of(post)])[0]]


_FACET: Final = {"features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://example.org/"}], "index": {}}
_EMBED: Final = {"$type": "app.bsky.embed.external", "external": {"uri": "https://example.org/", "title": "Titre"}}
_RECORD: Final = record(WORDS, facets=[_FACET], embed=_EMBED, tags=["fibre"], reply={"parent": {"uri": "at://x/y/z"}})
_MEDIA: Final = {"media_type": "photo", "type": "photo", "title": "Une photo", "subattachments": {"data": [{}, {}]}}
MAPPINGS: Final[dict[str, Mapping]] = {
    "mastodon": Mapping(
        status(1, content=f"<p>{WORDS}</p>", media_attachments=[{"type": "image"}], quote={"quoted_status": status(2)}),
        lambda found: items_of(json.dumps(found).encode(), "piaille.example")[1],
        ("content",),
        # What is meant for few is not read, and what passes another on is that other.
        (("id",), ("visibility",), ("reblog",)),
    ),
    "x": Mapping(
        x_post(
            NOON, 1, WORDS,
            edit_history_tweet_ids=[id_at(NOON, 0), id_at(NOON, 1)],
            note_tweet={"text": f"{WORDS} et plus", "entities": {"urls": [{"url": "https://t.co/a"}]}},
            entities={"urls": [{"url": "https://t.co/b", "expanded_url": "https://example.org/"}]},
            referenced_tweets=[{"type": "quoted", "id": id_at(NOON, 2)}],
            attachments={"media_keys": ["3_1"], "poll_ids": ["9"]},
        ),
        x_items,
        ("note_tweet", "text"),
        (("id",),),
    ),
    "reddit": Mapping(
        reddit_post(
            1, selftext=WORDS, crosspost_parent="t3_p0", gallery_data={"items": [{"media_id": "a"}]},
            selftext_html="<p>x</p>", gilded=1, all_awardings=[], removed_by_category=None, url="https://example.org/",
        )["data"],
        reddit_items,
        ("selftext",),
        # What was removed is gone.
        (("name",), ("id",), ("removed_by_category",)),
    ),
    "bluesky": Mapping(
        view(1, record=_RECORD, labels=[{"val": "spam"}]),
        lambda found: [draft_of_view(raw_of(found))],
        ("record", "text"),
        (("uri",), ("record",)),
    ),
    "jetstream": Mapping(
        json.loads(commit(NOON * 1000, "3k1", _RECORD)),
        frame_items,
        ("commit", "record", "text"),
        (
            ("commit", "record"), ("commit", "rkey"), ("commit", "operation"), ("commit", "collection"),
            ("did",), ("kind",),
        ),
    ),
    "facebook": Mapping(
        {
            "id": "1_2", "message": WORDS, "created_time": date(NOON), "from": {"id": "1", "name": "Mandarine"},
            "shares": {"count": 2}, "reactions": {"summary": {"total_count": 7}}, "attachments": {"data": [_MEDIA]},
            "comments": {"data": [{"id": "2_3", "message": "oui"}], "summary": {"total_count": 1}},
        },
        facebook_items,
        ("message",),
        (("id",),),
    ),
    "instagram": Mapping(
        {**medium(1, NOON, caption=WORDS), "username": "lea", "comments": {"data": [remark(1, NOON)]}},
        lambda found: [each.draft for each in instagram_media.read_media([raw_of(found)])[0]],
        ("caption",),
        (("id",),),
    ),
    "threads": Mapping(
        thread(1, NOON, text=WORDS, quoted_post={"id": "2"}, topic_tag="fibre", children={"data": [{"id": "3"}]}),
        lambda found: [draft for draft, _answered in threads_post.read_posts([raw_of(found)])[0]],
        ("text",),
        (("id",), ("media_type",)),
    ),
    "youtube": Mapping(
        comment("Ugx1", NOON, WORDS),
        lambda found: list(youtube_item.read_comments([raw_of(found)])[0]),
        ("snippet", "textDisplay"),
        (("id",), ("snippet",)),
    ),
}  # fmt: skip


def paths_in(value: Any, above: Path = ()) -> Iterator[Path]:
    """Every place of a value within the whole."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in below:
        yield (*above, step)
        yield from paths_in(each, (*above, step))


JUNK: Final = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9) | st.sampled_from(["", " ", "null", "-1", "12K", "2026-11-21", "\0", "\ud800", "[removed]x"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "text"]), inner, max_size=2),
    max_leaves=4,
)  # fmt: skip
GONE: Final = object()


@st.composite
def oddities(draw: st.DrawFn, mapping: Mapping) -> dict[str, Any]:
    """The full item with up to four places changed, and a field of no documentation."""
    item = copy.deepcopy(mapping.full)
    kept = {path[:end] for path in (*mapping.needed, mapping.words) for end in range(len(path) + 1)}
    for path in draw(st.lists(st.sampled_from([each for each in paths_in(item) if each not in kept]), max_size=4)):
        value = draw(JUNK | st.just(GONE))
        try:
            holder = item
            for step in path[:-1]:
                holder = holder[step]  # type: ignore[index]
            if value is GONE:
                del holder[path[-1]]  # type: ignore[arg-type]
            else:
                holder[path[-1]] = value  # type: ignore[index]
        except (LookupError, TypeError):
            # A change before took the place away.
            continue
    item["of_no_documentation"] = draw(JUNK)
    return item


@pytest.mark.parametrize("name", sorted(MAPPINGS))
def test_an_odd_item_is_read_with_its_words(name: str) -> None:
    mapping = MAPPINGS[name]

    @given(oddities(mapping))
    def try_it(item: dict[str, Any]) -> None:
        drafts = [each for each in mapping.read(item) if isinstance(each, Draft)]
        assert len(drafts) == 1
        draft = normalise(drafts[0], NOON)
        assert draft.native_id
        assert WORDS in draft.text
        for each in fields(Draft):
            value = getattr(draft, each.name)
            wanted = type(getattr(Draft("1", ""), each.name))
            assert isinstance(value, int | float | None if wanted is type(None) else wanted), each.name

    try_it()


def test_a_field_of_another_type_costs_that_field_alone() -> None:
    odd = status(1, language=5, account={"acct": 12, "followers_count": "12K", "note": []}, favourites_count=3.0)
    (draft,) = (each for each in items_of(json.dumps(odd).encode(), "piaille.example")[1] if isinstance(each, Draft))
    assert (draft.handle, draft.followers, draft.likes, draft.lang) == ("12@piaille.example", None, 3, "5")
    assert draft.text.strip() == "message 1"


@pytest.mark.parametrize("nothing", [[], 7, None, {}, {"id": []}, {"id": None}])
def test_what_is_no_item_is_none(nothing: Any) -> None:
    with pytest.raises(msgspec.DecodeError):
        items_of(json.dumps(nothing).encode(), "piaille.example")


def test_more_oddities_than_an_item_can_have_end() -> None:
    class Many(msgspec.Struct):
        id: str
        values: list[int]

    with pytest.raises(msgspec.ValidationError):
        decode_item(json.dumps({"id": "1", "values": ["x"] * 500}).encode(), Many)


@given(st.integers(0, len(FEED)), st.integers(0, 60), st.binary(max_size=8) | st.sampled_from([b"<![CDATA[", b"&#0;"]))
@example(0, len(FEED), b"<rss>")
def test_a_feed_with_a_hole_is_read_without_an_error(at: int, missing: int, instead: bytes) -> None:
    feed = read_feed(FEED[:at] + instead + FEED[at + missing :], "", "https://example.org/feed", NOON)
    assert len({entry.native_id for entry in feed.entries}) == len(feed.entries) <= 3
