"""A collector that was off for nearly eight hours while what people said of the brand turned bad: real processes.

Before it starts nobody calls the room calm; afterwards the turn is told with its own times, and not as if it were now.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from socialhub.clock import HOUR, MINUTE, Clock, iso
from tests.alerts.watched import NOW, RATE, tell_past
from tests.processes.programs import Loopback, Programs
from tests.processes.test_learned_late import ROOM
from tests.servers import Answer, LoopbackServer, Request

_DOWN = 7 * HOUR + 50 * MINUTE
_TURNED, _CALMED = NOW + HOUR, NOW + 5 * HOUR
_BAD = (
    "est nul et horrible, je déteste",
    "quelle honte, horrible et nul",
    "est une arnaque, lamentable et nul",
    "est honteux, lamentable, je suis furieux",
)
_PLAIN = (
    "facture",
    "boutique",
    "forfait",
    "couleur",
    "rendez-vous",
    "question",
    "courrier",
    "horaire",
    "vitrine",
    "papier",
)
_WHEN = ("lundi", "mardi", "jeudi", "samedi", "hier", "demain", "à midi", "ce soir", "en mai", "en juin", "en août")


def _said(at: int) -> str:
    """A text of its own for every minute: copies would be one story."""
    dice = Random(at)
    words, when = dice.sample(_PLAIN, 3), dice.sample(_WHEN, 2)
    if _TURNED <= at < _CALMED:
        return f"orange {dice.choice(_BAD)} : {words[0]} {when[0]}, {words[1]}"
    return f"orange : {words[0]} {when[0]}, {words[1]} et {words[2]} {when[1]}"


class Talk:
    """What people say, as often as usual."""

    def __init__(self) -> None:
        dice = Random("talk")
        self.moments = [at for at in range(NOW, NOW + _DOWN, MINUTE) if dice.random() < RATE / 60]
        self.now = NOW

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        since = int(request.path.partition("since=")[2] or NOW)
        told = [
            {"id": str(at), "text": _said(at), "at": iso(at), "by": f"p{at // MINUTE}"}
            for at in self.moments
            if since <= at <= self.now
        ]
        await Answer(json.dumps(told).encode())(request, writer)


@pytest.fixture
def programs(tmp_path: Path) -> Iterator[Programs]:
    room = Programs(tmp_path)
    yield room
    room.close()


def test_a_turn_of_the_tone_while_the_collector_was_off(programs: Programs) -> None:
    shutil.copy(tell_past(programs.home / "past.db"), programs.cache)
    programs.environ["TZ"] = "UTC"
    talk = Talk()

    def at(moment: int, *words: str) -> Any:
        talk.now = moment
        done = programs.run(*words, SOCIALHUB_CLOCK=f"{Clock().now()}:{moment}:1")
        assert done.returncode == 0, done.stderr
        return done

    with Loopback() as loopback:
        server = loopback.open(LoopbackServer({"*": talk}))
        programs.configure("", ROOM.replace("{url}", server.url("/")) + 'handle = "by"\n')
        at(NOW + 5 * MINUTE, "collect", "--once")
        later = NOW + _DOWN
        before = at(later, "alerts", "list").stderr
        assert "Nothing is heard since 16:05: nobody collects." in before
        at(later, "collect", "--once")
        assert programs.stored() == len(talk.moments)
        (alert,) = (
            json.loads(line) for line in at(later + MINUTE, "alerts", "list", "--all", "--json").stdout.splitlines()
        )
        assert (alert["kind"], alert["subject"], alert["state"]) == ("tone_shift", "orange", "resolved")
        assert "–20:00, learned at 22:50" in alert["title"]
        assert "negative in" in alert["title"]
        at(later + 2 * MINUTE, "collect", "--once")
        again = at(later + 3 * MINUTE, "alerts", "list", "--all", "--json").stdout.splitlines()
        assert [json.loads(line)["id"] for line in again] == [alert["id"]]
