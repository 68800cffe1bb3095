"""The rule about coordination: who says the same on a topic lately, and whether that is who usually speaks there.

Posts are read once as they arrive and kept for two hours. Only reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from socialhub.alert_rules import Rule
from socialhub.alerts.latest import Latest
from socialhub.alerts.listening import listened_share
from socialhub.alerts.posts import posts_of
from socialhub.alerts.signals import Signal, Why
from socialhub.alerts.standing import cooled_down, grew, held_back
from socialhub.alerts.watch import States
from socialhub.clock import DAY, HOUR, MINUTE, floor_hour
from socialhub.detect.coordination import (
    SURPRISE,
    Coordination,
    Group,
    Judged,
    Spoken,
    groups_of,
    judge,
    usual_share,
)
from socialhub.detect.signs import YOUNG, Post
from socialhub.detect.volume import COMPLETE
from socialhub.incidents import Severity
from socialhub.model import Kind, Topic
from socialhub.records import dataclass
from socialhub.signs import SignKind
from socialhub.store import catch_ups, signs, volumes
from socialhub.store.alert_facts import Window
from socialhub.store.alert_mentions import heard_before
from socialhub.store.connection import Connection
from socialhub.volumes import Listening

LOOKED_BACK: Final = 2 * HOUR
"""Posts of so long are looked at."""
QUIET: Final = 30 * MINUTE
"""A group that has said nothing for so long is over."""
USUAL: Final = 28 * DAY
SAMPLED: Final = 1_000
"""So many posts of USUAL tell how many young accounts the room usually hears."""
SHOWN: Final = 3
"""So many groups are told of that are no alert."""
NAMED: Final = 200
"""So many of its mentions, and of its authors, are named or looked up."""
SLEEPLESS: Final = 20
"""Who wrote in so many of the last 24 hours does not sleep."""
_WHY: Final = {
    Judged.COORDINATED: Why.RAISED,
    Judged.USUAL: Why.USUAL,
    Judged.CONTENT: Why.OWN_WORDS,
    Judged.ORDINARY: Why.ORDINARY_PEOPLE,
    Judged.FEW: Why.TOO_FEW,
}


@dataclass(frozen=True, slots=True)
class _Told:
    """A post that is kept: `name` is what the author's past is asked for."""

    mention: int
    published: int
    seen: int
    source: int
    name: str
    post: Post


class CoordinationRules:
    """Follows the rules about coordination. A watch.Watch."""

    kinds = ("coordination",)

    def __init__(self, *, back: bool) -> None:
        self._latest = Latest(self._arrived, self._published, back=back)
        self._back = back
        self._gaps: dict[int, list[tuple[int, int]]] = {}
        self._press: set[str] = set()
        self._young = 0.0
        self._learnt = -1
        self._listening: dict[int, Listening] = {}
        self._origins: dict[str, dict[str, Any]] = {}

    def begin(self, db: Connection, now: int, seconds: float | None) -> None:
        """See Watch."""
        self._latest.begin(now)
        spans = volumes.heard(db, now - LOOKED_BACK, now, unlooked=self._back)
        # Looking back, what came late counts as if it had been there in time.
        self._gaps = {} if self._back else catch_ups.gaps_in(db, now - DAY, now - LOOKED_BACK)
        self._listening = {source: each.listening for source, each in spans.items()}
        if self._learnt != floor_hour(now):
            self._learnt = floor_hour(now)
            self._press |= signs.press_sites(db)
            ages = signs.account_ages(db, now - USUAL, now - LOOKED_BACK, SAMPLED)
            self._young = usual_share(sum(age < YOUNG for age in ages), len(ages))

    def look(self, db: Connection, rule: Rule, topic: Topic, states: States) -> Iterator[Signal]:
        """A signal for each group that is an alert, and for the largest others; one for the topic without any."""
        now = self._latest.now
        latest = self._latest.since(db, topic, now - LOOKED_BACK)
        told = {row.mention: row for _at, row in latest if not self._is_caught_up(row)}
        lasting = {
            subject.removeprefix(f"{topic.id}·"): subject
            for (kind, subject), state in states.items()
            if kind == rule.kind and state is not None and state.ended is None
        }
        groups = groups_of([Spoken(row.mention, row.post) for row in told.values()], lasting.keys())
        shown = 0
        for group in groups:
            found = judge(group, now, self._young)
            signal = self._signal(rule, topic, group, found, [told[each.mention] for each in group.spoken])
            shown += signal.why is not Why.RAISED
            if signal.why is Why.RAISED or shown <= SHOWN or group.name in lasting:
                state = states.get(signal.key)
                signal = held_back(cooled_down(signal, state, now), state)
                if signal.why is Why.RAISED:
                    if state is None or state.ended is not None or grew(signal, state):
                        self._origins[signal.subject] = provenance(db, signal, [told[e.mention] for e in group.spoken])
                    signal = replace(signal, numbers={**signal.numbers, **self._origins.get(signal.subject, {})})
                yield signal
        names = {group.name for group in groups}
        for name, subject in lasting.items():
            if name not in names:
                yield self._nothing(rule, topic, subject)
        if not groups and not lasting:
            yield self._nothing(rule, topic, topic.id)

    def _is_caught_up(self, row: _Told) -> bool:
        """Whether a post is of a gap and older than what is looked at: a backlog of hours is not said at once, and is
        looked back on apart.
        """
        if row.published >= self._latest.now - LOOKED_BACK:
            return False
        return any(low <= row.published < high for low, high in self._gaps.get(row.source, ()))

    def _signal(self, rule: Rule, topic: Topic, group: Group, found: Coordination, told: Sequence[_Told]) -> Signal:
        now, why = self._latest.now, _WHY[found.why]
        if why is Why.RAISED and found.signs.authors < rule.floor:
            why = Why.FLOOR
        listened = listened_share(Counter(row.source for row in told), self._listening, now - LOOKED_BACK, now)
        named = tuple(sorted(row.mention for row in told))[-NAMED:]
        calm = now - found.end >= QUIET and listened >= COMPLETE
        return Signal(
            rule,
            topic,
            f"{topic.id}·{group.name}",
            why,
            min(rule.severity, Severity.NOTICE) if found.minutes_only else rule.severity,
            found.start,
            found.surprise,
            calm,
            calm,
            {**_numbers(topic, found, now, round(listened, 3)), group.kind: group.key, "mentions": list(named)},
            Window(topic.number, found.start, now, only=named),
        )

    def _nothing(self, rule: Rule, topic: Topic, subject: str) -> Signal:
        """Nobody says the same (any more)."""
        self._origins.pop(subject, None)
        now = self._latest.now
        listened = listened_share(dict.fromkeys(self._listening, 1.0), self._listening, now - LOOKED_BACK, now)
        calm = listened >= COMPLETE
        found = judge(Group("", "", ()), now, self._young)
        numbers = _numbers(topic, found, now, round(listened, 3))
        window = Window(topic.number, now - LOOKED_BACK, now)
        return Signal(rule, topic, subject, Why.USUAL, rule.severity, now, 0.0, calm, calm, numbers, window)

    def _arrived(self, db: Connection, topic: int, above: int) -> list[_Told]:
        return self._kept(signs.posts_arrived(db, topic, above))

    def _published(self, db: Connection, topic: int, start: int, end: int) -> list[_Told]:
        return self._kept(signs.posts_published(db, topic, start, end))

    def _kept(self, rows: Sequence[signs.PostRow]) -> list[_Told]:
        self._press |= {row.site for row in rows if row.kind == Kind.ARTICLE and row.site}
        return [
            _Told(row.mention, row.published, row.seen, row.source, row.name, post)
            for row, post in zip(rows, posts_of(rows, self._press), strict=True)
        ]


