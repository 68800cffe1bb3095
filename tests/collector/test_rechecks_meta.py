"""What Meta's pages and accounts gave is followed for good: after every restart, within the hour, by its word alone.

Every round is a collector of its own, as after a restart of the program. Over loopback servers.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from socialhub.clock import DAY, HOUR, MINUTE
from tests.collector.test_rechecks import gone
from tests.recorded.test_whole_program import Room
from tests.servers import NOON, Answer, HandClock, clock_at
from tests.sources.fake_graph import ACCOUNT, PAGE, TOKEN, FakeGraph, medium, refusal

OLD = NOON - 40 * DAY


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    """The token of both sources."""
    monkeypatch.setenv("META", TOKEN)


def room_of(folder: Path, server: FakeGraph, keys: str) -> Room:
    """A room with one source of that server."""
    common = f'token = "env:META"\nserver = "{server.url}"\nallow_private = true\n'
    return Room(folder, f'[[sources]]\nname = "meta"\n{keys}{common}')


def page_room(folder: Path, server: FakeGraph) -> Room:
    """A room that follows a page."""
    return room_of(folder, server, f'kind = "facebook"\npages = ["{PAGE}"]\nmentions = false\n')


def account_room(folder: Path, server: FakeGraph) -> Room:
    """A room that follows an account, who tags it, and a hashtag."""
    return room_of(folder, server, f'kind = "instagram"\naccount = "{ACCOUNT}"\nhashtags = ["fibre"]\n')


async def rounds(room: Room, first: int) -> None:
    """As many polls, an hour apart, as it takes until everything stored had its turn."""
    for hour in range(5):
        await room.poll(clock_at(first + hour * HOUR))


def wordings(room: Room, native: str) -> list[str]:
    """What a post said before, and what it says now."""
    before = room.ask(
        "SELECT v.text FROM versions v JOIN mentions m ON m.id = v.mention"
        f" WHERE m.native_id = '{native}' ORDER BY v.seen"
    )
    return [text for (text,) in [*before, *room.ask(f"SELECT text FROM mentions WHERE native_id = '{native}'")]]


async def test_comments_beneath_old_posts_of_a_page(tmp_path: Path) -> None:
    """Deleted with the replies beneath, edited, twice: none of it stands in the page's lists any more."""
    async with FakeGraph() as server:
        post = server.post(0, OLD)
        for number in range(4):
            server.comment(post, number, OLD + number * MINUTE)
        server.comment(post, 9, OLD + HOUR, parent={"id": "0_1"}, message="a reply")
        room = page_room(tmp_path, server)
        await room.poll(clock_at(NOON - DAY))
        for number in range(1, 40):
            server.post(number, NOON - HOUR + number * MINUTE)
        del post["said"][4], post["said"][1]
        post["said"][1]["message"] = "comment 2, corrected"
        await rounds(room, NOON)
        assert gone(room) == {"0_1": "deleted", "0_9": "deleted"}
        post["said"][1]["message"] = "comment 2, corrected again"
        await rounds(room, NOON + 6 * HOUR)
        assert wordings(room, "0_2") == ["comment 2", "comment 2, corrected", "comment 2, corrected again"]
        assert room.ask("SELECT kind, parent_id FROM mentions WHERE native_id = '0_2'") == [("comment", f"{PAGE}_0")]
        assert room.is_sound()


async def test_a_reply_is_found_gone_long_after_the_comment_above_it(tmp_path: Path) -> None:
    """Nothing stored says any more where it stood."""
    async with FakeGraph() as server:
        post = server.post(0, NOON - HOUR)
        server.comment(post, 1, NOON - HOUR)
        server.comment(post, 2, NOON - HOUR)
        reply = server.comment(post, 3, NOON - HOUR, parent={"id": "0_1"})
        room = page_room(tmp_path, server)
        await room.poll(clock_at(NOON))
        del post["said"][0]
        await room.poll(clock_at(NOON + HOUR))
        assert gone(room) == {"0_1": "deleted"}
        post["said"].remove(reply)
        await room.poll(clock_at(NOON + 3 * DAY))
        assert gone(room) == {"0_1": "deleted", "0_3": "deleted"}


