"""What a program wrote to its terminal, taken apart: text, and the control sequences in it.

Everything that a mention could have smuggled in is refused: strings for the terminal itself (titles, links, the
clipboard, device control), C1 controls in any form, C0 controls beyond line ends, sequences that we never send, marks
that stack up, text that goes beyond the right edge.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from wcwidth import wcswidth

_SEQUENCE: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\](?:22;[a-z-]+|2;[^\x00-\x1f\x7f]*)\x07|[ -/]*[0-Z\\-~])")
_OURS: Final = re.compile(
    r"\x1b(?:"
    r"\[[0-9;:]*[mHKJABCDG]"  # colours, the cursor, erasing
    r"|\[\?(?:7|25|1000|1002|1003|1004|1006|1015|1016|1049|2004|2026|2031|2048)[hl]"  # modes that Textual switches
    r"|\[\?(?:2026|2048)\$p"  # what it asks
    r"|\[[><][0-9]*u"  # the keyboard
    r"|\]22;[a-z-]+\x07"  # the shape of the pointer
    r"|\[2[23];2t|\]2;(?:(?:\(\d+\) \w+ · )?Essai)?\x07"  # the window's title: the room's, kept and given back
    r")"
)
_JOINER: Final = "\u200d"
_PLACE: Final = re.compile(r"\x1b\[(\d+);(\d+)H")


def smuggled(written: bytes) -> list[str]:
    """What stands in these bytes and is neither plain text nor a sequence of ours; [] is what it should be."""
    try:
        text = written.decode("utf-8")
    except UnicodeDecodeError as error:
        return [f"not UTF-8: {written[max(0, error.start - 20) : error.end + 20]!r}"]
    found = [sequence for sequence in _SEQUENCE.findall(text) if not _OURS.fullmatch(sequence)]
    plain = _SEQUENCE.sub("", text)
    found += [char for char in plain if unicodedata.category(char) in ("Cc", "Cf") and char not in f"\r\n{_JOINER}"]
    found += [f"{len(run)} marks in a row" for run in re.findall("[\u0300-\u036f]{3,}", plain)]
    return found


def beyond_the_edge(written: bytes, columns: int) -> list[str]:
    """Pieces of text that a full-screen program placed so that they end behind the last column."""
    _before, *placed = _PLACE.split(written.decode("utf-8", "replace"))
    too_long = []
    for column, drawn in zip(placed[1::3], placed[2::3], strict=True):
        text = _SEQUENCE.sub("", drawn).partition("\r")[0].partition("\n")[0]
        if int(column) - 1 + wcswidth(text) > columns:
            too_long.append(text)
    return too_long
