"""The work on mentions: what it changes, whom it shows, what is kept of it, and how it is taken back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socialhub.errors import UserError
from socialhub.model import Deletion, Mention, WorkState
from socialhub.store import privacy, work
from socialhub.store.connection import Writer, last_rev, open_reader, open_writer
from socialhub.store.mentions import changed_since, mention_by_id
from socialhub.store.work import HeldError, Step
from tests.room import NOON, Room, draft


def filled(room: Room, count: int = 3) -> list[int]:
    """So many mentions; their ids."""
    room.store(*(draft(f"n{place}", f"panne {place}") for place in range(count)))
    return [mention for (mention,) in room.db.execute("SELECT id FROM mentions ORDER BY id")]


def shown(room: Room, mention: int) -> Mention:
    """A mention as a reader sees it."""
    found = mention_by_id(room.db, mention, "lea")
    assert found is not None
    return found


def test_state_assignee_tags_and_notes_stand_in_the_mention(room: Room) -> None:
    first, second, third = filled(room)
    with room.writer.transaction() as db:
        work.set_state(db, [first], WorkState.WAITING, "lea", NOON)
        work.assign(db, [first, second], "karim", "lea", NOON)
        work.change_tags(db, [first, second], ["sav", "panne-5g"], [], "lea", NOON)
        work.add_note(db, [first], "Rappelée\x1b[31m à 14 h", "lea", NOON)
    one, two, three = (shown(room, mention) for mention in (first, second, third))
    assert (one.state, one.assignee, one.tags, one.notes) == ("waiting", "karim", ("panne-5g", "sav"), 1)
    assert (two.state, two.assignee, two.tags) == ("open", "karim", ("panne-5g", "sav")), "what somebody has is open"
    assert (three.state, three.assignee, three.tags, three.notes) == ("new", "", (), 0)
    assert [note.text for note in work.notes_of(room.db, first)] == ["Rappelée à 14 h"]
    told = [(event.operator, event.action, event.detail) for event in work.events_of(room.db, first)]
    assert told == [
        ("lea", "state", "waiting"),
        ("lea", "assign", "karim"),
        ("lea", "tag", "sav"),
        ("lea", "tag", "panne-5g"),
        ("lea", "note", ""),
    ]


def test_every_mention_that_changes_takes_one_revision_and_the_others_none(room: Room) -> None:
    first, second, third = filled(room)
    with room.writer.transaction() as db:
        work.change_tags(db, [second], ["sav"], [], "lea", NOON)
    before = last_rev(room.db)
    with room.writer.transaction() as db:
        steps = work.change_tags(db, [third, second, first, 999], ["sav"], [], "lea", NOON)
    assert {step.mention for step in steps} == {first, third}
    assert {mention for mention, _rev in changed_since(room.db, before)} == {first, third}
    assert last_rev(room.db) == before + 2
    assert work.events_of(room.db, 999) == []


def test_two_operators_the_second_sees_the_first(room: Room, tmp_path: Path) -> None:
    (mention,) = filled(room, 1)
    other = open_writer(room.path)
    with room.writer.transaction() as db:
        work.assign(db, [mention], "lea", "lea", NOON)
    with pytest.raises(HeldError, match="lea has this mention") as held, other.transaction() as db:
        work.assign(db, [mention], "karim", "karim", NOON)
    assert held.value.holders == {mention: "lea"}
    assert shown(room, mention).assignee == "lea"
    with other.transaction() as db:
        steps = work.assign(db, [mention], "karim", "karim", NOON + 1, force=True)
    assert shown(room, mention).assignee == "karim"
    with room.writer.transaction() as db:
        work.assign(db, [mention], "", "karim", NOON + 2)
    with other.transaction() as db:
        assert work.take_back(db, steps, "karim", NOON + 3) == [], "it was given back meanwhile: that stays"
    other.close()


def test_a_name_in_other_capitals_is_the_same_person(room: Room) -> None:
    (mention,) = filled(room, 1)
    with room.writer.transaction() as db:
        work.assign(db, [mention], "Léa", "Léa", NOON)
        work.assign(db, [mention], "", "léa", NOON)
    assert shown(room, mention).assignee == ""


def test_what_one_operator_takes_back_leaves_the_work_of_another(room: Room) -> None:
    first, second, _third = filled(room)
    with room.writer.transaction() as db:
        steps = work.set_state(db, [first, second], WorkState.CLOSED, "lea", NOON)
        work.set_state(db, [second], WorkState.WAITING, "karim", NOON + 1)
        back = work.take_back(db, steps, "lea", NOON + 2)
    assert [step.mention for step in back] == [first]
    assert (shown(room, first).state, shown(room, second).state) == ("new", "waiting")


def test_a_note_taken_back_is_gone_and_its_line_stays_without_its_words(room: Room) -> None:
    (mention,) = filled(room, 1)
    with room.writer.transaction() as db:
        steps = work.add_note(db, [mention], "secret", "lea", NOON)
        work.take_back(db, steps, "lea", NOON)
    assert work.notes_of(room.db, mention) == []
    assert [(event.action, event.detail) for event in work.events_of(room.db, mention)] == [
        ("note", ""),
        ("unnote", ""),
    ]


@pytest.mark.parametrize(
    ("written", "stored"),
    [("Panne 5G", "panne-5g"), ("#Été", "ete"), ("à rappeler", "a-rappeler"), ("ŒUVRE", "oeuvre")],
)
def test_a_tag_has_one_form_however_it_is_written(written: str, stored: str) -> None:
    assert work.tag_named(written) == stored == work.tag_named(stored)


@pytest.mark.parametrize("written", ["", "!!!", "\x1b[2J", "x" * 80])
def test_what_is_no_tag_is_refused_in_a_sentence(written: str) -> None:
    with pytest.raises(UserError):
        work.tag_named(written)


def test_an_empty_note_is_refused(room: Room) -> None:
    ids = filled(room)
    with pytest.raises(UserError), room.writer.transaction() as db:
        work.add_note(db, ids, " \u200b\n", "lea", NOON)


def test_tags_and_people_are_offered_the_most_used_first(room: Room) -> None:
    first, second, _third = filled(room)
    with room.writer.transaction() as db:
        work.change_tags(db, [first], ["avis", "sav"], [], "lea", NOON)
        work.change_tags(db, [second], ["sav"], [], "lea", NOON)
        work.assign(db, [first], "karim", "lea", NOON)
    assert work.known_tags(room.db) == ["sav", "avis"]
    assert work.known_operators(room.db) == ["karim"]


def test_an_erased_person_leaves_no_work_behind_and_a_deleted_post_keeps_ours(room: Room) -> None:
    room.store(draft("a", author="Jean"), draft("b", author="Anne"))
    with room.writer.transaction() as db:
        work.assign(db, [1, 2], "karim", "lea", NOON)
        work.change_tags(db, [1, 2], ["sav"], [], "lea", NOON)
        work.add_note(db, [1, 2], "rappeler", "lea", NOON)
        privacy.purge_chunk(db, privacy.Purge(author="Jean", remember=True))
    for table in ("mention_work", "mention_tags", "mention_notes", "work_events"):
        assert {mention for (mention,) in room.db.execute(f"SELECT mention FROM {table}")} == {2}
    room.store(Deletion("b"))
    buried = shown(room, 2)
    assert (buried.text, buried.state, buried.assignee, buried.tags, buried.notes) == ("", "open", "karim", ("sav",), 1)


def _bulk(writer: Writer, ids: list[int]) -> list[Step]:
    with writer.transaction() as db:
        return work.change_tags(db, ids, ["lot"], [], "lea", NOON)


def test_thousands_at_once_are_one_change(room: Room) -> None:
    ids = filled(room, 3_000)
    steps = _bulk(room.writer, ids)
    assert len(steps) == 3_000
    with room.writer.transaction() as db:
        assert len(work.take_back(db, steps, "lea", NOON)) == 3_000
    assert work.known_tags(room.db) == []


_CHANGES = st.one_of(
    st.tuples(st.just("state"), st.sampled_from(list(WorkState))),
    st.tuples(st.just("assign"), st.sampled_from(["", "lea", "karim"])),
    st.tuples(st.just("tag"), st.sampled_from(["a", "b", "c"])),
    st.tuples(st.just("untag"), st.sampled_from(["a", "b", "c"])),
    st.tuples(st.just("note"), st.just("vu")),
)


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(_CHANGES, st.sets(st.sampled_from([1, 2, 3]), min_size=1)), max_size=8))
def test_undoing_all_changes_in_turn_gives_back_what_was(
    room: Room, changes: list[tuple[tuple[str, str], set[int]]]
) -> None:
    filled(room)
    before = [_without_rev(shown(room, mention)) for mention in (1, 2, 3)]
    done: list[list[Step]] = []
    with room.writer.transaction() as db:
        for (name, value), chosen in changes:
            ids = sorted(chosen)
            if name == "state":
                done.append(work.set_state(db, ids, WorkState(value), "lea", NOON))
            elif name == "assign":
                done.append(work.assign(db, ids, value, "lea", NOON, force=True))
            elif name == "note":
                done.append(work.add_note(db, ids, value, "lea", NOON))
            else:
                add, remove = ([value], []) if name == "tag" else ([], [value])
                done.append(work.change_tags(db, ids, add, remove, "lea", NOON))
    reader = open_reader(room.path)
    assert all(
        step.after in (found.state, found.assignee, *found.tags, "")
        for step in (done[-1] if done else [])
        if step.aspect != "note" and (found := mention_by_id(reader, step.mention, "lea")) is not None
    )
    reader.close()
    with room.writer.transaction() as db:
        for steps in reversed(done):
            assert len(work.take_back(db, steps, "lea", NOON)) == len(steps)
    assert [_without_rev(shown(room, mention)) for mention in (1, 2, 3)] == before


def _without_rev(mention: Mention) -> dict[str, object]:
    return asdict(mention) | {"rev": 0}
