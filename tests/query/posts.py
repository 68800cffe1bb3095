"""Posts and queries for the property tests, and a slow, obvious evaluator that the real ones must agree with."""

from __future__ import annotations

import fnmatch
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from functools import cache
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

import regex
from hypothesis import strategies as st

from socialhub.model import Kind, Tone
from socialhub.query import Document, Node
from socialhub.query.fields import CHOICES, read_field
from socialhub.query.runs import sentences, written_words
from socialhub.query.tree import (
    LETTERS,
    And,
    Count,
    DateRange,
    Exact,
    Field,
    Fuzzy,
    Loose,
    Near,
    Not,
    NumberRange,
    Or,
    Phrase,
    Prefix,
    Recent,
    Regex,
    Scope,
    Sentence,
    Term,
    Variants,
    Wildcard,
    all_of,
    any_of,
    negate,
)
from socialhub.text import tokenise, tokens_with_spans

PARIS = ZoneInfo("Europe/Paris")
NOW = 1_795_000_000_000
SOURCES = (("Le Matin – éco", "rss"), ("piaille", "mastodon"))
TOPICS = ("marque", "rivale")
LISTS = ("Presse", "elus")
AUDIENCE = 50
"""The people who read an article of lemonde.fr in these tests; no other site has a class."""


@dataclass
class Post:
    """A stored mention before it is folded: what the tests feed to all evaluators."""

    title: str = ""
    text: str = ""
    author: str = ""
    handle: str = ""
    site: str = ""
    url: str = ""
    lang: str = ""
    kind: str = "post"
    source: int = 0
    published: int = NOW
    followers: int | None = None
    rating: float | None = None
    links: str = ""
    bio: str = ""
    media: int = 0
    reach: int | None = None
    likes: int | None = None
    replies: int | None = None
    repost: bool = False
    parent: bool = False
    lists: tuple[int, ...] = ()
    state: str = ""
    assignee: str = ""
    tags: tuple[str, ...] = ()
    muted: bool = False
    viral: bool = False
    topics: tuple[int, ...] = ()
    tone: Tone | None = None
    confidence: float = 0.0
    read: bool | None = field(default=None)

    @property
    def possible_reach(self) -> int | None:
        """Told, else the followers, else the readers of the site of an article or a forum's message."""
        if self.reach is not None:
            return self.reach
        if self.followers is not None:
            return self.followers
        return AUDIENCE if self.kind in ("article", "message") and _lower(self.site) == "lemonde.fr" else None

    def document(self) -> Document:
        """The post as the evaluators see it."""
        name, kind = SOURCES[self.source]
        return Document(
            title_tokens=tokenise(self.title),
            text_tokens=tokenise(self.text),
            author=self.author,
            handle=self.handle,
            site=self.site,
            url=self.url,
            lang=self.lang,
            kind=self.kind,
            source=name,
            source_kind=kind,
            published=self.published,
            followers=self.followers,
            rating=self.rating,
            title=self.title,
            text=self.text,
            bio=self.bio,
            media=self.media,
            reach=self.possible_reach,
            engagement=None if self.likes is None and self.replies is None else (self.likes or 0) + (self.replies or 0),
            links=tuple(self.links.splitlines()),
            repost=self.repost,
            answered=bool(self.replies) or self.parent,
            lists=tuple(LISTS[number] for number in self.lists),
            state=self.state or "new",
            assignee=self.assignee,
            tags=self.tags,
            muted=self.muted,
            viral=self.viral,
            topics=tuple(TOPICS[topic] for topic in self.topics),
            tone=self.tone,
            confidence=self.confidence,
            unread=not self.read,
        )


# ---- strategies --------------------------------------------------------------------------------------------------

