"""The sheet to pick something from, when keys come faster than it is drawn."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Input

from socialhub.screens.pick import Pick, Pickable
from tests.console.helpers import running, until


class Hurried(Pick):
    """Somebody types while it is mounted, as keys come together over a slow line."""

    def on_mount(self) -> None:
        self.query_one(Input).value = "no"


async def test_what_is_typed_before_the_list_is_drawn_narrows_it_all_the_same(tmp_path: Path) -> None:
    picked: list[str | None] = []
    async with running(tmp_path / "cache.db") as (app, pilot):
        await app.push_screen(Hurried("Give to somebody", [Pickable("lea", "lea")], new="new name"), picked.append)
        await pilot.pause()
        await pilot.press("enter")
        await until(lambda: picked, "something is picked")
    assert picked == ["no"]
