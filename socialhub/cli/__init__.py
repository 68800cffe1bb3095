"""The command line. stdout is data, stderr is talk; 0 ok, 1 problems found, 2 usage, 3 environment.

One file per noun. Everything heavy is imported inside the command that needs it, so that `--help` is instant.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code; `arguments` are those of the process by default."""
    from socialhub.cli.root import root

    root.main(arguments, prog_name="socialhub")
