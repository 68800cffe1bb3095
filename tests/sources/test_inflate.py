"""Bounded decompression."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.sources.inflate import Inflater, TooLarge

_FORMS: dict[str, Callable[[bytes], bytes]] = {"": bytes, "gzip": gzip.compress, "deflate": zlib.compress}


@given(st.lists(st.binary(max_size=3_000), max_size=4), st.integers(1, 400), st.sampled_from(["", "gzip", "deflate"]))
def test_chunks_of_any_size_give_back_what_was_packed(members: list[bytes], size: int, encoding: str) -> None:
    if encoding == "deflate":
        members = [b"".join(members)]
    packed = b"".join(_FORMS[encoding](member) for member in members)
    inflater = Inflater(encoding, 20_000)
    plain = b"".join(inflater.feed(packed[start : start + size]) for start in range(0, len(packed), size))
    inflater.finish()
    assert plain == b"".join(members)


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate"])
def test_one_byte_too_many_is_too_large(encoding: str) -> None:
    assert Inflater(encoding, 1_000).feed(_FORMS[encoding](bytes(1_000))) == bytes(1_000)
    with pytest.raises(TooLarge):
        Inflater(encoding, 1_000).feed(_FORMS[encoding](bytes(1_001)))


def test_padding_behind_the_last_member_is_ignored() -> None:
    inflater = Inflater("gzip", 1_000)
    assert inflater.feed(gzip.compress(b"a") + b"\0" * 20) == b"a"
    inflater.finish()


def test_what_stops_in_the_middle_is_noticed() -> None:
    inflater = Inflater("gzip", 1_000)
    inflater.feed(gzip.compress(b"abc" * 100)[:-6])
    with pytest.raises(zlib.error):
        inflater.finish()
