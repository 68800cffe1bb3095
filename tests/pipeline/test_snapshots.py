"""Engagement at set ages on the way in: which posts are followed, what counts as read at an age, verdicts, holes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.model import Draft, Item
from socialhub.paces import AGES, Snapshot, age_at
from socialhub.pipeline.notable import MOST_AN_HOUR, MOST_NEGATIVE, HourlyRoom, reason_to_watch
from socialhub.store import engagement
from tests.room import NOON, Deletion, Room, StillClock, draft


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """A cache whose clock stands at noon."""
    made = Room(tmp_path / "cache.db")
    yield made
    made.close()


def post(native_id: str = "1", likes: int | None = 0, **fields: Any) -> Draft:
    """A plain question of Léa's about the fibre, published at noon unless told otherwise."""
    text = "Bonjour, à quelle heure ouvre la boutique fibre ?"
    return draft(
        native_id, **({"text": text, "likes": likes, "handle": "lea@piaille.example", "published": NOON} | fields)
    )


def told(room: Room, at: int, *posts: Item) -> None:
    """The source tells these posts at `at`."""
    StillClock.moment = at
    room.store(*posts, source="social")


def snapshots(room: Room, native_id: str = "1") -> tuple[Snapshot, ...]:
    """What is known of a post."""
    (mention,) = room.db.execute("SELECT id FROM mentions WHERE native_id = ?", (native_id,)).fetchone()
    return engagement.snapshots_of(room.db, mention)


# ---- which posts matter ----


@pytest.mark.parametrize(
    ("fields", "topics", "people", "tone", "confidence", "reason"),
    [
        ({"likes": 0}, (1,), (7,), 0, 0.9, "person"),
        ({"likes": 0, "followers": 10_000}, (1,), (), 0, 0.9, "reach"),
        ({"likes": 0, "reach": 50_000}, (1,), (), 0, 0.9, "reach"),
        ({"likes": 12, "shares": 8}, (1,), (), 0, 0.9, "engaged"),
        ({"likes": 0}, (1,), (), -1, 0.9, "negative"),
        ({"likes": 0}, (1,), (), -1, 0.6, ""),
        ({"likes": 0}, (1,), (), None, 0.0, ""),
        ({"likes": 0, "followers": 900}, (1,), (), 1, 0.9, ""),
        ({"likes": 500, "followers": 90_000}, (), (7,), -1, 0.9, ""),
        ({"followers": 90_000}, (1,), (7,), -1, 0.9, ""),
    ],
)
def test_why_a_post_is_followed(
    fields: dict[str, Any],
    topics: tuple[int, ...],
    people: tuple[int, ...],
    tone: int | None,
    confidence: float,
    reason: str,
) -> None:
    assert reason_to_watch(draft("1", **fields), topics, people, tone, confidence) == reason


def test_an_hour_has_room_for_so_many_and_complaints_do_not_take_it_all() -> None:
    hour = HourlyRoom()
    taken = sum(hour.take(1, "negative", NOON) for _post in range(100))
    assert taken == MOST_NEGATIVE
    assert sum(hour.take(1, "reach", NOON) for _post in range(100)) == MOST_AN_HOUR - MOST_NEGATIVE
    assert hour.take(2, "reach", NOON)
    assert not hour.take(1, "reach", NOON + HOUR - 1)
    assert hour.take(1, "reach", NOON + HOUR)


def test_a_followed_post_is_planned_at_the_ages_still_ahead(room: Room) -> None:
    told(room, NOON, post("new", likes=30))
    told(room, NOON + 2 * HOUR, post("late", likes=30))
    told(room, NOON + 2 * HOUR, post("quiet", likes=2))
    assert [each.age for each in snapshots(room, "new")] == list(AGES)
    assert [each.age for each in snapshots(room, "late")] == [6 * HOUR, DAY]
    assert {each.watched for each in snapshots(room, "late")} == {"engaged"}
    assert snapshots(room, "quiet") == ()


def test_a_post_that_becomes_engaged_later_is_followed_from_then_on(room: Room) -> None:
    told(room, NOON, post(likes=2))
    told(room, NOON + 40 * MINUTE, post(likes=25))
    assert [each.age for each in snapshots(room)] == [HOUR, 6 * HOUR, DAY]


