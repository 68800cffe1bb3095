"""What is planted beside the story to be found: a wave of young accounts with one text and link, posts that go viral,
an error code that people begin to see.

They have a generator of their own: with or without them the rest of the story stays word for word the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any, Final

from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.demo.accounts import made
from socialhub.demo.data import read
from socialhub.demo.line import Line
from socialhub.demo.people import Person, ascii_word
from socialhub.demo.places import french_map
from socialhub.demo.readings import told_again
from socialhub.demo.voices import BLUESKY, MASTODON, Ids, address, identity

_FOLLOWERS: Final = 12
"""What an account of the wave has, about."""


def planted_lines(seed: int, start: int) -> list[Line]:
    """All of them, in order of time, for a story that begins at `start` (ms UTC)."""
    table = read("planted")
    planter = _Planter(Random(f"planted {seed} {start}"), start)
    lines = [*planter.wave(table["wave"]), *(line for post in table["viral"] for line in planter.viral(post))]
    lines += _Planter(Random(f"weak {seed} {start}"), start).weak(table["weak"])
    return sorted(lines, key=lambda line: line.at)


class _Planter:
    def __init__(self, rng: Random, start: int) -> None:
        self._rng = rng
        self._start = start
        self._ids = Ids(rng)
        self._town = french_map().towns[0]

    def wave(self, table: dict[str, Any]) -> Iterator[Line]:
        """Accounts made a few days ago, one text, one link; many in the same minutes, some over and over."""
        begins = self._moment(table["at"])
        burst_minutes = [minute for minute, accounts in table["bursts"] for _ in range(accounts)]
        for number in range(table["accounts"]):
            in_burst = number < len(burst_minutes)
            minute = burst_minutes[number] if in_burst else self._rng.uniform(0, table["minutes"])
            first = begins + int(minute * MINUTE) + (self._rng.randrange(MINUTE) if in_burst else 0)
            name = self._rng.choice(table["first_names"])
            person = Person(name, f"{name}{self._rng.randrange(10_000, 99_999)}", self._town, _FOLLOWERS)
            created = self._start - self._rng.randrange(table["youngest"] * DAY, table["oldest"] * DAY)
            source = BLUESKY if self._rng.random() < 0.5 else MASTODON
            moments = [first]
            if number < table["rapid"]:
                moments += [first + self._rng.randrange(MINUTE, HOUR - MINUTE) for _ in range(table["again"])]
            for moment in moments:
                line = self._post(source, person, moment, table["text"], created)
                line.copied, line.beat = True, "wave"
                yield line

    def weak(self, table: dict[str, Any]) -> Iterator[Line]:
        """People who begin to say one word, each in their own, more and more of them."""
        begins = self._moment(table["at"])
        for name, minute, text in zip(table["names"], table["minutes"], table["texts"], strict=True):
            moment = begins + minute * MINUTE + self._rng.randrange(MINUTE)
            person = Person(name, ascii_word(name), self._rng.choice(french_map().towns), self._rng.randrange(20, 900))
            source = BLUESKY if self._rng.random() < 0.5 else MASTODON
            line = self._post(source, person, moment, text, made(person.stem, self._start))
            line.beat = "weak"
            yield line

    def viral(self, table: dict[str, Any]) -> Iterator[Line]:
        """A post and its numbers at set ages."""
        person = Person(table["name"], table["stem"], self._town, table["followers"])
        moment = self._moment(table["at"])
        line = self._post(table["source"], person, moment, table["text"], made(person.stem, self._start))
        line.beat = "viral"
        yield line
        for minutes, likes, shares, replies in table["readings"]:
            yield told_again(line, minutes * MINUTE, likes, shares, replies)

    def _moment(self, at: list[int]) -> int:
        hours, minutes = at
        return self._start + hours * HOUR + minutes * MINUTE

    def _post(self, source: str, person: Person, moment: int, text: str, created: int) -> Line:
        native, shown = self._ids.native(source, moment), identity(source, person)
        line = Line(moment, source, native, text, lang="fr", kind="post", account_created=created)
        line.author, line.handle, line.followers = shown.author, shown.handle, person.followers
        line.url, line.person = address(source, shown.handle, native), person
        line.likes, line.shares, line.replies = self._rng.randrange(3), 0, 0
        return line
