"""status, sources, mentions, topics, alerts: what they print, what they change, how they end."""

from __future__ import annotations

from contextlib import closing

from socialhub.budgets import DOLLAR, Cap, Span
from socialhub.clock import HOUR, real_now
from socialhub.exchanges import Exchange
from socialhub.store import budgets
from socialhub.store.alert_life import resolve
from socialhub.store.catch_ups import begin_catch_up
from socialhub.store.connection import open_writer
from socialhub.store.exchanges import keep_exchange
from socialhub.store.sources import ensure_source
from tests.cli.conftest import Shell


def test_status_in_json(room: Shell) -> None:
    rows = room.json("status")
    about = [row["about"] for row in rows]
    assert about[:2] == ["collector", "cache"]
    assert about.count("source") == 4
    cache = rows[1]
    assert (cache["mentions"], cache["open_alerts"]) == (65, 1)
    sources = {row["name"]: row for row in rows if row["about"] == "source"}
    assert sources["le-monde"]["health"] == "failing"
    assert sources["le-monde"]["error"] == "timeout"
    assert 0.8 < sources["ouest-france"]["coverage_24h"] < 1
    assert {row["id"] for row in rows if row["about"] == "topic"} >= {"mandarine", "fibre"}


def test_status_in_words(room: Shell) -> None:
    result = room("status")
    assert result.exit_code == 0
    assert "le-monde\trss\tfailing" in result.stdout
    assert "Nobody collects" in result.stderr
    assert "65 mentions" in result.stderr


def test_calm_is_not_claimed_of_what_is_not_heard(room: Shell) -> None:
    told = room.json("status")[2]
    assert (told["about"], told["complete"], told["deaf"], told["not_heard"]) == ("hearing", False, False, 1)
    assert "1 source not heard." in room("status").stderr
    with closing(open_writer(room.cache)) as writer, writer.transaction() as db:
        now = real_now()
        resolve(db, 1, "", now)
        number = ensure_source(db, "bluesky", "jetstream")
        begin_catch_up(db, number, now - 3 * HOUR, now)
    told = room.json("status")[2]
    assert (told["catching_up"], told["left_s"], told["with_hole"]) == (1, 3 * 3600, 0)
    calm = "Calm as far as heard: catching up 3 h on 1 source, 1 source not heard."
    assert told["text"] in calm
    assert calm in room("status").stderr
    assert f"No open alert. {calm}" in room("alerts", "list").stderr


def test_status_is_worded_in_french_where_the_catalogue_has_it(room: Shell) -> None:
    room.language = "fr"
    assert room("status").exit_code == 0


def test_sources_list_in_json_has_stable_keys(room: Shell) -> None:
    rows = room.json("sources", "list")
    assert {
        "name",
        "kind",
        "health",
        "state",
        "interval_s",
        "data_age_s",
        "next_poll",
        "error",
        "error_text",
        "coverage_24h",
        "budgets",
    } <= rows[0].keys()


def test_one_source_in_full_with_its_last_exchange(room: Shell) -> None:
    hostile = Exchange(
        real_now(),
        "GET https://lemonde.fr/rss?token=•••",
        "503",
        1234,
        56,
        (("retry-after", "\x1b[2J60"),),
        "a\x1b[31mb",
    )
    assert "Nothing was exchanged yet" in room("sources", "show", "le-monde").stdout
    writer = open_writer(room.cache)
    with writer.transaction() as db:
        keep_exchange(db, ensure_source(db, "le-monde", "rss"), hostile)
    writer.close()
    told = room("sources", "show", "LE-MONDE").stdout
    for words in (
        "le-monde",
        "failing",
        "· nobody collected",
        "GET https://lemonde.fr/rss?token=•••",
        "503",
        "1,234 ms",
    ):
        assert words in told
    assert "\x1b" not in told
    (row,) = room.json("sources", "show", "le-monde")
    assert row["last_exchange"]["facts"] == {"retry-after": "\x1b[2J60"}
    assert len(row["last_24h"]) == 96
    assert {cell["was"] for cell in row["last_24h"]} >= {"hole"}
    assert room("sources", "show", "nobody").exit_code == 2


def test_budgets_are_told_in_words_and_in_json(room: Shell) -> None:
    caps = [Cap("searches", 100, Span.DAY, "America/Los_Angeles"), Cap("money", 10 * DOLLAR, Span.MONTH)]
    writer = open_writer(room.cache)
    with writer.transaction() as db:
        number = ensure_source(db, "le-monde", "rss")
        budgets.sync_budgets(db, number, caps, real_now())
        budgets.spend(db, number, "searches", 100, caps, real_now())
        budgets.spend(db, number, "money", 5_000, caps, real_now())
    writer.close()
    for command in (("status",), ("sources", "list")):
        told = room(*command).stdout
        assert "le-monde\tsearches\t100 until " in told
        assert "used up until" in told
        assert "le-monde\tmoney\t$0.0050 until " in told
        rows = [row for row in room.json(*command) if row.get("name") == "le-monde"]
        money, searches = rows[0]["budgets"]
        assert (searches["spent"], searches["cap"], searches["used_up"], searches["used_up_at"]) == (
            100,
            100,
            True,
            None,
        )
        assert (money["spent"], money["cap"], money["span"]) == (0.005, 10, "month")


def test_a_source_is_paused_and_resumed(room: Shell) -> None:
    assert room("sources", "pause", "le-monde", "--for", "2 h").exit_code == 0
    states = {row["name"]: row["state"] for row in room.json("sources", "list")}
    assert states == {"bluesky": "active", "le-monde": "paused", "mastodon-fibre": "active", "ouest-france": "active"}
    assert room("sources", "resume", "LE-MONDE").exit_code == 0
    assert {row["state"] for row in room.json("sources", "list")} == {"active"}


