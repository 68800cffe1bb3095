"""The tones that people fixed: given, taken back, told, and handed to the judge as lessons.

A correction moves the label, its counts and the mention's revision in the caller's transaction, and is a line of the
mention's history; it survives judging anew, a later reading of the post and an edit of its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from socialhub.model import UNSURE_BELOW, Tone, Verdict, judged_precisely
from socialhub.store.connection import Connection
from socialhub.store.counts import CountDelta
from socialhub.store.labels import Label, Labelled, labelled, settled, write_labels
from socialhub.store.marks import touch
from socialhub.store.schema import ALL_TOPICS, UNSURE_BUCKET
from socialhub.store.tones import words_from_json
from socialhub.store.work import log_events

_TONES: Final = {-1: "neg", 0: "neu", 1: "pos", UNSURE_BUCKET: "unsure"}
"""Tone buckets as the history writes them; a tone that nobody judged counts as unsure, as everywhere."""
_CHANGES: Final = "corrections"
"""The fact that counts changes of the corrections: how a collector notices new ones."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A tone that somebody gave a mention towards a topic (0: in general); `at` is ms UTC, `judged` the judge's."""

    topic: int
    tone: Tone
    operator: str
    at: int
    judged: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """A correction as it was and as it is now; None is the judge's own word."""

    mention: int
    topic: int
    before: Correction | None
    after: Correction | None


def fix_tones(
    db: Connection, mentions: Sequence[int], topic: int, tone: Tone | None, operator: str, now: int
) -> list[Fix]:
    """Give mentions a tone towards a topic (0: in general), None: the judge's again. Returns what changed.

    Mentions that are gone, taken back or not of the topic are left alone, and those that carry this correction already.
    """
    wanted = None if tone is None else Correction(topic, tone, operator, now)
    fixes = []
    marks = ",".join(str(int(mention)) for mention in mentions)
    there = [row[0] for row in db.execute(f"SELECT id FROM mentions WHERE id IN ({marks}) AND tombstone = ''")]  # noqa: S608
    for mention in labelled(db, there):
        if topic not in mention.labels or (tone is None and topic not in mention.fixed):
            continue
        if tone is not None and mention.fixed.get(topic) == tone:
            continue
        before = next((each for each in corrections_of(db, mention.id) if each.topic == topic), None)
        fixes.append(Fix(mention.id, topic, before, wanted))
        _put(db, mention, topic, wanted, operator, now)
    _note_changes(db, fixes)
    return fixes


def take_back(db: Connection, fixes: Iterable[Fix], operator: str, now: int) -> list[Fix]:
    """An operator undoes what still stands of these; what somebody else fixed since stays. Returns the way back."""
    back = []
    for fix in fixes:
        there = next((each for each in corrections_of(db, fix.mention) if each.topic == fix.topic), None)
        mention = next(iter(labelled(db, [fix.mention])), None)
        if mention is None or fix.topic not in mention.labels or _told(there) != _told(fix.after):
            continue
        _put(db, mention, fix.topic, fix.before, operator, now)
        back.append(Fix(fix.mention, fix.topic, fix.after, fix.before))
    _note_changes(db, back)
    return back


def _told(correction: Correction | None) -> tuple[object, ...] | None:
    return None if correction is None else (correction.tone, correction.operator, correction.at)


def _put(db: Connection, mention: Labelled, topic: int, wanted: Correction | None, operator: str, now: int) -> None:
    """Write a correction, or take it away, and whatever follows from it; `operator` does so now."""
    judged, own = mention.by_judge(topic), mention.own()
    general = mention.by_judge(ALL_TOPICS)
    fixed = {each: tone for each, tone in mention.fixed.items() if each != topic}
    if wanted is None:
        db.execute("DELETE FROM corrections WHERE mention = ? AND topic = ?", (mention.id, topic))
    else:
        fixed[topic] = int(wanted.tone)
        db.execute(
            "INSERT INTO corrections (mention, topic, tone, operator, at, judged_tone, judged_confidence)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET tone = excluded.tone,"
            " operator = excluded.operator, at = excluded.at",
            (mention.id, topic, int(wanted.tone), wanted.operator, wanted.at, *judged.marks),
        )
    delta = CountDelta()
    before, after = mention.labels[topic], settled(general, own, mention.topics, fixed)[topic]
    write_labels(db, mention, general, own, fixed, delta)
    delta.apply(db)
    slug = db.execute("SELECT slug FROM topics WHERE id = ?", (topic,)).fetchone() or ("",)
    detail = f"{_TONES[before.bucket]} {_TONES[after.bucket]} {slug[0]}".rstrip()
    log_events(db, [(mention.id, now, operator, "untone" if wanted is None else "tone", detail)])


