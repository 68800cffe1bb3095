"""Secrets are named, never written: `env:NAME` or `keyring:NAME`. Here a name is told from a literal and looked up.

What it finds wrong it words without repeating the secret.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from socialhub.errors import SourceError

KEYRING_SERVICE: Final = "socialhub"

_REFERENCE: Final = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|keyring:[\w.@/-]+")
# Compared without case, hyphens and underscores.
_SECRET_PARAMETERS: Final = frozenset(
    {
        *("token", "accesstoken", "authtoken", "apitoken", "privatetoken", "feedtoken", "rsstoken", "refreshtoken"),
        *("key", "apikey", "userapikey", "accesskey", "secretkey", "appkey", "authkey"),
        *("secret", "clientsecret", "password", "passwd", "pwd", "pass", "auth", "authorization", "bearer", "jwt"),
        *("signature", "sig", "session", "sessionid"),
    }
)
_SEPARATORS: Final = re.compile(r"[-_]")


def is_reference(written: str) -> bool:
    """Whether this is a well-formed name of a secret."""
    return _REFERENCE.fullmatch(written) is not None


def literal_secret_in(text: str) -> str:
    """Which part of an address holds a secret ("user:password@" or the name of a parameter); "" for none."""
    if "://" not in text:
        return ""
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return ""
    if "@" in parts.netloc:
        return "user:password@"
    for component in (parts.query, parts.fragment):
        for name, value in parse_qsl(component):
            if value and _SEPARATORS.sub("", name).casefold() in _SECRET_PARAMETERS:
                return name
    return ""


def is_set(reference: str, environ: Mapping[str, str] | None = None) -> bool:
    """Whether an `env:` name has a value. A keyring is not asked: it may want to be unlocked first."""
    scheme, _colon, name = reference.partition(":")
    return scheme != "env" or bool((os.environ if environ is None else environ).get(name))


def resolve_secret(reference: str, environ: Mapping[str, str] | None = None) -> str:
    """The value behind `env:NAME` or `keyring:NAME`; raises SourceError("secret-missing") when there is none."""
    scheme, _colon, name = reference.partition(":")
    value: str | None = None
    if is_reference(reference):
        value = _from_keyring(name) if scheme == "keyring" else (os.environ if environ is None else environ).get(name)
    if not value:
        raise SourceError("secret-missing", name=reference if is_reference(reference) else "?")
    return value


def _from_keyring(name: str) -> str | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        value: str | None = keyring.get_password(KEYRING_SERVICE, name)
    except KeyringError as error:
        raise SourceError("secret-missing", name=f"keyring:{name}") from error
    return value
