"""The telling as a whole: what the exchange format, a reader and the detectors may expect of it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from socialhub.bridges import bridged
from socialhub.clock import HOUR, MINUTE, from_datetime
from socialhub.demo.generator import generate
from socialhub.demo.line import Line as TypedLine
from socialhub.demo.rhythm import PARIS
from socialhub.demo.story import EVENTS, PLANTED, SILENT_SOURCE, SPAN, Event
from socialhub.demo.topics import TOPICS
from socialhub.demo.voices import BLUESKY, MASTODON, MASTODON_WEST, SOURCES
from socialhub.demo.watched import story_lines
from socialhub.model import Deletion, Draft, Kind
from socialhub.pipeline.stories import Stories, Telling
from socialhub.pipeline.story_words import said
from socialhub.query import Document, Matcher, parse
from socialhub.sources.exchange import item_of
from socialhub.text import clean, tokenise
from tests.demo.conftest import SEED

Line = dict[str, Any]

# Operators, media, networks and makers of devices that exist must not be named in what people write.
REAL_NAMES = re.compile(
    r"\b(sfr|bouygues|sosh|iliad|altice|freebox|livebox|bbox|prixtel|verizon|vodafone|google|apple|iphone|samsung"
    r"|android|huawei|netflix|youtube|tiktok|instagram|facebook|whatsapp|twitter|twitch|amazon|disney|microsoft|zoom|bfm"
    r"|tf1|canal\+|ouest-france|le figaro|libération|télégramme|france inter|mediapart|arcep|starlink|nokia"
    r"|ericsson|xiaomi|playstation|xbox|nintendo|leclerc|linkedin|snapchat|spotify|deezer|free mobile)\b"
    r"|(chez|opérateur|@|#) ?(orange|free)\b"  # elsewhere a colour, and English
)


def at(line: Line) -> int:
    return from_datetime(datetime.fromisoformat(line["published_at"]))


def matched(lines: list[Line]) -> list[tuple[int, frozenset[str]]]:
    """(moment, slugs of topics) of every line."""
    matcher = Matcher({number: parse(topic.query) for number, topic in enumerate(TOPICS)})
    return [
        (
            at(line),
            frozenset(
                TOPICS[number].slug
                for number in matcher.match(
                    Document(title_tokens=tokenise(line.get("title", "")), text_tokens=tokenise(line["text"]))
                )
            ),
        )
        for line in lines
    ]


def test_the_same_seed_and_start_tell_the_same_story(lines: list[Line], start: int) -> None:
    assert list(generate(SEED, start)) == lines


@cache
def of_another_seed(start: int) -> tuple[Line, ...]:
    """A telling that two tests look at."""
    return tuple(generate(1, start))


def test_another_seed_tells_another_story(lines: list[Line], start: int) -> None:
    other = {line["text"] for line in of_another_seed(start)}
    assert len({line["text"] for line in lines} - other) > 3_000


@pytest.mark.parametrize("shift", [0, 3, pytest.param(4, marks=pytest.mark.long)])
def test_volume_on_any_day_of_the_week(start: int, shift: int) -> None:
    told = [(line["source"], line["native_id"]) for line in of_another_seed(start + shift * 24 * HOUR)]
    assert 7_000 <= len(set(told)) <= 9_500
    assert len(told) - len(set(told)) < 3_000


def test_every_line_is_read_by_the_importer(lines: list[Line], start: int) -> None:
    kinds = {kind.value for kind in Kind}
    for line in lines:
        item = item_of(line, PARIS, b"")
        assert line["source"] in SOURCES
        assert start <= at(line) < start + SPAN
        if line.get("deleted"):
            assert isinstance(item, Deletion)
            continue
        assert isinstance(item, Draft)
        assert item.kind in kinds
        assert clean(item.text) == item.text != ""


def test_lines_come_in_order_of_time(lines: list[Line]) -> None:
    assert all(at(before) <= at(after) for before, after in pairwise(lines))


def test_every_source_speaks(lines: list[Line]) -> None:
    assert {line["source"] for line in lines} == set(SOURCES)


def test_edits_and_deletions_come_after_what_they_change(lines: list[Line], mentions: list[Line]) -> None:
    words = {(line["source"], line["native_id"]): line["text"] for line in mentions}
    edits = sum(line["text"] not in ("", words.get((line["source"], line["native_id"]))) for line in lines)
    deletions = [line for line in lines if line.get("deleted")]
    assert edits >= 8
    assert len(deletions) >= 5
    born: set[tuple[str, str]] = set()
    for line in lines:
        key = line["source"], line["native_id"]
        assert not line.get("deleted") or key in born
        born.add(key)


def test_replies_answer_a_post_of_their_source(lines: list[Line]) -> None:
    replies = [line for line in lines if line.get("parent_id")]
    ids = {(line["source"], line["native_id"]) for line in lines}
    assert len(replies) > 500
    known = sum((line["source"], line["parent_id"]) in ids for line in replies)
    assert known / len(replies) > 0.97  # some answer what was written while a source was not heard


def test_some_english(mentions: list[Line]) -> None:
    assert 0.09 <= sum(line.get("lang") == "en" for line in mentions) / len(mentions) <= 0.15


def test_about_a_quarter_are_repeats_and_no_text_is_everywhere(mentions: list[Line]) -> None:
    texts = Counter(line["text"] for line in mentions)
    repeats = 1 - len(texts) / len(mentions)
    assert 0.17 <= repeats <= 0.3
    assert texts.most_common(1)[0][1] / len(mentions) < 0.015


def test_only_what_is_passed_on_folds_into_stories(mentions: list[Line]) -> None:
    told = [
        Telling(said(line.get("title", ""), line["text"]), hash(line["text"]), line["kind"], at(line), alike=True)
        for line in mentions
    ]
    stories = Stories().place(told)
    words: defaultdict[int, set[int]] = defaultdict(set)
    titles = {line["title"] for line in mentions if line["kind"] == "article"}
    false = folded = 0
    for line, telling, story in zip(mentions, told, stories, strict=True):
        known = words[id(story)]
        if known and telling.said.whole not in known and not any(title in line["text"] for title in titles):
            false += not line.get("title")
        folded += bool(known)
        known.add(telling.said.whole)
    assert false / len(mentions) < 0.05
    assert folded / len(mentions) > 0.15


def test_no_sentence_of_ordinary_people_comes_all_the_time(mentions: list[Line]) -> None:
    texts = {line["text"] for line in mentions}
    sentences = Counter(
        sentence.strip(" .!?").lower() for text in texts for sentence in re.split(r"[.!?] ", text) if len(sentence) > 25
    )
    assert sentences.most_common(1)[0][1] / len(texts) < 0.008


def test_a_few_authors_have_most_followers(mentions: list[Line]) -> None:
    followers = sorted({line["handle"]: line["followers"] for line in mentions if line.get("followers")}.values())
    assert len(followers) > 1_000
    assert followers[len(followers) // 2] < 400
    assert sum(followers[-len(followers) // 50 :]) > sum(followers) / 2


def test_handles_are_stable(mentions: list[Line]) -> None:
    names: dict[tuple[str, str], str] = {}
    for line in mentions:
        if handle := line.get("handle"):
            assert names.setdefault((line["source"], handle), line["author"]) == line["author"]


def test_reviews_have_ratings(mentions: list[Line]) -> None:
    reviews = [line for line in mentions if line.get("kind") == "review"]
    assert len(reviews) > 150
    assert {line["rating"] for line in reviews} == {1, 2, 3, 4, 5}


def test_no_real_brand_is_named(lines: list[Line]) -> None:
    for line in lines:
        for name in ("text", "title", "author", "handle", "url"):
            assert not REAL_NAMES.search(str(line.get(name, "")).lower()), line


def test_all_addresses_are_reserved_ones(lines: list[Line]) -> None:
    for line in lines:
        for host in re.findall(r"https?://([^/\s]+)", f"{line.get('url', '')} {line['text']}"):
            assert host.endswith(".example"), host


def test_nights_are_quiet_and_evenings_busy(mentions: list[Line], start: int) -> None:
    hours = Counter((at(line) - start) // HOUR for line in mentions)
    night = sum(hours[hour] for hour in range(2))
    lunch = sum(hours[hour] for hour in (5, 6))
    assert night * 4 < lunch


def test_nothing_was_heard_in_the_hole_nor_from_the_silent_source(lines: list[Line], start: int) -> None:
    hole, silence = EVENTS["hole"], EVENTS["silence"]
    for line in lines:
        offset = at(line) - start
        assert not hole.start_offset_ms <= offset < hole.end_offset_ms
        if line["source"] == SILENT_SOURCE:
            assert not silence.start_offset_ms <= offset < silence.end_offset_ms
    others = [line for line in lines if silence.start_offset_ms <= at(line) - start < silence.end_offset_ms]
    assert len(others) > 15


@pytest.mark.parametrize("event", [event for event in PLANTED if event.topic], ids=lambda event: event.name)
def test_every_planted_event_shows_within_ten_minutes(mentions: list[Line], start: int, event: Event) -> None:
    moments = [moment - start for moment, topics in matched(mentions) if event.topic in topics]
    first_ten = sum(event.start_offset_ms <= moment < event.start_offset_ms + 10 * MINUTE for moment in moments)
    hour_before = sum(event.start_offset_ms - HOUR <= moment < event.start_offset_ms for moment in moments)
    assert first_ten >= 15
    assert first_ten > 2.5 * (hour_before + 1) / 6


def test_nearly_all_mentions_concern_a_topic(mentions: list[Line]) -> None:
    assert sum(bool(topics) for _moment, topics in matched(mentions)) / len(mentions) > 0.9


def test_the_outage_goes_through_the_west_in_order(mentions: list[Line], start: int) -> None:
    begun = start + EVENTS["outage"].start_offset_ms
    told = [line for line in mentions if begun <= at(line) < begun + 40 * MINUTE and line.get("place")]
    first = [line["place"] for line in told[:25]]
    assert first.count("Ille-et-Vilaine") > len(first) / 3


def test_the_press_takes_the_outage_up_after_25_minutes(mentions: list[Line], start: int) -> None:
    begun = start + EVENTS["outage"].start_offset_ms
    articles = [at(line) for line in mentions if line["kind"] == "article" and "panne" in line["title"].lower()]
    assert min(moment for moment in articles if moment >= begun) == begun + 25 * MINUTE


def test_some_posts_are_seen_on_two_servers_and_over_the_bridge_after_their_original() -> None:
    shown: defaultdict[str, list[TypedLine]] = defaultdict(list)
    for line in story_lines(SEED, from_datetime(datetime(2026, 11, 21, 6, tzinfo=PARIS))):
        if line.canonical_id:
            shown[line.canonical_id].append(line)
    ways = [lines for lines in shown.values() if len(lines) > 1]
    assert {line.source for lines in ways for line in lines} == {MASTODON, MASTODON_WEST, BLUESKY}
    for original, *copies in ways:
        assert (original.source, original.canonical_id) == (MASTODON, original.url)
        for copy in copies:
            over_the_bridge = copy.source == BLUESKY
            assert copy.handle == (bridged(original.handle) if over_the_bridge else original.handle)
            assert original.text.startswith(copy.text.rstrip("…"))
            assert copy.at > original.at
