"""What was taken away stays away, unless its reason was a passing one and its source shows it again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from socialhub.gone_words import PASSING
from socialhub.model import Batch, Deletion, Mention
from socialhub.pipeline.ingest import Origin
from socialhub.store import rechecks, sources
from tests.room import NOON, Room, draft

WORDS = "Panne de fibre chez Mandarine"


@pytest.fixture(name="room")
def given_room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path / "cache.db")
    yield room
    room.close()


def only(room: Room) -> Mention:
    (found,) = room.feed()
    assert room.is_sound()
    return found


def indexed(room: Room, word: str) -> int:
    (found,) = room.db.execute("SELECT count(*) FROM fts WHERE fts MATCH ?", (word,)).fetchone()
    return int(found)


@pytest.mark.parametrize("reason", PASSING)
def test_what_is_shown_again_is_told_again(room: Room, reason: str) -> None:
    shown = {"author": "Léa", "handle": "lea", "url": "https://x.com/lea/status/1", "likes": 3}
    room.store(draft("1", WORDS, **shown))
    room.store(Deletion(native_id="1", reason=reason))
    assert (only(room).tombstone, only(room).text, indexed(room, "fibre")) == (reason, "", 0)
    before = only(room).rev
    room.store(draft("1", "Libre mobile en panne", **{**shown, "likes": 5}))
    again = only(room)
    assert (again.tombstone, again.text, again.author, again.handle) == ("", "Libre mobile en panne", "Léa", "lea")
    assert again.url == shown["url"]
    assert again.rev > before
    assert (room.total(), room.total("mandarine"), room.total("libre")) == (1, 0, 1)
    assert (indexed(room, "mobile"), indexed(room, "fibre")) == (1, 0)
    # And it can be taken away once more.
    room.store(Deletion(native_id="1"))
    assert (only(room).tombstone, indexed(room, "mobile")) == ("deleted", 0)


def test_a_file_does_not_bring_it_back_nor_anything_what_its_author_deleted(room: Room) -> None:
    room.store(draft("1", WORDS))
    room.store(Deletion(native_id="1", reason="protected"))
    room.store(draft("1", WORDS), asked_again=False)
    assert only(room).tombstone == "protected"
    room.store(Deletion(native_id="1", reason="deleted"))
    assert only(room).tombstone == "deleted"
    room.store(draft("1", WORDS))
    assert (only(room).tombstone, only(room).text) == ("deleted", "")
    room.store(Deletion(native_id="1", reason="suspended"))
    assert only(room).tombstone == "deleted"


def test_with_an_account_go_all_its_posts_and_no_others(room: Room) -> None:
    with room.writer.transaction() as db:
        number = sources.ensure_source(db, "stream", "jetstream")
    origin = Origin(number, "stream", "jetstream")
    written = [
        f"at://did:plc:{name}/app.bsky.feed.post/{number}" for name in ("lea", "leah", "le") for number in (1, 2)
    ]
    room.ingest.store(origin, Batch([draft(uri, f"{WORDS} {uri}", canonical_id=uri) for uri in written]))
    room.store(Deletion(account="at://did:plc:lea/", reason="suspended"))
    assert [each.tombstone for each in room.feed()] == [""] * 6
    room.ingest.store(origin, Batch([Deletion(account="at://did:plc:lea/", reason="suspended")]))
    gone = {each.canonical_id: each.tombstone for each in room.feed() if each.tombstone}
    assert gone == dict.fromkeys(written[:2], "suspended")
    assert room.is_sound()


def test_every_post_has_its_turn_to_be_asked_for_again(room: Room) -> None:
    for number in range(30):
        room.store(draft(f"old{number}", f"{WORDS} {number}", published=NOON - 90_000_000 * 10 + number))
    for number in range(5):
        room.store(draft(f"new{number}", f"{WORDS} neuf {number}"))
    room.store(Deletion(native_id="old3"), Deletion(native_id="old4", reason="protected"), Deletion(native_id="new1"))
    asked: list[str] = []
    for _round in range(3):
        turn = rechecks.take_turn(room.db, room.press, NOON - 86_400_000, 3, 11)
        # The newest come first in every round; a round that was not answered is asked again.
        assert turn.native_ids[:3] == ["new4", "new3", "new2"]
        assert rechecks.take_turn(room.db, room.press, NOON - 86_400_000, 3, 11) == turn
        with room.writer.transaction() as db:
            rechecks.note_turn(db, room.press, turn)
        asked += [each for each in turn.native_ids if each.startswith("old")]
    assert asked == [f"old{number}" for number in range(30) if number != 3]
    # It begins anew with the oldest.
    assert rechecks.take_turn(room.db, room.press, NOON - 86_400_000, 3, 11).native_ids[3:] == asked[:11]
    assert rechecks.take_turn(room.db, room.press, NOON - 86_400_000, 3, 0).native_ids == ["new4", "new3", "new2"]
    plan = room.db.execute("EXPLAIN QUERY PLAN " + rechecks.NEXT, (1, 0, "[]", 9)).fetchall()
    assert "TEMP B-TREE" not in str(plan)
    assert "mentions_by_source (source=? AND rowid>?)" in str(plan)
