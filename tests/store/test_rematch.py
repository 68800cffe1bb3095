"""The past matched again: the cache is then as if the new query had been there from the first mention on."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socialhub.collector.jobs import JobRunner
from socialhub.model import Deletion, Draft
from socialhub.store import jobs, rematch, topics
from socialhub.store.jobs import Job, set_paused
from socialhub.store.rematch_jobs import ask_rematch, last_rematches, seconds_left, unfinished_rematches
from tests.room import NOON, Room, draft, is_sound

_WORDS = ("mandarine", "fibre", "panne", "orange", "#libre", "jus", "à Rennes")
_QUERIES = (
    "fibre",
    "mandarine OR fibre",
    "orange -jus",
    "panne NEAR/2 fibre",
    "source:press",
    "panne handle:lea",
    "fibr?s OR /pann?e/",
    "NOT panne",
    "(fibre source:social) OR jus",
    '"panne fibre"',
    "lang:fr kind:post orange",
    "place:bretagne -jus",
)
_folders = itertools.count()


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many chunks, each with few mentions, as in a large cache."""
    monkeypatch.setattr(rematch, "MOST", 4)
    monkeypatch.setattr(rematch, "LEAST", 1)
    monkeypatch.setattr(rematch, "STRETCH", 7)


@st.composite
def posts(draw: st.DrawFn) -> list[tuple[str, Draft]]:
    """Mentions of two sources; few words, so that many repeat one another."""
    count = draw(st.integers(1, 25))
    told = []
    for number in range(count):
        words = draw(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3))
        fields: dict[str, Any] = {"handle": draw(st.sampled_from(("lea", "max"))), "published": NOON - number * 40_000}
        told.append((draw(st.sampled_from(("press", "social"))), draft(f"n{number}", " ".join(words), **fields)))
    return told


def take_in(room: Room, told: list[tuple[str, Draft]]) -> None:
    """Store them one after the other, as separate batches: repeats of one another are then met across batches."""
    for source, each in told:
        room.store(Draft(each.native_id, each.text, handle=each.handle, published=each.published), source=source)


def change(room: Room, queries: dict[str, str], now: int = NOON) -> None:
    """Another configuration; the jobs it asks for stand in the cache."""
    with room.writer.transaction() as db:
        configured = [topics.ConfiguredTopic(slug, slug.title(), "brand", query) for slug, query in queries.items()]
        room.topics = topics.sync_topics(db, configured, now)


def runner(room: Room) -> JobRunner:
    return JobRunner(room.writer, room.ingest, room.clock)


def finish(room: Room) -> None:
    working = runner(room)
    while working.step() is not None:
        pass


