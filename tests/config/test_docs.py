"""The pages name every key that exists, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from socialhub.config.duty_settings import EscalationSettings, ShiftSettings, StepSettings
from socialhub.config.loading import SECTIONS
from socialhub.config.reader import settings_of
from socialhub.config.settings import (
    AlertSettings,
    AudienceSettings,
    EventSettings,
    Hub,
    MetricSettings,
    NotifySettings,
    PersonSettings,
    Sentiment,
    Terminal,
    Theme,
    TopicSettings,
    WatchlistSettings,
)
from socialhub.gone_words import REASONS
from socialhub.keys import KEYS
from socialhub.sources.settings import SourceSettings
from tests.config.kinds import kinds_of_the_house

DOCS = Path(__file__).parents[2] / "docs"


def documented(page: str) -> dict[str, list[list[str]]]:
    """The rows of the tables of a page whose first cell is a key, by heading."""
    rows: dict[str, list[list[str]]] = {}
    heading = ""
    for line in (DOCS / page).read_text("utf-8").splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ").strip("[]")
            rows[heading] = []
        elif line.startswith("| `"):
            rows[heading].append([cell.strip().strip("`") for cell in re.split(r" \| ", line.strip("| "))])
    return rows


@pytest.mark.parametrize(
    ("section", "cls"),
    [
        ("hub", Hub),
        ("topics", TopicSettings),
        ("watchlists", WatchlistSettings),
        ("watchlists.people", PersonSettings),
        ("audiences", AudienceSettings),
        ("on_call", ShiftSettings),
        ("escalations", EscalationSettings),
        ("escalations.steps", StepSettings),
        ("alerts", AlertSettings),
        ("metrics", MetricSettings),
        ("events", EventSettings),
        ("notify", NotifySettings),
        ("sentiment", Sentiment),
        ("theme", Theme),
        ("terminal", Terminal),
    ],
)
def test_every_key_of_a_section_is_documented(section: str, cls: type) -> None:
    rows = documented("configuration.md")[section]
    assert {row[0] for row in rows} == set(settings_of(cls))
    assert {row[0] for row in rows if row[2] == "required"} == {
        name for name, setting in settings_of(cls).items() if setting.required
    }


def test_every_section_has_a_heading() -> None:
    assert set(documented("configuration.md")) == {*SECTIONS, "watchlists.people", "escalations.steps"}


def test_every_rebindable_key_is_documented() -> None:
    rows = documented("configuration.md")["keys"]
    assert [tuple(row) for row in rows] == [(key.id, key.keys, key.label) for key in KEYS]


def test_every_kind_of_source_and_its_keys_are_documented() -> None:
    pages = documented("sources.md")
    common = set(settings_of(SourceSettings))
    assert {row[0] for row in pages.pop("Keys of every source")} == common | {"kind"}
    told = ("How often a source is asked", "How a source was heard", "The last exchange", "After an outage")
    for heading in ("Budgets", *told):
        pages.pop(heading)
    pages.pop("The exchange format")
    assert [row[0] for row in pages.pop("What became of it")] == list(REASONS)
    assert {kind: {row[0] for row in rows} for kind, rows in pages.items()} == {
        kind: set(settings_of(cls)) - common for kind, cls in kinds_of_the_house().items()
    }


PARTS = ("Heard", "Not heard", "Cost", "The key", "Limits")


def test_every_kind_says_what_it_hears_and_does_not_hear_its_cost_its_key_and_its_limits() -> None:
    page = (DOCS / "sources.md").read_text("utf-8")
    sections = dict(part.split("\n", 1) for part in page.split("\n## ")[1:])
    for kind, cls in kinds_of_the_house().items():
        told = re.findall(r"(?m)^- \*\*([^*]+)\*\*: (\S(?:.*\n?(?:  .*\n?)*))", sections[kind])
        assert [name for name, _words in told][: len(PARTS)] == list(PARTS), kind
        said = dict(told)
        needed = [each for each in settings_of(cls).values() if each.meaning and each.meaning.form == "secret"]
        # Where a secret is needed, how to get it is said, in three steps at most.
        assert said["The key"].startswith("none") <= (not any(each.required for each in needed)), kind
        assert said["The key"].count(" · ") <= 2, kind


def test_required_keys_of_sources_are_marked() -> None:
    pages = documented("sources.md")
    for kind, cls in kinds_of_the_house().items():
        required = {name for name, setting in settings_of(cls).items() if setting.required} - {"name"}
        assert {row[0] for row in pages[kind] if row[2] == "required"} == required


def test_the_languages_are_those_of_the_detector() -> None:
    import eldc

    from socialhub.config.languages import LANGUAGE_CODES

    assert set(eldc.LANGUAGES) == LANGUAGE_CODES