def test_the_first_of_a_growing_story_is_followed(room: Room) -> None:
    told(room, NOON, post("1"))
    told(room, NOON + MINUTE, *(post(str(number), handle=f"h{number}") for number in range(2, 5)))
    assert snapshots(room) == ()
    told(room, NOON + 2 * MINUTE, post("5", handle="h5"))
    assert {each.watched for each in snapshots(room)} == {"story"}
    assert snapshots(room, "5") == ()


# ---- what counts as read at an age ----


@pytest.mark.parametrize(
    ("passed", "age"),
    [
        (11 * MINUTE, 15 * MINUTE),
        (19 * MINUTE, 15 * MINUTE),
        (20 * MINUTE, None),
        (49 * MINUTE, None),
        (50 * MINUTE, HOUR),
        (6 * HOUR + 40 * MINUTE, 6 * HOUR),
        (21 * HOUR, None),
        (26 * HOUR, DAY),
        (27 * HOUR, None),
    ],
)
def test_numbers_count_near_an_age_only(passed: int, age: int | None) -> None:
    assert age_at(NOON, NOON + passed) == age


def test_numbers_met_in_passing_count_and_the_nearest_reading_stays(room: Room) -> None:
    told(room, NOON, post(likes=1))
    for passed, likes in ((52, 10), (58, 12), (69, 19)):
        told(room, NOON + passed * MINUTE, post(likes=likes))
    (only,) = snapshots(room)
    assert (only.age, only.likes, only.at, only.watched) == (HOUR, 12, NOON + 58 * MINUTE, "")


def test_numbers_that_did_not_change_count_too(room: Room) -> None:
    told(room, NOON, post(likes=0))
    told(room, NOON + HOUR, post(likes=0))
    assert [each.interactions for each in snapshots(room)] == [0]


def test_what_nobody_read_in_time_is_a_hole(room: Room) -> None:
    told(room, NOON, post(likes=30))
    told(room, NOON + HOUR, post(likes=80))
    quarter, hour, six, day = snapshots(room)
    assert [each.is_hole(NOON + 2 * HOUR) for each in (quarter, hour, six, day)] == [True, False, False, False]
    assert (quarter.interactions, hour.interactions) == (None, 80)
    assert six.is_hole(NOON + 7 * HOUR)


def test_a_source_that_tells_no_numbers_leaves_no_rows(room: Room) -> None:
    told(room, NOON, post(likes=None, followers=90_000))
    told(room, NOON + HOUR, post(likes=None))
    assert snapshots(room) == ()


def test_a_deleted_post_leaves_none_either(room: Room) -> None:
    told(room, NOON, post(likes=30))
    told(room, NOON + HOUR, Deletion(native_id="1"))
    assert snapshots(room) == ()
    assert room.is_sound()


# ---- the verdict ----


def test_faster_than_the_same_author_at_the_same_age(room: Room) -> None:
    past = [post(f"old{number}", likes=10 + number, published=NOON - number * DAY) for number in range(1, 13)]
    for each in past:
        told(room, (each.published or 0) + HOUR, each)
    told(room, NOON, post("viral", likes=1), post("usual", likes=1, published=NOON - MINUTE))
    told(room, NOON + HOUR, post("viral", likes=150, shares=60, replies=2), post("usual", likes=16))
    hot = next(each for each in snapshots(room, "viral") if each.at is not None)
    assert (hot.interactions, hot.expected, hot.past, hot.basis, hot.faster) == (212, 16.5, 12, "author", True)
    calm = next(each for each in snapshots(room, "usual") if each.at is not None)
    assert (calm.faster, calm.basis) == (False, "author")


def test_later_posts_and_other_ages_are_not_looked_at(room: Room) -> None:
    for number in range(1, 13):
        told(room, NOON - number * DAY + 6 * HOUR, post(f"six{number}", likes=900, published=NOON - number * DAY))
        later = post(f"later{number}", likes=1, published=NOON + number * DAY)
        told(room, NOON + number * DAY + HOUR, later)
    told(room, NOON + HOUR, post("now", likes=500))
    hour = next(each for each in snapshots(room, "now") if each.age == HOUR)
    assert (hour.interactions, hour.expected, hour.past, hour.faster) == (500, None, 0, False)


def test_the_reader_hears_of_a_new_snapshot(room: Room) -> None:
    told(room, NOON, post(likes=5))
    rev = room.feed()[0].rev
    told(room, NOON + HOUR, post(likes=5))
    assert room.feed()[0].rev > rev
