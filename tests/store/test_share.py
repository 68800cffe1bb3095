"""Share of voice on real caches: figures that are known beforehand, sources that were down, periods of any kind."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from socialhub import share_words
from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.live.share import ShareWish, compared, period_of, read_share
from socialhub.model import Kind, Topic
from socialhub.query import QueryError
from socialhub.shares import Share
from socialhub.store import share as share_store
from tests.room import NOON, Deletion, Room, draft

QUERIES = {"mandarine": "mandarine", "libre": '"libre mobile"'}


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """Two brands, heard without a break for two weeks and a day."""
    made = Room(tmp_path / "cache.db", QUERIES)
    hear(made, made.press, NOON - 15 * DAY, NOON)
    hear(made, made.social, NOON - 15 * DAY, NOON)
    with made.writer.transaction() as db:
        db.execute("UPDATE topics SET since = ?", (NOON - 15 * DAY,))
    return made


def hear(room: Room, source: int, start: int, end: int) -> None:
    """The source answered all the time between two moments."""
    with room.writer.transaction() as db:
        db.execute("INSERT INTO polls (source, start, end, outcome) VALUES (?, ?, ?, 'ok')", (source, start, end))
        db.execute(
            "UPDATE sources SET first_success = min(coalesce(first_success, ?1), ?1) WHERE id = ?2", (start, source)
        )


def read(room: Room, **wish: object) -> Share:
    return read_share(room.db, ShareWish(**wish), NOON, UTC)  # type: ignore[arg-type]


def test_known_numbers_now_and_before(room: Room) -> None:
    room.store(
        draft("1", "Le réseau tombe", title="Mandarine en panne", kind=Kind.ARTICLE, site="ouest.example"),
        draft("2", "Mandarine annonce des forfaits", kind=Kind.ARTICLE, site="ouest.example", published=NOON - 6 * DAY),
        draft("3", "mot " * 40 + "mandarine", kind=Kind.ARTICLE, site="eco.example"),
    )
    room.store(
        draft("4", "Chez Libre Mobile tout va bien", handle="lea", followers=200),
        draft("5", "Libre Mobile encore", handle="lea", followers=250, published=NOON - 8 * DAY),
        source="social",
    )
    found = read(room)
    mandarine, libre = found.now.voices
    assert [topic.id for topic in found.topics] == ["mandarine", "libre"]
    assert (mandarine.mentions, libre.mentions) == (3, 1)
    assert [voice.mentions for voice in found.before.voices] == [0, 1]
    assert mandarine.depths == (1, 1, 1)
    assert mandarine.depth == 2.0
    assert dict(zip(("press", "social"), mandarine.outlets, strict=False)) == {"press": 3, "social": 0}
    assert libre.outlets[1] == 1
    assert (libre.reach.people, libre.reach.known, mandarine.reach.known, mandarine.reach.unknown) == (200, 1, 0, 2)
    assert share_words.share_text(found.now, 0) == "75%"
    assert share_words.interval_text(found.now, 0) == "30–95"
    assert share_words.remarks(found, NOON, UTC) == []


def test_counts_agree_with_counting_each_mention(room: Room) -> None:
    room.store(*(draft(f"m{n}", f"mandarine {n}", published=NOON - n * 97 * MINUTE) for n in range(150)))
    for length in (HOUR, 5 * HOUR, DAY, 7 * DAY + 13 * MINUTE):
        (topic, start) = (room.topics["mandarine"], NOON - length)
        counted = share_store.counted(room.db, [topic], start, NOON)[topic]
        (each,) = room.db.execute(
            "SELECT count(*) FROM mention_topics t JOIN mentions m ON m.id = t.mention WHERE t.topic = ?"
            " AND m.published >= ? AND m.published < ?",
            (topic, start, NOON),
        ).fetchone()
        assert sum(counted.mentions.values()) == each == sum(mentions for _at, mentions in counted.cells)


def test_a_source_that_was_down_suspends_the_shares_and_is_named(tmp_path: Path) -> None:
    room = Room(tmp_path / "cache.db", QUERIES)
    hear(room, room.press, NOON - 15 * DAY, NOON)
    hear(room, room.social, NOON - 15 * DAY, NOON - 20 * HOUR)
    hear(room, room.social, NOON - 12 * HOUR, NOON)
    room.store(draft("1"), draft("2", "Libre Mobile"), draft("3", "Mandarine 2"))
    room.store(draft("4", "Mandarine 3"), source="social")
    found = read(room, length=DAY)
    (silence,) = found.now.down
    assert (silence.source, silence.stretches) == ("social", ((NOON - 20 * HOUR + 600_000, NOON - 12 * HOUR),))
    assert [voice.mentions for voice in found.now.voices] == [3, 1]
    assert found.now.compared == (2, 1)
    first, second = share_words.remarks(found, NOON, UTC)[:2]
    assert first == "Suspended: not listened to 20 Nov 15:10–23:00: social."
    assert "sources heard all along" in second
    assert share_words.MEASURES[0].text(found.now, 0) == "≥ 3"
    week = read(room)
    assert week.now.down == ()
    assert any(
        "too short" in remark and "social 7 h 50 min" in remark for remark in share_words.remarks(week, NOON, UTC)
    )


@pytest.mark.parametrize("length", [HOUR, DAY])
def test_a_source_that_has_long_been_down_suspends_the_shares_too(tmp_path: Path, length: int) -> None:
    room = Room(tmp_path / "cache.db", QUERIES)
    hear(room, room.press, NOON - 15 * DAY, NOON)
    hear(room, room.social, NOON - 15 * DAY, NOON - 5 * DAY)
    room.store(draft("1", "Libre Mobile", published=NOON - 6 * DAY), source="social")
    room.store(draft("2"), draft("3", "Libre Mobile 3"))
    found = read(room, length=length)
    assert [silence.source for silence in found.now.down] == ["social"]
    assert "Suspended" in share_words.remarks(found, NOON, UTC)[0]


def test_one_handle_on_two_networks_is_two_authors(room: Room) -> None:
    room.store(draft("1", handle="lea", followers=100), draft("2", "Mandarine 2", handle="lea", followers=120))
    room.store(draft("3", "Mandarine 3", handle="lea", followers=300), source="social")
    reach = read(room).now.voices[0].reach
    assert (reach.people, reach.known) == (420, 2)


def test_a_naming_far_down_a_long_text_is_in_passing(room: Room) -> None:
    room.store(draft("1", "mot " * 2000 + "mandarine"))
    assert read(room).now.voices[0].depths == (0, 0, 1)


def test_what_began_in_the_period_before_is_told(room: Room) -> None:
    room.store(draft("1"))
    room.store(draft("2"), source="social")
    with room.writer.transaction() as db:
        db.execute("UPDATE topics SET since = ? WHERE slug = 'libre'", (NOON - 25 * HOUR,))
        db.execute("DELETE FROM polls WHERE source = ?", (room.social,))
        db.execute("UPDATE sources SET first_success = NULL WHERE id = ?", (room.social,))
    hear(room, room.social, NOON - 26 * HOUR, NOON)
    assert share_words.remarks(read(room, length=DAY), NOON, UTC) == [
        "Listened to since 20 Nov 09:00 only: social.",
        "Looked for since 20 Nov 10:00, before that only found in what was kept: Libre.",
    ]


def test_nothing_is_told_when_every_source_was_down(tmp_path: Path) -> None:
    room = Room(tmp_path / "cache.db", QUERIES)
    hear(room, room.press, NOON - 15 * DAY, NOON - 3 * DAY)
    room.store(draft("1"), draft("2", "Libre Mobile"))
    found = read(room)
    assert found.now.compared is None
    assert share_words.share_text(found.now, 0) == share_words.UNKNOWN
    assert share_words.MEASURES[1].part(found.now, 0) is None


def test_a_source_that_carries_no_compared_topic_suspends_nothing(room: Room) -> None:
    with room.writer.transaction() as db:
        db.execute("DELETE FROM polls WHERE source = ?", (room.social,))
    room.store(draft("1"), draft("2", "Libre Mobile"))
    room.store(draft("3", "rien à voir"), source="social")
    assert read(room).now.silences == ()


def test_young_topics_and_late_sources_are_told(room: Room) -> None:
    room.store(draft("1"))
    with room.writer.transaction() as db:
        db.execute("UPDATE topics SET since = ? WHERE slug = 'libre'", (NOON - 2 * DAY,))
    (remark,) = share_words.remarks(read(room), NOON, UTC)
    assert remark == "Looked for since 19 Nov 11:00, before that only found in what was kept: Libre."
    said = share_words.remarks(read(room, length=30 * DAY), NOON, UTC)
    assert "Listened to since 6 Nov 11:00 only: press." in said
    assert "Nobody listened in the period before: there is nothing to compare with." in said


def test_a_period_of_many_mentions_is_sampled_and_says_so(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.store(*(draft(f"m{n}", f"mandarine {n}", handle=f"h{n}", followers=1) for n in range(60)))
    monkeypatch.setattr(share_store, "LOOKED_AT", 20)
    monkeypatch.setattr(share_store, "MEASURED", 10)
    found = read(room, length=DAY)
    voice = found.now.voices[0]
    assert (voice.mentions, voice.looked_at, sum(voice.depths)) == (60, 20, 10)
    texts = {measure.id: measure.text(found.now, 0) for measure in share_words.MEASURES}
    assert texts["depth"] == "≈ 2.00"
    assert texts["social"] == "≈ 0%"
    assert texts["reach"] == "≥ 20"
    monkeypatch.setattr(share_store, "WALKED", 30)
    assert 0 < read(room, length=DAY).now.voices[0].looked_at <= 20


def test_what_its_author_deleted_stays_counted_but_is_not_looked_at(room: Room) -> None:
    room.store(draft("1", handle="lea", followers=10), draft("2", "Mandarine 2", handle="tom", followers=3))
    room.store(Deletion("1"))
    voice = read(room).now.voices[0]
    assert (voice.mentions, voice.looked_at, voice.reach.people) == (2, 1, 3)


def test_periods_are_written_as_in_a_query() -> None:
    paris = ZoneInfo("Europe/Paris")
    assert period_of(ShareWish(), NOON, paris) == (NOON - 7 * DAY, NOON)
    start, end = period_of(ShareWish(dates="2026-11-01..2026-11-03"), NOON, paris)
    assert end - start == 3 * DAY
    assert period_of(ShareWish(dates="PT6H"), NOON, paris) == (NOON - 6 * HOUR, NOON)
    assert period_of(ShareWish(dates=">=2026-11-20"), NOON, paris)[1] == NOON
    for empty in ("2027", "..2026-11-01"):
        with pytest.raises(ValueError, match=empty):
            period_of(ShareWish(dates=empty), NOON, paris)
    with pytest.raises(QueryError):
        period_of(ShareWish(dates="hier"), NOON, paris)


def test_who_is_compared() -> None:
    topics = [Topic(n, f"t{n}", f"T{n}", kind, "x", "", 0) for n, kind in enumerate(("competitor", "product", "brand"))]
    assert [topic.number for topic in compared(topics, ("brand", "competitor"))] == [2, 0]
    assert [topic.number for topic in compared(topics, ("brand", "competitor", "product"))] == [2, 0, 1]
    assert len(compared(topics, ("person",))) == 3
