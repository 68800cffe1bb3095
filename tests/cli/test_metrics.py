"""`socialhub metrics`: what a watched folder and an import told, over time, out again, and forgotten."""

from __future__ import annotations

import json
import os
from pathlib import Path

from socialhub.clock import HOUR, MINUTE, iso, real_now
from tests.cli.conftest import Shell


def table(*rows: tuple[int, str]) -> str:
    return "date;indicateur;valeur;unité\n" + "".join(f"{iso(at)};Appels;{value};appels\n" for at, value in rows)


def put(path: Path, content: str, *, age: int) -> None:
    """A table that has rested for so many seconds: one that is being written is left alone."""
    path.write_text(content, encoding="utf-8")
    written = real_now() // 1000 - age
    os.utime(path, (written, written))


def test_from_a_folder_to_a_table_and_back(shell: Shell, tmp_path: Path) -> None:
    """A real collector reads the folder; a corrected file corrects; what is exported is imported as it was."""
    hour = real_now() - real_now() % HOUR
    quarters = [(hour - 3 * HOUR + n * 15 * MINUTE, str(10 + n)) for n in range(8)]
    drop = shell.home / "drop" / "appels.csv"
    put(drop, table(*quarters, (hour + 30 * HOUR, "99")), age=60)
    assert shell.process("collect", "--once").returncode == 0
    (metric,) = shell.json("metrics", "list")
    assert {key: metric[key] for key in ("metric", "unit", "source", "adds", "rows", "value", "pace_s")} == {
        "metric": "Appels",
        "unit": "appels",
        "source": "dossier",
        "adds": "sum",
        "rows": 9,
        "value": 17.0,
        "pace_s": 900,
    }
    assert "Appels: 17 appels at " in shell("status").stderr
    assert [each["value"] for each in shell.json("status") if each["about"] == "metric"] == [17]
    assert "1 row lies in the future: forecasts, or a wrong time zone" in shell("metrics", "list").stderr
    put(drop, table(*quarters[:7], (quarters[7][0], "1 234,5")), age=30)
    assert shell.process("collect", "--once").returncode == 0
    assert shell.json("metrics", "list")[0]["value"] == 1234.5
    cells = shell.json("metrics", "show", "appels", "--since", "4 h")
    told = {cell["start"]: cell["value"] for cell in cells}
    assert [told[iso(at)] for at, _value in quarters] == [10, 11, 12, 13, 14, 15, 16, 1234.5]
    assert told[iso(hour - HOUR)] is None
    shown = shell("metrics", "show", "Appels", "--since", "4 h")
    assert "1,234.5 appels" in shown.stdout
    assert "gap" in shown.stdout
    saved = tmp_path / "rows.jsonl"
    assert shell("export", "--metrics", "--output", str(saved)).exit_code == 0
    other = Shell(tmp_path / "other")
    other.home.mkdir()
    other.config.write_text(shell.config.read_text(encoding="utf-8"), encoding="utf-8")
    assert other("import", "--restore", str(saved)).exit_code == 0
    assert other("export", "--metrics").stdout == saved.read_text(encoding="utf-8")
    by_table = shell("export", "--metrics", "--format", "csv").stdout
    assert by_table.splitlines()[1].split(",")[:2] == ["dossier", "metric"]


def test_the_config_says_how_rows_add_up(shell: Shell) -> None:
    with shell.config.open("a", encoding="utf-8") as config:
        config.write('[[metrics]]\nname = "waiting"\nadds = "last"\ntopics = ["fibre"]\n')
    now = real_now()
    row = {"source": "pbx", "kind": "metric", "metric": "waiting", "published_at": iso(now - HOUR)}
    path = shell.home / "waiting.jsonl"
    path.write_text("".join(json.dumps(row | {"value": value}) + "\n" for value in (8, 3)), encoding="utf-8")
    assert shell("import", str(path)).exit_code == 0
    (metric,) = shell.json("metrics", "list")
    assert (metric["adds"], metric["topics"], metric["value"], metric["rows"]) == ("last", ["fibre"], 3, 1)


def test_one_is_named_by_its_beginning_and_forgotten(shell: Shell) -> None:
    now = real_now()
    rows = [
        {"source": "crm", "kind": "metric", "metric": name, "place": place, "value": 1, "published_at": iso(now - HOUR)}
        for name, place in (("Réclamations", "Rennes"), ("Réclamations", "Brest"), ("ventes", ""))
    ]
    path = shell.home / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert shell("import", str(path)).exit_code == 0
    several = shell("metrics", "show", "reclam")
    assert several.exit_code == 2
    assert "--place" in several.stderr
    assert shell("metrics", "show", "nothing").exit_code == 2
    asked = shell("metrics", "forget", "reclam", "--place", "rennes", given="n\n")
    assert asked.exit_code != 0
    assert len(shell.json("metrics", "list")) == 3
    assert shell("metrics", "forget", "reclam", "--place", "rennes", "--yes").exit_code == 0
    assert [row["place"] for row in shell.json("metrics", "list")] == ["Brest", None]
