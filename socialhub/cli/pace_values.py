"""A post's engagement at set ages for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from socialhub.cli.view import moment
from socialhub.clock import MINUTE
from socialhub.paces import Snapshot


def pace_values(snapshots: Sequence[Snapshot], now: int) -> list[dict[str, Any]]:
    """One object an age, those still ahead too; `missed` ones were not read in time."""
    return [
        {
            "age_minutes": each.age // MINUTE,
            "due_at": moment(each.due),
            "read_at": moment(each.at),
            "missed": each.is_hole(now),
            "followed": each.watched or None,
            "likes": each.likes,
            "shares": each.shares,
            "replies": each.replies,
            "reach": each.reach,
            "interactions": each.interactions,
            "expected": None if each.expected is None else round(each.expected, 2),
            "compared_with": each.basis or None,
            "past_posts": each.past,
            "faster": each.faster,
        }
        for each in snapshots
    ]
