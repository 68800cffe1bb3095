"""Posts and queries for the property tests, and a slow, obvious evaluator that the real ones must agree with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from socialhub.model import Kind, Tone
from socialhub.query import Document, Node
from socialhub.query.fields import CHOICES, read_field
from socialhub.query.tree import (
    And,
    DateRange,
    Field,
    Not,
    NumberRange,
    Or,
    Phrase,
    Prefix,
    Recent,
    Scope,
    Term,
    all_of,
    any_of,
    negate,
)
from socialhub.text import tokenise

PARIS = ZoneInfo("Europe/Paris")
NOW = 1_795_000_000_000
SOURCES = (("Le Matin – éco", "rss"), ("piaille", "mastodon"))
TOPICS = ("marque", "rivale")


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
    topics: tuple[int, ...] = ()
    tone: Tone | None = None
    confidence: float = 0.0
    read: bool | None = field(default=None)

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
            has_link=bool(self.links),
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
    links=st.sampled_from(["", "https://x.fr"]),
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
_scopes = st.sampled_from([Scope.ANYWHERE, Scope.ANYWHERE, Scope.TITLE, Scope.TEXT])

words: st.SearchStrategy[Node] = st.one_of(
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


queries = trees(st.one_of(words, words, fields))


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
    leaves = st.one_of(words, fields, st.sampled_from(cut)) if cut else st.one_of(words, fields)
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
        case Term(word, scope):
            return any(token == word or token == "#" + word for part in _read(post, scope) for token in part)
        case Prefix(stem, scope):
            return any(token.startswith((stem, "#" + stem)) for part in _read(post, scope) for token in part)
        case Phrase(phrase, scope, open_end):
            looked_for = " " + " ".join(phrase) + ("" if open_end else " ")
            return any(
                looked_for in " " + " ".join(token.lstrip("#") for token in part) + " " for part in _read(post, scope)
            )
        case NumberRange(name, low, high, low_included, high_included):
            number = post.rating if name == "rating" else post.followers
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


def _read(post: Post, scope: Scope) -> list[list[str]]:
    parts = {Scope.TITLE: [post.title], Scope.TEXT: [post.text], Scope.ANYWHERE: [post.title, post.text]}
    return [tokenise(part) for part in parts[scope]]


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
            return value in _lower(post.url)
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
        case "is":
            return post.kind == "reply" if value == "reply" else not post.read
    return bool(post.links)


def _lower(value: str) -> str:
    return "".join(char.lower() if char.isascii() else char for char in value)
