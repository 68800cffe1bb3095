"""Opening a link outside the terminal: http and https only, never through a shell, never into our screen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import Final
from urllib.parse import urlsplit

_OPENERS: Final = ("wslview", "xdg-open")


def is_web_address(url: str) -> bool:
    """Whether this is something a browser may be given."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and url.isprintable() and " " not in url


def open_in_browser(url: str) -> bool:
    """Hand the link to the desktop's browser; False when there is none here (an SSH session) or the link is no link."""
    opener = _opener()
    if opener is None or not is_web_address(url):
        return False
    try:
        subprocess.Popen(
            [opener, url],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return False
    return True


def _opener() -> str | None:
    if sys.platform == "darwin":
        return shutil.which("open")
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("WSL_DISTRO_NAME")):
        return None
    return next((found for name in _OPENERS if (found := shutil.which(name))), None)