WORDS = [
    *("Orange", "ORANGÉ", "orangée", "l'opérateur", "operateur", "Fibre", "#Fibre", "fibré", "fibres", "#5G", "5G"),
    *("@Léa", "@lea@piaille.fr", "lea", "Œuvre", "oeuvre", "#œuvre", "Straße", "STRASSE", "ﬁbre", "😀", "👩‍💻", "❤️"),
    *("carte-sim", "C++", "c#", "東京", "AND", "or", "a_b", "##fibre", "100%", "e\u0301te", "été", "#", "@", "١٢٣"),
]
_glue = st.sampled_from([" ", " ", " ", ", ", "-", "\n", "’", "/", ""])
texts = st.lists(st.tuples(st.sampled_from(WORDS), _glue), max_size=7).map(
    lambda pieces: "".join(word + glue for word, glue in pieces)
)
moments = st.sampled_from(
    [NOW, NOW - 1, NOW - 3_600_000, NOW - 3_600_001, NOW - 86_400_000]
    + [
        round((datetime(2026, 11, day, tzinfo=PARIS) + timedelta(milliseconds=shift)).timestamp() * 1000)
        for day in (1, 2, 20, 21)
        for shift in (-1, 0)
    ]
)
posts = st.builds(
    Post,
    title=st.one_of(st.just(""), texts),
    text=texts,
    author=st.one_of(st.just(""), texts.map(lambda text: text.replace("\n", " "))),
    handle=st.sampled_from(["", "lea", "@Lea", "lea@piaille.fr", "LEA.bsky.social", "léa", "leandre"]),
    site=st.sampled_from(["", "lemonde.fr", "www.LeMonde.fr", "notlemonde.fr", "éco.fr"]),
    url=st.sampled_from(["", "https://LeMonde.fr/a%20b?x=é", "https://x.fr/100%_sûr"]),
    lang=st.sampled_from(["", "fr", "FR", "fr-CA", "fro", "en"]),
    kind=st.sampled_from([kind.value for kind in Kind]),
    source=st.sampled_from([0, 1]),
    published=moments,
    followers=st.sampled_from([None, 0, 999, 1000, 1001]),
    rating=st.sampled_from([None, 1.0, 2.0, 2.5, 5.0]),
    links=st.sampled_from(["", "https://x.fr", "https://x.fr\nhttps://LeMonde.fr/éco"]),
    bio=st.one_of(st.just(""), texts.map(lambda text: text.replace("\n", " "))),
    media=st.sampled_from([0, 2]),
    reach=st.sampled_from([None, 0, 5000]),
    likes=st.sampled_from([None, 0, 7]),
    replies=st.sampled_from([None, 0, 3]),
    repost=st.booleans(),
    parent=st.booleans(),
    lists=st.sampled_from([(), (0,), (0, 1)]),
    state=st.sampled_from(["", "open", "closed"]),
    assignee=st.sampled_from(["", "anna", "Bob"]),
    tags=st.sampled_from([(), ("a-rappeler",), ("a-rappeler", "idee")]),
    muted=st.booleans(),
    viral=st.booleans(),
    topics=st.sampled_from([(), (0,), (0, 1)]),
    tone=st.sampled_from([None, *Tone]),
    confidence=st.sampled_from([0.0, 0.49, 0.5, 0.9]),
    read=st.sampled_from([None, True, False]),
)

_TOKENS = sorted({token for word in WORDS for token in tokenise(word)})
_BARE = sorted({token.lstrip("#") for token in _TOKENS})
_STEMS = sorted(
    {token[:length] for token in _TOKENS for length in (3, 4) if sum(map(str.isalnum, token[:length])) >= 3}
)
_SHAPES = ["ora?ge", "or*ge", "fib?e*", "#fi?re", "strass?", "c*te", "@le*a", "ope*e?r"]
_MISSPELT = ["orangz", "fibre", "ofibre", "orange", "operatuer", "strase", "#fibre", "cartt", "@leaa"]
_EXACT = ["Orange", "ORANGÉ", "orange", "#Fibre", "Œuvre Orange", "ﬁbre", "été", "l'opérateur", "@Léa", "½"]
_PATTERNS = ["oran[gj]", "fi(b|d)re\\b", "^orange", "\\d+g", "(?-i:ORANG)", "é.*é", "[.!]$"]
_scopes = st.sampled_from([Scope.ANYWHERE, Scope.ANYWHERE, Scope.TITLE, Scope.TEXT])

