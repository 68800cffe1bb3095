"""The yardstick of the screen: a bare Textual app with one table of forty rows that are in memory already."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import DataTable

ROWS = 40


class BareApp(App[None]):
    """One table, nothing else."""

    def compose(self) -> ComposeResult:
        """The table."""
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """Its rows."""
        table = self.query_one(DataTable)
        table.add_columns("time", "author", "text")
        for number in range(ROWS):
            table.add_row(f"12:{number:02}", f"@auteur{number}", f"plus de fibre depuis ce matin à Rennes {number}")


if __name__ == "__main__":
    BareApp().run()
