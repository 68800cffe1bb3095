"""What `doctor` finds out about the terminal, tmux and the locale."""

from __future__ import annotations

import locale
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

from socialhub.cli.findings import FAIL, OK, WARN, Finding
from socialhub.cli.output import plain
from socialhub.i18n import _, language

LEAST_SIZE: Final = (60, 15)
GOOD_SIZE: Final = (80, 24)
SLOW_ESCAPE: Final = 100
"""Milliseconds after which Escape feels broken."""
_TMUX_SECONDS: Final = 3.0


def check_terminal() -> Iterator[Finding]:
    """Terminal, size, colours, letters, tmux."""
    yield _kind()
    yield _size()
    yield _colours()
    yield _letters()
    yield from _tmux()


def _kind() -> Finding:
    term = plain(os.environ.get("TERM", ""))
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return Finding("terminal", OK, _("This is not a terminal: only commands without a screen work here."))
    if term in ("", "dumb"):
        advice = _("Set TERM to what your terminal is, usually xterm-256color.")
        return Finding("terminal", FAIL, _("TERM is {term}: no screen can be drawn.").format(term=term or "–"), advice)
    return Finding("terminal", OK, _("TERM is {term}.").format(term=term))


def _size() -> Finding:
    width, height = shutil.get_terminal_size(GOOD_SIZE)
    sentence = _("{width} columns, {height} lines.").format(width=width, height=height)
    if width < LEAST_SIZE[0] or height < LEAST_SIZE[1]:
        advice = _("The console needs {width}×{height} at least: enlarge the window or use a smaller font.")
        return Finding("size", WARN, sentence, advice.format(width=LEAST_SIZE[0], height=LEAST_SIZE[1]))
    return Finding("size", OK, sentence)


def _colours() -> Finding:
    if os.environ.get("NO_COLOR"):
        return Finding("colours", OK, _("NO_COLOR is set: signs tell what colours would."))
    if os.environ.get("COLORTERM") in ("truecolor", "24bit"):
        return Finding("colours", OK, _("16 million colours."))
    if "256" in os.environ.get("TERM", ""):
        advice = _("If your terminal has more: export COLORTERM=truecolor (over SSH: SendEnv COLORTERM).")
        return Finding("colours", OK, _("256 colours."), advice)
    return Finding("colours", OK, _("16 colours: the terminal's own are used."))


def _letters() -> Finding:
    encoding = (sys.stdout.encoding or locale.getpreferredencoding(False)).lower().replace("-", "")
    told = _("Letters are {encoding}, the interface is in {language}.").format(
        encoding=encoding, language={"fr": "français", "en": "English"}[language()]
    )
    if encoding != "utf8":
        return Finding("locale", FAIL, told, _("Choose a UTF-8 locale: export LANG=fr_FR.UTF-8 or LANG=C.UTF-8."))
    return Finding("locale", OK, told)


def _tmux() -> Iterator[Finding]:
    version = _asked("-V")
    if version is None:
        advice = _("Only 'socialhub wall' needs it: apt install tmux.")
        yield Finding("tmux", WARN, _("tmux is not installed."), advice)
        return
    if not os.environ.get("TMUX"):
        yield Finding("tmux", OK, _("{version} is installed; this is not inside it.").format(version=version))
        return
    yield Finding("tmux", OK, _("Inside {version}.").format(version=version))
    if _asked("show-options", "-gv", "focus-events") != "on":
        sentence = _("focus-events is off: the console cannot tell whether you look at it.")
        yield Finding("tmux", WARN, sentence, _("In ~/.tmux.conf: {line}").format(line="set -g focus-events on"))
    if _asked("show-options", "-gv", "allow-passthrough") in ("off", None):
        sentence = _("tmux holds desktop notifications of alerts back; the bell and the window title pass.")
        yield Finding("tmux", WARN, sentence, _("In ~/.tmux.conf: {line}").format(line="set -g allow-passthrough on"))
    features = (_asked("display-message", "-p", "#{client_termfeatures}") or "").split(",")
    if "RGB" not in features:
        line = f"set -as terminal-features ',{_outer_terminal()}:RGB'"
        sentence = _("tmux passes 256 colours at most.")
        yield Finding("tmux", WARN, sentence, _("In ~/.tmux.conf: {line}").format(line=line))
    escape = _asked("show-options", "-sv", "escape-time") or ""
    if escape.isdigit() and int(escape) > SLOW_ESCAPE:
        sentence = _("tmux holds the Escape key back for {milliseconds} ms.").format(milliseconds=escape)
        yield Finding("tmux", WARN, sentence, _("In ~/.tmux.conf: {line}").format(line="set -s escape-time 20"))


def _outer_terminal() -> str:
    name = _asked("display-message", "-p", "#{client_termname}") or ""
    return name if re.fullmatch(r"[\w.+-]+", name) else "xterm*"


def _asked(*words: str) -> str | None:
    """What tmux answers; None when there is no tmux or it does not answer."""
    try:
        done = subprocess.run(["tmux", *words], capture_output=True, timeout=_TMUX_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return plain(done.stdout.decode("utf-8", "replace")) if done.returncode == 0 else ""
