"""Search in three orders, counted, under a name; and the columns from a shell."""

from __future__ import annotations

from tests.cli.conftest import Shell


def test_orders_hold_the_same_mentions(room: Shell) -> None:
    found = {
        order: room.json("search", "box", "--limit", "500", "--order", order)
        for order in ("arrival", "time", "relevance")
    }
    assert {row["id"] for row in found["time"]} == {row["id"] for row in found["arrival"]}
    assert {row["id"] for row in found["relevance"]} == {row["id"] for row in found["arrival"]}
    times = [row["published_at"] for row in found["time"]]
    assert times == sorted(times, reverse=True)


def test_facets_sum_up_to_what_is_found(room: Shell) -> None:
    found = room.json("search", "box", "--limit", "500")
    (counted,) = room.json("search", "box", "--facets")
    assert counted["exact"] is True
    assert counted["total"] == len(found)
    for kind in ("source", "sentiment", "lang", "date"):
        assert sum(counted[kind].values()) == len(found)
    table = room("search", "box", "--facets").output
    assert "mastodon-fibre" in table
    assert f"{len(found)} mentions in all" in table


def test_a_search_is_saved_found_by_its_name_narrowed_and_used_in_another(room: Shell) -> None:
    assert "Saved as Boîtes" in room("search", "box OR licorne", "--save", "Boîtes").output
    saved = room.json("search", "--saved", "boîtes", "--limit", "500")
    assert saved == room.json("search", "box OR licorne", "--limit", "500")
    narrowed = room.json("search", "licorne", "--saved", "Boîtes")
    assert {row["text"].split()[1] for row in narrowed} == {"licorne"}
    assert room.json("search", 'search:"Boîtes" licorne') == narrowed
    assert "It was box OR licorne before" in room("search", "box", "--save", "BOÎTES").output
    unknown = room("search", "--saved", "nothing")
    assert unknown.exit_code == 2
    assert "nothing" in unknown.output
    assert room("search").exit_code == 2
    assert room("search", "box", "--save", " ").exit_code == 2


def test_columns_are_arranged_from_a_shell(room: Shell) -> None:
    assert room.json("columns", "list") == []
    for name, query in (("Crise", "panne OR coupure"), ("Presse", "kind:article"), ("Box", "box")):
        assert room("columns", "add", name, *query.split()).exit_code == 0
    assert room("columns", "move", "box", "1").exit_code == 0
    assert room("columns", "rename", "presse", "Médias").exit_code == 0
    assert room.json("columns", "list") == [
        {"place": 1, "name": "Box", "query": "box"},
        {"place": 2, "name": "Crise", "query": "panne OR coupure"},
        {"place": 3, "name": "Médias", "query": "kind:article"},
    ]
    assert "Crise" in room("columns", "list").output
    missing = room("columns", "remove", "Crises")
    assert missing.exit_code == 2
    assert "Did you mean Crise?" in missing.output
    assert room("columns", "rename", "Crise", "BOX").exit_code == 2
    assert room("columns", "add", "Fausse", "(panne").exit_code == 2
    assert room("columns", "add", "Autre", 'search:"nobody"').exit_code == 2
    assert room("columns", "remove", "Crise").exit_code == 0
    assert [row["name"] for row in room.json("columns", "list")] == ["Box", "Médias"]
