"""The log: without secrets, without control characters, rotated by several processes without a loss."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from socialhub import logs


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A state directory of its own, and the root logger as it was."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    logger = logging.getLogger()
    handlers, level = list(logger.handlers), logger.level
    yield tmp_path
    for handler in [each for each in logger.handlers if each not in handlers]:
        logger.removeHandler(handler)
        handler.close()
    logger.setLevel(level)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("GET https://lea:s3cret@example.org/feed", "GET https://***@example.org/feed"),
        ("https://example.org/?a=1&api_key=abc123&b=2", "https://example.org/?a=1&api_key=***&b=2"),
        ("https://example.org/cb?access_token=abc#x", "https://example.org/cb?access_token=***#x"),
        ("Authorization: Bearer abcDEF123456", "Authorization: *** ***"),
        ("sent bearer abcDEF123456 to it", "sent bearer *** to it"),
        ('{"accessJwt": "x.y", "password": "hunter2"}', '{"accessJwt": ***, "password": ***}'),
        ("app password abcd-efgh-ijkl-mnop refused", "app password *** refused"),
        ("jwt eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl", "jwt ***"),
        ("https://example.org/a?page=2 is fine", "https://example.org/a?page=2 is fine"),
        ("la box de Rennes est en panne", "la box de Rennes est en panne"),
    ],
)
def test_secrets_are_taken_out(said: str, kept: str) -> None:
    assert logs.redact(said) == kept


def test_the_file_holds_one_clean_line_a_record(own_state: Path) -> None:
    logs.start_log("test")
    logging.getLogger("socialhub.x").warning("%s: \x1b]0;owned\x07 \x9b31m token=abcdef", "feed\u202etitle")
    try:
        raise ValueError("https://u:p@example.org/")
    except ValueError:
        logging.getLogger("socialhub.x").exception("an error")
    text = logs.log_file("test").read_text(encoding="utf-8")
    assert not set(text) & set("\x1b\x07\x9b\u202e")
    assert "abcdef" not in text
    assert "u:p@" not in text
    assert "ValueError" in text
    assert all(line.startswith("  ") or "socialhub.x" in line for line in text.splitlines())
    assert logs.log_file("test").stat().st_mode & 0o077 == 0


def test_without_a_place_to_write_the_program_goes_on(own_state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (own_state / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_STATE_HOME", str(own_state / "file"))
    logs.start_log("test")
    logging.getLogger("socialhub.x").warning("nothing happens")


WRITER = """
import logging, sys
from socialhub import logs
logs.MOST_BYTES, logs.OLD_FILES = 20_000, 50
logs.start_log("shared")
for number in range(300):
    logging.getLogger("socialhub.test").info("process %s says number %d, and then some more words", sys.argv[1], number)
"""


def test_a_folder_that_goes_and_comes_back_stops_nobody(own_state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    logs.start_log("test")
    logger = logging.getLogger("socialhub.x")
    shutil.rmtree(own_state / "socialhub")
    logger.warning("nowhere to write")
    (own_state / "socialhub").mkdir()
    logger.warning("and again")
    assert "and again" in logs.log_file("test").read_text(encoding="utf-8")


def test_processes_share_and_rotate_one_file(own_state: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, name]) for name in "abc"]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    files = sorted(logs.log_file("shared").parent.glob("shared.log*"))
    lines = [line for path in files if path.suffix != ".lock" for line in path.read_text(encoding="utf-8").splitlines()]
    said = {line.partition("process ")[2] for line in lines}
    assert len(files) > 3
    assert len(said) == len(lines) == 900
