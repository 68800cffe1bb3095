"""The scenarios of `scenario_series`: what is planted where, and the label that it gets."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from benchmarks.scenario_series import (
    PARIS,
    PAST,
    SOCIAL,
    Event,
    Label,
    Said,
    Scenario,
    Teller,
    busy,
)
from socialhub.clock import DAY, HOUR, MINUTE, from_datetime
from socialhub.incidents import Severity

ANGRY: Final = (0.78, 0.08, 0.02, 0.12)
GLAD: Final = (0.04, 0.16, 0.7, 0.1)
MOCKING: Final = (0.3, 0.4, 0.15, 0.15)
"""Shares of negative, neutral, positive, unsure."""
AFTER: Final = 6 * HOUR
"""A room is looked at for so long after what was planted is over."""
YOUNG: Final = 30 * DAY
HOLIDAYS: Final = ((2026, 5, 1), (2026, 5, 14), (2026, 7, 14), (2026, 11, 11), (2027, 5, 6), (2027, 7, 14))
CLOCK_CHANGES: Final = ((2026, 3, 29), (2026, 10, 25), (2027, 3, 28), (2027, 10, 31))


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is planted: `size` mentions about, beginning between two hours of the day; what may come of it."""

    event: Event
    size: float
    kinds: tuple[str, ...]
    most: Severity
    begins: tuple[int, int] = (8, 22)


PLANS: Final = {
    "outage": _Plan(
        Event(
            ("fibre", "mandarine"),
            ((0, 1), (6, 6), (40, 9), (120, 4), (260, 0.5)),
            ANGRY,
            (
                "plus de fibre depuis {n} minutes",
                "voyant rouge ici aussi, rue {n}",
                "télétravail fichu, {n} appels au support",
                "panne générale ? {n} voisins touchés",
            ),
            ("D-35", "D-35", "D-44"),
        ),
        220,
        ("burst", "tone_shift", "weak_signal"),
        Severity.CRISIS,
        (0, 24),
    ),
    "boss's sentence": _Plan(
        Event(
            ("direction", "mandarine"),
            ((0, 2), (20, 6), (60, 8), (180, 3), (360, 0.4)),
            ANGRY,
            (
                "le patron nous dit de lire le contrat, {n} pages",
                "quel mépris, {n} ans que je paie",
                "qu'il vienne {n} heures au guichet",
            ),
        ),
        160,
        ("burst", "tone_shift", "weak_signal"),
        Severity.CRISIS,
    ),
    "rival's launch": _Plan(
        Event(
            ("libre",),
            ((0, 4), (10, 8), (45, 7), (120, 3), (300, 0.4)),
            MOCKING,
            ("le nouveau forfait de libre à {n} euros", "libre promet {n} gigas", "tout ça pour {n} gigas, libre ?"),
        ),
        170,
        ("rival",),
        Severity.NOTICE,
        (7, 20),
    ),
    "good news": _Plan(
        Event(
            ("mandarine",),
            ((0, 2), (20, 5), (80, 8), (200, 5), (420, 0.5)),
            GLAD,
            ("merci au technicien venu {n} fois", "chapeau, {n} kilomètres pour une dame", "bravo, {n} fois bravo"),
        ),
        260,
        ("burst", "moment"),
        Severity.WARNING,
    ),
    "viral joke": _Plan(
        Event(
            ("mandarine",),
            ((0, 2), (15, 9), (60, 8), (150, 2), (240, 0.3)),
            MOCKING,
            ("la mandarine qui pleure, version {n}", "mandarine pressée numéro {n}", "le mème du jour, {n}e variante"),
        ),
        420,
        ("burst", "moment", "weak_signal"),
        Severity.WARNING,
    ),
}
SLOW: Final = (0.35, 0.8, 1.4)
"""What a slow burn adds to a product's usual day, day by day: a third, nearly as much, half as much again."""
PRODUCT_A_DAY: Final = 130


def _monday(dice: random.Random) -> int:
    """Midnight in Paris at the beginning of some week of the year."""
    return from_datetime(datetime(2026, 1, 5, tzinfo=PARIS)) + 7 * DAY * dice.randrange(40)


def _told(
    name: str,
    seed: int,
    live_from: int,
    end: int,
    add: Callable[[Teller], tuple[Iterable[Said], Label | None]] = lambda _teller: ((), None),
    past: int = PAST,
) -> Scenario:
    """Ordinary life from `past` before until `end`, with what `add` plants in it."""
    begun = live_from - past
    teller = Teller(f"{name} {seed}", begun)
    ordinary = list(teller.ordinary(begun, end))
    planted, label = add(teller)
    said = sorted((*ordinary, *planted), key=lambda each: each.arrives)
    return Scenario(name, seed, begun, live_from, end, tuple(said), label)


