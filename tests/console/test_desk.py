"""The desk as its reader uses it: nothing moves under the cursor, everything is a key away, and can be undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import SystemCommand
from textual.widgets import Static

from socialhub.app import SocialhubApp
from socialhub.clock import HOUR, MINUTE, to_datetime
from socialhub.config import load
from socialhub.metrics import Measurement
from socialhub.model import Kind, Tone
from socialhub.screens.alert_view import AlertView
from socialhub.screens.help import Help
from socialhub.screens.search import Search
from socialhub.store import sources as source_store
from socialhub.store.connection import open_reader
from socialhub.store.crises import crises_on
from socialhub.store.marks import set_read, set_read_below
from socialhub.store.mentions import mention_by_id
from socialhub.store.metrics import write_measurements
from socialhub.widgets.detail import Detail
from socialhub.widgets.feed import Feed
from socialhub.widgets.filter_bar import Choices
from socialhub.widgets.source_list import SourceList
from tests.console.helpers import feed_of, lines, notices, reader_of, running, until
from tests.seed import NOW, Seeded, prepared


def title(app: SocialhubApp) -> str:
    return lines(app)[1]


def current(app: SocialhubApp) -> int:
    found = feed_of(app).current
    assert found is not None
    return found.id


# ---- what arrives ------------------------------------------------------------------------------------------------


async def test_new_mentions_flow_in_while_the_list_follows(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, _pilot):
        assert "live" in title(app)
        row = seeded.say("toute nouvelle")
        await until(lambda: current(app) == row.id)
        await until(lambda: "toute nouvelle" in lines(app)[2])


async def test_the_cursor_never_moves_because_something_arrived(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("j", "j", "j")
        here, screen = current(app), lines(app)[2:37]
        for number in range(5):
            seeded.say(f"arrivée {number}")
        await until(lambda: "+5 new" in title(app))
        assert current(app) == here
        assert [line[:60] for line in lines(app)[2:37]] == [line[:60] for line in screen]
        await pilot.press("g")
        await until(lambda: "arrivée 4" in lines(app)[2])
        assert "+5" not in title(app)


async def test_going_up_past_the_first_row_reaches_what_waits(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("j", "k")
        first = current(app)
        row = seeded.say("au-dessus")
        await until(lambda: "+1 new" in title(app))
        await pilot.press("k")
        await until(lambda: feed_of(app).window.place_of(row.id) == 0)
        assert current(app) == first
        await pilot.press("k")
        assert current(app) == row.id


async def test_history_fetched_late_is_not_announced(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("j")
        seeded.add([prepared("ancienne", backfill=True)])
        seeded.say("nouvelle")
        await until(lambda: "+1 new" in title(app))


async def test_an_edit_shows_in_place(seeded: Seeded, cache: Path) -> None:
    row = seeded.say("avant la correction")
    async with running(cache) as (app, pilot):
        await pilot.press("j", "k")
        with seeded.writer.transaction() as db:
            db.execute(
                "UPDATE mentions SET text = 'après', rev = (SELECT max(rev) + 1 FROM mentions) WHERE id = ?", (row.id,)
            )
            db.execute("UPDATE facts SET value = (SELECT max(rev) FROM mentions) WHERE name = 'rev'")
        await until(lambda: "après" in lines(app)[2])


async def test_paging_reaches_the_oldest_and_comes_back(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        for _page in range(4):
            await pilot.press("pagedown")
            await pilot.pause()
        await pilot.press("G")
        await until(lambda: current(app) == 1)
        await pilot.press("g")
        await until(lambda: current(app) == 200)


# ---- filter ------------------------------------------------------------------------------------------------------


async def test_filter_as_one_types_and_esc_clears(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("f", *"libre")
        await until(lambda: all("Libre" in row.text for row in feed_of(app).window.rows) and feed_of(app).window.rows)
        await pilot.press("enter")
        assert isinstance(app.focused, Feed)
        await until(lambda: "libre" in title(app))
        await pilot.press("escape")
        await until(lambda: any("Libre" not in row.text for row in feed_of(app).window.rows))


async def test_a_query_with_a_mistake_says_where(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("f", *"fibre (panne")
        await until(lambda: "character" in lines(app)[3])
        assert len(feed_of(app).window.rows) > 10


async def test_enter_on_a_mistake_stays_in_the_bar_until_it_is_corrected(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("f", *"(libre", "enter")
        await until(lambda: "character" in lines(app)[3])
        await pilot.pause()
        assert app.focused is not None
        assert app.focused.id == "filter-query"
        assert "(libre" in lines(app)[2]
        await pilot.press(")", "enter")
        await until(lambda: isinstance(app.focused, Feed))
        await until(lambda: "(libre)" in title(app))


async def test_esc_in_the_bar_keeps_the_former_filter_and_esc_in_the_list_clears_it(
    seeded: Seeded, cache: Path
) -> None:
    async with running(cache) as (app, pilot):
        assert "Esc" not in lines(app)[-1]
        await pilot.press("f", *"libre", "enter")
        await until(lambda: reader_of(app).choices == Choices("libre"))
        await until(lambda: "Esc without filter" in lines(app)[-1])
        await pilot.press("f", *" panne")
        await until(lambda: reader_of(app).choices == Choices("libre panne"))
        assert "Esc cancel" in lines(app)[-1]
        await pilot.press("escape")
        await until(lambda: reader_of(app).choices == Choices("libre"))
        assert isinstance(app.focused, Feed)
        await pilot.press("escape")
        await until(lambda: reader_of(app).choices == Choices())
        await until(lambda: "Esc" not in lines(app)[-1])


async def test_enter_on_a_choice_applies_and_closes(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("f", "tab", "space", "enter")
        await until(lambda: isinstance(app.focused, Feed))
        await until(lambda: reader_of(app).choices == Choices(tone=-1))
        assert not reader_of(app).has_class("-filtering")


async def test_choices_narrow_by_tone_topic_and_source(seeded: Seeded, cache: Path) -> None:
    async with running(cache, size=(160, 40)) as (app, pilot):
        await pilot.press("f", "tab", "space")
        await until(lambda: {row.tone for row in feed_of(app).window.rows} == {Tone.NEGATIVE})
        await pilot.press("tab", "space")
        await until(lambda: all(1 in row.topics for row in feed_of(app).window.rows))
        await pilot.press("tab", "space")
        await until(lambda: {row.source for row in feed_of(app).window.rows} == {"bluesky"})


async def test_a_topic_of_the_trends_pane_filters_the_list(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("2", "j", "enter")
        await until(lambda: "Fibre" in title(app))
        await until(lambda: all(2 in row.topics for row in feed_of(app).window.rows))
        assert isinstance(app.focused, Feed)


async def test_arrivals_that_do_not_match_are_not_counted(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("f", *"libre", "enter")
        await until(lambda: "libre" in title(app) and "…" not in title(app)[50:66])
        await pilot.press("j")
        seeded.say("rien à voir")
        seeded.say("encore Libre Mobile", topics=(3,))
        await until(lambda: "+1 new" in title(app))


async def test_an_empty_answer_says_so(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("f", *"xyzzy")
        await until(lambda: any("Nothing matches" in line for line in lines(app)))


async def test_the_detail_tells_what_is_answered(seeded: Seeded, cache: Path) -> None:
    asked = seeded.say("Et la fibre, elle revient quand ?", native_id="q1", handle="lea_nantes")
    seeded.say("Ce soir, promis", kind=Kind.REPLY, parent_id="q1")
    seeded.say("Non, demain", kind=Kind.REPLY, parent_id=asked.canonical_id)
    seeded.say("Merci à tous", kind=Kind.REPLY, parent_id="elsewhere")
    async with running(cache) as (app, pilot):
        await pilot.press("enter")
        await until(lambda: "a post that is not here" in "\n".join(lines(app)))
        for _answer in range(2):
            await pilot.press("j")
            await until(lambda: "lea_nantes · Et la fibre, elle revient" in "\n".join(lines(app)))


# ---- one mention -------------------------------------------------------------------------------------------------


async def test_the_detail_opens_marks_read_and_says_why(seeded: Seeded, cache: Path) -> None:
    why = '[["panne", -0.75]]'
    row = seeded.say("Grosse panne de fibre", tone=-1, topics=(2,), why=why, author="Léa", followers=1284)
    async with running(cache) as (app, pilot):
        assert feed_of(app).window.rows[0].unread
        await pilot.press("enter")
        await until(lambda: app.screen.query(Detail))
        detail = app.screen.query_one(Detail)
        await until(lambda: detail.shown is not None and detail.shown.tones)
        assert detail.shown is not None
        assert detail.shown.text_hits == ((16, 21),)
        await until(lambda: "because of “panne” −0.75" in "\n".join(lines(app)))
        assert "1,284 followers" in "\n".join(lines(app))
        assert isinstance(app.focused, Feed)
        await until(lambda: not _stored(cache, row.id).unread)
        await pilot.press("escape")
        assert not detail.is_on_screen


def _stored(cache: Path, number: int):  # type: ignore[no-untyped-def]
    db = open_reader(cache)
    try:
        return mention_by_id(db, number, "lea")
    finally:
        db.close()


async def test_the_open_detail_goes_along_with_the_cursor(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("enter")
        await until(lambda: app.screen.query(Detail))
        detail = app.screen.query_one(Detail)
        await until(lambda: detail.shown is not None)
        await pilot.press("j", "j")
        await until(lambda: detail.shown is not None and detail.shown.mention.id == current(app))


async def test_on_a_small_screen_the_detail_covers_the_list(seeded: Seeded, cache: Path) -> None:
    async with running(cache, size=(80, 24)) as (app, pilot):
        first = current(app)
        await pilot.press("enter")
        await until(lambda: isinstance(app.focused, Detail))
        assert not feed_of(app).is_on_screen
        await pilot.press("left_square_bracket")
        await until(lambda: current(app) != first)
        await pilot.press("escape")
        await until(lambda: feed_of(app).is_on_screen)


async def test_read_marks_and_their_undo(seeded: Seeded, cache: Path) -> None:
    row = seeded.say("à lire")
    async with running(cache) as (app, pilot):
        await pilot.press("m")
        await until(lambda: not _stored(cache, row.id).unread)
        await pilot.press("u")
        await until(lambda: _stored(cache, row.id).unread)
        await until(lambda: feed_of(app).window.rows[0].unread)
        await pilot.press("u")
        await until(lambda: any("Nothing to undo" in notice for notice in notices(app)))


async def test_the_next_unread_is_found_far_below(seeded: Seeded, cache: Path) -> None:
    seeded.add([prepared(f"encore {number}") for number in range(200)])
    with seeded.writer.transaction() as db:
        set_read_below(db, "lea", 401)
        set_read(db, "lea", [3], read=False)
    async with running(cache) as (app, pilot):
        await pilot.press("j", "n")
        await until(lambda: current(app) == 3)


async def test_nobody_starts_with_everything_unread(seeded: Seeded, cache: Path) -> None:
    async with running(cache, operator="newcomer") as (app, _pilot):
        await until(lambda: not any(row.unread for row in feed_of(app).window.rows))
        row = seeded.say("neu")
        await until(lambda: current(app) == row.id)
        assert feed_of(app).window.rows[0].unread


async def test_copy_gives_words_and_link(seeded: Seeded, cache: Path) -> None:
    seeded.say("à copier", url="https://example.org/copie")
    async with running(cache) as (app, pilot):
        await pilot.press("y")
        await pilot.pause()
        assert app.clipboard == "à copier\nhttps://example.org/copie"


async def test_a_link_that_is_no_web_address_is_not_opened(
    seeded: Seeded, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    seeded.say("piège", url="file:///etc/passwd")
    async with running(cache) as (app, pilot):
        await pilot.press("o")
        await until(lambda: any("copied" in notice for notice in notices(app)))


# ---- alerts, sources ---------------------------------------------------------------------------------------------


async def test_an_alert_opens_in_full(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("3", "enter")
        await until(lambda: isinstance(app.screen, AlertView))
        await until(lambda: any("did not answer within 30 s" in line for line in lines(app)))
        await pilot.press("a")
        await until(lambda: any("taken by lea" in line for line in lines(app)))
        await pilot.press("escape")
        await until(lambda: not isinstance(app.screen, AlertView))


async def test_a_source_is_paused_for_a_while_or_for_ever_and_asked_again(seeded: Seeded, cache: Path) -> None:
    def paused() -> tuple[str, int | None]:
        db = open_reader(cache)
        try:
            return tuple(db.execute("SELECT state, paused_until FROM sources WHERE name = ?", (name,)).fetchone())
        finally:
            db.close()

    async with running(cache) as (app, pilot):
        await pilot.press("4", "j")
        selected = app.screen.query_one(SourceList)
        name = selected.selected.name if selected.selected is not None else ""
        await pilot.press("s")
        await until(lambda: any("for an hour" in line for line in lines(app)))
        await pilot.press("enter")
        await until(lambda: paused()[0] == "paused")
        assert abs((paused()[1] or 0) - app.room_context.clock.now() - HOUR) < MINUTE
        await until(lambda: selected.selected is not None and selected.selected.state == "paused")
        await pilot.press("s")
        await until(lambda: paused()[0] == "active", "the same key has it asked again")
        await until(lambda: selected.selected is not None and selected.selected.state == "active")
        await pilot.press("s")
        await until(lambda: any("until the next morning" in line and "08:00" in line for line in lines(app)))
        await pilot.press("down", "down", "enter")
        await until(lambda: paused() == ("paused", None))
        await pilot.press("u")
        await until(lambda: paused()[0] == "active")


async def test_the_help_of_the_sources_tells_the_marks_of_the_strip(seeded: Seeded, cache: Path) -> None:
    async with running(cache, size=(60, 15)) as (app, pilot):
        await pilot.press("4", "?")
        await until(lambda: any("Keys" in line for line in lines(app)))
        await pilot.press(*["pagedown"] * 8)
        await until(lambda: any("✗" in line and "failed" in line for line in lines(app)))
        await pilot.press("escape", "1", "?")
        await until(lambda: any("Keys" in line for line in lines(app)))
        assert "nobody collected" not in str(app.screen.query_one("#help-text", Static).content)


async def test_no_two_commands_of_the_palette_are_alike(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, _pilot):
        names = [command.title.casefold() for command in app.get_system_commands(app.screen)]
    assert len(names) == len(set(names))
    assert len([name for name in names if "ask" in name.split()]) == 1


async def test_a_source_is_asked_now(seeded: Seeded, cache: Path) -> None:
    def asked() -> list[object]:
        db = open_reader(cache)
        try:
            return list(db.execute("SELECT name FROM sources WHERE poll_requested IS NOT NULL"))
        finally:
            db.close()

    async with running(cache) as (app, pilot):
        assert not asked()
        await pilot.press("4", "i")
        await until(lambda: len(asked()) == 1)
        await until(lambda: any("as soon as its server allows" in notice for notice in notices(app)))


async def test_going_to_another_pane_closes_the_detail_that_hides_it(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("enter")
        await until(lambda: reader_of(app).reading)
        await until(lambda: "4 Sources" not in "\n".join(lines(app)))
        await pilot.press("4")
        await until(lambda: "4 Sources" in "\n".join(lines(app)))
        assert not reader_of(app).reading
        assert "pause / resume" in lines(app)[-1]
        await pilot.press("1")
        await until(lambda: "next unread" in lines(app)[-1])
        assert "older" not in lines(app)[-1]


async def test_keys_in_one_burst_reach_the_pane_they_went_to(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        app.simulate_key("3")
        app.simulate_key("enter")
        await until(lambda: isinstance(app.screen, AlertView), "the alert opens")
        await until(lambda: "le-monde" in "\n".join(lines(app)), "and is read")
        await pilot.press("escape")
        await until(lambda: not isinstance(app.screen, AlertView))


# ---- layouts, help, palette, search ------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(120, 40), (200, 60)])
async def test_a_wide_screen_shows_all_four_panes(seeded: Seeded, cache: Path, size: tuple[int, int]) -> None:
    async with running(cache, size=size) as (app, _pilot):
        text = "\n".join(lines(app))
        assert all(name in text for name in ("1 Mentions", "2 Trends", "3 Alerts", "4 Sources", "le-monde", "? help"))


async def test_eighty_columns_show_trends_and_alerts_or_sources(seeded: Seeded, cache: Path) -> None:
    async with running(cache, size=(80, 24)) as (app, pilot):
        text = "\n".join(lines(app))
        assert "2 Trends" in text
        assert "3 Alerts" in text
        assert "4 Sources" not in text
        await pilot.press("4")
        await until(lambda: "4 Sources" in "\n".join(lines(app)))


async def test_a_small_screen_shows_one_pane_and_that_something_burns(seeded: Seeded, cache: Path) -> None:
    async with running(cache, size=(60, 15)) as (app, pilot):
        text = "\n".join(lines(app))
        assert "1 Mentions" in text
        assert "2 Trends" not in text
        assert "ALERT · le-monde silent" in text
        for key, name in (("2", "2 Trends"), ("3", "3 Alerts"), ("4", "4 Sources"), ("1", "1 Mentions")):
            await pilot.press(key)
            await until(lambda name=name: name in "\n".join(lines(app)))  # type: ignore[misc]
        await pilot.press("tab")
        await until(lambda: "2 Trends" in "\n".join(lines(app)))


@pytest.mark.parametrize("size", [(1, 1), (8, 3), (20, 6), (300, 100)])
async def test_no_size_breaks_it(seeded: Seeded, cache: Path, size: tuple[int, int]) -> None:
    async with running(cache, size=size) as (app, pilot):
        await pilot.press("j", "2", "3", "4", "1", "enter", "escape", "question_mark", "escape")
        assert app.is_running


async def test_zoom_shows_only_this_pane(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("2", "z")
        await until(lambda: "1 Mentions" not in "\n".join(lines(app)))
        assert "2 Trends" in "\n".join(lines(app))
        await pilot.press("z")
        await until(lambda: "1 Mentions" in "\n".join(lines(app)))


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 15)])
async def test_the_help_lists_the_keys_of_the_pane(seeded: Seeded, cache: Path, size: tuple[int, int]) -> None:
    async with running(cache, size=size) as (app, pilot):
        await pilot.press("3")
        await pilot.pause()
        await pilot.press("question_mark")
        await until(lambda: isinstance(app.screen, Help))
        seen = set(lines(app))
        for _step in range(12):
            await pilot.press("j", "j", "j")
            seen |= set(lines(app))
        text = "\n".join(seen)
        assert "take / give back" in text
        assert "zoom this pane" in text
        assert "open in the browser" not in text
        await pilot.press("escape")
        await until(lambda: not isinstance(app.screen, Help))


async def test_search_answers_from_the_whole_cache(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("slash")
        await until(lambda: isinstance(app.screen, Search))
        await until(lambda: app.focused is not None and app.focused.id == "filter-query")
        await pilot.press(*"results OR resultats")
        await until(
            lambda: feed_of(app).window.rows and all("résultats" in row.text for row in feed_of(app).window.rows)
        )
        await pilot.press("enter", "j", "enter")
        await until(lambda: reader_of(app).reading)
        await pilot.press("escape", "escape")
        await until(lambda: not isinstance(app.screen, Search))


async def test_the_palette_marks_everything_read(seeded: Seeded, cache: Path) -> None:
    row = seeded.say("pas lue")
    async with running(cache) as (app, pilot):
        await pilot.press("colon")
        await pilot.pause()
        await pilot.press(*"everything", "enter")
        await pilot.pause()
        await until(lambda: not _stored(cache, row.id).unread)
        await until(lambda: not feed_of(app).window.rows[0].unread)


async def test_the_palette_declares_a_crisis_and_ends_it(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, _pilot):

        def command(begin: str) -> SystemCommand | None:
            return next((each for each in app.get_system_commands(app.screen) if each.title.startswith(begin)), None)

        await until(lambda: command("Declare a crisis of") is not None)
        declare = command("Declare a crisis of")
        assert declare is not None
        declare.callback()
        await until(lambda: any("is in a crisis for 4 h" in notice for notice in notices(app)))
        await until(lambda: command("End the crisis of") is not None)
        (crisis,) = crises_on(seeded.writer.db, NOW)
        assert (declare.title, crisis.operator) == (f"Declare a crisis of {crisis.topic_name}", "lea")
        end = command("End the crisis of")
        assert end is not None
        end.callback()
        await until(lambda: not crises_on(seeded.writer.db, NOW))


async def test_what_another_console_marks_as_read_shows_here_and_news_still_count(seeded: Seeded, cache: Path) -> None:
    row = seeded.say("pas lue")
    async with running(cache) as (app, pilot):
        await pilot.press("j")
        assert "+0 new" in title(app)
        assert feed_of(app).window.rows[0].unread
        with seeded.writer.transaction() as db:
            set_read_below(db, "lea", row.id + 1)
        await until(lambda: not feed_of(app).window.rows[0].unread)
        seeded.say("encore une")
        await until(lambda: "+1 new" in title(app))


async def test_what_was_fetched_above_the_screen_still_counts_as_new(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("j", "k")
        rows = [seeded.say(f"au-dessus {number}") for number in range(2)]
        await until(lambda: "+2 new" in title(app))
        await pilot.press("k")
        await until(lambda: feed_of(app).window.place_of(rows[1].id) == 0)
        assert "+2 new" in title(app)
        await pilot.press("k")
        await until(lambda: "+1 new" in title(app))


async def test_the_trends_change_their_span(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        assert "24 h" in title(app)
        await pilot.press("left_square_bracket")
        await until(lambda: "7 d" in title(app))
        await pilot.press(*["right_square_bracket"] * 9)
        await until(lambda: "· 15 min" in title(app))
        await pilot.press(*["left_square_bracket"] * 9)
        await until(lambda: "· 1 year" in title(app))


async def test_a_metric_stands_beneath_the_trends_and_a_key_chooses_it(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("2", "b")
        assert any("no metric yet" in notice for notice in notices(app))
        with seeded.writer.transaction() as db:
            number = source_store.ensure_source(db, "help line", "webhook")
            rows = [Measurement("Calls", NOW - n * 15 * MINUTE, float(40 - n), "calls") for n in range(1, 30)]
            rows.append(Measurement("Sales", NOW - HOUR, 12.5, "k€"))
            write_measurements(db, number, rows, NOW)
        await until(lambda: any("39 calls" in line for line in lines(app)))
        await pilot.press("b")
        await until(lambda: any("12.5 k€" in line for line in lines(app)))
        await pilot.press("b")
        await until(lambda: not any("k€" in line or "calls" in line for line in lines(app)))
        await pilot.press("b", "k", "h")
        await until(lambda: any("╰ Calls 39 calls · last row" in line for line in lines(app)))


async def test_two_lines_a_mention(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("d")
        await pilot.pause()
        assert feed_of(app).rows_high == 18


async def test_a_pane_alone_fills_the_screen_and_shows_the_age_of_its_data(seeded: Seeded, cache: Path) -> None:
    for name, words in (("mentions", "Mentions"), ("trends", "Fibre"), ("alerts", "le-monde"), ("sources", "bluesky")):
        async with running(cache, size=(80, 20), pane=name) as (app, _pilot):
            await until(lambda words=words: words in "\n".join(lines(app)))  # type: ignore[misc]
            assert "data: < 1 min" in "\n".join(lines(app))


async def test_the_seeded_room_lives_at_its_own_time(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, _pilot):
        assert abs(app.room_context.clock.now() - NOW) < 60_000


async def test_what_the_config_plans_stands_on_the_curves(seeded: Seeded, cache: Path, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    day = to_datetime(NOW).date().isoformat()
    path.write_text(
        '[hub]\ntimezone = "UTC"\n[[topics]]\nname = "Fibre"\nkind = "product"\nquery = "fibre"\n'
        f'[[events]]\nname = "Salon des box"\nstart = "{day} 10:00"\nend = "{day} 14:00"\ntopics = ["fibre"]\n',
        encoding="utf-8",
    )
    async with running(cache, config=load(path)) as (app, _pilot):
        await until(lambda: any("Salon des box" in line for line in lines(app)))
        (marked,) = [line for line in lines(app) if "Salon des box" in line]
        assert "◆◆" in marked
