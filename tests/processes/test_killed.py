"""Kill -9 of the collector while it takes mentions in: nothing is lost, nothing comes twice, the cache stays sound."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime

import pytest

from socialhub.clock import HOUR, SECOND, real_now
from socialhub.store.sources import cursor_of, source_by_name
from tests.processes.programs import PATIENCE, Loopback, Programs, kill, wait_for
from tests.sources.fake_bluesky import FakeJetstream, commit, post_uri, record
from tests.sources.fake_mastodon import FakeMastodon, Status, status

_STEP_US = 100_000
"""A reconnect repeats five seconds: fifty posts, fewer than are stored together."""
_DELETED, _EDITED = 7, 5
"""Every so-many-th post is deleted or edited a little later."""
_SAID = ("Plus de fibre à Lyon", "La fibre, bravo !", "Rien à dire", "Mandarine : la panne continue")


def _frames(first: int, count: int, start_us: int) -> list[str]:
    """Posts, some of them repeats, some edited or deleted a hundred frames later."""
    frames = []
    for number in range(first, first + count):
        at = start_us + number * _STEP_US
        written = datetime.fromtimestamp(at / 1_000_000, UTC).isoformat()
        text = _SAID[number % 4] + ("" if number % 3 == 0 else f" ({number})")
        frames.append(commit(at, f"{number:013d}", record(text, createdAt=written)))
        earlier = number - 100
        if earlier < 0:
            continue
        if earlier % _DELETED == 0:
            frames.append(commit(at + 1, f"{earlier:013d}", None, "delete"))
        elif earlier % _EDITED == 0:
            edited = record(f"corrigé, plus de fibre {earlier}", createdAt=written)
            frames.append(commit(at + 2, f"{earlier:013d}", edited, "update"))
    return frames


class Stream:
    """A Jetstream that is always one portion ahead of the collector, and the collector's room."""

    def __init__(self, programs: Programs, loopback: Loopback) -> None:
        self.programs, self.loopback = programs, loopback
        self.server = loopback.open(FakeJetstream())
        self.start_us = (real_now() - HOUR) * 1000
        self.said = 0
        programs.configure(
            '[[sources]]\nname = "bluesky"\nkind = "jetstream"\nkeep = "all"\nallow_private = true\n'
            f'servers = ["{self.server.url}"]\n'
        )

    def say(self, count: int) -> None:
        """So many posts more."""
        frames = _frames(self.said, count, self.start_us)
        self.said += count
        self.loopback.call(self.server.say(*frames))

    def caught_up(self) -> bool:
        """Whether the newest post is stored (frames are in order)."""
        last = self.start_us + (self.said - 1) * _STEP_US
        with self.programs.reading() as db:
            row = source_by_name(db, "bluesky")
            return row is not None and int(cursor_of(db, row.number).get("time_us", 0)) >= last


def _kill_again_and_again(stream: Stream, kills: int, dice: random.Random) -> None:
    """Each collector dies at another moment: while it starts, after some posts, in the middle of a commit."""
    for _kill in range(kills):
        stream.say(250)
        before = stream.programs.stored()
        collector = stream.programs.start("collect")
        if dice.random() < 0.2:
            time.sleep(dice.uniform(0.1, 1.5))
        else:
            stream.programs.wait_stored(before + dice.randrange(1, 150))
            time.sleep(dice.uniform(0, 0.08))
        kill(collector)


def _check(stream: Stream) -> None:
    """Let one collector finish, then look at everything."""
    programs = stream.programs
    stream.say(50)
    collector = programs.start("collect")
    wait_for(lambda: programs.collects(collector) and stream.caught_up(), "the last collector caught up")
    collector.terminate()
    assert collector.wait(PATIENCE) == 0
    with programs.reading() as db:
        rows = dict(db.execute("SELECT canonical_id, tombstone || text FROM mentions").fetchall())
        (stored, revs, sightings, told) = db.execute(
            "SELECT (SELECT count(*) FROM mentions), (SELECT count(DISTINCT rev) FROM mentions),"
            " (SELECT count(*) FROM sightings), (SELECT stored FROM sources WHERE name = 'bluesky')"
        ).fetchone()
    assert set(rows) == {post_uri(number) for number in range(stream.said)}
    assert stored == revs == sightings == told == stream.said
    for number in range(stream.said - 100):
        said = rows[post_uri(number)]
        if number % _DELETED == 0:
            assert said == "deleted"
        elif number % _EDITED == 0:
            assert said.startswith("corrigé")
        else:
            assert said.startswith(_SAID[number % 4])
    assert programs.is_sound()
    assert "Traceback" not in programs.output()


def test_kills_during_a_stream_lose_and_double_nothing(programs: Programs, loopback: Loopback) -> None:
    stream = Stream(programs, loopback)
    _kill_again_and_again(stream, 5, random.Random(1))
    _check(stream)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
def test_a_hundred_kills_do_not_either(programs: Programs, loopback: Loopback, seed: int) -> None:
    stream = Stream(programs, loopback)
    _kill_again_and_again(stream, 10, random.Random(1000 + seed))
    _check(stream)


def _lately(numbers: range) -> list[Status]:
    """Posts of the last hour: what is older than `catch_up` would be left out, and told."""
    begun = real_now() - HOUR
    return [
        status(number, created_at=datetime.fromtimestamp((begun + number * SECOND) / 1000, UTC).isoformat())
        for number in numbers
    ]


def test_kills_between_pages_of_a_timeline_lose_and_double_nothing(programs: Programs, loopback: Loopback) -> None:
    dice = random.Random(3)
    server = loopback.open(FakeMastodon(_lately(range(1, 31))))
    programs.configure(
        f'[[sources]]\nname = "piaille"\nkind = "mastodon"\nserver = "{server.url}"\ntags = ["fibre"]\n'
        "allow_private = true\n"
    )
    assert programs.run("collect", "--once").returncode == 0
    server.statuses += _lately(range(31, 700))
    for _kill in range(2):
        before = programs.stored()
        collector = programs.start("collect", "--once")
        programs.wait_stored(before + dice.randrange(1, 300))
        time.sleep(dice.uniform(0, 0.05))
        kill(collector)
    assert programs.run("collect", "--once").returncode == 0
    with programs.reading() as db:
        stored = [native for (native,) in db.execute("SELECT native_id FROM mentions").fetchall()]
    assert sorted(stored) == [f"{number:018d}" for number in range(1, 700)]
    assert programs.is_sound()
