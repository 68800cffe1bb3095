"""A story is one line of the list, unfolds under itself and folds again by one key."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from socialhub.app import SocialhubApp
from socialhub.config import load
from socialhub.model import Mention
from socialhub.store.connection import Connection, open_reader
from socialhub.store.folding import Folding
from socialhub.store.habits import Habit, habits_of
from socialhub.store.mentions import FeedFilter, mention_by_id
from socialhub.widgets.filter_bar import Choices
from tests.console.helpers import feed_of, lines, reader_of, running, until
from tests.seed import NOW, Seeded, prepared


def despatch(seeded: Seeded, copies: int, source: str = "ouest-france") -> int:
    """One despatch and so many copies; the id of the first."""
    first = prepared("Dépêche : la box est en panne partout", published=NOW)
    rows = [prepared(f"Dépêche reprise {number}", published=NOW) for number in range(copies)]
    for row in rows:
        row.same_story_as = first
    seeded.add([first, *rows], source)
    return first.id


def more(seeded: Seeded, story: int, text: str) -> int:
    """Another copy."""
    row = prepared(text, published=NOW)
    row.story = story
    seeded.add([row], "le-monde")
    return row.id


async def test_a_story_is_one_line_that_unfolds_and_folds_again(seeded: Seeded, cache: Path) -> None:
    story = despatch(seeded, 4)
    async with running(cache) as (app, pilot):
        feed = feed_of(app)
        await until(lambda: "×5 Dépêche : la box" in lines(app)[2])
        assert not any("reprise" in line for line in lines(app)[3:])
        await pilot.press("h")
        await until(lambda: "╰ Dépêche reprise 3" in lines(app)[3])
        assert ["╰ Dépêche reprise" in line for line in lines(app)[3:8]] == [True] * 4 + [False]
        await pilot.press("j", "j", "h")
        await until(lambda: not any("reprise" in line for line in lines(app)))
        assert feed.current is not None
        assert feed.current.id == story


async def test_another_copy_raises_the_number_and_moves_nothing(seeded: Seeded, cache: Path) -> None:
    story = despatch(seeded, 1)
    async with running(cache) as (app, pilot):
        await pilot.press("j", "k")
        before = lines(app)[3:30]
        more(seeded, story, "Dépêche reprise encore")
        await until(lambda: "×3 Dépêche" in lines(app)[2])
        assert lines(app)[3:30] == before
        assert "+0 new" in lines(app)[1]
        seeded.say("une toute autre chose")
        await until(lambda: "+1 new" in lines(app)[1])


async def test_under_a_filter_the_first_that_passes_stands_for_the_story(seeded: Seeded, cache: Path) -> None:
    story = despatch(seeded, 2)
    copies = [more(seeded, story, f"Dépêche du soir {number}") for number in range(3)]
    async with running(cache) as (app, pilot):
        reader_of(app).narrow_to(Choices(source=seeded.source["le-monde"]))
        await until(lambda: feed_of(app).current is not None and feed_of(app).current.id == copies[0])  # type: ignore[union-attr]
        assert "×3 Dépêche du soir 0" in lines(app)[2]
        await pilot.press("H")
        await until(lambda: "Dépêche du soir 2" in lines(app)[2])
        assert not reader_of(app).narrowed.folded
        await pilot.press("H")
        await until(lambda: "×3 Dépêche du soir 0" in "".join(lines(app)))


async def test_the_detail_tells_how_the_story_spread(seeded: Seeded, cache: Path) -> None:
    story = despatch(seeded, 3)
    more(seeded, story, "Dépêche du soir")
    async with running(cache) as (app, pilot):
        await until(lambda: "×5" in lines(app)[2])
        await pilot.press("enter")
        await until(lambda: "×5 · 2 sites and sources" in shown(app))
        assert "this one" in shown(app)
        assert "ouest-france 4, le-monde 1" in shown(app)


def shown(app: SocialhubApp) -> str:
    """The screen as one text."""
    return " ".join("\n".join(lines(app)).split())


async def test_pages_go_on_below_an_unfolded_story(seeded: Seeded, cache: Path) -> None:
    despatch(seeded, 3)
    async with running(cache) as (app, pilot):
        feed = feed_of(app)
        await pilot.press("h")
        await until(lambda: feed.window.rows[1].under)
        await pilot.press(*["pagedown"] * 8)
        await until(lambda: feed.window.at_oldest)
        heads = [row.id for row in feed.window.rows if not row.under]
        assert heads == sorted(set(heads), reverse=True)
        assert len(heads) == 201


def unread_of(seeded: Seeded, story: int) -> list[int]:
    """What lea has not read of a story."""
    with open_reader(seeded.writer.path) as db:
        return Folding(db, FeedFilter(), operator="lea", now=NOW).unread_in(mention_of(db, story))


def mention_of(db: Connection, mention: int) -> Mention:
    """A mention that is there."""
    found = mention_by_id(db, mention, "lea")
    assert found is not None
    return found


async def test_m_reads_the_whole_story_as_the_filter_shows_it_and_u_takes_it_back(seeded: Seeded, cache: Path) -> None:
    story = despatch(seeded, 3)
    elsewhere = more(seeded, story, "Dépêche du soir")
    async with running(cache) as (app, pilot):
        reader_of(app).narrow_to(Choices(source=seeded.source["ouest-france"]))
        await until(lambda: "•" in lines(app)[2] and "×4" in lines(app)[2])
        await pilot.press("m")
        await until(lambda: unread_of(seeded, story) == [elsewhere])
        assert "•" not in lines(app)[2]
        await pilot.press("u")
        await until(lambda: len(unread_of(seeded, story)) == 5)
        await until(lambda: "•" in lines(app)[2])


async def test_what_is_read_as_a_story_is_gone_from_the_unread(seeded: Seeded, cache: Path) -> None:
    story = despatch(seeded, 3)
    async with running(cache) as (app, pilot):
        reader_of(app).narrow_to(Choices(query="is:unread"))
        await until(lambda: "is:unread" in lines(app)[1] and "×4" in lines(app)[2])
        await pilot.press("enter")
        await until(lambda: not unread_of(seeded, story))
        await until(lambda: "•" not in lines(app)[2])
        assert "×4" in lines(app)[2]
        await pilot.press("escape", "g")
        await until(lambda: "Nothing matches this filter." in shown(app))


async def test_a_later_copy_makes_the_line_unread_again(seeded: Seeded, cache: Path) -> None:
    story = despatch(seeded, 1)
    async with running(cache) as (app, pilot):
        await until(lambda: "×2" in lines(app)[2])
        await pilot.press("h")
        await until(lambda: "•" in lines(app)[3] and "╰" in lines(app)[3])
        await pilot.press("m")
        await until(lambda: not any("•" in line for line in lines(app)[2:4]))
        await until(lambda: not unread_of(seeded, story))
        later = more(seeded, story, "Dépêche du soir")
        await until(lambda: "•" in lines(app)[2] and "×3" in lines(app)[2])
        assert unread_of(seeded, story) == [later]
        await pilot.press("h", "g", "m")
        await until(lambda: not unread_of(seeded, story))
        await pilot.press("m")
        await until(lambda: unread_of(seeded, story) == [story])


def _stands_there(app: SocialhubApp, *words: str) -> bool:
    return all(word in shown(app) for word in words)


async def test_a_search_folds_in_every_order(seeded: Seeded, cache: Path) -> None:
    despatch(seeded, 3)
    async with running(cache) as (app, pilot):
        await pilot.press("/")
        await pilot.press(*"reprise OU dépêche", "enter")
        for order in ("newest arrival first", "newest published first", "most relevant first"):
            await until(partial(_stands_there, app, order, "×4"))
            assert len(feed_of(app).window) == 1
            await pilot.press("h")
            await until(lambda: len(feed_of(app).window) == 4)
            await pilot.press("h", "O")


async def test_how_lists_and_curves_were_liked_is_how_the_next_console_begins(seeded: Seeded, cache: Path) -> None:
    despatch(seeded, 3)
    async with running(cache) as (app, pilot):
        await until(lambda: "×4" in lines(app)[2] and "24 h · mentions" in shown(app))
        await pilot.press("H")
        await until(lambda: "×4" not in lines(app)[2])
        await pilot.press("2", "H")
        await until(lambda: "24 h · stories" in shown(app))
        await until(lambda: len(habits(seeded)) == 2)
    async with running(cache) as (app, pilot):
        assert "×4" not in lines(app)[2]
        await until(lambda: "24 h · stories" in shown(app))
        await pilot.press("H")
        await until(lambda: "×4" in lines(app)[2])
    async with running(cache, operator="zoé") as (app, _pilot):
        await until(lambda: "×4" in lines(app)[2] and "24 h · mentions" in shown(app))


def habits(seeded: Seeded) -> dict[Habit, bool]:
    """What lea chose."""
    with open_reader(seeded.writer.path) as db:
        return habits_of(db, "lea")


async def test_the_config_says_how_lists_are_before_anybody_chose(seeded: Seeded, cache: Path, tmp_path: Path) -> None:
    despatch(seeded, 3)
    written = tmp_path / "config.toml"
    written.write_text("[theme]\nstories = false\n")
    async with running(cache, config=load(written)) as (app, pilot):
        assert "×4" not in lines(app)[2]
        await pilot.press("H")
        await until(lambda: "×4" in lines(app)[2])
