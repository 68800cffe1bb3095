"""A row a topic: name, sparkline, count, change against the period before, net sentiment. Draws what it is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from textual.message import Message
from textual.scroll_view import ScrollView


@dataclass(frozen=True, slots=True)
class TrendRow:
    """What one topic did in the shown span.

    `totals[i]` mentions in the cell of `step` ms that begins at `start + i * step` (ms UTC); `holes[i]` whether nobody
    listened during most of it. `total` is the count of the span, `before` that of the span of the same length before
    it (None: not listened to then), `net` the net sentiment in points (-100…100; None: nothing was judged).
    """

    topic: int
    name: str
    start: int
    step: int
    totals: tuple[int, ...]
    holes: tuple[bool, ...]
    total: int
    before: int | None
    net: int | None


class Trends(ScrollView, can_focus=True):
    """The trends pane. Messages: TopicChosen on Enter, SpanWanted on `[` and `]`."""

    class TopicChosen(Message):
        """The reader wants the mentions of this topic (its number)."""

        def __init__(self, topic: int) -> None:
            super().__init__()
            self.topic = topic

    class SpanWanted(Message):
        """The reader wants a longer (+1) or shorter (-1) span: 1 h, 24 h, 7 d."""

        def __init__(self, direction: int) -> None:
            super().__init__()
            self.direction = direction

    def __init__(self, *, zone: tzinfo | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.zone = zone

    def show(self, rows: Sequence[TrendRow]) -> None:
        """Draw these rows; only lines that differ are repainted."""
        raise NotImplementedError

    @property
    def selected(self) -> TrendRow | None:
        """The row under the cursor."""
        raise NotImplementedError
