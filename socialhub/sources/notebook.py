"""What a source exchanged last, noted while it is asked: the question, the answer, how long it took. Secrets are taken
out before anything leaves it, and no header or body of a question is kept at all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from socialhub.clock import real_now
from socialhub.exchanges import LONGEST_ASKED, LONGEST_FACT, LONGEST_START, MOST_FACTS, Exchange
from socialhub.sources.redaction import HIDDEN, Redactor
from socialhub.text import clip

WINDOW: Final = 16_384
"""Bytes of an answer that are looked at for its beginning: more than is kept, as a secret may shrink to nothing."""
_CUT: Final = 256
"""Characters at the end of what was looked at that are not shown, nor the word before them."""
_TOLD: Final = (
    *("content-type", "etag", "last-modified", "retry-after", "cache-control", "expires", "date"),
    *("location", "server", "link"),
)
"""Headers of interest in an answer, besides what tells of rate limits and usage."""
_TOLD_PARTS: Final = ("ratelimit", "rate-limit", "usage", "quota")
_TEXTS: Final = ("text/", "json", "xml", "javascript", "form-urlencoded")
_CONTROLS: Final = frozenset(range(32)) - {9, 10, 13}


class Note:
    """One exchange while it goes on."""

    def __init__(self, at: int, asked: str) -> None:
        self.at, self.asked = at, asked
        self.answer = ""
        self.took: float | None = None
        self.size: int | None = None
        self.facts: dict[str, str] = {}
        self.window = b""
        self.failed = False
        self._begun = time.monotonic()

    def answered(self, status: int, headers: Mapping[str, str]) -> None:
        """The head of an answer came."""
        self.answer, self.failed = str(status), status >= 400
        for name, value in headers.items():
            lower = name.lower()
            if lower in _TOLD or any(part in lower for part in _TOLD_PARTS):
                self.facts[lower] = value

    def brought(self, body: bytes) -> None:
        """Its body came, unpacked."""
        self.size, self.window = len(body), body[:WINDOW]

    def more(self, part: bytes) -> None:
        """So much more of it came."""
        self.size = (self.size or 0) + len(part)
        self.window = (self.window + part)[:WINDOW] if len(self.window) < WINDOW else self.window

    def end(self) -> None:
        """It is over, well or not."""
        self.took = time.monotonic() - self._begun

    def count(self, code: str, amount: int = 1) -> None:
        """So much more of what a code of exchange_words names."""
        self.facts[code] = str(int(self.facts.get(code, "0")) + amount)


class Notebook:
    """The notes of one source. `keeps_texts` is whether the beginning of a good answer may be kept: where only what
    matches a topic is stored, the rest must not stay here.
    """

    def __init__(self, now: Callable[[], int] = real_now, *, keeps_texts: bool = True) -> None:
        self._now, self._keeps_texts = now, keeps_texts
        self._redact = Redactor()
        self._last: Note | None = None
        self._failed: Note | None = None
        self._stream: Note | None = None
        self._questions = 0
        self.slowest = 0.0
        """Seconds of the slowest answer since `begin`."""

    def begin(self) -> None:
        """The source is about to be asked."""
        self._last = self._failed = self._stream = None
        self._questions, self.slowest = 0, 0.0

    def secrets(self, resolve: Callable[[str], str]) -> Callable[[str], str]:
        """A resolver of secrets that lets the notebook know what must not stand in it."""

        def resolved(reference: str) -> str:
            secret = resolve(reference)
            self.learn(secret)
            return secret

        return resolved

    def learn(self, secret: str) -> None:
        """This must not stand in it."""
        self._redact.learn(secret)

    def ask(self, asked: str) -> Note:
        """Something is asked that is no HTTP."""
        self._last = Note(self._now(), asked)
        return self._last

    @contextmanager
    def http(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes = b"", *, opens_stream: bool = False
    ) -> Iterator[Note]:
        """A question over HTTP, or the opening of a stream, while it goes on."""
        self._redact.learn_question(headers, url.partition("?")[2], content)
        self._questions += 1
        note = self.ask(f"{method} {url}")
        self._stream = note if opens_stream else self._stream
        if any(name.lower() == "authorization" for name in headers):
            note.facts["credential"] = HIDDEN
        try:
            yield note
        finally:
            note.end()
            self.slowest = max(self.slowest, note.took or 0.0)
            if note.failed or not note.answer:
                self._failed = note

    def heard(self, entries: int) -> None:
        """A stream brought something."""
        if (note := self._stream or self._last) is not None:
            note.count("entries", entries)
            note.facts["heard-at"] = str(self._now())

    def told(self, *, failed: bool) -> Exchange | None:
        """The last exchange, or that which `failed`; None when nothing was asked since `begin`."""
        note = self._told_of(failed=failed)
        if note is None:
            return None
        facts = dict(note.facts)
        if self._questions > 1:
            facts = {"questions": str(self._questions), **facts}
        short = [(code, clip(self._redact(value), LONGEST_FACT)) for code, value in facts.items()]
        return Exchange(
            note.at,
            clip(self._redact(note.asked), LONGEST_ASKED),
            clip(self._redact(note.answer), LONGEST_FACT),
            None if note.took is None else round(note.took * 1000),
            note.size,
            tuple(short[:MOST_FACTS]),
            self._start(note),
        )

    def _told_of(self, *, failed: bool) -> Note | None:
        """A stream stands for itself, whatever was asked beside it: only a failure that came last is its end."""
        if self._stream is None:
            return (self._failed if failed else None) or self._last
        return self._failed if failed and self._failed is self._last else self._stream

    def _start(self, note: Note) -> str:
        """The beginning of the answer's text; "" where it is no text or must not be kept."""
        kind = note.facts.get("content-type", "text/plain").lower()
        if not note.window or not any(part in kind for part in _TEXTS) or _CONTROLS & set(note.window[:512]):
            return ""
        if not (self._keeps_texts or note.failed):
            return ""
        text = self._redact(note.window.decode("utf-8", "replace"))
        if len(text) <= LONGEST_START and (note.size or 0) > len(note.window):
            # Its end was cut, perhaps in the middle of a secret.
            text = text[:-_CUT].rpartition(" ")[0]
        return clip(text, LONGEST_START)
