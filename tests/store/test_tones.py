"""The tone of a mention towards each of its topics: kept, counted, listed and asked for."""

from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socialhub.model import Deletion, Mention, Tone, Word
from socialhub.query import parse, to_sql
from socialhub.store import corrections, mentions, privacy, work
from socialhub.store.facets import facets
from socialhub.store.mentions import FeedFilter
from socialhub.store.tones import words_from_json, words_to_json
from socialhub.store.voices import voices
from tests.clauses import SignedJudge
from tests.room import NOON, Room, draft

TORN = "mandarine- en panne, merci #libre libre+"


@pytest.fixture
def torn(room: Room) -> Room:
    """A room that holds one mention bad for Mandarine and good for Libre, and one good in general."""
    signed(room)
    room.store(draft("torn", TORN), draft("glad", "merci mandarine +"))
    return room


def signed(room: Room) -> None:
    room.ingest.judge = SignedJudge(room.topics)


def query(text: str) -> FeedFilter:
    return FeedFilter(condition=to_sql(parse(text), UTC))


def listed(room: Room, chosen: FeedFilter) -> list[tuple[str, int | None]]:
    found = mentions.feed(room.db, chosen, operator="lea", limit=9)
    return [(each.native_id, each.tone) for each in reversed(found)]


def test_each_topic_is_counted_by_its_own_tone(torn: Room) -> None:
    assert torn.counted("mandarine") == {-1: 1, 1: 1}
    assert torn.counted("libre") == {1: 1}
    assert torn.counted() == {0: 1, 1: 1}
    assert torn.is_sound()


def test_a_list_of_a_topic_shows_and_is_narrowed_by_the_tone_towards_it(torn: Room) -> None:
    mandarine, libre = torn.topics["mandarine"], torn.topics["libre"]
    assert listed(torn, FeedFilter()) == [("torn", 0), ("glad", 1)]
    assert listed(torn, FeedFilter(topic=mandarine)) == [("torn", -1), ("glad", 1)]
    assert listed(torn, FeedFilter(topic=mandarine, tone=-1)) == [("torn", -1)]
    assert listed(torn, FeedFilter(topic=libre, tone=1)) == [("torn", 1)]
    assert listed(torn, FeedFilter(tone=1)) == [("glad", 1)]


@pytest.mark.parametrize("words", ["", " panne", " kind:post"])
def test_the_sentiment_of_a_query_about_one_topic_is_that_towards_it(torn: Room, words: str) -> None:
    assert listed(torn, query(f"topic:mandarine sentiment:neg{words}")) == [("torn", -1)]
    assert listed(torn, query(f"topic:libre sentiment:neg{words}")) == []
    assert listed(torn, query(f"sentiment:neg{words}")) == []
    narrowed = FeedFilter(topic=torn.topics["libre"], condition=to_sql(parse(f"sentiment:pos{words}"), UTC))
    assert listed(torn, narrowed) == [("torn", 1)]


def test_a_query_about_several_topics_means_the_general_tone(torn: Room) -> None:
    assert listed(torn, query("topic:mandarine topic:libre")) == [("torn", 0)]
    assert listed(torn, query("(topic:mandarine OR topic:libre) sentiment:pos")) == [("glad", 1)]


def test_facets_and_rows_read_again_tell_the_same_tone(torn: Room) -> None:
    about = FeedFilter(topic=torn.topics["mandarine"])
    assert facets(torn.db, about, UTC).tones == ((-1, 1), (1, 1))
    assert facets(torn.db, query("topic:libre"), UTC).tones == ((1, 1),)
    (again,) = mentions.mentions_by_id(torn.db, [1], "lea", listed=about)
    assert again.tone == -1


def test_a_repeat_in_other_topics_is_judged_for_those(tmp_path_factory: pytest.TempPathFactory) -> None:
    room = Room(tmp_path_factory.mktemp("cache") / "cache.db", {"mandarine": "panne", "libre": "panne source:social"})
    signed(room)
    said = "panne mandarine- libre+"
    room.store(draft("1", said))
    room.store(draft("2", said), source="social")
    assert room.counted("libre") == {1: 1}
    assert room.counted("mandarine") == {-1: 2}
    room.close()


def test_what_a_person_said_of_a_topic_has_the_tone_towards_it(torn: Room) -> None:
    with torn.writer.transaction() as db:
        db.execute("INSERT INTO people (slug, name, since) VALUES ('lea', 'Lea', 0)")
        db.execute("INSERT INTO mention_people (person, mention, published) SELECT 1, id, published FROM mentions")
    heard = voices(torn.db, NOON - 10**7, NOON - 10**7, NOON, torn.topics["mandarine"])[1]
    assert (heard.negative, heard.neutral, heard.positive) == (1, 0, 1)
    assert voices(torn.db, NOON - 10**7, NOON - 10**7, NOON)[1].net == 50


# ---- corrections -------------------------------------------------------------------------------------------------


def fix(room: Room, mention: int, tone: Tone | None, topic: str = "", operator: str = "lea") -> list[corrections.Fix]:
    with room.writer.transaction() as db:
        number = room.topics[topic] if topic else 0
        return corrections.fix_tones(db, [mention], number, tone, operator, NOON)


def tones(room: Room, mention: int) -> list[int | None]:
    """In general, towards Mandarine, towards Libre."""
    found = [mentions.mention_by_id(room.db, mention, "lea", FeedFilter(topic=each)) for each in room.topics.values()]
    general = mentions.mention_by_id(room.db, mention, "lea")
    return [None if each is None else each.tone for each in (general, *found)]


