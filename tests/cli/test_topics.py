"""Topics on the command line: tried, added, changed, and the past that follows."""

from __future__ import annotations

from pathlib import Path

import pytest

from socialhub.config import load
from socialhub.store.connection import collector_lock
from socialhub.store.rematch_jobs import unfinished_rematches
from tests.cli.conftest import Shell
from tests.room import is_sound
from tests.seed import reopen


def test_a_trial_tells_days_near_misses_and_what_it_cost(room: Shell) -> None:
    (tried,) = room.json("topics", "test", "(fibre box OR panne) -rennes")
    assert tried["exact"]
    assert sum(tried["days"].values()) == tried["mentions"] == sum(tried["sources"].values())
    assert tried["seconds"] < 10
    assert tried["change"] is None
    (tried,) = room.json("topics", "test", "fibre -rennes")
    assert [near["part"] for near in tried["near_misses"]] == ["NOT rennes"]
    near = tried["near_misses"][0]
    assert near["mentions"] >= len(near["samples"]) == 3
    assert all("Rennes" in sample["text"] for sample in near["samples"])


def test_against_the_present_query(room: Shell) -> None:
    (tried,) = room.json("topics", "test", "fibre OR résultats", "--topic", "fibre")
    change = tried["change"]
    assert (change["topic"], change["present"]) == ("fibre", "fibre OR box")
    assert change["added"]["mentions"] > 0
    assert all("résultats" in sample["text"] for sample in change["added"]["samples"])
    assert all("box" in sample["text"] for sample in change["removed"]["samples"])
    assert "There is no topic nul" in room("topics", "test", "x", "--topic", "nul").stderr


def test_a_person_reads_the_same(room: Shell) -> None:
    result = room("topics", "test", "fibre -rennes", "--topic", "fibre")
    assert "tried in" in result.stderr
    assert "at most" in result.stderr
    assert "Against the present query of Fibre: 0 more" in result.stderr
    assert "Near misses" in result.stderr
    assert "NOT rennes" in result.stdout


def test_a_topic_is_added_and_its_past_matched(room: Shell) -> None:
    added = room("topics", "add", "Résultats", "résultats OR trimestre", "--kind", "issue")
    assert added.exit_code == 0, added.stderr
    assert "Nobody collects" in added.stderr
    assert load(room.config).topics[-1].id == "resultats"
    (done,) = room.json("topics", "rematch", "resultats")
    assert (done["id"], done["state"], done["removed"]) == ("resultats", "done", 0)
    counted = {row["id"]: row["last_7d"] for row in room.json("topics", "list")}
    assert counted["resultats"] == done["added"] > 5
    writer = reopen(room.cache).writer
    assert is_sound(writer)
    writer.close()


def test_a_changed_query_moves_the_past(room: Shell) -> None:
    before = {row["id"]: row["last_7d"] for row in room.json("topics", "list")}
    assert room("topics", "edit", "fibre", "--query", "box").exit_code == 0
    (done,) = room.json("topics", "rematch", "fibre")
    counted = {row["id"]: row["last_7d"] for row in room.json("topics", "list")}
    assert done["removed"] > 0
    assert counted["fibre"] == before["fibre"] + done["added"] - done["removed"]


def test_a_rematch_waits_and_goes_on(room: Shell) -> None:
    lock = collector_lock(room.cache)
    assert lock.acquire()
    (asked,) = room.json("topics", "rematch", "fibre", "--no-wait")
    assert (asked["state"], asked["paused"]) == ("waiting", False)
    (paused,) = room.json("topics", "rematch", "--pause")
    assert paused["paused"]
    assert "nothing to pause" in room("topics", "rematch", "--pause").stderr
    (resumed,) = room.json("topics", "rematch", "--resume")
    assert not resumed["paused"]
    lock.release()
    writer = reopen(room.cache).writer
    assert [job.operator for job in unfinished_rematches(writer.db)] != [""]
    writer.close()
    (done,) = room.json("topics", "rematch", "fibre")
    assert done["state"] == "done"


def test_what_cannot_be_saved_is_to_be_pasted(room: Shell) -> None:
    room.config.chmod(0o444)
    result = room("topics", "add", "Nouveau", "nouveau")
    assert result.exit_code == 3
    assert '[[topics]]\nname = "Nouveau"\nkind = "brand"\nquery = "nouveau"' in result.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "Neuf", "(neuf"), "character 1"),
        (("add", "Fibre", "fibre"), "already used"),
        (("edit", "fibre"), "Nothing to change"),
        (("edit", "nul", "--query", "x"), "There is no topic nul"),
        (("rematch", "nul"), "There is no topic nul"),
        (("rematch", "--pause", "--resume"), "Give one of"),
    ],
)
def test_what_is_refused(room: Shell, arguments: tuple[str, ...], told: str) -> None:
    before = Path(room.config).read_bytes()
    result = room("topics", *arguments)
    assert result.exit_code != 0
    assert told in result.stderr
    assert room.config.read_bytes() == before
