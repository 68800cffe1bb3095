"""Rules of alerts and planned events as plain data: what config writes, the engine follows and commands explain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from socialhub.clock import HOUR, MINUTE
from socialhub.incidents import Severity
from socialhub.records import dataclass

OWN_TOPICS: Final = ("brand", "product", "campaign", "person", "issue")
"""The kinds of topics that are ours to answer for; the others are rivals."""
SEVERITIES: Final = tuple(severity.name.lower() for severity in Severity)
RIVAL_TOPICS: Final = ("competitor",)


@dataclass(frozen=True, slots=True)
class Rule:
    """When something about a topic becomes an alert, and how that alert behaves. Lengths are ms.

    It watches the topics named by `topics` (slugs), all those of `topic_kinds` when none is named. An alert is of
    `severity` (a burst once it is certain enough, a notice before); with at least `crisis_from` mentions more than
    expected, surely half of them negative, it is a crisis (None: never). Fewer than `floor` mentions more than expected
    are no alert however rare. It resolves once its cause is gone for `calm_for`; while nobody has taken it, people are
    told again every `repeat` (0: never). `query` is what a keyword rule looks for; a detractor is heard who reaches
    `reach` people (0: reach does not count). A rule about metrics means the `metric` of that name (""; all), and tells
    when it is `above` or `below` a limit for so long as `lasting`, or where neither is given when it is unusual.
    """

    id: str
    kind: str
    severity: Severity
    topics: tuple[str, ...] = ()
    topic_kinds: tuple[str, ...] = OWN_TOPICS
    crisis_from: int | None = None
    floor: int = 6
    calm_for: int = 30 * MINUTE
    repeat: int = 4 * HOUR
    query: str = ""
    reach: int = 0
    metric: str = ""
    above: float | None = None
    below: float | None = None
    lasting: int = 0

    def watches(self, topic: str, kind: str) -> bool:
        """Whether a topic (slug and kind) is its business."""
        return topic in self.topics if self.topics else kind in self.topic_kinds


USUAL_RULES: Final = {
    rule.kind: rule
    for rule in (
        Rule("burst", "burst", Severity.WARNING, crisis_from=50),
        Rule("rival", "rival", Severity.NOTICE, topic_kinds=RIVAL_TOPICS, repeat=0),
        Rule("tone_shift", "tone_shift", Severity.WARNING, floor=8),
        Rule("moment", "moment", Severity.NOTICE, repeat=0),
        Rule("rating_drop", "rating_drop", Severity.NOTICE, floor=8, calm_for=6 * HOUR, repeat=0),
        Rule("pick_up", "pick_up", Severity.NOTICE, floor=10, calm_for=2 * HOUR, repeat=0),
        Rule("detractor", "detractor", Severity.NOTICE, floor=1, repeat=0, reach=50_000),
        Rule("coordination", "coordination", Severity.WARNING, floor=10, calm_for=HOUR),
        Rule("weak_signal", "weak_signal", Severity.NOTICE, floor=5, calm_for=HOUR, repeat=0),
        Rule("metric", "metric", Severity.WARNING, repeat=0),
        Rule("keyword", "keyword", Severity.NOTICE, floor=1, repeat=0),
    )
}
"""What a rule that is written takes from its kind where it leaves something out; in force when the config says nothing,
those apart that need to be told what to look for."""
EVERY_RULE: Final = frozenset({"keyword", "metric"})
"""Kinds of which every rule that watches a topic is followed; of the others the one that fits best."""
NEEDS_WORDS: Final = frozenset({"keyword"})
"""Kinds that look for nothing before somebody says what."""
KINDS: Final = tuple(USUAL_RULES)


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """Something that is known beforehand to make people talk of `topics` (slugs; none: of all), in [start, end) ms."""

    name: str
    start: int
    end: int
    topics: tuple[str, ...] = ()

    def covers(self, topic: str, moment: int) -> bool:
        """Whether what is said of this topic (slug) at that moment (ms UTC) was to be expected."""
        return self.start <= moment < self.end and self.concerns(topic)

    def concerns(self, topic: str) -> bool:
        """Whether it makes people talk of this topic (slug)."""
        return not self.topics or topic in self.topics

    def overlaps(self, start: int, end: int) -> bool:
        """Whether some of it lies in [start, end) ms UTC."""
        return self.start < end and self.end > start


def rules_for(rules: Iterable[Rule], kind: str, topic: str, topic_kind: str) -> list[Rule]:
    """The rules of a kind for a topic (slug and kind): one that names it goes before one for all of its sort."""
    watching = [rule for rule in rules if rule.kind == kind and rule.watches(topic, topic_kind)]
    return watching if kind in EVERY_RULE or not watching else [max(watching, key=lambda rule: bool(rule.topics))]


def in_force(written: tuple[Rule, ...], switched_off: frozenset[str]) -> tuple[Rule, ...]:
    """The usual rules, each replaced by the written one of the same id, and the other written ones after them."""
    usual = {rule.id: rule for rule in USUAL_RULES.values() if rule.kind not in NEEDS_WORDS}
    by_id = usual | {rule.id: rule for rule in written}
    return tuple(rule for rule in by_id.values() if rule.id not in switched_off)
