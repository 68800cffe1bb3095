"""The guard of every print, the fold that matcher and index share, and text out of HTML."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from socialhub.text import (
    MAX_COMBINING,
    clean,
    decode_entities,
    fold,
    from_html,
    links_in_html,
    tokenise,
    tokens_with_spans,
)

ANY_TEXT = st.text(alphabet=st.characters(codec=None), max_size=60)
HOSTILE = st.text(
    alphabet=st.sampled_from(
        "\x1b[]0;m\x07\x9b\x9c\x00\u202e\u200b\u200d\ufe0f\u0301\u0489\ud800 \n\r\taé🔥👨👩\U000e0041"
    ),
    max_size=40,
)


@given(st.one_of(ANY_TEXT, HOSTILE))
def test_clean_text_holds_nothing_that_a_terminal_obeys(raw: str) -> None:
    safe = clean(raw)
    for char in safe:
        category = unicodedata.category(char)
        assert char == "\n" or category not in ("Cc", "Cs", "Zl", "Zp"), repr(char)
        assert category != "Cf" or char == "\u200d" or char.isprintable() or ord(char) in (0x600, 0x601, 0x6DD), repr(
            char
        )
    assert not any("\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069" for char in safe)
    assert clean(safe) == safe
    assert "\n" not in clean(raw, single_line=True)


@given(st.one_of(ANY_TEXT, HOSTILE))
@example("a" + "\ufe0f" * 3)
@example("\u0915\u0901\u0902\u0903\u093c\u0941\u0942")
@example("\u0e01\u0e31\u0e34\u0e48\u0e49")
def test_marks_never_stack(raw: str) -> None:
    run = 0
    for char in clean(raw):
        run = run + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        assert run <= MAX_COMBINING


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("\x1b]0;owned\x07titre", "titre"),
        ("\x1b]8;;http://evil\x1b\\lien\x1b]8;;\x1b\\", "lien"),
        ("\x1b]52;c;aGVsbG8=\x07copie", "copie"),
        ("\x1b[31mrouge\x1b[0m", "rouge"),
        ("\x9b31mC1", "C1"),
        ("a\u202ebc\u202c", "abc"),
        ("z\u0301\u0301\u0301\u0301", "ź\u0301"),
        ("  deux   espaces ", "deux espaces"),
        ("ligne\r\nligne\r\r\r\nfin", "ligne\nligne\n\nfin"),
        ("\ud800seul", "\ufffdseul"),
        ("👨\u200d👩\u200d👧 famille", "👨\u200d👩\u200d👧 famille"),
        ("a\u200db", "ab"),
        ("insé\u00adcable\u00a0!", "insécable !"),
        ("[/b][@click=app.quit]", "[/b][@click=app.quit]"),
    ],
)
def test_known_tricks(raw: str, safe: str) -> None:
    assert clean(raw) == safe


def test_ten_thousand_marks_and_a_million_letters_are_quick_and_bounded() -> None:
    assert len(clean("e" + "\u0301" * 10_000)) <= 1 + MAX_COMBINING
    assert len(clean("a" * 1_000_000)) == 1_000_000


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("L'opérateur ŒUVRE, Straße", ["l", "operateur", "oeuvre", "strasse"]),
        ("carte-sim cartesim", ["carte", "sim", "cartesim"]),
        ("#Fibre @Léa_N @a.bsky.social", ["#fibre", "@lea_n", "@a", "bsky", "social"]),
        ("lea@piaille.fr C# ##x @ #", ["lea", "piaille", "fr", "c", "#x"]),
        ("🔥🔥ok", ["🔥", "🔥", "ok"]),
        ("日本語", ["日", "本", "語"]),
        ("e\u0301te\u0301", ["ete"]),
        ("", []),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert tokenise(text) == tokens
    assert fold(text) == " ".join(tokens)


@given(st.one_of(ANY_TEXT, HOSTILE, st.text(alphabet="aé#@_ .œß🔥", max_size=30)))
def test_spans_say_where_each_token_stands(text: str) -> None:
    spans = tokens_with_spans(text)
    assert [token for token, _start, _end in spans] == tokenise(text)
    for token, start, end in spans:
        assert 0 <= start < end <= len(text)
        assert token.strip("#@") in fold(text[start:end]) or len(text[start:end]) == 1


@given(ANY_TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_html_becomes_readable_text() -> None:
    markup = '<p>Bonjour <b>à</b> tous<br>fin</p><ul><li>un</li></ul><script>alert(1)</script><a href="https://x.org/">ici</a>'
    assert clean(from_html(markup)) == "Bonjour à tous\nfin\n\n- un\n\nici"
    assert links_in_html(markup + '<a href="javascript:x">') == ["https://x.org/"]
    assert clean(from_html('<span class="invisible">https://</span>x.org')) == "x.org"
    assert from_html("rien &amp; plus") == "rien & plus"


def test_entities_are_decoded_twice_at_most() -> None:
    assert decode_entities("&amp;eacute;") == "é"
    assert decode_entities("&amp;amp;amp;") == "&amp;"


def test_html_flows_as_a_browser_shows_it() -> None:
    assert clean(from_html("<p>une\n   panne\n</p><PRE>a\n  b</PRE> puis\nrien")) == "une panne\n\na\nb\npuis rien"
    assert clean(from_html("<table><tr><td>Enedis</td><td>12 €</td></tr></table>")) == "Enedis 12 €"
    assert clean(from_html("<p><![CDATA[l'été]]></p>")) == "l'été"


def test_emoji_drawn_as_pictures_are_kept() -> None:
    markup = '<p>ça va <img class="x wp-smiley" alt="🙂" src="a.svg"> <img alt="une vue" src="b.jpg"></p>'
    assert clean(from_html(markup)) == "ça va 🙂"


def test_html_nested_behind_false_ends_is_not_parsed() -> None:
    """What closes nothing does not hide how deep it goes; parsing it took seconds."""
    markup = "<div></b>" * 40_000 + "fond"
    assert links_in_html(markup + '<a href="https://x.org/">') == []
    assert clean(from_html(markup)) == "fond"


@pytest.mark.parametrize("name", ["iframe", "script", "object", "noscript"])
def test_elements_in_short_form_or_without_an_end_hide_nothing(name: str) -> None:
    assert clean(from_html(f"<p>avant</p><{name} src='x'/><p>après</p>")) == "avant\n\naprès"
    if name != "script":
        assert clean(from_html(f"<p>avant</p><{name} src='x'><p>après</p>")) == "avant\n\naprès"


@pytest.mark.parametrize("name", ["figcaption", "aside", "main", "nav", "address", "summary", "center", "legend"])
def test_blocks_stand_on_lines_of_their_own(name: str) -> None:
    assert clean(from_html(f"<div>avant<{name}>Lyon</{name}>après</div>")).split() == ["avant", "Lyon", "après"]