def test_an_unknown_source_names_the_nearest(room: Shell) -> None:
    result = room("sources", "pause", "le-mond")
    assert result.exit_code == 2
    assert "le-monde" in result.stderr


def test_a_poll_that_nobody_will_do_is_a_problem(room: Shell) -> None:
    result = room("sources", "poll", "le-monde")
    assert result.exit_code == 1
    assert "nobody collects" in result.stderr


def test_a_source_is_checked_without_storing(shell: Shell) -> None:
    line = '{"source": "x", "native_id": "1", "text": "La fibre est revenue", "published_at": "2026-11-21T10:00:00Z"}\n'
    (shell.home / "drop" / "a.jsonl").write_text(line, encoding="utf-8")
    (answer,) = shell.json("sources", "check", "dossier")
    assert answer["last_exchange"]["facts"]["files"] == "1"
    assert answer["ok"]
    assert (answer["entries"], answer["matched"]) == (1, 1)
    assert answer["samples"] == ["La fibre est revenue"]
    assert not shell.cache.exists()


def test_a_source_that_fails_says_why(shell: Shell) -> None:
    (shell.home / "drop").rmdir()
    result = shell("sources", "check", "dossier")
    assert result.exit_code == 1
    assert "is not there" in result.stderr


def test_a_source_that_reaches_out_wants_a_contact(shell: Shell) -> None:
    with shell.config.open("a", encoding="utf-8") as file:
        file.write('[[sources]]\nname = "flux"\nkind = "rss"\nurl = "https://example.org/feed"\n')
    (answer,) = shell.json("sources", "check", "flux")
    assert (answer["ok"], answer["error"]) == (False, "contact-missing")


def test_mentions_are_listed_and_narrowed(room: Shell) -> None:
    everything = room.json("mentions", "list", "--limit", "100")
    assert len(everything) == 65
    assert [row["id"] for row in everything] == sorted((row["id"] for row in everything), reverse=True)
    fibre = room.json("mentions", "list", "--topic", "fibre", "--sentiment", "neg")
    assert fibre
    assert all("fibre" in row["topics"] and row["sentiment"] == "neg" for row in fibre)
    assert {row["source"] for row in room.json("mentions", "list", "--source", "bluesky")} == {"bluesky"}
    assert room("mentions", "list", "--topic", "nope").exit_code == 2


def test_one_mention_whole(room: Shell) -> None:
    (row,) = room.json("mentions", "show", "1")
    assert row["id"] == 1
    assert row["seen_by"] == [row["source"]]
    shown = room("mentions", "show", "1")
    assert row["text"] in shown.stdout
    assert room("mentions", "show", "99999").exit_code == 1


def test_search_finds_explains_and_limits(room: Shell) -> None:
    found = room.json("search", "panne", "OR", "forfait", "--explain", "--limit", "5")
    assert len(found) == 5
    assert all(row["why"]["words"] for row in found)
    assert {row["why"]["branch"] for row in found} <= {"panne", "forfait"}
    assert len(room.json("search", "licorne")) == 5
    assert room.json("search", "dahu") == []
    recent = room.json("search", "box", "--since", "1 h")
    assert len(recent) < len(room.json("search", "box"))


def test_a_bad_query_says_where(room: Shell) -> None:
    result = room("search", "(fibre")
    assert result.exit_code == 2
    assert "character 1" in result.stderr


def test_topics_are_listed(room: Shell) -> None:
    topics = {row["id"]: row for row in room.json("topics", "list")}
    assert topics["fibre"]["last_24h"] > 0
    assert topics["fibre"]["query"] == "fibre OR box"


def test_a_query_is_tried_on_what_is_stored(room: Shell) -> None:
    (tried,) = room.json("topics", "test", "fibre", "OR", "box")
    assert tried["mentions"] == sum(tried["sources"].values()) > 10
    assert len(tried["samples"]) == 10
    assert tried["problems"] == []
    result = room("topics", "test", "is:unread")
    assert result.exit_code == 1
    assert "cannot be used in a topic or a rule" in result.stderr


def test_a_tried_query_says_what_cannot_be_known(room: Shell) -> None:
    with room.config.open("a", encoding="utf-8") as file:
        file.write('[[sources]]\nname = "bluesky"\nkind = "jetstream"\n')
    (tried,) = room.json("topics", "test", "panne")
    assert [hole["source"] for hole in tried["incomplete"]] == ["bluesky"]
    assert "keeps only what matches" in room("topics", "test", "panne").stderr


def test_an_alert_is_taken_given_back_and_closed(room: Shell) -> None:
    (alert,) = room.json("alerts", "list")
    number = str(alert["id"])
    assert alert["state"] == "firing"
    assert room("--as", "Léa", "alerts", "ack", number).exit_code == 0
    assert room.json("alerts", "show", number)[0]["taken_by"] == "Léa"
    assert room("alerts", "ack", number).exit_code == 1
    assert room("alerts", "unack", number).exit_code == 0
    assert room("--as", "Léa", "alerts", "resolve", number).exit_code == 0
    assert room.json("alerts", "list") == []
    (closed,) = room.json("alerts", "list", "--all")
    assert closed["state"] == "resolved"
    life = [step["action"] for step in room.json("alerts", "show", number)[0]["life"]]
    assert life == ["raised", "acknowledged", "unacknowledged", "resolved"]
    assert "Léa" in room("alerts", "show", number).stdout
    assert room("alerts", "ack", "99").exit_code == 1


def test_kinds_of_topics_are_worded_in_the_language_of_the_interface(room: Shell) -> None:
    room.language = "fr"
    assert "marque" in room("topics", "list").stdout
    assert "brand" in {topic["kind"] for topic in room.json("topics", "list")}
