"""How often the language of a post is told right, and how fast, beside eldc without our rules (JSON on stdout).

    python -m benchmarks.language

The posts are those written for the sentiment model (French, English) and some sentences in their neighbours' languages,
so that calling everything French is punished. Where py3langid is installed it judges the same posts.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import eldc

from socialhub.pipeline.language import LanguageDetector

POSTS = Path(__file__).parent / "sentiment_posts"
SHORT = 50
FOREIGN = {
    "es": (
        "La fibra no funciona desde ayer y nadie contesta al teléfono",
        "¿A qué hora abre la tienda de Sevilla mañana?",
        "Muy contento con el nuevo servicio, gracias a todos",
        "El tren ha llegado con cuarenta minutos de retraso otra vez",
    ),
    "ca": (
        "Demà al matí obrim la nova botiga del carrer Major",
        "Avui tampoc no tenim connexió, ningú no respon",
        "Moltes gràcies per l'atenció, ha anat molt bé",
    ),
    "it": (
        "Il treno delle otto è stato soppresso ancora una volta",
        "Ottimo servizio, sono davvero contenta del nuovo contratto",
        "Qualcuno sa quando riapre il negozio di Torino?",
    ),
    "pt": (
        "A internet caiu de novo e ninguém atende o telefone",
        "Adorei o atendimento na loja do Porto, muito obrigado",
        "Quando é que a encomenda vai chegar afinal?",
    ),
    "de": (
        "Seit gestern Abend funktioniert das Internet nicht mehr",
        "Sehr freundlicher Service in der Filiale, vielen Dank",
        "Wann öffnet der Laden am Samstag?",
    ),
    "nl": (
        "De trein van half negen rijdt vandaag weer niet",
        "Heel blij met mijn nieuwe abonnement, aanrader",
        "Weet iemand hoe laat de winkel opengaat?",
    ),
    "ro": ("Nu merge internetul de ieri și nimeni nu răspunde la telefon",),
    "pl": ("Od wczoraj nie działa internet i nikt nie odbiera telefonu",),
}


def posts() -> list[tuple[str, str]]:
    """(text, language) of all posts."""
    found = []
    for file in sorted(POSTS.glob("*.tsv")):
        for line in file.read_text("utf-8").rstrip("\n").split("\n"):
            found.append((line.split("\t")[2], file.stem[:2]))
    return found + [(text, lang) for lang, texts in FOREIGN.items() for text in texts]


def figures(tell: Callable[[str], str]) -> dict[str, float]:
    """Right, wrong and unknown in percent, for short texts and foreign ones apart, and texts a second."""
    labelled = posts()
    start = time.perf_counter()
    told = [(lang, tell(text), text) for text, lang in labelled]
    seconds = time.perf_counter() - start
    short = [row for row in told if len(row[2]) < SHORT]
    foreign = [row for row in told if row[0] in FOREIGN]
    return {
        "posts": len(told),
        "right": _right(told),
        "unknown": round(100 * sum(not found for _lang, found, _text in told) / len(told), 1),
        "short_right": _right(short),
        "foreign_right": _right(foreign),
        "texts_a_second": round(len(told) / seconds),
    }


def _right(told: list[tuple[str, str, str]]) -> float:
    return round(100 * sum(lang == found for lang, found, _text in told) / len(told), 1)


def _bare(text: str) -> str:
    found = eldc.detect_details(text).language
    return "" if found == "und" else str(found)


def main() -> None:
    """Measure and print."""
    detector = LanguageDetector(("fr", "en"))
    report: dict[str, Any] = {"socialhub": figures(detector.detect), "eldc": figures(_bare)}
    if find_spec("py3langid"):
        import py3langid

        py3langid.set_languages(["fr", "en", *FOREIGN])
        report["py3langid"] = figures(lambda text: str(py3langid.classify(text)[0]))
    json.dump(report, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