def _numbers(topic: Topic, found: Coordination, now: int, completeness: float) -> dict[str, Any]:
    counted = {sign.kind: (sign.count or 0, sign.of) for sign in found.signs.signs}
    link = found.sign(SignKind.ONE_LINK)
    return {
        "topic": topic.name,
        "part": "group" if found.signs.authors else "",
        "test": str(found.test),
        "seen": found.seen,
        "of": found.of,
        "expected": round(found.expected, 1),
        "needed": SURPRISE,
        "probability": found.chance,
        "accounts": found.signs.authors,
        "posts": found.signs.posts,
        "young": counted.get(SignKind.YOUNG, (0, 0))[0],
        "ages": counted.get(SignKind.YOUNG, (0, 0))[1],
        "rapid": counted.get(SignKind.RATE, (0, 0))[0],
        "copied": counted.get(SignKind.SAME_TEXT, (0, 0))[0],
        "at_once": counted.get(SignKind.SAME_MINUTE, (0, 0))[0],
        "linked": counted.get(SignKind.ONE_LINK, (0, 0))[0],
        "pushed": link.detail if link is not None and link.points else "",
        "left_out": found.signs.press + found.signs.known,
        "score": found.signs.score,
        "completeness": completeness,
        "since": found.start,
        "until": now,
        "window": max(MINUTE, found.end - found.start),
        "learning": False,
    }


def provenance(db: Connection, signal: Signal, rows: Sequence[_Told]) -> dict[str, Any]:
    """What a group says, and where its authors come from: never heard before, never asleep, made when."""
    names = sorted({row.name for row in rows})[:NAMED]
    start, end = signal.window.start, signal.window.end
    hours = signs.hours_awake(db, names, end - DAY, end)
    created = {row.name: row.post.created for row in rows if row.post.created is not None}
    days = sorted((row.published - created[row.name]) // DAY for row in rows if row.name in created)
    first = min(rows, key=lambda row: (row.published, row.mention))
    return {
        "unheard": len(names) - len(heard_before(db, names, start)),
        "sleepless": sum(count >= SLEEPLESS for count in hours.values()),
        "middle_age": days[len(days) // 2] if days else None,
        "quoted": first.mention,
        "text": signs.text_of(db, first.mention),
        "yesterday": signs.copies_within(db, signal.topic.number, start - DAY, end - DAY),
        "last_week": signs.copies_within(db, signal.topic.number, start - 7 * DAY, end - 7 * DAY),
    }
