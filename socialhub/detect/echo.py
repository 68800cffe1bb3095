"""Whether an article takes up what people said before it: posts that share its words, before any article did. Pure.

Two words of a headline in common make an echo; words of the topic's own query, and those that tell nothing, do not
count. Echoes must be more than the day before them explains, so that an article about everyday trouble is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from socialhub.clock import DAY, HOUR
from socialhub.detect.stopwords import stop_words
from socialhub.detect.tails import surprise
from socialhub.records import dataclass
from socialhub.text import tokenise

WAVE: Final = 6 * HOUR
"""So long before the first article its posts are looked for."""
BEFORE: Final = DAY
"""So long before that tells how often people say such words anyway."""
PAUSE: Final = HOUR
"""After so long without an echo a wave begins anew."""
SHARED: Final = 2
NEEDED: Final = 5.0
"""Nats: one in 150 that so many say these words by chance."""
NAMED: Final = 4
"""So many of the shared words are named."""
_SHORTEST: Final = 4
_WOBBLE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Post:
    """When something was published (ms UTC), and its folded words."""

    at: int
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Echo:
    """What an article took up: `posts` people had said it, the first at `began`, the first article came at `taken_up`
    (ms UTC); `words` are those most shared.
    """

    posts: int
    began: int
    taken_up: int
    words: tuple[str, ...]


def words_of(text: str, lang: str, without: frozenset[str] = frozenset()) -> frozenset[str]:
    """The words of a text that tell something."""
    plain = (word.lstrip("#") for word in tokenise(text) if word[0] != "@")
    return frozenset(word for word in plain if len(word) >= _SHORTEST) - stop_words(lang) - without


def words_among(text: str, lang: str, asked: frozenset[str]) -> frozenset[str]:
    """Which of these words, that tell something, a text has: quicker than all that `words_of` finds in it."""
    return frozenset(asked.intersection([word.lstrip("#") for word in tokenise(text) if word[0] != "@"])) - stop_words(
        lang
    )


def echo_of(article: Post, articles: Sequence[Post], posts: Sequence[Post], floor: int) -> Echo | None:
    """What an article takes up from posts; None where fewer than `floor` came before the first article with its words,
    or no more than usual. `articles` and `posts` reach from WAVE + BEFORE before it up to it.
    """
    related = [each.at for each in articles if each.at <= article.at and len(each.words & article.words) >= SHARED]
    first = min([article.at, *related])
    echoes = [each for each in posts if each.at < first and len(each.words & article.words) >= SHARED]
    wave = [each for each in echoes if each.at >= first - WAVE]
    if len(wave) < floor:
        return None
    known = min((each.at for each in posts), default=first)
    length = max(HOUR, min(BEFORE, first - WAVE - known))
    expected = max(0.5, (len(echoes) - len(wave)) * WAVE / length)
    if surprise(len(wave), expected, _WOBBLE) < NEEDED:
        return None
    wave = _unbroken(wave)
    if len(wave) < floor:
        return None
    shared = Counter(word for each in wave for word in each.words & article.words)
    words = tuple(word for word, _count in sorted(shared.items(), key=lambda each: (-each[1], each[0]))[:NAMED])
    return Echo(len(wave), min(each.at for each in wave), first, words)


def _unbroken(wave: Sequence[Post]) -> list[Post]:
    """The posts since the last pause."""
    kept: list[Post] = []
    for each in sorted(wave, key=lambda post: post.at):
        if kept and each.at - kept[-1].at > PAUSE:
            kept.clear()
        kept.append(each)
    return kept
