"""The ways to the columns: from any screen and back, and from a list that becomes one of them."""

from __future__ import annotations

from socialhub.screens.base import RoomScreen
from socialhub.screens.column_actions import adding
from socialhub.screens.column_form import column_name
from socialhub.screens.columns import Columns
from socialhub.screens.reader import Reader
from socialhub.screens.refine import field_part, narrowed_by

_NAME = "columns"
_TONES = {-1: "neg", 0: "neu", 1: "pos", 2: "unsure"}


def to_or_from_columns(screen: RoomScreen) -> None:
    """From the columns back to the screen they were opened from; from any other to them. They are kept then."""
    app = screen.app
    if isinstance(screen, Columns):
        app.pop_screen()
        return
    if not app.is_screen_installed(_NAME):
        app.install_screen(Columns(screen.context), _NAME)
    columns = app.get_screen(_NAME)
    if columns in app.screen_stack:
        while app.screen is not columns:
            app.pop_screen()
    else:
        app.push_screen(_NAME)


def open_as_column(screen: RoomScreen, reader: Reader) -> None:
    """What a list shows becomes a column, which gets the focus."""
    chosen = reader.choices
    parts = [
        *(field_part("topic", topic.id) for topic in reader.topics if topic.number == chosen.topic),
        *(field_part("source", row.name) for row in reader.sources if row.number == chosen.source),
        *([field_part("sentiment", _TONES[chosen.tone])] if chosen.tone is not None else []),
    ]
    query = narrowed_by(chosen.query, parts)
    to_or_from_columns(screen)
    columns = screen.app.get_screen(_NAME)
    assert isinstance(columns, Columns)
    columns.expect(query)
    columns.post_message(adding(screen.context, column_name(query), query))
