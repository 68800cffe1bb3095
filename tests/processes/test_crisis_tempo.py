"""A crisis declared in one process: the collector, another one, asks what feeds it more often until it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from socialhub.clock import HOUR, MINUTE, Clock
from socialhub.model import SourceRow
from socialhub.store import sources
from tests.collector.test_collector import feed_table
from tests.processes.programs import ROOM, Loopback, Programs, wait_for
from tests.servers import FEED, Answer, LoopbackServer

SPEED = 1_800


def test_what_feeds_a_topic_is_asked_faster_from_the_moment_somebody_says_that_it_burns(tmp_path: Path) -> None:
    programs, now = Programs(tmp_path), Clock().now()
    programs.environ["SOCIALHUB_CLOCK"] = f"{now}:{now}:{SPEED}"

    def row_when(condition: Callable[[SourceRow], bool], what: str) -> SourceRow:
        def found() -> list[SourceRow]:
            with programs.reading() as db:
                return [row for row in sources.source_rows(db) if condition(row)]

        return wait_for(found, what)[0]

    with Loopback() as loopback:
        server = loopback.open(LoopbackServer({"*": Answer(FEED)}))
        room = ROOM.replace("[hub]", "[hub]\nfaster_in_crisis = 20")
        programs.configure(feed_table("presse", server.url("/"), "24 h"), room)
        try:
            programs.start("collect")
            programs.wait_stored(2)
            calm = row_when(lambda row: row.last_success is not None, "the first poll is over")
            assert calm.interval == 24 * HOUR
            declared = programs.run("crisis", "on", "mandarine", "--for", "2 d")
            assert "Mandarine is in a crisis until" in declared.stderr
            assert "1 source that feeds it is asked more often." in declared.stderr
            # A day is 48 s of this clock: more than anything here waits for.
            wait_for(lambda: len(server.requests) >= 2, "asked before it was due")
            hot = row_when(lambda row: row.interval < calm.interval, "and on from there")
            assert hot.interval == 72 * MINUTE
            (told,) = map(json.loads, programs.run("sources", "list", "--json").stdout.splitlines())
            assert (told["tempo"], told["tempo_text"]) == (["crisis"], "every 1 h 12 min, crisis")
            assert (told["interval_s"], told["every_s"]) == (hot.interval // 1000, calm.interval // 1000)
            over = programs.run("crisis", "off", "Mandarine")
            assert over.stderr == "The crisis of Mandarine is over.\n"
            row_when(lambda row: row.interval >= calm.interval, "as before")
            (listed,) = map(json.loads, programs.run("crisis", "list", "--json").stdout.splitlines())
            assert (listed["operator"], listed["ended_by"], listed["on"]) == ("lea", "lea", False)
            assert programs.run("crisis", "off", "mandarine").returncode == 2
            assert "There is no topic" in programs.run("crisis", "on", "nobody").stderr
        finally:
            programs.close()