async def test_a_page_that_the_token_may_not_read_any_more_loses_nothing(tmp_path: Path) -> None:
    """Another page that it may read answers in the same round."""
    async with FakeGraph() as server:
        theirs = server.post(7, NOON - HOUR, id="2002_7")
        server.comment(theirs, 1, NOON - HOUR)
        server.comment(server.post(1, NOON - HOUR), 1, NOON - HOUR)
        room = room_of(tmp_path, server, f'kind = "facebook"\npages = ["{PAGE}", "2002"]\nmentions = false\n')
        await room.poll(clock_at(NOON))
        assert len(room.ask("SELECT 1 FROM mentions")) == 4
        server.posts.remove(theirs)
        server.posts[0]["message"] = "post 1, corrected"
        await room.poll(clock_at(NOON + HOUR))
        assert gone(room) == {}
        assert wordings(room, f"{PAGE}_1")[-1] == "post 1, corrected"


async def test_media_and_comments_of_an_account(tmp_path: Path) -> None:
    """Of other people's media nobody may ask by id: they are left alone."""
    async with FakeGraph(clock=clock_at(NOON - DAY)) as server:
        picture, other = server.picture(1, OLD), server.picture(2, OLD)
        said = server.remark(picture, 1, OLD, replies=((2, OLD + MINUTE), (3, OLD + MINUTE)))
        server.remark(picture, 4, OLD)
        server.tagged.append(medium(50, OLD, username="lea.lyon"))
        server.by_hashtag["fibre"] = [medium(60, NOON - DAY - HOUR)]
        room = account_room(tmp_path, server)
        await room.poll(clock_at(NOON - DAY))
        assert len(room.ask("SELECT 1 FROM mentions")) == 8
        for number in range(70, 110):
            server.picture(number, NOON - HOUR)
        server.tagged.clear()
        server.media.remove(other)
        picture["caption"] = "picture 1, corrected"
        missing = said["replies"]["data"].pop()
        await rounds(room, NOON)
        assert gone(room) == {other["id"]: "deleted", missing["id"]: "deleted"}
        assert wordings(room, picture["id"]) == ["picture 1 #fibre", "picture 1, corrected"]
        left = said["replies"]["data"][0]["id"]
        assert room.ask(f"SELECT kind, parent_id FROM mentions WHERE native_id = '{left}'") == [("reply", said["id"])]
        asked = {native for query in server.questions("") for native in query["ids"].split(",")}
        assert asked.isdisjoint({medium(50, 0)["id"], medium(60, 0)["id"]})


TROUBLES = {
    "a server in trouble": Answer(b"<h1>Sorry</h1>", 500),
    "a page that is no answer": Answer(b"<h1>Not found</h1>", 404, {"Content-Type": "text/html"}),
    "trouble in its own words": refusal(2, "An unexpected error has occurred", 500),
    "a token that ended": refusal(190, "Error validating access token: it expired", 400),
    "too many calls": refusal(4, "(#4) Application request limit reached", 400),
    "too many calls of a page": refusal(80001, "There have been too many calls", 400),
    "a permission that is missing": refusal(10, "(#10) Permission denied", 403),
    "an odd answer": Answer(b'{"data": []}', 200, {"Content-Type": "application/json"}),
    "no answer": Answer(b"", 200),
}


