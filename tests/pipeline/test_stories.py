"""Which mentions are one story, and which are careful to be two."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.clock import HOUR, MINUTE
from socialhub.model import Draft, Kind
from socialhub.pipeline.ingest import Ingest
from socialhub.pipeline.language import LanguageDetector
from socialhub.pipeline.sentiment.base import create_model
from socialhub.pipeline.sketches import ALIKE, Sketches, jaccard, signatures
from socialhub.pipeline.stories import LONGEST, PAUSE
from socialhub.pipeline.story_words import said
from socialhub.query import parse
from tests.room import NOON, Room, StillClock, draft

DESPATCH = (
    "Mandarine annonce une panne nationale de sa fibre : les clients n'ont plus accès au réseau et les boutiques"
    " restent fermées, selon la direction"
)
AT = NOON - 2 * HOUR


def stories(room: Room, *texts: str, **fields: object) -> list[int]:
    """The story of each text, stored as one batch, in their order."""
    room.store(*(draft(f"{room.db.total_changes}-{n}", text, **fields) for n, text in enumerate(texts)))
    return [found.story for found in room.feed()[::-1][-len(texts) :]]


@pytest.mark.parametrize(
    "copy",
    [
        DESPATCH.upper(),
        f"RT @lea: {DESPATCH}",
        f"{DESPATCH} https://presse.example/panne?x=1 #fibre #Mandarine",
        f"{DESPATCH} via @presse",
        DESPATCH.replace("Mandarine", "#Mandarine"),
    ],
)
def test_what_says_who_copied_makes_no_other_key(copy: str) -> None:
    assert said("", copy).whole == said("", DESPATCH).whole


@pytest.mark.parametrize(
    "copy",
    [
        DESPATCH.rpartition(",")[0],
        f"Incroyable. {DESPATCH}",
        DESPATCH.replace("annonce", "confirme").replace("boutiques", "agences"),
        f"{DESPATCH} (avec nos correspondants)",
    ],
)
def test_a_near_copy_is_of_the_story_in_one_batch_and_in_the_next(room: Room, copy: str) -> None:
    assert stories(room, DESPATCH, copy) == [1, 1]
    assert stories(room, copy.replace("selon", "d'après"), DESPATCH) == [1, 1]
    assert room.is_sound()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Panne à Lyon : Mandarine promet un retour de la fibre ce soir pour tous les clients", ("Lyon", "Nantes")),
        ("Mandarine : la ligne 12 de la fibre est coupée pour travaux ce soir chez tous les clients", ("12", "14")),
        ("La fibre est en panne", ("panne", "panne hier")),
    ],
)
def test_other_places_other_numbers_and_few_words_make_another_story(
    room: Room, one: str, other: tuple[str, str]
) -> None:
    assert stories(room, one, one.replace(*other)) == [1, 2]


def test_the_same_words_on_two_days_are_two_stories(room: Room) -> None:
    near = DESPATCH.replace("annonce", "confirme")
    room.store(*(draft(str(n), text, published=AT - PAUSE - 1) for n, text in enumerate((DESPATCH, near))))
    room.store(*(draft(str(n + 2), text, published=AT) for n, text in enumerate((DESPATCH, near))))
    assert [found.story for found in room.feed()] == [3, 3, 1, 1]


def test_a_story_goes_on_while_copies_come_and_ends_when_it_is_too_long(room: Room) -> None:
    step = PAUSE - MINUTE
    first = AT - 2 * LONGEST
    for number in range(LONGEST // step + 2):
        room.store(draft(str(number), DESPATCH, published=first + number * step))
    found = [each.story for each in room.feed()[::-1]]
    assert found == [1] * (LONGEST // step + 1) + [len(found)]


@pytest.mark.parametrize("kind", [Kind.QUOTE, Kind.REPLY, Kind.COMMENT])
def test_who_answers_is_no_copy_unless_word_for_word(room: Room, kind: Kind) -> None:
    room.store(draft("1", DESPATCH))
    room.store(draft("2", f"Faux. {DESPATCH}", kind=kind), draft("3", f"Faux. {DESPATCH}", kind=kind))
    room.store(draft("4", f"@lea {DESPATCH}", kind=kind))
    assert [found.story for found in room.feed()[::-1]] == [1, 2, 2, 4]


HEADLINE = "Panne de fibre géante : ce que dit Mandarine"


@pytest.mark.parametrize(
    "title",
    [HEADLINE, f"{HEADLINE} | Le Courrier", f"{HEADLINE} - Le Courrier du Sud", HEADLINE.upper()],
)
def test_a_headline_with_another_body_is_the_same_wire_story(room: Room, title: str) -> None:
    room.store(draft("1", "Les clients attendent.", title=HEADLINE, kind=Kind.ARTICLE))
    body = "Depuis ce matin, rien ne marche plus dans plusieurs régions du pays."
    room.store(draft("2", body, title=title, kind=Kind.ARTICLE, site="courrierdusud.example", author="Le Courrier"))
    room.store(draft("3", HEADLINE))
    assert [found.story for found in room.feed()] == [1, 1, 1]


def test_a_headline_that_many_reviews_have_makes_no_story(room: Room) -> None:
    for number, body in enumerate(("Rien ne marche.", "Conseiller impoli au téléphone.")):
        room.store(draft(str(number), body, title="Fibre Mandarine : service client à fuir", kind=Kind.REVIEW))
    assert [found.story for found in room.feed()] == [2, 1]


def test_what_no_topic_asks_for_is_compared_by_its_key_alone(room: Room) -> None:
    text = "Le maire inaugure la nouvelle piscine du quartier avec tous les enfants des écoles de la ville"
    assert stories(room, text, text.upper(), text.replace("nouvelle", "belle")) == [1, 1, 3]


def test_an_edited_mention_keeps_its_story(room: Room) -> None:
    room.store(draft("1", DESPATCH), draft("2", DESPATCH))
    room.store(draft("2", "Tout autre chose que la fibre de Mandarine, en somme"))
    assert [found.story for found in room.feed()] == [1, 1]
    assert room.is_sound()


def test_a_batch_that_could_not_be_stored_leaves_no_story_behind(room: Room) -> None:
    room.store(draft("0", "Bonjour la fibre"))
    room.db.execute("CREATE TRIGGER full BEFORE INSERT ON mentions BEGIN SELECT RAISE(ABORT, 'full'); END")
    with pytest.raises(Exception, match="full"):
        room.store(draft("1", DESPATCH))
    room.db.execute("DROP TRIGGER full")
    assert stories(room, DESPATCH.replace("annonce", "confirme"), DESPATCH) == [2, 2]
    assert room.is_sound()


def restarted(room: Room) -> Ingest:
    """The way in of a collector that starts now."""
    trees = {room.topics[slug]: parse(query) for slug, query in Room.TOPICS.items()}
    return Ingest(room.writer, room.clock, trees, LanguageDetector(), create_model("textblob"))


def test_a_restart_forgets_no_story_of_the_last_hours(room: Room) -> None:
    far = "Mandarine coupe la fibre de tous ses clients pendant la nuit afin de réparer le cœur de réseau"
    room.store(draft("1", DESPATCH), draft("2", far, published=AT - PAUSE))
    room.store(draft("3", DESPATCH.replace("annonce", "confirme")))
    room.ingest = restarted(room)
    near = [DESPATCH.replace("annonce", "dément"), far.replace("coupe", "arrête")]
    assert stories(room, DESPATCH, *near) == [1, 1, 6]
    assert room.is_sound()


def test_near_copies_after_a_purge_join_who_is_first_now(room: Room) -> None:
    from socialhub.collector.jobs import JobRunner
    from socialhub.store import jobs
    from socialhub.store.privacy import Purge

    room.store(draft("1", DESPATCH, author="Léa"), draft("2", DESPATCH), draft("3", DESPATCH, author="Léa"))
    with room.writer.transaction() as db:
        jobs.add_job(db, "purge", Purge(author="Léa", keep_counts=False).to_parameters(), "", NOON)
    runner = JobRunner(room.writer, room.ingest, room.clock)
    while runner.step() is not None:
        pass
    assert [found.story for found in room.feed()] == [2]
    assert room.is_sound()
    assert stories(room, DESPATCH.replace("annonce", "confirme")) == [2]
    assert room.is_sound()


# ---- sketches ----------------------------------------------------------------------------------------------------

_WORDS = [f"mot{n}" for n in range(60)]


@given(st.sets(st.sampled_from(_WORDS), min_size=5), st.sets(st.sampled_from(_WORDS), min_size=5))
def test_the_share_of_equal_values_estimates_the_jaccard_index(one: set[str], other: set[str]) -> None:
    first, second = signatures([sorted(one), sorted(other)])
    alike = float((first == second).mean())
    assert abs(alike - jaccard(frozenset(one), frozenset(other))) < 0.35


def test_the_ring_is_bounded_and_forgets_the_oldest() -> None:
    chance = random.Random(4)
    texts = [" ".join(chance.sample(_WORDS, 20)) for _text in range(12)]
    sketches: Sketches[int] = Sketches(size=4)
    for number, text in enumerate(texts):
        sketches.sort_in([text], [number], lambda _new, _known: True)
    kept = set(sketches.values)
    assert len(kept) == 4
    asked = [sketches.sort_in([text], [99], lambda _new, _known: True) for text in (texts[0], texts[max(kept)])]
    assert asked[1] == [max(kept)]
    assert max(kept) >= 4


def test_the_most_similar_is_chosen_and_may_be_refused() -> None:
    base = _WORDS[:20]
    near, nearer = [*base[:17], "a", "b", "c"], [*base[:19], "d"]
    known = [" ".join(words) for words in (near, nearer)]
    sketches: Sketches[str] = Sketches()
    sketches.sort_in(known, ["near", "nearer"], None)
    assert sketches.sort_in([" ".join(base)], ["new"], lambda _new, _known: True) == ["nearer"]
    assert sketches.sort_in([" ".join(base)], ["new"], lambda _new, known: known == "near") == ["near"]
    assert jaccard(frozenset(near), frozenset(base)) >= ALIKE


def test_a_text_of_many_thousand_words_is_bounded() -> None:
    found = said("", "mot " * 50_000 + "fin")
    assert len(found.words) < 2_000
    assert found != said("", "mot " * 50_000 + "autre")


@pytest.mark.parametrize("piece", ["#a", "#", " #a ", "a", "9", "@a", "www.", " - ", " | ", "-", "https://"])
def test_the_words_of_a_hostile_text_take_time_by_its_length(piece: str) -> None:
    started = time.process_time()
    said(piece * 300, piece * 100_000 + ".", ("site.example",))
    assert time.process_time() - started < 2


def test_drafts_without_words_are_stories_of_their_own(room: Room) -> None:
    pictures = [replace_media(Draft(str(n), "", AT)) for n in range(2)]
    room.store(*pictures)
    assert [found.story for found in room.feed()] == [2, 1]


def replace_media(each: Draft) -> Draft:
    """The draft with a picture."""
    return replace(each, media=1)


def test_a_clock_and_a_cache_of_another_day_begin_empty(tmp_path: Path) -> None:
    room = Room(tmp_path / "cache.db")
    room.store(draft("1", DESPATCH, published=AT - 2 * PAUSE))
    StillClock.moment = NOON
    room.ingest = restarted(room)
    assert stories(room, DESPATCH) == [2]
    room.close()
