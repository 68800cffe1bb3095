"""What is planted is found by the real way in: a wave of young accounts, posts that go round the country."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from socialhub.authors import author_of
from socialhub.clock import MINUTE, from_datetime
from socialhub.demo.accounts import made
from socialhub.demo.planted import planted_lines
from socialhub.demo.story import PLAY_FROM
from socialhub.live.authors import read_author
from socialhub.live.signs import author_signs, story_signs
from socialhub.query import parse, to_sql
from socialhub.signs import SignKind
from socialhub.sources.exchange import item_of
from socialhub.store.mentions import FeedFilter, feed
from tests.demo.conftest import SEED
from tests.room import Room, StillClock

Line = dict[str, Any]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """An empty cache."""
    made_room = Room(tmp_path / "cache.db")
    yield made_room
    made_room.close()


def live(room: Room, lines: list[Line], until: int) -> None:
    """Let the social network tell these lines, two minutes at a time."""
    steps: dict[int, list[Line]] = {}
    for line in lines:
        moment = from_datetime(datetime.fromisoformat(line["published_at"]))
        if moment <= until:
            steps.setdefault(min(until, moment - moment % (2 * MINUTE) + 2 * MINUTE), []).append(line)
    for moment, told in sorted(steps.items()):
        StillClock.moment = moment
        room.store(*(item_of(line, UTC, b"") for line in told), source="social", asked_again=False)


def test_the_wave_is_one_story_whose_signs_are_told_at_the_beginning(room: Room, start: int) -> None:
    wave = [line.to_dict() for line in planted_lines(SEED, start) if line.beat == "wave"]
    live(room, wave, start + PLAY_FROM)
    (story,) = {mention.story for mention in feed(room.db, FeedFilter(), operator="lea", limit=200)}
    found = story_signs(room.db, story, StillClock.moment)
    assert found.score is not None
    assert found.score >= 75
    points = {sign.kind: (sign.points, sign.most) for sign in found.signs}
    assert all(points[kind][0] for kind in SignKind if kind is not SignKind.RATE)
    assert points[SignKind.YOUNG][0] == points[SignKind.YOUNG][1]
    (one,) = feed(room.db, FeedFilter(), operator="lea", limit=1)
    whose = author_of(one.source_kind, one.handle, one.author, one.site)
    assert whose is not None
    judged = read_author(room.db, whose, StillClock.moment).role
    assert author_signs(room.db, whose, judged, StillClock.moment).score


def test_a_planted_post_goes_viral_before_the_demonstration_begins(room: Room, lines: list[Line], start: int) -> None:
    times = Counter((line["source"], line["native_id"]) for line in lines)
    read_again = [line for line in lines if line["source"] == "bluesky" and times["bluesky", line["native_id"]] > 2]
    live(room, read_again, start + PLAY_FROM)
    asked = FeedFilter(condition=to_sql(parse("is:viral"), UTC))
    viral = feed(room.db, asked, operator="lea", limit=200)
    assert "bouton d'alarme" in " ".join(mention.text for mention in viral)
    assert len(viral) < len({line["native_id"] for line in read_again}) / 4


def test_accounts_are_old_but_for_a_few(mentions: list[Line], start: int) -> None:
    ages = {
        line["handle"]: start - from_datetime(datetime.fromisoformat(line["account_created_at"]))
        for line in mentions
        if "account_created_at" in line and "remboursement-ouest" not in line["text"]
    }
    young = sum(age < 90 * 24 * 60 * MINUTE for age in ages.values())
    assert len(ages) > 1_000
    assert 0.005 < young / len(ages) < 0.08
    assert made("léa", start) == made("léa", start)
