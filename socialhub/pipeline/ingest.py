"""A mention's way in. The stages, in order, and where each lies:

    normalise   pipeline/normalise.py   clean strings, possible dates, one spelling of an address
    identity    pipeline/known.py       which post it is, whoever shows it (identities.py), and whether it is stored
    exact key   pipeline/repeats.py     repeats copy the findings of their first; an unchanged re-reading ends here
    language    pipeline/language.py
    places      pipeline/places.py      which towns, departments and regions the text speaks of
    people      pipeline/people.py      who of the watchlists wrote it: their mentions are always kept
    match       query/matcher.py        which topics; unmatched posts of a "matched" source end here
    sentiment   pipeline/sentiment/     only of what is kept
    stories     pipeline/stories.py     what tells the same as a recent mention, over the whole chunk
    commit      store/intake.py         mentions, sightings, counts, index and the source's cursor in one transaction
    metrics     store/metrics.py        rows of metrics, which are no mentions, into tables of their own
    snapshots   pipeline/snapshots.py   which posts are followed, and numbers read at a set age
    mutes       store/mutes.py          in the same transaction: what is muted never shows up for a moment

Runs in the collector (and in commands that hold its lock): there is never a second writer of mentions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from functools import partial
from typing import Final

from socialhub.clock import Clock
from socialhub.gazetteer import asked_names, with_ancestors
from socialhub.gone_words import PASSING
from socialhub.model import Batch, Boost, Deletion, Draft, Item
from socialhub.paces import interactions
from socialhub.pipeline.known import Arrival, news_of, sort_out
from socialhub.pipeline.language import LanguageDetector
from socialhub.pipeline.normalise import clean_measurements, identifier, line, normalise
from socialhub.pipeline.people import PeopleFinder
from socialhub.pipeline.places import PlaceFinder
from socialhub.pipeline.repeats import Findings, RepeatMemory, exact_key
from socialhub.pipeline.sentiment.base import SentimentModel
from socialhub.pipeline.sentiment.judge import Judge, Told
from socialhub.pipeline.sentiment.personal import Lesson
from socialhub.pipeline.snapshots import Reading, Snapshots
from socialhub.pipeline.stories import PAUSE, Stories, Telling
from socialhub.pipeline.story_joining import join, telling_of
from socialhub.pipeline.story_words import said
from socialhub.query import Document, Matcher, Node
from socialhub.query.tree import is_wordy
from socialhub.store import sources as source_store
from socialhub.store.connection import Connection, Writer
from socialhub.store.intake import store_intake
from socialhub.store.known import Known
from socialhub.store.metrics import write_measurements
from socialhub.store.mutes import mute_arrivals
from socialhub.store.prepared import Intake, Prepared, Sighting
from socialhub.store.sightings import combined
from socialhub.store.stories import recent_tellings
from socialhub.store.tones import words_to_json
from socialhub.text import tokenise

CHUNK: Final = 1_000
"""Items committed together: smaller chunks cost more a mention, larger ones hold the lock longer for nothing."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The source a batch comes from, as far as the way in needs it. `number` is its row, `retention` milliseconds.

    `asked_again`: it can be asked for what it gave; what comes from a file cannot. `server` is the host that it asks.
    """

    number: int
    name: str
    kind: str
    keeps_all: bool = True
    place: str = ""
    lang: str = ""
    retention: int | None = None
    asked_again: bool = True
    server: str = ""


@dataclass(slots=True)
class Ingested:
    """What became of a batch."""

    new: int = 0
    edited: int = 0
    repeated: int = 0
    unmatched: int = 0
    erased: int = 0

    def add(self, other: Ingested) -> None:
        """Sum up."""
        for name in ("new", "edited", "repeated", "unmatched", "erased"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


class _Chunk:
    """What is being put together for one transaction; `told` are the new mentions with words, as stories see them."""

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.outcome = Ingested()
        self.readings: list[Reading] = []
        self.told: list[tuple[Prepared, Telling]] = []


class Ingest:
    """The way in for all sources of one cache.

    `topics` maps topic numbers to query trees; `zone` is where the days of their `date:` begin. `people` are watched.
    """

    def __init__(
        self,
        writer: Writer,
        clock: Clock,
        topics: Mapping[int, Node],
        detector: LanguageDetector,
        model: SentimentModel,
        zone: tzinfo = UTC,
        people: PeopleFinder | None = None,
        names: Iterable[str] = (),
    ) -> None:
        self.people = people or PeopleFinder()
        self._writer = writer
        self._clock = clock
        self._zone = zone
        self._matcher = Matcher(topics, zone)
        self._topics_read_fields = not all(map(is_wordy, topics.values()))
        self._detector = detector
        self.judge = Judge(model, topics, names)
        self._places = PlaceFinder()
        self._memory = RepeatMemory()
        self._snapshots = Snapshots()
        self._stories: Stories | None = None

    @property
    def watched(self) -> tuple[str, ...]:
        """Words and tags the topics look for."""
        return self._matcher.watched

    def learn(self, lessons: Sequence[Lesson]) -> None:
        """Judge as operators corrected from now on, repeats of words met before included."""
        self.judge.learn(lessons)
        self._memory = RepeatMemory()

    def store(self, origin: Origin, batch: Batch, *, scheduled: bool = True) -> Ingested:
        """Take a batch in; its cursor becomes true with its last chunk. Returns what became of its items.

        Imports and refreshes are not `scheduled`: they tell nothing of where the source stands or that it was heard.
        """
        outcome = Ingested()
        for portion in self.portions(origin, batch, scheduled=scheduled):
            outcome.add(portion())
        return outcome

    def portions(self, origin: Origin, batch: Batch, *, scheduled: bool = True) -> Iterator[Callable[[], Ingested]]:
        """The same in portions, each to be called in its turn: CHUNK items and one transaction."""
        chunks = [batch.items[low : low + CHUNK] for low in range(0, len(batch.items), CHUNK)] or [[]]
        for number, items in enumerate(chunks, 1):
            last = number == len(chunks)
            yield partial(self._store_chunk, origin, items, batch if last and scheduled else None)

    def _store_chunk(self, origin: Origin, items: Sequence[Item], batch: Batch | None) -> Ingested:
        seen = self._clock.now()
        chunk = _Chunk(Intake(origin.number, seen, origin.kind, origin.server))
        arrivals, chunk.outcome.erased = sort_out(
            self._writer.db, origin.number, origin.name, self._clean_drafts(origin, items, seen)
        )
        for arrival in arrivals:
            if arrival.present is not None:
                self._reread(origin, chunk, arrival, arrival.present)
            else:
                self._take_new(origin, chunk, arrival)
        for item in items:
            if isinstance(item, Boost):
                at = min(item.at, seen)
                chunk.intake.boosts.append(Boost(identifier(item.canonical_id), line(item.author, 200), at))
            elif isinstance(item, Deletion):
                reason = line(item.reason, 100) or "deleted"
                deletion = Deletion(identifier(item.native_id), identifier(item.canonical_id), reason, item.account)
                chunk.intake.deletions.append(deletion)
        stories = self.stories.place([telling for _prepared, telling in chunk.told])
        join(chunk.told, stories)
        with self._writer.transaction() as db:
            chunk.outcome.new = store_intake(db, chunk.intake)
            self._snapshots.take(
                db, origin.number, chunk.intake.new, chunk.readings, seen, may_follow=origin.asked_again
            )
            _mute(db, chunk.intake, seen, self._zone)
            told = write_measurements(db, origin.number, clean_measurements(items), seen)
            chunk.outcome.add(Ingested(new=told.new, edited=told.corrected))
            self._note(db, origin, batch, seen, chunk.outcome.new)
        firsts = (prepared.story for prepared, _telling in chunk.told)
        self.stories.settle(zip(stories, firsts, strict=True))
        return chunk.outcome

    @property
    def stories(self) -> Stories:
        """The stories of the last hours; the first time they are made from what the cache holds of them."""
        if self._stories is None:
            self._stories = Stories()
            past = recent_tellings(self._writer.db, self._clock.now() - PAUSE)
            self._stories.recall((each.story, telling_of(each)) for each in past)
        return self._stories

    def _note(self, db: Connection, origin: Origin, batch: Batch | None, seen: int, stored: int) -> None:
        if batch is None:
            source_store.note_stored(db, origin.number, seen, stored)
            return
        source_store.note_batch(db, origin.number, seen, batch.cursor, stored)
        source_store.note_heard(db, origin.number, seen, len(batch.items), complete=batch.complete)
        if batch.key_ends is not None:
            source_store.note_key(db, origin.number, batch.key_ends)

    def _clean_drafts(self, origin: Origin, items: Sequence[Item], seen: int) -> Iterator[Draft]:
        """The drafts of a chunk, clean; those that say nothing and dates too old to keep fall out."""
        for item in items:
            if not isinstance(item, Draft):
                continue
            draft = normalise(item, seen)
            draft.place, draft.lang = draft.place or origin.place, draft.lang or origin.lang
            if not draft.native_id or not (draft.text or draft.title or draft.url or draft.media):
                continue
            if origin.retention is not None and (draft.published or seen) < seen - origin.retention:
                continue
            yield draft

    def _reread(self, origin: Origin, chunk: _Chunk, arrival: Arrival, present: Known) -> None:
        """A post that is stored already: seen by another way, edited, with new numbers, or nothing at all."""
        draft, intake, key = arrival.draft, chunk.intake, exact_key(arrival.draft)
        news = news_of(arrival, present, key, origin.kind)
        sighting = Sighting(present.mention, draft, key, arrival.name)
        if not present.sighted:
            intake.sightings.append(sighting)
        if present.tombstone:
            if present.leads and present.tombstone in PASSING and origin.asked_again:
                chunk.intake.revivals.append((present.mention, self._rewritten(origin, arrival, key)))
            return
        if interactions(draft.likes, draft.shares, draft.replies) is not None:
            told = draft if news.alone else replace(draft, **combined(draft, present.engagement))
            chunk.readings.append(Reading(present.mention, present.published, told))
        if news.view:
            intake.views.append(sighting)
        if news.edited or news.leads:
            prepared = self._rewritten(origin, arrival, key)
            (intake.leads if news.leads else intake.edits).append((present.mention, prepared))
            chunk.outcome.edited += news.edited
        elif news.numbers:
            intake.engagement.append((present.mention, draft))

    def _rewritten(self, origin: Origin, arrival: Arrival, key: int) -> Prepared:
        """A post that is stored already, judged anew in the words that it has now."""
        people = self._people_of(arrival.draft)
        prepared = self._prepare(arrival.draft, arrival.key, key, self._analyse(origin, arrival.draft, people))
        prepared.people = people
        return prepared

    def _take_new(self, origin: Origin, chunk: _Chunk, arrival: Arrival) -> None:
        """A post met for the first time: analysed, or a repeat of words met lately."""
        draft, key = arrival.draft, exact_key(arrival.draft)
        has_words = bool(draft.text or draft.title)
        people = self._people_of(draft)
        keep = origin.keeps_all or bool(people)
        findings = self._memory.get(key) if has_words else None
        if findings is None:
            findings = self._analyse(origin, draft, people)
            if has_words:
                self._memory.put(key, findings)
        else:
            chunk.outcome.repeated += 1
            if self._topics_read_fields:
                findings = self._rematched(origin, draft, findings, people)
            elif keep and findings.tone is None:
                self._judge(draft, findings)
        if not findings.topics and not keep:
            chunk.outcome.unmatched += 1
            return
        prepared = self._prepare(draft, arrival.key, key, findings)
        prepared.people, prepared.name = people, arrival.name
        chunk.intake.new.append(prepared)
        if has_words:
            if findings.said is None:
                outlets = draft.site, draft.author, origin.name
                findings.said = said(draft.title, draft.text, outlets, findings.body_words.split())
            alike = bool(findings.topics)
            telling = Telling(findings.said, key, draft.kind, prepared.published, findings.places, alike)
            chunk.told.append((prepared, telling))

    def _prepare(self, draft: Draft, canonical: str, key: int, findings: Findings) -> Prepared:
        draft.lang = findings.lang
        return Prepared(
            draft,
            canonical,
            draft.published or 0,
            key,
            findings.title_words,
            findings.body_words,
            findings.marks,
            findings.tone,
            findings.confidence,
            findings.score,
            findings.model,
            findings.why,
            findings.topics,
            places=self._places_of(draft, findings.places),
            by_topic=findings.by_topic,
        )

    def _places_of(self, draft: Draft, found: tuple[str, ...]) -> tuple[str, ...]:
        """Where the text speaks of and where its source says that it comes from, with all that lies around them."""
        told = self._places.told(draft.place)
        return with_ancestors((*found, *told)) if found or told else ()

    def _people_of(self, draft: Draft) -> tuple[int, ...]:
        return self.people.find(draft.author, draft.handle, draft.site)

    def _analyse(self, origin: Origin, draft: Draft, people: tuple[int, ...]) -> Findings:
        """Language, topics and, where the mention is kept, tone of a text seen for the first time."""
        title_tokens, text_tokens = tokenise(draft.title), tokenise(draft.text)
        lang = self._detector.detect(f"{draft.title} {draft.text}" if draft.title else draft.text, draft.lang)
        places = self._places.find(draft.title, draft.text, lang, title_tokens, text_tokens)
        document = self._document(origin, draft, title_tokens, text_tokens, lang, places, people)
        topics = self._matcher.match(document)
        findings = Findings(
            " ".join(token[1:] if token[0] == "#" else token for token in title_tokens),
            " ".join(token[1:] if token[0] == "#" else token for token in text_tokens),
            " ".join(token for token in (*title_tokens, *text_tokens) if token[0] == "#"),
            lang,
            topics=topics,
            places=places,
        )
        if topics or people or origin.keeps_all:
            self._judge(draft, findings)
        return findings

    def _judge(self, draft: Draft, findings: Findings) -> None:
        judgement = self.judge.judge(Told(draft.title, draft.text, findings.lang, draft.rating, findings.topics))
        verdict = judgement.general
        findings.tone, findings.confidence, findings.score = int(verdict.tone), verdict.confidence, verdict.score
        findings.model, findings.by_topic = judgement.model, judgement.by_topic
        findings.why = words_to_json(verdict.why)

    def _rematched(self, origin: Origin, draft: Draft, findings: Findings, people: tuple[int, ...]) -> Findings:
        """A repeat's findings with its own topics: some topic asks for the author, the site or another property."""
        words = tokenise(draft.title), tokenise(draft.text)
        document = self._document(origin, draft, *words, findings.lang, findings.places, people)
        own = replace(findings, topics=self._matcher.match(document))
        if (own.tone is None or own.topics != findings.topics) and (own.topics or people or origin.keeps_all):
            self._judge(draft, own)
        return own

    def _document(
        self,
        origin: Origin,
        draft: Draft,
        title_tokens: list[str],
        text_tokens: list[str],
        lang: str,
        places: tuple[str, ...],
        people: tuple[int, ...],
    ) -> Document:
        return Document(
            title_tokens,
            text_tokens,
            draft.title,
            draft.text,
            author=draft.author,
            handle=draft.handle,
            bio=draft.bio,
            links=draft.links,
            media=draft.media,
            site=draft.site,
            url=draft.url,
            lang=lang,
            kind=draft.kind,
            source=origin.name,
            source_kind=origin.kind,
            published=draft.published or 0,
            followers=draft.followers,
            rating=draft.rating,
            lists=self.people.lists(people),
            places=asked_names(self._places_of(draft, places)),
        )


def _mute(db: Connection, intake: Intake, now: int, zone: tzinfo) -> None:
    """Hide what the mutes in force hide of a chunk that was just stored."""
    first, last = (intake.new[0].id, intake.new[-1].id) if intake.new else (1, 0)
    anew = (*intake.edits, *intake.leads, *intake.revivals)
    mute_arrivals(db, first, last, [mention for mention, _told in anew], now, zone)
