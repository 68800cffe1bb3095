"""Who wrote it: the finder says what the query fields say, and what watched people write is always kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.clock import DAY
from socialhub.collector.jobs import JobRunner
from socialhub.model import Person
from socialhub.pipeline.people import PeopleFinder
from socialhub.query import Document, matches
from socialhub.query.errors import QueryError
from socialhub.query.fields import read_field
from socialhub.store import jobs, people
from socialhub.store.people import ConfiguredList, ConfiguredPerson, sync_people
from tests.room import NOON, Deletion, Room, StillClock, draft

PARTS = st.lists(st.sampled_from(["lea", "Léa", "piaille", "FR", "a", "", "did:plc", "ı"]), min_size=1, max_size=4)
SIGNS = st.sampled_from([".", "@", "-", " "])


@st.composite
def words(draw: st.DrawFn, signs: str = ".@- ") -> str:
    """A handle, a site or a name, plausible or odd."""
    joined = draw(PARTS)
    text = joined[0]
    for part in joined[1:]:
        text += draw(st.sampled_from(signs)) + part
    return draw(st.sampled_from(["", "@", "."])) + text


def person(number: int, **fields: tuple[str, ...]) -> Person:
    usual: dict[str, tuple[str, ...]] = {"handles": (), "sites": (), "bylines": (), "lists": ("presse",)}
    chosen = usual | fields
    return Person(number, f"p{number}", f"P {number}", "", since=0, **chosen)


def is_meant(field: str, value: str, document: Document) -> bool:
    """What the query language says; a value that it refuses is meant by nobody."""
    try:
        return matches(read_field(field, value, 0), document)
    except QueryError:
        return False


@given(st.lists(words("@."), max_size=3), st.lists(words("."), max_size=3), words("@. "), words("."), words(" -"))
def test_the_finder_means_what_the_query_fields_mean(
    handles: list[str], sites: list[str], handle: str, site: str, author: str
) -> None:
    watched: list[tuple[str, str, Person]] = []
    for field, values, key in (
        ("handle", handles, "handles"),
        ("site", sites, "sites"),
        ("author", [author], "bylines"),
    ):
        for value in values:
            try:
                read_field(field, value, 0)
            except QueryError:
                continue
            watched.append((field, value, person(len(watched) + 1, **{key: (value,)})))
    finder = PeopleFinder(each for _field, _value, each in watched)
    for shown in (handle, ""):
        document = Document(author=f"Par {author} et Karim", handle=shown, site=site)
        expected = tuple(
            each.number
            for field, value, each in watched
            if is_meant(field, value, document) and not (field == "author" and shown)
        )
        assert finder.find(document.author, document.handle, document.site) == expected


def test_regional_servers_subdomains_and_bylines() -> None:
    finder = PeopleFinder(
        [
            person(1, handles=("@Lea", "karim.ciel.example"), bylines=("Léa Martin",)),
            person(2, sites=("quotidien.example",), lists=("presse", "amis")),
        ]
    )
    assert finder.find("x", "lea@piaille.example", "") == (1,)
    assert finder.find("x", "lea.ciel.example", "") == (1,)
    assert finder.find("x", "leana", "") == ()
    assert finder.find("x", "karim", "") == ()
    assert finder.find("", "", "eco.quotidien.example") == (2,)
    assert finder.find("", "", "notquotidien.example") == ()
    assert finder.find("Par LEA MARTIN (à Rennes)", "", "quotidien.example") == (1, 2)
    assert finder.find("Léa Martin", "somebody@else.example", "") == ()
    assert finder.lists((1, 2)) == ("presse", "amis")


# ---- on the way in -----------------------------------------------------------------------------------------------

LEA = ConfiguredPerson("lea", "Léa", handles=("lea@piaille.example",))
PAPER = ConfiguredPerson("quotidien", "Le Quotidien", sites=("quotidien.example",))
KARIM = ConfiguredPerson("karim", "Karim", handles=("karim@piaille.example",))
LISTS = [ConfiguredList("presse", "Presse", "press", ("lea", "quotidien"))]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path / "cache.db")
    watch(made, LEA, PAPER)
    yield made
    made.close()


def watch(room: Room, *who: ConfiguredPerson) -> None:
    """The collector starts with these people on the list."""
    slugs = tuple(each.slug for each in who)
    lists = [ConfiguredList("presse", "Presse", "press", slugs)]
    with room.writer.transaction() as db:
        room.ingest.people = PeopleFinder(sync_people(db, lists, who, StillClock.moment))


def attached(room: Room) -> dict[str, list[str]]:
    """native id -> slugs of those who wrote it."""
    rows = room.db.execute(
        "SELECT m.native_id, p.slug FROM mention_people a JOIN mentions m ON m.id = a.mention"
        " JOIN people p ON p.id = a.person ORDER BY m.id, p.id"
    )
    found: dict[str, list[str]] = {}
    for native, slug in rows:
        found.setdefault(native, []).append(slug)
    return found


def test_what_watched_people_write_is_kept_whatever_its_topic(room: Room) -> None:
    outcome = room.store(
        draft("1", "Rien à voir", handle="lea@piaille.example"),
        draft("2", "Rien à voir non plus", handle="other@piaille.example"),
        draft("3", "Encore autre chose", url="https://www.eco.quotidien.example/a"),
        keeps_all=False,
    )
    assert (outcome.new, outcome.unmatched) == (2, 1)
    assert attached(room) == {"1": ["lea"], "3": ["quotidien"]}
    assert {mention.tone is not None for mention in room.feed()} == {True}


def test_words_first_met_from_somebody_else_are_judged_when_a_watched_person_repeats_them(room: Room) -> None:
    words = "Une journée magnifique et un service parfait"
    room.store(draft("1", words, handle="other@piaille.example"), keeps_all=False)
    room.store(draft("2", words, handle="lea@piaille.example"), keeps_all=False)
    (kept,) = room.feed()
    assert (kept.native_id, kept.tone) == ("2", 1)


def test_an_edit_keeps_its_author_and_a_deletion_does_not(room: Room) -> None:
    room.store(draft("1", "Avant", handle="lea@piaille.example"), keeps_all=False)
    room.store(draft("1", "Après", handle="lea@piaille.example"), keeps_all=False)
    assert attached(room) == {"1": ["lea"]}
    room.store(Deletion("1"), keeps_all=False)
    assert attached(room) == {}


# ---- lists that change -------------------------------------------------------------------------------------------


def work_off(room: Room) -> list[str]:
    """Do the jobs that are asked for; returns their kinds."""
    runner, kinds = JobRunner(room.writer, room.ingest, room.clock), []
    while (job := jobs.next_job(room.db)) is not None:
        kinds.append(job.kind)
        while (done := runner.step()) is not None and done.id == job.id and done.ended is None:
            pass
    return kinds


def test_the_past_follows_a_changed_list(room: Room) -> None:
    room.store(
        *(draft(str(n), f"fibre {n}", handle=f"{'lea' if n % 2 else 'karim'}@piaille.example") for n in range(10))
    )
    watch(room, LEA, PAPER)
    assert work_off(room) == []
    watch(room, PAPER, KARIM)
    assert work_off(room) == ["people"]
    assert attached(room) == {str(n): ["karim"] for n in range(0, 10, 2)}
    done = jobs.job_by_id(room.db, 1)
    assert done is not None
    assert (done.done, done.total, done.state) == (10, 10, "done")


def test_the_past_is_gone_through_in_chunks(room: Room) -> None:
    room.store(*(draft(str(n), f"fibre {n}", handle="karim@piaille.example") for n in range(7)))
    watch(room, KARIM)
    last, sizes = 0, []
    while True:
        with room.writer.transaction() as db:
            looked_at, last = people.reattach_chunk(db, room.ingest.people.find, last, limit=3)
        sizes.append(looked_at)
        assert len(attached(room)) == sum(sizes)
        if not looked_at:
            break
    assert sizes == [3, 3, 1, 0]


def test_a_change_during_the_work_begins_it_anew(room: Room) -> None:
    room.store(draft("1", handle="lea@piaille.example"), draft("2", handle="karim@piaille.example"))
    watch(room, KARIM)
    assert JobRunner(room.writer, room.ingest, room.clock).step() is not None
    watch(room, KARIM, LEA)
    assert work_off(room) == ["people"]
    assert attached(room) == {"1": ["lea"], "2": ["karim"]}


def test_mentions_that_changed_hands_take_a_revision(room: Room) -> None:
    room.store(draft("1", handle="lea@piaille.example"), draft("2", handle="karim@piaille.example"))
    before = {mention.native_id: mention.rev for mention in room.feed()}
    watch(room, PAPER)
    work_off(room)
    after = {mention.native_id: mention.rev for mention in room.feed()}
    assert after["1"] > max(before.values())
    assert after["2"] == before["2"]


def test_since_when_a_person_is_watched_follows_how_they_are_recognised(room: Room) -> None:
    StillClock.moment = NOON + DAY
    watch(room, ConfiguredPerson("lea", "Léa M.", "télécoms", LEA.handles), PAPER)
    assert {each.since for each in people.watched_people(room.db)} == {NOON}
    watch(room, ConfiguredPerson("lea", "Léa M.", "", (*LEA.handles, "lea.ciel.example")), PAPER)
    lea, paper = people.watched_people(room.db)
    assert (lea.name, lea.since, paper.since) == ("Léa M.", NOON + DAY, NOON)


def test_lists_and_people_come_back_as_configured(room: Room) -> None:
    with room.writer.transaction() as db:
        sync_people(
            db,
            [ConfiguredList("amis", "Amis", "partner", ("quotidien", "lea")), *LISTS],
            [LEA, PAPER],
            NOON,
        )
    assert [(each.id, each.kind, len(each.people)) for each in people.active_watchlists(room.db)] == [
        ("amis", "partner", 2),
        ("presse", "press", 2),
    ]
    lea, paper = people.watched_people(room.db)
    assert people.active_watchlists(room.db)[0].people == (paper.number, lea.number)
    assert lea.lists == ("amis", "presse")
    room.store(draft("1", handle="lea@piaille.example"))
    assert people.lists_of(room.db, room.feed()[0].id) == ("amis", "presse")
    assert [each.id for each in people.find_person(room.db, "@LEA@piaille.example")] == ["lea"]
    assert [each.id for each in people.find_person(room.db, "quot")] == ["quotidien"]
