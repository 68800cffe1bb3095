"""A console whose config file is changed: it follows what is valid, and says on top what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from socialhub.app import SocialhubApp
from socialhub.config import load
from tests.console.helpers import lines, notices, running, until
from tests.seed import Seeded

TEXT = '[hub]\nname = "Salle"\n[[topics]]\nname = "Fibre"\nkind = "product"\nquery = "fibre"\n'


def status_after_a_tick(app: SocialhubApp) -> str:
    app._tick()
    return lines(app)[0]


@pytest.mark.usefixtures("seeded")
async def test_an_invalid_change_is_told_on_top_until_it_is_mended(cache: Path, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(TEXT, encoding="utf-8")
    async with running(cache, config=load(path)) as (app, _pilot):
        path.write_text(TEXT.replace('"fibre"', '"(fibre"'), encoding="utf-8")
        await until(lambda: "config.toml:6: topics[1].query: charac" in status_after_a_tick(app))
        path.write_text(TEXT.replace('"fibre"', '"fibre OR box"'), encoding="utf-8")
        await until(lambda: "config.toml" not in status_after_a_tick(app))
        await until(lambda: any("configuration is followed" in notice for notice in notices(app)))


@pytest.mark.parametrize(("width", "told"), [(80, "config.toml:6"), (60, "config not followed")])
async def test_where_there_is_little_room(seeded: Seeded, cache: Path, tmp_path: Path, width: int, told: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(TEXT, encoding="utf-8")
    async with running(cache, (width, 24), config=load(path)) as (app, _pilot):
        path.write_text(TEXT.replace('"fibre"', '"(fibre"'), encoding="utf-8")
        await until(lambda: told in status_after_a_tick(app))
