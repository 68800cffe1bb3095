"""Watchlists in a config: people on several lists are one, mistakes are told at once, sources follow a list."""

from __future__ import annotations

from pathlib import Path

import pytest

from socialhub.config import Config, ConfigProblems, Problem, read
from socialhub.config.export import to_toml
from socialhub.config.watchlists import people_of
from socialhub.sources.kinds.bluesky import BlueskySettings
from socialhub.sources.kinds.mastodon import MastodonSettings

HERE = Path("/salle/config.toml")

GOOD = """
[[watchlists]]
name = "Journalistes télécoms"
id = "journalistes"
kind = "press"

  [[watchlists.people]]
  name = "Léa Martin"
  handles = ["lea@piaille.example", "lea.ciel.example", "@lea_martin"]
  bylines = ["Léa Martin"]
  role = "télécoms, quotidien"

  [[watchlists.people]]
  name = "Le Quotidien"
  sites = ["quotidien.example"]

[[watchlists]]
name = "Amis"
people = [{ name = "Léa Martin", handles = ["lea@piaille.example", "did:plc:lea"] }]
"""


def problems_of(text: str) -> tuple[Problem, ...]:
    try:
        return read(text, HERE, environ={}).warnings
    except ConfigProblems as error:
        return error.problems


def test_what_watchlists_become() -> None:
    press, friends = read(GOOD, HERE).watchlists
    assert (press.id, press.kind, [person.id for person in press.people]) == (
        "journalistes",
        "press",
        ["lea-martin", "le-quotidien"],
    )
    assert (friends.id, friends.kind) == ("amis", "other")
    assert press.people[1].sites == ("quotidien.example",)


def test_a_person_on_two_lists_is_one_person() -> None:
    lea, paper = people_of(read(GOOD, HERE).watchlists)
    assert lea.handles == ("lea@piaille.example", "lea.ciel.example", "@lea_martin", "did:plc:lea")
    assert (lea.role, paper.name) == ("télécoms, quotidien", "Le Quotidien")
    assert not [problem for problem in problems_of(GOOD) if problem.key.startswith("watchlists")]


WRONG = """\
[[watchlists]]
name = "Presse"
kind = "pres"
[[watchlists.people]]
name = "Léa"
handles = ["lea", "@Lea", "https://piaille.example/@lea", "l e a"]
sites = ["https://www.quotidien.example/une", "quotidien"]
bylines = ["*"]
[[watchlists.people]]
name = "léa"
handle = ["x"]
[[watchlists.people]]
role = "nobody"
[[watchlists]]
name = "presse"
[watchlists.people]
name = "Karim"
[[watchlists]]
name = "Autres"
[[watchlists.people]]
name = "Karim"
handles = ["LEA"]
[[watchlists.people]]
name = "…"
handles = ["z"]
[[sources]]
name = "m"
kind = "mastodon"
server = "https://piaille.example"
watchlist = "autre"
"""


def test_every_mistake_is_listed_at_once_with_its_line() -> None:
    errors = {(problem.line, problem.key): problem for problem in problems_of(WRONG) if not problem.warning}
    assert sorted(errors, key=lambda place: (place[0] or 0, place[1])) == [
        (3, "watchlists[1].kind"),
        (6, "watchlists[1].people[1].handles[2]"),
        (6, "watchlists[1].people[1].handles[3]"),
        (6, "watchlists[1].people[1].handles[4]"),
        (7, "watchlists[1].people[1].sites[1]"),
        (7, "watchlists[1].people[1].sites[2]"),
        (8, "watchlists[1].people[1].bylines[1]"),
        (10, "watchlists[1].people[2].name"),
        (11, "watchlists[1].people[2].handle"),
        (12, "watchlists[1].people[3]"),
        (15, "watchlists[2].name"),
        (16, "watchlists[2].people"),
        (22, "watchlists[3].people[1].handles[1]"),
        (24, "watchlists[3].people[2].name"),
        (30, "sources[1].watchlist"),
    ]
    suggestions = {key: problem.suggestion for (_line, key), problem in errors.items()}
    assert suggestions["watchlists[1].kind"] == "press"
    assert suggestions["watchlists[1].people[1].handles[3]"] == "@lea"
    assert suggestions["watchlists[1].people[1].sites[1]"] == "quotidien.example"
    assert suggestions["watchlists[1].people[2].handle"] == "handles"
    assert suggestions["watchlists[2].people"] == "[[watchlists.people]]"
    assert suggestions["sources[1].watchlist"] == "autres"
    assert "line 6" in errors[22, "watchlists[3].people[1].handles[1]"].message


def test_what_is_odd_is_a_warning() -> None:
    text = """
[[watchlists]]
name = "Vide"
[[watchlists]]
name = "Presse"
people = [{ name = "Sans rien" }, { name = "Léa", handles = ["lea"] }, { name = "Autre", handles = ["lea.b.example"] }]
"""
    warned = {problem.key for problem in problems_of(text) if problem.key.startswith("watchlists")}
    assert warned == {"watchlists[1]", "watchlists[2].people[1]", "watchlists[2].people[2].handles[1]"}


def source(config: Config, name: str) -> MastodonSettings | BlueskySettings:
    found = next(source for source in config.sources if source.name == name)
    assert isinstance(found, MastodonSettings | BlueskySettings)
    return found


FOLLOWED = (
    GOOD
    + """
[[sources]]
name = "m"
kind = "mastodon"
server = "https://piaille.example"
watchlist = "journalistes"
[[sources]]
name = "b"
kind = "bluesky"
accounts = ["lea.ciel.example", "other.ciel.example"]
watchlist = "journalistes"
"""
)


def test_sources_follow_the_accounts_of_a_list() -> None:
    config = read(FOLLOWED, HERE)
    assert source(config, "m").accounts == ("lea@piaille.example",)
    assert source(config, "b").accounts == ("lea.ciel.example", "other.ciel.example", "did:plc:lea")


def test_a_list_without_accounts_of_the_kind_is_a_warning() -> None:
    text = FOLLOWED.replace('watchlist = "journalistes"', 'watchlist = "amis"').replace(', "did:plc:lea"', "")
    text = text.replace('"lea.ciel.example", "@lea_martin"', '"@lea_martin"')
    assert [problem.key for problem in problems_of(text) if "watchlist" in problem.key] == ["sources[2].watchlist"]


def test_the_lists_count_for_the_hash_and_survive_an_export() -> None:
    config = read(FOLLOWED, HERE)
    assert read(FOLLOWED.replace('sites = ["quotidien', 'sites = ["quotidienne'), HERE).hash != config.hash
    again = read(to_toml(config), HERE)
    assert (again.watchlists, again.hash) == (config.watchlists, config.hash)


@pytest.mark.parametrize("people", ["3", '["Léa"]', "[[]]", "[{ name = 3 }]", '[{ name = "a", handles = "b" }]'])
def test_people_of_another_shape_are_told(people: str) -> None:
    assert [
        problem for problem in problems_of(f'[[watchlists]]\nname = "x"\npeople = {people}\n') if not problem.warning
    ]
