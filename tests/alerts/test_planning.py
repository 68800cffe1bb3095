"""Who is told of what, what is held back and why, and what comes of tries that fail: by a clock of the test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from socialhub.alerts.escalation import Escalation, Why
from socialhub.alerts.messenger import Delivery
from socialhub.alerts.planning import plan
from socialhub.alerts.sending import HOLD, RETRIES, Outgoing, note_delivery, prepare
from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.errors import Reason
from socialhub.hours import Calendar, parse_hours
from socialhub.incidents import Action, Change, Heard, Occasion, Severity, Transition, Untold
from socialhub.store import alert_life as life
from socialhub.store import notifications as store
from socialhub.store.alert_run import join_incident, set_inhibitor
from socialhub.store.alerts import alert_by_id, events_of, raise_alert
from socialhub.store.silences import hide_alert, insert_silence, show_alert, silence_by_number
from socialhub.targets import Notifying, Target
from tests.room import Room
from tests.test_hours import PARIS, at

MORNING = at("2026-11-26 10:00")
NIGHT = at("2026-11-26 23:00")
CALENDAR = Calendar(PARIS, parse_hours("mon-fri 09:00-18:00"), "FR")
LEA = Target("léa", "env:LEA", language="en")
SENT = Delivery()
DOWN = Delivery(Reason("refused", {"host": "x"}))
LOST = Delivery(Reason("reset", {"host": "x"}), doubt=True)
REFUSED = Delivery(Reason("unauthorised", {"host": "x"}), refused=True)


class Desk:
    """A room with targets, whose minutes pass when the test says so."""

    def __init__(self, room: Room, *targets: Target) -> None:
        self.room, self.now = room, MORNING
        self.notifying = Notifying("Salle", CALENDAR, targets or (LEA,))

    def burns(self, severity: Severity = Severity.WARNING, subject: str = "mandarine") -> int:
        """An alert about a topic (or, without one of this name, about nothing in particular) fires, or grows."""
        topic = self.room.topics.get(subject)
        with self.room.writer.transaction() as db:
            return raise_alert(db, "burst", subject, severity, self.now, self.now, {}, topic=topic)

    def plan(self, *changed: Transition, escalated: tuple[Escalation, ...] = ()) -> None:
        """The end of a minute's run."""
        with self.room.writer.transaction() as db:
            plan(db, self.now, self.notifying, changed, escalated)

    def leaving(self) -> list[Outgoing]:
        """What leaves now; it is in flight from here on."""
        with self.room.writer.transaction() as db:
            return prepare(db, self.now, self.notifying)

    def send(self, delivery: Delivery = SENT) -> list[tuple[str, str]]:
        """Send what may leave until nothing does; returns (target, what for) of each message."""
        told = []
        while outgoing := self.leaving():
            for each in outgoing:
                told.append((each.target.name, each.message.reason))
                self.note(each, delivery)
        return told

    def note(self, outgoing: Outgoing, delivery: Delivery) -> None:
        """What came of a try."""
        with self.room.writer.transaction() as db:
            note_delivery(db, outgoing.message, delivery, self.now)

    def minute(self, *changed: Transition, escalated: tuple[Escalation, ...] = ()) -> list[tuple[str, str]]:
        """A whole minute."""
        self.now += MINUTE
        self.plan(*changed, escalated=escalated)
        return self.send()

    def untold(self, alert: int) -> list[str]:
        """Why somebody was not told, in the order in which it was written down."""
        return [step.detail for step in events_of(self.room.db, alert) if step.action == Action.NOT_NOTIFIED]

    def told(self, alert: int) -> list[str]:
        """Who was told of what."""
        return [step.detail for step in events_of(self.room.db, alert) if step.action == Action.NOTIFIED]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path / "cache.db")
    yield made
    made.close()


def silenced(room: Room, alert: int, now: int) -> int:
    """Hide an alert; returns the number of the silence."""
    with room.writer.transaction() as db:
        number = insert_silence(db, "kind:burst", "quiz", "lea", now, now + HOUR)
        silence = silence_by_number(db, number)
        assert silence is not None
        hide_alert(db, alert, silence, now)
    return number


