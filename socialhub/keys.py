"""The one table of keys: the console binds it, `?` shows it, `[keys]` of the config rebinds it, the docs list it.

A letter means the same everywhere. A row is here when something in the console answers to it. Nothing here knows
Textual: keys are its key names as plain strings.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from socialhub.i18n import N_
from socialhub.records import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """What one key does. `id` is its name in [keys]; `keys` is a comma-separated list of key names."""

    id: str
    keys: str
    label: str
    group: str


MOVE: Final = N_("Move")
PANES: Final = N_("Panes")
MENTIONS: Final = N_("Mentions")
WORK: Final = N_("Work")
LAB: Final = N_("Topics lab")
ROOM: Final = N_("Room")

KEYS: Final[tuple[Key, ...]] = (
    Key("down", "j,down", N_("down"), MOVE),
    Key("up", "k,up", N_("up"), MOVE),
    Key("first", "g,home", N_("first"), MOVE),
    Key("last", "G,end", N_("last"), MOVE),
    Key("page-up", "pageup", N_("page up"), MOVE),
    Key("page-down", "pagedown,space", N_("page down"), MOVE),
    Key("next-unread", "n", N_("next unread"), MOVE),
    Key("earlier", "left_square_bracket", N_("earlier, a longer time"), MOVE),
    Key("later", "right_square_bracket", N_("later, a shorter time"), MOVE),
    Key("open", "enter", N_("open"), PANES),
    Key("back", "escape", N_("back"), PANES),
    Key("next-pane", "tab", N_("next pane"), PANES),
    Key("previous-pane", "shift+tab", N_("previous pane"), PANES),
    Key("pane-1", "1", N_("mentions"), PANES),
    Key("pane-2", "2", N_("trends"), PANES),
    Key("pane-3", "3", N_("alerts"), PANES),
    Key("pane-4", "4", N_("sources"), PANES),
    Key("page-share", "5", N_("share of voice"), PANES),
    Key("page-people", "6", N_("people"), PANES),
    Key("page-places", "7", N_("places"), PANES),
    Key("zoom", "z", N_("zoom this pane"), PANES),
    Key("columns", "c", N_("columns"), PANES),
    Key("left", "left", N_("column to the left"), PANES),
    Key("right", "right", N_("column to the right"), PANES),
    Key("move-left", "less_than_sign", N_("move to the left"), PANES),
    Key("move-right", "greater_than_sign", N_("move to the right"), PANES),
    Key("density", "d", N_("one or two lines"), MENTIONS),
    Key("story", "h", N_("unfold / fold"), MENTIONS),
    Key("stories", "H", N_("stories / mentions"), MENTIONS),
    Key("metric", "b", N_("another metric"), MENTIONS),
    Key("search", "slash", N_("search"), MENTIONS),
    Key("filter", "f", N_("filter this pane"), MENTIONS),
    Key("order", "O", N_("another order"), MENTIONS),
    Key("saved", "S", N_("saved searches"), MENTIONS),
    Key("column", "C", N_("open as a column"), MENTIONS),
    Key("edit", "E", N_("rename / edit"), MENTIONS),
    Key("remove", "D", N_("remove"), MENTIONS),
    Key("read", "m", N_("read / unread"), MENTIONS),
    Key("copy", "y", N_("copy"), MENTIONS),
    Key("browser", "o", N_("open in the browser"), MENTIONS),
    Key("why", "w", N_("why"), MENTIONS),
    Key("author", "P", N_("author’s page"), MENTIONS),
    Key("take", "a", N_("take / give back"), WORK),
    Key("assign", "A", N_("give to somebody"), WORK),
    Key("close", "x", N_("close / reopen"), WORK),
    Key("verdict", "v", N_("verdict"), WORK),
    Key("escalate", "e", N_("ask for help"), WORK),
    Key("state", "X", N_("another state"), WORK),
    Key("tag", "t", N_("tag"), WORK),
    Key("note", "l", N_("log a note"), WORK),
    Key("split", "B", N_("split off / join again"), WORK),
    Key("silence", "s", N_("mute / silence"), WORK),
    Key("poll", "i", N_("ask a source now"), WORK),
    Key("tone-positive", "plus", N_("tone: positive"), WORK),
    Key("tone-neutral", "0", N_("tone: neutral"), WORK),
    Key("tone-negative", "minus", N_("tone: negative"), WORK),
    Key("muted", "M", N_("show muted ones"), WORK),
    Key("lab", "T", N_("topics lab"), LAB),
    Key("rules", "R", N_("rules of alerts"), WORK),
    Key("save", "ctrl+s", N_("save"), LAB),
    Key("pause", "p", N_("pause / resume the past"), LAB),
    Key("alarm", "exclamation_mark", N_("the worst alert"), ROOM),
    Key("undo", "u", N_("undo"), ROOM),
    Key("palette", "colon", N_("commands"), ROOM),
    Key("help", "question_mark,f1", N_("help"), ROOM),
    Key("quit", "q", N_("quit"), ROOM),
)

BINDING_IDS: Final[tuple[str, ...]] = tuple(key.id for key in KEYS)

_MODIFIERS: Final = frozenset({"ctrl", "shift", "alt", "super", "meta", "hyper"})
_NAMED: Final = frozenset(
    {
        *("up", "down", "left", "right", "home", "end", "pageup", "pagedown"),
        *("tab", "enter", "escape", "space", "backspace", "delete", "insert"),
        *(f"f{number}" for number in range(1, 25)),
    }
)
# The Unicode names of these characters are not the ones Textual uses.
_OTHER_NAMES: Final = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}


def _character_name(character: str) -> str:
    if character.isalnum():
        return character
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return _OTHER_NAMES.get(name, name)


_CHARACTER_NAMES: Final = frozenset(_character_name(chr(code)) for code in range(0x21, 0x7F))


def normalise_keys(written: str) -> str | None:
    """The key list as Textual wants it ("/ , ctrl+g" -> "slash,ctrl+g"), or None when it names no such key."""
    names = [_normalise_key(piece.strip()) for piece in written.split(",")]
    return None if None in names else ",".join(name for name in names if name)


def _normalise_key(written: str) -> str | None:
    *modifiers, key = written.split("+") if len(written) > 1 else [written]
    if not set(modifiers) <= _MODIFIERS or len(set(modifiers)) != len(modifiers):
        return None
    if len(key) == 1:
        key = _character_name(key) if key.isprintable() and key != " " else ""
    elif key not in _NAMED and key not in _CHARACTER_NAMES:
        return None
    return "+".join([*modifiers, key]) if key else None


def keymap(changes: Mapping[str, str]) -> dict[str, str]:
    """Every id with the keys it answers to once `changes` (id -> normalised keys) are applied."""
    return {key.id: changes.get(key.id, key.keys) for key in KEYS}


def clashes(changes: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """The keys that two ids would share: (key, id, other id); `other id` is one that `changes` rebinds."""
    owners: dict[str, str] = {}
    unchanged_first: Iterable[str] = sorted(BINDING_IDS, key=lambda binding: binding in changes)
    found: list[tuple[str, str, str]] = []
    for binding in unchanged_first:
        for key in keymap(changes)[binding].split(","):
            owner = owners.setdefault(key, binding)
            if owner != binding:
                found.append((key, owner, binding))
    return found
