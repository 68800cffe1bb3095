"""Secrets are looked up by name: in the environment, in a keyring, or are missing with a reason."""

from __future__ import annotations

from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from socialhub.config import resolve_secret
from socialhub.config.secrets import KEYRING_SERVICE
from socialhub.errors import SourceError


class MemoryKeyring(KeyringBackend):
    """A real keyring back end that keeps its one secret in memory; "locked" cannot be opened."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        """The one secret."""
        if username == "locked":
            raise KeyringLocked
        return "s3cret" if (service, username) == (KEYRING_SERVICE, "mastodon") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        """Not needed."""
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        """Not needed."""
        raise NotImplementedError


@pytest.fixture(autouse=True)
def memory_keyring() -> Iterator[None]:
    """The tests' keyring instead of the machine's."""
    before = keyring.get_keyring()
    keyring.set_keyring(MemoryKeyring())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


def test_secrets_come_from_where_they_are_named() -> None:
    assert resolve_secret("env:TOKEN", {"TOKEN": "abc"}) == "abc"
    assert resolve_secret("keyring:mastodon") == "s3cret"


@pytest.mark.parametrize("name", ["env:TOKEN", "env:EMPTY", "keyring:other", "keyring:locked"])
def test_a_secret_without_a_value_is_named_in_the_reason(name: str) -> None:
    with pytest.raises(SourceError) as caught:
        resolve_secret(name, {"EMPTY": ""})
    assert (caught.value.reason.code, caught.value.reason.values["name"]) == ("secret-missing", name)


def test_what_is_no_name_is_not_repeated() -> None:
    with pytest.raises(SourceError) as caught:
        resolve_secret("hunter2", {})
    assert "hunter2" not in str(caught.value)