_spellings = st.sampled_from(
    [("carte", "sim"), ("cartesim",), ("lea", "piaille", "fr"), ("5g", "fibre"), ("oran", "ge")]
)
words: st.SearchStrategy[Node] = st.one_of(
    st.builds(Wildcard, st.sampled_from(_SHAPES), _scopes),
    st.builds(Fuzzy, st.sampled_from(_MISSPELT), _scopes),
    st.builds(lambda text, scope: Exact(written_words(text), scope), st.sampled_from(_EXACT), _scopes),
    st.builds(Variants, _spellings, _scopes),
    st.builds(Loose, st.lists(st.sampled_from(_BARE), min_size=2, max_size=3).map(tuple), st.integers(0, 3), _scopes),
    st.builds(Term, st.sampled_from(_TOKENS), _scopes),
    st.builds(Prefix, st.sampled_from(_STEMS), _scopes),
    st.builds(Phrase, st.lists(st.sampled_from(_BARE), min_size=2, max_size=3).map(tuple), _scopes),
    st.builds(
        Phrase,
        st.tuples(st.sampled_from(_BARE), st.sampled_from([stem.lstrip("#") for stem in _STEMS if len(stem) > 3])),
        _scopes,
        st.just(True),
    ),
)
placed = st.recursive(
    words,
    lambda sides: st.one_of(
        st.lists(sides, min_size=2, max_size=3).map(any_of),
        st.builds(Near, sides, sides, st.integers(0, 4), st.booleans()),
    ),
    max_leaves=4,
)
patterns = st.builds(Regex, st.sampled_from(_PATTERNS), _scopes)
groups: st.SearchStrategy[Node] = st.one_of(
    patterns,
    st.builds(Near, placed, placed, st.integers(0, 4), st.booleans()),
    st.builds(Count, placed, st.integers(1, 3)),
    st.builds(Sentence, st.deferred(lambda: trees(st.one_of(words, patterns)))),
)
_VALUES = {
    "author": ["orange", "Léa", "@lea", "carte sim", "😀", "#fibre"],
    "handle": ["lea", "@LEA", "lea@piaille.fr", "léa"],
    "site": ["lemonde.fr", "fr", "https://www.lemonde.fr/", "éco.fr"],
    "url": ["lemonde", "100%_", "a%20b", "?x=é", "/"],
    "lang": ["fr", "en", "FR"],
    "source": ["le matin – éco", "rss", "Piaille", "nobody"],
    "topic": ["marque", "rivale", "nothing"],
    "rating": ["<=2", "2", ">2,4", "1..2.5", "..2", "<5"],
    "followers": [">1000", ">=1000", "<1000", "0"],
    "reach": [">100", "0", "50", ">=1000"],
    "engagement": [">5", "<=3", "0"],
    "bio": ["orange", "carte sim"],
    "list": ["presse", "Elus", "rien"],
    "tag": ["à rappeler", "idee"],
    "assignee": ["Anna", "bob", "none"],
    "date": [
        *("2026-11-01..2026-11-20", "2026", "2026-11", ">2026-11-01", "<2026-11-20", "..2026-11-01", "2026-11-20"),
        *("PT1H", "P1D", "<=2026-11-01T00:00", ">=2026-11-01T00:00"),
    ],
}
fields = st.sampled_from(
    [
        read_field(name, value, 0)
        for name, values in ({name: list(choices) for name, choices in CHOICES.items()} | _VALUES).items()
        for value in values
    ]
)


