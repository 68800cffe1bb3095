"""One item of an answer, read for whatever of it can be read: a field of another type costs that field, not the item.

Servers that speak an API by their own lights send numbers for ids, texts for counts, null and nonsense. Only decoding:
no network, no meaning.
"""

from __future__ import annotations

import re
from typing import Any, Final, TypeVar

import msgspec

from socialhub.sources.pages import decode

T = TypeVar("T")

_MOST_ODD: Final = 100
"""Fields mended in one item; one with more is none of ours."""
_COMPLAINT: Final = re.compile(r"(?s)(.*?)(?: - at `\$(.*)`)?")
_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_WANTS_TEXT: Final = re.compile(r"Expected `[^`]*\bstr\b")
_WANTS_NUMBER: Final = re.compile(r"Expected `(?:int|float) ")


def decode_item(raw: bytes | msgspec.Raw, wanted: type[T]) -> T:
    """The JSON object `raw` as `wanted`, without the fields that are odd. Raises msgspec.DecodeError.

    That is for what is no object, or lacks what `wanted` requires.
    """
    try:
        return decode(raw, wanted)
    except msgspec.ValidationError as error:
        complaint = str(error)
    document = decode(raw, dict[str, Any])
    for _field in range(_MOST_ODD):
        _mend(document, complaint)
        try:
            return decode(msgspec.json.encode(document), wanted)
        except msgspec.ValidationError as error:
            complaint = str(error)
    raise msgspec.ValidationError(complaint)


def _mend(document: dict[str, Any], complaint: str) -> None:
    """Make of the value that is complained of what it can be, or take it away; raises msgspec.ValidationError."""
    found = _COMPLAINT.fullmatch(complaint)
    steps: list[str | int] = [name or int(number) for name, number in _STEP.findall((found and found[2]) or "")]
    holder: Any = document
    try:
        for step in steps[:-1]:
            holder = holder[step]
        value = holder[steps[-1]]
    except (LookupError, TypeError):
        raise msgspec.ValidationError(complaint) from None
    if isinstance(value, int | float) and not isinstance(value, bool) and _WANTS_TEXT.match(complaint):
        holder[steps[-1]] = str(value)
    elif isinstance(value, float) and value.is_integer() and _WANTS_NUMBER.match(complaint):
        holder[steps[-1]] = int(value)
    else:
        del holder[steps[-1]]
