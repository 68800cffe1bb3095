"""How unlikely a count is: a bound on the tail of the negative binomial, good for three mentions and for thousands."""

from __future__ import annotations

from math import log


def surprise(seen: float, expected: float, wobble: float) -> float:
    """At least how unlikely it is to see so many, in nats: the chance is at most exp(-surprise). 0 below `expected`.

    The count is Poisson around a rate that itself varies (Gamma) with mean `expected` (> 0) and squared coefficient of
    variation `wobble` (> 0): a negative binomial of variance expected + wobble * expected^2. The bound is Chernoff's
    (Ann. Math. Stat. 23, 1952): two logarithms, no series, nothing that under- or overflows.
    """
    if seen <= expected:
        return 0.0
    shape = 1.0 / wobble
    return seen * log(seen / expected) - (seen + shape) * log((seen + shape) / (expected + shape))
