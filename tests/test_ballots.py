"""Questions to vote on, of three networks: choices are words of the post, votes are none. Over loopback servers."""

from __future__ import annotations

import json
import sys
from asyncio import create_subprocess_exec, subprocess
from datetime import UTC
from pathlib import Path
from typing import Any

import msgspec
import pytest

from socialhub.ballots import Ballot, Choice, Tally, with_choices
from socialhub.clock import HOUR
from socialhub.i18n import in_language
from socialhub.model import Draft
from socialhub.pipeline.normalise import MAX_CHOICES, normalise
from socialhub.sources.mastodon_status import items_of
from socialhub.sources.x_post import Includes, beside, read_posts
from socialhub.store.ballots import tally_of
from socialhub.store.connection import open_reader
from socialhub.widgets.detail import MentionDetail, detail_text
from socialhub.widgets.glyphs import UNICODE
from tests.collector.test_rechecks import shown
from tests.console.rows import mention
from tests.recorded.test_whole_program import Room
from tests.servers import NOON, clock_at
from tests.sources.fake_mastodon import FakeMastodon, status
from tests.sources.fake_x import FakeX, post

QUESTION = "Quel réseau vous a lâchés ?"


def poll(*choices: tuple[str, int | None], **changes: Any) -> dict[str, Any]:
    """A poll as Mastodon tells it."""
    options = [{"title": title, "votes_count": votes} for title, votes in choices]
    return {"id": "4", "expired": False, "multiple": False, "options": options, "voters_count": 9, **changes}


def raw(value: Any) -> msgspec.Raw:
    """As it was received."""
    return msgspec.Raw(json.dumps(value).encode())


def test_a_status_brings_its_choices_and_what_was_voted() -> None:
    asked = status(1, content=f"<p>{QUESTION}</p>", poll=poll(("Mandarine", 7), ("Citron & Co", None)))
    (draft,) = items_of(raw(asked), "piaille.example")[1]
    assert isinstance(draft, Draft)
    assert draft.ballot == Ballot((Choice("Mandarine", 7), Choice("Citron & Co")), voters=9)
    assert normalise(draft, NOON).text == f"{QUESTION}\n○ Mandarine\n○ Citron & Co"
    assert normalise(draft, NOON).text.count("Mandarine") == 1


@pytest.mark.parametrize("odd", [{"options": None}, {"options": []}, {"options": [{"votes_count": 1}]}, {"id": 5}])
def test_a_poll_without_choices_says_nothing(odd: dict[str, Any]) -> None:
    asked = status(1, poll={**poll(), **odd})
    (draft,) = items_of(raw(asked), "piaille.example")[1]
    assert isinstance(draft, Draft)
    assert normalise(draft, NOON).text.strip() == "message 1"
    assert draft.ballot is None


def test_choices_are_clean_single_lines_and_not_without_end() -> None:
    choices = (Choice("a\n\x1b[31mb\u202e"), Choice("  "), *(Choice(f"c{number}") for number in range(99)))
    draft = normalise(Draft("1", "", ballot=Ballot(choices, several=True)), NOON)
    lines = draft.text.splitlines()
    assert lines[:2] == ["☐ a b", "☐ c0"]
    assert len(lines) == MAX_CHOICES - 1
    assert "\x1b" not in draft.text


def test_a_quote_with_a_question_of_its_own_is_no_boost() -> None:
    quoting = status(2, content="", quote={"quoted_status": status(1)}, poll=poll(("Oui", 1), ("Non", 2)))
    (draft,) = items_of(raw(quoting), "piaille.example")[1]
    assert isinstance(draft, Draft)
    assert with_choices(draft.text, draft.ballot).strip() == "○ Oui\n○ Non"


def test_a_post_of_x_finds_its_choices_beside_it_in_their_order() -> None:
    options = [{"position": 2, "label": "Citron", "votes": 4}, {"position": 1, "label": "Mandarine", "votes": 7}]
    asked = post(NOON, 1, QUESTION, attachments={"poll_ids": ["5"]})
    around = beside(Includes(polls=[raw({"id": "5", "options": options}), raw({"options": []}), raw(7)]))
    (draft,) = read_posts([raw(asked)], around)[1]
    assert isinstance(draft, Draft)
    assert draft.ballot == Ballot((Choice("Mandarine", 7), Choice("Citron", 4)))
    assert not draft.partial
    (draft,) = read_posts([raw(asked)], beside(None))[1]
    assert isinstance(draft, Draft)
    assert draft.partial


