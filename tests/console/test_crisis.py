"""The crisis view at the keyboard: everything in two keys at 80×24, acts, ways to the mentions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.pilot import Pilot

from socialhub.app import SocialhubApp
from socialhub.clock import HOUR, MINUTE
from socialhub.errors import Reason
from socialhub.incidents import Notification, Occasion, Severity, Untold
from socialhub.metrics import Measurement
from socialhub.screens.crisis import CrisisView
from socialhub.store import alert_life, notifications
from socialhub.store.alerts import alert_by_id
from socialhub.store.metrics import write_measurements
from socialhub.store.sources import ensure_source
from socialhub.widgets.crisis_body import CrisisBody
from socialhub.widgets.crisis_head import CrisisHead
from tests.console.burning import alarm, burn
from tests.console.helpers import lines, notices, reader_of, running, until
from tests.seed import NOW, Seeded

SIZES = [(120, 40), (80, 24), (60, 15)]


@pytest.fixture
def number(seeded: Seeded) -> int:
    return burn(seeded)


def text(app: SocialhubApp) -> str:
    return "\n".join(lines(app))


def view(app: SocialhubApp) -> CrisisView:
    assert isinstance(app.screen, CrisisView)
    return app.screen


async def opened(app: SocialhubApp, pilot: Pilot[int], key: str = "!") -> None:
    """The view stands, with its mentions and words read."""
    await pilot.press(key)
    await until(lambda: isinstance(app.screen, CrisisView) and app.screen.shown_alert is not None)
    await until(lambda: "…" not in text(app).partition("words ")[2][:12], "the words are found")


# ---- what stands there -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
async def test_in_five_seconds_what_burns_since_when_how_sure_and_who_has_it(
    number: int, cache: Path, size: tuple[int, int]
) -> None:
    async with running(cache, size) as (app, pilot):
        await opened(app, pilot)
        head = lines(app)[0]
        assert head.startswith(" ‼ CRISIS · since ")
        assert "(20 min) · nobody has it" in head
        assert "40 mentions in 15 min" in lines(app)[1]
        told = text(app)
        assert "90% negative" in told
        assert "mastodon-fibre 75%" in told
        assert "Ille-et-Vilaine 50%" in told
        assert "40 authors · 39 never heard before" in told


async def test_the_calls_to_the_help_line_stand_beside_the_mentions(number: int, seeded: Seeded, cache: Path) -> None:
    """Against the same weekday of the weeks before; no cause is claimed."""
    with seeded.writer.transaction() as db:
        source = ensure_source(db, "help line", "webhook")
        usual = [(NOW - n * 5 * MINUTE, 10.0) for n in range(5, 22 * 24 * 12)]
        rows = [*usual, *((NOW - n * 5 * MINUTE, 30.0) for n in range(1, 5))]
        write_measurements(db, source, [Measurement("Calls", *row, unit="calls") for row in rows], NOW)
    async with running(cache, (80, 24)) as (app, pilot):
        await opened(app, pilot)
        told = next(line for line in lines(app) if line.lstrip(" ▌").startswith("Calls"))
        assert re.search(r"×3 since \d\d:\d5: 120 calls, usually 40", told)


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("2", ("Sources", "mastodon-fibre", "30   75%", "Places", "Rennes")),
        ("3", ("First", "@known", "Passed on most", "×34")),
        ("4", ("«\u00a0Coupure", "usually 0")),
        ("5", ("Negative and unanswered", "48,000", "16 more")),
        ("6", ("raised",)),
    ],
)
async def test_everything_is_two_keys_away_at_80_by_24(
    number: int, cache: Path, key: str, told: tuple[str, ...]
) -> None:
    async with running(cache, (80, 24)) as (app, pilot):
        await opened(app, pilot)
        await pilot.press(key)
        await pilot.pause()
        for words in told:
            assert words in text(app)


async def test_new_accounts_stand_in_the_origin(number: int, cache: Path) -> None:
    async with running(cache, (120, 40)) as (app, pilot):
        await opened(app, pilot)
        await pilot.press("2")
        body = app.screen.query_one(CrisisBody)
        await until(lambda: body.virtual_size.height > 15)
        await pilot.press("G")
        await pilot.pause()
        told = text(app)
        assert "never heard before" in told
        assert "younger than 90 days" in told


def tell(seeded: Seeded, number: int) -> None:
    """One target was reached, one is outside its hours, one cannot be reached, and one message is on its way."""
    with seeded.writer.transaction() as db:

        def meant(target: str, due: int = NOW) -> Notification:
            made = notifications.intend(db, number, target, Occasion.RAISED, Severity.CRISIS, NOW, due)
            found = notifications.notification_by_id(db, made)
            assert found is not None
            return found

        for target in ("astreinte", "chat", "directrice"):
            notifications.begin_try(db, meant(target).id)
        reached, refused, _sent = (notifications.notification_by_id(db, number) for number in (1, 2, 3))
        assert reached is not None
        assert refused is not None
        notifications.end_sent(db, reached, NOW)
        error = Reason("timeout", {"host": "chat.example.org", "seconds": 30}).to_json()
        notifications.try_again(db, refused, error, NOW, NOW + 5 * MINUTE, doubt=False)
        meant("presse", NOW + 8 * HOUR)
        notifications.note_untold(db, number, Untold.OUTSIDE_HOURS, NOW, "presse")


@pytest.mark.parametrize("size", SIZES)
async def test_who_was_told_and_who_was_not(seeded: Seeded, number: int, cache: Path, size: tuple[int, int]) -> None:
    tell(seeded, number)
    async with running(cache, size) as (app, pilot):
        await opened(app, pilot)
        await pilot.press("6")
        await until(lambda: "Who was told · 1 target reached" in text(app))
        told = " ".join(text(app).split())
        assert re.search(r"astreinte [0-9:]+ it fires", told)
        assert re.search(r"chat not told: waits until [0-9:]+ \(chat.example.org did not answer within 30 s\)", told)
        assert "directrice is being sent" in told
        assert re.search(
            r"presse not told: waits until 29 May [0-9:]+ \(outside the hours, told when they begin\)", told
        )
        await pilot.press("1", "G")
        await until(lambda: re.search(r"told +astreinte [0-9:]+ · not told: chat, d", text(app)))


async def test_that_nobody_is_told_has_a_reason(seeded: Seeded, number: int, cache: Path) -> None:
    with seeded.writer.transaction() as db:
        notifications.note_untold(db, number, Untold.NO_TARGET, NOW)
    async with running(cache, (80, 24)) as (app, pilot):
        await opened(app, pilot)
        await pilot.press("6")
        await until(lambda: "Who was told · 0 targets reached" in text(app))
        assert re.search(r"nobody +[0-9:]+ not told: no \[\[notify\]\] is for it", text(app))


async def test_a_calm_look_once_somebody_has_it_and_marks_of_what_was_done(
    seeded: Seeded, number: int, cache: Path
) -> None:
    async with running(cache, (80, 24)) as (app, pilot):
        await opened(app, pilot)
        first = app.screen.query_one(CrisisHead).render_line(0)
        assert all(segment.style is not None and segment.style.reverse for segment in first)
        await pilot.press("a")
        await until(lambda: "taken by lea" in lines(app)[0])
        first = app.screen.query_one(CrisisHead).render_line(0)
        assert not any(segment.style is not None and segment.style.reverse for segment in first)
        await until(lambda: any("‼" in line and line.rstrip().endswith("a") for line in lines(app)[1:12]))
        await pilot.press("u")
        await until(lambda: "nobody has it" in lines(app)[0])


async def test_without_colour_a_crisis_nobody_has_is_reversed(number: int, cache: Path) -> None:
    async with running(cache, (60, 15), environ={"NO_COLOR": "1"}) as (app, pilot):
        await opened(app, pilot)
        first = app.screen.query_one(CrisisHead).render_line(0)
        assert all(segment.style is not None and segment.style.reverse for segment in first)


async def test_what_comes_in_is_seen_and_the_cursor_stays(seeded: Seeded, number: int, cache: Path) -> None:
    async with running(cache, (80, 24)) as (app, pilot):
        await opened(app, pilot)
        await pilot.press("3", "j", "j")
        body = app.screen.query_one(CrisisBody)
        assert body.post is not None
        here = body.post.id
        seeded.say(
            "Encore une coupure", topics=(seeded.topic["fibre"],), published=NOW - MINUTE, handle="late", shares=900
        )
        await until(lambda: "×900" in text(app))
        assert body.post is not None
        assert body.post.id == here


# ---- ways on -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
async def test_a_post_unfolds_where_it_stands(number: int, cache: Path, size: tuple[int, int]) -> None:
    async with running(cache, size) as (app, pilot):
        await opened(app, pilot)
        await pilot.press("5", "enter")
        await until(lambda: "https://example.org/burn/5" in text(app))
        assert "48,000 followers" in text(app)
        await pilot.press("enter")
        await until(lambda: "https://example.org" not in text(app))


async def test_a_fact_leads_to_its_section_and_a_source_to_its_mentions(
    seeded: Seeded, number: int, cache: Path
) -> None:
    async with running(cache, (80, 24)) as (app, pilot):
        await opened(app, pilot)
        await pilot.press("j", "enter")
        await until(lambda: "Sources" in text(app))
        await pilot.press("j", "enter")
        await until(lambda: not isinstance(app.screen, CrisisView))
        reader = reader_of(app)
        assert reader.choices.topic == seeded.topic["fibre"]
        await until(lambda: reader.feed.window.rows and {row.source for row in reader.feed.window.rows} == {"bluesky"})
        assert {row.native_id[:4] for row in reader.feed.window.rows} == {"burn"}


async def test_a_place_and_a_word_lead_to_their_mentions(seeded: Seeded, number: int, cache: Path) -> None:
    async with running(cache, (80, 24)) as (app, pilot):
        for keys, words in ((("2", "j", "j"), "Rennes"), (("4",), "Coupure")):
            await opened(app, pilot)
            await pilot.press(*keys)
            body = app.screen.query_one(CrisisBody)
            while words.lower() not in body.render_line(_cursor_line(body)).text.lower():
                await pilot.press("j")
            await pilot.press("enter")
            await until(lambda: not isinstance(app.screen, CrisisView))
            reader = reader_of(app)
            await until(lambda: reader_of(app).feed.window.rows)
            assert all(row.native_id.startswith("burn") for row in reader.feed.window.rows)


def _cursor_line(body: CrisisBody) -> int:
    return next(y for y in range(body.size.height) if body.render_line(y).text.startswith("▌"))


async def test_the_curve_gets_longer_and_shorter(number: int, cache: Path) -> None:
    async with running(cache, (80, 24)) as (app, pilot):
        await opened(app, pilot)
        before = lines(app)[3:9]
        await pilot.press("left_square_bracket")
        await until(lambda: lines(app)[3:9] != before)
        await pilot.press("right_square_bracket")
        await until(lambda: lines(app)[3:9] == before)


async def test_an_alert_of_an_incident_says_how_many_there_are(seeded: Seeded, number: int, cache: Path) -> None:
    other = alarm(seeded, "fibre·place:D-35")
    with seeded.writer.transaction() as db:
        db.execute("UPDATE alerts SET incident = ? WHERE id = ?", (number, other))
    async with running(cache, (80, 24)) as (app, pilot):
        await opened(app, pilot)
        await until(lambda: "CRISIS ×2" in lines(app)[0])


async def test_one_that_is_silenced_says_by_whom(seeded: Seeded, number: int, cache: Path) -> None:
    from socialhub.alerts.silencing import silence

    with seeded.writer.transaction() as db:
        silence(db, "kind:burst", reason="known works", operator="karim", now=NOW, ends=NOW + HOUR)
    async with running(cache, (120, 40)) as (app, pilot):
        await pilot.press("3", "M")
        await until(lambda: "silenced by karim" in text(app))
        await pilot.press("g", "enter")
        await until(lambda: isinstance(app.screen, CrisisView) and "known works" in lines(app)[0])


async def test_an_alert_taken_by_another_meanwhile_is_not_taken_twice(seeded: Seeded, number: int, cache: Path) -> None:
    async with running(cache, (80, 24)) as (app, pilot):
        await opened(app, pilot)
        with seeded.writer.transaction() as db:
            alert_life.acknowledge(db, number, "karim", NOW)
        await pilot.press("a")
        await until(lambda: any("karim has taken this alert." in notice for notice in notices(app)))
        found = alert_by_id(seeded.writer.db, number)
        assert found is not None
        assert found.taken_by == "karim"
