"""What reading a config may cost: nothing heavy is imported by it, and knowing where it lies reads nothing at all."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {"lark", "keyring", "tomlkit", "httpx", "httpcore", "numpy", "msgspec", "textual", "sqlite3", "selectolax"}


def imported_by(statement: str) -> set[str]:
    """The modules in memory after a statement in a fresh process."""
    program = f"{statement}\nimport sys\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_a_console_loads_its_config_without_the_parser() -> None:
    program = (
        "from pathlib import Path\nfrom socialhub.config import read\n"
        'text = \'[[topics]]\\nname = "x"\\nkind = "brand"\\nquery = "x"\\n\'\n'
        "read(text, Path('/config.toml'), check_queries=False).hash"
    )
    modules = imported_by(program)
    assert {name.partition(".")[0] for name in modules} & HEAVY == set()
    assert "socialhub.config.loading" in modules


def test_where_the_config_lies_is_cheap_to_know() -> None:
    assert "socialhub.config.loading" not in imported_by("import socialhub.config.paths")
