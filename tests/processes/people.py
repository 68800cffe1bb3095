"""What people say while a room of real processes listens, by its clock: posted to one source, listed by the other."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import urllib.request
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, urlsplit

from socialhub.clock import DAY, HOUR, MINUTE, SECOND, Clock, floor_minute
from tests.servers import Answer, Request

SECRET: Final = "four words nobody guesses"
USUAL: Final = 6.0
"""Mentions an hour of each topic in each source, as in the past of tests.alerts.watched."""
STEP: Final = 0.1
"""Real seconds between two looks at the clock."""
CALM: Final = ("il est question de {topic} ici",)
ANGRY: Final = (
    "{topic} en panne, c'est honteux",
    "insupportable, {topic} ne marche jamais",
    "nul, {topic} est une catastrophe",
    "j'en ai marre de {topic}, service minable",
)
_WORDS: Final = (
    *("voisin", "train", "jardin", "matin", "table", "montagne", "livre", "rivière", "marché", "pain", "chemin"),
    *("lampe", "bateau", "nuage", "école", "théâtre", "neige", "horloge", "facteur", "panier", "forêt", "violon"),
    *("cuisine", "guitare", "colline", "valise", "plafond", "tapis", "crayon", "sentier"),
)
_USUAL: Final = "usual"
"""What everybody says on ordinary days comes to both sources."""


class Flow(NamedTuple):
    """So many mentions an hour, worded as one of `words`."""

    topic: str
    each: float
    words: Sequence[str]


class People:
    """Everybody who says something. `begin` lets a flow run, `at_once` says many things in this minute.

    What could not be posted, because no collector ran, is posted again, and is as old as it is.
    """

    def __init__(self, clock: Clock, topics: Sequence[str]) -> None:
        self.listed: list[dict[str, Any]] = []
        self.is_listed = True
        self.port = _free_port()
        self._clock, self._dice = clock, Random(48)
        self._until = floor_minute(clock.now())
        self._flows: dict[str, Flow] = {f"{_USUAL} {topic}": Flow(topic, USUAL, CALM) for topic in topics}
        self._waiting: list[dict[str, Any]] = []
        self._said, self._copied = 0, ""
        self._lock, self._over = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._speak, daemon=True)

    def __enter__(self) -> People:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join(10)

    # ---- what the test lets them do ----

    def begin(self, name: str, topic: str, each: float, words: Sequence[str] = CALM) -> None:
        """Let people say so many things more an hour, until `end` is called with this name."""
        with self._lock:
            self._flows[name] = Flow(topic, each, words)

    def end(self, name: str) -> None:
        """They stop."""
        with self._lock:
            del self._flows[name]

    def at_once(self, topic: str, count: int, words: Sequence[str] = CALM) -> None:
        """Many say something within this minute."""
        now = self._clock.now()
        with self._lock:
            self._waiting += [self._mention(now, self._words(topic, words)) for _ in range(count)]

    def copy(self, topic: str, count: int) -> None:
        """Young accounts say all the same: so many within this minute, and one a minute until `stop_copying`."""
        now = self._clock.now()
        with self._lock:
            self._copied = topic
            self._waiting += [self._copy(now) for _ in range(count)]

    def stop_copying(self) -> None:
        """They stop."""
        self._copied = ""

    async def list(self, request: Request, writer: asyncio.StreamWriter) -> None:
        """What the other source's server answers: what is newer than it was asked for, or that it cannot."""
        since = int(parse_qs(urlsplit(request.path).query).get("since", ["0"])[0])
        with self._lock:
            newer = [each for each in self.listed if each["published_at"] > since]
        found = json.dumps(newer).encode()
        await (Answer(found) if self.is_listed else Answer(status=503))(request, writer)

    # ---- beside the test ----

    def _speak(self) -> None:
        while not self._over.wait(STEP):
            with self._lock:
                now = floor_minute(self._clock.now())
                for minute in range(self._until, now, MINUTE):
                    self._pass_minute(minute)
                self._until = now
                waiting = list(self._waiting)
            if waiting and self._post(waiting):
                with self._lock:
                    del self._waiting[: len(waiting)]

    def _pass_minute(self, minute: int) -> None:
        if self._copied:
            self._waiting.append(self._copy(minute))
        for name, flow in self._flows.items():
            # Whenever it is looked at, the same is said in a minute.
            dice, chance = Random(f"{name} {minute}"), flow.each * MINUTE / HOUR
            if dice.random() < chance:
                self._waiting.append(self._mention(minute, self._words(flow.topic, flow.words)))
            if name.startswith(_USUAL) and dice.random() < chance:
                self.listed.append(self._mention(minute, self._words(flow.topic, flow.words)))

    def _copy(self, at: int) -> dict[str, Any]:
        text = f"Ne signez rien avec {self._copied} avant d'avoir lu ce que ses clients disent de la résiliation"
        return self._mention(at, text) | {"account_created_at": (at - 5 * DAY) // SECOND - self._said}

    def _words(self, topic: str, words: Sequence[str]) -> str:
        """A sentence that is nobody else's: what many say alike would be an alert of its own."""
        other = " ".join(self._dice.sample(_WORDS, 9))
        return f"{self._dice.choice(words).format(topic=topic)} {other}"

    def _mention(self, at: int, text: str) -> dict[str, Any]:
        self._said += 1
        return {"native_id": f"m{self._said}", "text": text, "published_at": at // SECOND, "handle": f"h{self._said}"}

    def _post(self, mentions: Sequence[Mapping[str, Any]]) -> bool:
        """Whether they were taken."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/",
            json.dumps(mentions).encode(),
            {"Authorization": f"Bearer {SECRET}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return bool(answer.status == 202)
        except OSError:
            return False


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
