"""Corrections teach: what comes in after them is judged as people said, and what that is worth is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from socialhub.collector.teaching import Teaching, lessons
from socialhub.model import Tone
from socialhub.store.corrections import fix_tones
from tests.room import NOON, Room, draft

_SAID = "Le badge cramoisi de Mandarine est arrivé au guichet"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """A cache and its way in."""
    made = Room(tmp_path / "cache.db")
    yield made
    made.close()


def correct(room: Room, native_id: str, tone: Tone | None, topic: int = 0, at: int = NOON) -> None:
    """Léa fixes a mention."""
    with room.writer.transaction() as db:
        (mention,) = db.execute("SELECT id FROM mentions WHERE native_id = ?", (native_id,)).fetchone()
        fix_tones(db, [mention], topic, tone, "lea", at)


def tone(room: Room, native_id: str) -> int:
    """The general tone of a mention."""
    return int(room.db.execute("SELECT tone FROM mentions WHERE native_id = ?", (native_id,)).fetchone()[0])


def test_what_comes_next_is_judged_as_people_said(room: Room) -> None:
    teaching = Teaching(room.db, room.ingest)
    room.store(draft("1", _SAID))
    assert not teaching.look()
    wanted = Tone.NEGATIVE if tone(room, "1") != Tone.NEGATIVE else Tone.POSITIVE
    correct(room, "1", wanted)
    assert teaching.look()
    assert not teaching.look()
    room.store(draft("2", _SAID), draft("3", f"{_SAID} hier"))
    assert (tone(room, "2"), tone(room, "3")) == (wanted, wanted)
    correct(room, "1", None)
    assert teaching.look()
    room.store(draft("4", f"{_SAID} ce matin"))
    assert tone(room, "4") != wanted


def test_lessons_are_the_general_tone_or_what_all_topics_say_the_newest_last(room: Room) -> None:
    mandarine, libre = room.topics["mandarine"], room.topics["libre"]
    for name in "abcd":
        room.store(draft(name, f"mandarine et #libre, numéro {name}"))
    correct(room, "a", Tone.NEGATIVE, mandarine, NOON + 3)
    correct(room, "a", Tone.POSITIVE, at=NOON + 4)
    correct(room, "b", Tone.NEGATIVE, mandarine, NOON + 1)
    correct(room, "b", Tone.NEGATIVE, libre, NOON + 2)
    correct(room, "c", Tone.NEGATIVE, mandarine)
    correct(room, "c", Tone.POSITIVE, libre)
    correct(room, "d", Tone.NEUTRAL)
    room.db.execute("UPDATE mentions SET tombstone = 'deleted' WHERE native_id = 'd'")
    told = [(lesson.text[-1], lesson.tone) for lesson in lessons(room.db)]
    assert told == [("b", Tone.NEGATIVE), ("a", Tone.POSITIVE)]
