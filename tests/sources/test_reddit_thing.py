"""What a thing of Reddit says in its odder shapes: galleries, what was taken away, answers in an inbox, ghosts."""

from __future__ import annotations

from typing import Any

import pytest

from socialhub.model import Deletion, Draft
from socialhub.sources.reddit_thing import item_of
from tests.servers import Answer, LoopbackServer
from tests.sources.gathering import deletions, drafts
from tests.sources.test_reddit import atom, comment, entry, feeds, post, run


def draft(thing: dict[str, Any]) -> Draft:
    item = item_of(thing["kind"], thing["data"])
    assert isinstance(item, Draft)
    return item


def test_a_gallery_says_what_stands_below_its_pictures() -> None:
    pictures = [
        {"media_id": "a", "id": 1, "caption": "La borne, ouverte", "outbound_url": "https://example.org/borne"},
        {"media_id": "b", "id": 2},
        {"media_id": "c", "id": 3, "caption": "Le soir"},
    ]
    said = draft(
        post(1, selftext="", is_self=False, gallery_data={"items": pictures}, url="https://reddit.com/gallery/x")
    )
    assert (said.text, said.media) == ("La borne, ouverte\nLe soir", 3)
    assert "https://example.org/borne" in said.links
    assert draft(post(1, gallery_data={"items": pictures})).text.startswith("Plus de réseau & 1\nLa borne")


@pytest.mark.parametrize("domain", ["i.redd.it", "v.redd.it"])
def test_a_picture_of_reddits_own_is_known_by_where_it_lies(domain: str) -> None:
    assert draft(post(1, is_self=False, domain=domain, url=f"https://{domain}/a")).media == 1
    assert draft(post(1, is_self=False, domain="example.org", url="https://example.org/a")).media == 0


def test_addresses_are_whole_also_where_html_was_asked_for() -> None:
    assert draft(post(1, is_self=False, url="https://example.org/?a=1&amp;b=2")).links == (
        "https://example.org/?a=1&b=2",
    )


def test_an_answer_in_an_inbox_has_its_page() -> None:
    thing = comment(1, context="/r/mandarine/comments/p1/panne/c1/?context=3", link_id=None)
    assert draft(thing).url == "https://www.reddit.com/r/mandarine/comments/p1/panne/c1/"


@pytest.mark.parametrize(
    "words", ["[ Removed by Reddit ]", "[ Removed by Reddit in response to a copyright notice. ]", "[removed]"]
)
def test_what_the_company_took_away_is_gone(words: str) -> None:
    for thing in (comment(1, body=words), post(1, selftext=words)):
        item = item_of(thing["kind"], thing["data"])
        assert isinstance(item, Deletion)
        assert item.reason == "removed"
    assert isinstance(draft(comment(1, body=f"Il y avait {words} ici")), Draft)


def ghost(number: int, words: str) -> str:
    told = entry(number).replace("/u/voisine", "[deleted]")
    return told.replace(f"Plus de réseau {number}", words)


async def test_a_feed_tells_of_ghosts_and_of_what_was_taken_away() -> None:
    body = atom().body.replace(b"</feed>", (ghost(3, "Toujours là") + ghost(4, "[removed]") + "</feed>").encode())
    async with LoopbackServer({"/r/mandarine/new/.rss": Answer(body)}) as server:
        batches = await run(feeds(server))
    (said,) = drafts(batches)
    assert (said.text, said.author, said.handle) == ("Toujours là", "", "")
    assert [(each.native_id, each.reason) for each in deletions(batches)] == [("t3_p4", "removed")]