# ---- who is told -------------------------------------------------------------------------------------------------


def test_an_alert_is_told_once_and_its_growth_and_end_too(room: Room) -> None:
    desk = Desk(room)
    number = desk.burns()
    assert desk.minute() == [("léa", Occasion.RAISED)]
    assert desk.minute() == []
    desk.burns(Severity.CRISIS)
    assert desk.minute() == [("léa", Occasion.WORSE)]
    with room.writer.transaction() as db:
        life.resolve(db, number, "", desk.now)
    assert desk.minute() == [("léa", Occasion.RESOLVED)]
    assert desk.minute() == []
    assert desk.told(number) == ["raised léa", "worse léa", "resolved léa"]
    alert = alert_by_id(room.db, number)
    assert alert is not None
    assert alert.told == desk.now - MINUTE


def test_severity_topics_and_the_end_are_a_targets_choice(room: Room) -> None:
    targets = (
        Target("crises", "env:A", Severity.CRISIS),
        Target("libre", "env:B", Severity.NOTICE, topics=("libre",)),
        Target("only called", "env:C", None),
        Target("no end", "env:D", all_clear=False),
    )
    desk = Desk(room, *targets)
    number = desk.burns()
    assert desk.minute() == [("no end", Occasion.RAISED)]
    desk.burns(Severity.CRISIS)
    assert desk.minute() == [("crises", Occasion.RAISED), ("no end", Occasion.WORSE)]
    called = Escalation(number, 1, ("only called", "nobody"), Why.BY_HAND)
    assert desk.minute(escalated=(called,)) == [("only called", Occasion.ESCALATED)]
    with room.writer.transaction() as db:
        life.resolve(db, number, "", desk.now)
    assert desk.minute() == [("crises", Occasion.RESOLVED), ("only called", Occasion.RESOLVED)]
    assert desk.untold(number) == ["target_gone nobody"]


def test_what_no_target_wants_says_so(room: Room) -> None:
    desk = Desk(room, replace(LEA, topics=("libre",)))
    number = desk.burns()
    assert [desk.minute(), desk.minute()] == [[], []]
    assert desk.untold(number) == ["no_target"]
    silent = Desk(room)
    silent.notifying = Notifying("Salle", CALENDAR)
    other = silent.burns(subject="elsewhere")
    assert silent.minute() == []
    assert silent.untold(other) == []


def test_a_reminder_comes_while_nobody_has_it(room: Room) -> None:
    desk = Desk(room)
    number = desk.burns()
    desk.minute()
    assert desk.minute(Transition(number, Change.REPEATED)) == [("léa", Occasion.REPEATED)]


def test_a_reminder_that_waits_in_a_digest_is_not_written_twice(room: Room) -> None:
    desk = Desk(room)
    number, other = desk.burns(), desk.burns(subject="libre")
    desk.minute()
    desk.now += MINUTE
    desk.plan(Transition(number, Change.REPEATED), Transition(other, Change.REPEATED))
    (digest,) = desk.leaving()
    desk.plan(Transition(number, Change.REPEATED), Transition(other, Change.REPEATED))
    desk.note(digest, SENT)
    assert desk.send() == []


def test_what_is_hidden_is_told_when_it_is_heard_again(room: Room) -> None:
    desk = Desk(room)
    number = desk.burns()
    silenced(room, number, desk.now)
    assert desk.minute() == []
    with room.writer.transaction() as db:
        show_alert(db, number, "", Heard.OVER, desk.now)
    assert desk.minute() == [("léa", Occasion.RAISED)]
    greater = desk.burns(subject="libre")
    with room.writer.transaction() as db:
        set_inhibitor(db, number, greater, desk.now)
    assert desk.minute(Transition(number, Change.REPEATED)) == [("léa", Occasion.RAISED)]
    assert desk.untold(number) == ["silenced", "inhibited"]


