"""The fields of the language: their names, and how each reads its value into the tree."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from socialhub.i18n import _
from socialhub.model import Kind
from socialhub.query import dates
from socialhub.query.errors import QueryError, nearest, shown
from socialhub.query.tree import DateRange, Field, Node, NumberRange, Recent, Scope
from socialhub.text import clean, tokenise

TEXT_FIELDS: Final = {"title": Scope.TITLE, "text": Scope.TEXT}

CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "kind": tuple(kind.value for kind in Kind),
    "sentiment": ("neg", "neu", "pos", "unsure"),
    "is": ("unread", "reply"),
    "has": ("link",),
}
NUMBERS: Final = ("rating", "followers")

_CAPITALS: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_NUMBER: Final = re.compile(r"\d{1,12}(?:[.,]\d{1,3})?", re.ASCII)
_RANGE: Final = re.compile(r"(?P<sign><=|>=|<|>|=)?(?P<low>.*?)(?:(?P<dots>\.\.)(?P<high>.*))?")


def ascii_lower(value: str) -> str:
    """Lower case of A-Z alone: exactly what SQLite's lower() does, so that both ways of asking agree."""
    return value.translate(_CAPITALS)


def bare(token: str) -> str:
    """A token without the sign of a hashtag."""
    return token[1:] if token[0] == "#" else token


def bare_words(value: str) -> str:
    """The tokens of a name, joined by blanks, hashtags as plain words."""
    return " ".join(map(bare, tokenise(value)))


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
}

FIELD_NAMES: Final = (*TEXT_FIELDS, *_NORMAL_FORM, *CHOICES, *NUMBERS, "date")


def read_field(name: str, raw: str, position: int) -> Node:
    """The node of the field `name` (any of FIELD_NAMES but a text field) for the value as written.

    Raises QueryError at `position`, where the value stands.
    """
    value = clean(raw, single_line=True)
    if name in CHOICES:
        return _read_choice(name, value, position)
    if name == "date":
        return _read_date(value, position)
    if name in NUMBERS:
        return _read_numbers(name, value, position)
    if "*" in value and name != "url":
        raise QueryError(_("* cannot be used in {field}:").format(field=name), position, _("the whole value"))
    normal = _NORMAL_FORM[name](value)
    if not normal:
        raise QueryError(_("{field}: has no value").format(field=name), position, _("a value"))
    return Field(name, normal)


def _read_choice(name: str, value: str, position: int) -> Field:
    choices = CHOICES[name]
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
