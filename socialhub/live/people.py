"""The people of the watchlists as screens and commands show them: who spoke, how much beside the usual, about what."""

from __future__ import annotations

from typing import Final

from socialhub.clock import DAY
from socialhub.detect.interests import ENOUGH_PAST, Interests, find_interests
from socialhub.model import Person, Said, Watchlist
from socialhub.records import dataclass
from socialhub.store.connection import Connection
from socialhub.store.people import Copied, active_watchlists, copies_of, watched_people
from socialhub.store.person_notes import PersonNote, Relay, notes_about, relays_by
from socialhub.store.voices import (
    Stranger,
    Voice,
    background_texts,
    oldest_published,
    strangers,
    texts_of,
    voices,
)

USUAL_DAYS: Final = 28
"""How far back the usual reaches."""
MOST_STRANGERS: Final = 8
MOST_RELAYS: Final = 20
_MOST_NOW, _MOST_BEFORE, _MOST_BACKGROUND = 2_000, 3_000, 2_000
"""Texts that interests are computed from: half a second at most."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A person, what they said in the period, and how many mentions are usual in so long a time (None: not known)."""

    person: Person
    voice: Voice
    usual: float | None


@dataclass(frozen=True, slots=True)
class WatchedList:
    """A watchlist and its people, in its order."""

    list: Watchlist
    people: tuple[Watched, ...]


@dataclass(frozen=True, slots=True)
class People:
    """All watchlists in [start, end), and the authors on none who said most."""

    start: int
    end: int
    lists: tuple[WatchedList, ...]
    strangers: tuple[Stranger, ...]


def read_people(db: Connection, length: int, topic: int | None, now: int, *, others: bool = True) -> People:
    """The last `length` ms up to `now`; of one topic (row number) or of everything. `others`: with those on no list."""
    start = now - length
    by_number = _watched(db, watched_people(db), length, topic, now)
    lists = tuple(
        WatchedList(each, tuple(by_number[number] for number in each.people if number in by_number))
        for each in active_watchlists(db)
    )
    unlisted = strangers(db, start, now + 1, topic, MOST_STRANGERS) if others and lists else []
    return People(start, now, lists, tuple(unlisted))


def _watched(db: Connection, people: list[Person], length: int, topic: int | None, now: int) -> dict[int, Watched]:
    """These people by number, each with what they said and what is usual."""
    start = now - length
    since = start - USUAL_DAYS * DAY
    heard = voices(db, since, start, now + 1, topic)
    oldest = oldest_published(db)
    known = start - max(since, oldest) if oldest is not None else 0
    share = length / known if known >= length else None
    return {
        person.number: Watched(person, voice, voice.earlier * share if share is not None else None)
        for person in people
        if (voice := heard.get(person.number)) is not None
    }


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Everything about one person but their mentions and subjects. `copies` are their accounts behind a bridge."""

    watched: Watched
    notes: tuple[PersonNote, ...]
    relays: tuple[Relay, ...]
    copies: tuple[Copied, ...] = ()


def read_person(db: Connection, person: Person, length: int, now: int) -> PersonPage:
    """What the cache knows of a person, `length` ms up to `now`; what they passed on goes as far back as the usual."""
    watched = _watched(db, [person], length, None, now)[person.number]
    relays = relays_by(db, person, now - length - USUAL_DAYS * DAY, MOST_RELAYS)
    copies = copies_of(db, person.handles)
    return PersonPage(watched, tuple(notes_about(db, person.number)), tuple(relays), copies)


@dataclass(frozen=True, slots=True)
class Texts:
    """What interests are computed from: texts of the period, of the same people before, of others."""

    now: tuple[Said, ...]
    before: tuple[Said, ...]
    background: tuple[Said, ...]


def read_texts(db: Connection, people: tuple[int, ...], length: int, now: int) -> Texts:
    """The texts of these people (row numbers) in the last `length` ms, and what they are compared with.

    The background is what others said in the weeks before; of a room too young for that, what they say now.
    """
    start = now - length
    since = start - USUAL_DAYS * DAY
    spoken = texts_of(db, people, start, now + 1, _MOST_NOW)
    before = texts_of(db, people, since, start, _MOST_BEFORE)
    background = background_texts(db, people, since, start, _MOST_BACKGROUND)
    if len(background) < ENOUGH_PAST:
        background = background_texts(db, people, start, now + 1, _MOST_BACKGROUND)
    return Texts(tuple(spoken), tuple(before), tuple(background))


def interests_of(texts: Texts, limit: int = 20) -> Interests:
    """Their subjects. Takes up to a third of a second: not for a thread that draws."""
    return find_interests(texts.now, texts.before, texts.background, limit=limit)
