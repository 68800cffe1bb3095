"""`socialhub share` on a seeded cache."""

from __future__ import annotations

from tests.cli.conftest import Shell


def test_the_table_and_the_objects_say_the_same(room: Shell) -> None:
    period, before, *topics = room.json("share", "--since", "24h")
    assert (period["about"], before["about"]) == ("period", "before")
    assert [topic["id"] for topic in topics] == ["mandarine", "libre-mobile"]
    # The seeded sources were heard for moments only.
    assert period["suspended"]
    assert [topic["now"]["share"] for topic in topics] == [None, None]
    lines = room("share", "--since", "24h").stdout.splitlines()
    assert lines[0].split("\t") == ["", "Mandarine", "Libre Mobile"]
    counted = next(line for line in lines if line.startswith("mentions\t")).split("\t")[1:]
    assert [cell.split(" (")[0].removeprefix("≥ ") for cell in counted] == [
        str(topic["now"]["mentions"]) for topic in topics
    ]


def test_other_kinds_on_demand(room: Shell) -> None:
    topics = room.json("share", "--kind", "product", "--kind", "campaign")[2:]
    assert [topic["kind"] for topic in topics] == ["brand", "product", "competitor", "campaign"]


def test_what_is_no_period_is_said(room: Shell) -> None:
    assert "2036 is no period" in room("share", "--dates", "2036").stderr
    assert "exclude each other" in room("share", "--dates", "2026", "--since", "7d").stderr
    assert room("share", "--since", "soon").exit_code == 2
