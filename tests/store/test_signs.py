"""Signs of inauthenticity of stored mentions: copies, press, known people and ages as they came in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from socialhub.authors import AuthorKey
from socialhub.cli.root import root
from socialhub.cli.signs_cmd import signs_values
from socialhub.clock import DAY, MINUTE
from socialhub.i18n import set_language
from socialhub.live.signs import author_signs, story_signs, topic_signs
from socialhub.roles import Because, Judged, Role
from socialhub.signs import LeftOut, SignKind
from socialhub.store.authors import SaidRole, say_role
from socialhub.store.connection import open_reader
from socialhub.widgets.sign_detail import author_signs_block, story_signs_block
from tests.room import NOON, Deletion, Room, draft

_TEXT = "La fibre de Mandarine est un scandale national, il faut boycotter tout de suite cet opérateur"
_NOBODY = Judged(Role.UNKNOWN, Because.NOTHING)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """Twenty young accounts that say the same at once, and ten sites with one despatch."""
    made = Room(tmp_path / "cache.db")
    made.store(
        *(
            draft(
                f"p{number}",
                _TEXT,
                handle=f"bot{number}@piaille.example",
                account_created=NOON - 10 * DAY,
                links=("https://boycott.example/signer",),
                likes=0,
            )
            for number in range(20)
        ),
        source="social",
    )
    made.store(
        *(
            draft(
                f"a{number}",
                "L'opérateur Mandarine annonce une panne de fibre qui touche tout le département du Finistère ce matin",
                kind="article",
                site=f"journal{number}.example",
                url=f"https://journal{number}.example/1",
            )
            for number in range(10)
        )
    )
    made.store(
        *(
            draft(
                f"s{number}",
                "À lire ce matin sur la panne de fibre chez Mandarine, c'est édifiant et très complet",
                handle=f"lecteur{number}@piaille.example",
                account_created=NOON - 900 * DAY,
                links=("https://www.journal1.example/1",),
            )
            for number in range(20)
        ),
        source="social",
    )
    yield made
    made.close()


def story_of(room: Room, native_id: str) -> int:
    """The story that a post belongs to."""
    return int(room.db.execute("SELECT story FROM mentions WHERE native_id = ?", (native_id,)).fetchone()[0])


def test_the_group_of_a_story(room: Room) -> None:
    found = story_signs(room.db, story_of(room, "p3"), NOON)
    assert found.score is not None
    assert found.score >= 60
    assert {sign.kind for sign in found.shown} == {
        SignKind.YOUNG,
        SignKind.SAME_TEXT,
        SignKind.SAME_MINUTE,
        SignKind.ONE_LINK,
    }
    told = story_signs_block(found).plain
    assert "20 of 20 authors in the same words" in told
    assert "20 of 20 authors push https://boycott.example/signer" in told


def test_a_despatch_and_those_who_share_it(room: Room) -> None:
    despatch = story_signs(room.db, story_of(room, "a2"), NOON)
    assert (despatch.score, despatch.press, despatch.because) == (None, 10, LeftOut.TOO_FEW)
    assert story_signs_block(despatch).plain == ""


def test_readers_who_link_to_a_site_that_publishes_here_share_an_article(room: Room) -> None:
    found = topic_signs(room.db, room.topics["mandarine"], NOON - 60 * MINUTE, NOON)
    assert (found.authors, found.press) == (40, 10)
    same = next(sign for sign in found.signs if sign.kind is SignKind.SAME_TEXT)
    assert (same.count, same.of) == (20, 40)


def test_whom_an_operator_or_a_list_knows_is_left_out(room: Room) -> None:
    key = AuthorKey("mastodon", "bot3@piaille.example")
    assert author_signs(room.db, key, _NOBODY, NOON).score == 18
    with room.writer.transaction() as db:
        say_role(db, key, SaidRole("customer", "anna", NOON))
    assert author_signs(room.db, key, Judged(Role.CUSTOMER, Because.CORRECTED), NOON).score == 18
    with room.writer.transaction() as db:
        say_role(db, key, SaidRole("institution", "anna", NOON))
    found = author_signs(room.db, key, Judged(Role.INSTITUTION, Because.CORRECTED), NOON)
    assert (found.score, found.because) == (None, LeftOut.KNOWN)
    assert story_signs(room.db, story_of(room, "p3"), NOON).known == 1


def test_who_calls_themselves_a_journalist_is_looked_at(room: Room) -> None:
    key = AuthorKey("mastodon", "bot3@piaille.example")
    assert author_signs(room.db, key, Judged(Role.JOURNALIST, Because.BIO), NOON).score == 18


def test_the_page_says_the_number_its_reasons_and_what_they_are_not(room: Room) -> None:
    set_language("en")
    key = AuthorKey("mastodon", "bot3@piaille.example")
    text = author_signs_block(author_signs(room.db, key, _NOBODY, NOON)).plain
    assert text.splitlines() == [
        "Signs of inauthenticity  18 of 100",
        "18/25  account 9 days old",
        "reasons to look, not a verdict",
    ]


def test_a_purge_and_a_deletion_take_the_age_of_the_account_along(room: Room) -> None:
    reader = open_reader(room.path)
    assert reader.execute("SELECT count(*) FROM mentions WHERE account_created IS NOT NULL").fetchone() == (40,)
    reader.close()
    room.store(Deletion(native_id="p1"), source="social")
    assert room.db.execute("SELECT account_created FROM mentions WHERE native_id = 'p1'").fetchone() == (None,)
    assert story_signs(room.db, story_of(room, "p3"), NOON).authors == 19


def test_the_command_tells_all_five_as_json(room: Room) -> None:
    room.writer.checkpoint()
    done = CliRunner().invoke(root, ["--cache", str(room.path), "signs", "story", str(story_of(room, "p3")), "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told == {"story": story_of(room, "p3")} | signs_values(story_signs(room.db, told["story"], NOON))
    assert set(told["signs"]) == {kind.value for kind in SignKind}
