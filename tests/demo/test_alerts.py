"""The alerts of the demonstration: what was planted is raised in time, and nothing else above a notice."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from socialhub.alerts.engine import Engine
from socialhub.cli import past
from socialhub.clock import HOUR, MINUTE, from_datetime
from socialhub.collector.alerting import engine_settings
from socialhub.config import Config, load
from socialhub.demo.data import read
from socialhub.demo.rhythm import PARIS
from socialhub.demo.scenario import Scenario, laid_out, write_files
from socialhub.demo.seed import seed_history
from socialhub.demo.story import EVENTS, Event
from socialhub.incidents import Action, Alert, Severity
from socialhub.store.alerts import alert_rows, events_of
from socialhub.store.connection import Writer, open_writer

IN_TIME = dict.fromkeys(("launch", "good_news", "outage", "boss"), 10 * MINUTE)
"""What is planted in the volume (the sources tell the hole and the silence)."""
AFTERMATH = 2 * HOUR
MONDAY = from_datetime(datetime(2026, 2, 2, 3, 0, tzinfo=PARIS))


@dataclass
class Played:
    """The whole story taken in, without any alert yet."""

    folder: Path
    scenario: Scenario
    config: Config


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    folder = tmp_path_factory.mktemp("played")
    scenario = laid_out(folder, MONDAY + 48 * HOUR)
    write_files(scenario, 2026)
    config = load(scenario.config_path)
    writer = open_writer(folder / "cache.db")
    seed_history(writer, scenario, 2026)
    # From the wave on as it was heard: a wave is found by when it arrives, a volume by when it was published.
    past.take_in(writer, config, scenario.end, ((10 * HOUR, 5 * MINUTE),))
    with writer.transaction() as db:
        # The history ends where playing begins: all sources that spoke until then are heard to the end.
        db.execute("UPDATE polls SET end = ? WHERE end = ? AND outcome = 'ok'", (scenario.end, scenario.play_from))
    writer.checkpoint()
    writer.close()
    return Played(folder, scenario, config)


@pytest.fixture
def writer(played: Played, tmp_path: Path) -> Iterator[Writer]:
    writer = open_writer(Path(shutil.copy(played.folder / "cache.db", tmp_path / "cache.db")))
    yield writer
    writer.close()


def live(writer: Writer, config: Config, start: int, end: int, step: int) -> None:
    """Let the alerts of that time come and go, with a look every `step`: fewer looks find nothing sooner."""
    engine = Engine(engine_settings(config))
    for moment in range(start, end, step):
        topics = engine.begin(writer.db, moment, None)
        signals = [signal for topic in topics for signal in engine.look(writer.db, topic)]
        with writer.transaction() as db:
            engine.run(db, moment, signals)


def raised_at(writer: Writer, alert: Alert) -> int:
    return next(step.at for step in events_of(writer.db, alert.id) if step.action == Action.RAISED)


@pytest.mark.parametrize("name", IN_TIME)
def test_what_is_planted_is_raised_in_time(name: str, played: Played, writer: Writer) -> None:
    event = EVENTS[name]
    begins = played.scenario.start + event.start_offset_ms
    live(writer, played.config, begins, begins + IN_TIME[name] + MINUTE, 2 * MINUTE)
    topics = dict(writer.db.execute("SELECT id, slug FROM topics").fetchall())
    found = [alert for alert in alert_rows(writer.db) if topics.get(alert.topic or 0) == event.topic]
    assert found, [alert.subject for alert in alert_rows(writer.db)]
    assert min(raised_at(writer, alert) for alert in found) <= begins + IN_TIME[name]


def test_good_news_is_a_moment_and_no_warning(played: Played, writer: Writer) -> None:
    event = EVENTS["good_news"]
    begins = played.scenario.start + event.start_offset_ms
    live(writer, played.config, begins, begins + HOUR, 2 * MINUTE)
    topics = dict(writer.db.execute("SELECT slug, id FROM topics").fetchall())
    found = [alert for alert in alert_rows(writer.db, limit=-1) if alert.topic == topics[event.topic]]
    assert "moment" in {alert.kind for alert in found}
    assert {alert.severity for alert in found} == {Severity.NOTICE}


def test_the_wave_of_young_accounts_is_coordination(played: Played, writer: Writer) -> None:
    hours, minutes = read("planted")["wave"]["at"]
    begins = played.scenario.start + hours * HOUR + minutes * MINUTE
    live(writer, played.config, begins, begins + 11 * MINUTE, 2 * MINUTE)
    found = [alert for alert in alert_rows(writer.db) if alert.kind == "coordination"]
    assert {str(alert.subject).partition("·")[0] for alert in found} == {"mandarine", "fibre"}
    for alert in found:
        assert raised_at(writer, alert) <= begins + 10 * MINUTE
        assert alert.severity is Severity.WARNING
        assert alert.facts["young"] == alert.facts["ages"] >= 10
        assert "remboursement-ouest.example" in alert.facts["pushed"]


def test_the_unknown_error_code_is_a_weak_signal_before_the_outage(played: Played, writer: Writer) -> None:
    hours, minutes = read("planted")["weak"]["at"]
    begins = played.scenario.start + hours * HOUR + minutes * MINUTE
    outage = played.scenario.start + EVENTS["outage"].start_offset_ms
    live(writer, played.config, begins, outage, 5 * MINUTE)
    (found,) = [alert for alert in alert_rows(writer.db) if alert.kind == "weak_signal"]
    assert found.subject == "fibre·word:f3042"
    assert found.severity is Severity.NOTICE
    assert raised_at(writer, found) < outage - 30 * MINUTE
    assert found.facts["words"][0] == "F3042"
    assert found.facts["learning"]


def test_the_calls_to_the_help_line_that_follow_the_outage_are_told_once(played: Played, writer: Writer) -> None:
    begins = played.scenario.start + EVENTS["outage"].start_offset_ms
    live(writer, played.config, begins - 2 * HOUR, begins + 75 * MINUTE, 10 * MINUTE)
    (found,) = [alert for alert in alert_rows(writer.db, limit=-1) if alert.kind == "metric"]
    assert found.subject == "mandarine·metric:metric/Appels au 3900/standard:3900"
    assert begins + 25 * MINUTE < raised_at(writer, found) <= begins + 70 * MINUTE
    assert found.incident is not None


@pytest.mark.long
def test_nothing_else_is_above_a_notice(played: Played, writer: Writer) -> None:
    scenario = played.scenario
    live(writer, played.config, scenario.start + 30 * MINUTE, scenario.end, 5 * MINUTE)
    planted = [EVENTS[name] for name in IN_TIME]
    alerts = {alert.id: alert for alert in alert_rows(writer.db, limit=-1) if alert.topic is not None}
    assert {Severity.WARNING, Severity.CRISIS} <= {alert.severity for alert in alerts.values()}
    for alert in alerts.values():
        if alert.severity > Severity.NOTICE:
            assert any(is_within(event, raised_at(writer, alert), scenario) for event in planted), alert.subject


def is_within(event: Event, moment: int, scenario: Scenario) -> bool:
    first, last = scenario.start + event.start_offset_ms, scenario.start + event.end_offset_ms
    return first <= moment <= last + AFTERMATH


@pytest.mark.long
def test_the_crises_are_the_outage_and_the_sentence_and_each_is_one_incident(played: Played, writer: Writer) -> None:
    scenario = played.scenario
    live(writer, played.config, scenario.start + 35 * HOUR, scenario.start + 42 * HOUR, 3 * MINUTE)
    alerts = {alert.id: alert for alert in alert_rows(writer.db, limit=-1)}
    crises = [alert for alert in alerts.values() if alert.severity is Severity.CRISIS]
    assert {alert.subject for alert in crises} == {"fibre", "mandarine", "direction"}
    by_subject = {alert.subject: alert for alert in crises}
    assert leader(by_subject["fibre"]) == leader(by_subject["mandarine"])


def leader(alert: Alert) -> int:
    return alert.incident or alert.id
