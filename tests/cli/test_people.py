"""`socialhub people`: lists, one person, interests, as text and as JSON."""

from __future__ import annotations

from typing import Any

import pytest

from socialhub.clock import DAY, HOUR, real_now
from socialhub.store.jobs import add_job
from socialhub.store.people import REATTACH, find_person
from socialhub.store.person_notes import EXCHANGE, PersonNote, add_person_note
from tests.cli.conftest import CONFIG, Shell
from tests.seed import prepared, reopen

WATCHLISTS = """
[[watchlists]]
name = "Presse"
kind = "press"
people = [
  { name = "Ouest-France", sites = ["ouest-france.fr"], role = "quotidien" },
  { name = "Personne", handles = ["nobody", "zoe_b@piaille.fr"] },
]
[[watchlists]]
name = "Amis"
people = [{ name = "Léa de Nantes", handles = ["lea_nantes"] }, { name = "Karim", handles = ["karim"] }]
"""


@pytest.fixture
def watched(room: Shell) -> Shell:
    """The room with watchlists, after a collector came by; Léa and Karim speak of something new."""
    room.config.write_text(CONFIG + WATCHLISTS, encoding="utf-8")
    seeded = reopen(room.cache)
    now = real_now()
    for n in range(30):
        handle = "lea_nantes" if n % 2 else "karim.bsky.social"
        text = f"Une licorne {n} traverse la gare" if n < 6 else f"Rien de neuf sur la ligne {n}"
        at = now - HOUR if n < 6 else now - 5 * DAY
        seeded.add([prepared(text, native_id=f"w{n}", handle=handle, author=handle, published=at, lang="fr")])
    seeded.writer.close()
    assert room("collect", "--once").exit_code == 0
    return room


def test_everybody_with_how_often_and_how_often_usually(watched: Shell) -> None:
    rows = {row["id"]: row for row in watched.json("people", "list", "--since", "24h")}
    assert [row["list"] for row in rows.values()] == ["presse", "presse", "amis", "amis"]
    assert rows["lea-de-nantes"]["mentions"] > 3
    assert rows["ouest-france"]["mentions"] > 0
    assert rows["ouest-france"]["topics"]
    assert (rows["personne"]["mentions"], rows["personne"]["last_heard"]) == (0, None)
    assert rows["karim"]["usual"] is not None


def test_the_table_names_the_silent(watched: Shell) -> None:
    told = watched("people", "list", "--list", "presse").stdout.splitlines()
    assert [line.split("\t")[1] for line in told[1:]] == ["Ouest-France", "Personne"]
    assert "silent" in told[2]


def test_the_subjects_of_a_list_with_who_and_where(watched: Shell) -> None:
    subjects = watched.json("people", "interests", "amis", "--since", "24h")
    unicorn = next(row for row in subjects if row["subject"] == "licorne")
    assert (unicorn["list"], unicorn["texts"], unicorn["before"]) == ("amis", 6, 0)
    assert unicorn["people"] == ["lea-de-nantes", "karim"]
    shown = watched("mentions", "show", str(unicorn["mentions"][0]))
    assert "licorne" in shown.stdout
    told = watched("people", "interests", "--since", "24h")
    assert "licorne" in told.stdout
    assert "Amis: " in told.stderr


def test_one_person_whole(watched: Shell) -> None:
    seeded = reopen(watched.cache)
    with seeded.writer.transaction() as db:
        (lea,) = find_person(db, "lea_nantes")
        add_person_note(db, lea.number, PersonNote(0, real_now(), "karim", EXCHANGE, "Rappelée hier."))
    seeded.writer.close()
    (page,) = watched.json("people", "show", "LÉA DE NANTES")
    assert (page["id"], page["lists"], page["handles"]) == ("lea-de-nantes", ["amis"], ["lea_nantes"])
    assert [(note["kind"], note["text"]) for note in page["notes"]] == [("exchange", "Rappelée hier.")]
    assert page["last_contact"]
    told = watched("people", "show", "lea")
    assert "Rappelée hier." in told.stdout
    assert "lea_nantes" in told.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["list", "--list", "nope"], 2, "presse, amis"),
        (["show", "nope"], 2, "socialhub people list"),
        (["show", "n"], 2, "lea-de-nantes"),
    ],
)
def test_who_is_not_there_is_a_sentence(watched: Shell, arguments: list[str], code: int, said: str) -> None:
    result = watched("people", *arguments)
    assert result.exit_code == code
    assert said in result.stderr


