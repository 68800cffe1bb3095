"""The user page shows only queries that work, and leaves no field out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from socialhub.query import Document, format_query, matches, parse
from socialhub.query.fields import FIELD_NAMES

PAGE = (Path(__file__).parents[2] / "docs" / "query-language.md").read_text(encoding="utf-8")
EXAMPLES = [cell.replace("\\|", "|") for cell in re.findall(r"^\| `(.+?)` \|", PAGE, re.MULTILINE)]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_a_query(example: str) -> None:
    """Each row of the tables can be typed as it stands."""
    assert parse(format_query(parse(example))) == parse(example)


def test_every_field_has_an_example() -> None:
    """A field that is not on the page does not exist for its readers."""
    assert [name for name in FIELD_NAMES if not any(example.startswith(f"{name}:") for example in EXAMPLES)] == []


MATCHING: dict[str, tuple[str, str]] = {
    "orange": ("Ô #Orange !", "une orangeade"),
    '"plus de réseau"': ("Plus de RESEAU ici", "plus du réseau"),
    "abonn*": ("mes abonnés", "se bonifier"),
    "wom?n": ("women and co", "womman"),
    "fibre~1": ("ma firbe", "ma fber"),
    "carte-sim~": ("une cartesim", "une carte à sim"),
    "=Orange": ("chez Orange", "une orange"),
    '"panne box"~3': ("box toujours en panne", "box " + "de " * 9 + "panne"),
    "/pann(e|es) de (wifi|fibre)/": ("Panne de WIFI", "panne du wifi"),
    "#fibre": ("vive la #fibre", "vive la fibre"),
    "@lea": ("merci @Léa", "merci Léa"),
    "😀": ("oh 😀", "oh 😃"),
    "mandarine.example": ("voir https://mandarine.example/offre", "mandarine est un example"),
    "orange panne": ("panne chez orange", "orange"),
    "orange OR sosh": ("chez sosh", "chez free"),
    "orange -fruit": ("orange", "orange, un fruit"),
    '(orange OR sosh) (panne OR "plus de réseau") -fruit': ("sosh : plus de réseau", "sosh"),
    "orange NEAR/5 panne": ("panne de box chez orange", "orange" + " x" * 6 + " panne"),
    '(orange OR sosh) NEAR/5 (panne OR "plus de réseau")': ("plus de réseau chez sosh", "plus de sosh réseau"),
    "service ONEAR/2 client": ("service à la clientèle du client, service au client", "client du service"),
    "SENT(orange panne -fruit)": ("Un fruit. Panne chez orange.", "Panne. Orange."),
    "ATLEAST/3(panne OR coupure)": ("panne, coupure, panne", "panne et panne"),
}


@pytest.mark.parametrize(("example", "texts"), MATCHING.items())
def test_an_example_finds_what_the_page_says(example: str, texts: tuple[str, str]) -> None:
    """Each operator of the page on a text that it finds and on one that comes near."""
    found, missed = texts
    assert matches(parse(example), Document(text=found))
    assert not matches(parse(example), Document(text=missed))


def test_every_operator_of_the_page_is_tried() -> None:
    """A row without a field that no test runs would be a promise only."""
    plain = [example for example in EXAMPLES if not example.startswith(tuple(f"{name}:" for name in FIELD_NAMES))]
    assert [example for example in plain if example not in MATCHING] == []
