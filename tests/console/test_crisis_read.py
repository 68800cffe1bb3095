"""What is read of the mentions behind an alert: from where, who, which words, who waits; what is usual."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from socialhub.alerts.series import Series
from socialhub.authors import AuthorKey
from socialhub.clock import DAY, HOUR, MINUTE, floor_hour
from socialhub.detect.week import Week
from socialhub.incidents import Severity
from socialhub.live.bands import Bands
from socialhub.live.crisis import SCALES, Crisis, part_of, read_crisis, read_words, usual_scale, window_of
from socialhub.live.spans import SPANS, USUAL_SPAN
from socialhub.live.trends import read_trends
from socialhub.model import WorkState
from socialhub.store import alert_life
from socialhub.store.alert_facts import told_of
from socialhub.store.alerts import alert_by_id, raise_alert
from socialhub.store.authors import SaidRole, say_role
from socialhub.store.people import ConfiguredList, ConfiguredPerson, attach, sync_people
from socialhub.store.topics import active_topics
from socialhub.store.work import set_state
from tests.console.burning import BEGAN, RENNES, alarm, burn, mention_of
from tests.seed import NOW, Seeded, prepared

WEEK = Week(ZoneInfo("Europe/Paris"), "FR")


@pytest.fixture
def number(seeded: Seeded) -> int:
    return burn(seeded)


def read(seeded: Seeded, number: int, scale: int | None = None) -> Crisis:
    found = read_crisis(seeded.writer.db, number, NOW, "lea", scale)
    assert found is not None
    return found


def test_where_it_comes_from_over_time(seeded: Seeded, number: int) -> None:
    crisis = read(seeded, number)
    assert [(trace.key, trace.total) for trace in crisis.sources] == [("mastodon-fibre", 30), ("bluesky", 10)]
    assert {trace.key: trace.total for trace in crisis.places} == {"D-35": 20, RENNES: 20}
    assert sum(crisis.curve.totals[-11:]) >= 40
    assert len(crisis.curve.totals) == SCALES[crisis.scale].cells
    first_cell = (BEGAN - crisis.curve.start) // crisis.curve.step
    assert sum(crisis.sources[0].cells[first_cell:]) == 30
    assert crisis.negative == 0.9


def test_who_speaks_for_the_first_time_and_with_a_young_account(seeded: Seeded, number: int) -> None:
    crisis = read(seeded, number)
    assert crisis.authors == 40
    assert crisis.new.total == 39
    assert crisis.young.total == 2
    assert crisis.new.begins == (BEGAN - crisis.curve.start) // crisis.curve.step


def test_the_first_the_most_relayed_the_most_followed(seeded: Seeded, number: int) -> None:
    posts = read(seeded, number).posts
    assert [mention.native_id for mention in posts.first[:3]] == ["burn0", "burn1", "burn2"]
    assert [mention.native_id for mention in posts.relayed] == ["burn7", "burn9"]
    assert posts.passed_on == (34, 12)
    assert posts.followed[0].native_id == "burn5"


def test_only_negative_posts_wait_that_nobody_has_dealt_with(seeded: Seeded, number: int) -> None:
    before = read(seeded, number).posts
    assert before.unanswered == 36
    assert before.waiting[0].native_id == "burn5"
    assert before.oldest == BEGAN + 30_000
    with seeded.writer.transaction() as db:
        set_state(db, [mention_of(seeded, "burn5"), mention_of(seeded, "burn1")], WorkState.ANSWERED, "lea", NOW)
        set_state(db, [mention_of(seeded, "burn2")], WorkState.OPEN, "lea", NOW)
    after = read(seeded, number).posts
    assert after.unanswered == 34
    assert "burn5" not in [mention.native_id for mention in after.waiting]


def test_posts_of_our_own_accounts_wait_for_nobody(seeded: Seeded, number: int) -> None:
    db = seeded.writer.db
    window = window_of(db, read(seeded, number).alert, BEGAN, NOW + 1)
    assert window is not None
    assert told_of(db, window)["unanswered"] == 36
    with seeded.writer.transaction():
        lists = [
            ConfiguredList("maison", "Maison", "employee", ("voix",)),
            ConfiguredList("presse", "Presse", "press", ("titre",)),
        ]
        people = [ConfiguredPerson("voix", "Notre voix"), ConfiguredPerson("titre", "Un titre")]
        voice, paper = sync_people(db, lists, people, NOW)
        attach(db, [(voice.number, mention_of(seeded, "burn5"), NOW), (paper.number, mention_of(seeded, "burn6"), NOW)])
        say_role(db, AuthorKey("mastodon", "author1"), SaidRole("employee", "lea", NOW))
        say_role(db, AuthorKey("mastodon", "author2"), SaidRole("customer", "lea", NOW))
    posts, facts = read(seeded, number).posts, told_of(db, window)
    assert (posts.unanswered, facts["unanswered"]) == (34, 34)
    assert posts.waiting[0].native_id != "burn5"
    assert mention_of(seeded, "burn5") not in facts["waiting"]
    with seeded.writer.transaction():
        say_role(db, voice.number, SaidRole("press", "lea", NOW))
    assert (read(seeded, number).posts.unanswered, told_of(db, window)["unanswered"]) == (35, 35)


def test_the_words_that_rose(seeded: Seeded, number: int) -> None:
    alert = alert_by_id(seeded.writer.db, number)
    assert alert is not None
    words = read_words(seeded.writer.db, alert, NOW)
    assert words.comparable
    named = {subject.words.lower() for subject in words.subjects}
    assert any("coupure" in words for words in named)
    assert not any("débit" in words for words in named)
    assert "Coupure totale" in words.example(words.subjects[0])


@pytest.mark.parametrize(
    ("subject", "mentions"),
    [("fibre·place:D-35", 20), ("fibre·tone:-1", 36), ("fibre·source:bluesky", 10), ("jeux", 0)],
)
def test_an_alert_about_a_part_shows_that_part(seeded: Seeded, subject: str, mentions: int) -> None:
    crisis = read(seeded, burn(seeded, subject=subject))
    assert crisis.mentions == mentions
    assert sum(crisis.curve.totals[-11:]) >= mentions


def test_a_topic_after_another_stays_apart(seeded: Seeded, number: int) -> None:
    seeded.say("La fibre", topics=(seeded.topic["jeux"],), published=NOW)
    assert read(seeded, number).mentions == 40


def test_what_is_over_ends_where_it_ended(seeded: Seeded, number: int) -> None:
    with seeded.writer.transaction() as db:
        alert_life.resolve(db, number, "lea", BEGAN + 5 * MINUTE)
    crisis = read(seeded, number)
    assert crisis.mentions == 11
    assert crisis.curve.end <= NOW + crisis.curve.step


def test_an_alert_without_a_topic_has_no_mentions_and_a_gone_one_nothing(seeded: Seeded) -> None:
    crisis = read(seeded, 1)
    assert crisis.topic is None
    assert (crisis.mentions, sum(crisis.curve.totals), crisis.sources) == (0, 0, ())
    assert read_crisis(seeded.writer.db, 999, NOW, "lea") is None


def test_a_curve_shows_what_was_before_and_is_longer_or_shorter_when_asked(seeded: Seeded, number: int) -> None:
    crisis = read(seeded, number)
    assert SCALES[crisis.scale].length == 2 * HOUR
    longer = read(seeded, number, crisis.scale + 2)
    assert len(longer.curve.totals) * longer.curve.step == SCALES[crisis.scale + 2].length
    assert sum(longer.curve.totals) >= sum(crisis.curve.totals)
    old = replace(crisis.alert, started=NOW - 60 * DAY)
    assert usual_scale(old, NOW) == len(SCALES) - 1


@pytest.mark.parametrize(
    ("subject", "part"),
    [("a", ("", "")), ("a·tone:-1", ("tone", "-1")), ("a·source:x:y", ("source", "x:y")), ("a·", ("", ""))],
)
def test_parts_of_a_topic(seeded: Seeded, subject: str, part: tuple[str, str]) -> None:
    with seeded.writer.transaction() as db:
        found = alert_by_id(db, raise_alert(db, "burst", subject, Severity.NOTICE, NOW, NOW, {}))
    assert found is not None
    assert part_of(found) == part


# ---- what is usual -----------------------------------------------------------------------------------------------


def heard(seeded: Seeded, start: int, end: int) -> None:
    """The one source was listened to all the time."""
    values = (seeded.source["mastodon-fibre"], start, end)
    seeded.writer.db.execute("INSERT INTO polls (source, start, end, outcome) VALUES (?, ?, ?, 'ok')", values)


def teach(seeded: Seeded, *, per_hour: int = 10) -> None:
    """Twenty-seven days in which one source brought so many mentions of the fibre every hour."""
    source, topic = seeded.source["mastodon-fibre"], seeded.topic["fibre"]
    begun = floor_hour(NOW) - 27 * DAY
    with seeded.writer.transaction() as db:
        db.execute("DELETE FROM polls")
        db.execute("UPDATE sources SET first_success = ?, configured = id = ?", (begun, source))
        db.execute("UPDATE topics SET since = ?", (begun,))
        for table, column in (("hour_counts", "hour"), ("counts", "minute")):
            db.execute(f"DELETE FROM {table}")
            db.executemany(
                f"INSERT INTO {table} (topic, {column}, source, tone, mentions, stories) VALUES (?, ?, ?, 0, ?, 1)",
                [
                    (each, begun + hour * HOUR, source, per_hour)
                    for hour in range(27 * 24)
                    for each in (0, topic)
                    if per_hour
                ],
            )
        heard(seeded, begun, NOW)


def test_the_band_holds_what_is_usual_and_grows_with_its_cells(seeded: Seeded) -> None:
    teach(seeded)
    db, bands = seeded.writer.db, Bands(WEEK)
    topic = next(topic for topic in active_topics(db) if topic.id == "fibre")
    start = floor_hour(NOW) - DAY
    hourly = bands.limits(db, Series(topic), start, HOUR, 24, NOW)
    assert all(limit is not None and limit[0] < 10 < limit[1] < 30 for limit in hourly)
    quarters = bands.limits(db, Series(topic), start, 15 * MINUTE, 4, NOW)
    assert all(limit is not None and limit[1] < hourly[0][1] for limit in quarters if hourly[0] is not None)
    assert bands.limits(db, Series(topic), start, HOUR, 24, NOW) is hourly


def test_nothing_is_called_usual_before_a_day_was_heard_or_before_it_was_listened_to(seeded: Seeded) -> None:
    db, bands = seeded.writer.db, Bands(WEEK)
    topic = next(topic for topic in active_topics(db) if topic.id == "jeux")
    with seeded.writer.transaction():
        db.execute("UPDATE topics SET since = ?", (NOW - 3 * HOUR,))
    topic = next(topic for topic in active_topics(db) if topic.id == "jeux")
    assert bands.limits(db, Series(topic), floor_hour(NOW) - 4 * HOUR, HOUR, 4, NOW) == (None,) * 4
    teach(seeded)
    fibre = next(topic for topic in active_topics(db) if topic.id == "fibre")
    early = Bands(WEEK).limits(db, Series(fibre), floor_hour(NOW) - 40 * DAY, DAY, 2, NOW)
    assert early == (None, None)


def test_a_hole_is_no_low_count(seeded: Seeded) -> None:
    teach(seeded)
    hole = floor_hour(NOW) - 5 * HOUR
    with seeded.writer.transaction() as db:
        db.execute("DELETE FROM polls")
        heard(seeded, floor_hour(NOW) - 27 * DAY, hole)
        heard(seeded, hole + HOUR, NOW)
    db = seeded.writer.db
    topic = next(topic for topic in active_topics(db) if topic.id == "fibre")
    before, inside, after = Bands(WEEK).limits(db, Series(topic), hole - HOUR, HOUR, 3, NOW)
    assert inside is None
    assert before is not None
    assert after is not None


def test_the_curve_of_a_quiet_topic_has_a_band_too(seeded: Seeded) -> None:
    teach(seeded, per_hour=0)
    seeded.add([prepared("fibre", topics=(seeded.topic["fibre"],), published=NOW)])
    db = seeded.writer.db
    topic = next(topic for topic in active_topics(db) if topic.id == "fibre")
    (limit,) = Bands(WEEK).limits(db, Series(topic), floor_hour(NOW), HOUR, 1, NOW)
    assert limit is not None
    assert 0 <= limit[0] < limit[1] < 10


def test_a_look_learns_no_longer_than_it_may_and_the_next_goes_on(seeded: Seeded) -> None:
    teach(seeded)
    db, bands = seeded.writer.db, Bands(WEEK, seconds=0.0)
    topic = next(topic for topic in active_topics(db) if topic.id == "fibre")
    start = floor_hour(NOW) - DAY
    assert bands.limits(db, Series(topic), start, HOUR, 2, NOW) == (None, None)
    assert bands.unfinished
    patient = Bands(WEEK, seconds=60.0)
    patient.begin_look()
    assert None not in patient.limits(db, Series(topic), start, HOUR, 2, NOW)
    assert not patient.unfinished


def test_trends_tell_the_usual_and_the_alerts_of_their_time(seeded: Seeded) -> None:
    teach(seeded)
    number = alarm(seeded)
    part = alarm(seeded, "fibre·place:D-35")
    day = SPANS[USUAL_SPAN]
    trends = read_trends(
        seeded.writer.db, day, NOW, tuple(active_topics(seeded.writer.db)), Bands(WEEK), by_story=False
    )
    (fibre,) = [trend for trend in trends if trend.topic.id == "fibre"]
    assert [alert.id for alert in fibre.alerts] == [number]
    assert part not in [alert.id for alert in fibre.alerts]
    assert len(fibre.limits) == len(fibre.totals)
    assert all(limit is not None and limit > 10 for limit in fibre.limits[:-1])
    by_story = read_trends(seeded.writer.db, day, NOW, (fibre.topic,), Bands(WEEK), by_story=True)
    assert by_story[0].limits == ()


def test_the_trends_of_every_span_are_read(seeded: Seeded) -> None:
    topics = tuple(active_topics(seeded.writer.db))
    for span in SPANS:
        trends = read_trends(seeded.writer.db, span, NOW, topics, Bands(WEEK), by_story=False)
        assert all(len(trend.totals) * trend.step == span.length for trend in trends)
        assert all(trend.start + span.length >= NOW for trend in trends)