def planned(name: str, seed: int) -> Scenario:
    """One of PLANS, on the second day of two."""
    dice, plan = random.Random(f"when {name} {seed}"), PLANS[name]
    live_from = _monday(dice) + dice.randrange(7) * DAY
    first, last = plan.begins
    start = live_from + DAY + dice.randrange(first * 60, last * 60) * MINUTE
    end = start + int(plan.event.curve[-1][0]) * MINUTE

    def add(teller: Teller) -> tuple[Iterable[Said], Label]:
        said = teller.planted(start, teller.size(plan.size), plan.event)
        return said, Label(start, end, plan.event.topics, plan.kinds, plan.most)

    return _told(name, seed, live_from, end + AFTER, add)


def slow_burn(seed: int) -> Scenario:
    """A product that is complained of a little more every day, for three days."""
    dice = random.Random(f"when slow {seed}")
    live_from = _monday(dice) + dice.randrange(7) * DAY
    start = live_from + DAY + 7 * HOUR
    topics = ("fibre", "mandarine")

    def add(teller: Teller) -> tuple[Iterable[Said], Label]:
        size = teller.size(100) / 100
        said: list[Said] = []
        for day, share in enumerate(SLOW):
            begins = start + day * DAY
            curve = tuple((hour * 60.0, busy(begins + hour * HOUR)) for hour in range(25))
            texts = ("la mise à jour {n} a cassé la box", "depuis la mise à jour, {n} coupures par jour")
            said += teller.planted(begins, round(PRODUCT_A_DAY * share * size), Event(topics, curve, ANGRY, texts))
        kinds = ("burst", "tone_shift", "weak_signal")
        return said, Label(start, start + 3 * DAY, topics, kinds, Severity.CRISIS)

    return _told("slow burn", seed, live_from, start + 3 * DAY + AFTER, add)


def bot_attack(seed: int) -> Scenario:
    """Young accounts with one text and one link, within two hours."""
    dice = random.Random(f"when bots {seed}")
    live_from = _monday(dice) + dice.randrange(7) * DAY
    start = live_from + DAY + dice.randrange(8 * 60, 23 * 60) * MINUTE
    text = "Mandarine doit 120 euros à chaque client, réclamez avant minuit"
    attack = Event(("mandarine",), ((0, 4), (10, 8), (40, 5), (120, 1)), ANGRY, (text,), shares=SOCIAL)

    def add(teller: Teller) -> tuple[Iterable[Said], Label]:
        said = [
            replace(
                each,
                handle=f"new{number}",
                followers=teller.dice.randrange(40),
                account_created=start - teller.dice.randrange(2 * DAY, YOUNG),
                link="https://remboursement.example/mandarine",
            )
            for number, each in enumerate(teller.planted(start, teller.size(60), attack))
        ]
        kinds = ("coordination", "burst", "weak_signal")
        return said, Label(start, start + 2 * HOUR, ("mandarine",), kinds, Severity.CRISIS)

    return _told("bot attack", seed, live_from, start + 2 * HOUR + AFTER, add)


def rhythm(seed: int) -> Scenario:
    """Ten ordinary days with a change of the clocks in their midst."""
    dice = random.Random(f"when rhythm {seed}")
    live_from = from_datetime(datetime(*dice.choice(CLOCK_CHANGES), tzinfo=PARIS)) - 4 * DAY
    return _told("weekly rhythm", seed, live_from, live_from + 10 * DAY)


def holiday(seed: int) -> Scenario:
    """Ten ordinary days with a holiday, and the same day a week later."""
    dice = random.Random(f"when holiday {seed}")
    live_from = from_datetime(datetime(*dice.choice(HOLIDAYS), tzinfo=PARIS)) - 2 * DAY
    return _told("holiday", seed, live_from, live_from + 10 * DAY)


def beginning(seed: int) -> Scenario:
    """The first four days of a room, begun at any hour."""
    dice = random.Random(f"when beginning {seed}")
    begun = _monday(dice) + dice.randrange(7 * 24) * HOUR
    return _told("first days", seed, begun, begun + 4 * DAY, past=0)


def backlog(seed: int) -> Scenario:
    """The largest source is away for some hours and then brings what was said meanwhile, with its dates."""
    dice = random.Random(f"when backlog {seed}")
    live_from = _monday(dice) + dice.randrange(7) * DAY
    away = live_from + DAY + dice.randrange(6 * 60, 16 * 60) * MINUTE
    back = away + dice.randrange(3 * 60, 9 * 60) * MINUTE
    whole = _told("backlog", seed, live_from, back + DAY)
    late = (
        replace(each, arrives=back + 5 * MINUTE) if each.source == "bluesky" and away <= each.at < back else each
        for each in whole.said
    )
    said = tuple(sorted(late, key=lambda each: each.arrives))
    return replace(whole, said=said, deaf={"bluesky": (away, back)})


PLANTED: Final[dict[str, Callable[[int], Scenario]]] = {
    **{name: partial(planned, name) for name in PLANS},
    "slow burn": slow_burn,
    "bot attack": bot_attack,
}
ORDINARY: Final[dict[str, Callable[[int], Scenario]]] = {
    "weekly rhythm": rhythm,
    "holiday": holiday,
    "first days": beginning,
    "source outage with backlog": backlog,
}
SCENARIOS: Final = {**PLANTED, **ORDINARY}
