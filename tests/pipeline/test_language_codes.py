"""What sources call languages, told in two letters or not at all."""

from __future__ import annotations

import pytest

from socialhub.pipeline.language_codes import two_letters


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("fr", "fr"),
        (" fr-FR ", "fr"),
        ("FR_ca", "fr"),
        ("fra", "fr"),
        ("Français", "fr"),
        ("english", "en"),
        ("zh-Hant-TW", "zh"),
        ("iw", "he"),
        ("", ""),
        ("fil", ""),
        ("kab", ""),
        ("und", ""),
        ("mul", ""),
        ("x-default", ""),
        ("é1", ""),
    ],
)
def test_languages_are_told_in_two_letters(said: str, code: str) -> None:
    assert two_letters(said) == code
