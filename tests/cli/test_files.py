"""import, export, backup, restore, privacy purge: what goes in comes out, what is erased is gone."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.cli.export_cmd import cell
from socialhub.store.connection import collector_lock
from tests.cli.conftest import Shell

LINES: tuple[dict[str, Any], ...] = (
    {
        "source": "presse",
        "native_id": "1",
        "text": "=HYPERLINK(1) la fibre est en panne",
        "published_at": "2026-11-20T10:00:00.250Z",
        "title": "Panne",
        "author": "Léa Martin",
        "handle": "lea",
        "canonical_id": "uri:1",
        "links": ["https://a.example/x"],
        "rating": 4.5,
        "likes": 3,
        "kind": "article",
    },
    {"source": "avis", "native_id": "2", "text": "Très bien\nmerci", "published_at": "2026-11-20T11:00:00Z"},
    {
        "source": "bavardage",
        "native_id": "3",
        "text": "Plus de réseau, voyez https://panne.example/carte.",
        "published_at": "2026-11-20T12:00:00Z",
        "account_created_at": "2026-11-02T08:30:00Z",
        "likes": 900,
        "engagement": [
            {"age": 900, "watched": "engaged", "at": "2026-11-20T12:15:20Z", "likes": 80, "expected": 7.5, "past": 31}
            | {"basis": "author", "faster": True},
            {"age": 3600, "watched": "engaged"},
        ],
    },
)


def write(path: Path, *lines: str | dict[str, Any]) -> str:
    """A file of these lines; its name."""
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    path.write_text(text, encoding="utf-8")
    return str(path)


def another(shell: Shell, folder: Path) -> Shell:
    """An empty room of the same config."""
    other = Shell(folder / "other")
    other.home.mkdir()
    other.config.write_text(shell.config.read_text(encoding="utf-8"), encoding="utf-8")
    return other


def test_a_round_trip_changes_nothing(shell: Shell, tmp_path: Path) -> None:
    assert shell("import", "--restore", write(tmp_path / "in.jsonl", *LINES)).exit_code == 0
    first = shell("export").stdout
    assert [json.loads(line)["text"] for line in first.splitlines()] == [line["text"] for line in LINES]
    saved = tmp_path / "out.jsonl.gz"
    assert shell("export", "--output", str(saved)).exit_code == 0
    assert gzip.decompress(saved.read_bytes()).decode() == first
    other = another(shell, tmp_path)
    assert other("import", "--restore", str(saved)).exit_code == 0
    assert other("export").stdout == first
    told = json.loads(first.splitlines()[2])
    assert {key: told[key] for key in ("account_created_at", "engagement")} == {
        key: LINES[2][key] for key in ("account_created_at", "engagement")
    }
    assert told["links"] == ["https://panne.example/carte"]
    assert [row["id"] for row in other.json("search", "is:viral")] == [3]


@pytest.mark.parametrize(
    "engagement",
    ["much", [7, {"age": "soon"}, {"age": 60, "likes": 5}, {"age": 10**40}], [{"age": 900, "faster": True}]],
)
def test_engagement_that_cannot_be_true_is_left_out_and_loses_nothing(
    engagement: object, shell: Shell, tmp_path: Path
) -> None:
    path = write(tmp_path / "in.jsonl", LINES[2] | {"engagement": engagement})
    assert shell("import", "--restore", path).exit_code == 0
    (told,) = map(json.loads, shell("export").stdout.splitlines())
    assert told.get("engagement", []) in ([], [{"age": 900}])
    assert not shell.json("search", "is:viral")


def test_bad_lines_are_told_by_number_and_lose_nothing(shell: Shell, tmp_path: Path) -> None:
    path = write(tmp_path / "in.jsonl", LINES[0], "no json", {"source": "x", "native_id": "9"}, LINES[1])
    result = shell("import", path)
    assert result.exit_code == 1
    assert f"{path}:2: " in result.stderr
    assert f"{path}:3: " in result.stderr
    assert "2 new" in result.stdout
    (again,) = shell.json("import", path)
    assert (again["new"], again["bad_lines"]) == (0, 2)
    assert [bad["line"] for bad in again["bad"]] == [2, 3]


def test_a_table_is_imported_under_its_file_name(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "appels.csv"
    path.write_text("date;texte;auteur\n20/11/2026 10:00;La box redémarre;Zoé\n", encoding="cp1252")
    assert shell("import", str(path)).exit_code == 0
    (row,) = shell.json("mentions", "list")
    assert (row["source"], row["author"], row["topics"]) == ("appels", "Zoé", ["fibre"])


def test_a_missing_file_is_named_before_anything_is_done(shell: Shell, tmp_path: Path) -> None:
    result = shell("import", write(tmp_path / "a.jsonl", *LINES), str(tmp_path / "b.jsonl"))
    assert result.exit_code == 1
    assert "b.jsonl" in result.stderr
    assert not shell.cache.exists()


def test_while_somebody_collects_the_work_is_handed_over(room: Shell, tmp_path: Path) -> None:
    lock = collector_lock(room.cache)
    assert lock.acquire()
    try:
        (job,) = room.json("import", write(tmp_path / "a.jsonl", *LINES))
        assert job["state"] == "waiting"
    finally:
        lock.release()
    (done,) = room.json("import", write(tmp_path / "b.jsonl", LINES[1]))
    assert done["state"] == "done"
    assert {row["source"] for row in room.json("search", "merci OR HYPERLINK")} >= {"avis", "presse"}


def test_a_table_runs_nothing_in_a_spreadsheet(shell: Shell, tmp_path: Path) -> None:
    shell("import", write(tmp_path / "in.jsonl", *LINES))
    rows = list(csv.DictReader(io.StringIO(shell("export", "--format", "csv").stdout)))
    assert rows[0]["text"] == "'=HYPERLINK(1) la fibre est en panne"
    assert rows[0]["rating"] == "4.5"
    assert rows[1]["text"] == "Très bien\nmerci"


def test_what_a_table_protects_comes_back_as_it_was(shell: Shell, tmp_path: Path) -> None:
    shell("import", write(tmp_path / "in.jsonl", *LINES))
    table = tmp_path / "out.csv"
    assert shell("export", "--format", "csv", "--output", str(table)).exit_code == 0
    other = another(shell, tmp_path)
    assert other("import", "--restore", str(table)).exit_code == 0
    (found,) = other.json("search", "HYPERLINK")
    assert found["text"] == LINES[0]["text"]


def test_lines_without_a_source_are_told_the_cure(shell: Shell, tmp_path: Path) -> None:
    path = write(tmp_path / "in.jsonl", {name: value for name, value in LINES[0].items() if name != "source"})
    refused = shell("import", path)
    assert refused.exit_code == 1
    assert "--source NAME" in refused.stderr
    assert shell("import", path, "--source", "avis").exit_code == 0


@given(st.one_of(st.text(), st.integers(), st.none()))
def test_no_cell_begins_like_a_formula(value: str | int | None) -> None:
    written = cell(value)
    assert not written.startswith(("=", "+", "@", "\t", "\r"))
    assert not written.startswith("-") or isinstance(value, int)


def test_votes_are_exported_and_read_back(shell: Shell, tmp_path: Path) -> None:
    ballot = {
        "choices": [{"text": "La fibre", "votes": 12}, {"text": "Le cuivre", "votes": 0}, {"text": "?"}],
        "several": True,
        "voters": 9,
    }
    odd = {"choices": [{"text": "Oui", "votes": "beaucoup"}, {"votes": 3}, "Non"], "several": "non", "voters": -1}
    said = {"source": "avis", "published_at": "2026-11-21T10:00:00Z"}
    lines = [
        {**said, "native_id": "v", "text": "La fibre ou le cuivre ?", "ballot": ballot},
        {**said, "native_id": "w", "text": "Est-ce que tout marche ?", "ballot": odd},
    ]
    assert shell("import", "--restore", write(tmp_path / "in.jsonl", *lines)).exit_code == 0
    told = {line["native_id"]: line for line in map(json.loads, shell("export").stdout.splitlines())}
    assert told["v"]["ballot"] == ballot
    assert told["v"]["text"].endswith("\n☐ La fibre\n☐ Le cuivre\n☐ ?")
    assert "ballot" not in told["w"], "nobody told a vote"
    assert told["w"]["text"].endswith("\n○ Oui")
    other = another(shell, tmp_path)
    assert other("import", "--restore", write(tmp_path / "out.jsonl", *told.values())).exit_code == 0
    assert other("export").stdout == shell("export").stdout


def test_export_is_narrowed_by_a_query(shell: Shell, tmp_path: Path) -> None:
    shell("import", write(tmp_path / "in.jsonl", *LINES))
    (line,) = shell("export", "fibre").stdout.splitlines()
    assert json.loads(line)["native_id"] == "1"


def test_backup_and_restore(room: Shell, tmp_path: Path) -> None:
    saved = str(tmp_path / "copie.db")
    assert room("backup", saved).exit_code == 0
    assert room("backup", saved).exit_code == 2
    assert room("backup", saved, "--force").exit_code == 0
    assert room("privacy", "purge", "--topic", "fibre", "--yes").exit_code == 0
    assert room.json("mentions", "list", "--topic", "fibre") == []
    assert room("restore", saved).exit_code == 2
    assert room("restore", saved, "--yes").exit_code == 0
    assert room.json("mentions", "list", "--topic", "fibre")


def test_what_is_no_backup_is_refused(room: Shell, tmp_path: Path) -> None:
    other = tmp_path / "x.db"
    other.write_bytes(b"something else" * 500)
    refused = room("restore", str(other), "--yes")
    assert refused.exit_code == 3
    assert "doctor" not in refused.stderr
    assert len(room.json("mentions", "list")) == 50


def test_a_restore_waits_for_no_collector(room: Shell, tmp_path: Path) -> None:
    saved = str(tmp_path / "copie.db")
    room("backup", saved)
    lock = collector_lock(room.cache)
    assert lock.acquire()
    try:
        result = room("restore", saved, "--yes")
    finally:
        lock.release()
    assert result.exit_code == 3
    assert "collector" in result.stderr


def test_a_person_is_erased_from_every_byte(room: Shell) -> None:
    assert room.json("search", "handle:hub42")
    result = room("privacy", "purge", "--author", "@hub42", "--yes")
    assert result.exit_code == 0, result.output
    assert room.json("search", "handle:hub42") == []
    assert all(b"hub42" not in path.read_bytes() for path in room.home.glob("cache.db*"))


def test_a_purge_asks_and_says_how_many(room: Shell) -> None:
    result = room("privacy", "purge", "--topic", "fibre")
    assert result.exit_code == 2
    assert "will be erased" in result.stderr
    assert room.json("mentions", "list", "--topic", "fibre")
    assert room("privacy", "purge", "--older-than", "90 d").stdout.strip() == "There is nothing to erase."
    assert room("privacy", "purge", "--topic", "nope", "--yes").exit_code == 2


def test_without_options_the_retention_of_the_config_counts(room: Shell) -> None:
    assert room("privacy", "purge").exit_code == 2
    text = room.config.read_text(encoding="utf-8")
    room.config.write_text(text.replace('name = "Essai"', 'name = "Essai"\nretention = "1 d"'), encoding="utf-8")
    assert room("privacy", "purge", "--yes").exit_code == 0
    assert room.json("search", "licorne") == []
    assert len(room.json("mentions", "list", "--limit", "500")) == 60


@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
def test_deleted_posts_are_told_by_an_export(suffix: str, shell: Shell, tmp_path: Path) -> None:
    shell("import", write(tmp_path / "in.jsonl", *LINES))
    shell("import", write(tmp_path / "gone.jsonl", {"source": "avis", "native_id": "2", "deleted": True}))
    told = shell("export", "--format", suffix[1:]).stdout
    assert "merci" not in told
    assert "deleted" in told
    assert "merci" not in shell("search", "merci").stdout
