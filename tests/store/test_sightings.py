"""One post seen by several ways: counted once, the greatest figures, the original's words, gone where it is gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from socialhub.errors import UserError
from socialhub.model import Batch, Boost, Deletion, Draft, Item, Mention
from socialhub.pipeline.ingest import Ingested, Origin
from socialhub.store import mentions, sources, splitting, work
from socialhub.store.known import find_named
from socialhub.store.privacy import Purge, purge_chunk
from socialhub.store.sightings import ways_of
from tests.room import NOON, Room, draft

DID = "did:plc:lea"
AT = f"at://{DID}/app.bsky.feed.post/3k"
BRIDGED = f"https://bsky.brid.gy/convert/ap/{AT}"
STATUS = "https://piaille.fr/users/lea/statuses/11"
PAGE = "https://piaille.fr/@lea/11"
WORDS = "Panne de fibre chez Mandarine depuis midi"

_KINDS = {"piaille": "mastodon", "mamot": "mastodon", "blue": "bluesky", "stream": "jetstream", "courrier": "rss"}
_KINDS |= {"dossier": "file", "relais": "webhook"}
_SERVERS = {"piaille": "piaille.fr", "mamot": "mamot.fr"}


def take(room: Room, source: str, *items: Item) -> Ingested:
    """Items as a source of the house would bring them."""
    with room.writer.transaction() as db:
        number = sources.ensure_source(db, source, _KINDS[source])
    origin = Origin(number, source, _KINDS[source], server=_SERVERS.get(source, ""))
    return room.ingest.store(origin, Batch(list(items)))


def only(room: Room) -> Mention:
    """The one mention of the room, counted once."""
    (found,) = room.feed()
    assert (room.total(), room.total("mandarine")) == (1, 1)
    assert room.is_sound()
    return found


def _original(**fields: Any) -> Draft:
    return draft(AT, WORDS, canonical_id=AT, handle="lea.example", author="Léa", **fields)


def _bridged(native: str = "99", text: str = WORDS, **fields: Any) -> Draft:
    handle = "lea.example@bsky.brid.gy"
    return draft(native, text, canonical_id=BRIDGED, handle=handle, author="Léa", **fields)


def _at_home(**fields: Any) -> Draft:
    return draft("11", WORDS, canonical_id=STATUS, url=PAGE, handle="lea@piaille.fr", author="Léa", **fields)


def _copied(text: str = WORDS, **fields: Any) -> Draft:
    handle = "lea.piaille.fr.ap.brid.gy"
    return draft(
        "at://b/app.bsky.feed.post/1",
        text,
        **{
            "canonical_id": "at://b/app.bsky.feed.post/1",
            "original": PAGE,
            "handle": handle,
            **fields,
        },
    )


_SEEN = {
    "a post and its copy, as files of another room tell them": (
        ("dossier", lambda: draft("1", WORDS, canonical_id=PAGE, handle="lea@piaille.fr", author="Léa")),
        ("relais", lambda: draft("2", "Panne…", canonical_id=PAGE, handle="lea.piaille.fr.ap.brid.gy")),
    ),
    "a post of Bluesky and its bridged copies": (
        ("blue", _original),
        ("mamot", lambda: _bridged("7", "Panne de fibre chez Mandarine…")),
        ("piaille", _bridged),
    ),
    "a status at home, on another server and bridged": (
        ("piaille", _at_home),
        ("mamot", lambda: draft("8", WORDS, canonical_id=STATUS, url=PAGE, handle="lea@piaille.fr", author="Léa")),
        ("blue", lambda: _copied("Panne de fibre chez Mandarine…")),
    ),
    "a status in the feed of its author": (
        ("piaille", _at_home),
        ("courrier", lambda: draft(PAGE, WORDS, canonical_id=STATUS, kind="article", author="fil de Léa")),
    ),
}


@pytest.mark.parametrize("seen", _SEEN.values(), ids=list(_SEEN))
def test_in_whatever_order_it_comes_it_is_one_mention_that_its_original_tells(
    tmp_path: Path, seen: tuple[tuple[str, Callable[[], Draft]], ...]
) -> None:
    original = seen[0][1]()
    for number, order in enumerate(permutations(seen)):
        room = Room(tmp_path / f"{number}.db")
        for source, make in order:
            take(room, source, make())
        found = only(room)
        ways = ways_of(room.db, found.id)
        assert {way.name for way in ways} == {source for source, _make in seen}
        assert (found.text, found.author, found.source) == (WORDS, "Léa", ways[0].name)
        assert ways[0].kind == _KINDS[seen[0][0]]
        assert found.canonical_id == original.canonical_id
        assert mentions.versions_of(room.db, found.id) == []
        counted = room.db.execute("SELECT DISTINCT s.name FROM counts c JOIN sources s ON s.id = c.source")
        assert counted.fetchall() == [(found.source,)]
        for source, make in seen:
            assert take(room, source, make()).new == 0
        assert only(room).rev == found.rev
        room.close()


def test_the_figures_of_a_post_are_the_greatest_that_one_server_shows_and_no_sum(room: Room) -> None:
    take(room, "mamot", draft("8", WORDS, canonical_id=STATUS, likes=3, replies=2))
    take(room, "piaille", _at_home(likes=12, shares=4))
    take(room, "blue", _copied(likes=5))
    found = only(room)
    assert (found.likes, found.shares, found.replies) == (12, 4, 2)
    take(room, "mamot", draft("8", WORDS, canonical_id=STATUS, likes=4, replies=2))
    assert only(room).rev == found.rev
    take(room, "piaille", _at_home(likes=10, shares=4))
    assert only(room).likes == 10
    assert {way.name: way.likes for way in ways_of(room.db, found.id)} == {"mamot": 4, "piaille": 10, "blue": 5}


def test_servers_that_write_a_text_otherwise_do_not_edit_it_in_turns(room: Room) -> None:
    take(room, "piaille", _at_home())
    other = draft("8", WORDS + " !", canonical_id=STATUS)
    for _time in range(3):
        assert take(room, "mamot", other).edited == 0
        assert take(room, "piaille", _at_home()).edited == 0
    edited = {"canonical_id": STATUS, "edited": NOON - 1_000}
    assert take(room, "mamot", draft("8", "Fibre réparée chez Mandarine", **edited)).edited == 1
    assert take(room, "piaille", draft("11", "Fibre réparée chez  Mandarine.", **edited)).edited == 0
    found = only(room)
    assert found.text == "Fibre réparée chez Mandarine"
    assert [version.text for version in mentions.versions_of(room.db, found.id)] == [WORDS]
    take(room, "blue", _copied("Panne de fibre…"))
    assert take(room, "blue", _copied("Fibre…")).edited == 0
    assert only(room).text == "Fibre réparée chez Mandarine"


def test_gone_on_one_server_is_not_gone_unless_the_origin_says_so(room: Room) -> None:
    take(room, "piaille", _at_home(likes=1))
    take(room, "mamot", draft("8", WORDS, canonical_id=STATUS, likes=9))
    take(room, "blue", _copied())
    take(room, "mamot", Deletion("8", reason="suspended"))
    take(room, "blue", Deletion("at://b/app.bsky.feed.post/1"))
    found = only(room)
    assert (found.text, found.tombstone, found.likes) == (WORDS, "", 1)
    assert {way.name: way.gone for way in ways_of(room.db, found.id)} == {
        "piaille": "",
        "mamot": "suspended",
        "blue": "deleted",
    }
    take(room, "mamot", draft("8", WORDS, canonical_id=STATUS, likes=9))
    assert only(room).likes == 9
    assert {way.gone for way in ways_of(room.db, found.id) if way.name == "mamot"} == {""}
    take(room, "piaille", Deletion("11"))
    found = only(room)
    assert (found.tombstone, found.text) == ("deleted", "")
    ways = ways_of(room.db, found.id)
    assert {(way.url, way.handle, way.text, way.likes) for way in ways} == {("", "", "", None)}
    take(room, "mamot", draft("8", WORDS, canonical_id=STATUS))
    assert only(room).tombstone == "deleted"


def test_an_account_that_is_closed_takes_its_bridged_posts_along(room: Room) -> None:
    take(room, "mamot", _bridged())
    take(room, "stream", Deletion(account=f"at://{DID}/", reason="account-deleted"))
    assert only(room).tombstone == "account-deleted"


def test_a_post_that_is_seen_nowhere_any_more_is_gone(room: Room) -> None:
    take(room, "mamot", draft("8", WORDS, canonical_id=STATUS))
    take(room, "mamot", Deletion("8"))
    assert only(room).tombstone == "deleted"


def test_who_is_erased_is_erased_by_every_way_and_comes_back_by_none(room: Room) -> None:
    seen = (("mamot", _bridged()), ("blue", _original()), ("courrier", draft(AT, WORDS, canonical_id=AT)))
    for source, each in seen:
        take(room, source, each)
    with room.writer.transaction() as db:
        assert purge_chunk(db, Purge(author="lea.example@bsky.brid.gy", keep_counts=False, remember=True)).erased == 1
    assert (room.feed(), room.total()) == ([], 0)
    for table in ("sightings", "aliases"):
        assert room.db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    for source, each in (*seen, ("piaille", _bridged("100")), ("mamot", draft("99", WORDS))):
        assert take(room, source, each).erased == 1
    assert room.feed() == []
    assert room.is_sound()


def test_boosts_of_a_copy_are_those_of_the_post(room: Room) -> None:
    take(room, "blue", _original())
    take(room, "mamot", _bridged(), Boost(BRIDGED, "bob@mamot.fr", NOON))
    take(room, "blue", _original(), Boost(AT, "eve.example", NOON))
    assert mentions.spread_of(room.db, only(room)).relays == 2
    assert find_named(room.db, [BRIDGED]) == find_named(room.db, [AT]) == only(room).id


def test_an_article_in_two_feeds_is_one_and_two_items_of_a_feed_are_two(room: Room) -> None:
    title, url = "Mandarine : la fibre en panne à Lyon", "https://lecourrier.example/eco/panne"
    article = {"title": title, "kind": "article"}
    take(room, "courrier", draft("g1", "Résumé", url=f"{url}?utm_source=rss", **article))
    room.store(draft("g2", "Résumé", url=f"{url}/amp", **article))
    assert only(room).source == "courrier"
    assert room.store(draft("g2", "Résumé corrigé", url=f"{url}/amp", **article)).edited == 0
    assert take(room, "courrier", draft("g1", "Résumé revu", url=url, **article)).edited == 1
    assert only(room).text == "Résumé revu"
    room.store(draft("g3", "Résumé", url=url, **article), draft("g4", "Résumé", url=url, **article))
    assert room.total() == 3
    assert room.store(draft("g2", "Résumé", url=url, **article), draft("g3", "Résumé", url=url, **article)).new == 0
    assert room.is_sound()


def test_a_headline_that_comes_back_days_later_is_another_article(room: Room) -> None:
    article = {"title": "Mandarine : la météo du réseau", "kind": "article", "url": "https://lecourrier.example/meteo"}
    take(room, "courrier", draft("g1", "Ce matin", published=NOON - 5 * 86_400_000, **article))
    room.store(draft("g2", "Ce matin", **article))
    assert room.total() == 2


def _both(room: Room, copy: Draft) -> tuple[int, int]:
    """A post of Bluesky with a bridged copy of it, split; the whole and what came off it."""
    take(room, "blue", _original(likes=4))
    take(room, "mamot", copy)
    whole = only(room).id
    return whole, _split(room, "mamot", copy.native_id)


def _split(room: Room, source: str, native: str) -> int:
    with room.writer.transaction() as db:
        number = sources.ensure_source(db, source, _KINDS[source])
        return splitting.split_off(db, number, native, "lea", NOON, UTC)


@pytest.mark.parametrize("words", [WORDS, "Rien à voir, je cuisine"])
def test_what_is_split_off_counts_for_itself_and_stays_split_when_it_is_seen_again(room: Room, words: str) -> None:
    same = words == WORDS
    whole, apart = _both(room, _bridged("7", words, likes=9))
    assert (room.total(), room.total("mandarine")) == (2, 1 + same)
    left, right = (mentions.mention_by_id(room.db, each, "lea") for each in (whole, apart))
    assert left
    assert right
    assert (left.likes, left.text, left.handle) == (4, WORDS, "lea.example")
    assert (right.likes, right.text, right.handle, right.source) == (9, words, "lea.example@bsky.brid.gy", "mamot")
    assert (right.story == left.story, right.tone == left.tone) == (same, same)
    assert room.is_sound()
    for source, each in (("mamot", _bridged("7", words)), ("piaille", _bridged("70", words)), ("blue", _original())):
        assert take(room, source, each).new == 0
    assert {way.name for way in ways_of(room.db, apart)} == {"mamot", "piaille"}
    assert [way.name for way in ways_of(room.db, whole)] == ["blue"]
    take(room, "stream", _original())
    take(room, "blue", Deletion(AT))
    gone = {each: mentions.mention_by_id(room.db, each, "lea") for each in (whole, apart)}
    assert {each: found and found.tombstone for each, found in gone.items()} == {whole: "deleted", apart: ""}
    assert room.is_sound()


@pytest.mark.parametrize("words", [WORDS, "Rien à voir, je cuisine"])
def test_a_split_is_undone_with_what_was_done_meanwhile(room: Room, words: str) -> None:
    whole, apart = _both(room, _bridged("7", words, likes=9))
    before = room.db.execute("SELECT * FROM counts WHERE topic = ?", (room.topics["libre"],)).fetchall()
    take(room, "mamot", Boost(BRIDGED, "bob@mamot.fr", NOON))
    with room.writer.transaction() as db:
        work.add_note(db, [apart], "pas la même ?", "ana", NOON)
        assert splitting.rejoin(db, apart, "ana", NOON) == whole
    found = only(room)
    assert (found.id, found.likes, found.notes, mentions.spread_of(room.db, found).relays) == (whole, 9, 1, 1)
    assert [(way.name, way.text) for way in ways_of(room.db, whole)] == [
        ("blue", ""),
        ("mamot", "" if words == WORDS else words),
    ]
    assert [(event.operator, event.action, event.detail) for event in work.events_of(room.db, whole)] == [
        ("lea", "split", "mamot"),
        ("ana", "rejoin", "mamot"),
    ]
    assert room.db.execute("SELECT * FROM counts WHERE topic = ?", (room.topics["libre"],)).fetchall() == before
    assert take(room, "piaille", _bridged("70", words)).new == 0
    assert only(room).id == whole
    again = _split(room, "mamot", "7")
    assert room.total() == 2
    with room.writer.transaction() as db:
        splitting.rejoin(db, again, "ana", NOON)
    assert only(room).id == whole


def test_two_servers_that_give_the_same_address_can_be_split_too(room: Room) -> None:
    take(room, "piaille", _at_home())
    take(room, "mamot", draft("8", WORDS, canonical_id=STATUS))
    apart = _split(room, "mamot", "8")
    take(room, "mamot", draft("8", "Panne de fibre, suite", canonical_id=STATUS))
    take(room, "blue", _copied())
    found = mentions.mention_by_id(room.db, apart, "lea")
    assert found is not None
    assert (found.text, found.canonical_id) == ("Panne de fibre, suite", "split:mamot/8")
    assert room.total() == 2
    with pytest.raises(UserError), room.writer.transaction() as db:
        splitting.rejoin(db, found.story, "lea", NOON)
    with pytest.raises(UserError):
        _split(room, "piaille", "11")
    assert room.is_sound()
