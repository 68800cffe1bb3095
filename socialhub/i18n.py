"""French and English by gettext: `_` words a message when it is called, in the language fixed by `set_language`, or for
a while in another (`in_language`).

The language must be fixed before a Textual class is loaded, since bindings are evaluated at import.
Message ids are English; catalogues lie in socialhub/locale.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("fr", "en")
LOCALE_DIR: Final = Path(__file__).parent / "locale"

_interface: tuple[str, gettext.NullTranslations] = ("en", gettext.NullTranslations())
_meanwhile: ContextVar[tuple[str, gettext.NullTranslations] | None] = ContextVar("_meanwhile", default=None)


def N_(message: str) -> str:
    """Mark a message for the catalogues without translating it yet."""
    return message


def _(message: str) -> str:
    """The message in the interface language."""
    return (_meanwhile.get() or _interface)[1].gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The singular or plural message for `count`, in the interface language."""
    return (_meanwhile.get() or _interface)[1].ngettext(singular, plural, count)


def set_language(language: str) -> None:
    """Fix the interface language: "fr" or "en"; anything else falls back to English."""
    global _interface
    _interface = _spoken(language)


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Word messages in another language than that of the interface, in this thread (or task) alone."""
    token = _meanwhile.set(_spoken(language))
    try:
        yield
    finally:
        _meanwhile.reset(token)


@cache
def _spoken(language: str) -> tuple[str, gettext.NullTranslations]:
    known = language if language in LANGUAGES else "en"
    return known, gettext.translation("socialhub", LOCALE_DIR, languages=[known], fallback=True)


def language() -> str:
    """The language in force."""
    return (_meanwhile.get() or _interface)[0]


def language_from_env(environ: dict[str, str] | None = None) -> str:
    """The language of the locale variables (LC_ALL, LC_MESSAGES, LANG), "fr" or "en"."""
    env = os.environ if environ is None else environ
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := env.get(name):
            return "fr" if value.lower().startswith("fr") else "en"
    return "en"


def labelled(label: str, value: str) -> str:
    """ "label: value", the colon as the language sets it ("label : value" in French)."""
    return _("{label}: {value}").format(label=label, value=value)


def percent(share: float) -> str:
    """A share (0…1) in whole percent: 98 % in French (no-break space), 98% in English."""
    text = f"{share:.0%}"
    return text.replace("%", "\u00a0%") if language() == "fr" else text


def number(value: int) -> str:
    """A whole number with the thousands separated: 1 284 in French (narrow no-break space), 1,284 in English."""
    text = f"{value:,}"
    return text.replace(",", "\u202f") if language() == "fr" else text


def decimal(value: float, digits: int = 1) -> str:
    """A decimal number with the language's mark: 6,2 or 6.2."""
    text = f"{value:.{digits}f}"
    return text.replace(".", ",") if language() == "fr" else text
