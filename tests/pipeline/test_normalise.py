"""Drafts from outside become data that the cache and a terminal can hold."""

from __future__ import annotations

import sqlite3
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.model import Draft
from socialhub.pipeline.normalise import MAX_TEXT, canonical_url, identifier, normalise, possible_date
from tests.room import NOON

ANY = st.text(alphabet=st.characters(codec=None), max_size=30)
NUMBER = st.none() | st.integers(-(2**70), 2**70)


@given(ANY, ANY, ANY, ANY, NUMBER, NUMBER, st.none() | st.floats())
def test_any_draft_becomes_clean_and_storable(
    text: str, name: str, url: str, native: str, count: int | None, date: int | None, rating: float | None
) -> None:
    told = Draft(native, text, published=date, title=name, url=url, author=name, handle=name, bio=text, lang=name)
    told.followers = told.likes = told.shares = told.replies = told.reach = count
    told.kind, told.rating, told.place, told.site, told.warning, told.links = name, rating, name, name, text, (url, url)
    told.parent_id = told.canonical_id = native
    told.edited = date
    draft = normalise(told, NOON)
    strings = [draft.text, draft.title, draft.author, draft.handle, draft.bio, draft.place, draft.warning, draft.site]
    for string in [*strings, draft.url, *draft.links]:
        assert not any(unicodedata.category(char) in ("Cc", "Cs") and char != "\n" for char in string)
    for single in strings[1:]:
        assert "\n" not in single
    assert draft.published is not None
    assert 0 < draft.published <= NOON
    db = sqlite3.connect(":memory:")
    values = (draft.native_id, draft.parent_id, draft.text, draft.followers, draft.rating, draft.lang)
    assert db.execute("SELECT ?, ?, ?, ?, ?, ?", values).fetchone() == values


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("HTTP://WWW.Example.org:80/a?utm_source=x&id=3&fbclid=9#part", "http://www.example.org/a?id=3"),
        ("https://example.org/é à", "https://example.org/%C3%A9%20%C3%A0"),
        ("https://exämple.org/", "https://xn--exmple-cua.org/"),
        ("https://user:secret@example.org/", "https://example.org/"),
        ("javascript:alert(1)", ""),
        ("https://example.org/\x1b]0;x\x07y", "https://example.org/y"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("ftp://example.org", ""),
        ("https://[::1", ""),
        ("https://example.org:99999/", ""),
        ("", ""),
    ],
)
def test_addresses_have_one_spelling(raw: str, expected: str) -> None:
    assert canonical_url(raw) == expected


@given(st.one_of(ANY, ANY.map(lambda tail: f"https://example.org/{tail}"), ANY.map(lambda host: f"http://{host}/")))
def test_an_address_is_printable_ascii_or_nothing_and_stays_as_it_is(raw: str) -> None:
    address = canonical_url(raw)
    assert address.isascii()
    assert address == "" or address.isprintable()
    assert canonical_url(address) == address


def test_ids_are_opaque_and_only_replaced_when_they_cannot_be_stored() -> None:
    assert identifier("01M800820S388S0FZWBXSFXMDC") == "01M800820S388S0FZWBXSFXMDC"
    assert identifier("été") == "été"
    assert identifier("\ud800a") != identifier("\ud800b")
    assert identifier("x" * 5000).startswith("sha256:")


def test_dates_are_clamped() -> None:
    assert possible_date(None, NOON) == NOON
    assert possible_date(NOON + 3_600_000, NOON) == NOON
    assert possible_date(NOON + 10**12, NOON) == NOON
    assert possible_date(-5, NOON) == NOON
    assert possible_date(NOON - 5, NOON) == NOON - 5


def test_a_text_without_end_is_cut() -> None:
    draft = normalise(Draft("1", "a" * 1_000_000, title="b" * 1_000_000), NOON)
    assert len(draft.text) == MAX_TEXT
    assert len(draft.title) <= 500
