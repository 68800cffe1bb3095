"""What people talk about now more than usual: words, two-word phrases and hashtags that their own past and the room's
background do not explain. Pure: texts come in, subjects go out.

The measure is the log-likelihood ratio G² of T. Dunning, "Accurate Methods for the Statistics of Surprise and
Coincidence", Computational Linguistics 19(1), 1993, 61-74: unlike a ratio or chi-square it can be trusted where a word
was said three times. A word is counted once a text (texts of the same words once), so that nobody makes a subject by
repeating themselves.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import field
from itertools import chain
from math import log
from typing import Final

from socialhub.detect.stopwords import stop_words
from socialhub.model import Said
from socialhub.records import dataclass
from socialhub.text import tokenise, tokens_with_spans

FEWEST_TEXTS: Final = 3
"""Texts that must hold a word before it can be a subject."""
FEWEST_PEOPLE: Final = 2
"""People who must have said it, where more than one spoke."""
SIGNIFICANT: Final = 6.63
SIGNIFICANT_PHRASE: Final = 10.83
"""G² that both comparisons must reach: chi-square with one degree of freedom at p = 0.01, for a phrase at p = 0.001:
there are many more phrases than words, so that chance has more tries.
"""
ENOUGH_PAST: Final = 20
"""Texts that a past, or a background, must have to be compared with."""
MOST_EXAMPLES: Final = 3
_SHARED: Final = 0.7
"""Of two subjects with a word in common that stand in so large a share of the same texts one is enough."""
_BRIDGED: Final = 2
"""Grammar words that a phrase may hold: "numéros d'urgence", "mise à la terre"."""
_BREAK: Final = re.compile(r"(?:https?://|www\.)\S+|[.,;:!?…](?=\s|$)|[()\[\]«»\"“”|\n–—]")
"""Where a phrase cannot go on: links and punctuation."""
_BROKEN: Final = " ◆ "


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that is talked about more than usual.

    `words` as they are mostly written, `terms` folded; `texts` hold it now, `before` in their own past; `expected` is
    how many would now at the usual rate (None without a past); `people` said it; `score` is the lesser G² of those
    measured; `examples` are mentions, the newest first.
    """

    words: str
    terms: tuple[str, ...]
    texts: int
    before: int
    expected: float | None
    people: tuple[int, ...]
    score: float
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Interests:
    """The subjects, the strongest first, and on how many texts the comparison stands: now, own past, background."""

    subjects: tuple[Subject, ...]
    texts: int
    texts_before: int
    texts_background: int

    @property
    def comparable(self) -> bool:
        """Whether there was anything to compare with."""
        return max(self.texts_before, self.texts_background) >= ENOUGH_PAST


def g2(hits: int, total: int, other_hits: int, other_total: int) -> float:
    """Dunning's G² of `hits` in `total` against `other_hits` in `other_total`; negative where it is rarer than there.

    2 Σ observed · ln(observed / expected) over the table of hits and misses; 0 for an empty side.
    """
    if not total or not other_total:
        return 0.0
    share = (hits + other_hits) / (total + other_total)
    cells = (
        (hits, total * share),
        (total - hits, total * (1 - share)),
        (other_hits, other_total * share),
        (other_total - other_hits, other_total * (1 - share)),
    )
    value = 2 * sum(observed * log(observed / expected) for observed, expected in cells if observed)
    return value if hits * other_total >= other_hits * total else -value


@dataclass(slots=True)
class _Usage:
    """Who uses a term now, in which stories and mentions."""

    stories: set[int] = field(default_factory=set)
    people: set[int] = field(default_factory=set)
    mentions: list[int] = field(default_factory=list)


def find_interests(
    now: Sequence[Said],
    before: Sequence[Said],
    background: Sequence[Said],
    *,
    limit: int = 20,
) -> Interests:
    """The subjects of `now` (newest first) against their own past and the background, at most `limit`."""
    stories_now = {said.story for said in now}
    used = _usages(now)
    candidates = _frequent(used, several=len({said.person for said in now}) > 1)
    own, own_total = _counts(before, candidates)
    others, others_total = _counts(background, candidates)
    scores = {
        term: _score(len(used[term].stories), len(stories_now), own[term], own_total, others[term], others_total)
        for term in candidates
    }
    significant = _significant(scores)
    chosen = _without_doubles(significant, used)[:limit]
    texts = {said.mention: said.text for said in now}
    subjects = [
        Subject(
            words=as_written(term, [texts[mention] for mention in used[term].mentions]),
            terms=tuple(term.split(" ")),
            texts=len(used[term].stories),
            before=own[term],
            expected=own[term] * len(stories_now) / own_total if own_total >= ENOUGH_PAST else None,
            people=tuple(sorted(used[term].people)),
            score=round(scores[term], 1),
            examples=tuple(used[term].mentions[:MOST_EXAMPLES]),
        )
        for term in chosen
    ]
    return Interests(tuple(subjects), len(stories_now), own_total, others_total)