def _note_changes(db: Connection, fixes: Sequence[Fix]) -> None:
    if not fixes:
        return
    touch(db, dict.fromkeys(fix.mention for fix in fixes))
    db.execute("INSERT INTO facts (name, value) VALUES (?, 1) ON CONFLICT DO UPDATE SET value = value + 1", (_CHANGES,))


# ---- reading -----------------------------------------------------------------------------------------------------


def corrections_of(db: Connection, mention: int) -> list[Correction]:
    """What people fixed of a mention, the general tone first."""
    rows = db.execute(
        "SELECT topic, tone, operator, at, judged_tone, judged_confidence FROM corrections WHERE mention = ?"
        " ORDER BY topic",
        (mention,),
    )
    return [
        Correction(topic, Tone(tone), operator, at, None if judged is None else Verdict(Tone(judged), 0.0, confidence))
        for topic, tone, operator, at, judged, confidence in rows
    ]


def changes(db: Connection) -> int:
    """How often corrections were changed so far."""
    row = db.execute("SELECT value FROM facts WHERE name = ?", (_CHANGES,)).fetchone()
    return int(row[0]) if row else 0


@dataclass(frozen=True, slots=True)
class FixedText:
    """The words of a corrected mention, its language and stars (1…5), and the tone that people gave it."""

    title: str
    text: str
    lang: str
    rating: float | None
    tone: Tone


def fixed_texts(db: Connection) -> list[FixedText]:
    """What was corrected, the newest correction last: the general tone, else that of its topics where they agree."""
    rows = db.execute(
        "SELECT m.title, m.text, m.lang, m.rating,"
        " coalesce(max(CASE WHEN c.topic = 0 THEN c.tone END),"
        "  CASE WHEN min(c.tone) = max(c.tone) THEN c.tone END) AS given"
        " FROM corrections c JOIN mentions m ON m.id = c.mention WHERE m.tombstone = ''"
        " GROUP BY c.mention HAVING given IS NOT NULL ORDER BY max(c.at), c.mention"
    )
    return [FixedText(title, text, lang, rating, Tone(tone)) for title, text, lang, rating, tone in rows]


def how_many(db: Connection) -> tuple[int, int]:
    """How many labels people fixed, and how many of those the judge has otherwise or is not sure of."""
    fixed, against = db.execute(
        "SELECT count(*), coalesce(sum(judged_tone IS NOT tone OR judged_confidence < ?), 0) FROM corrections",
        (UNSURE_BELOW,),
    ).fetchone()
    return int(fixed), int(against)


@dataclass(frozen=True, slots=True)
class ToneTold:
    """A tone of a mention, in general (topic 0) or towards a topic of its own opinion, and why.

    `verdict` holds the tone that counts with the words the judge stood its own on, None where nobody judged;
    `fixed` is who gave it, if somebody did; `precise` tells that the precise model judged.
    """

    topic: int
    verdict: Verdict | None
    fixed: Correction | None = None
    precise: bool = False


def tones_of(db: Connection, mention: int) -> list[ToneTold]:
    """The general tone of a mention, then each topic's that is its own or was fixed; none where the mention is gone."""
    found = next(iter(labelled(db, [mention])), None)
    if found is None:
        return []
    fixed = {each.topic: each for each in corrections_of(db, mention)}
    told = []
    for topic, label in sorted(found.labels.items()):
        if topic == ALL_TOPICS or label.own or topic in fixed:
            shown = label if label.own else _with_words(label, found.labels[ALL_TOPICS])
            told.append(ToneTold(topic, _verdict(shown), fixed.get(topic), judged_precisely(found.model)))
    return told


def _with_words(label: Label, general: Label) -> Label:
    return replace(label, score=general.score, why=general.why)


def _verdict(label: Label) -> Verdict | None:
    if label.tone is None:
        return None
    return Verdict(Tone(label.tone), label.score, label.confidence, words_from_json(label.why))