def test_an_incident_is_told_once_unless_a_part_of_it_is_graver(room: Room) -> None:
    desk = Desk(room)
    leader, part = desk.burns(), desk.burns(subject="libre")
    with room.writer.transaction() as db:
        join_incident(db, part, leader, "link", desk.now)
    assert desk.minute() == [("léa", Occasion.RAISED)]
    assert desk.untold(part) == ["grouped"]
    desk.burns(Severity.CRISIS, "libre")
    assert desk.minute() == [("léa", Occasion.RAISED)]
    assert desk.told(part) == ["raised léa"]


def joined(desk: Desk, leader: int, kind: str, subject: str, severity: Severity = Severity.WARNING) -> int:
    """An alert of a kind is raised and joins the incident of another."""
    with desk.room.writer.transaction() as db:
        topic = desk.room.topics.get(subject.partition("·")[0])
        number = raise_alert(db, kind, subject, severity, desk.now, desk.now, {}, topic=topic)
        join_incident(db, number, leader, "topic", desk.now)
    return number


def test_a_kind_that_is_new_in_an_incident_is_told_once_to_those_who_know_the_incident(room: Room) -> None:
    called, notices = Target("called", "env:C", None), Target("notices", "env:N", Severity.NOTICE, digest=0)
    desk = Desk(room, LEA, Target("crises", "env:A", Severity.CRISIS), called, notices, Target("never", "env:B", None))
    leader = desk.burns(Severity.CRISIS)
    desk.minute(escalated=(Escalation(leader, 1, ("called",), Why.STARTED),))
    with room.writer.transaction() as db:
        life.acknowledge(db, leader, "nora", desk.now)
    first = joined(desk, leader, "coordination", "mandarine·text 1")
    joined(desk, leader, "coordination", "mandarine·text 2")
    everybody = ["called", "crises", "léa", "notices"]
    assert sorted(desk.minute()) == [(name, Occasion.JOINED) for name in everybody]
    assert sorted(desk.told(first)) == [f"joined {name}" for name in everybody]
    assert "joined called" in desk.told(leader)
    # It is no news that there are more of them, nor that it still lasts.
    joined(desk, leader, "coordination", "mandarine·text 3")
    assert desk.minute(Transition(first, Change.REPEATED)) == []
    # A mere notice is told to those who asked for notices.
    notice = joined(desk, leader, "rating_drop", "mandarine", Severity.NOTICE)
    assert desk.minute() == [("notices", Occasion.JOINED)]
    assert desk.told(notice) == ["joined notices"]


def test_that_a_kind_joined_reminds_of_the_incident_and_answers_to_its_first_mail(room: Room) -> None:
    desk = Desk(room, replace(LEA, limit=2))
    leader = desk.burns()
    desk.plan()
    (first,) = desk.leaving()
    desk.note(first, SENT)
    desk.now += MINUTE
    other = joined(desk, leader, "coordination", "mandarine·text")
    desk.plan()
    (news,) = desk.leaving()
    assert news.thread == first.message.message_id
    assert news.message.title.startswith("[Salle] ALERT, new in an incident: ")
    assert f"It joins alert {leader}: " in news.message.body
    desk.note(news, SENT)
    alert = alert_by_id(room.db, leader)
    assert alert is not None
    assert alert.told == desk.now
    # What joins it later waits as all messages do.
    later = joined(desk, leader, "rating_drop", "mandarine")
    assert desk.minute() == []
    assert desk.untold(later) == ["flood léa"]
    with room.writer.transaction() as db:
        life.resolve(db, later, "", desk.now)
    desk.now += HOUR
    assert desk.minute() == []
    assert desk.untold(later) == ["flood léa", "over"]
    desk.burns(Severity.CRISIS)
    with room.writer.transaction() as db:
        raise_alert(db, "coordination", "mandarine·text", Severity.CRISIS, desk.now, desk.now, {})
    # Both grew: the one that leads says it.
    assert desk.minute() == [("léa", Occasion.WORSE)]
    assert desk.told(other) == ["joined léa"]


def test_who_never_hears_of_what_leads_an_incident_is_told_of_what_joins_it(room: Room) -> None:
    desk = Desk(room, replace(LEA, topics=("libre",)))
    leader = desk.burns()
    part = joined(desk, leader, "burst", "libre")
    assert desk.minute() == [("léa", Occasion.RAISED)]
    assert desk.untold(leader) == ["no_target"]
    assert desk.told(part) == ["raised léa"]


