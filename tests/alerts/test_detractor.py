"""Detractors on a room: reach, watchlists, those who complain again; one alert an author, muted by a crisis."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from socialhub.alert_rules import USUAL_RULES
from socialhub.alerts import replay
from socialhub.alerts.wording import alert_lines
from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.incidents import Change, Severity
from socialhub.model import Kind
from socialhub.store.alert_privacy import forget_in_alerts
from socialhub.store.critics import MOST_READ
from socialhub.store.people import ConfiguredList, ConfiguredPerson, sync_people
from socialhub.store.topics import active_topics
from tests.alerts.watched import NOW, Watched

ZOE = "orange·author:bluesky/zoe"


@pytest.fixture
def room(past: Path) -> Watched:
    return Watched(past)


def by(room: Watched, handle: str, **fields: object) -> int:
    (mention,) = room.say(1, fields.pop("topic", "orange"), handle=handle, **fields)  # type: ignore[arg-type]
    return mention


def test_somebody_with_reach_is_told_of_and_what_they_say_is_gathered(room: Watched) -> None:
    first = by(room, "zoe", followers=80_000)
    by(room, "max", followers=3_000)
    assert [each.change for each in room.minutes()] == [Change.RAISED]
    alert = room.the(ZOE, "detractor")
    assert alert.severity is Severity.NOTICE
    assert (alert.facts["name"], alert.facts["reach"], alert.facts["mentions"]) == ("zoe", 80_000, [first])
    assert (alert.facts["before"], alert.facts["unanswered"]) == (0, 1)
    second = by(room, "zoe", followers=80_000)
    assert room.minutes() == []
    assert room.the(ZOE, "detractor").facts["mentions"] == [first, second]
    assert [each.change for each in room.minutes(95)] == [Change.RESOLVED]


def test_a_loud_voice_is_a_warning(room: Watched) -> None:
    by(room, "zoe", followers=600_000)
    room.minutes()
    assert room.the(ZOE, "detractor").severity is Severity.WARNING


def test_kind_words_and_unsure_ones_are_none(room: Watched) -> None:
    by(room, "zoe", followers=600_000, tone=1)
    by(room, "zoe", followers=600_000, confidence=0.3)
    assert room.minutes() == []
    assert room.why("orange", "detractor") == "usual"


def test_the_audience_of_a_site_is_nobodys_reach(room: Watched) -> None:
    with room.writer.transaction() as db:
        db.execute("INSERT INTO audiences VALUES ('journal.example', 'national-press', 1000000, 3000000, 1700000)")
    room.say(1, "orange", kind=Kind.ARTICLE, handle="", author="Rédaction", site="journal.example")
    room.say(1, "orange", kind=Kind.MESSAGE, handle="zoe", site="journal.example")
    room.say(1, "orange", kind=Kind.COMMENT, handle="", author="zoe", site="journal.example", followers=90_000)
    assert room.minutes() == []


def test_somebody_on_a_list_is_told_of_from_a_fifth_of_the_reach_on_and_our_own_people_never(room: Watched) -> None:
    with room.writer.transaction() as db:
        kinds = {"lea": "press", "max": "other", "aide": "employee"}
        lists = [ConfiguredList(kind, kind.title(), kind, (slug,)) for slug, kind in kinds.items()]
        people = [ConfiguredPerson(slug, f"{slug.title()} Martin") for slug in kinds]
        numbers = {person.id: person.number for person in sync_people(db, lists, people, room.now)}
    for slug, followers in (("lea", 12_000), ("max", 12_000), ("aide", 400_000)):
        row = room.prepare("orange", handle=slug, followers=followers)
        room.store(replace(row, people=(numbers[slug],)))
    room.minutes()
    assert room.open() == [("detractor", "orange·author:bluesky/lea")]
    facts = room.the("orange·author:bluesky/lea", "detractor").facts
    assert (facts["name"], facts["list"]) == ("Lea Martin", "Press")


def complained(room: Watched, handle: str, *days: int) -> None:
    for day in days:
        room.store(room.prepare("fibre", handle=handle, at=NOW - day * DAY))


def test_somebody_who_complains_again_is_told_of_with_how_often_before(room: Watched) -> None:
    complained(room, "zoe", 3, 3, 5, 9, 20)
    complained(room, "max", 3, 5, 6, 40)
    complained(room, "eve", 0, 0, 0, 0, 0)
    room.minutes(70)
    for handle in ("zoe", "max", "eve"):
        by(room, handle)
    room.minutes()
    assert room.open() == [("detractor", ZOE)]
    facts = room.the(ZOE, "detractor").facts
    assert (facts["before"], facts["before_unanswered"]) == (5, 5)


def test_the_past_of_an_account_that_speaks_all_the_time_is_read_once_and_what_nobody_signs_has_none(
    room: Watched,
) -> None:
    complained(room, "zoe", 3, 3, 5, 9, 20)
    room.minutes(70)
    with room.asked("mentions_by_author") as asked:
        room.say(40, "orange", handle="")
        room.minutes()
        assert asked == []
        room.say(40, "orange", handle="zoe")
        room.minutes()
    assert len(asked) == 2, "all of the month, and what is older than a day"
    assert ("detractor", ZOE) in room.open()


def test_of_somebody_who_says_much_the_latest_is_looked_at(room: Watched) -> None:
    complained(room, "zoe", 20, 20, 20, 20, 20)
    room.store(*(room.prepare("fibre", handle="zoe", tone=1, at=NOW - 2 * DAY + place) for place in range(MOST_READ)))
    room.minutes(70)
    by(room, "zoe")
    room.minutes()
    assert room.open() == []


def test_a_mention_of_two_topics_is_told_once(room: Watched) -> None:
    room.say(1, "orange", "fibre", handle="zoe", followers=80_000)
    room.minutes()
    assert room.open() == [("detractor", ZOE)]


def test_what_a_rule_asks_for_decides(past: Path) -> None:
    room = Watched(past, replace(USUAL_RULES["detractor"], reach=1_000))
    by(room, "zoe", followers=2_000)
    room.minutes()
    assert room.open() == [("detractor", ZOE)]
    room = Watched(past, replace(USUAL_RULES["detractor"], reach=0))
    by(room, "max", followers=2_000_000)
    assert Change.RAISED not in [each.change for each in room.minutes()]


def test_a_crowd_of_them_is_ten_alerts_and_one_incident(room: Watched) -> None:
    for place in range(14):
        by(room, f"big{place}", followers=60_000 + place, tone=-1)
        room.pass_minute()
        room.pass_minute()
    room.run()
    detractors = [subject for kind, subject in room.open() if kind == "detractor"]
    assert len(detractors) == 10
    assert "orange·author:bluesky/big13" in detractors
    assert room.why("orange·author:bluesky/big0", "detractor") == "inhibited"
    incidents = {room.the(subject, "detractor").incident for subject in detractors}
    assert len(incidents - {None}) == 1


def test_a_crisis_of_the_topic_mutes_it(room: Watched) -> None:
    by(room, "zoe", followers=80_000)
    room.minutes(9, each=12, topic="orange")
    assert room.the("orange").severity is Severity.CRISIS
    assert room.the(ZOE, "detractor").inhibitor == room.the("orange").id


def test_looking_back_tells_the_same(room: Watched) -> None:
    first = by(room, "zoe", followers=80_000)
    room.minutes(200)
    topics = active_topics(room.db)
    days = replay.backtest(room.db, USUAL_RULES["detractor"], room.settings, topics, NOW - HOUR, room.now)
    (fired,) = (each for _until, some in days for each in some)
    assert (fired.signal.numbers["name"], fired.signal.numbers["mentions"]) == ("zoe", [first])
    found = replay.why(room.db, topics[0], room.settings, NOW + 30 * MINUTE, now=False)
    assert ("raised", ZOE) in [(str(each.why), each.subject) for each in found]


def test_who_is_erased_leaves_an_alert_about_somebody_that_ends(room: Watched) -> None:
    by(room, "zoe", followers=80_000)
    room.minutes()
    number = room.the(ZOE, "detractor").id
    with room.writer.transaction() as db:
        forget_in_alerts(db, "zoe")
        db.execute("UPDATE mentions SET tombstone = 'erased' WHERE handle = 'zoe'")
    room.restart()
    left = room.the(f"#{number}", "detractor")
    assert alert_lines(left, room.now)[0] == "Orange: 1 negative mention by somebody"
    assert [(each.alert, each.change) for each in room.minutes(95)] == [(number, Change.RESOLVED)]
