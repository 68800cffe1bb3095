"""The default sentiment model, as listeners complain about the others: what each of these must be, and why."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.model import Tone
from socialhub.pipeline.sentiment import features
from socialhub.pipeline.sentiment.clauses import clauses
from socialhub.pipeline.sentiment.judge import Judge, Told
from socialhub.pipeline.sentiment.linear import LinearModel, Weights
from socialhub.pipeline.sentiment.personal import Lesson, cross_validated_effect, personal_weights
from socialhub.pipeline.sentiment.reasons import HALF, strongest
from socialhub.query import parse

NEG, NEU, POS = Tone.NEGATIVE, Tone.NEUTRAL, Tone.POSITIVE


@pytest.fixture(scope="module")
def model() -> LinearModel:
    """The shipped weights."""
    return LinearModel()


@pytest.mark.parametrize(
    ("complaint", "text", "lang", "tone"),
    [
        ("a negation turns a word", "Mandarine ne m'a jamais déçu", "fr", POS),
        ("… and praise too", "Je ne suis vraiment pas content du service", "fr", NEG),
        ("'pas mal du tout' is praise", "Pas mal du tout ce nouveau forfait", "fr", POS),
        ("'pas terrible' is none", "Pas terrible, le débit", "fr", NEG),
        ("nothing to complain about", "rien à redire, installation parfaite", "fr", POS),
        ("no trouble is good news", "sans aucun problème depuis trois ans", "fr", POS),
        ("not bad at all", "Honestly not bad at all", "en", POS),
        ("sarcasm marked by a hashtag", "Super, encore une hausse de tarif #ironie", "fr", NEG),
        ("sarcasm marked by hands", "Bravo, troisième panne de la semaine 👏👏", "fr", NEG),
        ("emoji alone", "😡😡😡", "fr", NEG),
        ("emoji alone", "😍", "fr", POS),
        ("capitals", "TOUJOURS PAS DE RÉSEAU !!!", "fr", NEG),
        ("as people type", "jsuis dégoûté ma box marche plus ptn", "fr", NEG),
        ("as people type", "tro bien la fibre merci bcp", "fr", POS),
        ("no accents", "c'est genial, tres content de la nouvelle box", "fr", POS),
        ("English inside French", "Franchement awful app, worst update ever", "fr", NEG),
        ("a polite complaint", "Bonjour, toujours pas d'internet depuis hier soir, que faire ? Merci", "fr", NEG),
        ("a plain question", "Bonjour, à quelle heure ouvre la boutique de Lyon ?", "fr", NEU),
        ("an announcement", "La boutique de Nantes ouvrira le 12 mars à 10 h http", "fr", NEU),
        (
            "a quoted attack answered politely",
            "@user Bonjour, vous écrivez « service nul » : pouvez-vous nous indiquer votre numéro de dossier en MP ?",
            "fr",
            NEU,
        ),
        ("French bread is no pain", "this is such a pain", "en", NEG),
    ],
)
def test_what_listeners_complain_about(model: LinearModel, complaint: str, text: str, lang: str, tone: Tone) -> None:
    verdict = model.judge(text, lang)
    assert verdict.tone is tone, f"{complaint}: {verdict}"


def test_brand_names_with_tone_words_say_nothing() -> None:
    names = ["Bonne Route", "Super Net", "La Rage"]
    judge = Judge(LinearModel(), {}, names)
    plain = judge.judge(Told("", "Quels sont les horaires de Kervalec à Lille ?", "fr")).general
    for name in names:
        judged = judge.judge(Told("", f"Quels sont les horaires de {name} à Lille ?", "fr")).general
        assert judged.tone is NEU
        assert not {word.text for word in judged.why} & set(name.split())
    assert plain.tone is NEU


def test_it_names_the_words_that_decided(model: LinearModel) -> None:
    verdict = model.judge("Merci pour votre patience, mais ce réseau est lamentable", "fr")
    weights = {word.text: word.weight for word in verdict.why}
    assert verdict.tone is NEG
    assert next(weight for word, weight in weights.items() if "lamentable" in word) < -0.3
    assert "C'est pas mal" in {word.text for word in model.judge("C'est pas mal", "fr").why}
    assert all(-1 <= word.weight <= 1 for word in verdict.why)


@pytest.mark.parametrize(
    ("text", "negations", "added", "told"),
    [
        ("Ils ont de la chance !", [], [-4, 3, 0.1, 1, 2, 5], ["!", "Ils ont de la chance"]),
        ("la box est morte", [], [-1, 0.1, 0.1, -5], ["morte", "la box"]),
        ("pas de réseau ce matin .", [0], [-2, -1, -2, -1, 0, 0], ["pas de réseau", "ce matin"]),
        ("Merci à vous .", [], [5, 1, 1, 0], ["Merci à vous"]),
        ("Il y a ça", [], [2, 1, 1, 1], ["Il y a ça"]),
        ("à ! Bravo", [], [3, 0, 4], ["Bravo"]),
        ("à !", [], [3, 0], ["à"]),
    ],
)
def test_words_of_grammar_are_told_with_the_word_they_belong_to(
    text: str, negations: list[int], added: list[float], told: list[str]
) -> None:
    assert [word.text for word in strongest(text.split(), negations, added, 1.0, "fr")] == told


_SAID = ("le", "la", "Il", "pas", "ne", "box", "morte", ",", "réseau", "Merci")


@given(st.permutations(_SAID), st.lists(st.integers(-9, 9), max_size=len(_SAID)))
def test_what_is_told_together_weighs_what_its_words_weigh(said: list[str], added: list[int]) -> None:
    words = said[: len(added)]
    negations = [place for place, word in enumerate(words) if word in ("ne", "pas")]
    told = strongest(words, negations, list(map(float, added)), 1.0, "fr")
    parts = [part for word in told for part in word.text.split()]
    assert len(parts) == len(set(parts))
    share_of = dict(zip(words, added, strict=False))
    for word in told:
        share = sum(share_of[part] for part in word.text.split())
        assert word.weight == round(share / (abs(share) + HALF), 2)


def test_the_least_sure_are_unsure(model: LinearModel) -> None:
    assert (
        model.judge("mouais bof, à voir", "fr").confidence < model.judge("Service lamentable, je fuis", "fr").confidence
    )
    assert any(model.judge(text, "fr").unsure for text in ("fibre", "la table, le ciel", "hier soir encore"))
    assert not model.judge("Service lamentable, honteux, je résilie", "fr").unsure


@pytest.mark.parametrize(("rating", "tone"), [(1, NEG), (5, POS)])
def test_stars_weigh_in_and_are_named(model: LinearModel, rating: float, tone: Tone) -> None:
    verdict = model.judge("Application installée hier.", "fr", rating)
    assert verdict.tone is tone
    assert verdict.why[0].text == f"{rating}/5"
    mixed = model.judge("Nul, plante sans arrêt, à fuir", "fr", 5)
    assert mixed.confidence < verdict.confidence or mixed.tone is NEG


# ---- whom it is about ----


def test_what_is_bad_for_one_is_good_for_the_other() -> None:
    topics = {1: parse("mandarine"), 2: parse("libre")}
    judge = Judge(LinearModel(), topics, ["Mandarine", "Libre"])
    told = Told("", "Mandarine encore en panne, honteux. Merci Libre, service parfait !", "fr", topics=(1, 2))
    judged = judge.judge(told)
    tones = {number: judged.by_topic.get(number, judged.general).tone for number in (1, 2)}
    assert tones == {1: NEG, 2: POS}
    alone = judge.judge(Told("", told.text, "fr", topics=(1,)))
    assert not alone.by_topic


def test_a_clause_that_says_little_leaves_the_general_tone() -> None:
    topics = {1: parse("mandarine"), 2: parse("libre")}
    judge = Judge(LinearModel(), topics, ["Mandarine", "Libre"])
    judged = judge.judge(Told("", "Mandarine et Libre : même combat, tous nuls", "fr", topics=(1, 2)))
    assert judged.general.tone is NEG
    assert not judged.by_topic


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("aaa est nul. bbb est bien.", "aaa est nul.", "bbb est bien."),
        ("aaa est nul mais bbb est bien", "aaa est nul", "mais bbb est bien"),
        ("aaa est nul et bbb est bien", "aaa est nul", "et bbb est bien"),
        ("Ras le bol. aaa est nul, vive bbb", "Ras le bol. aaa est nul", ", vive bbb"),
        ("aaa est nul. Vraiment. bbb est bien.", "aaa est nul. Vraiment.", "bbb est bien."),
    ],
)
def test_clauses_belong_to_the_topic_they_name(text: str, first: str, second: str) -> None:
    places = {number: [(start, start + 3)] for number, start in ((1, text.index("aaa")), (2, text.index("bbb")))}
    assert clauses(text, places) == {1: first, 2: second}


def test_topics_that_share_a_clause_are_left_alone() -> None:
    text = "aaa bbb même combat"
    assert clauses(text, {1: [(0, 3)], 2: [(4, 7)]}) == {}


# ---- corrections ----


def lesson(text: str, tone: Tone) -> Lesson:
    """A corrected French post."""
    return Lesson("", text, "fr", None, tone)


def test_a_correction_weighs_at_once_and_only_a_little() -> None:
    base = LinearModel()
    told = "Le goodie du salon est sympathique mais l'organisation laisse songeur"
    wanted = NEG if base.judge(told, "fr").tone is not NEG else POS
    taught = LinearModel(personal_weights(base.weights, [lesson(told, wanted)]))
    assert taught.judge(told, "fr").tone is wanted
    for text in ("Je suis très content", "Panne générale, c'est honteux", "À quelle heure ouvre la boutique ?"):
        assert taught.judge(text, "fr").tone is base.judge(text, "fr").tone
    assert taught.name == base.name


def test_the_effect_is_told_on_what_was_not_just_learnt() -> None:
    base = LinearModel().weights
    house = [lesson(f"Le badge cramoisi numéro {number} est arrivé au guichet", NEG) for number in range(40)]
    learnt = cross_validated_effect(base, house)
    assert (learnt.lessons, learnt.right_after) == (40, 40)
    assert learnt.right_before < 40
    words = "jour table fenêtre route ciel papier carton train livre porte".split()  # noqa: SIM905
    noise = [lesson(f"{words[n % 10]} {words[n * 7 % 10]} {n}", (NEG, NEU, POS)[n * n % 3]) for n in range(30)]
    assert cross_validated_effect(base, noise).right_after < 30


# ---- the file and the arithmetic ----


def test_the_file_is_small_and_read_back_as_written() -> None:
    data = files("socialhub.pipeline.sentiment").joinpath("weights.bin").read_bytes()
    assert len(data) <= 1_000_000
    assert Weights.from_bytes(data).to_bytes() == data
    with pytest.raises(ValueError, match="not a file of weights"):
        Weights.from_bytes(b"{}\n1234")


def test_judging_needs_nothing_heavy() -> None:
    code = (
        "import sys; from socialhub.pipeline.sentiment.linear import LinearModel as M; M().judge('bof', 'fr');"
        "sys.exit(bool({'numpy', 'textblob', 'scipy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@given(st.text(max_size=200))
def test_words_are_the_same_whether_a_text_is_cut_at_its_blanks_first(text: str) -> None:
    """What is kept of words is kept by what stands between blanks."""
    assert [word for piece in text.split() for word in features.raw_tokens(piece)] == features.raw_tokens(text)


@given(st.text(max_size=200), st.sampled_from(["fr", "en", "es", ""]))
def test_judging_adds_up_what_training_counted(model: LinearModel, text: str, lang: str) -> None:
    """The quick sum over kept words is the plain sum over buckets, word lists apart."""
    weights = Weights(
        "t", model.weights.negative, model.weights.positive, {}, model.weights.scale, (0.1, -0.2), ((0.3, 0.3), (1, 1))
    )
    found, tokens = features.features(text, lang)
    unit = weights.scale / max(1, tokens) ** 0.5
    plain = [
        bias + unit * sum(counts * table[bucket] for bucket, counts in found.items())
        for bias, table in ((0.1, weights.negative), (-0.2, weights.positive))
    ]
    assert LinearModel(weights).evidence(text, lang) == pytest.approx(plain if tokens else (0.1, -0.2), abs=1e-6)
