"""Stage 7: stories. Mentions that tell the same in the same or nearly the same words, within a time, are one story.

First by key: all words, or the whole headline of an article; then, for those that matched a topic, by likeness. Careful
where it could be wrong: see `Stories`. The past is passed in; nothing here reads the cache.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Final

from socialhub.clock import HOUR
from socialhub.model import Kind
from socialhub.pipeline.sketches import Sketches
from socialhub.pipeline.story_words import Said
from socialhub.records import dataclass

PAUSE: Final = 12 * HOUR
"""A story goes on while the next copy was published within this time (ms) of the others: a night is shorter, two
outages on two days are farther apart."""
LONGEST: Final = 72 * HOUR
"""Time (ms) from a story's first to its last mention; what is said every hour for a week is no story of that week."""
KEYS_REMEMBERED: Final = 40_000
"""Keys in memory (some 8 MB), the one that was longest without a copy is forgotten first."""
FEWEST_ALIKE: Final = 8
"""Words from which texts may be compared by likeness: in shorter ones a single word makes another story."""

_OWN_WORDS: Final = frozenset({Kind.REPLY, Kind.QUOTE, Kind.COMMENT})
"""Who answers speaks for himself, also when he repeats what he answers: only the very same text is a copy."""


@dataclass(slots=True)
class Story:
    """A story in memory: the id of its first mention (0 until that is stored), when it was published first and last."""

    id: int
    first: int
    last: int
    numbers: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    merged: Story | None = None
    void: bool = False

    def takes(self, published: int) -> bool:
        """Whether a mention of that time (ms) can belong to it."""
        within = self.first - PAUSE <= published <= self.last + PAUSE
        return within and not self.void and published - self.first <= LONGEST and self.last - published <= LONGEST

    def stretch(self, first: int, last: int) -> None:
        """It was told from `first` to `last` too (ms)."""
        self.first, self.last = min(self.first, first), max(self.last, last)


@dataclass(frozen=True, slots=True)
class Telling:
    """One mention as stories see it. `exact` is the key of its very text; `alike`: it may be compared by likeness."""

    said: Said
    exact: int
    kind: str
    published: int
    places: tuple[str, ...] = ()
    alike: bool = False

    @property
    def keys(self) -> tuple[int, ...]:
        """The keys by which it is found."""
        if not self.said.whole or self.kind in _OWN_WORDS:
            return (self.exact,)
        headline = self.said.headline if self.kind == Kind.ARTICLE else 0
        return (self.said.whole, headline) if headline else (self.said.whole,)

    @property
    def comparable(self) -> bool:
        """Whether it has words enough and of its own kind to be compared by likeness."""
        return self.alike and self.kind not in _OWN_WORDS and self.said.words.count(" ") >= FEWEST_ALIKE - 1


class Stories:
    """The stories of the last hours. Texts that are alike are two stories where they

    - were published more than PAUSE apart, or would make a story longer than LONGEST;
    - name other numbers or other places, as far as both name any: the same notice is written for every line and town;
    - answer somebody, unless the very same text is told again.
    """

    def __init__(self) -> None:
        self._by_key: OrderedDict[int, Story] = OrderedDict()
        self._sketches: Sketches[Story] = Sketches()
        self._opened: list[Story] = []

    def place(self, tellings: Sequence[Telling]) -> list[Story]:
        """The story of each mention of a batch, in their order; a new one where none is known.

        New stories get their `id` by `settle` once their mentions are stored; otherwise the next batch forgets them.
        """
        for story in self._opened:
            story.void = story.void or not story.id
        self._opened = []
        placed: list[Story] = []
        asked: list[tuple[Telling, Story]] = []
        for telling in tellings:
            known = self._find(telling)
            story = known or self._open(telling)
            if known is None and telling.comparable:
                asked.append((telling, story))
            self._note(telling, story)
            placed.append(story)
        found = self._sketches.sort_in([each.said.words for each, _story in asked], [s for _t, s in asked], _may_join)
        for (_telling, story), alike in zip(asked, found, strict=True):
            if alike is not None:
                target = _current(alike)
                target.stretch(story.first, story.last)
                story.merged = target
        return [_current(story) for story in placed]

    def settle(self, stored: Iterable[tuple[Story, int]]) -> None:
        """What the mentions of the last batch became: (story, id of its first mention)."""
        for story, first in stored:
            story.id = first

    def rename(self, moved: dict[int, int]) -> None:
        """First mentions were erased: stories by their new id (0: nothing is left of it)."""
        if not moved:
            return
        for story in {id(each): each for each in (*self._by_key.values(), *self._sketches.values)}.values():
            if (new := moved.get(story.id)) is not None:
                story.id, story.void = new, not new

    def recall(self, told: Iterable[tuple[int, Telling]]) -> None:
        """Mentions as they are stored, oldest first, with the story they belong to: what a restart forgot."""
        stories: dict[int, Story] = {}
        leading: list[tuple[Telling, Story]] = []
        for first, telling in told:
            story = stories.get(first)
            if story is None:
                story = stories[first] = self._open(telling)
                story.id = first
                if telling.comparable:
                    leading.append((telling, story))
            self._note(telling, story)
        self._opened = []
        self._sketches.sort_in([each.said.words for each, _story in leading], [s for _t, s in leading], None)

    def _find(self, telling: Telling) -> Story | None:
        for key in telling.keys:
            story = self._by_key.get(key)
            if story is not None and (story := _current(story)).takes(telling.published):
                return story
        return None

    def _open(self, telling: Telling) -> Story:
        story = Story(0, telling.published, telling.published, telling.said.numbers, frozenset(telling.places))
        self._opened.append(story)
        return story

    def _note(self, telling: Telling, story: Story) -> None:
        story.stretch(telling.published, telling.published)
        for key in telling.keys:
            self._by_key[key] = story
            self._by_key.move_to_end(key)
        while len(self._by_key) > KEYS_REMEMBERED:
            self._by_key.popitem(last=False)


def _current(story: Story) -> Story:
    while story.merged is not None:
        story = story.merged
    return story


def _may_join(new: Story, known: Story) -> bool:
    """Whether what opened `new` may belong to a known story of nearly the same words."""
    if not (_agree(new.numbers, known.numbers) and _agree(new.places, known.places)):
        return False
    current = _current(known)
    return current.takes(new.first) and current.takes(new.last)


def _agree(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether nothing of one contradicts the other: what copies leave out or add does not."""
    return one <= other or other <= one
