"""The catalogues of the interface: extracted from the code, kept as .po, compiled to .mo. What `make locale` runs.

It lies with the tests because it needs Babel, which users do not. Headers are fixed: no date, name, version or host.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from socialhub.i18n import LANGUAGES, LOCALE_DIR

PACKAGE: Final = LOCALE_DIR.parent
KEYWORDS: Final = {"_": None, "N_": None, "ngettext": (1, 2)}
LINE_LENGTH: Final = 120


class FixedCatalog(Catalog):
    """A catalogue whose header says what gettext needs, and nothing that changes from day to day."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The header's lines."""
        return [
            ("Language", str(self.locale)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]


def po_path(language: str) -> Path:
    """Where the sentences of a language are written."""
    return LOCALE_DIR / language / "LC_MESSAGES" / "socialhub.po"


@cache
def extracted() -> Catalog:
    """Every message that the code marks."""
    found = Catalog(charset="utf-8")
    for _file, _line, message, _comments, _context in extract_from_dir(PACKAGE, keywords=KEYWORDS):
        found.add(message)
    return found


def stored(language: str) -> Catalog:
    """The catalogue as it is committed."""
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def updated(language: str) -> FixedCatalog:
    """The catalogue with the messages that the code marks now: new ones are empty, those no longer used are gone."""
    catalog = FixedCatalog(
        locale=language,
        charset="utf-8",
        header_comment="# What the interface says; `make locale` brings the messages up to date with the code.",
        fuzzy=False,
    )
    known = stored(language) if po_path(language).exists() else Catalog(locale=language)
    for message in extracted():
        if message.id:
            before = known.get(message.id)
            catalog.add(message.id, before.string if before is not None else "")
    return catalog


def written(catalog: Catalog) -> bytes:
    """The text of the .po file."""
    file = io.BytesIO()
    write_po(file, catalog, width=LINE_LENGTH, sort_output=True, no_location=True)
    return file.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """The content of the .mo file."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def main() -> None:
    """Bring the catalogues up to date with the code."""
    for language in LANGUAGES:
        catalog, path = updated(language), po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(catalog))
        path.with_suffix(".mo").write_bytes(compiled(catalog))


if __name__ == "__main__":
    main()
