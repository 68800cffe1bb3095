"""A story is one line of the list, unfolds under itself and folds again by one key."""

from __future__ import annotations

from pathlib import Path

from socialhub.app import SocialhubApp
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
