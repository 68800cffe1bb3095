"""What a post of X says: whole texts, addresses as they lead, chains of versions, who passed what on."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from socialhub.model import Boost, Draft, Item, Kind
from socialhub.sources.x_post import Includes, beside, moment_of_id, read_posts
from tests.servers import NOON
from tests.sources.fake_x import LEA, id_at, post


def read(*posts: dict[str, Any], around: tuple[dict[str, Any], ...] = ()) -> list[Item]:
    includes = Includes(users=[_raw(LEA), _raw({"id": 8})], tweets=[_raw(each) for each in around])
    return read_posts([_raw(each) for each in posts], beside(includes))[1]


def only(*posts: dict[str, Any], around: tuple[dict[str, Any], ...] = ()) -> Draft:
    (draft,) = (item for item in read(*posts, around=around) if isinstance(item, Draft))
    return draft


def _raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(value).encode())


def test_a_post_is_read_in_full() -> None:
    draft = only(post(NOON, 5, "Plus de fibre &amp; plus de t\u00e9l\u00e9 &lt;3"))
    assert draft.text == "Plus de fibre & plus de t\u00e9l\u00e9 <3"
    assert draft.native_id == id_at(NOON, 5)
    assert draft.canonical_id == f"x:{id_at(NOON, 5)}"
    assert (draft.author, draft.handle, draft.bio, draft.followers) == ("L\u00e9a", "lea_lyon", "Lyon & environs", 41)
    assert draft.url == f"https://x.com/lea_lyon/status/{id_at(NOON, 5)}"
    assert (draft.published, draft.edited, draft.lang, draft.kind) == (NOON, None, "fr", Kind.POST)
    assert (draft.likes, draft.shares, draft.replies, draft.reach) == (3, 2, 1, 410)
    assert draft.account_created is not None
    assert json.loads(draft.raw)["id"] == draft.native_id


def test_the_least_that_x_gives_has_its_time_and_address_all_the_same() -> None:
    draft = only({"id": id_at(NOON, 1), "text": "bonjour"})
    assert (draft.published, draft.url) == (NOON, f"https://x.com/i/status/{id_at(NOON, 1)}")
    assert (draft.author, draft.lang, draft.likes, draft.reach) == ("", "", None, None)


@pytest.mark.parametrize("post_id", ["20", "29999999999", "abc", "", "\u0663" * 18, "9" * 30])
def test_an_id_that_tells_no_time(post_id: str) -> None:
    assert moment_of_id(post_id) is None


def test_a_long_post_is_its_note_and_addresses_are_those_they_lead_to() -> None:
    links = [
        {"url": "https://t.co/a", "expanded_url": "https://ex.org/?a=1&copy=2", "unwound_url": "https://ex.org/final"},
        {"url": "https://t.co/b", "expanded_url": "https://x.com/lea/status/1/photo/1", "media_key": "3_1"},
    ]
    long = {"text": "Un long message " * 40 + "https://t.co/a https://t.co/b", "entities": {"urls": links}}
    draft = only(post(NOON, 1, "Un long message\u2026", note_tweet=long, attachments={"media_keys": ["3_1"]}))
    assert draft.text.endswith("Un long message https://ex.org/?a=1&copy=2")
    assert draft.links == ("https://ex.org/final",)
    assert draft.media == 1


def test_a_quote_is_a_mention_without_the_address_of_what_it_quotes() -> None:
    quoted = post(NOON - 1000, 3)
    link = {"url": "https://t.co/q", "expanded_url": f"https://twitter.com/lea/status/{quoted['id']}"}
    quote = post(
        *(NOON, 4, "Vraiment ? https://t.co/q"),
        entities={"urls": [link]},
        referenced_tweets=[{"type": "quoted", "id": quoted["id"]}],
    )
    draft = only(quote, around=(quoted,))
    assert (draft.text, draft.kind, draft.parent_id, draft.links) == ("Vraiment ?", Kind.QUOTE, quoted["id"], ())


def test_an_answer_that_quotes_is_an_answer_to_the_first_version() -> None:
    first, second = id_at(NOON - 5000, 1), id_at(NOON - 4000, 1)
    parent = post(NOON - 4000, 1, edit_history_tweet_ids=[first, second])
    refers = [{"type": "quoted", "id": "1"}, {"type": "replied_to", "id": second}]
    draft = only(post(NOON, 2, referenced_tweets=refers), around=(parent,))
    assert (draft.kind, draft.parent_id) == (Kind.REPLY, first)


def test_who_passes_a_post_on_says_nothing_and_the_post_is_whole() -> None:
    original = post(NOON - 9000, 1, "Le texte entier, jusqu'au bout")
    passed = [
        post(NOON + number * 1000, number, "RT @lea_lyon: Le texte ent\u2026", author_id=str(7 + number),
             referenced_tweets=[{"type": "retweeted", "id": original["id"]}])
        for number in (0, 1)
    ]  # fmt: skip
    items = read(*passed, around=(original,))
    drafts = [item for item in items if isinstance(item, Draft)]
    assert [(draft.text, draft.native_id, draft.published) for draft in drafts] == [
        ("Le texte entier, jusqu'au bout", original["id"], NOON - 9000)
    ]
    assert [item for item in items if isinstance(item, Boost)] == [
        Boost(f"x:{original['id']}", "lea_lyon", NOON),
        Boost(f"x:{original['id']}", "8", NOON + 1000),
    ]
    assert items.index(drafts[0]) == 0


def test_what_its_author_hides_is_not_told_by_those_who_passed_it_on() -> None:
    items = read(post(NOON, 1, "RT @cache: secr\u2026", referenced_tweets=[{"type": "retweeted", "id": "55"}]))
    assert items == [Boost("x:55", "lea_lyon", NOON)]


def test_a_chain_of_versions_is_one_mention_with_its_newest_words() -> None:
    chain = [id_at(NOON + minute * 60_000, 1) for minute in range(3)]
    versions = [
        post(NOON + minute * 60_000, 1, f"version {minute}", edit_history_tweet_ids=chain[: minute + 1])
        for minute in (2, 0, 1)
    ]
    draft = only(*versions)
    assert (draft.native_id, draft.text) == (chain[0], "version 2")
    assert (draft.published, draft.edited) == (NOON, NOON + 120_000)
    assert draft.url.endswith(chain[2])


@pytest.mark.parametrize(
    ("code", "lang"),
    [("fr", "fr"), ("und", ""), ("qme", ""), ("zxx", ""), ("in", "id"), ("iw", "he"), ("pt-BR", "pt"), (None, "")],
)
def test_codes_of_languages(code: str | None, lang: str) -> None:
    assert only(post(NOON, 1, lang=code)).lang == lang


def test_what_cannot_be_read_is_counted_and_costs_nothing_else() -> None:
    posts = [msgspec.Raw(b"7"), msgspec.Raw(b'{"text": "no id"}'), _raw(post(NOON, 1, entities=None))]
    ids, items, skipped = read_posts(posts, beside(Includes(users=[msgspec.Raw(b"[]")], tweets=[msgspec.Raw(b"{}")])))
    assert (len(ids), len(items), skipped) == (1, 1, 2)


@pytest.mark.parametrize(
    "changes",
    [
        {"withheld": {"copyright": False, "country_codes": ["DE"]}},
        {"attachments": {"poll_ids": ["1"]}, "card_uri": "card://1"},
        {"referenced_tweets": [{"type": "quoted", "id": "1"}, {"type": "replied_to"}]},
        {"edit_controls": {"edits_remaining": 5}, "edit_history_tweet_ids": []},
        {"geo": {}, "context_annotations": [{"domain": None}], "public_metrics": None, "author_id": "99"},
        {"scopes": None, "source": 5, "reply_settings": [], "article": {"title": "x"}, "entities": {"urls": None}},
    ],
)
def test_what_documents_tell_beside_the_words_costs_none(changes: dict[str, Any]) -> None:
    draft = only(post(NOON, 1, "la fibre", **changes))
    assert (draft.native_id, draft.text) == (id_at(NOON, 1), "la fibre")


@pytest.mark.parametrize("tail", ["", "?s=20", "/", "?s=46&t=abc"])
def test_the_address_of_what_is_quoted_is_left_out_however_it_was_copied(tail: str) -> None:
    link = {"url": "https://t.co/q", "expanded_url": f"https://mobile.twitter.com/lea/status/77{tail}"}
    refers = [{"type": "quoted", "id": "77"}]
    draft = only(post(NOON, 4, "Vraiment ? https://t.co/q", entities={"urls": [link]}, referenced_tweets=refers))
    assert (draft.text, draft.links, draft.parent_id) == ("Vraiment ?", (), "77")


@pytest.mark.parametrize(
    ("article", "title", "text"),
    [
        ({"title": "La fibre &amp; nous", "plain_text": "Tout le texte"}, "La fibre & nous", "Tout le texte"),
        ({"title": "La fibre", "preview_text": "Le début"}, "La fibre", "Le début"),
        ({"title": "La fibre"}, "La fibre", ""),
    ],
)
def test_an_article_is_its_title_and_what_x_gives_of_its_words(article: dict[str, str], title: str, text: str) -> None:
    link = {"url": "https://t.co/a", "expanded_url": "https://x.com/i/article/12345"}
    draft = only(post(NOON, 4, "https://t.co/a", entities={"urls": [link]}, article=article))
    assert (draft.title, draft.text, draft.links) == (title, text, ())


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ({"id": "p1", "full_name": "Lyon, Auvergne-Rhône-Alpes", "country": "France"},
         "Lyon, Auvergne-Rhône-Alpes, France"),
        ({"id": "p1", "full_name": "Lyon, France", "country": "France"}, "Lyon, France"),
        ({"id": "p2", "full_name": "Brest"}, ""),
    ],
)  # fmt: skip
def test_where_its_author_says_it_was_written(told: dict[str, str], place: str) -> None:
    includes = Includes(users=[_raw(LEA)], places=[_raw(told), _raw([])])
    _ids, items, _skipped = read_posts([_raw(post(NOON, 1, geo={"place_id": "p1"}))], beside(includes))
    (draft,) = items
    assert isinstance(draft, Draft)
    assert draft.place == place
