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
from email.utils import parseaddr, parsedate_to_datetime
from typing import Final

from socialhub.clock import from_datetime
from socialhub.model import Draft, Kind
from socialhub.text import from_html, links_in_html

MOST_PARTS: Final = 200
MOST_TEXT: Final = 200_000
"""Characters of a letter that are read."""
MOST_HEAD: Final = 16_384
"""Bytes of its headers that are kept as evidence."""

MOST_NESTS: Final = 50
"""Parts that can hold parts: the parser of the standard library goes one call deeper for each."""

_NESTING: Final = re.compile(rb"(?:multipart|message)/", re.I)
_IDENTITY: Final = re.compile(r"<([^<>\s]{1,998})>")
_LISTED: Final = re.compile(r"<([^<>]+)>")
_ANSWERED: Final = re.compile(r"^(?:On\b.{0,300}\bwrote|Le\b.{0,300}\ba écrit)\s*:\s*$")
_OUTLOOK: Final = re.compile(r"\*?(?:From|De)\s?:\*?\s[^\n]*\n(?:[^\n]*\n){0,2}?\*?(?:Sent|Envoyé)(?: le)?\s?:")
"""The head of a quoted letter as Outlook writes it."""
_OUTLOOK_LINES: Final = 5
_RULE: Final = re.compile(r"^_{5,}\s*$")
SHORTENED: Final = "[…]"
"""Ends the text of a letter that was not read to its end."""
_ORIGINAL: Final = re.compile(r"^-{2,}\s*(?:Original Message|Message d'origine|Message original)\s*-{2,}\s*$", re.I)


def draft_of(raw: bytes, received: int, *, whole: bool = True, history: bool = False) -> Draft:
    """The letter in `raw`, the beginning of it unless `whole`. `received` (ms UTC) dates one without a date."""
    letter = _parsed(raw)
    too_deep = letter is None
    if letter is None:
        letter = BytesHeaderParser().parsebytes(raw)
    plain, markup, files = ("", "", 0) if too_deep else _bodies(letter)
    text = without_quotes(plain if plain.strip() else from_html(markup))
    name, address = parseaddr(_header(letter, "From"))
    own = _identities(letter, "Message-ID")
    answered = _identities(letter, "In-Reply-To")[:1] or _identities(letter, "References")[-1:]
    listed = _LISTED.search(_header(letter, "List-Id"))
    return Draft(
        native_id=own[0] if own else _digest(_header(letter, "Date"), address, _header(letter, "Subject"), text),
        text=text if whole and not too_deep else f"{text}\n{SHORTENED}".strip(),
        published=_date(letter) or received,
        title=_header(letter, "Subject"),
        author=name or address,
        handle=address,
        kind=Kind.REPLY if answered else Kind.POST,
        parent_id=answered[0] if answered else "",
        canonical_id=f"mail:{own[0]}" if own else "",
        site=listed[1].strip() if listed else address.rpartition("@")[2],
        links=tuple(links_in_html(markup)),
        media=files,
        backfill=history,
        raw=re.split(rb"\r?\n\r?\n", raw[:MOST_HEAD], maxsplit=1)[0],
    )


def _digest(*told: str) -> str:
    """The id of a letter that has none: the same after its mailbox was numbered anew."""
    return hashlib.sha256("\0".join(told).encode("utf-8", "replace")).hexdigest()[:32]


def without_quotes(text: str) -> str:
    """What the writer added: without the letter quoted below it. A letter that is all quotes stays as it is."""
    kept: list[str] = []
    lines = text.splitlines()
    for at, line in enumerate(lines):
        # The line that names who is quoted is often broken in two.
        if _ORIGINAL.match(line) or _ANSWERED.match(line) or _ANSWERED.match(" ".join(lines[at : at + 2])):
            break
        head = at + bool(_RULE.match(line))
        if _OUTLOOK.match("\n".join(lines[head : head + _OUTLOOK_LINES])):
            break
        if not line.startswith(">"):
            kept.append(line)
    return "\n".join(kept).strip() or text.strip()


def _parsed(raw: bytes) -> Message | None:
    """The letter; None for one whose parts may nest deeper than Python reads."""
    return None if len(_NESTING.findall(raw)) > MOST_NESTS else message_from_bytes(raw)


def _bodies(letter: Message) -> tuple[str, str, int]:
    """The first plain text, the first HTML, and how many attachments there are."""
    texts = {"text/plain": "", "text/html": ""}
    files = 0
    for at, part in enumerate(letter.walk()):
        if at >= MOST_PARTS:
            break
        if part.is_multipart():
            continue
        kind = part.get_content_type()
        if part.get_filename() or part.get_content_disposition() == "attachment" or kind not in texts:
            files += 1
        elif not texts[kind]:
            texts[kind] = _decoded(part)[:MOST_TEXT]
    return texts["text/plain"], texts["text/html"], files


def _decoded(part: Message) -> str:
    body = part.get_payload(decode=True)
    return _in_charset(body, part.get_content_charset("utf-8")) if isinstance(body, bytes) else ""


def _in_charset(body: bytes, charset: str) -> str:
    """UTF-8 is tried first: it is hardly ever right by accident, and what is announced is often wrong."""
    for name in ("utf-8", charset):
        try:
            return body.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    return body.decode("cp1252", "replace")


def _header(letter: Message, name: str) -> str:
    # Bytes outside ASCII come as a Header, whose str() would lose them.
    value = letter.get(name, "")
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        return " ".join(str(value).split())
    words = (piece if isinstance(piece, str) else _in_charset(piece, charset or "utf-8") for piece, charset in pieces)
    return " ".join("".join(words).split())


def _identities(letter: Message, name: str) -> list[str]:
    return _IDENTITY.findall(str(letter.get(name, "")))


def _date(letter: Message) -> int | None:
    try:
        moment = parsedate_to_datetime(str(letter.get("Date", "")))
        return from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (TypeError, ValueError, OverflowError, OSError):
        return None
