"""The precise model judges again what matters most, in the background; people and the counts stay right."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from socialhub.collector.jobs import JobRunner
from socialhub.collector.rescoring import Rescoring, precise_judge
from socialhub.collector.store_thread import StoreThread
from socialhub.collector.teaching import Teaching, model_in_force
from socialhub.config import Config
from socialhub.incidents import Severity
from socialhub.model import PRECISE, Tone
from socialhub.pipeline.sentiment.linear import LinearModel, shipped_weights
from socialhub.pipeline.sentiment.precise import is_installed
from socialhub.query import parse
from socialhub.store import relabel, rescoring, sentiment_models
from socialhub.store.alerts import raise_alert
from socialhub.store.connection import open_writer
from socialhub.store.corrections import fix_tones, tones_of
from socialhub.store.counts import recount
from tests.room import NOON, Room, draft

needs_extra = pytest.mark.skipif(not is_installed(), reason="the extra [precise] is not built for this machine")

_SURE = "Panne de fibre lamentable chez Mandarine, service nul, je suis furieux"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """A cache and its way in."""
    made = Room(tmp_path / "cache.db")
    yield made
    made.close()


def ids(room: Room, *native_ids: str) -> list[int]:
    """The numbers of these mentions."""
    found = dict(room.db.execute("SELECT native_id, id FROM mentions").fetchall())
    return [found[each] for each in native_ids]


def unsure(room: Room, *native_ids: str) -> None:
    """As if the small model had not known what to say of these."""
    with room.writer.transaction() as db:
        for mention in ids(room, *native_ids):
            db.execute("UPDATE mentions SET confidence = 0.4 WHERE id = ?", (mention,))
        recount(db)


def test_what_alerts_show_comes_first_then_reach_then_the_unsure(room: Room) -> None:
    room.store(draft("sure", _SURE), draft("shown", f"{_SURE} !"), draft("doubt", f"{_SURE} et encore"))
    room.store(draft("star", f"{_SURE} depuis hier", followers=50_000), source="social")
    unsure(room, "doubt")
    shown, star, doubt = ids(room, "shown", "star", "doubt")
    with room.writer.transaction() as db:
        raise_alert(db, "burst", "mandarine", Severity.WARNING, NOON, NOON, {"top": [shown], "first": shown})
    assert rescoring.worth_judging_again(room.db, 10) == [shown, star, doubt]
    assert rescoring.worth_judging_again(room.db, 1) == [shown]


def judge_again(room: Room, times: int) -> list[int]:
    """How many the precise model judges, each time it looks; on the collector's threads."""

    async def work() -> list[int]:
        store = StoreThread()
        writer = await store.open(room.path)
        judge = precise_judge({room.topics["mandarine"]: parse("mandarine")}, ["Mandarine"])
        rescoring_run = Rescoring(Config(path=room.path), writer, store, room.clock)
        done = [await rescoring_run.step(judge) for _time in range(times)]
        await store.run(writer.close)
        store.close()
        return done

    room.close()
    done = asyncio.run(work())
    room.writer = open_writer(room.path)
    return done


@needs_extra
def test_it_judges_again_marks_it_and_people_stand(room: Room) -> None:
    room.store(draft("1", "La fibre de Mandarine, on en parle ? Trois semaines sans rien"), draft("2", f"{_SURE} 2"))
    room.store(draft("3", "Mandarine a rétabli la fibre, bravo aux équipes"))
    unsure(room, "1", "2", "3")
    first, second, third = ids(room, "1", "2", "3")
    with room.writer.transaction() as db:
        fix_tones(db, [second], 0, Tone.POSITIVE, "lea", NOON)
    unsure(room, "2")

    assert judge_again(room, times=2) == [3, 0]
    models = dict(room.db.execute("SELECT id, model FROM mentions").fetchall())
    assert all(models[each].startswith(PRECISE) for each in (first, second, third))
    assert tones_of(room.db, first)[0].precise
    (told,) = [each for each in tones_of(room.db, second) if each.topic == 0]
    assert told.fixed is not None
    assert told.verdict is not None
    assert told.verdict.tone is Tone.POSITIVE
    assert room.is_sound()


@needs_extra
def test_judging_the_past_anew_leaves_what_it_judged_alone_unless_all_is_meant(room: Room) -> None:
    room.store(draft("1", "La fibre de Mandarine, on en parle ?"), draft("2", f"{_SURE} 2"))
    unsure(room, "1")
    assert judge_again(room, times=1) == [1]
    room.ingest.judge.use(LinearModel(replace(shipped_weights(), name="another")))
    relabel_all(room, everything=False)
    assert relabel.judged_by(room.db) == {"another": 1, "precise-1": 1}
    relabel_all(room, everything=True)
    assert relabel.judged_by(room.db) == {"another": 2}
    assert room.is_sound()


def relabel_all(room: Room, *, everything: bool) -> None:
    """What `sentiment relabel` does."""
    with room.writer.transaction() as db:
        relabel.ask_relabel(db, room.ingest.judge.name, "lea", NOON, everything=everything)
    runner = JobRunner(room.writer, room.ingest, room.clock)
    while runner.step() is not None:
        pass


def test_a_model_put_in_force_judges_what_comes_next_until_it_is_undone(room: Room) -> None:
    teaching = Teaching(room.db, room.ingest)
    assert not teaching.look()
    shipped = shipped_weights()
    bad = replace(shipped, name=f"{shipped.name}+1", bias=(9.0, 0.0))
    with room.writer.transaction() as db:
        sentiment_models.add_model(db, bad.name, shipped.name, "lea", NOON, {}, bad.to_bytes())
    assert teaching.look()
    assert not teaching.look()
    room.store(draft("1", "Merci beaucoup, tout marche"))
    with room.writer.transaction() as db:
        sentiment_models.undo(db)
    assert teaching.look()
    room.store(draft("2", "Merci beaucoup, tout marche bien"))
    told = dict(room.db.execute("SELECT native_id, tone FROM mentions").fetchall())
    assert told == {"1": Tone.NEGATIVE, "2": Tone.POSITIVE}
    assert relabel.judged_by(room.db) == {shipped.name: 1, bad.name: 1}


def test_a_model_adapted_from_other_weights_than_the_shipped_ones_is_not_used(room: Room) -> None:
    shipped = shipped_weights()
    with room.writer.transaction() as db:
        sentiment_models.add_model(db, "linear-0+1", "linear-0", "lea", NOON, {}, shipped.to_bytes())
    assert model_in_force(room.db, "linear").name == shipped.name
