"""A mention as lines: what is said where, exact widths, and nothing that a terminal could obey."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from socialhub.clock import DAY, HOUR
from socialhub.i18n import set_language
from socialhub.model import Kind, Mention, Tone
from socialhub.widgets.cells import Line, width_of
from socialhub.widgets.detail import MentionDetail, detail_text, drawn_words, thread_link
from socialhub.widgets.feed_rows import columns_for, mention_lines, short_source, time_cell, who
from socialhub.widgets.glyphs import ASCII, UNICODE
from tests.console.rows import mention
from tests.seed import NOW

TODAY = datetime.fromtimestamp(NOW / 1000, UTC)
HOSTILE = [
    "\x1b]0;owned\x07title",
    "\x1b[2J\x1b[1;1Hgone",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1b]52;c;ZXZpbA==\x07",
    "[/b][@click=app.quit]press[/]",
    "\u202egnirts desrever",
    "zalgo" + "\u0301" * 10_000,
    "x" * 1_000_000,
    "\ud800 alone \udfff",
    "".join(chr(code) for code in [*range(0x20), *range(0x7F, 0xA0)]),
    "👨‍👩‍👧‍👦 👍🏽 ❤️ 🇫🇷",
    "日本語のテキスト",
]


def drawn(line: Line) -> str:
    return "".join(piece.text for piece in line)


def is_plain(text: str) -> bool:
    return all(unicodedata.category(char) not in ("Cc", "Cs") and not "\u202a" <= char <= "\u202e" for char in text)


def one(found: Mention, width: int = 100) -> str:
    return drawn(mention_lines(found, columns_for(width, 1), 1, TODAY, UTC, UNICODE)[0])


@pytest.mark.parametrize("width", [30, 40, 60, 65, 80, 120, 200])
@pytest.mark.parametrize("density", [1, 2])
@pytest.mark.parametrize("said", HOSTILE)
def test_hostile_words_in_every_field_stay_words(said: str, density: int, width: int) -> None:
    found = mention(text=said, title=said, author=said, handle=said, site=said, source=said, url=said, place=said)
    for shape in (
        found,
        mention(kind=Kind.ARTICLE, site=said, title=said),
        mention(warning=said),
        mention(tombstone=said),
    ):
        lines = mention_lines(shape, columns_for(width, density), density, TODAY, UTC, UNICODE)
        assert len(lines) == density
        for line in lines:
            assert width_of(drawn(line)) == width
            assert is_plain(drawn(line))


@given(st.text(max_size=300), st.integers(24, 160), st.sampled_from([1, 2]))
@example("\t\r\n\x85\u2028", 40, 1)
def test_any_text_makes_lines_of_the_asked_width(said: str, width: int, density: int) -> None:
    found = mention(text=said, title=said[:40], handle=said[:20], source=said[:9])
    for line in mention_lines(found, columns_for(width, density), density, TODAY, UTC, UNICODE):
        assert width_of(drawn(line)) == width
        assert is_plain(drawn(line))


@pytest.mark.parametrize("said", HOSTILE)
def test_the_detail_draws_hostile_words_as_words(said: str) -> None:
    found = mention(text=said[:5000], title=said[:500], author=said, handle=said, bio=said, url=said, tombstone="")
    detail = MentionDetail(found, drawn_words(found.title), drawn_words(found.text), topics=(said,), links=(said,))
    text = detail_text(detail, NOW, UTC, UNICODE).plain
    assert is_plain(text.replace("\n", ""))


def test_tones_differ_in_shape_not_only_in_colour() -> None:
    shapes = {one(mention(tone=tone))[8] for tone in Tone} | {one(mention(tone=None))[8]}
    assert len(shapes) == 4
    assert one(mention(tone=Tone.NEGATIVE, confidence=0.2))[8] == one(mention(tone=None))[8]


def test_an_unread_mention_is_marked() -> None:
    assert one(mention())[1] == "•"
    assert one(mention(unread=False))[1] == " "


def test_another_day_shows_its_date_in_the_language() -> None:
    yesterday = mention(published=NOW - DAY)
    assert one(mention())[2:7] == "20:26"
    assert one(yesterday)[2:7] == "05-27"
    set_language("fr")
    try:
        assert one(yesterday)[2:7] == "27/05"
    finally:
        set_language("en")


def test_a_content_warning_covers_the_text() -> None:
    assert "[CW: panne]" in one(mention(warning="panne", text="secret"))
    assert "secret" not in one(mention(warning="panne", text="secret"))


def test_a_tombstone_says_so() -> None:
    assert "deleted by its author" in one(mention(tombstone="deleted", text=""))
    assert "legal" in one(mention(tombstone="legal", text=""))


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"kind": Kind.ARTICLE, "site": "ouest-france.fr"}, "ouest-france.fr"),
        ({"handle": "lea"}, "@lea"),
        ({"handle": "vroum.bsky.social"}, "vroum.bsky.social"),
        ({"handle": "lea@piaille.fr"}, "@lea"),
        ({"handle": "", "author": "Karim"}, "Karim"),
        ({"kind": Kind.REVIEW, "author": "Karim", "handle": "k1"}, "Karim"),
        ({"handle": "100070073", "author": "Léa Martin", "kind": Kind.COMMENT}, "Léa Martin"),
        ({"handle": "100070073", "author": "", "kind": Kind.COMMENT}, "@100070073"),
    ],
)
def test_who_speaks(fields: dict[str, str], name: str) -> None:
    assert who(mention(**fields)) == name


def test_a_review_shows_its_stars_also_in_ascii() -> None:
    review = mention(kind=Kind.REVIEW, rating=4.0)
    assert "★★★★☆" in one(review)
    assert "4/5" in drawn(mention_lines(review, columns_for(100, 1), 1, TODAY, UTC, ASCII)[0])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("presse:ouest-matin", "ouest-matin"),
        ("bluesky", "bluesky"),
        ("un-nom-sans-deux-points", "un-nom-sans-deux-points"),
    ],
)
def test_a_cut_source_keeps_what_tells_it_apart(name: str, shown: str) -> None:
    assert short_source(name, 10) == shown
    assert short_source(name, 40) == name


def test_a_parent_becomes_a_link_where_its_identity_tells_it() -> None:
    assert thread_link("https://piaille.fr/@lea/1") == "https://piaille.fr/@lea/1"
    assert thread_link("at://did:plc:abc/app.bsky.feed.post/3k") == "https://bsky.app/profile/did:plc:abc/post/3k"
    assert thread_link("at://did:plc:abc/app.bsky.feed.like/3k") == ""
    assert thread_link("1234") == ""


def test_a_time_for_a_day_then_a_date() -> None:
    assert time_cell(NOW - 23 * HOUR, TODAY, UTC) == f"{TODAY - timedelta(hours=23):%H:%M}"
    assert time_cell(NOW - 25 * HOUR, TODAY, UTC) == f"{TODAY - timedelta(hours=25):%m-%d}"


@pytest.mark.parametrize("width", [20, 40, 57, 68, 80, 120])
@pytest.mark.parametrize("density", [1, 2])
@pytest.mark.parametrize("said", [*HOSTILE, "sav", ""])
def test_what_is_done_about_a_mention_stands_at_the_right_edge(said: str, density: int, width: int) -> None:
    for fields in (
        {"assignee": said, "state": "closed"},
        {"assignee": "lea", "tags": (said or "x", "b"), "notes": 2, "state": "closed"},
        {"tags": ("une-etiquette-tres-longue",), "state": "closed"},
    ):
        for glyphs in (UNICODE, ASCII):
            lines = mention_lines(mention(**fields), columns_for(width, density), density, TODAY, UTC, glyphs)
            assert [width_of(drawn(line)) for line in lines] == [width] * density
            assert drawn(lines[0])[-1] == glyphs.closed
            assert is_plain(drawn(lines[0]))


def test_a_mention_that_nobody_touched_has_the_whole_line_for_its_words() -> None:
    words = "mot " * 60
    plain, tagged = one(mention(text=words)), one(mention(text=words, tags=("sav",), assignee="karim"))
    assert plain.rstrip().endswith("…")
    assert "#sav karim" in tagged
    assert tagged.rindex("…") < plain.rindex("…")


def test_a_muted_mention_is_marked_until_its_mute_ends() -> None:
    assert one(mention(muted_until=NOW + HOUR)).endswith("∅")
    assert "∅" not in one(mention(muted_until=NOW - 1))
