"""The people by keyboard: who spoke, a person's page with notes, what a list talks about, authors on no list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from socialhub.app import SocialhubApp
from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.config import read
from socialhub.model import Person
from socialhub.pipeline.people import PeopleFinder
from socialhub.screens.author import AuthorScreen
from socialhub.screens.desk import Desk
from socialhub.screens.interests import InterestsScreen
from socialhub.screens.page import PageScreen
from socialhub.screens.person import PersonScreen
from socialhub.store.people import ConfiguredList, ConfiguredPerson, reattach_chunk, sync_people
from socialhub.store.person_notes import EXCHANGE, NOTE, PersonNote, add_person_note, notes_about
from socialhub.widgets.people_list import PeopleList
from socialhub.widgets.person_facts import PersonSheet
from tests.console.helpers import lines, notices, reader_of, running, until
from tests.seed import NOW, Seeded, prepared

PEOPLE = [
    ConfiguredPerson("lea", "Léa de Nantes", "télécoms", handles=("lea_nantes",)),
    ConfiguredPerson("paper", "Ouest-France", sites=("ouest-france.fr",)),
    ConfiguredPerson("quiet", "Silencieuse", handles=("quiet",)),
]
LISTS = [
    ConfiguredList("presse", "Presse", "press", ("lea", "paper", "quiet")),
    ConfiguredList("amis", "Amis", "partner", ("lea",)),
]


@pytest.fixture
def watched(seeded: Seeded) -> list[Person]:
    """Two lists; Léa and the paper speak of a unicorn for the first time."""
    for n in range(24):
        author: dict[str, Any] = {"handle": "lea_nantes"} if n % 2 else {"site": "ouest-france.fr"}
        seeded.say(f"Une licorne {n} traverse la gare", topics=(1,), published=NOW - HOUR, lang="fr", **author)
    for n in range(30):
        seeded.say(f"Rien de neuf {n}", handle="lea_nantes", published=NOW - 20 * DAY + n * HOUR, lang="fr")
    with seeded.writer.transaction() as db:
        people = sync_people(db, LISTS, PEOPLE, NOW)
        reattach_chunk(db, PeopleFinder(people).find, 0)
    return people


def row_of(app: SocialhubApp, name: str) -> str:
    return next((line for line in lines(app) if name in line), "")


async def at_people(app: SocialhubApp) -> None:
    await until(lambda: bool(app.screen.query(PeopleList)) and row_of(app, "Léa"), "the people are shown")


async def test_everybody_beside_the_usual_with_the_silent_and_what_lists_talk_about(
    watched: list[Person], cache: Path
) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("6")
        await at_people(app)
        assert "2 of 3 spoke" in row_of(app, "Presse")
        assert "silent" in row_of(app, "Silencieuse")
        assert "never" in row_of(app, "Silencieuse")
        assert "Mandarine" in row_of(app, "Léa")
        await until(lambda: "licorne" in row_of(app, "more than usual"))
        await pilot.press("escape")
        assert isinstance(app.screen, Desk)


async def test_order_span_and_topic_are_keys_and_the_cursor_stays_on_its_person(
    watched: list[Person], cache: Path
) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("6")
        await at_people(app)
        people = app.screen.query_one(PeopleList)
        await pilot.press("j")
        here = people.cursor
        for said in ("most mentions first", "widest reach first", "last heard first"):
            await pilot.press("O")
            assert said in lines(app)[1]
            assert people.cursor == here
        await pilot.press("f")
        await until(lambda: "24 h · Mandarine" in lines(app)[1])
        assert "To watch? On no list · Mandarine" in "\n".join(lines(app))
        await pilot.press("right_square_bracket")
        await until(lambda: "6 h · Mandarine" in lines(app)[1])


async def test_a_persons_page_has_their_mentions_facts_and_subjects(watched: list[Person], cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("6")
        await at_people(app)
        people = app.screen.query_one(PeopleList)
        people.select(1_000_000 + watched[0].number)
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, PersonScreen) and reader_of(app).feed.window.rows)
        assert {mention.handle for mention in reader_of(app).feed.window.rows} == {"lea_nantes"}
        await until(lambda: row_of(app, "licorne ×12"))
        sheet = "\n".join(lines(app))
        assert "Presse, Amis" in sheet
        assert "télécoms" in sheet
        await pilot.press("f", *"gare", "enter")
        await until(lambda: len(reader_of(app).feed.window.rows) == 12)
        await pilot.press("escape")
        await until(lambda: len(reader_of(app).feed.window.rows) > 12)
        await pilot.press("escape")
        await at_people(app)
        assert app.screen.query_one(PeopleList).cursor == 1_000_000 + watched[0].number


async def test_an_exchange_is_logged_shown_and_undone(seeded: Seeded, watched: list[Person], cache: Path) -> None:
    lea = watched[0].number
    async with running(cache) as (app, pilot):
        await pilot.press("6")
        await at_people(app)
        app.screen.query_one(PeopleList).select(1_000_000 + lea)
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, PersonScreen))
        await pilot.press("l", *"Rappeler", "enter")
        await until(lambda: notes_about(seeded.writer.db, lea))
        (note,) = notes_about(seeded.writer.db, lea)
        assert (note.kind, note.text, note.operator) == (EXCHANGE, "Rappeler", "lea")
        await until(lambda: row_of(app, "Rappeler"))
        await until(lambda: "< 1 min" in row_of(app, "last exchange"))
        await pilot.press("l", "tab", *"Vu", "enter")
        await until(lambda: len(notes_about(seeded.writer.db, lea)) == 2)
        assert notes_about(seeded.writer.db, lea)[0].kind == NOTE
        await pilot.press("u")
        await until(lambda: len(notes_about(seeded.writer.db, lea)) == 1)
        await pilot.press("l", "escape", "u")
        await until(lambda: notes_about(seeded.writer.db, lea) == [])
        assert any("Undone" in notice for notice in notices(app))


@pytest.mark.parametrize("size", [(80, 24), (60, 15)])
async def test_on_a_small_screen_facts_and_mentions_are_one_key_apart(
    seeded: Seeded, watched: list[Person], cache: Path, size: tuple[int, int]
) -> None:
    with seeded.writer.transaction() as db:
        add_person_note(db, watched[0].number, PersonNote(0, NOW - DAY, "karim", NOTE, "Suit la fibre"))
    async with running(cache, size) as (app, pilot):
        await pilot.press("6")
        await at_people(app)
        app.screen.query_one(PeopleList).select(1_000_000 + watched[0].number)
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, PersonScreen) and reader_of(app).feed.window.rows)
        await pilot.press("tab")
        await until(lambda: row_of(app, "télécoms"))
        assert isinstance(app.focused, PersonSheet)
        await pilot.press("tab")
        await until(lambda: row_of(app, "Rien de neuf"))


async def test_what_a_list_talks_about_leads_to_the_mentions(watched: list[Person], cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("6")
        await at_people(app)
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, InterestsScreen) and row_of(app, "licorne"))
        assert "Ouest-France" in row_of(app, "licorne  ")
        assert "compared with" in "\n".join(lines(app))
        await pilot.press("j", "k", "enter")
        await until(lambda: isinstance(app.screen, Desk))
        assert reader_of(app).choices.query.startswith("list:presse ")
        assert reader_of(app).choices.query.endswith(" date:PT24H")
        await until(lambda: len(reader_of(app).feed.window.rows) == 24)


async def test_an_author_on_no_list_is_copied_as_a_table_and_has_a_page(watched: list[Person], cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("6")
        await at_people(app)
        await pilot.press("G", "y")
        await until(lambda: any("paste" in notice for notice in notices(app)))
        copied = app.clipboard
        config = read(f'[[watchlists]]\nname = "Essai"\n{copied}', Path("/x/config.toml"), environ={})
        (person,) = config.watchlists[0].people
        assert person.handles
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, AuthorScreen) and reader_of(app).feed.window.rows)
        assert {mention.handle for mention in reader_of(app).feed.window.rows} == set(person.handles)
        await pilot.press("escape", "P")
        await until(lambda: isinstance(app.screen, AuthorScreen))
        await pilot.press("escape", "escape")
        await until(lambda: isinstance(app.screen, Desk))


async def test_without_lists_the_pane_says_where_to_write_one(seeded: Seeded, cache: Path) -> None:
    async with running(cache, pane="people") as (app, _pilot):
        await until(lambda: row_of(app, "[[watchlists]]"))


async def test_a_tile_of_a_wall_opens_the_page_of_a_person(watched: list[Person], cache: Path) -> None:
    async with running(cache, (100, 30), pane="people") as (app, pilot):
        await at_people(app)
        await pilot.press("j", "enter")
        await until(lambda: isinstance(app.screen, PersonScreen))
        await pilot.press("escape")
        await at_people(app)
        assert not isinstance(app.screen, PageScreen)


async def test_news_reach_the_page(seeded: Seeded, watched: list[Person], cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("6")
        await at_people(app)
        row = prepared("enfin", handle="quiet", published=NOW - MINUTE)
        row.people = (watched[2].number,)
        seeded.add([row])
        await until(lambda: "silent" not in row_of(app, "Silencieuse"))


async def test_the_page_of_any_author_and_the_role_corrected_and_taken_back(seeded: Seeded, cache: Path) -> None:
    said: dict[str, Any] = {"handle": "nadia@piaille.example", "bio": "Députée", "followers": 4_000, "lang": "fr"}
    for n in range(3):
        seeded.say(f"Licorne {n}", topics=(1,), published=NOW - HOUR, **said)
    async with running(cache) as (app, pilot):
        await until(lambda: "Licorne 2" in "\n".join(lines(app)))
        await pilot.press("g", "P")
        await until(lambda: isinstance(app.screen, AuthorScreen) and bool(row_of(app, "heard")))
        shown = "\n".join(lines(app))
        assert "mastodon/nadia@piaille.example" in shown
        assert "politician" in row_of(app, "role: ")
        assert row_of(app, "Influence by topic")
        assert "/100" in row_of(app, "Mandarine 2")
        assert len(reader_of(app).feed.window.rows) == 3
        await pilot.press("E", *"partn", "enter")
        await until(lambda: "partner (said by" in row_of(app, "role: "))
        await pilot.press("u")
        await until(lambda: "politician" in row_of(app, "role: "))
        await pilot.press("escape")
        assert isinstance(app.screen, Desk)


async def test_the_page_of_somebody_watched_tells_role_and_influence(watched: list[Person], cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await until(lambda: "licorne" in "\n".join(lines(app)))
        await pilot.press("g", "P")
        await until(lambda: isinstance(app.screen, PersonScreen) and bool(row_of(app, "Influence by topic")))
        assert "(watchlist " in row_of(app, "role: ")
