"""Decompression that never yields more than asked for: a small gzip may hold gigabytes.

Used for answers of servers and for `.gz` files alike.
"""

from __future__ import annotations

import zlib
from typing import Final

_GZIP: Final = 31
_ZLIB: Final = 15
_RAW: Final = -15


class TooLarge(Exception):
    """More came out than the limit allows."""


class Inflater:
    """Feeds on compressed chunks, gives plain ones; raises TooLarge beyond `limit` bytes, zlib.error on nonsense.

    `encoding` is a Content-Encoding: "gzip", "deflate" (with or without zlib's frame) or "" for plain bytes.
    """

    def __init__(self, encoding: str, limit: int) -> None:
        self._encoding = encoding
        self._left = limit
        self._started = False
        self._engine = self._new_engine(_GZIP if encoding == "gzip" else _ZLIB) if encoding else None

    @staticmethod
    def _new_engine(form: int) -> zlib._Decompress:
        return zlib.decompressobj(form)

    def feed(self, chunk: bytes) -> bytes:
        """The plain bytes that `chunk` adds."""
        if self._engine is None:
            return self._counted(chunk)
        if not self._started and chunk:
            self._started = True
            if self._encoding == "deflate" and not _has_zlib_frame(chunk):
                self._engine = self._new_engine(_RAW)
        return self._inflate(self._engine, chunk)

    def finish(self) -> None:
        """Call at the end of the input: raises zlib.error when it stopped in the middle."""
        if self._engine is not None and self._started and not self._engine.eof:
            raise zlib.error("incomplete")

    def _inflate(self, engine: zlib._Decompress, chunk: bytes) -> bytes:
        parts: list[bytes] = []
        while chunk:
            if engine.eof:
                # Another member may follow; other trailing bytes are padding.
                if self._encoding != "gzip" or not chunk.startswith(b"\x1f"):
                    break
                engine = self._engine = self._new_engine(_GZIP)
            parts.append(self._counted(engine.decompress(chunk, self._left + 1)))
            chunk = engine.unconsumed_tail or engine.unused_data
        return b"".join(parts)

    def _counted(self, plain: bytes) -> bytes:
        self._left -= len(plain)
        if self._left < 0:
            raise TooLarge
        return plain


def _has_zlib_frame(start: bytes) -> bool:
    """Whether a deflate stream starts with zlib's header (RFC 1950); many servers leave it out."""
    return start[0] & 0x0F == 8 and (len(start) < 2 or (start[0] * 256 + start[1]) % 31 == 0)
