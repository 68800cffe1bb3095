"""What is read from a status, in the documented shapes and in those other servers make of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from socialhub.model import Boost, Draft, Item, Kind
from socialhub.sources.mastodon_api import page_links
from socialhub.sources.mastodon_status import items_of
from tests.sources.fake_mastodon import status

SERVER = "piaille.example"


def read(**changes: Any) -> list[Item]:
    return items_of(json.dumps(status(1, **changes)).encode(), SERVER)[1]


def read_one(**changes: Any) -> Draft:
    (draft,) = read(**changes)
    assert isinstance(draft, Draft)
    return draft


def test_a_plain_status() -> None:
    draft = read_one()
    assert (draft.text.strip(), draft.published, draft.lang) == ("message 1", 1795255201000, "fr")
    assert (draft.author, draft.handle, draft.bio.strip()) == ("Léa", "lea@piaille.example", "Lyon")
    assert (draft.likes, draft.shares, draft.replies, draft.followers) == (3, 2, 1, 41)
    assert draft.canonical_id == "https://piaille.example/users/lea/statuses/1"
    assert draft.url == "https://piaille.example/@lea/1"
    assert json.loads(draft.raw)["id"] == draft.native_id


def test_links_are_whole_and_only_the_authors() -> None:
    content = (
        '<p><a href="https://piaille.example/@tom" class="u-url mention">@tom</a> voir '
        '<a href="https://example.org/une/longue/adresse"><span class="invisible">https://</span>'
        '<span class="ellipsis">example.org/une</span><span class="invisible">/longue/adresse</span></a> '
        '<a href="https://piaille.example/tags/fibre" class="mention hashtag" rel="tag">#<span>fibre</span></a></p>'
    )
    draft = read_one(content=content)
    assert draft.text.strip() == "@tom voir example.org/une #fibre"
    assert draft.links == ("https://example.org/une/longue/adresse",)


def test_a_warning_is_kept_and_an_edit_dated() -> None:
    draft = read_one(spoiler_text="panne", edited_at="2026-11-21T11:00:00.000Z", language="fr-CA", url=None)
    assert (draft.warning, draft.edited, draft.lang) == ("panne", 1795258800000, "fr")
    assert draft.url == draft.canonical_id


@pytest.mark.parametrize("visibility", ["private", "direct"])
def test_what_is_not_public_is_not_read(visibility: str) -> None:
    assert read(visibility=visibility) == []
    assert read(reblog=status(2, visibility=visibility)) == []


def test_a_boost_is_the_original_and_who_passed_it_on() -> None:
    original = status(2, account={"acct": "tom@autre.example", "display_name": ""})
    draft, boost = read(content="", reblog=original)
    assert isinstance(draft, Draft)
    assert (draft.native_id, draft.handle, draft.author) == (original["id"], "tom@autre.example", "tom@autre.example")
    assert boost == Boost(original["uri"], "lea@piaille.example", 1795255201000)


def test_a_quote_with_own_words_is_a_mention() -> None:
    inline = '<p class="quote-inline">RE: <a href="https://x.example/2">https://x.example/2</a></p>'
    quote = {"state": "accepted", "quoted_status": status(2)}
    draft = read_one(content=f"<p>bien vu</p>{inline}", quote=quote)
    assert (draft.kind, draft.parent_id, draft.text.strip()) == (Kind.QUOTE, status(2)["id"], "bien vu")
    assert draft.links == ()
    passed_on, boost = read(content=inline, quote=quote)
    assert isinstance(passed_on, Draft)
    assert isinstance(boost, Boost)
    assert passed_on.native_id == status(2)["id"]


def test_shallow_and_foreign_quotes() -> None:
    assert read_one(quote={"state": "accepted", "quoted_status_id": "77"}).parent_id == "77"
    assert read_one(quote=status(9)).parent_id == status(9)["id"]
    assert read_one(quote={"state": "revoked", "quoted_status": None}).kind == Kind.POST


def test_a_reply_names_what_it_answers() -> None:
    draft = read_one(in_reply_to_id="12", media_attachments=[{"type": "image"}, {"type": "unknown"}])
    assert (draft.kind, draft.parent_id, draft.media) == (Kind.REPLY, "12", 2)


@pytest.mark.parametrize("missing", sorted(status(1).keys() - {"id"}))
def test_any_key_may_be_missing_or_null(missing: str) -> None:
    whole = status(1)
    without = {name: value for name, value in whole.items() if name != missing}
    for shape in (without, {**whole, missing: None}):
        assert items_of(json.dumps(shape).encode(), SERVER)[0] == whole["id"]


def test_lone_surrogates_and_foreign_bytes_are_read() -> None:
    raw = json.dumps(status(1, content="<p>a\ud800b</p>")).encode()
    (draft,) = items_of(raw, SERVER)[1]
    assert isinstance(draft, Draft)
    assert draft.text.strip() == "a\ufffdb"


def test_links_of_a_page_are_parameters_only() -> None:
    header = '<https://evil.example/x?max_id=1%2B2>; rel="next", <https://evil.example/x?limit=5&min_id=9>; rel="prev"'
    assert page_links(header) == {"next": {"max_id": "1+2"}, "prev": {"limit": "5", "min_id": "9"}}
    assert page_links("") == {}


@pytest.mark.parametrize(
    ("dialect", "changes"),
    [
        ("GoToSocial", {"id": "01M800820S388S0FZWBXSFXMDC", "language": None, "text": "x", "interaction_policy": {}}),
        ("Pleroma", {"id": "AxyZ09", "visibility": "local", "pleroma": {"local": True}, "spoiler_text": None}),
        ("Pixelfed", {"id": 512345678901234567, "sensitive": None, "created_at": "2026-11-21T10:00:01.000000Z"}),
        ("Friendica", {"created_at": "2026-11-21T10:00:01Z", "account": {"acct": "lea", "followers_count": "41"}}),
        ("Misskey", {"content": None, "text": "message 1", "favourites_count": None, "url": None}),
        ("kmyblue", {"visibility": "public_unlisted", "language": "fr_FR"}),
        ("one with its own dates", {"created_at": "2026-11-21 10:00:01 UTC", "edited_at": 1795258800}),
    ],
)
def test_dialects_of_the_api(dialect: str, changes: dict[str, Any]) -> None:
    draft = read_one(**changes)
    assert (draft.text.strip(), draft.published, draft.handle) == ("message 1", 1795255201000, "lea@piaille.example")
    assert draft.native_id == str(changes.get("id", status(1)["id"]))
    assert draft.edited == (1795258800000 if "edited_at" in changes else None)


@pytest.mark.parametrize("visibility", ["limited", "circle", "mutuals_only", "list", "login", "specified"])
def test_what_a_dialect_keeps_for_few_is_not_read(visibility: str) -> None:
    assert read(visibility=visibility) == []


def test_what_the_server_remarks_below_a_post_is_not_the_authors() -> None:
    """As GoToSocial does for media that it did not fetch."""
    remark = (
        '<div class="gts-system-message gts-placeholder-attachments"><hr><p><i lang="en">Note from piaille.example: '
        '1 attachment was not downloaded:</i></p><ul><li><a href="https://x.example/1.svg">1.svg</a></li></ul></div>'
    )
    draft = read_one(content=f"<p>une image</p>{remark}")
    assert (draft.text.strip(), draft.links) == ("une image", ())


@pytest.mark.parametrize(
    "told",
    [
        {"quote_id": "55"},
        {"quote_id": 55, "quote": None},
        {"pleroma": {"quote_id": "55", "quote_url": "https://x.example/55"}},
        {"pleroma": {"quote": status(9, id="55"), "quote_id": "55"}},
        {"quote": status(9, id="55"), "quote_id": "55"},
    ],
)
def test_a_quote_is_known_wherever_a_server_names_it(told: dict[str, Any]) -> None:
    inline = '<span class="quote-inline"><br/><br/>RE: <a href="https://x.example/55">https://x.example/55</a></span>'
    draft = read_one(content=f"<p>bien vu{inline}</p>", **told)
    assert (draft.kind, draft.parent_id, draft.text.strip(), draft.links) == (Kind.QUOTE, "55", "bien vu", ())
