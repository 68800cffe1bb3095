"""Rows of metrics in the cache: late and corrected ones, gaps, long curves by the hour, forgetting, repair."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialhub.clock import DAY, HOUR, MINUTE, floor_hour
from socialhub.metrics import Adds, Measurement, Metric, stretched
from socialhub.store import metrics, repair
from socialhub.store.connection import Writer, open_writer
from socialhub.store.sources import ensure_source
from tests.servers import NOON

START = floor_hour(NOON) - DAY


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with closing(open_writer(tmp_path / "cache.db")) as opened:
        yield opened


def tell(writer: Writer, *rows: tuple[int, float], name: str = "calls", source: str = "help line") -> metrics.Told:
    with writer.transaction() as db:
        number = ensure_source(db, source, "webhook")
        told = [Measurement(name, at, value, "calls") for at, value in rows]
        return metrics.write_measurements(db, number, told, NOON)


def only(writer: Writer) -> Metric:
    (metric,) = metrics.read_metrics(writer.db, NOON)
    return metric


def test_the_same_moment_again_corrects_and_a_late_row_finds_its_place(writer: Writer) -> None:
    assert tell(writer, *((START + n * 5 * MINUTE, n) for n in range(6))) == metrics.Told(new=6)
    again = tell(writer, (START, 0), (START + 5 * MINUTE, 10), (START - HOUR, 7))
    assert again == metrics.Told(new=1, corrected=1)
    metric = only(writer)
    assert (metric.value, metric.last, metric.pace) == (5, START + 25 * MINUTE, 5 * MINUTE)
    assert metrics.cells_of(writer.db, metric, START - HOUR, 30 * MINUTE, 4, NOON) == (7, None, 24, None)
    assert [row[1:3] for row in metrics.hours_of(writer.db, metric.number, START - HOUR, NOON)] == [(7, 1), (24, 6)]


def test_the_same_metric_of_two_sources_are_two(writer: Writer) -> None:
    tell(writer, (START, 1))
    tell(writer, (START, 2), source="import:calls")
    assert [each.value for each in metrics.read_metrics(writer.db, NOON)] == [1, 2]


def test_what_lies_ahead_waits_for_its_time(writer: Writer) -> None:
    tell(writer, (NOON - HOUR, 3), (NOON + HOUR, 9))
    metric = only(writer)
    assert (metric.value, metrics.count_future(writer.db, metric.number, NOON)) == (3, 1)
    assert metrics.cells_of(writer.db, metric, NOON - HOUR, HOUR, 3, NOON) == (3, None, None)


@given(
    st.lists(st.tuples(st.integers(0, 12 * 60 * 6), st.integers(0, 50)), min_size=1, max_size=60),
    st.sampled_from(list(Adds)),
)
@settings(max_examples=40)
def test_hours_and_rows_tell_the_same_curve(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[int, int]], adds: Adds
) -> None:
    """A long curve, which is read from the hours, is what the rows make of it by hand."""
    base = START - 4 * DAY
    with closing(open_writer(tmp_path_factory.mktemp("m") / "cache.db")) as writer:
        with writer.transaction() as db:
            metrics.sync_metrics(db, [metrics.ConfiguredMetric("calls", adds, ())])
        for minute, value in told:
            tell(writer, (base + minute * MINUTE, value))
        latest = dict(told)
        metric = only(writer)
        cells = metrics.cells_of(writer.db, metric, base, 6 * HOUR, 20, NOON) if metric.pace <= 6 * HOUR else ()
        for cell, figure in enumerate(cells):
            inside = [latest[minute] for minute in sorted(latest) if minute // 360 == cell]
            by_hand = {Adds.SUM: sum(inside), Adds.MEAN: sum(inside) / max(len(inside), 1), Adds.LAST: [0, *inside][-1]}
            assert figure == (pytest.approx(by_hand[adds]) if inside else None)


def test_a_row_a_day_stands_for_its_day_and_a_missing_one_is_a_gap() -> None:
    rows = [(0, 5.0), (DAY, 6.0), (4 * DAY, 7.0)]
    by_half_day = stretched(rows, DAY, 0, DAY // 2, 10, 4 * DAY + HOUR)
    assert by_half_day == (5, 5, 6, 6, None, None, None, None, 7, None)


def test_one_is_forgotten_in_chunks_and_its_neighbour_stays(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "FORGOTTEN_AT_ONCE", 7)
    tell(writer, *((START + n * 5 * MINUTE, n) for n in range(40)))
    tell(writer, (START, 1), name="tickets")
    doomed = next(each for each in metrics.read_metrics(writer.db, NOON) if each.name == "calls")
    going = True
    while going:
        with writer.transaction() as db:
            going = bool(metrics.forget_chunk(db, doomed.number))
        assert metrics.hours_agree(writer.db)
    assert only(writer).name == "tickets"


def test_hours_that_went_wrong_are_noticed_and_made_anew(writer: Writer) -> None:
    tell(writer, *((START + n * 20 * MINUTE, n) for n in range(9)))
    before = metrics.hours_of(writer.db, 1, START, NOON)
    writer.db.execute("DELETE FROM metric_hours WHERE hour = ?", (START,))
    assert not repair.check(writer).counts
    assert repair.repair(writer).ok
    assert metrics.hours_of(writer.db, 1, START, NOON) == before
