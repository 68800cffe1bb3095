"""Write socialhub/gazetteer/france.tsv from an unpacked @etalab/decoupage-administratif (`npm pack` it anywhere).

Run as `python -m benchmarks.build_gazetteer FOLDER`, FOLDER being the one with `package.json`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from socialhub.gazetteer import FRANCE

SMALLEST: Final = 8_000
"""Inhabitants from which on a commune is listed; seats of a department or an arrondissement always are."""
_UNINHABITED: Final = frozenset({"984", "989"})


def rows(folder: Path) -> list[tuple[str, str, str, int, str]]:
    """(code, kind, parent's code, inhabitants, name), regions first.

    A region of one department stands for it, Paris for its department: nothing is named twice.
    """

    def read(name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads((folder / "data" / f"{name}.json").read_text("utf-8"))
        return [row for row in found if row.get("departement", row["code"]) not in _UNINHABITED]

    regions, departments, districts = read("regions"), read("departements"), read("arrondissements")
    communes = [row for row in read("communes") if row["type"] == "commune-actuelle"]
    seats = {row["chefLieu"] for row in (*regions, *departments, *districts)}
    alone = {row["code"] for row in departments if [other["region"] for other in departments].count(row["region"]) == 1}
    above = {row["code"]: f"R-{row['region']}" for row in departments}

    def parent(commune: dict[str, Any]) -> str:
        department = str(commune["departement"])
        return above[department] if department in alone or department == "75" else f"D-{department}"

    def inhabitants(key: str, value: str) -> int:
        return sum(row.get("population") or 0 for row in communes if row.get(key) == value)

    lines = [(f"R-{row['code']}", "region", "", inhabitants("region", row["code"]), row["nom"]) for row in regions]
    for row in departments:
        if row["code"] not in alone and row["code"] != "75":
            people = inhabitants("departement", row["code"])
            lines.append((f"D-{row['code']}", "department", above[row["code"]], people, row["nom"]))
    for row in communes:
        people = row.get("population") or 0
        if people >= SMALLEST or row["code"] in seats:
            lines.append((row["code"], "town", parent(row), people, row["nom"].removesuffix(" (Ville)")))
    return lines


def main() -> None:
    """Write the file."""
    folder = Path(sys.argv[1])
    package = json.loads((folder / "package.json").read_text("utf-8"))
    head = [
        f"# Regions, departments and towns of France (from {SMALLEST} inhabitants on, and all prefectures).",
        f"# Origin: {package['name']} {package['version']} (npm), from the Code officiel géographique and the legal",
        "# populations of Insee. Data: Licence Ouverte / Open Licence 2.0 (Etalab). Written by build_gazetteer.py.",
        "# code, kind, parent, inhabitants, name",
    ]
    body = ["\t".join(map(str, line)) for line in rows(folder)]
    FRANCE.write_text("\n".join(head + body) + "\n", "utf-8")
    print(f"{len(body)} places, {FRANCE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