def test_what_somebody_took_is_news_only_when_it_grows(room: Room) -> None:
    desk = Desk(room)
    number = desk.burns()
    with room.writer.transaction() as db:
        life.acknowledge(db, number, "nora", desk.now)
    assert desk.minute() == []
    assert desk.untold(number) == ["taken"]
    with room.writer.transaction() as db:
        life.unacknowledge(db, number, "nora", desk.now)
    desk.minute()
    with room.writer.transaction() as db:
        life.acknowledge(db, number, "nora", desk.now)
    desk.burns(Severity.CRISIS)
    assert desk.minute(Transition(number, Change.REPEATED)) == [("léa", Occasion.WORSE)]


def test_what_is_opened_again_is_told_again(room: Room) -> None:
    desk = Desk(room)
    number = desk.burns()
    desk.minute()
    before = alert_by_id(room.db, number)
    assert before is not None
    with room.writer.transaction() as db:
        life.resolve(db, number, "lea", desk.now)
    desk.minute()
    with room.writer.transaction() as db:
        life.reopen(db, before, "lea", desk.now)
    assert desk.minute() == [("léa", Occasion.REOPENED)]


# ---- when --------------------------------------------------------------------------------------------------------


def test_outside_its_hours_a_target_waits_and_what_is_over_by_then_is_not_told(room: Room) -> None:
    desk = Desk(room, replace(LEA, hours=parse_hours("09:00-20:00")), Target("night", "env:N", None))
    desk.now = NIGHT
    lasting, brief = desk.burns(), desk.burns(subject="libre")
    assert desk.minute() == []
    called = Escalation(lasting, 1, ("night",), Why.STARTED)
    assert desk.minute(escalated=(called,)) == [("night", Occasion.ESCALATED)]
    with room.writer.transaction() as db:
        life.resolve(db, brief, "", desk.now)
    desk.now = at("2026-11-27 09:00")
    assert desk.minute() == [("léa", Occasion.RAISED)]
    assert desk.untold(brief) == ["outside_hours léa", "over"]
    assert desk.told(lasting) == ["escalated night", "raised léa"]


def test_notices_are_gathered_for_an_hour(room: Room) -> None:
    desk = Desk(room, replace(LEA, severity=Severity.NOTICE))
    first = desk.burns(Severity.NOTICE)
    assert desk.minute() == []
    desk.now += 30 * MINUTE
    second = desk.burns(Severity.NOTICE, "libre")
    assert desk.minute() == []
    desk.now += 27 * MINUTE
    assert desk.minute() == []
    desk.now += 2 * MINUTE
    assert desk.minute() == [("léa", Occasion.DIGEST)]
    (digest,) = store.newest_notifications(room.db, 9)
    assert digest.title == "[Salle] 2 alerts"
    assert re.findall(r"alert (\d+)", digest.body) == [str(first), str(second)]
    assert desk.told(first) == ["raised léa"]


def test_a_target_gets_no_more_than_its_messages_of_the_hour_and_crises_have_a_reserve(room: Room) -> None:
    desk = Desk(room, replace(LEA, limit=2))
    for number in range(4):
        desk.burns(subject=f"a{number}")
        desk.minute()
    held = desk.burns(subject="a3")
    assert desk.untold(held) == ["flood léa"]
    for number in range(3):
        desk.burns(Severity.CRISIS, f"c{number}")
    assert desk.minute() == 2 * [("léa", Occasion.RAISED)]
    desk.now += HOUR
    sent = desk.minute()
    assert sent[0] == ("léa", Occasion.RAISED)
    assert sent[1:] == [("léa", Occasion.DIGEST)]
    assert desk.told(held) == ["raised léa"]


# ---- at least once -----------------------------------------------------------------------------------------------


