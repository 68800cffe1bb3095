"""Style sheets parsed once in a process, not once for every console that a test opens: a tenth of what one costs.

Textual keeps what it parsed within an application; here all applications of the process keep it together.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from textual.css.stylesheet import Stylesheet


@cache
def share_parsed_rules() -> None:
    """From now on; called again it does nothing."""
    parse, kept = Stylesheet._parse_rules, dict[tuple[Any, ...], Any]()

    def parse_once(sheet: Stylesheet, css: str, read_from: Any, *options: Any, **named: Any) -> Any:
        key = (tuple(sheet._variables.items()), css, read_from, options, tuple(named.items()))
        if key not in kept:
            kept[key] = parse(sheet, css, read_from, *options, **named)
        return kept[key]

    Stylesheet._parse_rules = parse_once  # type: ignore[method-assign, assignment]