def trees(leaves: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Canonical trees over these leaves."""
    return st.recursive(
        leaves,
        lambda children: st.one_of(
            st.lists(children, min_size=2, max_size=4).map(all_of),
            st.lists(children, min_size=2, max_size=4).map(any_of),
            children.map(negate),
        ),
        max_leaves=8,
    )


queries = trees(st.one_of(words, words, groups, fields))


@st.composite
def posts_and_queries(draw: st.DrawFn) -> tuple[list[Post], list[Node]]:
    """Some posts, and some queries that also hold phrases cut out of the first post, whole or with an open end."""
    drawn = draw(st.lists(posts, min_size=1, max_size=4))
    cut: list[Node] = []
    for part in (drawn[0].title, drawn[0].text):
        tokens = [token.removeprefix("#") for token in tokenise(part)]
        for first, second in pairwise(tokens):
            cut += [Phrase((first, second)), Phrase((first, second[:4]), open_end=len(second) > 2)]
        cut += [Phrase(tuple(tokens[:3]), Scope.TITLE), Phrase(tuple(tokens[-3:]), Scope.TEXT)] if tokens[2:] else []
    leaves = st.one_of(words, groups, fields, st.sampled_from(cut)) if cut else st.one_of(words, groups, fields)
    return drawn, draw(st.lists(trees(leaves), min_size=1, max_size=4))


# ---- the reference -----------------------------------------------------------------------------------------------


def reference(node: Node, post: Post, zone: tzinfo = PARIS) -> bool:
    """What the language means, spelt out without any thought for speed."""
    match node:
        case And(parts):
            return all(reference(part, post, zone) for part in parts)
        case Or(parts):
            return any(reference(part, post, zone) for part in parts)
        case Not(part):
            return not reference(part, post, zone)
        case Sentence(part):
            return any(
                reference(part, Post(title=sentence) if scope is Scope.TITLE else Post(text=sentence), zone)
                for scope, text in ((Scope.TITLE, post.title), (Scope.TEXT, post.text))
                for sentence in sentences(text)
            )
        case Count(part, least):
            return len(_found(part, post)) >= least
        case Regex(pattern, scope):
            shown = [post.title] * (scope is not Scope.TEXT) + [post.text] * (scope is not Scope.TITLE)
            return any(text and regex.search(pattern, text, regex.IGNORECASE) for text in shown)
        case Term() | Prefix() | Wildcard() | Fuzzy() | Phrase() | Exact() | Variants() | Loose() | Near():
            return bool(_found(node, post))
        case NumberRange(name, low, high, low_included, high_included):
            number = getattr(post.document() if name in ("engagement", "reach") else post, name)
            if number is None:
                return False
            if low is not None and (number < low or (number == low and not low_included)):
                return False
            return high is None or number < high or (number == high and high_included)
        case DateRange(low_date, high_date, low_included, high_included):
            local = datetime.fromtimestamp(post.published / 1000, zone).strftime("%Y-%m-%dT%H:%M")
            if low_date and (local < low_date or (local.startswith(low_date) and not low_included)):
                return False
            return not high_date or local < high_date or (local.startswith(high_date) and high_included)
        case Recent(span):
            return post.published >= NOW - span
        case Field(name, value):
            return _field(name, value, post)
    raise AssertionError(node)


def _found(node: Node, post: Post) -> set[tuple[Scope, int, int]]:
    """Every stretch of the title or text, (where, first token, last token), that a node of words is."""
    return {
        (scope, first, last)
        for scope, text in ((Scope.TITLE, post.title), (Scope.TEXT, post.text))
        for first in range(len(tokenise(text)))
        for last in range(first, len(tokenise(text)))
        if _is_found(node, scope, text, first, last)
    }


def _is_found(node: Node, scope: Scope, text: str, first: int, last: int) -> bool:
    """Whether a stretch of tokens is what a node of words looks for."""
    if getattr(node, "scope", Scope.ANYWHERE) not in (Scope.ANYWHERE, scope):
        return False
    stretch = tokenise(text)[first : last + 1]
    plain = [token.removeprefix("#") for token in stretch]
    alone = len(stretch) == 1
    match node:
        case Or(parts):
            return any(_is_found(part, scope, text, first, last) for part in parts)
        case Term(word):
            return alone and word in (stretch[0], plain[0])
        case Prefix(stem):
            return alone and (stretch[0].startswith(stem) or plain[0].startswith(stem))
        case Wildcard(pattern):
            token = stretch[0] if pattern[0] == "#" else plain[0]
            return alone and fnmatch.fnmatchcase(token, pattern.replace("?", f"[{LETTERS}]"))
        case Fuzzy(word):
            token = stretch[0] if word[0] == "#" else plain[0]
            head = 2 if word[0] in "#@" else 1
            return alone and token[:head] == word[:head] and _distance(token[head:], word[head:]) <= 1
        case Phrase(words, _scope, open_end):
            joined, wanted = " ".join(plain), " ".join(words)
            return len(plain) == len(words) and (joined.startswith(wanted) if open_end else joined == wanted)
        case Exact(words):
            return _as_written(text)[first : last + 1] == list(words)
        case Variants(pieces):
            whole = "".join(pieces)
            allowed = {0, *accumulate(map(len, pieces))} if len(pieces) > 1 else set(range(3, len(whole) - 2))
            cuts = set(accumulate(map(len, plain[:-1])))
            return "".join(plain) == whole and cuts <= allowed and (len(pieces) > 1 or len(cuts) <= 1)
        case Loose(words, distance):
            needed = Counter(words)
            shorter = Counter(plain[1:])
            return (
                len(plain) <= len(words) + distance
                and plain[-1] in words
                and needed <= Counter(plain)
                and not needed <= shorter
            )
        case Near(left, right, distance, ordered):
            return any(
                _is_found(before, scope, text, first, end) and _is_found(after, scope, text, start, last)
                for before, after in [(left, right)] + [(right, left)] * (not ordered)
                for end in range(first, last)
                for start in range(end + 1, min(last, end + 1 + distance) + 1)
            )
    raise AssertionError(node)


def _as_written(text: str) -> list[str]:
    places = tokens_with_spans(text)
    return [
        "" if at and places[at - 1][1:] == place[1:] else text[place[1] : place[2]].removeprefix("#")
        for at, place in enumerate(places)
    ]


@cache
def _distance(one: str, other: str) -> int:
    """Optimal string alignment, by recursion; what nobody types by error counts more."""
    if not one or not other:
        return sum(1 if char in LETTERS else 9 for char in one) + len(other)
    typed = 1 if one[0] in LETTERS else 9
    costs = [
        _distance(one[1:], other) + typed,
        _distance(one, other[1:]) + 1,
        _distance(one[1:], other[1:]) + (one[0] != other[0]) * typed,
    ]
    if one[:2] == other[1::-1] and len(one) > 1 and len(other) > 1:
        costs.append(_distance(one[2:], other[2:]) + 1)
    return min(costs)


def _field(name: str, value: str, post: Post) -> bool:
    match name:
        case "author":
            return f" {value} " in " " + " ".join(token.lstrip("#") for token in tokenise(post.author)) + " "
        case "handle":
            handle = _lower(post.handle).lstrip("@")
            return handle == value or handle[: len(value) + 1] in (value + "@", value + ".")
        case "site":
            return ("." + _lower(post.site)).endswith("." + value)
        case "url":
            return value in _lower(post.url) or any(value in _lower(link) for link in post.links.splitlines())
        case "lang":
            return (_lower(post.lang) + "-").startswith(value + "-")
        case "source":
            return value in map(_lower, SOURCES[post.source])
        case "topic":
            return value in [TOPICS[topic] for topic in post.topics]
        case "kind":
            return post.kind == value
        case "sentiment":
            sure = post.tone is not None and post.confidence >= 0.5
            return value == "unsure" if not sure else post.tone == {"neg": -1, "neu": 0, "pos": 1}.get(value)
        case "bio":
            return f" {value} " in " " + " ".join(token.lstrip("#") for token in tokenise(post.bio)) + " "
        case "list":
            return value in [_lower(LISTS[number]) for number in post.lists]
        case "tag":
            return value in post.tags
        case "state":
            return value == (post.state or "new")
        case "assignee":
            return _lower(post.assignee) == ("" if value == "none" else value)
    answered = bool(post.replies) or post.parent
    return {
        "unread": not post.read,
        "repost": post.repost,
        "muted": post.muted,
        "viral": post.viral,
        "link": bool(post.links),
        "media": post.media > 0,
        "reply": post.kind == "reply" if name == "is" else answered,
    }[value]


def _lower(value: str) -> str:
    return "".join(char.lower() if char.isascii() else char for char in value)
