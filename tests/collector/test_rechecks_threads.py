"""Posts of Threads are asked for again by their ids: edited, gone, shown again; believed only where Meta's word tells.

Every round is a collector of its own, as after a restart of the program. Over loopback servers.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from socialhub.clock import DAY, HOUR, MINUTE
from tests.collector.test_rechecks import gone, shown
from tests.collector.test_rechecks_meta import TROUBLES, wordings
from tests.recorded.test_whole_program import Room
from tests.servers import NOON, Answer, HandClock, clock_at
from tests.sources.fake_graph import refusal
from tests.sources.fake_threads import TOKEN, FakeThreads, post


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    """The token of the source."""
    monkeypatch.setenv("THREADS", TOKEN)


def room_of(folder: Path, server: FakeThreads, keys: str = "") -> Room:
    """A room that follows an account, who mentions it, and a word."""
    common = f'token = "env:THREADS"\nserver = "{server.url}"\nallow_private = true\nsearch = ["fibre"]\n'
    return Room(folder, f'[[sources]]\nname = "th"\nkind = "threads"\n{common}{keys}')


def filled(server: FakeThreads) -> None:
    """Three posts of others, one of the account with a reply."""
    server.posts += [post(number, NOON - HOUR + number * MINUTE) for number in range(3)]
    own = post(10, NOON - DAY, username="mandarine", has_replies=True, said=[])
    server.own += [own, post(11, NOON - DAY, username="mandarine", said=[])]
    own["said"].append(post(20, NOON - HOUR, is_reply=True))


async def test_edited_hidden_shown_again_and_deleted(tmp_path: Path) -> None:
    """An account that is private for some days cannot be told from a deletion: what it shows again is told again."""
    async with FakeThreads() as server:
        filled(server)
        room = room_of(tmp_path, server)
        await room.poll(clock_at(NOON))
        assert len(room.ask("SELECT 1 FROM mentions")) == 6
        hidden, deleted = server.posts.pop(0), server.own.pop(1)
        server.posts[0]["text"] = "post 1, corrected"
        reply = server.own[0]["said"][0]
        reply["text"], reply["is_reply"] = "a reply, corrected", False
        await room.poll(clock_at(NOON + 2 * HOUR))
        assert gone(room) == {hidden["id"]: "unavailable", deleted["id"]: "deleted"}
        assert wordings(room, server.posts[0]["id"]) == ["post 1 & <3", "post 1, corrected"]
        assert wordings(room, reply["id"])[-1] == "a reply, corrected"
        assert room.ask(f"SELECT kind FROM mentions WHERE native_id = '{reply['id']}'") == [("reply",)]
        said = await shown(room, hidden["id"], "fr_FR.UTF-8")
        assert "supprimée, ou le compte de son auteur est privé ou fermé" in said

        server.posts.append(hidden)
        await room.poll(clock_at(NOON + 3 * DAY))
        assert gone(room) == {deleted["id"]: "deleted"}
        assert wordings(room, hidden["id"]) == ["post 0 & <3"]
        assert room.is_sound()


async def test_an_app_that_may_not_read_others_by_their_id_takes_nothing_of_theirs_away(tmp_path: Path) -> None:
    """Posts of a tester are readable all the same."""
    async with FakeThreads(reads_others=False) as server:
        filled(server)
        server.posts.append(post(5, NOON - HOUR))
        room = room_of(tmp_path, server)
        await room.poll(clock_at(NOON))
        server.refusals[server.posts[3]["id"]] = Answer(
            b'{"id": "%s", "text": "x", "username": "tester"}' % server.posts[3]["id"].encode()
        )
        deleted = server.own.pop(1)
        await room.poll(clock_at(NOON + 2 * HOUR))
        assert gone(room) == {deleted["id"]: "deleted"}


@pytest.mark.parametrize("trouble", list(TROUBLES))
async def test_trouble_is_no_deletion(tmp_path: Path, trouble: str) -> None:
    """Neither of what was asked for nor of what is asked for after it, and once it is over, what is gone is found."""
    async with FakeThreads() as server:
        filled(server)
        room = room_of(tmp_path, server)
        await room.poll(clock_at(NOON))
        away = server.posts.pop(0)["id"]
        for each in [*server.posts, *server.own, *server.own[0]["said"], {"id": away}]:
            server.refusals[each["id"]] = TROUBLES[trouble]
        await room.poll(clock_at(NOON + 2 * HOUR))
        assert gone(room) == {}
        server.refusals.clear()
        await room.poll(clock_at(NOON + 6 * HOUR))
        assert gone(room) == {away: "unavailable"}


async def test_trouble_in_the_middle_keeps_what_was_read_and_ends_the_round(tmp_path: Path) -> None:
    """The next collector goes on with the same posts."""
    async with FakeThreads() as server:
        filled(server)
        room = room_of(tmp_path, server)
        await room.poll(clock_at(NOON))
        away = server.posts.pop(0)["id"]
        server.posts[1]["text"] = "post 2, corrected"
        turn = [path for path, _query in server.asked]
        server.refusals[server.own[0]["id"]] = refusal(190, "Error validating access token: it expired", 400)
        await room.poll(clock_at(NOON + 2 * HOUR))
        assert away in [path for path, _query in server.asked[len(turn) :]]
        assert gone(room) == {}
        assert wordings(room, server.posts[1]["id"]) == ["post 2 & <3", "post 2, corrected"]
        server.refusals.clear()
        await room.poll(clock_at(NOON + 4 * HOUR))
        assert gone(room) == {away: "unavailable"}


async def test_what_is_left_of_the_hour_is_for_what_is_new(tmp_path: Path) -> None:
    """Usage as Meta tells it: the account is listened to, nothing is asked again until there is room."""
    clock = HandClock(NOON)
    async with FakeThreads(clock=clock) as server:
        filled(server)
        room = room_of(tmp_path, server)
        await room.poll(clock)
        away = server.posts.pop(0)["id"]
        clock.moment += 2 * HOUR
        server.usage = 61
        server.mentions.append(post(40, clock.moment))
        asked = len(server.asked)
        await room.poll(clock)
        assert {path.partition("/")[0] for path, _query in server.asked[asked:]} <= {
            "me",
            "keyword_search",
            "18000000000000010",
        }
        assert "me" not in [path for path, _query in server.asked[asked:]]
        assert room.ask(f"SELECT 1 FROM mentions WHERE native_id = '{server.mentions[0]['id']}'")
        assert gone(room) == {}
        server.usage = 59
        clock.moment += HOUR
        await room.poll(clock)
        assert gone(room) == {away: "unavailable"}


async def test_a_code_of_an_error_can_be_named(tmp_path: Path) -> None:
    """How Threads words what is not there is believed only."""
    async with FakeThreads() as server:
        filled(server)
        room = room_of(tmp_path, server, 'gone_codes = ["24"]\n')
        await room.poll(clock_at(NOON))
        first, second = server.posts[0]["id"], server.posts[1]["id"]
        server.refusals[first] = refusal(24, "The requested resource does not exist", 400, 4279009)
        server.refusals[second] = refusal(100, "Unsupported get request", 400, 33)
        await room.poll(clock_at(NOON + 2 * HOUR))
        assert gone(room) == {first: "unavailable"}