def _usages(now: Sequence[Said]) -> dict[str, _Usage]:
    """The usage of every term that stands in FEWEST_TEXTS texts or more."""
    terms = [terms_of(said.text, said.lang) for said in now]
    often = {term for term, texts in Counter(chain.from_iterable(terms)).items() if texts >= FEWEST_TEXTS}
    used: defaultdict[str, _Usage] = defaultdict(_Usage)
    for said, found in zip(now, terms, strict=True):
        for term in found & often:
            usage = used[term]
            if said.story not in usage.stories:
                usage.stories.add(said.story)
                usage.mentions.append(said.mention)
            usage.people.add(said.person)
    return used


def _frequent(used: dict[str, _Usage], *, several: bool) -> frozenset[str]:
    """The terms that are said often enough, and by enough people, to be judged."""
    people = FEWEST_PEOPLE if several else 1
    return frozenset(
        term for term, usage in used.items() if len(usage.stories) >= FEWEST_TEXTS and len(usage.people) >= people
    )


def _counts(said: Iterable[Said], candidates: frozenset[str]) -> tuple[Counter[str], int]:
    """In how many stories each candidate stands, and how many stories there are."""
    counted: Counter[str] = Counter()
    stories: set[int] = set()
    for each in said:
        if each.story not in stories:
            stories.add(each.story)
            counted.update(candidates.intersection(terms_of(each.text, each.lang)))
    return counted, len(stories)


def _score(hits: int, total: int, own: int, own_total: int, others: int, others_total: int) -> float:
    """The lesser G² of own past and background: what either of them explains is no news. 0 with nothing to compare."""
    measured = [
        g2(hits, total, known, known_total)
        for known, known_total in ((own, own_total), (others, others_total))
        if known_total >= ENOUGH_PAST
    ]
    return min(measured, default=0.0)


def _significant(scores: dict[str, float]) -> dict[str, float]:
    """The terms that chance does not explain. A phrase around a word that is a subject itself needs no more proof."""
    found = {term: score for term, score in scores.items() if score >= SIGNIFICANT and " " not in term}
    return found | {
        term: score
        for term, score in scores.items()
        if " " in term
        and (score >= SIGNIFICANT_PHRASE or (score >= SIGNIFICANT and not found.keys().isdisjoint(term.split(" "))))
    }


def _without_doubles(scores: dict[str, float], used: dict[str, _Usage]) -> list[str]:
    """The terms by score; of a phrase and its words, or of overlapping phrases, that which says more."""
    phrases = [term for term in scores if " " in term]
    said_by_phrases = {
        word
        for phrase in phrases
        for word in phrase.split(" ")
        if word in scores and len(used[phrase].stories) >= _SHARED * len(used[word].stories)
    }
    kept: list[str] = []
    for term in sorted(scores, key=lambda term: (-scores[term], term)):
        if term not in said_by_phrases and not any(_doubles(term, other, used) for other in kept):
            kept.append(term)
    return kept


def _doubles(term: str, other: str, used: dict[str, _Usage]) -> bool:
    if not set(term.split(" ")) & set(other.split(" ")):
        return False
    stories = used[term].stories
    return len(stories & used[other].stories) >= _SHARED * len(stories)


# ---- words -------------------------------------------------------------------------------------------------------


def terms_of(text: str, lang: str = "") -> set[str]:
    """The words, two-word phrases ("mot mot") and hashtags ("#mot") of a text that could be a subject, each once."""
    stop = stop_words(lang)
    terms: set[str] = set()
    before, bridged = "", 0
    for token in tokenise(_BREAK.sub(_BROKEN, text)):
        if token in stop or (len(token) < 2 and token.isalpha()):
            bridged += 1
            continue
        if token[0] == "#":
            terms.add(token)
        if not token.isalnum() or token.isdigit():
            before, bridged = "", 0
            continue
        terms.add(token)
        if before and bridged <= _BRIDGED:
            terms.add(f"{before} {token}")
        before, bridged = token, 0
    return terms


def as_written(term: str, texts: Sequence[str]) -> str:
    """How a term is mostly written in these texts, with accents, capitals and what a phrase bridges."""
    first, last = term.split(" ")[0], term.split(" ")[-1]
    seen: Counter[str] = Counter()
    for text in texts[:20]:
        tokens = tokens_with_spans(text)
        for place, (token, start, _end) in enumerate(tokens):
            if token != first:
                continue
            if first == last:
                seen[text[start : tokens[place][2]]] += 1
                continue
            for following, _start, end in tokens[place + 1 : place + 2 + _BRIDGED]:
                if following == last:
                    seen[text[start:end]] += 1
                    break
    written = min(seen, key=lambda form: (-seen[form], form != form.lower(), form), default=term)
    return " ".join(written.split())
