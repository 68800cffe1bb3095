"""Takes secrets out of what is kept of an exchange: every value known to be secret, in whatever way it is written, and
whatever stands where secrets stand (parameters, fields and headers of such names).
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote, quote_plus

from socialhub.text import clean

HIDDEN: Final = "•••"
"""Stands where a secret stood."""
MOST_KNOWN: Final = 200
"""Tokens that a server renews every hour are not remembered for ever."""
_SHORTEST_LOOSE: Final = 4
"""A shorter secret is taken out as a word only: else hardly a text would be left."""

_NAME: Final = (
    r"[\w.\-\[\]]*(?:token|secret|passw(?:or)?d|passwd|pwd|passphrase|jwt|signature|credential|session|cookie|proof"
    r"|api[_-]?key|access[_-]?key|private[_-]?key|auth(?!or))[\w.\-\[\]]*|key|sig|pass|pw"
)
"""Names of parameters and fields that hold secrets."""
# In an address, also inside a JSON text or a page: & may be written \u0026 or &amp;.
_PARAMETER: Final = re.compile(rf"((?:[?&;#]|\\u0026|%26)(?:{_NAME}|code)(?:=|%3d))([^&;#\s\"'<>\\]+)", re.IGNORECASE)
_FIELD: Final = re.compile(rf"""(\\?["'](?:{_NAME})\\?["']\s*[:=]\s*\\?["'])([^"'\\]*)""", re.IGNORECASE)
_ELEMENT: Final = re.compile(rf"(<(?:{_NAME})(?:\s[^<>]*)?>)([^<]+)", re.IGNORECASE)
_BARE: Final = re.compile(rf"(?m)(^|[\s,{{;])((?:{_NAME})\s*[:=]\s*)([^\s\"',;&<>]+)", re.IGNORECASE)
_SCHEME: Final = re.compile(r"\b((?i:bearer|basic|digest|oauth)\s+)(?=[\w.~+/\-]*[0-9A-Z=])([\w.~+/=\-]{6,})")
_USER: Final = re.compile(r"(\w://)([^\s/@\"'<>]+)@", re.IGNORECASE)
_JWT: Final = re.compile(r"\beyJ[\w\-]{5,}\.[\w\-]{5,}(?:\.[\w\-]*)?")
_FORM: Final = re.compile(rf"(?:^|&)(?:{_NAME}|code)=([^&]+)", re.IGNORECASE)
_HARMLESS: Final = frozenset(
    {
        *("accept", "accept-encoding", "accept-language", "user-agent", "if-none-match", "if-modified-since"),
        *("content-type", "content-length", "host", "connection", "last-event-id"),
    }
)
"""Headers of a question that hold no secret; any other might."""


class Redactor:
    """Learns what is secret, and takes it out of texts. Of one source."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, None] = OrderedDict()
        self._pattern: re.Pattern[str] | None = None

    def learn(self, secret: str) -> None:
        """This value is secret from now on."""
        if not secret.strip():
            return
        if secret not in self._known:
            self._pattern = None
        self._known[secret] = None
        self._known.move_to_end(secret)
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)

    def learn_question(self, headers: Mapping[str, str], query: str, content: bytes) -> None:
        """What a question carries to prove who asks: in headers, in its parameters, in a form or a JSON text."""
        for name, value in headers.items():
            if name.lower() not in _HARMLESS:
                self.learn(value)
                self.learn(value.rpartition(" ")[2])
        text = content[:65_536].decode("utf-8", "replace")
        for found in (*_FORM.finditer(query), *_FORM.finditer(text)):
            self.learn(found[1])
        for found in _FIELD.finditer(text):
            self.learn(found[2])

    def __call__(self, text: str) -> str:
        """The text, cleaned, without anything secret."""
        # Before it is cleaned and after: what is invisible may part a secret, and what is cleaned may join one.
        return self._without(clean(self._without(text)))

    def _without(self, text: str) -> str:
        if self._pattern is None:
            self._pattern = _pattern_of(self._known)
        text = self._pattern.sub(HIDDEN, text)
        for pattern in (_PARAMETER, _FIELD, _ELEMENT, _SCHEME):
            text = pattern.sub(rf"\1{HIDDEN}", text)
        text = _BARE.sub(rf"\1\2{HIDDEN}", text)
        return _JWT.sub(HIDDEN, _USER.sub(rf"\1{HIDDEN}@", text))


def _pattern_of(secrets: OrderedDict[str, None]) -> re.Pattern[str]:
    written = {form for secret in secrets for form in _forms(secret) if form}
    if not written:
        return re.compile(r"(?!)")
    ordered = sorted(written, key=len, reverse=True)
    return re.compile("|".join(_found_as(each) for each in ordered), re.IGNORECASE)


def _found_as(written: str) -> str:
    found = re.escape(written)
    return found if len(written) >= _SHORTEST_LOOSE else rf"(?<!\w){found}(?!\w)"


def _forms(secret: str) -> Iterator[str]:
    """The ways in which a server might write a secret back."""
    raw = secret.encode("utf-8", "surrogatepass")
    # Letters whose capitals are two (ß) are not found by disregarding case.
    capitals = secret.upper()
    for plain in (secret, clean(secret), clean(secret, single_line=True), capitals, clean(capitals)):
        yield plain
        yield quote(plain.encode("utf-8", "surrogatepass"))
        yield quote(plain.encode("utf-8", "surrogatepass"), safe="")
        yield quote_plus(plain.encode("utf-8", "surrogatepass"))
        yield html.escape(plain)
        yield html.escape(plain, quote=False)
        for escaped in (json.dumps(plain)[1:-1], json.dumps(plain, ensure_ascii=False)[1:-1]):
            yield escaped
            yield escaped.replace("/", "\\/")
    if len(raw) >= _SHORTEST_LOOSE:
        yield base64.b64encode(raw).decode().rstrip("=")
        yield base64.urlsafe_b64encode(raw).decode().rstrip("=")
        yield raw.hex()
