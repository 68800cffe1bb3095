"""What must be settled before Textual is imported: its environment, and which theme the terminal can show.

Imports no Textual: the command line calls this first.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from typing import Final

DARK: Final = "socialhub-dark"
LIGHT: Final = "socialhub-light"
ANSI: Final = "socialhub-ansi"

_NAMED: Final = {"dark": DARK, "light": LIGHT, "ansi": ANSI, "none": ANSI}
_FEW_COLOURS: Final = ("linux", "vt", "screen", "ansi", "xterm-color", "xterm-16color", "dumb")


def prepare_environment(*, remote: bool, environ: MutableMapping[str, str] | None = None) -> None:
    """Settings that Textual reads when it is imported. What the user set stays.

    Nothing slides or fades: in a room of live text movement means news. Over a thin link (`remote`) also no smooth
    scrolling and sixteen colours, which cost half the bytes of truecolor (DECISIONS 41).
    """
    env = os.environ if environ is None else environ
    env.setdefault("TEXTUAL_ANIMATIONS", "none")
    if remote:
        env.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
        env.setdefault("TEXTUAL_COLOR_SYSTEM", "standard")


def choose_theme(wanted: str, *, remote: bool, environ: Mapping[str, str] | None = None) -> str:
    """The name of the theme for a setting of config [theme] ("auto", "dark", "light", "ansi", "none")."""
    env = os.environ if environ is None else environ
    if without_colour(wanted, env) or remote:
        return ANSI
    if wanted in _NAMED:
        return _NAMED[wanted]
    term = env.get("TERM", "")
    if not env.get("COLORTERM") and "256" not in term and term.startswith(_FEW_COLOURS):
        return ANSI
    return LIGHT if _has_light_background(env) else DARK


def without_colour(wanted: str, environ: Mapping[str, str]) -> bool:
    """Whether no colour at all may be used: NO_COLOR (https://no-color.org, any value but empty) or theme "none"."""
    return bool(environ.get("NO_COLOR")) or wanted == "none"


def _has_light_background(environ: Mapping[str, str]) -> bool:
    """What rxvt, Konsole and others tell in COLORFGBG ("0;15"): 7 and 15 are whites."""
    return environ.get("COLORFGBG", "").rpartition(";")[2] in ("7", "15")