def test_a_target_has_one_message_in_flight_and_a_dead_one_delays_nobody_else(room: Room) -> None:
    desk = Desk(room, LEA, Target("nora", "env:N"))
    for subject in ("a", "b"):
        desk.burns(Severity.CRISIS, subject)
    desk.plan()
    first = desk.leaving()
    assert [each.target.name for each in first] == ["léa", "nora"]
    assert desk.leaving() == []
    desk.note(first[1], SENT)
    assert [each.target.name for each in desk.leaving()] == ["nora"]


def test_a_message_is_tried_again_by_the_table_and_given_up_in_the_end(room: Room) -> None:
    desk = Desk(room)
    number = desk.burns()
    desk.plan()
    waits, ids = [], set()
    for _try in range(len(RETRIES) + 1):
        (outgoing,) = desk.leaving()
        ids.add(outgoing.message.message_id)
        desk.note(outgoing, DOWN)
        due = room.db.execute("SELECT due FROM notifications").fetchone()[0]
        waits.append(due - desk.now)
        desk.now = max(desk.now, due)
    assert waits[: len(RETRIES)] == list(RETRIES)
    assert len(ids) == 1
    assert desk.untold(number) == ["given_up léa"]
    assert desk.minute() == []
    # It is not forgotten for that: the reminder tries again.
    assert desk.minute(Transition(number, Change.REPEATED)) == [("léa", Occasion.REPEATED)]


def test_who_cannot_be_reached_is_left_alone_but_for_what_is_new(room: Room) -> None:
    desk = Desk(room)
    desk.burns(subject="a")
    desk.plan()
    assert desk.send(DOWN) == [("léa", Occasion.RAISED)]
    desk.burns(subject="b")
    desk.plan()
    assert desk.send(DOWN) == [("léa", Occasion.RAISED)]
    assert desk.send() == []
    desk.now += MINUTE
    # Begun messages keep their words and their ids; each is tried alone.
    assert desk.send() == 2 * [("léa", Occasion.RAISED)]


def test_what_was_refused_is_asked_again_later_than_what_was_down(room: Room) -> None:
    desk = Desk(room)
    desk.burns()
    desk.plan()
    desk.send(REFUSED)
    due = room.db.execute("SELECT due FROM notifications").fetchone()[0]
    assert due - desk.now == 10 * MINUTE


def test_what_was_in_flight_when_the_collector_died_is_repeated_once_and_marked(room: Room) -> None:
    desk = Desk(room)
    number = desk.burns()
    desk.plan()
    (before,) = desk.leaving()
    with room.writer.transaction() as db:
        assert store.take_up_again(db, desk.now) == 1
        life.resolve(db, number, "", desk.now)
    # It may have been read as an alarm: it comes again, and then its end.
    (again,) = desk.leaving()
    assert again.message.message_id == before.message.message_id
    assert again.message.doubt
    assert again.body == f"Sent again: perhaps you have had this message already.\n\n{before.body}"
    desk.note(again, SENT)
    with room.writer.transaction() as db:
        assert store.take_up_again(db, desk.now) == 0
    assert desk.minute() == [("léa", Occasion.RESOLVED)]


def test_a_lost_answer_leaves_doubt_and_a_closed_door_none(room: Room) -> None:
    desk = Desk(room)
    desk.burns()
    desk.plan()
    desk.send(DOWN)
    desk.now += RETRIES[0]
    (second,) = desk.leaving()
    assert not second.message.doubt
    desk.note(second, LOST)
    desk.now += RETRIES[1]
    (third,) = desk.leaving()
    assert third.message.doubt


def test_news_of_what_never_arrived_is_one_message(room: Room) -> None:
    desk = Desk(room)
    number = desk.burns()
    desk.plan()
    desk.send(DOWN)
    desk.burns(Severity.CRISIS)
    desk.plan()
    (row,) = store.notifications_of(room.db, number)
    assert (row.reason, row.severity, row.title) == (Occasion.RAISED, Severity.CRISIS, "")
    with room.writer.transaction() as db:
        life.resolve(db, number, "", desk.now)
    desk.now += HOLD
    assert desk.minute() == []
    assert desk.untold(number) == [Untold.OVER]


