"""A cache with invented mentions, sources, topics, coverage and alerts, written by the store itself.

All names and texts are made up for the tests.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from socialhub.clock import HOUR, MINUTE
from socialhub.errors import Reason
from socialhub.incidents import Severity
from socialhub.model import Draft, Kind
from socialhub.store import alerts, collectors, sources
from socialhub.store.connection import Connection, Writer, open_writer
from socialhub.store.intake import store_intake
from socialhub.store.prepared import Intake, Prepared
from socialhub.store.topics import ConfiguredTopic, sync_topics
from socialhub.text import fold, tokenise
from tests.caches import new_cache

NOW: Final = 1_780_000_000_000
"""The moment the seeded rooms live at: 28 May 2026, 20:26:40 UTC."""

TOPICS: Final = (
    ConfiguredTopic("mandarine", "Mandarine", "brand", "mandarine"),
    ConfiguredTopic("fibre", "Fibre", "product", "fibre OR box"),
    ConfiguredTopic("libre-mobile", "Libre Mobile", "competitor", '"libre mobile"'),
    ConfiguredTopic("jeux", "#JeuxDeParis", "campaign", "#jeuxdeparis"),
)
SOURCES: Final = (
    sources.Configured("mastodon-fibre", "mastodon", 60_000, True, "a"),
    sources.Configured("bluesky", "jetstream", 60_000, True, "b"),
    sources.Configured("ouest-france", "rss", 600_000, False, "c"),
    sources.Configured("le-monde", "rss", 600_000, False, "d"),
)
_SAID: Final = (
    ("Plus de fibre depuis ce matin à Rennes, la box clignote rouge. @mandarine vous comptez répondre ?", -1, (1, 2)),
    ("Mise à jour de la box réussie, débit doublé, merci !", 1, (2,)),
    ("Quelqu'un a testé le nouveau forfait Libre Mobile ?", 0, (3,)),
    ("Une panne touche l'Ouest : des milliers d'abonnés Mandarine sans internet", -1, (1,)),
    ("Belle opération pour #JeuxDeParis hier soir", 1, (4,)),
    ("Still no fibre in Nantes. Third call to support, same answer.", -1, (2,)),
    ("Mandarine annonce ses résultats du trimestre", 0, (1,)),
)
_PEOPLE: Final = ("lea_nantes", "hub42", "karim.bsky.social", "rennes_infos", "vroum.bsky.social", "zoé")


@dataclass(slots=True)
class Seeded:
    """An open writing side of a seeded cache."""

    writer: Writer
    source: dict[str, int]
    topic: dict[str, int]

    def add(self, drafts: Sequence[Prepared], source: str = "mastodon-fibre", seen: int = NOW) -> None:
        """Store mentions in one transaction."""
        with self.writer.transaction() as db:
            store_intake(db, Intake(self.source[source], seen, new=list(drafts)))

    def say(self, text: str, *, tone: int | None = 0, topics: tuple[int, ...] = (), **fields: Any) -> Prepared:
        """Store one mention; its id is in the result."""
        row = prepared(text, tone=tone, topics=topics, **fields)
        self.add([row])
        return row


def reopen(path: Path) -> Seeded:
    """The writing side of a cache that was seeded before."""
    writer = open_writer(path)
    return Seeded(
        writer,
        dict(writer.db.execute("SELECT name, id FROM sources").fetchall()),
        dict(writer.db.execute("SELECT slug, id FROM topics").fetchall()),
    )


def prepared(
    text: str,
    *,
    native_id: str = "",
    tone: int | None = 0,
    confidence: float = 0.9,
    topics: tuple[int, ...] = (),
    places: tuple[str, ...] = (),
    published: int = NOW,
    why: str = "",
    **fields: Any,
) -> Prepared:
    """A mention ready to be stored; `fields` are those of Draft."""
    native_id = native_id or f"n{random.getrandbits(64):x}"
    draft = Draft(native_id=native_id, text=text, published=published, **fields)
    return Prepared(
        draft=draft,
        canonical_id=f"seed/{native_id}",
        published=published,
        exact_key=hash(text) & 0x7FFFFFFF,
        title_words=_plain_words(draft.title),
        body_words=_plain_words(text),
        marks=" ".join(token for token in tokenise(f"{draft.title} {text}") if token[0] == "#"),
        tone=tone,
        confidence=confidence,
        model="seed",
        why=why,
        topics=topics,
        places=places,
    )


def _plain_words(text: str) -> str:
    return fold(text).replace("#", "")


def seed_cache(path: Path, mentions: int = 200, *, now: int = NOW, alerted: bool = True, rare: int = 0) -> Seeded:
    """Make a cache at `path` with so many mentions over the last day, the newest a minute old.

    `rare` mentions about "licorne" are the oldest of all.
    """
    writer = open_writer(new_cache(path))
    with writer.transaction() as db:
        topic = sync_topics(db, list(TOPICS), now - 30 * HOUR)
        source = sources.sync_sources(db, list(SOURCES))
        _cover(db, source, now)
        run = collectors.begin(db, 4242, "laptop", now - 30 * HOUR, "hash", "0.1")
        collectors.beat(db, run, now)
        if alerted:
            _alert(db, now)
    seeded = Seeded(writer, source, topic)
    dice = random.Random(7)
    rows = [
        prepared(f"une licorne {place}", native_id=f"rare{place}", published=now - 30 * HOUR) for place in range(rare)
    ]
    for place in range(mentions):
        text, tone, topics = _SAID[dice.randrange(len(_SAID))]
        published = now - MINUTE - (mentions - place - 1) * (24 * HOUR) // max(mentions, 1)
        person = dice.choice(_PEOPLE)
        article = dice.random() < 0.15
        rows.append(
            prepared(
                f"{text} ({place})",
                native_id=f"m{place}",
                tone=tone,
                confidence=0.3 if dice.random() < 0.1 else 0.85,
                topics=topics,
                published=published,
                author="" if article else person.title(),
                handle="" if article else person,
                site="ouest-france.fr" if article else "",
                kind=Kind.ARTICLE if article else Kind.POST,
                url=f"https://example.org/{place}",
                lang="fr",
                followers=dice.randrange(20_000),
            )
        )
    names = [configured.name for configured in SOURCES]
    for start in range(0, len(rows), 1000):
        chunk = rows[start : start + 1000]
        for place, name in enumerate(names[:3]):
            part = chunk[place::3]
            seeded.add(part, name, now)
    return seeded


def _cover(db: Connection, source: dict[str, int], now: int) -> None:
    """A day and a half of listening, with a hole of two hours; le-monde silent for 31 minutes."""
    for name, number in source.items():
        step = 30 * MINUTE
        moment = now - 36 * HOUR
        while moment < now:
            hole = now - 9 * HOUR <= moment < now - 7 * HOUR
            if not hole and not (name == "le-monde" and moment > now - 31 * MINUTE):
                sources.note_heard(db, number, moment, 1, complete=True)
            moment += step
        if name == "le-monde":
            sources.note_failure(db, number, now - MINUTE, Reason("timeout", {"host": "lemonde.fr", "seconds": 30}))
        else:
            sources.note_heard(db, number, now - 20_000, 1, complete=True)
        sources.schedule(db, number, now + 3 * MINUTE)
    db.execute("UPDATE sources SET connected = streaming")


def _alert(db: Connection, now: int) -> None:
    facts = {
        "source": "le-monde",
        "since": now - 31 * MINUTE,
        "interval": 600_000,
        "last_success": now - 31 * MINUTE,
        "reason": {"code": "timeout", "host": "lemonde.fr", "seconds": 30},
    }
    alerts.raise_alert(db, "source_silent", "le-monde", Severity.WARNING, now - MINUTE, now, facts)
