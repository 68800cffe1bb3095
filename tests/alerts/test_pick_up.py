"""The press takes up what people said before it: which paper first, how many, after how long; and when it is none."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.alert_rules import USUAL_RULES
from socialhub.alerts import replay
from socialhub.alerts.wording import alert_lines, fact_lines
from socialhub.clock import HOUR, MINUTE
from socialhub.detect.echo import Post, echo_of, words_of
from socialhub.incidents import Change, Severity
from socialhub.model import Kind
from socialhub.store import press
from socialhub.store.topics import active_topics
from tests.alerts.strange import STRANGE
from tests.alerts.test_wording import NOW as TOLD_AT
from tests.alerts.test_wording import alert
from tests.alerts.watched import NOW, Watched

SAID = "vidéo incroyable : un technicien jette les antennes dans la rivière"
HEADLINE = "Antennes jetées : la vidéo d'un technicien près d'une rivière fait scandale"


@pytest.fixture
def room(past: Path) -> Watched:
    room = Watched(past)
    with room.writer.transaction() as db:
        for site in ("journal.example", "gazette.example"):
            db.execute("INSERT INTO audiences VALUES (?, 'regional-press', 100000, 300000, 170000)", (site,))
    return room


def people_say(room: Watched, minutes: int, text: str = SAID) -> None:
    for place in range(minutes):
        room.say(1, "orange", tone=0, text=f"{text} {place}")
        room.minutes(4)


def paper(room: Watched, site: str = "journal.example", title: str = HEADLINE, **fields: Any) -> int:
    (mention,) = room.say(1, "orange", kind=Kind.ARTICLE, title=title, text="…", site=site, handle="", tone=0, **fields)
    return mention


def test_the_first_paper_is_an_alert_that_gathers_the_others(room: Watched) -> None:
    people_say(room, 12)
    first = paper(room)
    changed = room.minutes()
    found = room.the("orange", "pick_up")
    assert (found.id, Change.RAISED) in [(each.alert, each.change) for each in changed]
    assert found.severity is Severity.NOTICE
    assert (found.facts["outlet"], found.facts["outlets"], found.facts["posts"]) == ("journal.example", 1, 12)
    assert found.facts["delay"] == 48 * MINUTE
    assert set(found.facts["words"]) <= {"antennes", "technicien", "video", "riviere"}
    second = paper(room, "gazette.example", "Le technicien et la rivière : la vidéo qui indigne")
    room.minutes()
    facts = room.the("orange", "pick_up").facts
    assert (facts["mentions"], facts["outlets"], facts["outlet"]) == ([first, second], 2, "journal.example")


def test_where_the_press_was_first_nothing_is_taken_up(room: Watched) -> None:
    paper(room)
    people_say(room, 12)
    paper(room, "gazette.example")
    room.minutes()
    assert room.alert("orange", "pick_up") is None
    assert room.why("orange", "pick_up") == "usual"


def test_an_article_costs_nothing_where_it_is_no_press_and_reads_of_its_topic_alone(room: Watched) -> None:
    people_say(room, 12)
    room.say(3_000, "free", text=SAID)
    with room.asked("FROM mention_topics t CROSS JOIN") as asked:
        paper(room, "blog.example")
        room.minutes()
        assert [each for each in asked if "substr(m.text" in each] == []
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    article = paper(room)
    room.db.set_progress_handler(count, 100)
    found = press.posts(room.db, room.topics["orange"], room.now - HOUR, room.now)
    room.db.set_progress_handler(None, 0)
    assert len(found) == 12
    assert steps * 100 < 3_000, "less than a step for each mention of the other topic"
    room.minutes()
    assert room.the("orange", "pick_up").facts["mentions"] == [article]


def test_another_article_and_one_that_is_no_press_are_none(room: Watched) -> None:
    people_say(room, 12)
    paper(room, title="Résultats trimestriels en hausse")
    paper(room, "blog.example")
    room.minutes()
    assert room.alert("orange", "pick_up") is None


def test_everyday_trouble_that_a_paper_writes_of_is_none(room: Watched) -> None:
    for _ in range(24):
        room.say(2, "orange", tone=0, text="panne internet encore ce matin")
        room.now += HOUR
    people_say(room, 12, "panne internet encore")
    paper(room, title="Panne internet : que faire ?")
    room.minutes()
    assert room.alert("orange", "pick_up") is None


def test_a_crisis_of_the_topic_mutes_it(room: Watched) -> None:
    people_say(room, 12)
    paper(room)
    room.minutes(10, each=12, topic="orange")
    assert room.the("orange").severity is Severity.CRISIS
    assert room.the("orange", "pick_up").inhibitor == room.the("orange").id


def test_looking_back_tells_the_same(room: Watched) -> None:
    people_say(room, 12)
    mention = paper(room)
    room.minutes(200)
    topics = active_topics(room.db)
    days = replay.backtest(room.db, USUAL_RULES["pick_up"], room.settings, topics, NOW - HOUR, room.now)
    (fired,) = (each for _until, some in days for each in some)
    assert (fired.signal.numbers["mentions"], fired.ended is not None) == ([mention], True)
    found = replay.why(room.db, topics[0], room.settings, NOW + 55 * MINUTE, now=False)
    assert "raised" in [str(each.why) for each in found if each.rule.kind == "pick_up"]


_at = st.integers(0, 30 * HOUR)
_posts = st.lists(st.tuples(_at, st.sets(st.sampled_from(["antenne", "video", "panne", "prix"]))), max_size=40)


@given(_posts, _posts, st.integers(1, 12))
def test_what_is_taken_up_came_before_every_article(
    posts: list[tuple[int, set[str]]], articles: list[tuple[int, set[str]]], floor: int
) -> None:
    article = Post(30 * HOUR, frozenset({"antenne", "video"}))
    others = [Post(at, frozenset(words)) for at, words in articles]
    echo = echo_of(article, others, [Post(at, frozenset(words)) for at, words in posts], floor)
    if echo is not None:
        assert echo.posts >= floor
        assert echo.began < echo.taken_up <= article.at
        assert echo.taken_up - echo.began <= 6 * HOUR


def test_words_that_tell_nothing_do_not_count() -> None:
    assert words_of("Le @client d'Orange a dit : #antennes !", "fr", frozenset({"orange"})) == {"antennes"}


FACTS: dict[str, Any] = {
    "topic": "Fibre",
    "part": "",
    "outlet": "ouest-matin.example",
    "outlets": 3,
    "posts": 46,
    "delay": 95 * MINUTE,
    "words": ["antennes", "rivière"],
    "seen": 4,
    "since": TOLD_AT - 65 * MINUTE,
    "until": TOLD_AT,
    "window": 65 * MINUTE,
    "negative": 0.75,
    "unanswered": 0,
}


def test_the_sentence_and_the_numbers() -> None:
    assert alert_lines(alert("pick_up", FACTS), TOLD_AT, UTC) == (
        "Fibre: the press takes it up, ouest-matin.example first",
        "3 outlets · 1 h 35 min after the first of 46 posts · words: antennes, rivière",
    )
    assert fact_lines(alert("pick_up", FACTS), TOLD_AT, UTC)[1:] == [
        "4 mentions seen, 17:37–18:42",
        "3 outlets",
        "1 h 35 min after the first of 46 posts",
        "words: antennes, rivière",
        "75% negative",
    ]


@pytest.mark.usefixtures("french")
def test_the_same_in_french() -> None:
    assert alert_lines(alert("pick_up", FACTS), TOLD_AT, UTC) == (
        "Fibre\u00a0: la presse s’en empare, ouest-matin.example en premier",
        "3 titres · 1 h 35 min après le premier de 46 messages · mots\u00a0: antennes, rivière",
    )


@given(st.dictionaries(st.sampled_from(list(FACTS)), STRANGE))
def test_strange_facts_are_left_out(facts: dict[str, Any]) -> None:
    strange = alert("pick_up", {**FACTS, **facts})
    title, detail = alert_lines(strange, TOLD_AT, UTC)
    lines = [title, detail, *fact_lines(strange, TOLD_AT, UTC)]
    assert title
    assert not any(ord(sign) < 0x20 for line in lines for sign in line)


def test_a_wave_begins_after_the_last_pause() -> None:
    words = frozenset({"antenne", "video"})
    article = Post(10 * HOUR, words)
    wave = [Post(9 * HOUR + place * MINUTE, words) for place in range(12)]
    echo = echo_of(article, [], [Post(6 * HOUR, words), *wave], 10)
    assert echo is not None
    assert (echo.posts, echo.began) == (12, 9 * HOUR)
