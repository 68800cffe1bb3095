"""A letter of a mailbox as a draft: its words, who wrote it, when, and what it answers.

Pure: no network. Attachments, images and the letters quoted below an answer are not kept. Letters lie about their
character sets and break their own rules: nothing here raises for what a stranger wrote.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from typing import Final

from socialhub.clock import from_datetime
from socialhub.model import Draft, Kind
from socialhub.sources.feed_dates import parse_date
from socialhub.sources.letter_body import Body, body_of, in_charset, without_quotes
from socialhub.sources.news_index import real_address
from socialhub.text import links_in_html

MOST_HEAD: Final = 16_384
"""Bytes of its headers that are kept as evidence."""

MOST_NESTS: Final = 50
"""Parts that can hold parts: the parser of the standard library goes one call deeper for each."""

_NESTING: Final = re.compile(rb"(?:multipart|message)/", re.I)
_IDENTITY: Final = re.compile(r"<([^<>\s]{1,998})>")
# Some programs forget the brackets.
_BARE_IDENTITY: Final = re.compile(r"^[^<>\s@]{1,500}@[^<>\s@]{1,490}$")
_LINK: Final = re.compile(r"https?://[^\s<>\"«»]*[^\s<>\"«».,;:!?…)\]']")
_DOTTED_TIME: Final = re.compile(r"\b(\d{1,2})\.(\d{2})\.(\d{2})\b")
_LISTED: Final = re.compile(r"<([^<>]+)>")
SHORTENED: Final = "[…]"
"""Ends the text of a letter that was not read to its end."""


def draft_of(raw: bytes, received: int, *, whole: bool = True, history: bool = False) -> Draft:
    """The letter in `raw`, the beginning of it unless `whole`. `received` (ms UTC) dates one without a date."""
    letter = _parsed(raw)
    too_deep = letter is None
    if letter is None:
        letter = BytesHeaderParser().parsebytes(raw)
    body = Body() if too_deep else body_of(letter)
    text = without_quotes(body.text)
    name, address = _author(letter)
    own = _named(letter, "Message-ID")
    answered = _named(letter, "In-Reply-To")[:1] or _identities(letter, "References")[-1:]
    listed = _LISTED.search(_header(letter, "List-Id"))
    return Draft(
        native_id=own[0] if own else _digest(_header(letter, "Date"), address, _header(letter, "Subject"), text),
        text=text if whole and not too_deep else f"{text}\n{SHORTENED}".strip(),
        published=_date(letter) or received,
        title=_header(letter, "Subject"),
        author=name or address,
        handle=address,
        lang=_header(letter, "Content-Language").partition(",")[0],
        kind=Kind.REPLY if answered else Kind.POST,
        parent_id=answered[0] if answered else "",
        canonical_id=f"mail:{own[0]}" if own else "",
        site=listed[1].strip() if listed else address.rpartition("@")[2],
        links=_links(body),
        media=body.files,
        backfill=history,
        raw=re.split(rb"\r?\n\r?\n", raw[:MOST_HEAD], maxsplit=1)[0],
    )


def _digest(*told: str) -> str:
    """The id of a letter that has none: the same after its mailbox was numbered anew."""
    return hashlib.sha256("\0".join(told).encode("utf-8", "replace")).hexdigest()[:32]


def _parsed(raw: bytes) -> Message | None:
    """The letter; None for one whose parts may nest deeper than Python reads."""
    return None if len(_NESTING.findall(raw)) > MOST_NESTS else message_from_bytes(raw)


def _author(letter: Message) -> tuple[str, str]:
    """The name and the address of who wrote it, of who sent it where nobody is said to have written it."""
    name = ""
    for header in ("From", "Sender"):
        # Taken apart before the names are decoded: a comma in a name separates nobody.
        pairs = getaddresses([_unfolded_header(letter, header)])
        named, address = next((pair for pair in pairs if pair[1]), pairs[0] if pairs else ("", ""))
        name = name or _words(named)
        if address:
            return name, address
    return name, ""


def _links(body: Body) -> tuple[str, ...]:
    """The addresses that the letter links, those behind Google's own among them."""
    found = links_in_html(body.markup) or _LINK.findall(body.text)
    return tuple(dict.fromkeys(real_address(address) for address in found))


def _unfolded_header(letter: Message, name: str) -> str:
    """A header as it was written, its bare bytes read."""
    wanted = name.lower()
    value = next((str(said) for key, said in letter.raw_items() if key.lower() == wanted), "")
    return " ".join(in_charset(value.encode("utf-8", "surrogateescape"), "utf-8").split())


def _header(letter: Message, name: str) -> str:
    return _words(_unfolded_header(letter, name))


def _words(written: str) -> str:
    """A header's text with its encoded words decoded (RFC 2047)."""
    try:
        pieces = decode_header(written)
    except (HeaderParseError, ValueError):
        return written
    words = (piece if isinstance(piece, str) else in_charset(piece, charset or "utf-8") for piece, charset in pieces)
    return " ".join("".join(words).split())


def _named(letter: Message, name: str) -> list[str]:
    return _identities(letter, name) or _BARE_IDENTITY.findall(_header(letter, name))


def _identities(letter: Message, name: str) -> list[str]:
    return _IDENTITY.findall(str(letter.get(name, "")))


def _date(letter: Message) -> int | None:
    """Our own reading first: it knows names of zones and of months in other languages."""
    written = _DOTTED_TIME.sub(r"\1:\2:\3", str(letter.get("Date", "")))
    read = parse_date(written)
    if read is not None:
        return read
    try:
        moment = parsedate_to_datetime(written)
        return from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (TypeError, ValueError, OverflowError, OSError):
        return None
