"""Signs of inauthenticity of an author or of a group: five counts, each with at most so many points. Never a verdict.

Plain rows in, a number and its reasons out; only posts up to `now` are read. Small numbers are treated fairly: of a
share the lower end of its 95 % interval (Wilson's) counts, and a group needs five independent authors. Who is press or
known is marked by the caller and left out. What is taken for ordinary is a constant here and a line of docs/signs.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.records import dataclass
from socialhub.shares import wilson
from socialhub.signs import LeftOut, Sign, SignKind, Signs

MOST_POINTS: Final = {
    SignKind.YOUNG: 25,
    SignKind.RATE: 20,
    SignKind.SAME_TEXT: 20,
    SignKind.SAME_MINUTE: 20,
    SignKind.ONE_LINK: 15,
}
LEAST_AUTHORS: Final = 5
LEAST_POSTS: Final = 5
"""Of one author, for shares of their posts."""
YOUNG: Final = 90 * DAY
SLOGAN: Final = 6
"""A text of fewer words is a slogan or a cheer: people say the same by themselves."""
RAPID: Final = 6
"""Posts of one author in an hour, in a group."""
BURST: Final = 5
"""Authors who say the same in one minute; and three times as many as in the minutes around it."""
AROUND: Final = 10
TIMES_AROUND: Final = 3

# Shares (from, to): up to the first nothing is remarkable, from the second on all points are given.
_YOUNG_SHARE: Final = (0.2, 0.7)
_RAPID_SHARE: Final = (0.05, 0.35)
_COPIED_SHARE: Final = (0.3, 0.9)
_MINUTE_SHARE: Final = (0.1, 0.6)
_LINK_SHARE: Final = (0.3, 0.9)
_REPEATED_SHARE: Final = (0.2, 0.8)
ORDINARY: Final = {
    SignKind.YOUNG: _YOUNG_SHARE[0],
    SignKind.RATE: _RAPID_SHARE[0],
    SignKind.SAME_TEXT: _COPIED_SHARE[0],
    SignKind.SAME_MINUTE: _MINUTE_SHARE[0],
    SignKind.ONE_LINK: _LINK_SHARE[0],
}
"""The share of a group's authors up to which a sign is ordinary."""

# Of one author: age of the account (days), posts in 24 hours, posts in one minute -> share of the points.
_AGES: Final = ((7, 1.0), (30, 0.7), (90, 0.3))
_DAILY: Final = ((200, 1.0), (100, 0.75), (50, 0.4))
_MINUTELY: Final = ((5, 1.0), (3, 0.5))


@dataclass(frozen=True, slots=True)
class Post:
    """One post. `author` is any key; `at` and `created` (when the account was made; None: unknown) are ms UTC.

    Posts of the same words have the same `text`; `words` counts them without tags, handles and links. `links` are those
    that lead to no press site; `quotes_press` says that another one does. `is_reply` answers somebody.
    """

    author: str
    at: int
    text: int
    words: int
    links: tuple[str, ...] = ()
    created: int | None = None
    quotes_press: bool = False
    is_reply: bool = False
    left_out: LeftOut | None = None

    @property
    def may_be_copied(self) -> bool:
        """Whether it tells something that others say the same: no slogan, and no headline that is shared."""
        return self.words >= SLOGAN and not self.quotes_press


def signs_of_group(posts: Sequence[Post], now: int) -> Signs:
    """The signs of those who wrote these posts, together."""
    seen = [post for post in posts if post.at <= now]
    looked_at = [post for post in seen if post.left_out is None]
    authors = {post.author for post in looked_at}
    press = len({post.author for post in seen if post.left_out is LeftOut.PRESS})
    known = len({post.author for post in seen if post.left_out is LeftOut.KNOWN})
    if len(authors) < LEAST_AUTHORS:
        return Signs(None, len(looked_at), len(authors), press=press, known=known, because=LeftOut.TOO_FEW)
    count = len(authors)
    signs = (
        _young_accounts(looked_at),
        _share_sign(SignKind.RATE, _rapid_authors(looked_at), count, _RAPID_SHARE),
        _share_sign(SignKind.SAME_TEXT, _copying_authors(looked_at), count, _COPIED_SHARE),
        _share_sign(SignKind.SAME_MINUTE, _burst_authors(looked_at), count, _MINUTE_SHARE),
        _one_link(looked_at, count),
    )
    return Signs(sum(sign.points for sign in signs), len(looked_at), count, signs, press, known)


def signs_of_author(posts: Sequence[Post], now: int) -> Signs:
    """The signs of the one author of these posts."""
    seen = sorted((post for post in posts if post.at <= now), key=lambda post: post.at)
    if seen and seen[-1].left_out is not None:
        press = seen[-1].left_out is LeftOut.PRESS
        return Signs(None, len(seen), 1, press=int(press), known=int(not press), because=seen[-1].left_out)
    if not seen:
        return Signs(None, 0, 0, because=LeftOut.TOO_FEW)
    links = Counter(link for post in seen for link in set(post.links))
    link, linked = links.most_common(1)[0] if links else ("", 0)
    texts = Counter(post.text for post in seen if post.may_be_copied)
    signs = (
        _account_age(seen[-1]),
        _stepped(SignKind.RATE, _most_within(seen, DAY), len(seen), _DAILY),
        _repeated(SignKind.SAME_TEXT, sum(count - 1 for count in texts.values()), sum(texts.values()), _REPEATED_SHARE),
        _stepped(SignKind.SAME_MINUTE, _most_within([p for p in seen if not p.is_reply], MINUTE), len(seen), _MINUTELY),
        _repeated(SignKind.ONE_LINK, linked, len(seen), _LINK_SHARE, link),
    )
    return Signs(sum(sign.points for sign in signs), len(seen), 1, signs)


