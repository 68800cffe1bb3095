"""Which recent text a new one nearly repeats: MinHash over whole batches, a ring of recent texts, bounded memory.

A text is its set of words. The chance that the smallest value of a random hash is the same in two sets is their
Jaccard index (Broder 1997); 16 bands of 4 such values find 89 % of the pairs at 0.6 and 99 % at 0.7 (Leskovec,
Rajaraman & Ullman, Mining of Massive Datasets, 3.4). What a band finds is then compared word by word.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final, Generic, TypeVar
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")

BANDS: Final = 16
ROWS: Final = 4
ALIKE: Final = 0.6
"""Jaccard index (0…1) from which two texts are copies of one another."""
REMEMBERED: Final = 16_384
"""Texts in the ring, about 10 MB with their words: three days of a room, four hours of its worst day."""
_SLOTS: Final = 1 << 16
_LOOKED_AT: Final = 4
"""Texts with the same band that are looked at, the newest: notices of one form crowd one another out otherwise."""
_WORDS_AT_ONCE: Final = 20_000
"""Words hashed together: 5 MB of values."""

_chance = np.random.Generator(np.random.PCG64(20_101_126))
_FACTORS: Final = _chance.integers(1, 1 << 62, BANDS * ROWS, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_TERMS: Final = _chance.integers(0, 1 << 62, BANDS * ROWS, dtype=np.uint64)
_MIX: Final = _chance.integers(1, 1 << 62, (BANDS, ROWS), dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_BANDS: Final = np.arange(BANDS)


def signatures(texts: Sequence[Collection[str]]) -> NDArray[np.uint32]:
    """The 64 smallest hash values of every text's words, a row a text; no text is empty.

    Multiply-shift hashing (Dietzfelbinger et al. 1997) of each distinct word's CRC, so that all machines agree.
    """
    rows, low = [], 0
    while low < len(texts):
        high, words = low, 0
        while high < len(texts) and (high == low or words + len(texts[high]) <= _WORDS_AT_ONCE):
            words += len(texts[high])
            high += 1
        rows.append(_smallest(texts[low:high]))
        low = high
    return np.concatenate(rows) if rows else np.empty((0, BANDS * ROWS), np.uint32)


def _smallest(texts: Sequence[Collection[str]]) -> NDArray[np.uint32]:
    vocabulary: dict[str, int] = {}
    places = [vocabulary.setdefault(word, len(vocabulary)) for words in texts for word in words]
    starts = np.cumsum([0, *(len(words) for words in texts[:-1])])
    hashes = np.fromiter((crc32(word.encode()) for word in vocabulary), np.uint64, len(vocabulary))
    values = ((hashes[:, None] * _FACTORS + _TERMS) >> np.uint64(32)).astype(np.uint32)
    return np.minimum.reduceat(values[places], starts, axis=0)


def band_keys(signed: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """One number for each band of each signature, different from band to band."""
    mixed: NDArray[np.uint64] = (signed.reshape(-1, BANDS, ROWS).astype(np.uint64) * _MIX).sum(axis=2, dtype=np.uint64)
    return mixed


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the words of both that both have (0…1)."""
    common = len(one & other)
    return common / (len(one) + len(other) - common)


class Sketches(Generic[T]):
    """The recent texts, each with what it stands for. A text that repeats another is not remembered itself.

    So everything of a group resembles the same text: a chain of small changes does not lead from one to another.
    """

    def __init__(self, size: int = REMEMBERED) -> None:
        self._keys = np.zeros((size, BANDS), np.uint64)
        self._slots = np.full((BANDS, _SLOTS), -1, np.int32)
        self._before = np.full((size, BANDS), -1, np.int32)
        self._texts: list[tuple[str, T] | None] = [None] * size
        self._next = 0

    @property
    def values(self) -> Iterator[T]:
        """What the remembered texts stand for."""
        return (each[1] for each in self._texts if each is not None)

    def sort_in(
        self, texts: Sequence[str], values: Sequence[T], may_join: Callable[[T, T], bool] | None
    ) -> list[T | None]:
        """For each text the value of the most similar one that is at least ALIKE, else None: it is remembered then.

        Texts are words joined by blanks. `may_join(new, known)` has the last word; None: nothing is looked for.
        """
        if not texts:
            return []
        sets = [frozenset(text.split()) for text in texts]
        keys = band_keys(signatures(sets))
        known = self._known(keys) if may_join is not None else {}
        here: dict[int, tuple[int, ...]] = {}
        found: list[T | None] = []
        for number, row in enumerate(_shared(keys)):
            near = [self._texts[place] for place in known.get(number, ())]
            here_too = {other for key in row if key in here for other in here[key]}
            near += [(texts[other], values[other]) for other in sorted(here_too)]
            best = _best(sets[number], values[number], near, may_join) if may_join is not None and near else None
            found.append(best)
            if best is None:
                for key in row:
                    here[key] = (*here.get(key, ())[1 - _LOOKED_AT :], number)
        self._remember([number for number, best in enumerate(found) if best is None], keys, texts, values)
        return found

    def _known(self, keys: NDArray[np.uint64]) -> dict[int, set[int]]:
        """Places in the ring that share a band with a text, by the number of the text."""
        places = self._slots[_BANDS, _slot(keys)]
        known: dict[int, set[int]] = {}
        for _step in range(_LOOKED_AT):
            hits = (places >= 0) & (self._keys[places, _BANDS] == keys)
            for number, band in zip(*(each.tolist() for each in hits.nonzero()), strict=True):
                known.setdefault(number, set()).add(int(places[number, band]))
            places = np.where(places >= 0, self._before[places, _BANDS], -1)
        return known

    def _remember(
        self, numbers: list[int], keys: NDArray[np.uint64], texts: Sequence[str], values: Sequence[T]
    ) -> None:
        slots = _slot(keys)
        for number in numbers:
            place = self._next % len(self._texts)
            self._texts[place] = texts[number], values[number]
            self._keys[place] = keys[number]
            self._before[place] = self._slots[_BANDS, slots[number]]
            self._slots[_BANDS, slots[number]] = place
            self._next += 1


def _shared(keys: NDArray[np.uint64]) -> list[list[int]]:
    """The bands of each text that another of the batch has too."""
    _distinct, which, times = np.unique(keys, return_inverse=True, return_counts=True)
    again = (times[which] > 1).reshape(keys.shape)
    rows: list[list[int]] = [[] for _text in range(len(keys))]
    for number, band in zip(*(each.tolist() for each in again.nonzero()), strict=True):
        rows[number].append(int(keys[number, band]))
    return rows


def _slot(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    return (keys >> np.uint64(40)).astype(np.int64) & (_SLOTS - 1)


def _best(
    words: frozenset[str], value: T, near: Sequence[tuple[str, T] | None], may_join: Callable[[T, T], bool]
) -> T | None:
    best, most = None, ALIKE
    for each in near:
        if each is None or not may_join(value, each[1]):
            continue
        alike = jaccard(words, frozenset(each[0].split()))
        if alike >= most:
            best, most = each[1], alike
    return best
