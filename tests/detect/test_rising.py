"""What rises: new terms that many say are found; what is relayed, repeated, usual, recurring or everybody's is not."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.clock import HOUR, MINUTE
from socialhub.detect.rising import (
    NEEDED,
    Candidate,
    Known,
    Lately,
    Past,
    Risen,
    Text,
    Verdict,
    candidates,
    chance_of,
    groups_of,
    judge,
    own_words,
    past_of,
    rising_of,
    said_once,
    words_in,
)
from tests.seed import NOW

USUAL: Final = ("box", "débit", "facture", "technicien", "attente", "merci", "client", "réseau", "forfait", "antenne")
NEVER: Final = Known(0, 5_000, 200, ((0, 200),) * 7, (0, 800))


def text(number: int, *words: str, author: str = "", story: int = 0, at: int = NOW) -> Text:
    return Text(number, at, 1, story or number, author or f"a{number}", frozenset(words))


def everyday(count: int, seed: int, first: int = 10_000) -> list[Text]:
    """Texts of everyday words."""
    chance = Random(seed)
    return [text(first + number, *chance.sample(USUAL, 4)) for number in range(count)]


PAST: Final = past_of((each.story, each.terms) for each in everyday(1_000, 1))


def lately_of(*texts: Text) -> Lately:
    lately = Lately()
    lately.add([*everyday(200, 2), *texts])
    return lately


def found_in(lately: Lately, own: frozenset[str] = frozenset()) -> list[str]:
    return [each.term for each in candidates(lately, PAST, own, 12)[0]]


def test_what_five_people_say_for_the_first_time_is_found_and_everyday_words_are_not() -> None:
    lately = lately_of(*(text(number, "f3042", "box") for number in range(5)))
    (only,), tried = candidates(lately, PAST, frozenset(), 12)
    assert (only.term, only.people) == ("f3042", 5)
    assert tried == len(USUAL) + 1
    risen = judge(only, len(lately.texts), NEVER)
    assert risen.verdict is Verdict.RISES
    assert risen.expected == 0
    assert risen.score > NEEDED


def test_a_text_that_is_passed_on_and_somebody_who_repeats_themselves_are_no_people() -> None:
    copies = [text(number, "f3042", story=1) for number in range(40)]
    alone = [text(number, "obsession", author="one") for number in range(100, 140)]
    assert found_in(lately_of(*copies, *alone)) == []


def test_the_names_of_a_topic_are_no_news() -> None:
    rising = [text(number, "mandarine", "mandarine muette") for number in range(8)]
    assert own_words("fibre OR box*", ["Mandarine"], PAST) == {"mandarine", "box"}
    assert found_in(lately_of(*rising), own_words("fibre OR box*", ["Mandarine"], PAST)) == []


@pytest.mark.parametrize(
    ("known", "verdict"),
    [
        (NEVER, Verdict.RISES),
        (Known(0, 20, 200, (), (0, 0)), Verdict.USUAL),  # too little is known
        (Known(900, 5_000, 200, (), (0, 0)), Verdict.USUAL),
        (Known(8, 5_000, 200, ((0, 200), (4, 200)), (0, 800)), Verdict.RECURS),  # last week, too
        (Known(8, 5_000, 200, ((1, 200),) * 7, (0, 800)), Verdict.RISES),
        (Known(0, 5_000, 200, (), (24, 800)), Verdict.ROOM),
        (Known(0, 5_000, 200, (), (1, 4)), Verdict.RISES),  # one other voice is no room
    ],
)
def test_what_is_known_besides_decides(known: Known, verdict: Verdict) -> None:
    said = Candidate("gala", 8, tuple(text(number, "gala") for number in range(8)), 40.0)
    assert judge(said, 208, known).verdict is verdict


def test_a_window_that_moves_counts_what_is_in_it() -> None:
    lately = Lately()
    texts = [text(number, f"w{number % 7}", at=NOW + number * MINUTE) for number in range(200)]
    for step in range(0, 200, 10):
        mentions = [each.mention for each in texts[: step + 10]]
        lately.add(texts[each] for each in lately.missing(mentions))
        lately.keep(mentions, NOW + (step - 50) * MINUTE, 40)
        inside = [each for each in texts[: step + 10] if each.published >= NOW + (step - 50) * MINUTE][-40:]
        assert sorted(lately.texts) == [each.mention for each in inside]
        assert lately.counts == Counter(term for each in inside for term in each.terms)


def risen(term: str, score: float, *mentions: int) -> Risen:
    texts = tuple(text(number, term, at=NOW + number * HOUR) for number in mentions)
    return Risen(Candidate(term, len(texts), texts, score), Verdict.RISES, 0.0, score)


def test_terms_of_the_same_texts_are_one_signal_and_keep_its_name() -> None:
    found = [
        risen("mauve", 50, 1, 2, 3, 4, 5, 6),
        risen("pastille mauve", 50, 1, 2, 3, 4, 5),
        risen("gala", 30, 7, 8, 9),
    ]
    first, second = groups_of(found, ())
    assert (first.name, first.people, len(first.texts)) == ("pastille mauve", 6, 6)
    assert said_once(first, 5) == ["pastille mauve"]
    assert (second.name, [each.mention for each in second.texts]) == ("gala", [7, 8, 9])
    assert groups_of(found, ["mauve"])[0].name == "mauve"


def test_a_pair_goes_with_its_word_that_recurs() -> None:
    weekly = Risen(Candidate("lundi", 5, (), 30), Verdict.RECURS, 0.0, 30)
    rising, others = rising_of([risen("lundi galère", 30, 1, 2, 3), weekly, risen("gala", 30, 7, 8, 9)])
    assert [each.candidate.term for each in rising] == ["gala"]
    assert others == [weekly]


def test_words_of_a_text() -> None:
    assert words_in("La box affiche F3042 à 14h20 #Muette", "fr", ["https://a.example/"]) == {
        "box",
        "affiche",
        "box affiche",
        "f3042",
        "affiche f3042",
        "#muette",
        "https://a.example/",
    }


def test_rare_terms_of_a_past_are_not_kept_and_copies_count_once() -> None:
    past = past_of([(1, frozenset({"un", "deux"})), (1, frozenset({"un"})), (2, frozenset({"un"}))])
    assert past == Past({"un": 2}, 2)


_texts = st.builds(
    Text,
    st.integers(1, 60),
    st.integers(NOW, NOW + HOUR),
    st.integers(1, 2),
    st.integers(1, 30),
    st.sampled_from("abcdefgh"),
    st.frozensets(st.sampled_from(["a", "b", "a b", "#c", "https://d.example/"])),
)


@given(st.lists(_texts, unique_by=lambda each: each.mention), st.integers(0, 500), st.integers(0, 500))
def test_whatever_is_said_the_numbers_hold(texts: list[Text], before: int, about: int) -> None:
    lately = Lately()
    lately.add(texts)
    past = Past({"a": 3, "b": 40}, 120)
    found, tried = candidates(lately, past, frozenset({"b"}), 3)
    assert len(found) <= 3
    assert tried <= len(lately.counts)
    judged = [judge(each, len(texts), Known(before, about, 2, ((1, 2),), (2, 3))) for each in found]
    groups = groups_of(judged, ["a"])
    assert sorted(each.candidate.term for group in groups for each in group.risen) == sorted(
        each.term for each in found
    )
    for each in judged:
        assert "b" not in each.candidate.term.split(" ")
        assert 3 <= each.candidate.people <= len(each.candidate.texts) <= len(texts)
        assert 0 <= chance_of(each.score, tried) <= 1
