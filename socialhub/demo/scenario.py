"""The scenario as files: one JSON Lines file a source, and a configuration that plays them all.

The scenario is laid so that a demonstration begins at the latest 18:38 in Paris that is past: nights are nights then,
and no date looks odd.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Final

from socialhub.clock import MINUTE, from_datetime, to_datetime
from socialhub.demo import help_line
from socialhub.demo.generator import generate
from socialhub.demo.help_line import BESIDE, CALLS, HELP_LINE
from socialhub.demo.rhythm import PARIS
from socialhub.demo.story import PLAY_FROM, SPAN
from socialhub.demo.topics import TOPICS
from socialhub.demo.voices import SOURCES
from socialhub.demo.watched import config_tables, past_lines

BROKEN_SOURCE: Final = "presse:radio-estran"
"""A feed at an address of this machine where nobody answers: so that a failing source and its alert are seen."""
REPLAY_EVERY: Final = 60 * MINUTE
BEGINS_AT: Final = (18, 38)
"""Paris time at which a demonstration begins."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Where the files lie, and the moments (ms UTC): the story's start, where playing begins, its end."""

    lines_path: Path
    config_path: Path
    start: int
    play_from: int
    end: int


def laid_out(folder: Path, now: int) -> Scenario:
    """Where the files lie in `folder`, and when all happens, for somebody who looks at `now` (ms UTC)."""
    play_from = latest_beginning(now)
    start = play_from - PLAY_FROM
    return Scenario(folder / "lines", folder / "demo.toml", start, play_from, start + SPAN)


def write_files(scenario: Scenario, seed: int) -> None:
    """Write the lines and the configuration. Raises OSError."""
    scenario.lines_path.mkdir(parents=True, exist_ok=True)
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for line in chain((past.to_dict() for past in past_lines(seed, scenario.start)), generate(seed, scenario.start)):
        lines[line["source"]].append(json.dumps(line, ensure_ascii=False))
    for source in SOURCES:
        told = "".join(f"{line}\n" for line in lines[source])
        file_of(scenario.lines_path, source).write_text(told, encoding="utf-8")
    with file_of(scenario.lines_path, HELP_LINE).open("w", encoding="utf-8") as file:
        file.writelines(help_line.lines(seed, scenario.start, scenario.start, scenario.end))
    scenario.config_path.write_text(config_text(scenario.lines_path), encoding="utf-8")


def latest_beginning(now: int) -> int:
    """The latest moment not after `now` (ms UTC) at which clocks in Paris show BEGINS_AT."""
    hour, minute = BEGINS_AT
    local = to_datetime(now, PARIS)
    beginning = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if beginning > local:
        beginning = (beginning - timedelta(days=1)).replace(tzinfo=PARIS)
    return from_datetime(beginning)


def file_of(lines_path: Path, source: str) -> Path:
    """The file of a source."""
    return lines_path / f"{source.replace(':', '-')}.jsonl"


def config_text(lines_path: Path) -> str:
    """The demonstration's configuration."""
    parts = [
        "# The demonstration: an invented operator, played from files. Nothing here asks the outside.\n",
        '[hub]\nname = "Mandarine Télécom"\nlanguages = ["fr", "en"]\ntimezone = "Europe/Paris"\n'
        'contact = "demo@hub.example"\n',
    ]
    for topic in TOPICS:
        parts.append(
            _table("topics", id=topic.slug, name=topic.name, kind=topic.kind, query=topic.query, colour=topic.colour)
        )
    parts += config_tables()
    minutes = f"{REPLAY_EVERY // MINUTE} min"
    parts.append(_table("metrics", name=CALLS, topics=[*BESIDE]))
    for source in (*SOURCES, HELP_LINE):
        path = str(file_of(lines_path.absolute(), source))
        parts.append(_table("sources", name=source, kind="replay", path=path, every=minutes))
    parts.append(
        _table(
            "sources",
            name=BROKEN_SOURCE,
            kind="rss",
            url="http://localhost:9/flux.xml",
            every="1 min",
            allow_private=True,
        )
    )
    return "\n".join(parts)


def _table(tables: str, /, **values: str | bool | list[str]) -> str:
    """One of the [[tables]]; JSON strings are TOML strings too."""
    body = "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items())
    return f"[[{tables}]]\n{body}"
