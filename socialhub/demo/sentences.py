"""What a single line knows: where it is written, at what time, to whom, how long something has lasted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from socialhub.clock import MINUTE, to_datetime
from socialhub.demo.places import Town, french_map
from socialhub.demo.rhythm import PARIS


@dataclass(frozen=True, slots=True)
class LineContext:
    """Moment (ms UTC), town, handle of the addressed person, since when the event lasts (ms UTC) if any."""

    moment: int
    town: Town
    addressed: str
    since: int | None = None

    @property
    def begun(self) -> int:
        """When what is spoken of began (ms UTC)."""
        return self.since if self.since is not None else self.moment - 40 * MINUTE


class Values:
    """The values of one line by name, found when a template asks and then kept: the same line, the same hour."""

    def __init__(self, context: LineContext, rng: Random) -> None:
        self._context = context
        self._rng = rng
        self._known: dict[str, str] = {}

    def __call__(self, name: str) -> str | None:
        """The value of this name, None when no line has such a value."""
        known = self._known.get(name)
        if known is None and (find := _FINDERS.get(name)) is not None:
            known = self._known[name] = find(self._context, self._rng)
        return known


# When it happens, as one says it in the morning, the afternoon and the evening.
_MORNING: Final = ("ce matin", "depuis ce matin", "depuis hier soir", "depuis cette nuit", "au réveil", "dès 8h")
_AFTERNOON: Final = ("depuis ce matin", "cet après-midi", "depuis midi", "depuis hier", "en pleine journée", "là")
_EVENING: Final = (
    "ce soir",
    "tous les soirs",
    "depuis 18h",
    "aux heures de pointe",
    "comme chaque soir",
    "depuis ce midi",
)


def _time_of_day(line: LineContext, rng: Random) -> str:
    hour = to_datetime(line.moment, PARIS).hour
    spoken = _MORNING if 4 <= hour < 12 else _AFTERNOON if 12 <= hour < 18 else _EVENING
    return rng.choice(spoken)


_FINDERS: Final[dict[str, Callable[[LineContext, Random], str]]] = {
    "ville": lambda line, _rng: line.town.name,
    "a_ville": lambda line, _rng: line.town.at,
    "de_ville": lambda line, _rng: line.town.of,
    "ville2": lambda line, rng: french_map().neighbour(line.town, rng, 0),
    "ville3": lambda line, rng: french_map().neighbour(line.town, rng, 1),
    "en_dept": lambda line, _rng: line.town.in_department,
    "en_region": lambda line, _rng: line.town.in_region,
    "soir": _time_of_day,
    "heure": lambda line, rng: clock_time(line.moment - rng.randrange(1, 9) * MINUTE, rng),
    "heure_debut": lambda line, rng: clock_time(line.begun, rng),
    "duree": lambda line, rng: how_long(max(0, line.moment - line.begun) // MINUTE, rng),
    "a_handle": lambda line, _rng: line.addressed,
}
VALUES: Final = tuple(_FINDERS)
"""The names that every template may use besides symbols."""


def clock_time(moment: int, rng: Random) -> str:
    """A time of day as people write it: 14h22, 14:22, or rounded."""
    local = to_datetime(moment, PARIS)
    style = rng.random()
    if style < 0.45:
        return f"{local.hour}h{local.minute:02d}"
    if style < 0.55:
        return f"{local.hour}:{local.minute:02d}"
    rounded = local.minute // 10 * 10
    return f"{local.hour}h{rounded:02d}" if rounded else f"{local.hour}h"


def how_long(minutes: int, rng: Random) -> str:
    """A length of time as people write it."""
    if minutes < 55:
        return f"{max(10, minutes // 5 * 5)} {'min' if rng.random() < 0.5 else 'minutes'}"
    hours, rest = divmod(minutes, 60)
    if hours == 0 or (hours == 1 and rest < 10):
        return rng.choice(("une heure", "1h", "une bonne heure"))
    if rest < 15:
        return rng.choice((f"{hours}h", f"{hours} heures"))
    if 20 <= rest <= 40:
        return rng.choice((f"{hours}h{rest // 10 * 10}", f"{hours}h et demie" if hours < 3 else f"plus de {hours}h"))
    return rng.choice((f"plus de {hours}h", f"bientôt {hours + 1} heures", f"{hours}h{rest:02d}"))
