"""The pane of sources with a collector in another process and a server that counts: a pause is obeyed, and told."""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from socialhub.clock import ENV_CLOCK, MINUTE, real_now
from socialhub.store.connection import open_reader, open_writer
from tests.console.terminal import ROOT, Terminal
from tests.seed import NOW

SPEED = 240
"""A poll a minute is four a second then, and a quarter of an hour is over in four seconds."""
SECRET = "jeton-tres-secret"


class Counting(http.server.ThreadingHTTPServer):
    """An API with one post, until it is broken."""

    daemon_threads = True
    asked = 0
    broken = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/posts"


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, Counting)
        server.asked += 1
        post = {"id": "1", "text": "la fibre", "published_at": "2026-11-20T10:00:00Z"}
        body = json.dumps({"why": "maintenance", "sent": str(self.headers)} if server.broken else [post]).encode()
        self.send_response(503 if server.broken else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Counting]:
    made = Counting(("127.0.0.1", 0), _Handler)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@contextmanager
def program(*arguments: str, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "socialhub", *arguments],
        cwd=ROOT,
        env={**os.environ, **environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)


def until(condition: Callable[[], object], terminal: Terminal | None = None) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, terminal.text if terminal is not None else "it never came true"
        time.sleep(0.05) if terminal is None else terminal.read(0.05)


def test_a_source_is_paused_asked_and_seen_failing_from_another_process(tmp_path: Path, server: Counting) -> None:
    config, cache = tmp_path / "config.toml", tmp_path / "cache.db"
    config.write_text(
        '[hub]\nname = "Essai"\nlanguage = "en"\ncontact = "a@example.org"\n'
        '[[topics]]\nname = "Fibre"\nkind = "brand"\nquery = "fibre"\n'
        f'[[sources]]\nname = "crm"\nkind = "json"\nurl = "{server.url}"\nevery = "1 min"\nallow_private = true\n'
        'token = "env:CRM"\nfields = { native_id = "id", text = "text", published_at = "published_at" }\n'
    )
    open_writer(cache).close()
    environ = {
        "SOCIALHUB_CONFIG": str(config),
        "SOCIALHUB_CACHE": str(cache),
        ENV_CLOCK: f"{real_now()}:{NOW}:{SPEED}",
        "CRM": SECRET,
        "LANGUAGE": "en",
    }
    reader = open_reader(cache)

    def told(sql: str) -> object:
        row = reader.execute(sql).fetchone()
        return None if row is None else row[0]

    with program("collect", **environ):
        terminal = Terminal("--no-collect", program="socialhub", **environ)  # type: ignore[arg-type]
        try:
            until(lambda: server.asked >= 2)
            terminal.until("4 Sources")
            terminal.press("4z")
            until(lambda: "● ok" in terminal.text, terminal)

            terminal.press("s")
            terminal.until("until it is resumed")
            terminal.press("\x1b[B\x1b[B\r")
            terminal.until("○ paused")
            terminal.press("i")
            terminal.until("asked as soon as its server allows")
            until(lambda: told("SELECT poll_requested FROM sources") is None, terminal)
            asked, beat = server.asked, int(str(told("SELECT beat FROM collectors")))
            until(lambda: int(str(told("SELECT beat FROM collectors"))) > beat + 4 * MINUTE, terminal)
            assert server.asked <= asked + 1, "minutes without a question, though one was wished for"

            terminal.press("s")
            until(lambda: server.asked > asked, terminal)
            until(lambda: "● ok" in terminal.text, terminal)

            server.broken = True
            asked = server.asked
            terminal.press("i")
            until(lambda: server.asked > asked, terminal)
            terminal.until("◐ failing")
            until(lambda: "✗" in terminal.text or "!" in terminal.text, terminal)
            terminal.press("w")
            terminal.until("Last exchange")
            terminal.until("503")
            terminal.until("maintenance")
        finally:
            terminal.press("q")
            terminal.close()
    stored = str(told("SELECT told FROM exchanges"))
    reader.close()
    assert "maintenance" in stored
    assert SECRET.encode() not in cache.read_bytes()
    assert SECRET not in stored