# ---- points --------------------------------------------------------------------------------------------------------


def _share_sign(kind: SignKind, count: int, of: int, band: tuple[float, float], detail: str = "") -> Sign:
    """Points by the lower end of what the share may be, between the two ends of a band."""
    low, high = band
    sure, _most = wilson(count, of)
    part = min(1.0, max(0.0, (sure - low) / (high - low))) if of else 0.0
    return Sign(kind, round(MOST_POINTS[kind] * part), MOST_POINTS[kind], count, of, detail)


def _repeated(kind: SignKind, count: int, of: int, band: tuple[float, float], detail: str = "") -> Sign:
    if of < LEAST_POSTS:
        return Sign(kind, 0, MOST_POINTS[kind], count, of, detail)
    return _share_sign(kind, count, of, band, detail)


def _stepped(kind: SignKind, value: int, of: int, steps: Sequence[tuple[int, float]]) -> Sign:
    part = next((part for least, part in steps if value >= least), 0.0)
    return Sign(kind, round(MOST_POINTS[kind] * part), MOST_POINTS[kind], value, of)


# ---- of one author -------------------------------------------------------------------------------------------------


def _account_age(newest: Post) -> Sign:
    """How old the account was when it wrote last."""
    most = MOST_POINTS[SignKind.YOUNG]
    if newest.created is None:
        return Sign(SignKind.YOUNG, 0, most)
    days = max(0, newest.at - newest.created) // DAY
    part = next((part for least, part in _AGES if days < least), 0.0)
    return Sign(SignKind.YOUNG, round(most * part), most, int(part > 0), 1, str(days))


def _most_within(posts: Sequence[Post], span: int) -> int:
    """The most posts, in order of time, that lie within less than `span` ms."""
    most = start = 0
    for end, post in enumerate(posts):
        while post.at - posts[start].at >= span:
            start += 1
        most = max(most, end - start + 1)
    return most


# ---- of a group ----------------------------------------------------------------------------------------------------


def _young_accounts(posts: Sequence[Post]) -> Sign:
    """Accounts younger than 90 days when they spoke first, of those whose age is told; five of these at least."""
    ages: dict[str, int] = {}
    for post in posts:
        if post.created is not None:
            ages[post.author] = min(ages.get(post.author, post.at - post.created), post.at - post.created)
    young = sum(age < YOUNG for age in ages.values())
    if len(ages) < LEAST_AUTHORS:
        return Sign(SignKind.YOUNG, 0, MOST_POINTS[SignKind.YOUNG], young if ages else None, len(ages))
    return _share_sign(SignKind.YOUNG, young, len(ages), _YOUNG_SHARE)


def _rapid_authors(posts: Sequence[Post]) -> int:
    theirs: defaultdict[str, list[Post]] = defaultdict(list)
    for post in sorted(posts, key=lambda post: post.at):
        theirs[post.author].append(post)
    return sum(_most_within(written, HOUR) >= RAPID for written in theirs.values())


def _by_text(posts: Sequence[Post]) -> dict[int, dict[str, int]]:
    """For each text that may be copied, its authors and when each said it first."""
    texts: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for post in posts:
        if post.may_be_copied:
            said = texts[post.text]
            said[post.author] = min(said.get(post.author, post.at), post.at)
    return texts


def _copying_authors(posts: Sequence[Post]) -> int:
    """Authors who say in the same words what another one says."""
    return len({author for said in _by_text(posts).values() if len(said) > 1 for author in said})


def _burst_authors(posts: Sequence[Post]) -> int:
    """Authors who say the same in a minute that stands out: by itself, and against the minutes around it."""
    found: set[str] = set()
    for said in _by_text(posts).values():
        minutes = Counter(at // MINUTE for at in said.values())
        for minute, count in minutes.items():
            if count < BURST:
                continue
            near = sum(minutes[minute + step] for step in range(-AROUND, AROUND + 1) if step)
            if count >= TIMES_AROUND * max(1.0, near / (2 * AROUND)):
                found.update(author for author, at in said.items() if at // MINUTE == minute)
    return len(found)


def _one_link(posts: Sequence[Post], authors: int) -> Sign:
    """The link that most authors push; fewer than five push nothing."""
    pushers: defaultdict[str, set[str]] = defaultdict(set)
    for post in posts:
        for link in post.links:
            pushers[link].add(post.author)
    link, count = max(((link, len(who)) for link, who in pushers.items()), key=lambda each: each[1], default=("", 0))
    if count < LEAST_AUTHORS:
        return Sign(SignKind.ONE_LINK, 0, MOST_POINTS[SignKind.ONE_LINK], count, authors, link)
    return _share_sign(SignKind.ONE_LINK, count, authors, _LINK_SHARE, link)
