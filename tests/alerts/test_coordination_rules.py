"""Coordination in a watched room: raised with its content and the accounts behind it; what only looks so is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from socialhub.alert_rules import USUAL_RULES
from socialhub.alerts.replay import backtest
from socialhub.clock import DAY, HOUR
from socialhub.incidents import Severity
from socialhub.store.tombstones import bury
from socialhub.store.topics import active_topics
from tests.alerts.watched import NOW, Watched

KIND = "coordination"
TEXT = "Cet opérateur ment à tous ses clients, signez vite la pétition avant ce soir minuit"
LINK = "https://petition.example/1"


@pytest.fixture
def room(past: Path) -> Watched:
    return Watched(past, USUAL_RULES[KIND])


def attack(room: Watched, size: int, *, age: int | None = 9 * DAY, **fields: Any) -> list[int]:
    """So many accounts of that age say the same this minute, as one story."""
    created: dict[str, Any] = {} if age is None else {"account_created": room.now - age}
    ids = room.say(size, "orange", text=TEXT, **created, **fields)
    with room.writer.transaction() as db:
        marks = ",".join(map(str, ids))
        (story,) = db.execute("SELECT coalesce(min(id), ?) FROM mentions WHERE text = ?", (ids[0], TEXT)).fetchone()
        db.execute(f"UPDATE mentions SET story = ? WHERE id IN ({marks})", (story,))
    return ids


def test_an_attack_is_an_alert_with_its_content_and_its_accounts(room: Watched) -> None:
    first, *_others = attack(room, 20, links=(LINK,))
    room.minutes()
    alert = room.the(f"orange·story:{first}", KIND)
    assert (alert.severity, alert.facts["first"]) == (Severity.WARNING, first)
    facts = alert.facts
    assert (facts["accounts"], facts["young"], facts["ages"], facts["seen"]) == (20, 20, 20, 20)
    assert (facts["unheard"], facts["sleepless"], facts["middle_age"]) == (20, 0, 9)
    assert facts["text"] == TEXT
    assert facts["pushed"] == LINK
    assert facts["expected"] == pytest.approx(4)
    assert facts["probability"] < 1e-6
    assert len(facts["mentions"]) == 20
    assert facts["completeness"] == 1.0


def test_what_was_said_first_is_not_quoted_once_it_is_gone(room: Watched) -> None:
    first, other, *_ = attack(room, 20, links=(LINK,))
    room.minutes()
    with room.writer.transaction() as db:
        bury(db, other, "deleted")
    assert room.the(f"orange·story:{first}", KIND).facts["text"] == TEXT
    with room.writer.transaction() as db:
        bury(db, first, "deleted")
    facts = room.the(f"orange·story:{first}", KIND).facts
    assert "text" not in facts
    assert facts["pushed"] == LINK


def test_old_accounts_and_few_young_ones_are_none_and_why_tells(room: Watched) -> None:
    (first, *_others) = attack(room, 20, age=2000 * DAY, links=(LINK,))
    room.minutes()
    assert room.why(f"orange·story:{first}", KIND) == "ordinary-people"
    assert room.open() == []
    assert room.why("fibre", KIND) == "usual"


def test_fewer_than_the_rule_asks_for_are_below_its_floor(room: Watched) -> None:
    (first, *_others) = attack(room, 8, links=(LINK,))
    room.minutes()
    assert room.why(f"orange·story:{first}", KIND) == "below-floor"


def test_where_nothing_is_known_of_the_accounts_it_is_a_notice(room: Watched) -> None:
    (first, *_others) = attack(room, 30, age=None, links=(LINK,))
    room.minutes()
    assert room.the(f"orange·story:{first}", KIND).severity is Severity.NOTICE


def test_it_stays_one_alert_while_it_grows_and_ends_by_itself(room: Watched) -> None:
    (first, *_others) = attack(room, 15, links=(LINK,))
    room.minutes()
    attack(room, 15, links=(LINK,))
    room.minutes(3)
    subject = f"orange·story:{first}"
    assert room.the(subject, KIND).facts["accounts"] == 30
    assert room.open() == [(KIND, subject)]
    room.restart()
    room.minutes(95)
    assert room.the(subject, KIND).state == "resolved"


def test_the_backtest_finds_it_too(room: Watched) -> None:
    (first, *_others) = attack(room, 20, links=(LINK,))
    room.minutes(10)
    runs = list(backtest(room.db, USUAL_RULES[KIND], room.settings, active_topics(room.db), NOW - HOUR, room.now))
    assert [each.signal.subject for _at, ended in runs for each in ended] == [f"orange·story:{first}"]
