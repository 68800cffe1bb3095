"""The looks: quiet surfaces, hairlines, one accent; red and green only for what is bad and good.

Widgets use the variables that all three define ($text-…, $panel, $hairline), never a colour of their own.
"""

from __future__ import annotations

from typing import Final

from textual.theme import BUILTIN_THEMES, Theme

from socialhub.terminal import ANSI, DARK, LIGHT


def _texts(primary: str, accent: str, error: str, warning: str, success: str, muted: str) -> dict[str, str]:
    """The colours of words."""
    return {
        "text-primary": primary,
        "text-secondary": primary,
        "text-accent": accent,
        "text-error": error,
        "text-warning": warning,
        "text-success": success,
        "text-muted": muted,
        "text-disabled": muted,
        "footer-key-foreground": accent,
    }


_DARK: Final = Theme(
    name=DARK,
    primary="#7fa7c9",
    accent="#e8a04c",
    warning="#e5b567",
    error="#e8706f",
    success="#7fbf8e",
    foreground="#d6d8dc",
    background="#14171b",
    surface="#14171b",
    panel="#252b33",
    dark=True,
    variables=_texts("#8fb4d3", "#f0a850", "#f08583", "#e8bd72", "#8acb99", "#848c98")
    | {"hairline": "#39414b", "border": "#39414b", "border-blurred": "#39414b", "scrollbar": "#39414b"},
)
_LIGHT: Final = Theme(
    name=LIGHT,
    primary="#2a5f8a",
    accent="#b35c00",
    warning="#8a5a00",
    error="#b3261e",
    success="#1f7a3a",
    foreground="#22262b",
    background="#fbfbfa",
    surface="#fbfbfa",
    panel="#e4e7eb",
    dark=False,
    variables=_texts("#2a5f8a", "#a65500", "#b3261e", "#805300", "#1c7036", "#646b75")
    | {"hairline": "#c9ced5", "border": "#c9ced5", "border-blurred": "#c9ced5", "scrollbar": "#c9ced5"},
)
# The terminal's own sixteen colours and its own background: legible wherever the terminal is.
_ANSI: Final = Theme(
    name=ANSI,
    ansi=True,
    primary="ansi_cyan",
    secondary="ansi_cyan",
    accent="ansi_yellow",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables=BUILTIN_THEMES["ansi-dark"].variables
    | _texts("ansi_cyan", "ansi_yellow", "ansi_red", "ansi_yellow", "ansi_green", "ansi_default")
    | {
        "hairline": "ansi_bright_black",
        "border": "ansi_bright_black",
        "border-blurred": "ansi_bright_black",
        "scrollbar": "ansi_bright_black",
        "scrollbar-background": "ansi_default",
        "block-cursor-foreground": "ansi_black",
        "block-cursor-background": "ansi_white",
        "input-cursor-background": "ansi_white",
        "input-cursor-foreground": "ansi_black",
        "input-selection-background": "ansi_blue",
        "input-selection-foreground": "ansi_white",
    },
)

THEMES: Final = (_DARK, _LIGHT, _ANSI)
