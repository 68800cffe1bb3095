"""The sixth migration: reviews with stars are found by when they were published, without reading other mentions."""

from __future__ import annotations

from typing import Final

RATING: Final = """
CREATE INDEX mentions_rated ON mentions(published, rating) WHERE rating IS NOT NULL;
"""
