"""What sources say of a language (BCP 47, ISO 639-2 and -3, names in English and in their own tongue) as ISO 639-1.

A language that has no code of two letters is "": cut to two it would be another one (Filipino is no Finnish).
"""

from __future__ import annotations

from typing import Final

_TWO_LETTERS: Final = {
    name: code
    for code, names in {
        "ar": "ara arabic",
        "bg": "bul bulgarian",
        "br": "bre",
        "ca": "cat catalan",
        "co": "cos",
        "cs": "ces cze czech",
        "cy": "cym wel welsh",
        "da": "dan danish",
        "de": "deu ger german deutsch",
        "el": "ell gre greek",
        "en": "eng english anglais",
        "es": "spa spanish español espagnol",
        "et": "est estonian",
        "eu": "eus baq basque",
        "fa": "fas per persian",
        "fi": "fin finnish",
        "fr": "fra fre french français francais",
        "ga": "gle irish",
        "gl": "glg galician",
        "he": "heb hebrew iw",
        "hi": "hin hindi",
        "hr": "hrv croatian",
        "hu": "hun hungarian",
        "id": "ind indonesian in",
        "is": "isl ice icelandic",
        "it": "ita italian italiano",
        "ja": "jpn japanese",
        "ko": "kor korean",
        "lb": "ltz luxembourgish",
        "lt": "lit lithuanian",
        "lv": "lav latvian",
        "nl": "nld dut dutch nederlands",
        "no": "nor norwegian",
        "oc": "oci occitan",
        "pl": "pol polish",
        "pt": "por portuguese português",
        "ro": "ron rum romanian mo",
        "ru": "rus russian",
        "sk": "slk slo slovak",
        "sl": "slv slovenian",
        "sr": "srp serbian",
        "sv": "swe swedish",
        "th": "tha thai",
        "tr": "tur turkish",
        "uk": "ukr ukrainian",
        "vi": "vie vietnamese",
        "zh": "zho chi chinese cmn",
    }.items()
    for name in names.split()
}


def two_letters(said: str) -> str:
    """The ISO 639-1 code of what a source says, "" when there is none."""
    primary = said.strip().lower().replace("_", "-").partition("-")[0]
    known = _TWO_LETTERS.get(primary)
    if known is not None:
        return known
    return primary if len(primary) == 2 and primary.isascii() and primary.isalpha() else ""
