"""Stories on the command line: one line each, and how one spread."""

from __future__ import annotations

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
