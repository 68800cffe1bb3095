"""Alerts by the real processes and a fast clock: raised, kept after a kill, acted on, resolved by itself."""

from __future__ import annotations

import json
from random import Random
from typing import Any, Final

import pytest

from socialhub.clock import HOUR, MINUTE, SECOND, Clock, iso, real_now
from socialhub.incidents import Action, Alert
from socialhub.store.alerts import alert_rows, events_of
from tests.alerts.watched import NOW, TOPICS, tell_past
from tests.processes.programs import Programs, kill, wait_for

SPEED: Final = 240.0
"""Four minutes a second."""
BURST_AFTER: Final = 25 * MINUTE
BURST: Final = 80
ROOM: Final = '[hub]\nname = "Essai"\ntimezone = "Europe/Paris"\n' + "".join(
    f'[[topics]]\nid = "{each.slug}"\nname = "{each.name}"\nkind = "{each.kind}"\nquery = "{each.query}"\n'
    for each in TOPICS
)


class Story:
    """Two sources that are played: an ordinary flow, and a burst about Orange."""

    def __init__(self, programs: Programs, lasts: int) -> None:
        self.programs = programs
        dice = Random(5)
        tell_past(programs.cache)
        tables = ""
        for name in ("social", "forum"):
            lines = [
                (NOW + at, f"{topic} comme chaque jour {name} {at}")
                for topic in ("orange", "fibre", "free")
                for at in range(0, lasts, MINUTE)
                if dice.random() < 0.1
            ]
            if name == "social":
                lines += [
                    (NOW + BURST_AFTER + n * 2 * SECOND, f"orange est encore en panne, c'est nul et honteux {n}")
                    for n in range(BURST)
                ]
            path = programs.home / f"{name}.jsonl"
            said = (
                {"source": name, "native_id": f"{name}-{n}", "text": text, "published_at": iso(at), "handle": f"h{n}"}
                for n, (at, text) in enumerate(sorted(lines))
            )
            path.write_text("".join(f"{json.dumps(line)}\n" for line in said), encoding="utf-8")
            tables += f'[[sources]]\nname = "{name}"\nkind = "replay"\npath = "{path}"\nevery = "60 min"\n'
        programs.configure(tables, ROOM)
        self.clock = Clock(real_now(), NOW, SPEED)
        programs.environ["SOCIALHUB_CLOCK"] = self.clock.to_env()

    def alerts(self) -> list[Alert]:
        """All bursts of Orange as a whole; that many new accounts speak alike is told by an alert beside them."""
        with self.programs.reading() as db:
            return [each for each in alert_rows(db, limit=-1) if (each.kind, each.subject) == ("burst", "orange")]

    def steps(self, alert: Alert) -> list[tuple[str, str]]:
        """(action, operator) of its life."""
        with self.programs.reading() as db:
            return [(step.action, step.operator) for step in events_of(db, alert.id)]

    def raised(self, alert: Alert) -> int:
        """When it was raised."""
        with self.programs.reading() as db:
            return next(step.at for step in events_of(db, alert.id) if step.action == Action.RAISED)


def open_ones(programs: Programs) -> list[dict[str, Any]]:
    return [json.loads(line) for line in programs.run("alerts", "list", "--json").stdout.splitlines()]


def test_a_burst_is_an_alert_and_whoever_follows_a_killed_collector_goes_on_with_it(programs: Programs) -> None:
    story = Story(programs, 2 * HOUR)
    collector = programs.start("collect")
    wait_for(story.alerts, "an alert about Orange", 60)
    (alert,) = story.alerts()
    kill(collector)
    again = programs.start("collect")
    wait_for(lambda: programs.collects(again), "another collector goes on")
    assert programs.run("alerts", "ack", str(alert.id)).returncode == 0
    looked_until = story.clock.now() + 10 * MINUTE
    wait_for(lambda: story.clock.now() > looked_until, "ten minutes more")
    assert [each.id for each in story.alerts()] == [alert.id]
    assert ("acknowledged", "lea") in story.steps(alert)
    assert [row["id"] for row in open_ones(programs) if (row["kind"], row["subject"]) == ("burst", "orange")] == [
        alert.id
    ]
    again.terminate()
    assert again.wait(20) == 0


@pytest.mark.long
def test_its_life_from_the_first_mention_to_the_calm_after_it(programs: Programs) -> None:
    story = Story(programs, 6 * HOUR)
    collector = programs.start("collect")
    wait_for(story.alerts, "an alert about Orange", 60)
    wait_for(lambda: story.alerts()[0].state == "resolved", "it resolves by itself", 150)
    (alert,) = story.alerts()
    actions = [action for action, _operator in story.steps(alert)]
    assert (actions[0], actions[-1]) == (Action.RAISED, Action.RESOLVED)
    assert alert.ended is not None
    assert HOUR + 30 * MINUTE <= alert.ended - story.raised(alert) <= 4 * HOUR
    assert programs.run("alerts", "verdict", "real", str(alert.id)).returncode == 0
    rules = [json.loads(line) for line in programs.run("alerts", "rules", "--json").stdout.splitlines()]
    assert {rule["rule"]: rule["precision"] for rule in rules}["burst"] == 1.0
    collector.terminate()
    assert collector.wait(20) == 0
