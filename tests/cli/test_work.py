"""The work on mentions and the mutes by command: what is changed, what is printed, how commands end."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from socialhub.clock import DAY, MINUTE, real_now
from tests.cli.conftest import Shell

IDS = ("65", "64", "63")


def standing(room: Shell, number: str) -> dict[str, Any]:
    (shown,) = room.json("mentions", "show", number)
    return shown


def ids(room: Shell, *words: str) -> list[int]:
    return [row["id"] for row in room.json(*words, "--limit", "99")]


def test_assign_by_id_and_whom_somebody_else_has_is_left_alone(room: Shell) -> None:
    assert room("--as", "karim", "mentions", "assign", "65").exit_code == 0
    result = room("--as", "lea", "mentions", "assign", *IDS)
    assert result.exit_code == 1
    assert "karim has mention 65: --force takes it over." in result.stderr
    assert "2 mentions changed." in result.stderr
    assert [standing(room, number)["assignee"] for number in IDS] == ["karim", "lea", "lea"]
    assert room("--as", "lea", "mentions", "assign", "65", "--to", "zoé", "--force").exit_code == 0
    assert standing(room, "65")["assignee"] == "zoé"
    assert room("--as", "zoé", "mentions", "assign", "65", "--nobody").exit_code == 0
    assert (standing(room, "65")["assignee"], standing(room, "65")["state"]) == (None, "open")


def test_tags_go_on_and_off_with_their_signs(room: Shell) -> None:
    assert room("mentions", "tag", "65", "64", "+À rappeler", "+hotline").exit_code == 0
    assert standing(room, "65")["tags"] == ["a-rappeler", "hotline"]
    result = room("mentions", "tag", "65", "-hotline", "--json")
    assert json.loads(result.stdout) == {
        "id": 65,
        "changed": True,
        "state": "new",
        "assignee": None,
        "tags": ["a-rappeler"],
        "notes": 0,
    }
    assert [row["id"] for row in room.json("mentions", "list", "--tag", "Hotline")] == [64]
    assert [row["id"] for row in room.json("search", "tag:a-rappeler")] == [65, 64]


def test_what_search_prints_can_be_worked_on(room: Shell) -> None:
    table = room("search", "fibre", "--limit", "3").stdout
    objects = room("search", "fibre", "--limit", "3", "--json").stdout
    wanted = [json.loads(line)["id"] for line in objects.splitlines()]
    assert room("mentions", "state", "waiting", given=table).exit_code == 0
    assert room("mentions", "note", "à revoir", given=objects).exit_code == 0
    for number in wanted:
        shown = standing(room, str(number))
        assert (shown["state"], shown["notes"]) == ("waiting", 1)
    assert sorted(row["id"] for row in room.json("mentions", "list", "--state", "waiting")) == sorted(wanted)


def test_unknown_mentions_are_named_and_the_others_done(room: Shell) -> None:
    result = room("mentions", "state", "closed", "65", "999")
    assert result.exit_code == 1
    assert "There is no mention 999." in result.stderr
    assert standing(room, "65")["state"] == "closed"


@pytest.mark.parametrize(
    ("words", "given", "code"),
    [
        (("tag", "65"), None, 2),
        (("tag", "65", "sav"), None, 2),
        (("tag", "65", "+!!!"), None, 1),
        (("state", "lost", "65"), None, 2),
        (("assign", "65", "--to", "a", "--nobody"), None, 2),
        (("note", "vu"), "id\ttext\nno number\n", 2),
        (("note", "\u200b", "65"), None, 1),
        (("mute", "999"), None, 1),
    ],
)
def test_what_cannot_be_done_is_a_sentence(room: Shell, words: tuple[str, ...], given: str | None, code: int) -> None:
    result = room("mentions", *words, given=given)
    assert result.exit_code == code
    assert "Traceback" not in result.stderr


def test_show_tells_state_notes_and_history(room: Shell) -> None:
    room("--as", "lea", "mentions", "assign", "65")
    room("--as", "lea", "mentions", "tag", "65", "+sav")
    room("--as", "karim", "mentions", "note", "client\x1b[31m joint", "65")
    text = room("mentions", "show", "65").stdout
    for words in ("taken by: lea", "tags: sav", "client joint", "lea took it", "karim wrote a note", "to do"):
        assert words in text
    shown = standing(room, "65")
    assert [event["action"] for event in shown["history"]] == ["assign", "state", "tag", "note"]
    table = room("mentions", "list", "--limit", "2").stdout.splitlines()
    assert table[0].split("\t")[5:] == ["state", "taken by", "tags", "text"]
    assert "\tto do\tlea\tsav\t" in table[1]


def test_a_list_that_nobody_worked_on_has_no_columns_for_it(room: Shell) -> None:
    assert room("mentions", "list").stdout.splitlines()[0].split("\t")[5:] == ["text"]


def test_a_mute_hides_counts_shows_and_is_lifted(room: Shell) -> None:
    before = ids(room, "search", "libre")
    result = room("--as", "lea", "mutes", "add", "libre", "--for", "2 d", "--reason", "bruit")
    assert result.exit_code == 0
    assert f"It hid {len(before)} mentions." in result.stderr
    hidden = room("search", "libre")
    assert (hidden.stdout.count("\n"), f"{len(before)} hidden by mutes: --muted" in hidden.stderr) == (1, True)
    assert ids(room, "search", "libre", "--muted") == before
    assert ids(room, "search", "libre is:muted") == before
    assert len(room.json("mentions", "list", "--limit", "99")) == 65 - len(before)
    (mute,) = room.json("mutes", "list")
    assert (mute["query"], mute["operator"], mute["hid"], mute["busy"]) == ("libre", "lea", len(before), False)
    (shown,) = room.json("mutes", "show", "1")
    assert [row["id"] for row in shown["mentions"]] == before[:20]
    assert room("mutes", "lift", "1").exit_code == 0
    again = room("mutes", "lift", "1")
    assert (again.exit_code, "over already" in again.stderr) == (1, True)
    assert ids(room, "search", "libre") == before
    assert (room.json("mutes", "list"), len(room.json("mutes", "list", "--all"))) == ([], 1)
    assert len(room("export").stdout.splitlines()) == 65


def test_a_broad_mute_wants_force(room: Shell) -> None:
    refused = room("mutes", "add", "--", "-licorne")
    assert refused.exit_code == 1
    assert "mentions of the last day" in refused.stderr
    assert room.json("mutes", "list") == []
    assert room("mutes", "add", "--force", "--", "-licorne").exit_code == 0


def test_a_mention_is_muted_by_what_it_has_in_common_with_others(room: Shell) -> None:
    found = next(row for row in room.json("mentions", "list") if row["handle"])
    assert room("mentions", "mute", str(found["id"]), "--force").exit_code == 0
    assert room.json("mutes", "list")[0]["query"] == f"handle:{found['handle']}"
    lost = room("mentions", "mute", str(found["id"]), "--by", "hashtag")
    assert lost.exit_code in (0, 1)
    assert room("mentions", "mute", str(found["id"]), "--by", "source", "--force").exit_code == 0
    assert room.json("mutes", "list")[0]["query"] == f"source:{found['source']}"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("add", "(libre"), 2),
        (("add", "is:unread"), 1),
        (("add", "libre", "--for", "soon"), 2),
        (("add", "libre", "--until", "demain"), 2),
        (("add", "libre", "--until", "2020-01-01"), 2),
        (("add", "libre", "--for", "1 d", "--for-ever"), 2),
        (("show", "9"), 1),
        (("lift", "9"), 1),
    ],
)
def test_mutes_that_cannot_be_are_refused(room: Shell, words: tuple[str, ...], code: int) -> None:
    result = room("mutes", *words)
    assert (result.exit_code, "Traceback" in result.stderr) == (code, False)
    assert room.json("mutes", "list", "--all") == []


def test_ends_are_days_and_moments_of_the_room(room: Shell) -> None:
    now = real_now()
    assert room("mutes", "add", "libre", "--until", "2099-12-31").exit_code == 0
    assert room("mutes", "add", "libre", "--until", "2099-12-31T18:00+00:00").exit_code == 0
    assert room("mutes", "add", "libre").exit_code == 0
    assert room("mutes", "add", "libre", "--for-ever").exit_code == 0
    ends = [row["ends_at"] for row in reversed(room.json("mutes", "list"))]
    assert (ends[1], ends[3]) == ("2099-12-31T18:00:00Z", None)
    assert ends[0] in ("2099-12-31T23:00:00Z", "2100-01-01T00:00:00Z")
    usual = datetime.fromisoformat(str(ends[2])).timestamp() * 1000 - now
    assert abs(usual - 7 * DAY) < MINUTE


def test_a_tone_is_corrected_by_command_and_given_back(room: Shell) -> None:
    before = standing(room, "65")["sentiment"]
    assert room("--as", "lea", "mentions", "label", "65", "64", "neg").exit_code == 0
    shown = standing(room, "65")
    assert (shown["sentiment"], shown["confidence"], shown["unsure"]) == ("neg", 1.0, False)
    assert json.dumps(shown["tones"]).count('"corrected_by": "lea"') == 1
    assert "corrected by lea" in room("mentions", "show", "65").stdout
    assert json.dumps(shown["history"]).count('"action": "tone"') == 1
    assert "lea corrected the tone: " in room("mentions", "show", "65").stdout
    assert "0 mentions changed" in room("mentions", "label", "65", "neg").stderr
    assert room("mentions", "label", "auto", "65").exit_code == 0
    assert standing(room, "65")["sentiment"] == before
    assert room("mentions", "label", "65").exit_code == 2
    assert room("mentions", "label", "65", "neg", "--topic", "nowhere").exit_code != 0


def test_the_past_is_judged_anew_by_command_and_corrections_stay(room: Shell) -> None:
    assert room("--as", "lea", "mentions", "label", "65", "neg").exit_code == 0
    (before,) = room.json("sentiment", "status")
    assert (before["corrections"], before["relabel"]) == (1, None)
    (job,) = room.json("sentiment", "relabel")
    assert job["state"] == "done"
    (after,) = room.json("sentiment", "status")
    assert after["judged_by"] == {before["model"]: sum(before["judged_by"].values())}
    assert after["relabel"]["state"] == "done"
    assert standing(room, "65")["sentiment"] == "neg"
    assert before["model"] in room("sentiment", "status").stdout


def test_two_posts_taken_for_one_are_split_and_joined_by_command(room: Shell, tmp_path: Path) -> None:
    uri = "https://piaille.fr/users/lea/statuses/11"
    told = [
        {"source": "A", "native_id": "11", "text": "La fibre est morte", "likes": 4},
        {"source": "B", "native_id": "8", "text": "La fibre est morte à Lyon", "likes": 9},
    ]
    lines = (json.dumps(each | {"canonical_id": uri, "published_at": real_now() // 1000 - 60}) for each in told)
    file = tmp_path / "two.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    assert room("import", str(file)).exit_code == 0
    (whole,) = ids(room, "search", "morte source:A")
    assert {way["source"]: way["likes"] for way in standing(room, str(whole))["ways"]} == {"A": 4, "B": 9}
    assert standing(room, str(whole))["likes"] == 9
    shown = room("mentions", "show", str(whole)).stdout
    assert "A: speaks for it · 4 likes" in shown
    assert "B: 9 likes · in other words" in shown

    wrong = room("mentions", "split", str(whole), "--source", "C")
    assert (wrong.exit_code, "A, B" in wrong.stderr) == (2, True)
    assert "Split off what the others show." in room("mentions", "split", str(whole), "--source", "A").stderr
    assert room("mentions", "rejoin", str(whole)).exit_code != 0
    (made,) = room.json("mentions", "split", str(whole), "--source", "b")
    apart = standing(room, str(made["id"]))
    assert (apart["text"], apart["likes"], apart["source"]) == (told[1]["text"], 9, "B")
    assert standing(room, str(whole))["likes"] == 4
    assert room("import", str(file)).exit_code == 0
    assert sorted(ids(room, "search", "morte AND (source:A OR source:B)")) == [whole, made["id"]]

    assert room.json("mentions", "rejoin", str(made["id"])) == [{"id": whole, "joined": made["id"]}]
    assert ids(room, "search", "morte AND (source:A OR source:B)") == [whole]
    assert standing(room, str(whole))["likes"] == 9
