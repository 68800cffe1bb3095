"""The scenario told: 48 hours of mentions of the invented operator *Mandarine Télécom* and its rivals, from a seed.

Beats become lines: first those that speak by themselves, then those that answer them, then the press and who passes
it on. Nothing here names a real brand, person or post. The same seed and start give the same lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from random import Random
from typing import Any, Final

from socialhub.clock import HOUR, MINUTE, SECOND
from socialhub.demo.data import Beat, load
from socialhub.demo.finish import Finisher
from socialhub.demo.fresh import Told
from socialhub.demo.grammar import Grammar
from socialhub.demo.line import Line
from socialhub.demo.parents import Parents
from socialhub.demo.people import Crowd, Person
from socialhub.demo.places import Town, french_map
from socialhub.demo.planted import planted_lines
from socialhub.demo.press import Newsroom
from socialhub.demo.readings import readings
from socialhub.demo.rhythm import Rhythm, curve_moments
from socialhub.demo.sentences import LineContext, Values
from socialhub.demo.spelling import as_typed, in_english
from socialhub.demo.story import EVENTS, SILENT_SOURCE, SPAN
from socialhub.demo.voices import BLUESKY, MASTODON, SOCIAL, Ids, source_of
from socialhub.demo.watched import story_lines

# How many tries a new sentence gets before one that is much like another is accepted.
_TRIES: Final = 12
# A chain letter begins with this many texts before it is mostly copied.
_CHAIN_TEXTS: Final = 4
_CHAIN: Final = 0.5
# Other copies are of one of the latest lines of their beat.
_RECENT: Final = 30
_CAREFUL_VOICES: Final = frozenset({"official", "rival", "journalist", "local"})
_HIT_VOICES: Final = frozenset({"public", "english", "forum", "app"})


def generate(seed: int, start: int) -> Iterator[dict[str, Any]]:
    """The lines of the exchange format, in order of time, from `start` (ms UTC) to 48 hours later."""
    lines = [*Teller(seed, start).tell(), *story_lines(seed, start)]
    lines += [*readings(lines, seed, start), *planted_lines(seed, start)]
    for line in sorted((line for line in lines if is_heard(line, start)), key=lambda line: line.at):
        yield line.to_dict()


def is_heard(line: Line, start: int) -> bool:
    """Whether the room hears it: within the scenario, not in the hole, not from the source that is silent."""
    offset = line.at - start
    hole, silence = EVENTS["hole"], EVENTS["silence"]
    if not 0 <= offset < SPAN or hole.start_offset_ms <= offset < hole.end_offset_ms:
        return False
    return line.source != SILENT_SOURCE or not silence.start_offset_ms <= offset < silence.end_offset_ms


class Teller:
    """One telling of the story. Its parts share one random generator, so that the seed decides everything."""

    def __init__(self, seed: int, start: int) -> None:
        self._rng = Random(f"mandarine {seed} {start}")
        self._start = start
        self._story = load()
        self._grammar = Grammar(self._story.symbols, self._rng)
        self._crowd = Crowd(self._rng)
        self._ids = Ids(self._rng)
        self._finisher = Finisher(self._rng, self._grammar, self._ids, start)
        self._rhythm = Rhythm(start, SPAN)
        self._told: defaultdict[str, list[Line]] = defaultdict(list)
        self._said = Told()

    def tell(self) -> list[Line]:
        """All lines in order of time."""
        beats = self._story.beats
        for beat in sorted(beats, key=lambda beat: bool(beat.answers)):
            self._told[beat.name] = self._announcements(beat) if beat.moments else self._beat_lines(beat)
        newsroom = Newsroom(self._rng, self._grammar, self._crowd, self._ids)
        press = (
            line
            for article in self._story.articles
            for line in newsroom.published(article, self._story.outlets, self._start)
        )
        first = [line for line in chain(*self._told.values(), press) if is_heard(line, self._start)]
        later = [after for line in first for after in line.after if is_heard(after, self._start)]
        return sorted(first + later, key=lambda line: line.at)

    def _beat_lines(self, beat: Beat) -> list[Line]:
        lines: list[Line] = []
        originals: list[Line] = []
        parents = Parents([line for name in beat.answers for line in self._told[name]])
        moments = self._moments(beat)
        for moment in moments:
            parent = parents.before(moment, self._rng)
            if beat.answers and parent is None:
                continue
            if parent is None and self._is_copy(beat, originals):
                lines.append(self._copy(beat, originals, moment))
                continue
            progress = (moment - moments[0]) / max(1, moments[-1] - moments[0])
            line = self._line(beat, moment, parent, progress)
            originals.append(line)
            lines.append(line)
        return lines

    def _is_copy(self, beat: Beat, originals: list[Line]) -> bool:
        if beat.repeat > _CHAIN and len(originals) == self._grammar.forms(beat.form):
            return True
        too_few = beat.repeat > _CHAIN and len(originals) < _CHAIN_TEXTS
        return bool(originals) and self._rng.random() < beat.repeat * (0.8 if too_few else 1)

    def _moments(self, beat: Beat) -> list[int]:
        if not beat.event:
            return self._rhythm.moments(round(beat.count * self._rhythm.busyness), self._rng)
        return curve_moments(self._start + EVENTS[beat.event].start_offset_ms, beat.curve, beat.count, self._rng)

    def _announcements(self, beat: Beat) -> list[Line]:
        """Each form once, at its moment, on both social networks."""
        event_start = self._start + EVENTS[beat.event].start_offset_ms
        lines: list[Line] = []
        for index, minute in enumerate(beat.moments):
            moment = event_start + minute * MINUTE + int(self._rng.random() * 40 * SECOND)
            person = self._author(beat, None)
            context = LineContext(moment, person.town, "", event_start)
            text = self._grammar.expand_nth(beat.form, index, Values(context, self._rng))
            for source in (BLUESKY, MASTODON):
                lines.append(self._finisher.compose(beat, moment, source, person, text, person.town))
                lines[-1].copied = source != BLUESKY
                moment += int(self._rng.random() * 50 * SECOND)
        return lines

    def _copy(self, beat: Beat, originals: list[Line], moment: int) -> Line:
        """Somebody posts the words of an earlier line again: a chain letter, or something of the last hour."""
        known = originals[: max(_CHAIN_TEXTS, len(originals) // 6)]
        if beat.repeat <= _CHAIN:
            known = [line for line in originals[-_RECENT:] if moment - line.at < HOUR] or originals[-1:]
        original = known[int(len(known) * self._rng.random() ** 1.7)]
        person = self._crowd.anyone(english=beat.lang == "en")
        source = original.source if original.source not in SOCIAL else source_of("public", person, self._rng)
        return self._finisher.copy(original, moment, source, person)

    def _line(self, beat: Beat, moment: int, parent: Line | None, progress: float) -> Line:
        town = self._town(beat, moment)
        person = parent.addressee if parent is not None and parent.addressee is not None else self._author(beat, town)
        source = parent.source if parent is not None else source_of(beat.voice, person, self._rng)
        if parent is not None and beat.voice == "official":
            town = parent.town
        context = LineContext(moment, town or person.town, self._addressed(parent), self._since(beat, town))
        text = self._new_text(beat, context, person, progress)
        line = self._finisher.compose(beat, moment, source, person, text, context.town, sure=town is not None)
        if parent is not None:
            line.parent_id, line.kind = parent.native_id, "reply"
            line.addressee = parent.person if beat.voice == "official" else None
        return line

    def _town(self, beat: Beat, moment: int) -> Town | None:
        """Where the outage is felt, or over, at this moment; None for beats that know no place."""
        if beat.places == "home":
            return None
        minute = (moment - self._start - EVENTS["outage"].start_offset_ms) / MINUTE
        return (french_map().hit if beat.places == "spread" else french_map().recovered)(minute, self._rng)

    def _since(self, beat: Beat, town: Town | None) -> int | None:
        if not beat.event:
            return None
        since = self._start + EVENTS[beat.event].start_offset_ms
        if town is None:
            return since
        since = self._start + EVENTS["outage"].start_offset_ms
        return since + (town.hit or 0) * MINUTE if beat.voice in _HIT_VOICES else since

    def _addressed(self, parent: Line | None) -> str:
        return parent.mention if parent is not None else f"@{self._crowd.anyone().stem}"

    def _author(self, beat: Beat, town: Town | None) -> Person:
        if beat.voice == "official":
            return self._crowd.brands["Mandarine Aide" if beat.answers else "Mandarine Télécom"]
        if beat.voice == "rival":
            return self._crowd.brands["Libre Mobile"]
        if beat.voice == "journalist":
            return self._rng.choice(self._crowd.journalists)
        if beat.voice == "local":
            return self._rng.choice(self._crowd.local_accounts)
        if town is not None and beat.lang == "fr":
            return self._crowd.from_town(town)
        return self._crowd.anyone(english=beat.lang == "en")

    def _new_text(self, beat: Beat, context: LineContext, person: Person, progress: float) -> str:
        """A sentence that nobody has written yet, nor nearly, if the grammar has one, as this person types it."""
        values = Values(context, self._rng)
        for _ in range(_TRIES):
            text = self._sentence(beat, values, progress)
            if beat.voice not in _CAREFUL_VOICES and beat.repeat <= _CHAIN:
                text = (in_english if beat.lang == "en" else as_typed)(text, person.habit, self._rng)
            if self._said.is_new(beat.form, text):
                break
        return text

    def _sentence(self, beat: Beat, values: Values, progress: float) -> str:
        if not beat.ordered:
            return self._grammar.expand(beat.form, values)
        forms = self._grammar.forms(beat.form)
        around = progress * forms + self._rng.uniform(-1.6, 1.6)
        return self._grammar.expand_nth(beat.form, min(max(int(around), 0), forms - 1), values)