def test_a_target_that_left_the_config_takes_its_messages_with_it(room: Room) -> None:
    desk = Desk(room)
    number = desk.burns()
    desk.plan()
    desk.notifying = Notifying("Salle", CALENDAR, (Target("nora", "env:N"),))
    assert desk.send() == []
    assert desk.untold(number) == ["target_gone léa"]


def test_what_a_target_does_not_ask_for_any_more_is_not_sent(room: Room) -> None:
    desk = Desk(room)
    number = desk.burns()
    desk.plan()
    desk.notifying = Notifying("Salle", CALENDAR, (replace(LEA, severity=Severity.CRISIS),))
    assert desk.send() == []
    assert desk.untold(number) == ["unwanted léa"]
    desk.burns(Severity.CRISIS)
    assert desk.minute() == [("léa", Occasion.RAISED)]


def test_what_a_later_message_has_said_is_not_sent_behind_it(room: Room) -> None:
    desk = Desk(room)
    number = desk.burns()
    desk.plan()
    (first,) = desk.leaving()
    desk.burns(Severity.CRISIS)
    desk.plan()
    # It was in flight when it grew: that is a message of its own, and the only one that arrives.
    desk.note(first, REFUSED)
    assert desk.send() == [("léa", Occasion.WORSE)]
    desk.now += HOUR
    assert desk.send() == []
    assert desk.untold(number) == ["superseded léa"]


def test_a_clock_that_is_set_back_puts_nothing_off(room: Room) -> None:
    desk = Desk(room, replace(LEA, limit=1), Target("nora", "env:N"))
    desk.burns(Severity.WARNING)
    desk.plan()
    sent, down = desk.leaving()
    desk.note(sent, SENT)
    desk.note(down, DOWN)
    desk.now -= DAY
    # What waits for its next try would wait for a day; and the messages of an hour to come are no flood.
    assert desk.send() == [("nora", Occasion.RAISED)]
    desk.burns(subject="libre")
    assert desk.minute() == [("léa", Occasion.RAISED), ("nora", Occasion.RAISED)]


def test_ten_thousand_that_wait_leave_as_one_message(room: Room) -> None:
    desk = Desk(room, replace(LEA, hours=parse_hours("09:00-20:00")))
    desk.now = NIGHT
    with room.writer.transaction() as db:
        for number in range(10_000):
            raise_alert(db, "burst", f"s{number}", Severity.WARNING, desk.now, desk.now, {})
    desk.plan()
    assert desk.send() == []
    desk.now = at("2026-11-27 09:00")
    assert desk.send() == [("léa", Occasion.DIGEST)]
    (message,) = store.newest_notifications(room.db, 9)
    assert message.title == "[Salle] 10,000 alerts (ALERT)"
    assert "and 9,960 more · socialhub alerts list" in message.body
    assert desk.untold(10_000) == ["outside_hours léa"]


# ---- what it says ------------------------------------------------------------------------------------------------


def test_a_message_speaks_the_language_of_its_target_and_names_the_commands(room: Room) -> None:
    desk = Desk(room, LEA, Target("paul", "env:P", language="fr"))
    number = desk.burns(Severity.CRISIS)
    desk.plan()
    english, french = desk.leaving()
    assert english.message.title.startswith("[Salle] CRISIS: ")
    assert french.message.title.startswith("[Salle] CRISE")
    assert f"socialhub alerts ack {number}" in english.body
    desk.note(english, SENT)
    desk.burns(Severity.CRISIS, "libre")
    desk.plan()
    (other,) = desk.leaving()
    assert other.thread == ""
    desk.note(other, SENT)
    with room.writer.transaction() as db:
        life.resolve(db, number, "", desk.now)
    desk.plan()
    (over,) = desk.leaving()
    assert over.thread == english.message.message_id


def test_nobody_can_be_called_by_what_strangers_wrote(room: Room) -> None:
    desk = Desk(room)
    desk.burns(subject="@everyone <!channel> <@U123> lea@everyone.example")
    desk.plan()
    (outgoing,) = desk.leaving()
    assert not re.search(r"@everyone|<[!@]", outgoing.message.title + outgoing.body)
