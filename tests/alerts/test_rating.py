"""Ratings on a room: a bad update is told with its numbers, each app against its own past; looking back, in words."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.alert_rules import USUAL_RULES
from socialhub.alerts import replay
from socialhub.alerts.wording import alert_lines, fact_lines
from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.incidents import Change, Severity
from socialhub.model import Kind
from socialhub.store import sources
from socialhub.store.prepared import Prepared
from socialhub.store.topics import active_topics
from tests.alerts.strange import STRANGE
from tests.alerts.test_wording import NOW as TOLD_AT
from tests.alerts.test_wording import alert
from tests.alerts.watched import NOW, Watched

USUAL = (3, 2, 5, 20, 70)
SOCIAL, FORUM = "orange·source:social", "orange·source:forum"


def of(room: Watched, stars: int, at: int, topic: str = "orange") -> Prepared:
    return room.prepare(topic, at=at, kind=Kind.REVIEW, rating=float(stars), tone=(stars > 3) - (stars < 3))


def review(room: Watched, stars: int, at: int, *, source: str = "social", topic: str = "orange") -> None:
    room.store(of(room, stars, at, topic), source=source)


@pytest.fixture
def room(past: Path) -> Watched:
    """Four reviews a day for two months, by two stores."""
    room, dice = Watched(past, USUAL_RULES["rating_drop"]), Random(5)
    times = [NOW - day * DAY + place * 5 * HOUR for day in range(60, 0, -1) for place in range(4)]
    for source in ("social", "forum"):
        room.store(*(of(room, dice.choices(range(1, 6), USUAL)[0], at) for at in times), source=source)
    return room


def a_day(room: Watched, *, deaf: tuple[str, ...] = ()) -> list[Change]:
    """A day that is looked at every four hours; who is not deaf is listened to all the time."""
    changed = []
    for _ in range(6):
        since = room.now
        room.now += 4 * HOUR - MINUTE
        with room.writer.transaction() as db:
            for name, source in room.sources.items():
                if name not in deaf:
                    sources.note_heard(db, source, room.now, 1, complete=True)
                    row = source, since + 1, room.now
                    db.execute("INSERT INTO polls VALUES (?, ?, ?, 'ok', 1, 0, 1) ON CONFLICT DO NOTHING", row)
        changed += [each.change for each in room.minutes(deaf=deaf)]
    return changed


def test_a_bad_update_is_a_warning_about_its_store_alone(room: Watched) -> None:
    for place in range(10):
        review(room, 1, room.now + place * MINUTE)
        review(room, 5, room.now + place * MINUTE, source="forum")
    room.minutes(15)
    found = room.the(SOCIAL, "rating_drop")
    assert found.severity is Severity.WARNING
    facts = found.facts
    assert (facts["window"], facts["seen"], facts["source"]) == (DAY, 13, "social")
    assert facts["mean"] < 2.2 < 4 < facts["usual"]
    assert facts["mean"] < facts["low"] < facts["usual"] < facts["high"]
    assert facts["probability"] < 1e-3
    assert facts["unanswered"] >= 10
    assert room.alert(FORUM, "rating_drop") is None
    assert room.why(FORUM, "rating_drop") == "usual"


def test_it_ends_once_the_last_days_are_as_usual_and_does_not_come_back(room: Watched) -> None:
    for place in range(10):
        review(room, 1, room.now + place * MINUTE)
    room.minutes(15)
    changed = []
    for _day in range(6):
        for _ in range(6):
            review(room, 5, room.now)
        changed += a_day(room)
    assert Change.RESOLVED in changed
    assert Change.RAISED not in changed


def test_it_does_not_end_because_its_store_was_not_heard(room: Watched) -> None:
    for place in range(10):
        review(room, 1, room.now + place * MINUTE)
    room.minutes(15)
    for _day in range(5):
        assert Change.RESOLVED not in a_day(room, deaf=("social",))
    assert room.the(SOCIAL, "rating_drop").calm_since is None
    assert Change.RESOLVED in [*a_day(room), *a_day(room)]


def test_few_reviews_are_below_the_floor(room: Watched) -> None:
    room.now += 8 * DAY
    for _ in range(3):
        review(room, 1, room.now)
    room.minutes()
    assert room.why(SOCIAL, "rating_drop") == "below-floor"
    assert room.alert(SOCIAL, "rating_drop") is None


def test_an_app_that_was_hardly_reviewed_is_being_learnt(room: Watched) -> None:
    for _ in range(12):
        review(room, 1, room.now, topic="fibre")
    room.minutes()
    assert room.why("fibre·source:social", "rating_drop") == "learning"


def test_an_ordinary_week_raises_nothing(room: Watched) -> None:
    dice = Random(7)
    for _ in range(7):
        for _ in range(4):
            review(room, dice.choices(range(1, 6), USUAL)[0], room.now)
        a_day(room)
    assert not any(kind == "rating_drop" for kind, _subject in room.open())


def test_looking_back_tells_the_same(room: Watched) -> None:
    for place in range(10):
        review(room, 1, NOW + place * MINUTE)
    room.now += 3 * HOUR
    topics = active_topics(room.db)
    days = replay.backtest(room.db, USUAL_RULES["rating_drop"], room.settings, topics, NOW - 5 * DAY, room.now)
    (fired,) = (each for _until, some in days for each in some)
    assert fired.signal.subject == SOCIAL
    assert NOW < fired.at <= NOW + 15 * MINUTE
    found = replay.why(room.db, topics[0], room.settings, NOW + 30 * MINUTE, now=False)
    assert ("raised", SOCIAL) in [(str(each.why), each.subject) for each in found if each.rule.kind == "rating_drop"]


def test_reviews_are_found_by_their_index(room: Watched) -> None:
    from socialhub.store import ratings

    plan = room.db.execute(f"EXPLAIN QUERY PLAN SELECT 1{ratings._FROM}", (0, 1)).fetchall()
    assert next(row[3] for row in plan).startswith("SEARCH m USING INDEX mentions_rated")
    assert not any("SCAN" in row[3] for row in plan)


FACTS: dict[str, Any] = {
    "topic": "Appli",
    "part": "source",
    "source": "playstore",
    "seen": 13,
    "mean": 1.92,
    "usual": 4.31,
    "past": 212,
    "low": 3.74,
    "high": 4.8,
    "probability": 1 / 183_000,
    "since": TOLD_AT - DAY,
    "until": TOLD_AT,
    "window": DAY,
    "negative": 0.8,
    "unanswered": 9,
}


def test_the_sentence_and_the_numbers() -> None:
    assert alert_lines(alert("rating_drop", FACTS), TOLD_AT, UTC) == (
        "Appli · playstore: 1.9 stars of 5 in a day, 4.3 before",
        "13 reviews · one chance in 180,000 at most",
    )
    assert fact_lines(alert("rating_drop", FACTS), TOLD_AT, UTC)[1:] == [
        "1.9 stars of 5 on average, 20 Nov 18:42–18:42",
        "13 reviews",
        "4.3 before, of 212 reviews",
        "so many reviews lie between 3.7 and 4.8 nine times of ten",
        "one chance in 180,000 at most",
        "80% negative, 9 of them wait for an answer",
    ]


@pytest.mark.usefixtures("french")
def test_the_same_in_french() -> None:
    assert alert_lines(alert("rating_drop", FACTS), TOLD_AT, UTC) == (
        "Appli · playstore\u00a0: 1,9 étoiles sur 5 en un jour, 4,3 avant",
        "13 avis · une chance sur 180\u202f000 au plus",
    )


@given(st.dictionaries(st.sampled_from(list(FACTS)), STRANGE))
def test_strange_facts_are_left_out(facts: dict[str, Any]) -> None:
    strange = alert("rating_drop", {**FACTS, **facts})
    title, detail = alert_lines(strange, TOLD_AT, UTC)
    lines = [title, detail, *fact_lines(strange, TOLD_AT, UTC)]
    assert title
    assert not any(ord(sign) < 0x20 for line in lines for sign in line)