async def found(room: Room, query: str) -> list[dict[str, Any]]:
    """What `socialhub search` finds."""
    command = [sys.executable, "-m", "socialhub", "--config", str(room.config), "--cache", str(room.cache)]
    process = await create_subprocess_exec(
        *command, "search", query, "--json", stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, _err = await process.communicate()
    return [json.loads(line) for line in out.splitlines()]


def votes(room: Room) -> tuple[list[str], int] | None:
    """What is told of the only question, and since when (whole hours)."""
    reader = open_reader(room.cache)
    try:
        tally = tally_of(reader, 1)
    finally:
        reader.close()
    if tally is None:
        return None
    return [f"{each.text} {each.votes}" for each in tally.ballot.choices], tally.at // HOUR * HOUR


async def test_choices_are_searched_votes_change_nothing_and_other_choices_are_an_edit(tmp_path: Path) -> None:
    asked = status(1, content=f"<p>{QUESTION}</p>", poll=poll(("Mandarine", 1), ("Citron", 2)))
    async with FakeMastodon([asked]) as server:
        table = f'[[sources]]\nname = "m"\nkind = "mastodon"\nserver = "{server.url}"\ntags = ["x"]\n'
        room = Room(tmp_path, f"{table}allow_private = true\n")
        await room.poll(clock_at(NOON))
        (mention,) = await found(room, "citron")
        assert mention["text"] == f"{QUESTION}\n○ Mandarine\n○ Citron"
        assert votes(room) == (["Mandarine 1", "Citron 2"], NOON)
        asked["poll"]["options"][1]["votes_count"] = 900
        await room.poll(clock_at(NOON + HOUR))
        assert room.ask("SELECT count(*) FROM versions") == [(0,)]
        assert votes(room) == (["Mandarine 1", "Citron 900"], NOON + HOUR)
        told = await shown(room, asked["id"], "fr_FR.UTF-8")
        assert "votes : Mandarine 1 · Citron 900 · 9 votants · dernier relevé 21 nov. 13:00" in told.replace(
            "\u00a0", " "
        )
        asked["poll"] = poll(("Mandarine", 0), ("Pamplemousse", 0))
        asked["edited_at"] = "2026-11-21T13:10:00.000Z"
        await room.poll(clock_at(NOON + 2 * HOUR))
        assert room.ask("SELECT text FROM versions") == [(f"{QUESTION}\n○ Mandarine\n○ Citron",)]
        assert votes(room) == (["Mandarine 0", "Pamplemousse 0"], NOON + 2 * HOUR)
        assert await found(room, "citron") == []
        assert len(await found(room, "pamplemousse")) == 1


async def test_a_question_that_somebody_passes_on_keeps_its_choices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """X sends it without them then: that is no edit."""
    monkeypatch.setenv("X", "env:X")
    asked = post(NOON - HOUR, 1, QUESTION, attachments={"poll_ids": ["5"]})
    async with FakeX([asked]) as server:
        options = [{"position": 1, "label": "Mandarine", "votes": 7}, {"position": 2, "label": "Citron", "votes": 4}]
        server.polls.append({"id": "5", "options": options})
        table = f'[[sources]]\nname = "x"\nkind = "x"\ntoken = "env:X"\nserver = "{server.url}"\nsearch = ["réseau"]\n'
        room = Room(tmp_path, f'{table}allow_private = true\nonly = ""\n')
        await room.poll(clock_at(NOON))
        whole = [(f"{QUESTION}\n○ Mandarine\n○ Citron",)]
        assert room.ask("SELECT text FROM mentions") == whole
        server.polls.clear()
        server.clock = clock_at(NOON + HOUR)
        server.beside.append({**asked, "public_metrics": {**asked["public_metrics"], "like_count": 50}})
        passed = {"referenced_tweets": [{"type": "retweeted", "id": asked["id"]}]}
        server.posts.append(post(NOON + HOUR // 2, 2, f"RT @lea_lyon: {QUESTION}", **passed))
        await room.poll(server.clock)
        assert room.ask("SELECT text FROM mentions") == whole
        assert room.ask("SELECT count(*) FROM versions") == [(0,)]
        assert room.ask("SELECT likes FROM mentions") == [(50,)]
        assert room.ask("SELECT count(*) FROM relays") == [(1,)]
        assert room.is_sound()


async def test_votes_of_a_server_that_is_behind_and_of_a_deleted_question(tmp_path: Path) -> None:
    """The greater number stands; with the words the votes go."""
    asked = status(1, content=f"<p>{QUESTION}</p>", poll=poll(("Mandarine", 40), ("Citron", 2)))
    async with FakeMastodon([asked]) as server:
        table = f'[[sources]]\nname = "m"\nkind = "mastodon"\nserver = "{server.url}"\ntags = ["x"]\n'
        room = Room(tmp_path, f"{table}allow_private = true\n")
        await room.poll(clock_at(NOON))
        asked["poll"]["options"][0]["votes_count"] = 3
        await room.poll(clock_at(NOON + HOUR))
        assert votes(room) == (["Mandarine 40", "Citron 2"], NOON)
        server.statuses.clear()
        await room.poll(clock_at(NOON + 2 * HOUR))
        assert room.ask("SELECT tombstone FROM mentions") == [("deleted",)]
        assert votes(room) is None
        assert room.ask("SELECT count(*) FROM ballots") == [(0,)]


def test_the_detail_pane_tells_votes_as_plain_text() -> None:
    ballot = Ballot((Choice("[b]Mandarine[/b]", 1_200), Choice("Citron")), several=True, voters=1)
    detail = MentionDetail(mention(), "", "", tally=Tally(NOON, ballot))
    with in_language("en"):
        drawn = detail_text(detail, NOON, UTC, UNICODE).plain.replace("\u202f", " ").replace("\xa0", " ")
    assert "[b]Mandarine[/b] 1,200 · Citron ? · 1 voter · as of 12:00" in drawn
