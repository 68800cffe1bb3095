"""What makes a text a post: its author as the source shows them, its address, place, engagement, what comes after."""

from __future__ import annotations

from random import Random
from typing import Final

from socialhub.clock import MINUTE
from socialhub.demo.accounts import made
from socialhub.demo.data import Beat
from socialhub.demo.grammar import Grammar
from socialhub.demo.line import Line
from socialhub.demo.people import Person
from socialhub.demo.places import Town
from socialhub.demo.voices import SOCIAL, Ids, address, identity

_KINDS: Final = {"app": "review", "opinion": "review", "comments": "comment", "forum": "message"}
_PEOPLE: Final = frozenset({"public", "english"})
_EDITED, _DELETED = 0.007, 0.004
_PLACED, _PLACED_WHEN_SURE = 0.35, 0.7
_LANGUAGE_TOLD: Final = 0.9


class Finisher:
    """Completes lines."""

    def __init__(self, rng: Random, grammar: Grammar, ids: Ids, start: int) -> None:
        self._rng = rng
        self._start = start
        self._grammar = grammar
        self._ids = ids

    def compose(
        self, beat: Beat, moment: int, source: str, person: Person, text: str, town: Town, *, sure: bool = False
    ) -> Line:
        """A line of this beat; `sure` says that its text is about `town`."""
        line = self._signed(Line(moment, source, self._ids.native(source, moment), text), person)
        line.beat, line.kind, line.town = beat.name, _KINDS.get(beat.voice, "post"), town
        if beat.titles:
            line.title = self._grammar.expand(beat.titles)
            line.rating = self._rng.choices((1, 2, 3, 4, 5), beat.ratings)[0]
        if source in SOCIAL:
            line.lang = beat.lang if self._rng.random() < _LANGUAGE_TOLD else ""
            self._add_engagement(line, 0 if beat.answers else person.followers)
        if beat.voice in ("public", "forum") and self._rng.random() < (_PLACED_WHEN_SURE if sure else _PLACED):
            line.place = town.department
        if beat.voice in _PEOPLE and source in SOCIAL:
            self._add_afterlife(line)
        return line

    def copy(self, original: Line, moment: int, source: str, person: Person) -> Line:
        """The same words by somebody else, later."""
        line = self._signed(Line(moment, source, self._ids.native(source, moment), original.text), person)
        line.title, line.lang, line.rating = original.title, original.lang, original.rating
        line.kind, line.beat, line.copied = original.kind, original.beat, True
        if source in SOCIAL:
            self._add_engagement(line, person.followers)
        return line

    def _signed(self, line: Line, person: Person) -> Line:
        shown = identity(line.source, person)
        line.author, line.handle, line.followers = shown.author, shown.handle, shown.followers
        line.url, line.person, line.mention = address(line.source, shown.handle, line.native_id), person, shown.mention
        line.account_created = made(person.stem, self._start) if line.source in SOCIAL else None
        return line

    def _add_engagement(self, line: Line, audience: int) -> None:
        """Likes, shares, answers: most posts have next to none, a few have very many; an answer is seen by few."""
        heat = self._rng.paretovariate(1.15) * (1 + audience / 900)
        line.likes = min(48_000, int(heat * 1.6) - 1)
        line.shares = int(line.likes * self._rng.random() * 0.4)
        line.replies = int(line.likes * self._rng.random() * 0.15)

    def _add_afterlife(self, line: Line) -> None:
        """Some posts are corrected later, some are taken back."""
        chance = self._rng.random()
        if chance > _EDITED + _DELETED:
            return
        after = Line(line.at + int((4 + self._rng.random() * 50) * MINUTE), line.source, line.native_id, "")
        line.after.append(after)
        if chance > _EDITED or line.lang == "en":
            after.deleted = True
            return
        after.text = f"{line.text} {self._grammar.expand('correction')}"
        after.author, after.handle, after.followers = line.author, line.handle, line.followers
        after.url, after.kind, after.lang, after.account_created = line.url, line.kind, line.lang, line.account_created
