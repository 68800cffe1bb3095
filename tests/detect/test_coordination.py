"""Coordination: attacks are found with what shows them; despatches, viral posts, petitions and quizzes are none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.clock import DAY, HOUR, MINUTE, SECOND
from socialhub.detect.coordination import Coordination, Judged, Spoken, groups_of, judge, usual_share
from socialhub.detect.signs import Post
from socialhub.signs import LeftOut, SignKind
from tests.seed import NOW

USUAL = 0.2
YOUNG, OLD = NOW - 12 * DAY, NOW - 2000 * DAY
LINK = "https://petition.example/1"


def said(number: int, ago: int, text: int = 1, **fields: Any) -> Spoken:
    """A post of twelve words by an account of many years, so long before now."""
    return Spoken(number, Post(f"a{number}", NOW - ago, text, **({"words": 12, "created": OLD} | fields)))


def verdicts(spoken: list[Spoken], young: float = USUAL) -> list[Coordination]:
    return [judge(group, NOW, young) for group in groups_of(spoken, ())]


def attack(size: int = 30, **fields: Any) -> list[Spoken]:
    """Young accounts that say one text within forty minutes."""
    return [said(number, number * 80 * SECOND, **({"created": YOUNG} | fields)) for number in range(size)]


def test_young_accounts_with_one_text_are_coordinated_and_it_says_how_many_are_young() -> None:
    (found,) = verdicts(attack(links=(LINK,)))
    assert found.why is Judged.COORDINATED
    assert (found.test, found.seen, found.of) == (SignKind.YOUNG, 30, 30)
    assert found.expected == pytest.approx(6)
    assert found.chance < 1e-9
    assert (found.start, found.end) == (NOW - 29 * 80 * SECOND, NOW)


def test_accounts_that_never_rest_are_coordinated_whatever_their_age() -> None:
    spoken = [
        Spoken(number * 10 + again, said(number, number * MINUTE + again * 5 * MINUTE, links=(LINK,)).post)
        for number in range(12)
        for again in range(8)
    ]
    (found,) = verdicts(spoken)
    assert (found.why, found.test) == (Judged.COORDINATED, SignKind.RATE)


def test_in_a_room_where_most_accounts_are_young_that_alone_is_nothing() -> None:
    assert verdicts(attack(), young=usual_share(80, 100))[0].why is Judged.ORDINARY


def test_a_despatch_on_forty_sites_is_none() -> None:
    assert verdicts([said(number, number * MINUTE, left_out=LeftOut.PRESS) for number in range(40)]) == []


def test_an_article_that_is_shared_by_young_accounts_is_none() -> None:
    assert verdicts(attack(quotes_press=True)) == []


def test_a_viral_post_that_old_accounts_pass_on_is_none() -> None:
    (found,) = verdicts([said(number, number * 20 * SECOND, links=(LINK,)) for number in range(120)])
    assert found.why is Judged.ORDINARY


def test_a_newsletter_that_calls_old_accounts_to_speak_at_eight_is_none() -> None:
    (found,) = verdicts([said(number, 10 * MINUTE + number * SECOND, links=(LINK,)) for number in range(50)])
    assert found.sign(SignKind.SAME_MINUTE) is not None
    assert found.signs.score is not None
    assert found.signs.score >= 40
    assert found.why is Judged.ORDINARY


def test_where_no_age_is_told_many_in_one_minute_count_and_it_says_that_no_more_is_known() -> None:
    spoken = [said(number, 10 * MINUTE + number * SECOND, created=None, links=(LINK,)) for number in range(50)]
    (found,) = verdicts(spoken)
    assert (found.why, found.test, found.minutes_only) == (Judged.COORDINATED, SignKind.SAME_MINUTE, True)


def test_a_quiz_with_a_hashtag_and_own_words_is_none() -> None:
    assert verdicts([said(number, number * SECOND, text=number, created=YOUNG) for number in range(60)]) == []
    slogans = [said(number, number * SECOND, words=3, created=YOUNG) for number in range(60)]
    assert verdicts(slogans) == []


def test_a_link_that_everybody_pushes_in_own_words_is_a_group() -> None:
    spoken = [said(number, number * MINUTE, text=number, created=YOUNG, links=(LINK,)) for number in range(40)]
    (group,) = groups_of(spoken, ())
    assert (group.name, group.authors) == (f"link:{LINK}", 40)
    assert judge(group, NOW, USUAL).why is Judged.COORDINATED


def test_one_text_with_one_link_is_one_group_and_the_one_that_was_told_stays() -> None:
    spoken = [*attack(links=(LINK,)), said(99, MINUTE, text=7, created=YOUNG, links=(LINK,))]
    assert [group.name for group in groups_of(spoken, ())] == [f"link:{LINK}"]
    assert [group.name for group in groups_of(spoken, ("story:1",))] == ["story:1"]


def test_few_say_nothing_and_the_future_is_not_looked_at() -> None:
    (group,) = groups_of(attack(6), ())
    assert judge(group, NOW - HOUR, USUAL).why is Judged.FEW
    assert groups_of(attack(4), ()) == []


def test_a_room_with_few_known_ages_has_the_usual_share_of_any_room() -> None:
    assert usual_share(9, 10) == usual_share(0, 1000) == 0.2
    assert 0.5 < usual_share(50, 100) < 0.62


_posts = st.builds(
    Post,
    st.sampled_from([f"a{number}" for number in range(12)]),
    st.integers(NOW - 2 * HOUR, NOW + HOUR),
    st.integers(1, 3),
    st.integers(0, 12),
    st.lists(st.sampled_from([LINK, "https://b.example/"]), max_size=2).map(tuple),
    st.none() | st.integers(0, NOW),
    st.booleans(),
    st.booleans(),
    st.none() | st.sampled_from(list(LeftOut)),
)


@given(st.lists(_posts, max_size=60), st.floats(0.2, 0.95))
def test_any_posts_have_verdicts_whose_numbers_hold(posts: list[Post], young: float) -> None:
    for group in groups_of([Spoken(number, post) for number, post in enumerate(posts)], ("story:2",)):
        found = judge(group, NOW, young)
        assert 0 <= found.seen <= found.of <= found.signs.authors
        assert 0 <= found.expected <= found.of
        assert 0 <= found.chance <= 1
        if found.why is Judged.COORDINATED:
            assert found.seen > found.expected
            assert len(found.signs.shown) >= 2