def test_a_corrected_general_tone_takes_the_topics_along_that_have_none_of_their_own(room: Room) -> None:
    signed(room)
    room.store(draft("1", "mandarine en panne, libre+ #libre +"))
    assert tones(room, 1) == [1, 1, 1]
    fix(room, 1, Tone.NEGATIVE)
    assert tones(room, 1) == [-1, -1, 1]
    assert (room.counted(), room.counted("mandarine"), room.counted("libre")) == ({-1: 1}, {-1: 1}, {1: 1})
    fix(room, 1, None)
    assert tones(room, 1) == [1, 1, 1]
    assert room.is_sound()


def test_a_correction_towards_a_topic_leaves_the_others(torn: Room) -> None:
    fix(torn, 1, Tone.POSITIVE, "mandarine")
    assert tones(torn, 1) == [0, 1, 1]
    shown = corrections.tones_of(torn.db, 1)[1]
    assert shown.verdict is not None
    assert shown.fixed is not None
    assert shown.fixed.judged is not None
    assert (shown.verdict.confidence, shown.fixed.operator, shown.fixed.judged.tone) == (1.0, "lea", Tone.NEGATIVE)
    assert [word.text for word in shown.verdict.why] == ["mandarine-"]


def test_a_correction_survives_readings_and_edits_and_is_taken_back_to_what_the_judge_says_then(room: Room) -> None:
    signed(room)
    room.store(draft("1", "mandarine +"))
    fix(room, 1, Tone.NEGATIVE)
    room.store(draft("1", "mandarine +", likes=40))
    room.store(draft("1", "mandarine ? mieux"))
    assert tones(room, 1)[:2] == [-1, -1]
    assert room.counted("mandarine") == {-1: 1}
    fix(room, 1, None)
    assert tones(room, 1)[:2] == [0, 0]
    assert room.counted("mandarine") == {2: 1}


def test_undo_gives_back_the_correction_before_and_leaves_that_of_another(torn: Room) -> None:
    fix(torn, 2, Tone.NEUTRAL, operator="karim")
    mine = fix(torn, 2, Tone.NEGATIVE)
    with torn.writer.transaction() as db:
        corrections.take_back(db, mine, "lea", NOON)
    (left,) = corrections.corrections_of(torn.db, 2)
    assert (left.tone, left.operator, tones(torn, 2)[0]) == (Tone.NEUTRAL, "karim", 0)
    fix(torn, 2, Tone.POSITIVE, operator="karim")
    with torn.writer.transaction() as db:
        assert corrections.take_back(db, mine, "lea", NOON) == []
    assert tones(torn, 2)[0] == 1


def test_a_correction_and_taking_it_back_are_lines_of_the_history(torn: Room) -> None:
    general = fix(torn, 1, Tone.POSITIVE, operator="karim")
    own = fix(torn, 1, Tone.NEUTRAL, "mandarine")
    with torn.writer.transaction() as db:
        corrections.take_back(db, own, "lea", NOON + 1)
        corrections.take_back(db, own, "lea", NOON + 2)
        corrections.take_back(db, general, "zoé", NOON + 3)
    events = work.events_of(torn.db, 1)
    assert [(event.at - NOON, event.operator, event.action, event.detail) for event in events] == [
        (0, "karim", "tone", "neu pos"),
        (0, "lea", "tone", "neg neu mandarine"),
        (1, "lea", "untone", "neu neg mandarine"),
        (3, "zoé", "untone", "pos neu"),
    ]


def test_a_correction_is_a_revision_and_is_noticed_the_same_one_again_is_neither(torn: Room) -> None:
    before, noticed = rev_of(torn, 2), corrections.changes(torn.db)
    assert fix(torn, 2, Tone.NEGATIVE)
    assert rev_of(torn, 2) > before
    assert not fix(torn, 2, Tone.NEGATIVE)
    assert not fix(torn, 2, Tone.NEGATIVE, "libre")
    assert corrections.changes(torn.db) == noticed + 1


def rev_of(room: Room, mention: int) -> int:
    found = mentions.mention_by_id(room.db, mention, "lea")
    assert isinstance(found, Mention)
    return found.rev


_TEXTS = st.sampled_from(
    [TORN, "mandarine +", "mandarine- -", "libre+ #libre -", "fibre ?", "mandarine? #libre libre- +", "rien +", ""]
)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("post"), st.integers(0, 4), _TEXTS),
        st.tuples(st.just("delete"), st.integers(0, 4), st.just("")),
        st.tuples(st.just("purge"), st.just(0), st.sampled_from(["mandarine", "libre"])),
        st.tuples(st.just("fix"), st.integers(1, 4), st.sampled_from(["-1 mandarine", "1", "0 libre", "-1"])),
        st.tuples(st.just("auto"), st.integers(1, 4), st.sampled_from(["mandarine", "libre", ""])),
    ),
    max_size=10,
)


@given(_STEPS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_the_counts_are_those_of_the_rows(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, str]]
) -> None:
    room = Room(tmp_path_factory.mktemp("cache") / "cache.db")
    signed(room)
    for action, which, words in steps:
        if action == "purge":
            with room.writer.transaction() as db:
                privacy.purge_chunk(db, privacy.Purge(topic=words, keep_counts=False))
        elif action == "fix":
            tone, _blank, topic = words.partition(" ")
            fix(room, which, Tone(int(tone)), topic)
        elif action == "auto":
            fix(room, which, None, words)
        elif action == "delete":
            room.store(Deletion(native_id=str(which)))
        else:
            room.store(draft(str(which), words, url="https://example.org/", place="Nantes" if which % 2 else ""))
    assert room.is_sound()
    room.close()


@given(st.lists(st.builds(Word, st.text(max_size=12), st.floats(-1, 1))))
def test_words_are_read_back_as_they_were_stored(words: list[Word]) -> None:
    assert words_from_json(words_to_json(words)) == tuple(words)
