"""A collector that was off for three hours while people spoke of the brand: real processes, one after the other.

The room knows four weeks. Nobody is told of the burst as if it were now; the alert says when it was.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from socialhub.clock import HOUR, MINUTE, Clock, iso
from tests.alerts.watched import NOW, RATE, tell_past
from tests.processes.programs import Loopback, Programs
from tests.servers import Answer, LoopbackServer, Request

ROOM = """
[hub]
contact = "https://example.org/"
timezone = "Europe/Paris"
[[topics]]
name = "Orange"
kind = "brand"
query = "orange"
[[sources]]
name = "social"
kind = "json"
allow_private = true
every = "5 min"
order = "oldest"
since_param = "since"
since_form = "milliseconds"
url = "{url}"
[sources.fields]
native_id = "id"
text = "text"
published_at = "at"
"""
_BURST = NOW + HOUR + 5 * MINUTE


class Said:
    """What people say: as much as usual, and sixty more from 17:05 to 17:30."""

    def __init__(self) -> None:
        dice = Random("said")
        usual = [at for at in range(NOW, NOW + 4 * HOUR, MINUTE) if dice.random() < RATE / 60]
        more = [_BURST + place * 25 * MINUTE // 60 for place in range(60)]
        self.moments = sorted([*usual, *more])
        self.now = NOW

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        _path, _mark, since = request.path.partition("since=")
        told = [
            {"id": f"{place} {at}", "text": f"orange numéro {place}", "at": iso(at)}
            for place, at in enumerate(self.moments)
            if int(since or NOW) <= at <= self.now
        ]
        await Answer(json.dumps(told).encode())(request, writer)


@pytest.fixture
def programs(tmp_path: Path) -> Iterator[Programs]:
    room = Programs(tmp_path)
    yield room
    room.close()


def test_a_burst_while_the_collector_was_off(programs: Programs) -> None:
    shutil.copy(tell_past(programs.home / "past.db"), programs.cache)
    programs.environ["TZ"] = "UTC"
    said = Said()

    def at(moment: int, *words: str) -> list[dict[str, object]]:
        said.now = moment
        done = programs.run(*words, SOCIALHUB_CLOCK=f"{Clock().now()}:{moment}:1")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()] if "--json" in words else []

    with Loopback() as loopback:
        server = loopback.open(LoopbackServer({"*": said}))
        programs.configure("", ROOM.replace("{url}", server.url("/")))
        at(NOW + 5 * MINUTE, "collect", "--once")
        before = programs.stored()
        at(NOW + 3 * HOUR, "collect", "--once")
        came = len([each for each in said.moments if each <= NOW + 3 * HOUR])
        assert before < programs.stored() == came
        found = at(NOW + 3 * HOUR + MINUTE, "alerts", "list", "--all", "--json")
        (alert,) = found
        assert (alert["kind"], alert["subject"], alert["state"]) == ("burst", "orange", "resolved")
        assert "16:05–16:30, learned at 18:00" in str(alert["title"])
