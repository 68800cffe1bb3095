"""What the demonstration listens for: its topics, with their queries in the query language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class DemoTopic:
    """A [[topics]] table of the demonstration's configuration."""

    slug: str
    name: str
    kind: str
    query: str
    colour: str


TOPICS: Final = (
    DemoTopic(
        "mandarine",
        "Mandarine Télécom",
        "brand",
        "(mandarine* OR #mandarine* OR @mandarine* OR tangerine OR marsauge OR #MerciYanis OR #LisezUnLivre)"
        ' NOT (recette OR confiture OR clémentine OR sirop OR "le kilo" OR "tarte à")',
        "#ff9f1c",
    ),
    DemoTopic(
        "fibre",
        "Fibre et réseau",
        "product",
        '(fibre OR fiber OR box OR tangerine OR wifi OR internet OR outage* OR panne* OR coupure* OR coupé* OR "plus de'
        ' réseau" OR #MandarinePanne OR 4G OR 5G) NOT ("libre mobile" OR @libremobile OR #LibreMax OR horizon)',
        "#2ec4b6",
    ),
    DemoTopic(
        "direction",
        "Direction (É. Marsauge)",
        "issue",
        'marsauge OR #LisezUnLivre OR "lisez un livre" OR "lire un livre" OR "pdg de mandarine"'
        ' OR "patron de mandarine" OR "read a book"',
        "#e71d36",
    ),
    DemoTopic(
        "libre-mobile",
        "Libre Mobile",
        "competitor",
        '"libre mobile" OR @libremobile OR #LibreMobile OR #LibreMax OR libremax OR #LeGrandJour OR #ToutCaPourCa',
        "#7b61ff",
    ),
    DemoTopic(
        "horizon",
        "Horizon",
        "competitor",
        "(horizon OR @horizonfixe) (forfait* OR box OR fibre OR fixe OR réseau OR roaming OR plan OR 4G OR mandarine*)",
        "#3a86ff",
    ),
    DemoTopic("toujours-la", "Campagne #ToujoursLà", "campaign", '#ToujoursLà OR "campagne toujours là"', "#ffbe0b"),
)
