"""What a letter says: its parts as one text, in the character sets they are really in, without what is quoted.

Pure: no network. Of alternatives the plain one is read; attachments and images are only counted. Nothing here raises
for what a stranger wrote.
"""

from __future__ import annotations

import re
from email.message import Message
from typing import Final

from socialhub.records import dataclass
from socialhub.text import from_html

MOST_PARTS: Final = 200
MOST_TEXT: Final = 200_000
"""Characters of a letter that are read."""

_PLAIN: Final = frozenset({"text/plain", "text/markdown", "text/enriched", "text/richtext"})
# Seven bits that mean something else: they are valid UTF-8 by accident, and their names are never wrong.
_SHIFTED: Final = re.compile(r"utf-?7|utf-?16|utf-?32|iso-2022|hz-gb", re.I)
_HINT_WORDS: Final = 40
"""A plain part of fewer words, a fifth of the HTML beside it, only says where to read it."""
_HINT_SHARE: Final = 5

_ANSWERED: Final = re.compile(
    r"^(?:On\b.{0,300}\bwrote|Le\b.{0,300}\ba écrit|El\b.{0,300}\bescribió|Il\b.{0,300}\bha scritto"
    r"|(?:Am|Op)\b.{0,300}\bschr(?:ieb|eef)\b.{0,200})\s*:\s*$"
)
_NAMED: Final = re.compile(r".{0,300}\b(?:wrote|a écrit|escribió|ha scritto|schrieb|schreef)\s*:\s*$")
"""Who is quoted, in fewer words: believed only where a quote follows."""
_OUTLOOK: Final = re.compile(
    r"\*?(?:From|De|Von|Da|Van)\s?:\*?\s[^\n]*\n(?:[^\n]*\n){0,2}?"
    r"\*?(?:Sent|Envoyé|Gesendet|Enviado|Inviato|Verzonden)(?: le| el| il)?\s?:"
)
"""The head of a quoted letter as Outlook writes it."""
_OUTLOOK_LINES: Final = 5
_RULE: Final = re.compile(r"^_{5,}\s*$")
_ORIGINAL: Final = re.compile(r"^-{2,}\s*(?:Original Message|Message d'origine|Message original)\s*-{2,}\s*$", re.I)


@dataclass(frozen=True, slots=True)
class Body:
    """The words of a part, the HTML they or their alternative come from, and how many attachments it holds."""

    text: str = ""
    markup: str = ""
    files: int = 0
    is_plain: bool = False
    is_letter: bool = False
    """Whether it is another letter, attached to this one."""


def body_of(letter: Message) -> Body:
    """What the letter says, its parts in their order."""
    return _Reader().read(letter, alone=True)


class _Reader:
    """Reads the parts of one letter, MOST_PARTS at most."""

    def __init__(self) -> None:
        self._parts = 0

    def read(self, part: Message, *, alone: bool = False) -> Body:
        """One part and all within it; `alone` is whether it is the whole letter."""
        self._parts += 1
        if self._parts > MOST_PARTS:
            return Body()
        children = part.get_payload()
        if isinstance(children, list):
            read = [self.read(child) for child in children if isinstance(child, Message)]
            if part.get_content_maintype() == "message":
                attached = _joined(read)
                return Body(attached.text, attached.markup, attached.files + 1, attached.is_plain, is_letter=True)
            return _chosen(read) if part.get_content_subtype() == "alternative" else _joined(read)
        return _leaf(part, alone)


def _leaf(part: Message, alone: bool) -> Body:
    kind = part.get_content_type()
    # A letter that announces parts and has none is a text with a wrong label.
    plain = kind in _PLAIN or (alone and part.get_content_maintype() == "multipart")
    if _is_file(part, alone) or not (plain or kind == "text/html"):
        return Body(files=1)
    said = _decoded(part)[:MOST_TEXT]
    if plain:
        return Body(_unfolded(part, said), is_plain=True)
    return Body(from_html(said), said)


def _is_file(part: Message, alone: bool) -> bool:
    disposition = part.get_content_disposition()
    return disposition == "attachment" or (not alone and disposition != "inline" and bool(part.get_filename()))


def _chosen(read: list[Body]) -> Body:
    """Of alternatives the plain one, unless it says nothing or only where the other one is to be read."""
    plain = next((each for each in read if each.is_plain and each.text.strip()), None)
    rich = next((each for each in read if each.markup), None)
    chosen = plain or rich or Body()
    if plain and rich and _is_hint(plain.text, rich.text):
        chosen = rich
    files = sum(each.files for each in read)
    return Body(chosen.text, rich.markup if rich else "", files, chosen.is_plain)


def _is_hint(plain: str, rich: str) -> bool:
    words = len(plain.split())
    return words < _HINT_WORDS and words * _HINT_SHARE < len(rich.split())


def _joined(read: list[Body]) -> Body:
    """One after the other; a letter that is attached says nothing where its bearer says something."""
    said = [each for each in read if each.text.strip()]
    said = [each for each in said if not each.is_letter] or said
    text = "\n".join(each.text.strip("\r\n") for each in said)
    markup = "\n".join(each.markup for each in said if each.markup)
    files = sum(each.files for each in read)
    return Body(text[:MOST_TEXT], markup[:MOST_TEXT], files, all(each.is_plain for each in said))


def _decoded(part: Message) -> str:
    body = part.get_payload(decode=True)
    return in_charset(body, part.get_content_charset("utf-8")) if isinstance(body, bytes) else ""


def in_charset(body: bytes, charset: str) -> str:
    """UTF-8 is tried first: it is hardly ever right by accident, and what is announced is often wrong."""
    names = (charset, "utf-8") if _SHIFTED.match(charset) else ("utf-8", charset)
    for name in names:
        try:
            return body.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    return body.decode("cp1252", "replace")


def _unfolded(part: Message, said: str) -> str:
    """Without the line breaks that the writer's program put in (RFC 3676)."""
    if str(part.get_param("format", "")).lower() != "flowed":
        return said
    joined = str(part.get_param("delsp", "")).lower() == "yes"
    lines: list[str] = []
    flows = False
    for line in said.splitlines():
        bare = line.removeprefix(" ")
        if flows and not bare.startswith(">"):
            lines[-1] += bare
        else:
            lines.append(bare)
        flows = bare.endswith(" ") and bare != "-- " and not bare.startswith(">")
        if flows and joined:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def without_quotes(text: str) -> str:
    """What the writer added: without the letter quoted below or above it. One that is all quotes stays as it is."""
    kept: list[str] = []
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        line = lines[at]
        heading = _heading(lines, at)
        if heading and _is_quoted(lines, at + heading):
            # The answer may stand below each question.
            at += heading
            continue
        if heading or _ORIGINAL.match(line) or _is_outlook(lines, at):
            break
        if not line.startswith(">"):
            kept.append(line)
        at += 1
    return "\n".join(kept).strip() or text.strip()


def _heading(lines: list[str], at: int) -> int:
    """Over how many lines somebody is named who is quoted below: such a line is often broken in two."""
    if _ANSWERED.match(lines[at]) or (_NAMED.match(lines[at]) and _is_quoted(lines, at + 1)):
        return 1
    return 2 if _ANSWERED.match(" ".join(lines[at : at + 2])) else 0


def _is_quoted(lines: list[str], at: int) -> bool:
    return next((line for line in lines[at:] if line.strip()), "").startswith(">")


def _is_outlook(lines: list[str], at: int) -> bool:
    head = at + bool(_RULE.match(lines[at]))
    return bool(_OUTLOOK.match("\n".join(lines[head : head + _OUTLOOK_LINES])))
