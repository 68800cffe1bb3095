"""Coordination: many accounts that say the same or push one link, and are not who usually speaks. Pure.

Two things must come together: *what* is said is one text, or one link; and *who* says it stands out: young accounts,
more of them than the room usually hears; accounts that post without pause; or, where nobody tells how old accounts are,
many in one minute. Press, known people, slogans and shared articles are left out as in `signs`: a despatch on forty
sites, a viral post that old accounts pass on, a petition of a newsletter, a quiz are none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from enum import StrEnum
from math import exp
from typing import Final

from socialhub.detect.shares import divergence
from socialhub.detect.signs import LEAST_AUTHORS, ORDINARY, Post, signs_of_group
from socialhub.records import dataclass
from socialhub.shares import wilson
from socialhub.signs import Sign, SignKind, Signs

SURPRISE: Final = 5.0
"""Nats from which on what stands out in who speaks is no chance."""
LEAST_SCORE: Final = 40
"""Points of all signs together that it takes."""
SAME_POSTS: Final = 0.5
"""Of two groups that have so large a share of the smaller one's posts in common one is enough."""
LEAST_AGES: Final = 30
"""Accounts whose age is told, before the room has a usual share of young ones."""
CONTENT: Final = (SignKind.SAME_TEXT, SignKind.ONE_LINK)
WHO: Final = (SignKind.YOUNG, SignKind.RATE)


class Judged(StrEnum):
    """Why a group is coordinated, or which test keeps it from being called so."""

    COORDINATED = "coordinated"
    USUAL = "usual"
    CONTENT = "own-words"  # they speak in words of their own
    ORDINARY = "ordinary-people"  # who speaks is who usually speaks
    FEW = "too-few"


@dataclass(frozen=True, slots=True)
class Spoken:
    """A post with its mention's number."""

    mention: int
    post: Post


@dataclass(frozen=True, slots=True)
class Group:
    """Posts that belong together: copies of a `story` (its number), or those that push a `link`."""

    kind: str
    key: str
    spoken: tuple[Spoken, ...]

    @property
    def name(self) -> str:
        """What is the same in all of them, as one word: "story:4711", "link:https://…"."""
        return f"{self.kind}:{self.key}"

    @property
    def authors(self) -> int:
        """How many wrote them, those apart that are left out."""
        return len({each.post.author for each in self.spoken if each.post.left_out is None})


@dataclass(frozen=True, slots=True)
class Coordination:
    """What is said of a group.

    `test` is the sign about who speaks that stands out most: `seen` of `of` authors show it where `expected` would;
    the chance of so many is at most `chance`. `minutes_only`: nothing is known of the accounts but that they speak at
    once. `start` and `end` are the first and last post (ms UTC).
    """

    why: Judged
    signs: Signs
    test: SignKind
    seen: int
    of: int
    expected: float
    surprise: float
    start: int
    end: int
    minutes_only: bool = False

    @property
    def chance(self) -> float:
        """At most how likely so many are."""
        return exp(-self.surprise)

    def sign(self, kind: SignKind) -> Sign | None:
        """One of its signs."""
        return next((sign for sign in self.signs.signs if sign.kind is kind), None)


def usual_share(young: int, ages: int) -> float:
    """The share of young accounts among those that a room usually hears: the upper end of what it may be, and no less
    than what is ordinary anywhere.
    """
    if ages < LEAST_AGES:
        return ORDINARY[SignKind.YOUNG]
    return max(ORDINARY[SignKind.YOUNG], wilson(young, ages)[1])


def groups_of(spoken: Sequence[Spoken], first: Collection[str], least: int = LEAST_AUTHORS) -> list[Group]:
    """The groups of `least` authors and more, the largest first; those named in `first` before all.

    Of those that are about the same posts the first is kept.
    """
    gathered: defaultdict[tuple[str, str], list[Spoken]] = defaultdict(list)
    for each in spoken:
        if each.post.may_be_copied:
            gathered["story", str(each.post.text)].append(each)
        for link in each.post.links:
            gathered["link", link].append(each)
    groups = [Group(kind, key, tuple(posts)) for (kind, key), posts in gathered.items() if len(posts) >= least]
    sizes = {group.name: group.authors for group in groups}
    groups = [group for group in groups if sizes[group.name] >= least or group.name in first]
    groups.sort(key=lambda group: (group.name not in first, -sizes[group.name], group.kind != "story", group.key))
    kept: list[tuple[Group, frozenset[int]]] = []
    for group in groups:
        mentions = frozenset(each.mention for each in group.spoken)
        if not any(len(mentions & other) >= SAME_POSTS * min(len(mentions), len(other)) for _group, other in kept):
            kept.append((group, mentions))
    return [group for group, _mentions in kept]


def judge(group: Group, now: int, young: float) -> Coordination:
    """The verdict on a group at `now` (ms UTC) in a room where a share of `young` accounts is usual."""
    posts = [each.post for each in group.spoken if each.post.at <= now]
    signs = signs_of_group(posts, now)
    start, end = min((post.at for post in posts), default=now), max((post.at for post in posts), default=now)
    if signs.score is None:
        return Coordination(Judged.FEW, signs, SignKind.YOUNG, 0, signs.authors, 0.0, 0.0, start, end)
    by_kind = {sign.kind: sign for sign in signs.signs}
    told = by_kind[SignKind.YOUNG].of >= LEAST_AUTHORS
    kinds = WHO if told else (SignKind.RATE, SignKind.SAME_MINUTE)
    usual = ORDINARY | {SignKind.YOUNG: young}
    found = max((by_kind[kind] for kind in kinds), key=lambda sign: _surprise(sign, usual[sign.kind]))
    surprise = _surprise(found, usual[found.kind])
    if not any(by_kind[kind].points for kind in CONTENT):
        why = Judged.CONTENT
    elif surprise < SURPRISE or not found.points:
        why = Judged.ORDINARY
    else:
        why = Judged.COORDINATED if signs.score >= LEAST_SCORE else Judged.USUAL
    seen = found.count or 0
    minutes_only = found.kind is SignKind.SAME_MINUTE
    expected = found.of * usual[found.kind]
    return Coordination(why, signs, found.kind, seen, found.of, expected, surprise, start, end, minutes_only)


def _surprise(sign: Sign, usual: float) -> float:
    """How unlikely so many are where a share is `usual`, in nats (Chernoff's bound); 0 up to that."""
    if not sign.count or not sign.of or sign.count <= sign.of * usual:
        return 0.0
    return sign.of * divergence(sign.count / sign.of, usual)
