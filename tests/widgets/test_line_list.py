"""The list under trends, alerts and sources: cursor, scrolling, clicks, resizing."""

from __future__ import annotations

from collections.abc import Sequence

from textual.message import Message

from socialhub.widgets.cells import Piece
from socialhub.widgets.line_list import Entry, LineList
from socialhub.widgets.name_list import NameList
from tests.widgets.stage import assert_sound, lines_of, staged


class Pairs(LineList):
    """Entries of two lines."""

    class Chosen(Message):
        def __init__(self, key: int) -> None:
            super().__init__()
            self.key = key

    def __init__(self, keys: Sequence[int]) -> None:
        super().__init__()
        self.keys = list(keys)

    def show(self, keys: Sequence[int]) -> None:
        self.keys = list(keys)
        self.rebuild()

    def compose_entries(self, width: int) -> list[Entry]:
        return [Entry(key, ((Piece(f"entry {key}"),), (Piece("below" + "." * width),))) for key in self.keys]

    def choose(self, key: int) -> None:
        self.post_message(self.Chosen(key))


def entries_seen(pairs: Pairs) -> list[int]:
    return [int(line.split()[-1]) for line in lines_of(pairs) if "entry" in line]


async def test_what_was_given_before_the_first_layout_is_drawn() -> None:
    pairs = Pairs(range(3))
    async with staged(pairs, 20, 6):
        assert entries_seen(pairs) == [0, 1, 2]
        assert pairs.cursor == 0


async def test_pages_and_ends() -> None:
    pairs = Pairs(range(20))
    async with staged(pairs, 20, 6) as play:
        await play.press("pagedown")
        assert pairs.cursor == 2
        await play.press("G")
        assert pairs.cursor == 19
        assert entries_seen(pairs) == [17, 18, 19]
        await play.press("pageup", "g")
        assert pairs.cursor == 0
        assert entries_seen(pairs) == [0, 1, 2]
        await play.press("up", "down", "down", "down", "down", "j")
        assert pairs.cursor == 5
        assert entries_seen(pairs) == [3, 4, 5]


async def test_lines_give_way_to_the_scrollbar_and_come_back() -> None:
    pairs = Pairs(range(3))
    async with staged(pairs, 20, 6) as play:
        pairs.show(range(9))
        await play.pilot.pause()
        assert_sound(pairs)
        assert pairs.scrollable_content_region.width == 19
        assert lines_of(pairs)[1] == "▌below............…"
        pairs.show(range(2))
        await play.pilot.pause()
        assert lines_of(pairs)[1] == "▌below.............…"


async def test_news_above_do_not_move_what_the_reader_sees() -> None:
    pairs = Pairs(range(10, 30))
    async with staged(pairs, 20, 6) as play:
        await play.press(*["j"] * 6)
        before = lines_of(pairs)
        pairs.show(range(8, 30))
        await play.pilot.pause()
        assert pairs.cursor == 16
        assert lines_of(pairs) == before


async def test_the_cursor_nobody_moved_stays_on_the_first() -> None:
    pairs = Pairs([5, 6])
    async with staged(pairs, 20, 6):
        pairs.show([4, 5, 6])
        assert pairs.cursor == 4


async def test_any_key_holds_the_cursor() -> None:
    pairs = Pairs([5, 6])
    async with staged(pairs, 20, 6) as play:
        await play.press("a")
        pairs.show([4, 5, 6])
        assert pairs.cursor == 5


async def test_a_click_selects_and_a_second_one_chooses() -> None:
    pairs = Pairs(range(3))
    async with staged(pairs, 20, 6) as play:
        await play.pilot.click(offset=(3, 3))
        assert pairs.cursor == 1
        assert play.heard(Pairs.Chosen) == []
        await play.pilot.click(offset=(3, 3), times=2)
        await play.pilot.pause()
        assert [message.key for message in play.heard(Pairs.Chosen)] == [1]
        await play.pilot.click(offset=(3, 5))
        assert pairs.cursor == 2


async def test_a_list_of_remarks_only_scrolls() -> None:
    class Remarks(Pairs):
        def compose_entries(self, width: int) -> list[Entry]:
            return [Entry(None, entry.lines) for entry in super().compose_entries(width)]

    remarks = Remarks(range(20))
    async with staged(remarks, 20, 6) as play:
        await play.press("j", "j")
        assert entries_seen(remarks) == [1, 2, 3]
        await play.press("pagedown", "G")
        assert entries_seen(remarks)[-1] == 19
        await play.press("pageup", "g", "enter")
        assert entries_seen(remarks) == [0, 1, 2]


async def test_keys_are_rebound_by_their_id() -> None:
    pairs = Pairs(range(3))
    async with staged(pairs, 20, 6) as play:
        play.pilot.app.set_keymap({"down": "t"})
        await play.press("t", "j")
        assert pairs.cursor == 1


async def test_names_are_whole_where_nothing_stands_behind_them() -> None:
    names = NameList("none")
    async with staged(names, 40, 4):
        names.show([("fondée, mais rien à faire", ""), ("sans verdict", "")])
        assert lines_of(names)[0].strip("▌ ") == "fondée, mais rien à faire"
        names.show([("root", "moi"), ("une très longue personne", "")])
        assert lines_of(names)[0].strip("▌ ").split() == ["root", "moi"]
        assert "…" in lines_of(names)[1]
