"""How much of what is usual was listened to in a stretch of time: a source that says much weighs much. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from socialhub.volumes import Listening


def listened_share(weights: Mapping[int, float], listening: Mapping[int, Listening], start: int, end: int) -> float:
    """The share of what the sources usually say (`weights`) whose sources were listened to in [start, end) ms UTC."""
    whole, heard = sum(weights.values()), 0.0
    for source, weight in weights.items():
        spans = listening[source].covered if source in listening else ()
        heard += weight * sum(max(0, min(high, end) - max(low, start)) for low, high in spans) / (end - start)
    return heard / whole if whole else 1.0
