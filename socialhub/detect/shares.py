"""How far apart two shares are, in nats. Pure."""

from __future__ import annotations

from math import log


def divergence(share: float, usual: float) -> float:
    """Kullback and Leibler's divergence of a share from a usual one, which lies between 0 and 1.

    To see such a share among n where `usual` holds has a chance of exp(-n · divergence) at most (Chernoff).
    """
    more = share * log(share / usual) if share > 0 else 0.0
    return max(0.0, more + ((1 - share) * log((1 - share) / (1 - usual)) if share < 1 else 0.0))
