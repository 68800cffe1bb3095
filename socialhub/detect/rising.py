"""Weak signals: words, hashtags, links and pairs of words that more people use than ever before. Pure.

A term is counted once a story and once an author, the lesser of both: no text that is passed on and nobody who repeats
themselves makes a signal. Its share is held against that of its own past by G² (see interests); what is said as often
at the same hours of other days (a weekly appointment, "good night"), or by everybody else in the room, does not rise.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from math import erfc, sqrt
from typing import Final

from socialhub.detect.interests import g2, terms_of
from socialhub.records import dataclass
from socialhub.text import tokenise

NEEDED: Final = 25.0
"""G² of a signal: chance reaches it once in two million tries; some hundred terms are tried in a look."""
PROMISING: Final = 10.0
"""G² against a sample of the past from which on the whole past is asked."""
RISEN: Final = 3.0
"""A share that is less than so many times the usual one is a shift, no signal."""
AS_OFTEN: Final = 0.5
"""So large a part of today's share, at the same hours of another day or among others, and it is nothing new."""
FEWEST: Final = 3
"""People who must say a term for it to be looked at."""
LINK_FLOOR: Final = 2
"""So many times as many people must push a link: every link is new once, and people share links all day."""
ENOUGH_PAST: Final = 100
"""Texts that a past must have to be compared with."""
SHARED: Final = 0.5
"""Terms are one signal where so large a share of the texts of the rarer one has both."""
OWN_SHARE: Final = 0.1
"""A word that a topic is searched by, and that stands in so large a share of its texts, is its name and no news."""
PRUNED: Final = 1
"""Terms of a past that stand in no more texts are not kept: they are most of all."""
_TIME: Final = re.compile(r"\d{1,2}h\d{0,2}")
"""A time of day as it is written in a text: "14h20"."""


class Verdict(StrEnum):
    """What becomes of a term that looks as if it rose: RISES, or the first test that says it does not."""

    RISES = "rises"
    USUAL = "usual"
    RECURS = "recurs"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Text:
    """One mention as its terms; times are ms UTC, `source` is a number. Texts of the same words share a `story`."""

    mention: int
    published: int
    source: int
    story: int
    author: str
    terms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Past:
    """In how many of `texts` texts each term stands that is not too rare to be kept."""

    counts: Mapping[str, int]
    texts: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A term that looks as if it rose: `people` say it (the lesser of authors and stories), in these texts."""

    term: str
    people: int
    texts: tuple[Text, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a term besides: of about `before_texts` texts of the whole past `before` hold it.

    `days` are (texts with it, all texts) of the same hours of other days, `others` those of the rest of the room now;
    `now` are all texts of now, counted as those are.
    """

    before: int
    before_texts: int
    now: int
    days: tuple[tuple[int, int], ...]
    others: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Risen:
    """A candidate that was judged. `expected` people would say it at its usual share; `score` is its G²."""

    candidate: Candidate
    verdict: Verdict
    expected: float
    score: float


@dataclass(frozen=True, slots=True)
class Group:
    """Terms that stand in the same texts, the strongest first. `name` is that by which the signal is known."""

    name: str
    risen: tuple[Risen, ...]
    texts: tuple[Text, ...]

    @property
    def people(self) -> int:
        """The lesser of authors and stories of all its texts."""
        return people_of(self.texts)


def words_in(text: str, lang: str, links: Iterable[str] = ()) -> frozenset[str]:
    """The terms of a text: what `terms_of` finds without times of day, and its links."""
    found = {term for term in terms_of(text, lang) if not any(map(_TIME.fullmatch, term.split(" ")))}
    return frozenset(found.union(links))


def is_link(term: str) -> bool:
    """Whether a term is a link."""
    return "://" in term


def people_of(texts: Collection[Text]) -> int:
    """The lesser of authors and stories."""
    return min(len({text.author for text in texts}), len({text.story for text in texts}))


def past_of(texts: Iterable[tuple[int, frozenset[str]]]) -> Past:
    """The past of (story, terms); of a story the first text counts."""
    counted: Counter[str] = Counter()
    stories: set[int] = set()
    for story, terms in texts:
        if story not in stories:
            stories.add(story)
            counted.update(terms)
    return Past({term: count for term, count in counted.items() if count > PRUNED}, len(stories))


def own_words(query: str, names: Iterable[str], past: Past) -> frozenset[str]:
    """The words that are no news of a topic: the names of brands, and what it is searched by where that is usual."""
    asked = {token.lstrip("#@") for token in tokenise(query)}
    usual = {word for word in asked if past.counts.get(word, 0) >= OWN_SHARE * max(1, past.texts)}
    return frozenset(usual.union(token.lstrip("#@") for name in names for token in tokenise(name)))


@dataclass(slots=True)
class Lately:
    """The texts of a window that moves, and in how many of them each term stands: a step costs what comes and goes."""

    texts: dict[int, Text] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def missing(self, mentions: Sequence[int]) -> list[int]:
        """Those of these mentions that are to be read."""
        return [mention for mention in mentions if mention not in self.texts]

    def add(self, texts: Iterable[Text]) -> None:
        """Texts come in."""
        for text in texts:
            self.texts[text.mention] = text
            self.counts.update(text.terms)

    def keep(self, mentions: Collection[int], start: int, most: int) -> None:
        """Keep the latest of these mentions, at most so many, that were published since `start` (ms UTC)."""
        wanted = frozenset(mentions)
        kept = [each for each in self.texts.values() if each.mention in wanted and each.published >= start]
        kept.sort(key=lambda each: -each.published)
        staying = {each.mention for each in kept[:most]}
        for text in [each for each in self.texts.values() if each.mention not in staying]:
            del self.texts[text.mention]
            for term in text.terms:
                self.counts[term] -= 1
                if not self.counts[term]:
                    del self.counts[term]