def tables(room: Room) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a topic's matches decide, by the topics' names."""
    slugs = "(SELECT slug FROM topics WHERE id = topic)"
    asked = {
        "matches": f"SELECT {slugs}, mention, tone, confidence, first_of_story FROM mention_topics",
        "minutes": f"SELECT {slugs}, minute, source, tone, mentions, stories FROM counts",
        "hours": f"SELECT {slugs}, hour, source, tone, mentions, stories FROM hour_counts",
        "places": f"SELECT {slugs}, minute, place, tone, mentions FROM place_counts",
        "place hours": f"SELECT {slugs}, hour, place, tone, mentions FROM place_hour_counts",
    }
    return {name: sorted(room.db.execute(query), key=repr) for name, query in asked.items()}


@given(told=posts(), before=st.sampled_from(_QUERIES), after=st.sampled_from(_QUERIES))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counts_and_stories_are_those_of_a_new_intake(
    tmp_path: Path, told: list[tuple[str, Draft]], before: str, after: str
) -> None:
    folder = tmp_path / str(next(_folders))
    changed, fresh = Room(folder / "a.db", {"x": before}), Room(folder / "b.db", {"x": after, "new": "orange"})
    take_in(changed, told)
    change(changed, {"x": after, "new": "orange"})
    finish(changed)
    take_in(fresh, told)
    assert tables(changed) == tables(fresh)
    assert is_sound(changed.writer)
    changed.close()
    fresh.close()


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Room]:
    """Thirty mentions, matched by a query that will change."""
    room = Room(tmp_path / "cache.db", {"x": "fibre"})
    for number in range(30):
        room.store(draft(f"n{number}", f"{'fibre' if number % 3 else 'orange'} {number}"))
    yield room
    room.close()


def test_an_unchanged_configuration_asks_for_nothing(filled: Room) -> None:
    change(filled, {"x": "fibre"})
    assert not unfinished_rematches(filled.db)


def test_a_topic_that_comes_back_is_looked_for_in_between(filled: Room) -> None:
    change(filled, {})
    change(filled, {"x": "fibre"}, NOON + 5)
    (job,) = unfinished_rematches(filled.db)
    assert (job.parameters["topic"], job.parameters["until"]) == (filled.topics["x"], 30)
    assert topics.active_topics(filled.db)[0].since == NOON + 5


def test_an_interrupted_job_goes_on_where_it_was(filled: Room) -> None:
    change(filled, {"x": "orange"})
    first = runner(filled).step()
    assert first is not None
    assert (first.state, first.total) == ("running", 30)
    assert 0 < first.done < 30
    second = runner(filled).step()
    assert second is not None
    assert second.done > first.done
    finish(filled)
    assert filled.total("x") == 10
    assert not unfinished_rematches(filled.db)
    assert filled.is_sound()


def test_a_kill_in_a_chunk_leaves_nothing_half_done(filled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    change(filled, {"x": "orange"})
    runner(filled).step()
    before = tables(filled)

    def killed(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "note_progress", killed)
        with pytest.raises(KeyboardInterrupt):
            runner(filled).step()
    assert tables(filled) == before
    finish(filled)
    assert filled.total("x") == 10


def test_a_paused_job_lets_others_pass(filled: Room) -> None:
    change(filled, {"x": "orange"})
    (job,) = unfinished_rematches(filled.db)
    with filled.writer.transaction() as db:
        assert set_paused(db, job.id, paused=True)
    assert runner(filled).step() is None
    assert unfinished_rematches(filled.db)[0].paused
    with filled.writer.transaction() as db:
        assert set_paused(db, job.id, paused=False)
        assert not set_paused(db, job.id, paused=False)
    finish(filled)
    assert filled.total("x") == 10


def test_asked_again_it_begins_anew_and_pauses_no_longer(filled: Room) -> None:
    change(filled, {"x": "orange"})
    runner(filled).step()
    (job,) = unfinished_rematches(filled.db)
    with filled.writer.transaction() as db:
        set_paused(db, job.id, paused=True)
        assert ask_rematch(db, filled.topics["x"], "lea", NOON) == job.id
    (again,) = unfinished_rematches(filled.db)
    assert (again.done, again.paused, again.operator) == (0, False, "lea")


def test_mentions_that_changed_take_a_new_revision(filled: Room) -> None:
    before = dict(filled.db.execute("SELECT id, rev FROM mentions"))
    change(filled, {"x": "fibre OR orange"})
    finish(filled)
    after = dict(filled.db.execute("SELECT id, rev FROM mentions"))
    assert {mention for mention, rev in after.items() if rev != before[mention]} == {
        mention for mention in before if mention % 3 == 1
    }


def test_what_was_taken_back_keeps_its_topics(filled: Room) -> None:
    filled.store(Deletion(native_id="n1"))
    change(filled, {"x": "orange"})
    finish(filled)
    assert filled.total("x") == 11
    assert filled.is_sound()


def test_how_much_came_and_went_and_how_long_it_takes(filled: Room) -> None:
    change(filled, {"x": "orange"})
    finish(filled)
    job = last_rematches(filled.db)[filled.topics["x"]]
    assert (job.state, job.done, job.progress["added"], job.progress["removed"]) == ("done", 30, 10, 20)
    half = Job(1, "rematch", {}, {"active": 3.0}, "running", 10, 40, "", 0, None, "")
    assert seconds_left(half) == 9.0
    assert seconds_left(Job(1, "rematch", {}, {}, "waiting", 0, 0, "", 0, None, "")) is None


def test_chunks_get_smaller_on_a_slow_machine_and_larger_again() -> None:
    pace = rematch.Pace()
    sizes = []
    for seconds in (0.3, 0.3, 0.08, 0.01, 0.01, 0.01):
        pace.note(seconds)
        sizes.append((pace.most, pace.stretch))
    assert sizes == [(2, 3), (1, 1), (1, 1), (2, 3), (4, 7), (4, 7)]


def test_a_topic_that_left_the_configuration_is_not_matched(filled: Room) -> None:
    change(filled, {"x": "orange"})
    change(filled, {})
    finish(filled)
    assert filled.db.execute("SELECT count(*) FROM mention_topics").fetchone() == (20,)
