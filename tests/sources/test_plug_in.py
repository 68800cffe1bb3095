"""A kind of source that another package brings: the example of the documentation, installed, found and tried."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.servers import Answer, LoopbackServer, Request

PAGE = Path(__file__).parents[2] / "docs" / "plug-ins.md"
POSTS = [{"id": number, "text": f"la mandarine {number}", "at": 1_795_262_400 + number} for number in range(1, 8)]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The package of the page, as an installer would lay it out."""
    code = re.search(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert code is not None
    folder = tmp_path / "packages"
    about = folder / "gazette-1.0.dist-info"
    about.mkdir(parents=True)
    (folder / "gazette.py").write_text(code[1], "utf-8")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: gazette\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[socialhub.sources]\ngazette = gazette:GazetteSettings\n")
    return folder


async def gazette(request: Request, writer: asyncio.StreamWriter) -> None:
    after = int(parse_qs(urlsplit(request.path).query)["after"][0])
    page = [post for post in POSTS if int(str(post["id"])) > after][:3]
    await Answer(json.dumps(page).encode())(request, writer)


async def run(folder: Path, package: Path, *arguments: str) -> tuple[int, str, str]:
    """The program in a process of its own that finds the package."""
    path = os.pathsep.join([str(package), *sys.path])
    command = [sys.executable, "-m", "socialhub", "--config", str(folder / "config.toml"), *arguments]
    environment = {**os.environ, "PYTHONPATH": path, "XDG_CACHE_HOME": str(folder), "LANGUAGE": "en"}
    process = await asyncio.create_subprocess_exec(
        *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


def configure(folder: Path, server: str, name: str = "server") -> None:
    (folder / "config.toml").write_text(
        f'''
[hub]
contact = "essai@example.org"
[[topics]]
name = "Mandarine"
kind = "brand"
query = "mandarine"
[[sources]]
name = "gazette"
kind = "gazette"
allow_private = true
{name} = "{server}"
'''
    )


async def test_a_plug_in_is_configured_and_keeps_the_contract(tmp_path: Path, package: Path) -> None:
    async with LoopbackServer({"*": gazette}) as server:
        configure(tmp_path, server.url(""))
        code, out, err = await run(tmp_path, package, "sources", "check", "gazette", "--contract", "--json")
    assert code == 0, err
    findings: dict[str, Any] = {each["clause"]: each["kept"] for each in map(json.loads, out.splitlines())}
    assert findings.pop("secrets") is None
    assert findings == dict.fromkeys(findings, True), err
    assert len(findings) == 9
    assert code == 0


async def test_its_settings_are_checked_like_all_others(tmp_path: Path, package: Path) -> None:
    configure(tmp_path, "http://127.0.0.1:1", name="sever")
    code, out, err = await run(tmp_path, package, "config", "check")
    assert code == 1
    assert "server" in out + err


async def test_a_plug_in_that_cannot_be_loaded_is_a_sentence(tmp_path: Path, package: Path) -> None:
    (package / "gazette.py").write_text("import a_module_that_is_not_there\n")
    configure(tmp_path, "http://127.0.0.1:1")
    code, out, err = await run(tmp_path, package, "config", "check")
    assert code == 1
    assert 'the plug-in for "gazette" cannot be loaded' in out + err
    assert "Traceback" not in out + err
