"""The feeds of an OPML file, as feed readers export them. Reads one file, asks no network.

The file comes from outside: document types with their own entities (XML bombs) and files without end are refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.parsers.expat import ExpatError, ParserCreate

from socialhub.config.problems import BadValue, shown
from socialhub.config.values import LONGEST_NAME, Place, read_form
from socialhub.errors import UserError
from socialhub.i18n import _
from socialhub.sources.settings import Meaning
from socialhub.text import clean

MOST_BYTES: Final = 5 << 20
MOST_FEEDS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed of the file: a name that no other feed has, and its address."""

    name: str
    url: str


@dataclass(slots=True)
class Opml:
    """What a file holds: feeds in its order, each address once, and a sentence for each that cannot be taken over."""

    feeds: list[Feed] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class _Forbidden(Exception):
    """The document declares its own entities."""


def read_opml(path: Path, taken: Iterable[str] = ()) -> Opml:
    """Read the feeds of an OPML file; names in `taken` are not given again. Raises UserError for what is no OPML."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        message = _("{path} cannot be read ({detail})").format(path=shown(str(path)), detail=error.strerror)
        raise UserError(message) from error
    if len(content) > MOST_BYTES:
        raise UserError(_("{path} is larger than {limit} MiB").format(path=shown(str(path)), limit=MOST_BYTES >> 20))
    return _collect(_outlines(content, path), set(taken))


def _outlines(content: bytes, path: Path) -> list[dict[str, str]]:
    """The attributes of every outline, however deep, with small letters in their names."""
    outlines: list[dict[str, str]] = []
    roots: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        roots.append(name)
        if name.lower() == "outline":
            outlines.append({key.lower(): value for key, value in attributes.items()})

    def doctype(_name: str, _system: str | None, _public: str | None, has_internal_subset: int) -> None:
        if has_internal_subset:
            raise _Forbidden

    parser = ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(content, True)
    except (ExpatError, _Forbidden, ValueError, LookupError) as error:
        raise UserError(_("{path} is not an OPML file").format(path=shown(str(path)))) from error
    if roots[0].lower() != "opml":
        raise UserError(_("{path} is not an OPML file").format(path=shown(str(path))))
    return outlines


def _collect(outlines: list[dict[str, str]], taken: set[str]) -> Opml:
    opml = Opml()
    names = {name.casefold() for name in taken}
    addresses: set[str] = set()
    for outline in outlines:
        written = outline.get("xmlurl", "").strip()
        if not written or written in addresses:
            continue
        addresses.add(written)
        title = clean(outline.get("title") or outline.get("text") or "", single_line=True)
        if len(opml.feeds) == MOST_FEEDS:
            opml.refused.append(_("only the first {count} feeds are taken over").format(count=MOST_FEEDS))
            break
        try:
            url = _feed_address(written)
        except BadValue as bad:
            opml.refused.append(f"{shown(title) or '?'}: {bad.message}")
            continue
        name = _free_name(title or url.split("/")[2], names)
        names.add(name.casefold())
        opml.feeds.append(Feed(name, url))
    return opml


def _feed_address(written: str) -> str:
    """The address with the scheme it is asked by: "feed:https://…" and "feed://…" are old ways to write one."""
    url = written
    if url.startswith("feed:"):
        url = url.removeprefix("feed:")
        url = f"https:{url}" if url.startswith("//") else url
    address = str(read_form(url, str, Meaning("url"), Place(Path(), check_queries=False)))
    if not address.startswith(("http:", "https:")):
        raise BadValue(_("a feed is asked by http or https"))
    return address


def _free_name(title: str, names: set[str]) -> str:
    """The title as the name of a source; numbered when another has it already."""
    base = title.replace("/", "-").removeprefix("import:")[: LONGEST_NAME - 6].strip() or "feed"
    name, number = base, 1
    while name.casefold() in names:
        number += 1
        name = f"{base} {number}"
    return name
