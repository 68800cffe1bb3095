"""The config is changed under a running collector: it goes on by the new one, and the past follows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from socialhub.clock import real_now
from socialhub.store.connection import collector_lock
from socialhub.store.rematch_jobs import unfinished_rematches
from tests.processes.programs import PATIENCE, ROOM, Loopback, Programs, kill, wait_for
from tests.sources.fake_bluesky import FakeJetstream, commit, record

_SAID = ("Plus de fibre à Lyon", "Le jus d'orange", "Rien à dire")


class Stream:
    """A stream of posts and the room that listens to it."""

    def __init__(self, programs: Programs, loopback: Loopback) -> None:
        self.programs, self.loopback = programs, loopback
        self.server = loopback.open(FakeJetstream())
        self.said = 0
        self.source = (
            '[[sources]]\nname = "bluesky"\nkind = "jetstream"\nkeep = "all"\nallow_private = true\n'
            f'servers = ["{self.server.url}"]\n'
        )
        programs.configure(self.source)

    def say(self, count: int) -> None:
        """So many posts more, and wait until they are stored."""
        now_us = real_now() * 1000
        frames = []
        for number in range(self.said, self.said + count):
            frames.append(commit(now_us + number, f"{number:013d}", record(f"{_SAID[number % 3]} ({number})")))
        self.said += count
        self.loopback.call(self.server.say(*frames))
        self.programs.wait_stored(self.said)

    def matched(self, topic: str) -> int:
        """Mentions counted under a topic."""
        with self.programs.reading() as db:
            (count,) = db.execute(
                "SELECT ifnull(sum(mentions), 0) FROM counts JOIN topics ON topics.id = topic WHERE slug = ?", (topic,)
            ).fetchone()
            return int(count)

    def is_matched_again(self) -> bool:
        """Whether nothing of the past waits any more."""
        with self.programs.reading() as db:
            return not unfinished_rematches(db)


@contextmanager
def somebody_who_wants_the_place(programs: Programs) -> Iterator[Callable[[], bool]]:
    """Whoever finds the place free takes it; yields whether that ever happened."""
    lock, stop, got = collector_lock(programs.cache), threading.Event(), threading.Event()

    def try_it() -> None:
        while not stop.wait(0.002):
            if lock.acquire():
                got.set()
                lock.release()

    thread = threading.Thread(target=try_it)
    thread.start()
    try:
        yield got.is_set
    finally:
        stop.set()
        thread.join()


def test_a_running_collector_follows_its_config(programs: Programs, loopback: Loopback) -> None:
    stream = Stream(programs, loopback)
    collector = programs.start("collect")
    wait_for(lambda: programs.collects(collector), "it collects")
    stream.say(30)
    before = programs.collector()
    assert before is not None
    assert stream.matched("fibre") == 10

    with somebody_who_wants_the_place(programs) as was_free:
        changed = ROOM.replace('query = "fibre"', 'query = "fibre OR orange"') + _NEW_TOPIC
        programs.configure(stream.source, changed)
        wait_for(lambda: programs.collects(collector) and programs.collector() != before, "the change is followed")
        wait_for(lambda: (stream.matched("fibre"), stream.matched("rien")) == (20, 10), "the past is matched again")
        stream.say(30)
        assert (stream.matched("fibre"), stream.matched("rien")) == (40, 20)

        programs.configure(stream.source, changed.replace("fibre OR orange", "fibre OR (orange"))
        wait_for(lambda: "is not followed" in programs.output(), "the log says what is wrong")
        stream.say(30)
        assert (stream.matched("fibre"), stream.matched("rien")) == (60, 30)
        assert not was_free()

    collector.terminate()
    assert collector.wait(PATIENCE) == 0
    assert programs.is_sound()
    assert "Traceback" not in programs.output()


def test_killed_while_the_past_is_matched_it_goes_on_afterwards(programs: Programs, loopback: Loopback) -> None:
    stream = Stream(programs, loopback)
    collector = programs.start("collect")
    stream.say(3_000)
    programs.configure(stream.source, ROOM + _NEW_TOPIC)
    wait_for(lambda: not stream.is_matched_again() or stream.matched("rien"), "the past is being matched")
    kill(collector)
    assert stream.matched("rien") < 1_000 or stream.is_matched_again()
    again = programs.start("collect")
    wait_for(lambda: programs.collects(again) and stream.is_matched_again(), "the past is matched")
    assert stream.matched("rien") == 1_000
    again.terminate()
    assert again.wait(PATIENCE) == 0
    assert programs.is_sound()


_NEW_TOPIC = '[[topics]]\nname = "Rien"\nkind = "issue"\nquery = "rien"\n'
