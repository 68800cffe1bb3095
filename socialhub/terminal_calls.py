"""What a terminal can be told beyond its screen: a bell, a notification of the desktop, the title of its window.

Sequences only; nothing is written here. OSC 9 is iTerm2's, OSC 777 that of urxvt, foot and VTE, OSC 2 is xterm's
(https://invisible-island.net/xterm/ctlseqs/ctlseqs.html). A multiplexer swallows what it does not know: tmux hands on
what is wrapped, if `allow-passthrough` is on; bell and title are its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from socialhub.text import clean, clip

OSC_9: Final = "osc9"
OSC_777: Final = "osc777"
AUTO: Final = "auto"
NONE: Final = "none"
WAYS: Final = (AUTO, OSC_9, OSC_777, NONE)
"""How a notification of the desktop is written."""

BELL: Final = "\x07"
KEEP_TITLE: Final = "\x1b[22;2t"
GIVE_TITLE_BACK: Final = "\x1b]2;\x07\x1b[23;2t"
"""Without a title of ours, and with the one that was kept where the terminal can (XTWINOPS)."""

LONGEST: Final = 200
"""Characters; GNU screen hands on 768 bytes at most."""
_ESC: Final = "\x1b"
_END: Final = "\x1b\\"


def notification(title: str, body: str, way: str, environ: Mapping[str, str]) -> str:
    """The sequence by which the terminal of this environment shows a notification; "" for none."""
    chosen = way_of(environ) if way == AUTO else way
    if chosen == NONE:
        return ""
    heading, words = _field(title), _field(body)
    inner = f"9;{heading}: {words}" if chosen == OSC_9 else f"777;notify;{heading};{words}"
    return _through(f"{_ESC}]{inner}{BELL}", environ)


def window_title(words: str) -> str:
    """The sequence that names the window."""
    return f"{_ESC}]2;{_field(words)}{BELL}"


def way_of(environ: Mapping[str, str]) -> str:
    """What the terminal is likely to understand: OSC 777 where it is known to, else OSC 9."""
    term = environ.get("TERM", "")
    if environ.get("VTE_VERSION") or term.startswith(("foot", "rxvt")):
        return OSC_777
    return OSC_9


def _field(text: str) -> str:
    """Words that end neither the sequence nor one of its fields."""
    return clip(clean(text, single_line=True).replace(";", ","), LONGEST)


def _through(sequence: str, environ: Mapping[str, str]) -> str:
    """Wrapped so that a multiplexer hands it on to the terminal around it."""
    if environ.get("TMUX"):
        return f"{_ESC}Ptmux;{sequence.replace(_ESC, _ESC + _ESC)}{_END}"
    if environ.get("STY"):
        return f"{_ESC}P{sequence}{_END}"
    return sequence
