"""Stories on the command line: one line each, and how one spread."""

from __future__ import annotations

from socialhub.clock import MINUTE, real_now
from tests.cli.conftest import Shell
from tests.seed import prepared, reopen


def test_a_story_is_listed_once_and_shown_with_its_spread(room: Shell) -> None:
    seeded = reopen(room.cache)
    first = prepared("Dépêche : la box est en panne", author="Léa")
    copies = [prepared(f"Dépêche reprise {number}", author="Bob") for number in range(2)]
    for copy in copies:
        copy.same_story_as = first
    seeded.add([first, *copies])
    seeded.writer.close()
    listed = room.json("mentions", "list", "--stories", "--limit", "2")
    assert [row["copies"] for row in listed] == [2, 0]
    assert listed[0]["id"] == first.id
    assert "×3" in room("mentions", "list", "--stories", "--limit", "2").stdout
    assert [row["id"] for row in room.json("mentions", "list", "--limit", "1")] == [copies[-1].id]
    (shown,) = room.json("mentions", "show", str(copies[0].id))
    assert shown["story"]["mentions"] == 3
    assert shown["story"]["first_author"] == "Léa"
    assert shown["story"]["spread"] == [3]
    assert "×3" in room("mentions", "show", str(first.id)).stdout
    (alone,) = room.json("mentions", "show", str(listed[1]["id"]))
    assert alone["story"] is None


def test_topics_are_counted_by_mention_or_by_story(room: Shell) -> None:
    seeded, moment = reopen(room.cache), real_now() - MINUTE
    first = prepared("Dépêche : la box est en panne", published=moment, topics=(seeded.topic["fibre"],))
    copies = [prepared(f"Dépêche reprise {number}", published=moment, topics=first.topics) for number in range(2)]
    for copy in copies:
        copy.same_story_as = first
    before = {row["id"]: row for row in room.json("topics", "list")}["fibre"]
    seeded.add([first, *copies])
    seeded.writer.close()
    after = {row["id"]: row for row in room.json("topics", "list")}["fibre"]
    assert after["last_24h"] - before["last_24h"] == 3
    assert after["stories_last_24h"] - before["stories_last_24h"] == 1
    assert str(after["stories_last_7d"]) in room("topics", "list", "--stories").stdout
    status = {row["id"]: row for row in room.json("status") if row["about"] == "topic"}["fibre"]
    assert status["stories_last_24h"] == after["stories_last_24h"]
    assert f"\t{after['stories_last_24h']}\n" in room("status", "--stories").stdout
