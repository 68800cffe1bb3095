"""How unlikely a count is: a bound on the tail of the negative binomial, good for three mentions and for thousands.

A count is Poisson around a rate that itself varies (Gamma) with mean `expected` and squared coefficient of variation
`wobble`: a negative binomial of variance expected + wobble * expected^2.
"""

from __future__ import annotations

from math import log
from typing import Final

_HALVINGS: Final = 40


def surprise(seen: float, expected: float, wobble: float) -> float:
    """At least how unlikely it is to see so many, in nats: the chance is at most exp(-surprise). 0 below `expected`.

    `expected` and `wobble` are > 0. The bound is Chernoff's (Ann. Math. Stat. 23, 1952): two logarithms, no series,
    nothing that under- or overflows.
    """
    return _divergence(seen, expected, wobble) if seen > expected else 0.0


def apart(seen: float, expected: float, wobble: float) -> float:
    """The same on either side: at least how unlikely it is to see so many, or so few, in nats."""
    return _divergence(seen, expected, wobble)


def band(expected: float, wobble: float, chance: float) -> tuple[float, float]:
    """Between which numbers a count lies with at least this chance: the same bound, half of the rest on either side."""
    rest = -log((1 - chance) / 2)
    most = 2 * expected + 1
    while _divergence(most, expected, wobble) < rest:
        most *= 2
    lower = 0.0 if _divergence(0.0, expected, wobble) <= rest else _edge(expected, 0.0, expected, wobble, rest)
    return lower, _edge(expected, most, expected, wobble, rest)


def _edge(inside: float, outside: float, expected: float, wobble: float, rest: float) -> float:
    """Where between two counts the divergence reaches `rest`, by halving."""
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        if _divergence(middle, expected, wobble) > rest:
            outside = middle
        else:
            inside = middle
    return inside


def _divergence(seen: float, expected: float, wobble: float) -> float:
    shape = 1.0 / wobble
    apart = seen * log(seen / expected) if seen else 0.0
    return apart - (seen + shape) * log((seen + shape) / (expected + shape))
