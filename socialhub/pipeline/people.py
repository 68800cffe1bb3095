"""Whose mention it is: the people on watchlists, found by dictionary look-ups whatever their number.

`handles` and `sites` mean what the query fields `handle:` and `site:` mean (query/evaluate.py), `bylines` what
`author:` means; tests hold both together. Whoever has a handle is also known by the one under which the bridge between
Bluesky and the fediverse shows it, unless somebody said that it is not them. A byline counts only where a mention has
no handle: who has one is known by it, and a name alone may be anybody's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from socialhub.bridges import bridged
from socialhub.model import Person
from socialhub.query.fields import ascii_lower, bare_words, read_field
from socialhub.query.tree import Field


class PeopleFinder:
    """Everybody who is watched. Made anew when a list changes."""

    def __init__(self, people: Iterable[Person] = (), apart: Collection[str] = ()) -> None:
        """`apart` are handles (small letters) that are nobody's."""
        self.apart = frozenset(apart)
        self._handles: defaultdict[str, set[int]] = defaultdict(set)
        self._sites: defaultdict[str, set[int]] = defaultdict(set)
        self._bylines: defaultdict[str, set[int]] = defaultdict(set)
        self._longest_byline = 0
        self._lists: dict[int, tuple[str, ...]] = {}
        for person in people:
            self._lists[person.number] = person.lists
            for field, values, table in (
                ("handle", person.handles, self._handles),
                ("site", person.sites, self._sites),
                ("author", person.bylines, self._bylines),
            ):
                for value in values:
                    table[_asked_for(field, value)].add(person.number)
                    if field == "handle" and (copy := bridged(value)):
                        table[copy].add(person.number)
        for byline in self._bylines:
            self._longest_byline = max(self._longest_byline, byline.count(" ") + 1)

    def find(self, author: str, handle: str, site: str) -> tuple[int, ...]:
        """The numbers of those who wrote a mention with this author's name, handle and site, ascending."""
        if not self._lists:
            return ()
        found: set[int] = set()
        if handle and self._handles and not (self.apart and is_apart(handle, self.apart)):
            for part in handle_parts(handle):
                found |= self._handles.get(part, _NOBODY)
        elif author and self._bylines and not handle:
            for phrase in _phrases(bare_words(author).split(), self._longest_byline):
                found |= self._bylines.get(phrase, _NOBODY)
        if site and self._sites:
            for part in site_parts(site):
                found |= self._sites.get(part, _NOBODY)
        return tuple(sorted(found)) if found else ()

    def lists(self, people: tuple[int, ...]) -> tuple[str, ...]:
        """The slugs of the lists on which these people stand, each once."""
        return tuple(dict.fromkeys(slug for person in people for slug in self._lists[person])) if people else ()


def is_apart(handle: str, apart: Collection[str]) -> bool:
    """Whether this handle is one of those that are nobody's."""
    return _lower(handle).lstrip("@") in apart


_NOBODY: frozenset[int] = frozenset()


def _asked_for(field: str, value: str) -> str:
    """The value as the query language reads it; raises QueryError for one that it refuses."""
    node = read_field(field, value, 0)
    assert isinstance(node, Field)
    return node.value


def _lower(text: str) -> str:
    """`ascii_lower`, by the quick way where both agree."""
    return text.lower() if text.isascii() else ascii_lower(text)


def handle_parts(handle: str) -> Iterator[str]:
    """Every value of `handle:` that finds this handle: itself, and what stands before an @ or a dot."""
    plain = _lower(handle).lstrip("@")
    yield plain
    for place, sign in enumerate(plain):
        if sign in "@.":
            yield plain[:place]


def site_parts(site: str) -> Iterator[str]:
    """Every value of `site:` that finds this site: itself, and the domains it lies in."""
    part = _lower(site)
    yield part
    while "." in part:
        part = part.partition(".")[2]
        yield part


def _phrases(words: list[str], longest: int) -> Iterator[str]:
    """Every run of at most `longest` words, as `author:` looks for one."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + longest, len(words)) + 1):
            yield " ".join(words[start:end])
