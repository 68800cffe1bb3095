"""The past judged anew: labels, models and counts move together, corrections stand, it goes on where it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from socialhub.collector import relabelling
from socialhub.collector.jobs import JobRunner
from socialhub.model import Deletion, Tone
from socialhub.pipeline.sentiment.linear import shipped_weights
from socialhub.store import corrections, jobs, relabel, topics
from socialhub.store.connection import last_rev
from tests.clauses import SignedJudge
from tests.room import NOON, Room, draft


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """Thirty mentions that another model judged: ten times the same words, bad for Mandarine and good for Libre."""
    made = Room(tmp_path / "cache.db")
    for number in range(10):
        made.store(draft(f"same{number}", "mandarine- en panne #libre libre+ -"))
        made.store(draft(f"own{number}", f"mandarine + {number}"), draft(f"other{number}", f"rien {number}"))
    made.ingest.judge = SignedJudge(made.topics)
    yield made
    made.close()


def ask(room: Room, *, everything: bool = False) -> int:
    with room.writer.transaction() as db:
        return relabel.ask_relabel(db, room.ingest.judge.name, "lea", NOON, everything=everything)


def finish(room: Room) -> None:
    runner = JobRunner(room.writer, room.ingest, room.clock)
    while runner.step() is not None:
        pass


def test_labels_models_and_counts_are_those_of_the_model_in_force(room: Room) -> None:
    number, rev = ask(room), last_rev(room.db)
    finish(room)
    assert relabel.judged_by(room.db) == {"signs": 30}
    assert room.counted() == {-1: 10, 0: 10, 1: 10}
    assert room.counted("mandarine") == {-1: 10, 1: 10}
    assert room.counted("libre") == {1: 10}
    assert room.is_sound()
    job = jobs.job_by_id(room.db, number)
    assert job is not None
    assert (job.state, job.done, job.total, job.progress["judged"]) == ("done", 30, 30, 30)
    assert last_rev(room.db) == rev + job.progress["changed"]


def test_repeats_are_judged_once(room: Room) -> None:
    judge = room.ingest.judge
    assert isinstance(judge, SignedJudge)
    ask(room)
    finish(room)
    assert judge.judged == 21


def test_what_people_fixed_stands_and_the_judges_word_is_kept_beside_it(room: Room) -> None:
    with room.writer.transaction() as db:
        corrections.fix_tones(db, [1], 0, Tone.POSITIVE, "lea", NOON)
        corrections.fix_tones(db, [1], room.topics["mandarine"], Tone.NEUTRAL, "lea", NOON)
    ask(room)
    finish(room)
    general, mandarine, libre = corrections.tones_of(room.db, 1)
    told = [None if each.verdict is None else each.verdict.tone for each in (general, mandarine, libre)]
    assert told == [Tone.POSITIVE, Tone.NEUTRAL, Tone.POSITIVE]
    assert [each.judged.tone for each in corrections.corrections_of(room.db, 1) if each.judged] == [-1, -1]
    assert room.is_sound()
    with room.writer.transaction() as db:
        corrections.fix_tones(db, [1], 0, None, "lea", NOON)
        corrections.fix_tones(db, [1], room.topics["mandarine"], None, "lea", NOON)
    assert room.counted("mandarine") == {-1: 10, 1: 10}
    assert room.is_sound()


def test_an_interrupted_job_goes_on_where_it_was(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relabelling, "IN_TIME", 0)
    number = ask(room)
    for _chunk in range(7):
        JobRunner(room.writer, room.ingest, room.clock).step()
    job = jobs.job_by_id(room.db, number)
    assert job is not None
    assert (job.state, job.done) == ("running", 7)
    assert relabel.judged_by(room.db) == {shipped_weights().name: 23, "signs": 7}
    assert room.is_sound()
    finish(room)
    assert relabel.judged_by(room.db) == {"signs": 30}
    assert room.is_sound()


def test_only_what_another_model_judged_unless_everything_is_asked_for(room: Room) -> None:
    ask(room)
    finish(room)
    judge = room.ingest.judge
    assert isinstance(judge, SignedJudge)
    before = judge.judged
    ask(room)
    finish(room)
    assert judge.judged == before
    ask(room, everything=True)
    finish(room)
    assert judge.judged > before


def test_a_change_of_model_is_noticed_once(room: Room) -> None:
    def noticed(model: str) -> bool:
        with room.writer.transaction() as db:
            return relabel.ask_if_outdated(db, model, NOON)

    assert not noticed(shipped_weights().name)
    assert noticed("signs")
    assert not noticed("signs")
    assert len(jobs.unfinished_jobs(room.db, relabel.RELABEL)) == 1
    assert noticed("newer signs")
    assert len(jobs.unfinished_jobs(room.db, relabel.RELABEL)) == 1
    finish(room)
    assert not noticed("signs")


def test_what_was_taken_back_is_left_alone(room: Room) -> None:
    room.store(Deletion(native_id="own0"))
    ask(room)
    finish(room)
    assert relabel.judged_by(room.db) == {"signs": 29}
    assert room.is_sound()


def test_a_mention_that_comes_to_a_second_topic_is_judged_for_both(tmp_path: Path) -> None:
    room = Room(tmp_path / "cache.db", {"mandarine": "mandarine"})
    room.ingest.judge = SignedJudge({"mandarine": 1, "libre": 2})
    room.store(draft("1", "mandarine- en panne libre+"))
    with room.writer.transaction() as db:
        wanted = [topics.ConfiguredTopic(slug, slug, "brand", slug) for slug in ("mandarine", "libre")]
        room.topics = topics.sync_topics(db, wanted, NOON)
    finish(room)
    assert (room.counted("mandarine"), room.counted("libre")) == ({-1: 1}, {1: 1})
    assert room.is_sound()
    room.close()
