"""Mutes: what they hide, of the past and of what arrives, until when, how they are lifted, and that counts stay."""

from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socialhub.clock import DAY, HOUR
from socialhub.collector.jobs import JobRunner
from socialhub.errors import UserError
from socialhub.live.feeds import FeedAsk, Known, first_page, refresh
from socialhub.mutes import Mute
from socialhub.query import QueryError
from socialhub.store import mutes, privacy
from socialhub.store.connection import last_rev
from socialhub.store.mentions import FeedFilter, count_after, feed
from tests.room import NOON, Room, StillClock, draft

READER = FeedFilter(hide_muted=True)


def muted(room: Room, query: str, *, ends: int | None = None, work: bool = True) -> Mute:
    """Mute, and unless told otherwise let the collector hide the rest of the past."""
    with room.writer.transaction() as db:
        mute = mutes.add_mute(
            db, mutes.checked(query), reason="bruit", operator="lea", now=StillClock.moment, ends=ends, zone=UTC
        )
    if work:
        run_jobs(room)
    return mute


def run_jobs(room: Room) -> None:
    """Everything that was asked of the collector."""
    runner = JobRunner(room.writer, room.ingest, room.clock)
    while runner.step() is not None:
        pass


def seen(room: Room, now: int = NOON) -> set[str]:
    """The texts that a reader has on screen."""
    return {row.text for row in feed(room.db, READER, operator="lea", limit=1000, now=now)}


def hid(room: Room) -> dict[str, int]:
    """How much each query hid."""
    return {mute.query: mute.hid for mute in mutes.mute_rows(room.db)}


def test_a_mute_hides_the_past_and_what_arrives_and_moves_no_count(room: Room) -> None:
    room.store(draft("a", "concours gagnez un téléphone"), draft("b", "panne à Rennes"))
    before = room.counted()
    muted(room, "concours")
    room.store(draft("c", "Encore un concours !"), draft("d", "fibre coupée"))
    assert seen(room) == {"panne à Rennes", "fibre coupée"}
    assert hid(room) == {"concours": 2}
    assert (sum(before.values()), room.total()) == (2, 4)
    assert room.is_sound()
    assert len(feed(room.db, FeedFilter(), operator="lea", limit=9, now=NOON)) == 4, "who does not ask sees everything"


def test_the_newest_are_hidden_at_once_and_a_job_does_the_rest(room: Room) -> None:
    room.store(*(draft(f"n{place}", f"concours {place}") for place in range(700)))
    mute = muted(room, "concours", work=False)
    assert mute.hid == mutes.AT_ONCE
    left = feed(room.db, READER, operator="lea", limit=1000, now=NOON)
    assert [row.id for row in left] == list(range(200, 0, -1))
    assert mutes.mute_rows(room.db)[0].busy
    run_jobs(room)
    assert seen(room) == set()
    assert (hid(room), mutes.mute_rows(room.db)[0].busy) == ({"concours": 700}, False)


def test_the_job_goes_on_where_it_was_interrupted(room: Room) -> None:
    room.store(*(draft(f"n{place}", f"concours {place}") for place in range(30)))
    mute = muted(room, "texte", work=False)
    with room.writer.transaction() as db:
        db.execute("UPDATE mutes SET query = 'concours'")
        assert mutes.mute_chunk(db, mute.number, None, NOON, UTC, seconds=0.0) == 31, "not a moment, not a mention"
        assert mutes.mute_chunk(db, mute.number, 21, NOON, UTC) == 0
    assert hid(room) == {"concours": 20}


def test_an_edit_may_bring_a_mention_under_a_mute_and_out_again(room: Room) -> None:
    room.store(draft("a", "panne"))
    muted(room, "concours")
    room.store(draft("a", "concours"))
    assert seen(room) == set()
    room.store(draft("a", "panne de nouveau"))
    assert seen(room) == {"panne de nouveau"}


def test_lifting_shows_again_and_taking_that_back_hides_what_came_meanwhile(room: Room) -> None:
    room.store(draft("a", "concours 1"))
    mute = muted(room, "concours")
    before = last_rev(room.db)
    with room.writer.transaction() as db:
        assert mutes.lift(db, mute.number, NOON)
        assert not mutes.lift(db, mute.number, NOON), "it is lifted already"
    assert last_rev(room.db) > before
    room.store(draft("b", "concours 2"))
    assert seen(room) == {"concours 1", "concours 2"}
    with room.writer.transaction() as db:
        assert mutes.put_back(db, mute.number, NOON, UTC)
        assert not mutes.put_back(db, mute.number, NOON, UTC)
    assert seen(room) == set()


def test_a_mute_that_has_ended_shows_again_by_itself_and_hides_nothing_new(room: Room) -> None:
    room.store(draft("a", "concours 1"))
    mute = muted(room, "concours", ends=NOON + HOUR)
    assert (seen(room), seen(room, NOON + HOUR)) == (set(), {"concours 1"})
    StillClock.moment = NOON + HOUR
    room.store(draft("b", "concours 2"))
    assert seen(room, StillClock.moment) == {"concours 1", "concours 2"}
    assert hid(room) == {"concours": 1}
    with room.writer.transaction() as db:
        assert not mutes.lift(db, mute.number, StillClock.moment), "there is nothing to lift any more"


def test_one_lifted_mute_leaves_what_another_hides(room: Room) -> None:
    room.store(draft("a", "concours et panne"))
    one, _other = muted(room, "concours"), muted(room, "panne")
    with room.writer.transaction() as db:
        mutes.lift(db, one.number, NOON)
    assert seen(room) == set()
    assert mutes.muting(room.db, READER, "lea", NOON).hidden == 1


