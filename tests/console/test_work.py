"""The work on mentions by keys: take, give, close, tag, note, mute; seen by another console; taken back by `u`."""

from __future__ import annotations

from datetime import UTC
from functools import partial
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input, Static

from socialhub.app import SocialhubApp
from socialhub.clock import DAY, HOUR
from socialhub.model import Draft, Mention, Tone, Verdict, Word, WorkState
from socialhub.screens.desk import Desk
from socialhub.screens.mute_form import MuteForm, MuteWish
from socialhub.screens.mutes import MutesView
from socialhub.screens.pick import Pick
from socialhub.store import mutes, work
from socialhub.store.intake import store_intake
from socialhub.store.mentions import mention_by_id
from socialhub.store.mutes import mute_rows
from socialhub.store.prepared import Intake, Sighting
from socialhub.store.sources import ensure_source
from socialhub.widgets.detail import Detail
from socialhub.widgets.mute_list import MuteList
from socialhub.widgets.name_list import NameList
from tests.console.helpers import feed_of, lines, notices, running, until
from tests.seed import NOW, Seeded, prepared


def under_cursor(app: SocialhubApp) -> Mention:
    found = feed_of(app).current
    assert found is not None
    return found


def stored(seeded: Seeded, mention: int = 200) -> Mention:
    found = mention_by_id(seeded.writer.db, mention, "lea")
    assert found is not None
    return found


def line_of(app: SocialhubApp, mention: int = 200) -> str:
    feed = feed_of(app)
    place = feed.window.place_of(mention)
    assert place is not None
    return "".join(segment.text for segment in feed.render_line(place - feed.window.top))


def tells(says: Static, words: str) -> bool:
    return says.has_class("-wrong") and words in str(says.render())


async def press_and_pick(app: SocialhubApp, pilot: Pilot[int], key: str, *typed: str) -> None:
    """Open a sheet by a key, type into it, Enter."""
    await pilot.press(key)
    await until(lambda: isinstance(app.focused, Input), "the sheet is open")
    await pilot.press(*typed)
    await pilot.pause()
    await pilot.press("enter")
    await until(lambda: len(app.screen_stack) == 1, "the sheet is closed")


