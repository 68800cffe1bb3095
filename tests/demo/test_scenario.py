"""The scenario's files: one a source, and a configuration that the real reader accepts."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from socialhub.clock import DAY, HOUR, MINUTE, from_datetime, to_datetime
from socialhub.config import load
from socialhub.demo.help_line import HELP_LINE
from socialhub.demo.rhythm import PARIS
from socialhub.demo.scenario import BROKEN_SOURCE, Scenario, file_of, laid_out, latest_beginning, write_files
from socialhub.demo.story import EVENTS, PLAY_FROM, SPAN
from socialhub.demo.topics import TOPICS
from socialhub.demo.voices import SOURCES
from socialhub.demo.watched import past_lines
from socialhub.sources.mention_files import GoodLine, read_drafts
from tests.demo.conftest import SEED

NOW = from_datetime(datetime(2026, 2, 5, 21, 12, tzinfo=PARIS))


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    scenario = laid_out(tmp_path_factory.mktemp("demo"), NOW)
    write_files(scenario, SEED)
    return scenario


def test_one_file_a_source_holds_all_lines(scenario: Scenario, lines: list[dict[str, Any]], start: int) -> None:
    assert scenario.start == start
    written = []
    for source in SOURCES:
        told = [json.loads(line) for line in file_of(scenario.lines_path, source).read_text("utf-8").splitlines()]
        assert {line["source"] for line in told} == {source}
        written += told
    past = [line.to_dict() for line in past_lines(SEED, start)]
    expected = [*past, *lines]
    assert sorted(written, key=json.dumps) == sorted(expected, key=json.dumps)


def test_the_files_are_read_by_the_replay_source(scenario: Scenario) -> None:
    for source in (*SOURCES, HELP_LINE):
        path = file_of(scenario.lines_path, source)
        assert all(isinstance(line, GoodLine) and line.source == source for line in read_drafts(path, source=source))


def test_the_config_is_accepted_without_a_warning(scenario: Scenario) -> None:
    config = load(scenario.config_path)
    assert not config.warnings
    assert [topic.id for topic in config.topics] == [topic.slug for topic in TOPICS]
    assert [source.name for source in config.sources] == [*SOURCES, HELP_LINE, BROKEN_SOURCE]
    assert {source.kind for source in config.sources[:-1]} == {"replay"}


@pytest.mark.parametrize("hours", range(0, 24 * 4, 5))
def test_playing_begins_at_the_same_time_of_day_at_most_a_day_ago(hours: int) -> None:
    now = NOW + hours * HOUR
    beginning = latest_beginning(now)
    assert now - DAY <= beginning <= now
    assert (to_datetime(beginning, PARIS).hour, to_datetime(beginning, PARIS).minute) == (18, 38)


def test_around_the_change_to_summer_time() -> None:
    now = from_datetime(datetime(2026, 3, 29, 12, 0, tzinfo=PARIS))
    local = to_datetime(latest_beginning(now), PARIS)
    assert (local.day, local.hour, local.minute) == (28, 18, 38)


def test_playing_begins_amid_the_outage_and_just_before_the_sentence() -> None:
    outage, boss = EVENTS["outage"], EVENTS["boss"]
    assert outage.start_offset_ms < PLAY_FROM < outage.end_offset_ms
    assert 0 < boss.start_offset_ms - PLAY_FROM <= 15 * MINUTE
    assert SPAN - PLAY_FROM > 8 * HOUR
