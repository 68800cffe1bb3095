"""Texts that try to be more than text. All were written for these tests."""

from __future__ import annotations

from typing import Final

HOSTILE: Final = {
    "title": "\x1b]0;OWNED\x07titre",
    "title by C1": "\x9d2;OWNED\x9ctitre",
    "link": "\x1b]8;;https://evil.example/OWNED\x1b\\lien\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;OWNEDT1dORUQ=\x07copie",
    "device control": "\x1bPOWNED\x1b\\ \x1b_OWNED\x1b\\ \x1b^OWNED\x1b\\ \x1bXOWNED\x1b\\ \x90OWNED\x9c",
    "screen": "\x1b[2J\x1b[1;1H\x1b[?1049l\x1b[?25l\x1bc\x9b2J\x1b[31mrouge\x1b(0\x1b[6n\x1b[c\x1b[21t",
    "keys": "\x1b[?1003l\x1b[>1u\x1b[200~rm -rf\x1b[201~",
    "nested": "\x1b\x1b]]0;0;fin\x07\x07 \x1b\x1b[[2J2J",
    "never ended": "fin \x1b]0;",
    "cut in the middle": "fin \x1b[38;5",
    "markup": "[/b][@click=app.quit]clic[/] [bold red]rouge [link=https://evil.example]lien[/link] [/] \\[/",
    "entities": "&#27;]0;OWNED&#7;fin &amp;#x1b;[2J &#155;2J &#x202e;fin",
    "bidi": "\u202egnirts\u202c \u2066isolat\u2069 \u200frtl \u200e \u061c fin",
    "invisible": "a\u200bb\u200cc\ufeffd\u00ade\u2060f\U000e0041\u180eg",
    "marks": "zalgo" + "\u0301\u0323" * 5_000,
    "long": "x" * 1_000_000,
    "wide": "全角文字" * 50,
    "surrogates": "\ud800 seul \udfff",
    "controls": "".join(chr(code) for code in [*range(0x20), *range(0x7F, 0xA0)]),
    "lines": "un\r\ndeux\x0btrois\x0cquatre\x85cinq\u2028six\u2029sept\ttab\bretour\x7f",
}


def short(said: str) -> str:
    """The same for fields that nobody expects to be long."""
    return said[:300]
