"""Every kind of source over days, on servers that count and lose their temper, by a collector that is killed meanwhile.

No limit is exceeded, nothing is lost or stored twice, nobody is asked in a hurry. From a noon through the night with
few polls in `make test`, days at each kind's own pace in `make test-long`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from socialhub.clock import HOUR, SECOND
from socialhub.sources import streams
from socialhub.sources.kinds import BUILT_IN
from socialhub.store.connection import open_reader, open_writer
from tests.days.streams import PLAYS
from tests.days.walk import Stage, Walk
from tests.room import is_sound

UNPLAYED: Final = {
    "exec": "nobody is asked: it runs a program of the user's own",
    "file": "nobody is asked: it reads files of the user's own",
    "replay": "nobody is asked: it reads a file of the user's own",
    "webhook": "nobody is asked: others come to it, and send again what was not answered",
}
"""Kinds without a server, each with why."""


@dataclass(frozen=True)
class Span:
    """How a walk is chanced, for how many days, how often the source is to be asked (ms; None: as its kind is), how
    many say something at once at most.
    """

    seed: int
    days: float
    every: int | None
    most_at_once: int


MOST_POLLS: Final = 60
"""Polls of an hour, tries to connect again among them."""


def test_every_kind_is_played_or_says_why_not() -> None:
    played = {name.partition(" ")[0] for name in PLAYS}
    assert played | set(UNPLAYED) == set(BUILT_IN)
    assert not played & set(UNPLAYED)


@pytest.mark.parametrize("name", sorted(PLAYS))
async def test_a_day_and_its_night_lose_nothing_and_hurry_nobody(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _walk(name, Span(1, 0.75, HOUR, 40), tmp_path, monkeypatch)


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(PLAYS))
async def test_days_lose_nothing_and_hurry_nobody(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await _walk(name, Span(2, 2.0, None, 1_000), tmp_path, monkeypatch)


async def _walk(name: str, span: Span, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # What is said at once comes at once, however busy the machine is.
    monkeypatch.setattr(streams, "GATHER_SECONDS", 0.05)
    stage = Stage(span.seed)
    async with PLAYS[name](stage) as play:
        for secret in map(str, play.keys.values()):
            if secret.startswith("env:"):
                monkeypatch.setenv(secret.removeprefix("env:"), play.secrets.get(secret, secret))
        stage.play = play
        stage.gate.windows = play.windows
        walk = Walk(stage, play, folder, span.every)
        await stage.say()
        await walk.go(span.days, span.most_at_once)
    assert stage.gate.breaches == []
    assert play.breaches == []
    assert max(stage.gate.asked.values(), default=0) <= play.most_an_hour
    assert max(Counter(poll.at // HOUR for poll in walk.polls).values()) <= MOST_POLLS
    # A failure is tried again sooner, by a pause that grows; so is a stream that broke.
    shortest = 27 * SECOND if play.ear is None else play.ear.soonest
    for before, poll in zip(walk.polls, walk.polls[1:], strict=False):
        assert poll.at - before.at >= (walk.settings.floor if not poll.after_failure else shortest), poll
    _check_stored(stage, walk.cache)
    # It was tried indeed: faults and kills came, and what was said was much.
    assert len(walk.polls) >= (15 if play.ear is None else 5) * span.days
    assert len(stage.said) >= 10 * span.days
    assert walk.cuts or sum(stage.gate.faults.values()) > stage.gate.faults["none"]


def _check_stored(stage: Stage, cache: Path) -> None:
    db = open_reader(cache)
    stored = [native for (native,) in db.execute("SELECT native_id FROM mentions ORDER BY native_id")]
    told = db.execute("SELECT since, hole FROM catch_ups WHERE hole IS NOT NULL ORDER BY since").fetchall()
    db.close()
    assert len(stored) == len(set(stored))
    assert set(stored) <= set(stage.said)
    lost = {native: at for native, at in stage.said.items() if native not in set(stored)}
    assert bool(lost) == stage.play.loses
    # What is out of reach is told, and nothing is told to be that of which all is there.
    assert [at for at in lost.values() if not any(since <= at <= hole for since, hole in told)] == []
    assert [hole for hole in told if not any(hole[0] <= at <= hole[1] for at in lost.values())] == []
    writer = open_writer(cache)
    try:
        assert is_sound(writer)
    finally:
        writer.close()
