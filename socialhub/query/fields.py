"""The fields of the language: their names, and how each reads its value into the tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from socialhub.i18n import _
from socialhub.model import Kind, WorkState
from socialhub.query import dates
from socialhub.query.errors import QueryError, nearest, shown
from socialhub.query.runs import bare
from socialhub.query.tree import DateRange, Field, Node, NumberRange, Recent, Saved, Scope
from socialhub.text import clean, tokenise

TEXT_FIELDS: Final = {"title": Scope.TITLE, "text": Scope.TEXT}

CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "kind": tuple(kind.value for kind in Kind),
    "sentiment": ("neg", "neu", "pos", "unsure"),
    "state": tuple(state.value for state in WorkState),
    "is": ("unread", "reply", "repost", "muted", "viral"),
    "has": ("link", "media", "reply"),
}
NUMBERS: Final = ("rating", "followers", "reach", "engagement")
NOBODY: Final = "none"
"""What `assignee:` asks for where nobody has the mention."""
FRENCH_NAMES: Final = {
    "titre": "title",
    "texte": "text",
    "auteur": "author",
    "compte": "handle",
    "langue": "lang",
    "genre": "kind",
    "sujet": "topic",
    "liste": "list",
    "lieu": "place",
    "état": "state",
    "etat": "state",
    "étiquette": "tag",
    "etiquette": "tag",
    "ton": "sentiment",
    "abonnés": "followers",
    "abonnes": "followers",
    "portée": "reach",
    "portee": "reach",
    "recherche": "search",
}
"""French names of fields; a query is printed with the English ones."""

_CAPITALS: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_NUMBER: Final = re.compile(r"\d{1,12}(?:[.,]\d{1,3})?", re.ASCII)
_RANGE: Final = re.compile(r"(?P<sign><=|>=|<|>|=)?(?P<low>.*?)(?:(?P<dots>\.\.)(?P<high>.*))?")


def ascii_lower(value: str) -> str:
    """Lower case of A-Z alone: exactly what SQLite's lower() does, so that both ways of asking agree."""
    return value.translate(_CAPITALS)


def bare_words(value: str) -> str:
    """The tokens of a name, joined by blanks, hashtags as plain words."""
    return " ".join(map(bare, tokenise(value)))


def tag_form(value: str) -> str:
    """A tag as it is stored and asked for: its words, folded and joined by hyphens."""
    return "-".join(map(bare, tokenise(value)))


def _handle(value: str) -> str:
    return ascii_lower(value).lstrip("@")


def _site(value: str) -> str:
    return ascii_lower(value).removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")


_NORMAL_FORM: Final[dict[str, Callable[[str], str]]] = {
    "author": bare_words,
    "handle": _handle,
    "site": _site,
    "url": ascii_lower,
    "lang": ascii_lower,
    "source": ascii_lower,
    "topic": ascii_lower,
    "list": ascii_lower,
    "place": bare_words,
    "tag": tag_form,
    "assignee": ascii_lower,
    "bio": bare_words,
}

FIELD_NAMES: Final = (*TEXT_FIELDS, *_NORMAL_FORM, *CHOICES, *NUMBERS, "date", "search")


def read_field(name: str, raw: str, position: int) -> Node:
    """The node of the field `name` (any of FIELD_NAMES but a text field) for the value as written.

    Raises QueryError at `position`, where the value stands.
    """
    value = clean(raw, single_line=True)
    if name in CHOICES:
        return read_choice(name, value, CHOICES[name], position)
    if name == "date":
        return _read_date(value, position)
    if name in NUMBERS:
        return _read_numbers(name, value, position)
    if name == "search" and value:
        return Saved(value)
    if "*" in value and name != "url":
        raise QueryError(_("* cannot be used in {field}:").format(field=name), position, _("the whole value"))
    normal = _NORMAL_FORM[name](value) if name in _NORMAL_FORM else ""
    if not normal:
        raise QueryError(_("{field}: has no value").format(field=name), position, _("a value"))
    return Field(name, normal)


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """What can be asked of one sort of thing: names of fields, French names of these, those that hold text, and how
    the others read a value as written into the tree (as `read_field` does).
    """

    names: tuple[str, ...]
    french: Mapping[str, str]
    texts: Mapping[str, Scope]
    read: Callable[[str, str, int], Node]


MENTIONS: Final = Vocabulary(FIELD_NAMES, FRENCH_NAMES, TEXT_FIELDS, read_field)


def read_choice(name: str, value: str, choices: Sequence[str], position: int) -> Field:
    """The node of a field whose value is one of `choices`. Raises QueryError with the nearest of them."""
    if (chosen := ascii_lower(value)) in choices:
        return Field(name, chosen)
    raise QueryError(
        _("{field}: knows no {value}").format(field=name, value=shown(value)),
        position,
        ", ".join(choices),
        nearest(value, choices),
    )


def _split_range(value: str) -> tuple[str, str, bool, bool] | None:
    """The two ends ("" is open) and whether each is included, of "a..b", "<=a", ">a", "=a" or "a"; None if neither."""
    match = _RANGE.fullmatch(value)
    if match is None or (match["sign"] and match["dots"]):
        return None
    low, high = match["low"], match["high"] or ""
    if match["dots"]:
        return (low, high, True, True) if low or high else None
    if not low:
        return None
    match match["sign"]:
        case "<" | "<=" as sign:
            return "", low, True, sign == "<="
        case ">" | ">=" as sign:
            return low, "", sign == ">=", True
    return low, low, True, True


def _read_numbers(name: str, value: str, position: int) -> NumberRange:
    ends = _split_range(value)
    if ends is None or not all(not end or _NUMBER.fullmatch(end) for end in ends[:2]):
        raise QueryError(
            _("{value} is not a number or a range").format(value=shown(value)), position, "3, <=2, >1000, 1..3"
        )
    low, high = (float(end.replace(",", ".")) if end else None for end in ends[:2])
    return NumberRange(name, low, high, *ends[2:])


def _read_date(value: str, position: int) -> DateRange | Recent:
    if span := dates.read_duration(value):
        return Recent(span)
    ends = _split_range(value.upper())
    if ends is None or not all(not end or dates.is_civil(end) for end in ends[:2]):
        raise QueryError(
            _("{value} is not a date").format(value=shown(value)),
            position,
            "2026-11, 2026-11-01, 2026-11-01..2026-11-20, >=2026-11-01T08:30, PT6H, P7D",
        )
    return DateRange(*ends)
