"""Language, tone and repeats, each by what it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.model import Draft, Tone
from socialhub.pipeline.language import LanguageDetector
from socialhub.pipeline.repeats import Findings, RepeatMemory, exact_key
from socialhub.pipeline.sentiment.base import create_model
from socialhub.pipeline.sentiment.textblob import _lexicon
from socialhub.store import mentions
from tests.room import Room, draft


@pytest.mark.parametrize(
    ("text", "declared", "lang"),
    [
        ("Plus de réseau depuis hier soir chez moi", "", "fr"),
        ("The network has been down since last night", "", "en"),
        ("The network has been down since last night", "fr", "en"),
        ("ok", "fr", "fr"),
        ("🔥🔥🔥", "", ""),
        ("", "de", "de"),
        ("bonne nuit", "", "fr"),
        ("yo", "", ""),
        ("@lea https://example.org/the/network/is/down #enpanne encore et toujours", "", "fr"),
        ("Demà al matí obrim la nova botiga del carrer Major", "", "ca"),
        ("Demà al matí obrim la nova botiga del carrer Major", "fr", "ca"),
    ],
)
def test_language(text: str, declared: str, lang: str) -> None:
    assert LanguageDetector().detect(text, declared) == lang


@pytest.mark.parametrize(
    ("text", "lang", "tone"),
    [
        ("Excellent service, très bon technicien, parfait", "fr", Tone.POSITIVE),
        ("Service horrible et nul", "fr", Tone.NEGATIVE),
        ("Réunion demain à dix heures", "fr", Tone.NEUTRAL),
        ("This is awful, not good at all", "en", Tone.NEGATIVE),
        ("A wonderful, great team", "en", Tone.POSITIVE),
    ],
)
def test_tone_with_the_words_that_made_it(text: str, lang: str, tone: Tone) -> None:
    verdict = create_model("textblob").judge(text, lang)
    assert verdict.tone == tone
    assert -1 <= verdict.score <= 1
    assert 0 <= verdict.confidence <= 1
    assert bool(verdict.why) == (tone != Tone.NEUTRAL)
    for word in verdict.why:
        assert all(part in text.lower() for part in word.text.split())


_SPOKEN = (
    "ne",
    "pas",
    "n'",
    "l'",
    "très",
    "bon",
    "nul",
    "horrible",
    "merci",
    "la",
    "de",
    "zzz",
    "xyz",
    "qu'",
    ":)",
    "ni",
    "!",
)
_SAID = st.lists(st.sampled_from(_SPOKEN), max_size=12)


@given(_SAID)
def test_leaving_out_what_no_rule_looks_at_changes_no_judgement(words: list[str]) -> None:
    from textblob_fr.fr import sentiment

    everything = sentiment.assessments(((word, None) for word in words), True)
    assert _lexicon("fr").assess(words) == everything


def test_contradicting_words_make_unsure() -> None:
    assert create_model("textblob").judge("c'est bien et c'est nul", "fr").unsure


def test_the_reason_of_a_tone_is_kept_with_the_mention(room: Room) -> None:
    room.store(draft("1", "Service horrible, nul chez Mandarine"))
    verdict = mentions.why_of(room.db, 1)
    assert verdict is not None
    assert verdict.tone == Tone.NEGATIVE
    assert {word.text for word in verdict.why} >= {"horrible", "nul"}


def test_repeats_copy_the_findings_of_their_first(room: Room) -> None:
    outcome = room.store(*(draft(str(n), "Service horrible chez Mandarine") for n in range(3)))
    assert outcome.repeated == 2
    first, *others = room.feed()[::-1]
    assert all((m.tone, m.lang, m.topics, m.story) == (first.tone, first.lang, first.topics, first.id) for m in others)


def test_a_topic_that_asks_for_the_source_is_asked_for_every_repeat(tmp_path_factory: pytest.TempPathFactory) -> None:
    room = Room(tmp_path_factory.mktemp("cache") / "cache.db", {"lea": "handle:lea fibre"})
    room.store(draft("1", "La fibre", handle="lea"), draft("2", "La fibre", handle="bob"))
    assert [bool(m.topics) for m in room.feed()] == [False, True]
    assert room.is_sound()
    room.close()


def test_the_memory_of_repeats_is_bounded() -> None:
    memory = RepeatMemory(size=2)
    keys = [exact_key(Draft("1", text)) for text in "abc"]
    for key in keys:
        memory.put(key, Findings())
    assert [memory.get(key) is not None for key in keys] == [False, True, True]