def candidates(lately: Lately, past: Past, own: frozenset[str], most: int) -> tuple[list[Candidate], int]:
    """The terms that look as if they rose, the strongest first and `most` at most; and how many terms were tried."""
    total = len(lately.texts)
    tried = [term for term, count in lately.counts.items() if count >= FEWEST]
    fewest = _fewest_promising(total, past.texts)
    promising = {
        term
        for term in tried
        if lately.counts[term] >= fewest and _score(lately.counts[term], total, past, term) >= PROMISING
    }
    promising -= {term for term in promising if not is_link(term) and own.intersection(term.lstrip("#").split(" "))}
    holding: dict[str, list[Text]] = {term: [] for term in promising}
    for text in lately.texts.values() if promising else ():
        for term in text.terms & promising:
            holding[term].append(text)
    found = []
    for term, texts in holding.items():
        people = people_of(texts)
        score = _score(people, total, past, term)
        if people >= FEWEST and score >= PROMISING:
            found.append(Candidate(term, people, tuple(texts), score))
    found.sort(key=lambda each: (-each.score, -len(each.term.split(" ")), each.term))
    return found[:most], len(tried)


def _fewest_promising(total: int, past: int) -> int:
    """How many texts it takes at least: those of a term that the past does not know."""
    return next((hits for hits in range(FEWEST, total + 1) if g2(hits, total, 0, past) >= PROMISING), total + 1)


def _score(hits: int, total: int, past: Past, term: str) -> float:
    known = past.counts.get(term, 0)
    return g2(hits, total, known, past.texts) if hits * past.texts >= RISEN * known * total else 0.0


def judge(candidate: Candidate, total: int, known: Known) -> Risen:
    """The verdict on a term of a window of `total` texts."""
    seen = candidate.people
    before_texts = max(known.before, known.before_texts)
    expected = known.before * total / before_texts if before_texts else 0.0
    score = g2(seen, total, known.before, before_texts)
    if score < NEEDED or seen < RISEN * expected:
        verdict = Verdict.USUAL
    elif any(_as_often(each, seen, known.now) for each in known.days):
        verdict = Verdict.RECURS
    elif _as_often(known.others, seen, known.now):
        verdict = Verdict.ROOM
    else:
        verdict = Verdict.RISES
    return Risen(candidate, verdict, expected, score)


def _as_often(other: tuple[int, int], seen: int, total: int) -> bool:
    """Whether somewhere else, or at another time, two texts or more make a share that is like this one."""
    hits, texts = other
    return hits > 1 and hits * total >= AS_OFTEN * seen * texts


def rising_of(risen: Sequence[Risen]) -> tuple[list[Risen], list[Risen]]:
    """Those that rise, and those that recur or that the whole room says; a pair with a word of these goes with it."""
    kept_back = {each.candidate.term for each in risen if each.verdict in (Verdict.RECURS, Verdict.ROOM)}
    rising = [each for each in risen if each.verdict is Verdict.RISES]
    clear = [each for each in rising if kept_back.isdisjoint(each.candidate.term.split(" "))]
    return clear, [each for each in risen if each.candidate.term in kept_back]


def groups_of(risen: Sequence[Risen], names: Collection[str]) -> list[Group]:
    """Terms by the texts that they share, the strongest first; one of `names` among them is the name of its group."""
    led: list[list[Risen]] = []
    for each in sorted(
        risen, key=lambda each: (-each.score, -len(each.candidate.term.split(" ")), each.candidate.term)
    ):
        home = next((group for group in led if _together(each, group[0])), None)
        if home is None:
            led.append([each])
        else:
            home.append(each)
    groups = []
    for group in led:
        terms = [each.candidate.term for each in group]
        texts = {text.mention: text for each in group for text in each.candidate.texts}
        name = next((name for name in names if name in terms), terms[0])
        groups.append(Group(name, tuple(group), tuple(sorted(texts.values(), key=lambda text: text.published))))
    return groups


def _together(one: Risen, other: Risen) -> bool:
    first, second = ({text.mention for text in each.candidate.texts} for each in (one, other))
    return len(first & second) >= SHARED * min(len(first), len(second))


def said_once(group: Group, most: int) -> list[str]:
    """The terms of a group, without the words of a pair that stands beside them, at most `most`."""
    terms = [each.candidate.term for each in group.risen]
    in_pairs = {word for term in terms if " " in term for word in term.split(" ")}
    bare = [term for term in terms if term not in in_pairs]
    return [term for place, term in enumerate(bare) if not _overlaps(term, bare[:place])][:most]


def _overlaps(term: str, before: Sequence[str]) -> bool:
    words = set(term.lstrip("#").split(" "))
    return any(words & set(other.lstrip("#").split(" ")) for other in before)


def chance_of(score: float, tried: int) -> float:
    """How likely chance makes one of so many terms reach a G² (Bonferroni's bound on chi-square, one degree)."""
    return min(1.0, max(1, tried) * erfc(sqrt(max(0.0, score) / 2)))
