"""The real PDS of the tests: started from node, spoken to over loopback, ended with the tests."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

HERE = Path(__file__).parent
_START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Network:
    """Addresses of the running servers."""

    pds: str
    jetstream: str

    def call(self, method: str, payload: dict[str, Any], token: str = "") -> dict[str, Any]:
        """Call an xrpc procedure."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = httpx.post(f"{self.pds}/xrpc/{method}", json=payload, headers=headers, timeout=30)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()) if answer.content else {}

    def account(self, name: str) -> Account:
        """A new account `name`.test with the password "<name>-passe"."""
        payload = {"handle": f"{name}.test", "email": f"{name}@example.org", "password": f"{name}-passe"}
        made = self.call("com.atproto.server.createAccount", payload)
        return Account(self, made["did"], made["handle"], made["accessJwt"])


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who writes."""

    network: Network
    did: str
    handle: str
    token: str

    def _write(self, procedure: str, collection: str, **details: Any) -> dict[str, Any]:
        payload = {"repo": self.did, "collection": collection, **details}
        return self.network.call(f"com.atproto.repo.{procedure}", payload, self.token)

    def post(self, text: str, **parts: Any) -> dict[str, str]:
        """Write a post; gives its uri and cid."""
        return self.create("app.bsky.feed.post", {"text": text, **parts})

    def create(self, collection: str, record: dict[str, Any]) -> dict[str, str]:
        """Create a record of any kind."""
        whole = {"$type": collection, "createdAt": "2026-11-21T10:00:00.000Z", **record}
        made = self._write("createRecord", collection, record=whole)
        return {"uri": made["uri"], "cid": made["cid"]}

    def edit(self, uri: str, text: str) -> None:
        """Put another text in the place of a post's."""
        record = {"$type": "app.bsky.feed.post", "createdAt": "2026-11-21T10:00:00.000Z", "text": text}
        self._write("putRecord", "app.bsky.feed.post", rkey=uri.rpartition("/")[2], record=record)

    def delete(self, uri: str) -> None:
        """Take a post away."""
        self._write("deleteRecord", "app.bsky.feed.post", rkey=uri.rpartition("/")[2])


def _node() -> str:
    node = os.environ.get("SOCIALHUB_NODE", "") or shutil.which("node") or ""
    if not node:
        pytest.skip("node is not here: no real servers to test against")
    if not (HERE / "node_modules").is_dir():
        pytest.skip("tests/real/node_modules is missing: run make test-real")
    return node


@contextmanager
def running_network() -> Iterator[Network]:
    """The servers, until the end of the block; skips the test where there is no node."""
    process = subprocess.Popen(
        [_node(), "bluesky.mjs"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        ready, _write, _error = select.select([process.stdout], [], [], _START_SECONDS)
        assert ready, "the real servers did not start"
        addresses = json.loads(process.stdout.readline())
        yield Network(addresses["pds"], addresses["jetstream"])
    finally:
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