def test_a_list_hears_what_is_hidden_and_how_much_of_its_own_filter(room: Room) -> None:
    room.store(draft("a", "concours à Rennes"), draft("b", "concours à Nantes"), draft("c", "panne à Rennes"))
    page = first_page(room.db, FeedAsk(READER, "lea", NOON))
    known = Known(page.rev, page.newest, 0, frozenset(row.id for row in page.mentions))
    mute = muted(room, "concours", ends=NOON + DAY)
    update = refresh(room.db, FeedAsk(READER, "lea", NOON), known, flow=False)
    assert (sorted(update.gone), update.changed) == ([1, 2], ())
    assert (update.muting.active, update.muting.next_end, update.muting.hidden) == ((mute.number,), NOON + DAY, 2)
    shown = refresh(room.db, FeedAsk(FeedFilter(), "lea", NOON), known, flow=False)
    assert {row.id: row.muted_until for row in shown.changed} == {1: NOON + DAY, 2: NOON + DAY}
    narrowed = FeedFilter(topic=None, source=room.social, hide_muted=True)
    assert mutes.muting(room.db, narrowed, "lea", NOON).hidden == 0


def test_muted_arrivals_are_not_announced_as_new(room: Room) -> None:
    muted(room, "concours")
    room.store(draft("a", "concours"), draft("b", "panne"))
    assert count_after(room.db, READER, 0, now=NOON) == 1


@pytest.mark.parametrize(
    "query", ["is:unread", "state:new panne", "tag:sav", "assignee:lea", "is:muted", "date:PT6H", "engagement:>5"]
)
def test_what_would_not_hold_tomorrow_cannot_be_muted(query: str) -> None:
    with pytest.raises(UserError, match="cannot be used in a mute"):
        mutes.checked(query)


def test_a_query_that_cannot_be_read_is_no_mute() -> None:
    with pytest.raises(QueryError):
        mutes.checked("(panne")


def test_a_query_of_a_newer_version_hides_nothing_and_stops_nobody(room: Room) -> None:
    with room.writer.transaction() as db:
        db.execute("INSERT INTO mutes (query, operator, created) VALUES ('mood:(', 'lea', ?)", (NOON,))
    room.store(draft("a", "panne"))
    assert seen(room) == {"panne"}


def test_a_mute_that_hides_most_of_the_last_day_is_broad(room: Room) -> None:
    room.store(*(draft(f"n{place}", "panne" if place < 6 else "avis") for place in range(10)))
    room.store(*(draft(f"o{place}", "avis", published=NOON - 2 * DAY) for place in range(50)))
    panne, avis = (mutes.breadth(room.db, query, UTC, NOON) for query in ("panne", "avis"))
    assert (panne.hidden, panne.of, panne.is_broad) == (6, 10, True)
    assert (avis.hidden, avis.is_broad) == (4, False)
    assert not mutes.breadth(room.db, "panne", UTC, NOON + 3 * DAY).is_broad, "nothing was said on that day"


def test_erasing_a_person_forgets_the_mutes_that_name_them(room: Room) -> None:
    room.store(draft("a", "bonjour", author="Élodie", handle="elodie"), draft("b", "concours"))
    muted(room, 'author:"élodie"')
    muted(room, "concours")
    with room.writer.transaction() as db:
        while privacy.purge_chunk(db, privacy.Purge(author="Élodie", remember=True)).erased:
            pass
    assert hid(room) == {"concours": 1}


QUERIES = (
    *("panne", "panne OR avis", "-panne", "panne -fibre", "pann*", '"panne fibre"', "NOT (avis fibre)", "#sav"),
    *("source:press", "source:social panne", "topic:mandarine", "-topic:mandarine", "kind:article OR avis"),
    *("handle:jean", "site:presse.fr", "/pan+e/ fibre", "=Panne", "fibre~1", "sentiment:neg", "lang:fr avis"),
)
_TEXTS = st.sampled_from(("panne fibre", "Panne !", "avis #sav", "fibre à Rennes", "avis fibre", "merci", "pannes"))
_POSTS = st.lists(
    st.tuples(_TEXTS, st.sampled_from(("press", "social")), st.sampled_from(("", "jean", "anne"))),
    min_size=1,
    max_size=12,
)


def hidden(room: Room) -> set[tuple[str, int]]:
    """(query, mention) of everything that is muted."""
    return set(room.db.execute("SELECT u.query, h.mention FROM muted h JOIN mutes u ON u.id = h.mute"))


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(posts=_POSTS, edit=_TEXTS)
def test_what_mutes_hide_live_is_what_they_hide_afterwards(
    room: Room, posts: list[tuple[str, str, str]], edit: str
) -> None:
    if not mutes.mute_rows(room.db):
        for query in QUERIES:
            muted(room, query)
    _text, source, handle = posts[0]
    for place, (text, where, who) in enumerate(posts):
        room.store(draft(f"n{place}", text, handle=who, site="presse.fr"), source=where)
    room.store(draft("n0", edit, handle=handle, site="presse.fr"), source=source)
    live = hidden(room)
    assert live
    with room.writer.transaction() as db:
        db.execute("DELETE FROM muted")
        for mute in mutes.active_mutes(db, NOON):
            assert mutes.mute_chunk(db, mute.number, None, NOON, UTC, seconds=9) == 0
    assert hidden(room) == live
