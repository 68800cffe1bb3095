"""`socialhub sentiment adapt`: what it would be worth, done, and undone."""

from __future__ import annotations

import json

import pytest

from socialhub.pipeline.sentiment.linear import shipped_weights
from socialhub.pipeline.sentiment.precise import is_installed
from tests.cli.conftest import Shell

needs_extra = pytest.mark.skipif(not is_installed(), reason="the extra [precise] is not built for this machine")
# Short, since the teacher takes its time over each word; hardly more than the 200 that are needed.
_MENTIONS = 204
_SAID = (
    "Mandarine : box morte au {n}",
    "Merci Mandarine pour le {n} !",
    "Mandarine ouvre le {n} lundi",
    "Mandarine, {n} lamentable",
)


@pytest.fixture
def told(room: Shell) -> Shell:
    """A room with hardly enough different mentions."""
    file = room.home / "past.jsonl"
    lines = [
        {
            "source": "past",
            "native_id": f"own-{n}",
            "text": _SAID[n % 4].format(n=n),
            "published_at": 1_795_000_000 + n,
        }
        for n in range(_MENTIONS)
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    assert room("import", str(file)).exit_code == 0
    return room


@needs_extra
@pytest.mark.long
def test_it_is_tried_without_changing_anything(told: Shell) -> None:
    (tried,) = told.json("sentiment", "adapt", "--dry-run")
    assert tried["model"] is None
    assert tried["learnt"] >= 200
    assert 0 <= tried["before"]["agreed"] <= tried["after"]["agreed"] <= 1
    (status,) = told.json("sentiment", "status")
    assert status["model"] == shipped_weights().name


@needs_extra
def test_it_is_done_and_undone(told: Shell) -> None:
    shipped = shipped_weights().name
    done = told("sentiment", "adapt")
    assert "complaints found" in done.stdout
    assert f"{shipped}+1 is in force" in done.stderr
    (status,) = told.json("sentiment", "status")
    assert status["model"] == f"{shipped}+1"
    assert told("sentiment", "relabel").exit_code == 0
    (status,) = told.json("sentiment", "status")
    assert list(status["judged_by"]) == [f"{shipped}+1"]
    (undone,) = told.json("sentiment", "adapt", "--undo")
    assert undone == {"left": f"{shipped}+1", "model": shipped}
    assert "nothing to undo" in told("sentiment", "adapt", "--undo").stderr


@needs_extra
def test_too_few_mentions_are_told(room: Shell) -> None:
    result = room("sentiment", "adapt")
    assert result.exit_code != 0
    assert "200 are needed" in result.stderr


def test_another_backend_cannot_be_adapted(room: Shell) -> None:
    room.config.write_text(room.config.read_text("utf-8") + '\n[sentiment]\nbackend = "textblob"\n', "utf-8")
    result = room("sentiment", "adapt")
    assert result.exit_code != 0
    assert "Only the linear model can be adapted" in result.stderr
