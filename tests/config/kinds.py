"""The kinds of sources of the house with their settings, for tests that look at all of them."""

from __future__ import annotations

from socialhub.sources.kinds import BUILT_IN, settings_class
from socialhub.sources.settings import SourceSettings


def kinds_of_the_house() -> dict[str, type[SourceSettings]]:
    """By name."""
    return {kind: found for kind in BUILT_IN if (found := settings_class(kind)) is not None}