# In turn: each trouble with one of the two, which read what the same server answers; with both by `make test-long`.
@pytest.mark.parametrize(
    ("trouble", "make"),
    [
        pytest.param(trouble, make, marks=pytest.mark.long if (row + column) % 2 == 0 else ())
        for row, trouble in enumerate(TROUBLES)
        for column, make in enumerate((page_room, account_room))
    ],
)
async def test_trouble_is_no_deletion(tmp_path: Path, make: Callable[[Path, FakeGraph], Room], trouble: str) -> None:
    """And once it is over, what is gone is found to be."""
    async with FakeGraph() as server:
        for number in range(3):
            server.comment(server.post(number, NOON - HOUR), 1, NOON - HOUR)
            server.remark(server.picture(number, NOON - HOUR), number, NOON - HOUR)
        room = make(tmp_path, server)
        await room.poll(clock_at(NOON))
        stored = len(room.ask("SELECT 1 FROM mentions"))
        assert stored == 6
        lost = {server.posts.pop()["id"], server.media.pop()["id"], "2_1", "17800000000000002"}
        server.refusals[""] = TROUBLES[trouble]
        await room.poll(clock_at(NOON + HOUR))
        assert server.questions("")
        assert gone(room) == {}
        server.refusals.clear()
        await room.poll(clock_at(NOON + 3 * HOUR))
        assert set(gone(room)) == lost & {native for (native,) in room.ask("SELECT native_id FROM mentions")}
        assert len(gone(room)) == 2


async def test_what_is_left_of_an_hour_is_for_what_is_new(tmp_path: Path) -> None:
    """The page is listened to while nothing is asked again; when the hour is over that is made up for."""
    clock = HandClock(NOON)
    async with FakeGraph(clock=clock, calls_an_hour=20) as server:
        server.post(1, NOON - HOUR)
        away = server.post(2, NOON - HOUR)
        room = page_room(tmp_path, server)
        for _round in range(5):
            await room.poll(clock)
            clock.moment += MINUTE
        server.posts.remove(away)
        asked = len(server.questions(""))
        for number in range(3):
            server.post(30 + number, clock.moment)
            await room.poll(clock)
            clock.moment += MINUTE
        assert len(server.questions("")) == asked
        assert room.ask(f"SELECT 1 FROM mentions WHERE native_id = '{PAGE}_32'")
        assert gone(room) == {}
        assert server.breaches == []
        clock.moment += HOUR
        await room.poll(clock)
        assert gone(room) == {away["id"]: "deleted"}


async def test_a_post_that_spoils_every_answer_does_not_stop_the_others_for_ever(tmp_path: Path) -> None:
    """A server that fails over one of them; a limit that is met is another matter."""
    async with FakeGraph() as server:
        for number in range(60):
            server.post(number, OLD + number * MINUTE)
        room = page_room(tmp_path, server)
        await room.poll(clock_at(NOON))
        for number in range(60, 90):
            server.post(number, OLD + number * MINUTE)
        await room.poll(clock_at(NOON + HOUR))
        stored = [native for (native,) in room.ask("SELECT native_id FROM mentions ORDER BY id")]
        assert len(stored) == 50
        server.spoiling = stored[3]
        away = stored[30]
        server.posts = [each for each in server.posts if each["id"] != away]
        for hour in range(2, 12):
            await room.poll(clock_at(NOON + hour * HOUR))
        assert gone(room) == {away: "deleted"}


async def test_a_turn_waits_as_long_as_a_limit_is_met(tmp_path: Path) -> None:
    """However often it is put off: nothing was said of its posts."""
    async with FakeGraph() as server:
        for number in range(25):
            server.post(number, OLD + number * MINUTE)
        room = page_room(tmp_path, server)
        await room.poll(clock_at(NOON))
        stored = [native for (native,) in room.ask("SELECT native_id FROM mentions ORDER BY id")]
        server.posts = [each for each in server.posts if each["id"] != stored[21]]
        server.refusals[""] = refusal(4, "(#4) Application request limit reached", 400)
        for hour in range(1, 6):
            await room.poll(clock_at(NOON + hour * HOUR))
        server.refusals.clear()
        await room.poll(clock_at(NOON + 6 * HOUR))
        assert gone(room) == {stored[21]: "deleted"}