def test_without_any_list_the_hint_says_where_to_write_one(room: Shell) -> None:
    result = room("people", "list")
    assert result.exit_code == 1
    assert "[[watchlists]]" in result.stderr


def test_an_author_on_no_list_whole_and_the_role_corrected(room: Shell) -> None:
    seeded = reopen(room.cache)
    now = real_now()
    for n in range(3):
        fields: dict[str, Any] = {
            "handle": "nadia@piaille.example",
            "author": "Nadia",
            "bio": "Députée",
            "followers": 4_000,
        }
        seeded.add([prepared(f"Fibre {n}", native_id=f"n{n}", published=now - HOUR, topics=(2,), **fields)])
    seeded.writer.close()
    (told,) = room.json("authors", "show", "@nadia@piaille.example")
    assert (told["author"], told["role"], told["role_because"]) == (
        "mastodon/nadia@piaille.example",
        "politician",
        "bio",
    )
    assert (told["mentions"], told["reach"]) == (3, 4_000)
    (topic,) = told["topics"]
    assert (topic["topic"], topic["stories"]) == ("fibre", 3)
    assert sum(part["points"] for part in topic["parts"].values()) == topic["influence"] > 0
    text = room("authors", "show", "nadia").stdout
    assert "role: politician (their description says “Députée”)" in text
    assert f"Fibre influence: {topic['influence']}/100" in text
    (said,) = room.json("authors", "role", "nadia", "customer")
    assert said["role"] == "customer"
    assert room("authors", "role", "nadia", "auto").stderr == (
        "nadia@piaille.example: politician (their description says “Députée”)\n"
    )
    assert "Nobody called rien was heard." in room("authors", "show", "rien").stderr


def test_the_account_behind_a_bridge_is_the_same_person_until_somebody_says_no(watched: Shell) -> None:
    copy = "zoe-b.piaille.fr.ap.brid.gy"
    seeded = reopen(watched.cache)
    for handle, said in ((copy, "Tout va bien"), ("max@mamot.fr", "Rien"), ("max.mamot.fr.ap.brid.gy", "Rien du tout")):
        seeded.add([prepared(said, native_id=said, handle=handle, author=handle, published=real_now() - HOUR)])
    with seeded.writer.transaction() as db:
        add_job(db, REATTACH, {}, "", real_now())
    seeded.writer.close()
    assert watched("collect", "--once").exit_code == 0

    def page() -> tuple[int, list[dict[str, Any]]]:
        (shown,) = watched.json("people", "show", "personne", "--since", "24h")
        return shown["mentions"], shown["over_a_bridge"]

    assert page() == (1, [{"handle": copy, "mentions": 1, "kept_apart_by": None}])
    assert f"{copy} (over a bridge: 1)" in watched("people", "show", "personne").stdout
    assert f"{copy} is nobody’s now." in watched("--as", "ana", "people", "apart", f"@{copy}").stderr
    assert page() == (0, [{"handle": copy, "mentions": 1, "kept_apart_by": "ana"}])
    assert "was nobody’s before" in watched("people", "apart", copy).stderr
    assert watched("collect", "--once").exit_code == 0
    assert page()[0] == 0
    assert watched("people", "together", copy).exit_code == 0
    assert page()[0] == 1
    assert "was not kept apart" in watched("people", "together", copy).stderr

    (author,) = watched.json("authors", "show", "max@mamot.fr")
    assert sum(author["over_a_bridge"].values()) == 1
    (author,) = watched.json("authors", "show", "max.mamot.fr.ap.brid.gy")
    assert list(author["over_a_bridge"]) == ["mastodon/max@mamot.fr"]
    assert watched("privacy", "purge", "--author", "max@mamot.fr", "--yes").exit_code == 0
    assert watched("authors", "show", "max.mamot.fr.ap.brid.gy").exit_code != 0
