"""The window of the list: whatever is added or dropped, the reader stays on the same mention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from socialhub.model import Mention
from socialhub.widgets.feed_window import MOST_ROWS, FeedWindow
from tests.console.rows import mention


def rows(ids: Sequence[int]) -> list[Mention]:
    return [mention(id=number) for number in ids]


def window(newest: int, oldest: int) -> FeedWindow:
    made = FeedWindow()
    made.start(rows(range(newest, oldest - 1, -1)), at_newest=True, at_oldest=False)
    return made


def test_new_rows_leave_the_reader_where_he_is() -> None:
    list_ = window(50, 1)
    list_.move_to(7, 10)
    before, on_screen = list_.current, list_.rows[list_.top]
    list_.add_newer(rows([53, 52, 51]), at_newest=True, follow=False)
    assert list_.current == before
    assert list_.rows[list_.top] == on_screen


def test_a_list_that_follows_shows_what_is_new() -> None:
    list_ = window(50, 1)
    list_.add_newer(rows([51]), at_newest=True, follow=True)
    assert list_.current is not None
    assert list_.current.id == 51
    assert list_.top == 0


def test_rows_that_are_there_already_are_not_doubled() -> None:
    list_ = window(50, 41)
    list_.add_newer(rows([51, 50, 49]), at_newest=True, follow=False)
    list_.add_older(rows([42, 41, 40]), at_oldest=False)
    assert [row.id for row in list_.rows] == list(range(51, 39, -1))


def test_a_changed_row_is_replaced_and_told() -> None:
    list_ = window(50, 1)
    assert list_.replace([replace(list_.rows[3], text="edited"), mention(id=999)]) == [3]
    assert list_.rows[3].text == "edited"
    assert list_.replace([list_.rows[3]]) == []


def test_memory_is_bounded_and_the_reader_kept() -> None:
    list_ = window(200, 101)
    oldest = 100
    for _page in range(30):
        list_.move_to(len(list_) - 1, 20)
        here = list_.current
        list_.add_older(rows(range(oldest, oldest - 100, -1)), at_oldest=False)
        oldest -= 100
        assert list_.current == here
    assert len(list_) <= MOST_ROWS
    assert not list_.at_newest


@given(st.lists(st.tuples(st.sampled_from(["newer", "older", "move", "scroll"]), st.integers(-30, 30)), max_size=40))
def test_the_cursor_is_always_on_a_row_and_on_screen(steps: list[tuple[str, int]]) -> None:
    list_ = window(100, 60)
    newest, oldest, height = 100, 60, 12
    for action, amount in steps:
        here = list_.current
        if action == "newer":
            fresh = range(newest + abs(amount), newest, -1)
            newest += abs(amount)
            list_.add_newer(rows(fresh), at_newest=True, follow=False)
            assert list_.current == here
        elif action == "older":
            fresh = range(oldest - 1, oldest - 1 - abs(amount), -1)
            oldest -= abs(amount)
            list_.add_older(rows(fresh), at_oldest=False)
            assert list_.current == here
        elif action == "move":
            list_.move_to(list_.cursor + amount, height)
        else:
            list_.scroll(amount, height)
        assert 0 <= list_.cursor < len(list_)
        assert list_.top <= list_.cursor < list_.top + height
