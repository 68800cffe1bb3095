"""The languages that a config may name: those that are told apart."""

from __future__ import annotations

from typing import Final

LANGUAGE_CODES: Final = frozenset(
    {
        *("am", "ar", "az", "be", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr"),
        *("gu", "he", "hi", "hr", "hu", "hy", "is", "it", "ja", "ka", "kn", "ko", "ku", "lo", "lt", "lv", "ml", "mr"),
        *("ms", "nl", "no", "or", "pa", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "ta", "te", "th", "tl"),
        *("tr", "uk", "ur", "vi", "yo", "zh"),
    }
)
"""The languages that the detector tells apart."""
