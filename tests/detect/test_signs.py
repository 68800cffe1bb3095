"""Signs of inauthenticity: what a campaign shows, and what fans, an agency, a live event and a few people do not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.clock import DAY, HOUR, MINUTE, SECOND
from socialhub.detect.signs import LEAST_AUTHORS, MOST_POINTS, Post, signs_of_author, signs_of_group
from socialhub.signs import LeftOut, SignKind, Signs
from tests.seed import NOW

_OLD = NOW - 2000 * DAY


def post(author: str, ago: int, text: int = 1, **fields: Any) -> Post:
    """A post of twelve words by an account of many years, so long before now."""
    return Post(author, NOW - ago, text, **({"words": 12, "created": _OLD} | fields))


def campaign(size: int = 40, **fields: Any) -> list[Post]:
    """So many young accounts that say the same in two minutes and push one link."""
    told: dict[str, Any] = {"created": NOW - 20 * DAY, "links": ("https://petition.example/1",)} | fields
    return [post(f"bot{number}", HOUR + number % 2 * MINUTE, **told) for number in range(size)]


def points(signs: Signs) -> dict[SignKind, int]:
    """Points by sign, those without any left out."""
    return {sign.kind: sign.points for sign in signs.signs if sign.points}


# ---- groups ----


def test_a_campaign_shows_all_of_it_and_says_on_what_it_stands() -> None:
    found = signs_of_group(campaign(), NOW)
    assert found.score is not None
    assert found.score >= 70
    told = {sign.kind: (sign.count, sign.of, sign.detail) for sign in found.signs}
    assert told[SignKind.YOUNG] == (40, 40, "")
    assert told[SignKind.SAME_TEXT] == (40, 40, "")
    assert told[SignKind.SAME_MINUTE] == (40, 40, "")
    assert told[SignKind.ONE_LINK] == (40, 40, "https://petition.example/1")


def test_a_fan_club_that_repeats_a_slogan_shows_nothing() -> None:
    fans = [post(f"fan{number}", number * SECOND, words=4) for number in range(60)]
    assert signs_of_group(fans, NOW).score == 0


def test_a_copied_text_over_an_evening_is_one_sign_and_no_more() -> None:
    fans = [post(f"fan{number}", number * 4 * MINUTE) for number in range(60)]
    found = points(signs_of_group(fans, NOW))
    assert set(found) == {SignKind.SAME_TEXT}
    assert found[SignKind.SAME_TEXT] <= 20


def test_a_text_that_thousands_copy_is_not_said_in_one_minute_because_every_minute_is_full() -> None:
    crowd = [post(f"u{number}", number * 4 * SECOND) for number in range(900)]
    assert SignKind.SAME_MINUTE not in points(signs_of_group(crowd, NOW))


def test_a_goal_makes_all_shout_at_once_in_their_own_words() -> None:
    crowd = [post(f"u{number}", number % 60 * SECOND, text=number) for number in range(200)]
    assert signs_of_group(crowd, NOW).score == 0


def test_an_agency_despatch_on_press_sites_is_left_out_and_said_to_be() -> None:
    despatch = [post(f"site/{number}", number * SECOND, left_out=LeftOut.PRESS, created=None) for number in range(40)]
    found = signs_of_group(despatch, NOW)
    assert (found.score, found.because, found.press, found.authors) == (None, LeftOut.TOO_FEW, 40, 0)


def test_readers_who_share_its_headline_do_not_copy_each_other() -> None:
    readers = [post(f"u{number}", number * SECOND, quotes_press=True) for number in range(40)]
    assert signs_of_group(readers, NOW).score == 0


def test_known_people_are_left_out() -> None:
    members = [post(f"mp{number}", number * SECOND, left_out=LeftOut.KNOWN) for number in range(30)]
    found = signs_of_group([*members, *campaign(3)], NOW)
    assert (found.score, found.known, found.authors) == (None, 30, 3)


def test_a_small_group_gets_fewer_points_for_the_same_shares() -> None:
    small, large = signs_of_group(campaign(6), NOW), signs_of_group(campaign(60), NOW)
    assert small.score is not None
    assert large.score is not None
    assert 0 < small.score < large.score
    assert signs_of_group(campaign(LEAST_AUTHORS - 1), NOW).score is None


def test_accounts_whose_age_nobody_tells_are_not_taken_for_young() -> None:
    found = signs_of_group(campaign(created=None), NOW)
    young = next(sign for sign in found.signs if sign.kind is SignKind.YOUNG)
    assert (young.points, young.count, young.of) == (0, None, 0)


def test_the_future_is_not_read() -> None:
    later = [post(f"bot{number}", -HOUR, created=NOW - DAY) for number in range(50)]
    calm = [post(f"u{number}", number * HOUR, text=number) for number in range(10)]
    assert signs_of_group([*calm, *later], NOW) == signs_of_group(calm, NOW)


# ---- one author ----


def test_an_author_who_never_sleeps() -> None:
    posts = [post("x", number * MINUTE, text=number % 3, created=NOW - 3 * DAY) for number in range(300)]
    found = points(signs_of_author(posts, NOW))
    assert found == {SignKind.YOUNG: 25, SignKind.RATE: 20, SignKind.SAME_TEXT: 20}


def test_a_thread_told_at_once_is_not_a_volley() -> None:
    thread = [post("x", number * SECOND, text=number, is_reply=number > 0) for number in range(12)]
    assert signs_of_author(thread, NOW).score == 0


def test_a_volley_is() -> None:
    volley = [post("x", number * SECOND, text=number) for number in range(12)]
    assert points(signs_of_author(volley, NOW)) == {SignKind.SAME_MINUTE: 20}


def test_a_new_customer_with_one_complaint_is_only_new() -> None:
    found = signs_of_author([post("x", 0, created=NOW - 2 * DAY)], NOW)
    assert points(found) == {SignKind.YOUNG: 25}


@pytest.mark.parametrize("reason", [LeftOut.PRESS, LeftOut.KNOWN])
def test_press_and_known_authors_have_no_number(reason: LeftOut) -> None:
    found = signs_of_author([post("x", 0, left_out=reason, created=NOW)], NOW)
    assert (found.score, found.because) == (None, reason)
    assert signs_of_author([], NOW).score is None


_POSTS = st.lists(
    st.builds(
        Post,
        author=st.sampled_from("abcdefghij"),
        at=st.integers(NOW - 2 * DAY, NOW),
        text=st.integers(0, 5),
        words=st.integers(0, 20),
        links=st.lists(st.sampled_from(["https://a.example/", "https://b.example/"]), max_size=2).map(tuple),
        created=st.none() | st.integers(NOW - 400 * DAY, NOW),
        quotes_press=st.booleans(),
        is_reply=st.booleans(),
        left_out=st.none() | st.sampled_from([LeftOut.PRESS, LeftOut.KNOWN]),
    ),
    max_size=80,
)


@given(_POSTS, st.randoms())
def test_the_number_is_the_sum_of_its_points_and_order_means_nothing(posts: list[Post], chance: Any) -> None:
    found = signs_of_group(posts, NOW)
    if found.score is not None:
        assert found.score == sum(sign.points for sign in found.signs) <= 100
        assert all(0 <= sign.points <= MOST_POINTS[sign.kind] for sign in found.signs)
    mixed = list(posts)
    chance.shuffle(mixed)
    again = signs_of_group(mixed, NOW)
    assert again.score == found.score