async def test_a_takes_a_mention_gives_it_back_and_u_undoes_both(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("j", "k", "a")
        await until(lambda: "lea ◇" in line_of(app))
        await pilot.press("a")
        await until(lambda: under_cursor(app).assignee == "")
        await pilot.press("u")
        await until(lambda: under_cursor(app).assignee == "lea")
        await pilot.press("u")
        await until(lambda: (under_cursor(app).assignee, under_cursor(app).state) == ("", "new"))
        assert "◇" not in line_of(app)
        assert "Nothing to undo." not in " ".join(notices(app))


async def test_what_another_has_is_told_and_taken_over_only_when_asked_again(seeded: Seeded, cache: Path) -> None:
    with seeded.writer.transaction() as db:
        work.assign(db, [200], "karim", "karim", NOW)
    async with running(cache) as (app, pilot):
        await pilot.press("j", "k", "a")
        await until(lambda: any("karim has this mention" in notice for notice in notices(app)))
        assert stored(seeded).assignee == "karim"
        await pilot.press("a")
        await until(lambda: stored(seeded).assignee == "lea")
        await pilot.press("u")
        await until(lambda: stored(seeded).assignee == "karim")


async def test_two_consoles_the_second_sees_the_first_even_before_its_screen_does(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("j", "k")
        stale = under_cursor(app)
        with seeded.writer.transaction() as db:
            work.assign(db, [200], "karim", "karim", NOW)
        # The row as it was drawn before the other one's change came.
        feed_of(app).replace([stale])
        await pilot.press("a")
        await until(lambda: any("karim has this mention" in notice for notice in notices(app)))
        assert stored(seeded).assignee == "karim"
        await until(lambda: "karim ◇" in line_of(app))


async def test_x_closes_and_opens_again_and_states_are_picked_by_name(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("j", "k", "x")
        await until(lambda: line_of(app).rstrip().endswith("✓"))
        await pilot.press("x")
        await until(lambda: under_cursor(app).state == WorkState.OPEN)
        await press_and_pick(app, pilot, "X", *"hold")
        await until(lambda: under_cursor(app).state == WorkState.WAITING)
        await press_and_pick(app, pilot, "X", "down", "down", "down")
        await until(lambda: under_cursor(app).state == WorkState.ANSWERED)
        await pilot.press("u", "u", "u", "u")
        await until(lambda: under_cursor(app).state == WorkState.NEW)


async def test_t_tags_offers_what_is_known_and_takes_off(seeded: Seeded, cache: Path) -> None:
    with seeded.writer.transaction() as db:
        work.change_tags(db, [3], ["panne-5g"], [], "karim", NOW)
    async with running(cache) as (app, pilot):
        await pilot.press("j", "k")
        await press_and_pick(app, pilot, "t", *"pan")
        await until(lambda: stored(seeded).tags == ("panne-5g",))
        await press_and_pick(app, pilot, "t", *"À rappeler")
        await until(lambda: under_cursor(app).tags == ("a-rappeler", "panne-5g"))
        assert "#a-rappeler" in line_of(app) or "#a-r" in line_of(app)
        await press_and_pick(app, pilot, "t", *"panne")
        await until(lambda: stored(seeded).tags == ("a-rappeler",))
        await pilot.press("u")
        await until(lambda: under_cursor(app).tags == ("a-rappeler", "panne-5g"))


async def test_esc_leaves_a_sheet_and_nothing_happens(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        for key in "tAXls":
            await pilot.press("j", "k", key)
            await until(lambda: len(app.screen_stack) == 2)
            await pilot.press("escape")
            await until(lambda: len(app.screen_stack) == 1)
        assert work.events_of(seeded.writer.db, 200) == []
        assert mute_rows(seeded.writer.db) == []


async def test_a_picks_somebody_else_also_one_who_was_never_here(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("j", "k")
        await press_and_pick(app, pilot, "A", *"zoé")
        await until(lambda: under_cursor(app).assignee == "zoé")
        await pilot.press("A")
        await until(lambda: isinstance(app.screen, Pick) and "zoé has it" in "".join(lines(app)))
        await pilot.press(*"nobody", "enter")
        await until(lambda: under_cursor(app).assignee == "")


async def test_a_note_and_the_history_stand_in_the_open_detail(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("j", "k", "enter")
        await until(lambda: app.screen.query(Detail) and app.screen.query_one(Detail).shown is not None)
        await press_and_pick(app, pilot, "l", *"rappeler [b]demain[/b]")
        await until(lambda: "rappeler [b]demain[/b]" in "\n".join(lines(app)))
        assert "lea wrote a note" in "\n".join(lines(app))
        await pilot.press("escape", "u")
        await until(lambda: under_cursor(app).notes == 0)


async def test_b_splits_off_what_another_source_shows_and_joins_it_again(seeded: Seeded, cache: Path) -> None:
    copy = Draft("b1", "Tout autre chose", handle="lea.piaille.fr.ap.brid.gy", likes=9, canonical_id="at://b/x/1")
    with seeded.writer.transaction() as db:
        source = ensure_source(db, "[b]Bluesky[/b]", "bluesky")
        store_intake(db, Intake(source, NOW, sightings=[Sighting(200, copy, 7)]))
    async with running(cache) as (app, pilot):
        await pilot.press("j", "k", "enter")
        await until(lambda: "Seen by 2 ways, counted once" in "\n".join(lines(app)))
        assert "[b]Bluesky[/b]" in "\n".join(lines(app))
        await press_and_pick(app, pilot, "B", *"blue")
        await until(lambda: "Seen by 2 ways" not in "\n".join(lines(app)))
        assert "lea split off what [b]Bluesky[/b] shows" in " ".join("\n".join(lines(app)).split())
        assert stored(seeded, 201).likes == 9
        await pilot.press("u")
        await until(lambda: "Seen by 2 ways" in "\n".join(lines(app)))
        assert mention_by_id(seeded.writer.db, 201, "lea") is None
        await press_and_pick(app, pilot, "B")
        await until(lambda: mention_by_id(seeded.writer.db, 202, "lea"))
        await pilot.press("escape", "g")
        await until(lambda: under_cursor(app).id == 202)
        await press_and_pick(app, pilot, "B")
        await until(lambda: feed_of(app).window.place_of(202) is None)


# ---- mutes -------------------------------------------------------------------------------------------------------


async def test_s_says_how_much_it_hides_hides_it_and_u_shows_it_again(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("j", "k")
        first = under_cursor(app)
        count = sum(row.handle == first.handle for row in feed_of(app).window.rows)
        await pilot.press("s")
        await until(lambda: isinstance(app.screen, MuteForm) and "of the last day" in "\n".join(lines(app)))
        assert "this account" in "\n".join(lines(app))
        await pilot.press("enter")
        await until(lambda: "hidden by mutes, M shows them" in lines(app)[1])
        assert all(row.handle != first.handle for row in feed_of(app).window.rows)
        (mute,) = mute_rows(seeded.writer.db)
        assert (mute.query, mute.operator, mute.hid >= count) == (f"handle:{first.handle}", "lea", True)
        assert abs((mute.ends or 0) - NOW - 7 * DAY) < HOUR
        assert f"{mute.hid} hidden" in lines(app)[1]
        await pilot.press("M")
        await until(lambda: any(row.handle == first.handle for row in feed_of(app).window.rows))
        assert "with" in lines(app)[1]
        await until(lambda: "∅" in "\n".join(lines(app)))
        await pilot.press("M")
        await until(lambda: all(row.handle != first.handle for row in feed_of(app).window.rows))
        await pilot.press("u")
        await until(
            lambda: "hidden by mutes" not in lines(app)[1] and feed_of(app).window.place_of(first.id) is not None
        )


async def test_a_reader_stays_on_their_mention_when_others_are_muted(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press(*"jjjjjj")
        here = under_cursor(app)
        others = next(row.handle for row in feed_of(app).window.rows if row.handle and row.handle != here.handle)
        with seeded.writer.transaction() as db:
            mutes.add_mute(db, f"handle:{others}", reason="", operator="karim", now=NOW, ends=None, zone=UTC)
        await until(lambda: all(row.handle != others for row in feed_of(app).window.rows))
        assert under_cursor(app).id == here.id


async def test_a_mute_ends_by_itself(seeded: Seeded, cache: Path) -> None:
    with seeded.writer.transaction() as db:
        mutes.add_mute(db, "libre", reason="", operator="karim", now=NOW, ends=NOW + 1_500, zone=UTC)
    async with running(cache) as (app, _pilot):
        assert isinstance(app.screen, Desk)
        assert app.screen.first_page is not None
        assert all("Libre" not in row.text for row in app.screen.first_page.mentions)
        await until(lambda: any("Libre" in row.text for row in feed_of(app).window.rows))


async def test_muted_arrivals_do_not_show_up(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("j")
        with seeded.writer.transaction() as db:
            mute = mutes.add_mute(db, "spam", reason="", operator="karim", now=NOW, ends=None, zone=UTC)
            db.execute("INSERT INTO muted SELECT max(id) + 1, ? FROM mentions", (mute.number,))
        seeded.say("du spam")
        seeded.say("une vraie")
        await until(lambda: "+1 new" in lines(app)[1])


async def test_what_cannot_be_muted_says_why_and_what_hides_most_of_a_day_is_asked_for_twice(
    seeded: Seeded, cache: Path
) -> None:
    async with running(cache) as (app, pilot):
        await pilot.press("j", "k", "s")
        await until(lambda: isinstance(app.screen, MuteForm) and "of the last day" in "\n".join(lines(app)))
        field, says = app.screen.query_one("#mute-query", Input), app.screen.query_one("#mute-says", Static)
        field.focus()
        for query, why in (("(panne", "character"), ("is:unread", "cannot be used in a mute"), ("", "Say what")):
            field.value = query
            await pilot.press("enter")
            await until(partial(tells, says, why))
            assert isinstance(app.screen, MuteForm)
        field.value = "fibre OR mandarine OR libre OR box"
        await until(lambda: "of the last day" in "\n".join(lines(app)))
        await pilot.press("enter")
        await until(lambda: "Enter again" in "\n".join(lines(app)))
        assert mute_rows(seeded.writer.db) == []
        await pilot.press("enter")
        await until(lambda: mute_rows(seeded.writer.db))


async def test_the_mutes_are_listed_lifted_and_brought_back(seeded: Seeded, cache: Path) -> None:
    with seeded.writer.transaction() as db:
        mutes.add_mute(db, "libre", reason="bruit", operator="karim", now=NOW, ends=NOW + DAY, zone=UTC)
        old = mutes.add_mute(db, "box", reason="", operator="lea", now=NOW - DAY, ends=NOW - HOUR, zone=UTC)
    async with running(cache, size=(80, 24)) as (app, pilot):
        await pilot.press("j", "s")
        await until(lambda: isinstance(app.screen, MuteForm) and isinstance(app.focused, NameList))
        await pilot.press("M")
        await until(lambda: isinstance(app.screen, MutesView) and "bruit" in "\n".join(lines(app)))
        screen = "\n".join(lines(app))
        assert screen.index("libre") < screen.index("Over") < screen.index("box")
        assert "karim · until" in screen
        await pilot.press("x")
        await until(lambda: "lifted" in "\n".join(lines(app)))
        await pilot.press("u")
        await until(lambda: "Nothing is muted" not in "\n".join(lines(app)))
        shown = app.screen.query_one(MuteList)
        await until(lambda: shown.selected is not None and shown.selected.number != old.number)
        await pilot.press("enter")
        await until(lambda: len(app.screen_stack) == 1)
        await until(lambda: feed_of(app).window.rows and all("Libre" in row.text for row in feed_of(app).window.rows))


def test_a_mute_until_today_ends_at_midnight_of_the_room() -> None:
    assert MuteWish("a", "", 2).end(NOW, UTC) == NOW - NOW % DAY + DAY
    assert [MuteWish("a", "", choice).end(NOW, UTC) for choice in (1, 3, None)] == [NOW + HOUR, NOW + 7 * DAY, None]


async def test_plus_zero_and_minus_correct_the_tone_and_u_gives_it_back(seeded: Seeded, cache: Path) -> None:
    row = seeded.say("Rien de neuf chez Mandarine", tone=0, topics=(1,))
    async with running(cache) as (app, pilot):
        await pilot.press("j", "k", "minus")
        await until(lambda: under_cursor(app).tone == -1)
        await pilot.press("enter")
        await until(lambda: "corrected by lea" in "\n".join(lines(app)))
        assert "judged: neutral" in "\n".join(lines(app))
        assert "lea corrected the tone: neutral → negative" in shown(app)
        await pilot.press("escape", "plus")
        await until(lambda: under_cursor(app).tone == 1)
        await pilot.press("u")
        await until(lambda: under_cursor(app).tone == -1)
        await pilot.press("u")
        await until(lambda: (under_cursor(app).tone, under_cursor(app).confidence) == (0, 0.9))
    assert stored(seeded, row.id).tone == 0


async def test_in_a_list_of_a_topic_the_tone_towards_it_is_shown_and_corrected(seeded: Seeded, cache: Path) -> None:
    good = Verdict(Tone.POSITIVE, 0.7, 0.8, (Word("merci libre", 0.7),))
    row = prepared("Mandarine en panne, merci Libre", tone=-1, topics=(1, 3))
    row.by_topic = {3: good}
    seeded.add([row])
    async with running(cache) as (app, pilot):
        await pilot.press("f", *"topic:libre-mobile", "enter")
        await until(lambda: under_cursor(app).id == row.id and under_cursor(app).tone == 1)
        await pilot.press("enter")
        await until(lambda: "Libre Mobile: + positive" in shown(app) or "Libre Mobile: ▲ positive" in shown(app))
        assert "“merci libre” +0.7" in shown(app)
        assert "in general: " in shown(app)
        await pilot.press("0")
        await until(lambda: under_cursor(app).tone == 0)
        await until(lambda: last_done(app) == "lea corrected the tone: positive → neutral (Libre Mobile)")
        await pilot.press("u")
        await until(lambda: last_done(app) == "lea took the correction back: neutral → positive (Libre Mobile)")
        await pilot.press("0", "escape")
        await until(lambda: under_cursor(app).tone == 0)
        await pilot.press("w")
        await until(lambda: "corrected by lea" in shown(app))
    assert stored(seeded, row.id).tone == -1


def last_done(app: SocialhubApp) -> str:
    """The last line of the history in the detail."""
    detail = app.screen.query_one(Detail).shown
    assert detail is not None
    return detail.done[-1].words if detail.done else ""


def shown(app: SocialhubApp) -> str:
    return "\n".join(lines(app))
