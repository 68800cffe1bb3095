"""Strings from outside: made safe (`clean`), made comparable (`fold`, `tokenise`), read out of HTML (`from_html`).

One fold feeds the live matcher and the full-text index alike, so that both always agree. Nothing here knows what a
mention is. Everything is linear in the length of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from html import unescape
from typing import Final

# A base letter may carry this many combining marks; more is an attack on the layout ("zalgo"), not a language.
MAX_COMBINING: Final = 2

# Zero-width and bidirectional controls, interlinear marks, tags and other invisible characters. The joiner U+200D
# is kept only between emoji (a family); U+FE0F is kept and counts as a mark.
_INVISIBLE: Final = (
    *(0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x3164, 0xFEFF, 0xFFA0),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFFF9, 0xFFFC),
    *range(0xE0000, 0xE0080),
    *range(0x180B, 0x180E),
    *range(0xFE00, 0xFE0F),
    *range(0xE0100, 0xE01F0),
)
_SPACES: Final = [
    0x09,
    0x0B,
    0x0C,
    0x0D,
    0x20,
    0x85,
    0xA0,
    0x1680,
    0x2028,
    0x2029,
    0x205F,
    0x3000,
    *range(0x2000, 0x200B),
    0x202F,
]


def _clean_table() -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)])
    table.update(dict.fromkeys(range(0xD800, 0xE000), "\ufffd"))
    table.update(dict.fromkeys(_INVISIBLE))
    table.update(dict.fromkeys(_SPACES, " "))
    table[0x0A] = "\n"
    table[0x2028] = table[0x2029] = table[0x85] = "\n"
    return table


_CLEAN: Final = _clean_table()
# A whole terminal sequence is removed, not only its escape character: what stays would be litter such as "]0;title".
_SEQUENCES: Final = re.compile(
    r"(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x1b\x07\x9c\n]{0,4096}(?:\x07|\x1b\\|\x9c)"
    r"|(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,16}[@-~]"
    r"|\x1b[ -/]{0,4}[0-~]"
)
_BLANKS: Final = re.compile(r" {2,}")
_EDGE_BLANKS: Final = re.compile(r" *\n *")
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_EMOJI_JOINER: Final = re.compile(
    r"(?<=[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d(?=[\u2190-\u2bff\U0001f000-\U0001faff])"
)
_KEPT_JOINER: Final = "\ue000"
# What `str.isprintable` lets through although it shows as nothing.
_SUSPECT: Final = re.compile("[\u115f\u1160\u17b4\u17b5\u180b-\u180d\u3164\ufe00-\ufe0e\uffa0\U000e0100-\U000e01ef]")
# Where marks may stack: neither words nor white space, nor ASCII, punctuation, arrows and emoji, which are no marks.
_MARK_RUN: Final = re.compile(r"[^\w\s\x00-\x7f\u2000-\u206f\u2190-\u2bff\U0001f000-\U0001faff]{3,}")


def clean(raw: str, *, single_line: bool = False) -> str:
    """Text that no terminal, table or log can misread: the guard of every print.

    Removes terminal sequences, C0/C1 controls, bidirectional and zero-width characters and stacked combining marks,
    replaces lone surrogates, composes accents (NFC), folds white space; keeps line breaks unless `single_line`.
    Idempotent.
    """
    text = raw
    if not text.isprintable() or not text.isascii():
        if not text.replace("\n", " ").isprintable():
            text = _strip_unprintable(text)
        if not text.isascii():
            text = _strip_suspect(text)
        if "\n" in text:
            text = text.replace("\n", " ") if single_line else _BLANK_LINES.sub("\n\n", _EDGE_BLANKS.sub("\n", text))
    if "  " in text:
        text = _BLANKS.sub(" ", text)
    return text.strip()


def _strip_unprintable(text: str) -> str:
    """Without terminal sequences, controls and invisible format characters; emoji joiners stay between emoji."""
    text = _SEQUENCES.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if "\u200d" not in text:
        return text.translate(_CLEAN)
    text = _EMOJI_JOINER.sub(_KEPT_JOINER, text.replace(_KEPT_JOINER, ""))
    return text.translate(_CLEAN).replace(_KEPT_JOINER, "\u200d")


def _strip_suspect(text: str) -> str:
    """Without printable-but-invisible characters and stacked marks; accents composed (NFC)."""
    if _SUSPECT.search(text):
        text = text.translate(_CLEAN)
    text = _limit_marks(text)
    if not unicodedata.is_normalized("NFC", text):
        text = _limit_marks(unicodedata.normalize("NFC", text))
    return text


def _limit_marks(text: str) -> str:
    """Keep at most MAX_COMBINING combining marks in a row."""
    if text.isascii() or not _MARK_RUN.search(text):
        return text
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if marks <= MAX_COMBINING:
            kept.append(char)
    return "".join(kept)


def decode_entities(text: str) -> str:
    """Decode HTML entities, twice at most: feeds often escape twice."""
    for _round in range(2):
        if "&" not in text:
            return text
        text = unescape(text)
    return text


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, cut at the end and marked by an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


# ---- fold and tokenise -------------------------------------------------------------------------------------------

_LETTERS: Final = {
    "ß": "ss",
    "œ": "oe",
    "æ": "ae",
    "ø": "o",
    "đ": "d",
    "ł": "l",
    "ı": "i",
    "ħ": "h",
    "ŧ": "t",
    "þ": "th",
}
_KEPT_PUNCTUATION: Final = frozenset("_#@")
_CJK: Final = ((0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))


class _FoldTable(dict[int, str]):
    """code point -> folded string, filled as characters are met (bounded by Unicode itself)."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_char(chr(code))
        return folded


def _fold_char(char: str) -> str:
    if char in _KEPT_PUNCTUATION:
        return char
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    parts = []
    for part in decomposed:
        category = unicodedata.category(part)
        if category[0] in "LN":
            letter = _LETTERS.get(part, part)
            parts.append(f" {letter} " if any(low <= ord(part) <= high for low, high in _CJK) else letter)
        elif category[0] == "M" or part in "\u200d\u200c\u00ad":
            continue
        elif category in ("So", "Sk") and ord(part) > 0x2100:
            parts.append(f" {part} ")
        else:
            parts.append(" ")
    return "".join(parts)


_FOLD: Final = _FoldTable()
_SIGNED_PIECE: Final = re.compile(r"[@#]?[^@#]+")


def _signed_pieces(token: str) -> list[tuple[str, int]]:
    """Split a folded token at its inner signs: a sign marks a handle or a hashtag only where a word starts.

    Returns (piece, offset) pairs: "lea@piaille" -> lea, piaille; "##fibre" -> #fibre; "c#" -> c; "@" alone -> nothing.
    """
    pieces: list[tuple[str, int]] = []
    for match in _SIGNED_PIECE.finditer(token):
        piece, offset = match.group(), match.start()
        if piece[0] in "@#" and token[:offset].strip("@#"):
            piece, offset = piece[1:], offset + 1
        pieces.append((piece, offset))
    return pieces


def tokenise(text: str) -> list[str]:
    """The text as tokens: no case, accents, ligatures or punctuation; a hashtag keeps its `#`, a handle its `@`.

    French apostrophes and hyphens separate ("l'opérateur" -> l, operateur); every emoji and CJK character is a token;
    dots separate also inside handles, so that "@a.bsky.social" is the phrase "@a bsky social" everywhere.
    """
    folded = text.translate(_FOLD)
    tokens = folded.split()
    if "@" not in folded and "#" not in folded:
        return tokens
    split: list[str] = []
    for token in tokens:
        if token.isalnum() or token[1:].isalnum():
            split.append(token)
        else:
            split.extend(piece for piece, _offset in _signed_pieces(token))
    return split


def fold(text: str) -> str:
    """The tokens of the text joined by single blanks."""
    return " ".join(tokenise(text))


_WORD_PIECES: Final = re.compile(r"\S+")


def tokens_with_spans(text: str) -> list[tuple[str, int, int]]:
    """The tokens of `tokenise(text)`, each with where it stands in `text` (start, end): what highlighting needs."""
    pieces = [_FOLD[code] for code in map(ord, text)]
    folded = "".join(pieces)
    if len(folded) == len(text) and all(pieces):
        starts: Sequence[int] = range(len(text))
    else:
        starts = [index for index, piece in enumerate(pieces) for _char in piece]
    if "@" not in folded and "#" not in folded:
        return [
            (word.group(), starts[word.start()], starts[word.end() - 1] + 1) for word in _WORD_PIECES.finditer(folded)
        ]
    return [
        (piece, starts[word.start() + offset], starts[word.start() + offset + len(piece) - 1] + 1)
        for word in _WORD_PIECES.finditer(folded)
        for piece, offset in _signed_pieces(word.group())
    ]


# ---- HTML --------------------------------------------------------------------------------------------------------

_BLOCKS: Final = (
    "p,div,br,li,ul,ol,tr,table,blockquote,h1,h2,h3,h4,h5,h6,pre,section,article,header,footer,figure,hr,dt,dd,"
    "figcaption,aside,main,nav,address,details,summary,center,form,fieldset,legend,caption,hgroup"
)
_DROPPED: Final = "script,style,template,noscript,iframe,object,svg,head,title,.invisible"
# Nothing of interest lies further in, and the parser's cost must stay bounded.
MAX_HTML: Final = 400_000
# Elements that stay open around what follows; those that close by themselves do not nest.
_NESTING: Final = re.compile(
    r"<(/?)(?!(?:p|li|br|hr|img|td|tr|th|dd|dt|wbr|input|meta|link|source|option)\b)([a-z][a-z0-9]{0,15})",
    re.IGNORECASE,
)
_DEEPEST: Final = 500
_TAG: Final = re.compile(r"<[^<>]*>")
# Line breaks of the source are blanks to its reader, except in preformatted text.
_PREFORMATTED: Final = re.compile(r"(<pre\b|</pre\b)", re.IGNORECASE)
_SOURCE_BLANKS: Final = re.compile(r"[\t\n\f\r ]+")
# Emoji that blogs and forums draw as pictures; what they stand for is in the `alt`.
_DRAWN_EMOJI: Final = "img[alt]:is(.emoji,.emojione,.wp-smiley,.smilies,.smiley,.custom-emoji,[data-emoji])"
# Elements whose content is not shown. HTML knows no short form of them: without an end they take all that follows.
_SHORT_FORM: Final = re.compile(
    r"<(iframe|script|style|title|textarea|noscript|object|template)\b([^<>]*)/>", re.IGNORECASE
)
_ENDLESS: Final = ("iframe", "object", "noscript", "template")
# What some feeds leave around what they quoted twice.
_CDATA: Final = re.compile(r"<!\[CDATA\[|\]\]>")


def _nests_deeply(markup: str) -> bool:
    """Whether elements nest deeper than any page does: reading such HTML takes time by the square of its depth."""
    depth = 0
    still_open: dict[str, int] = {}
    for tag in _NESTING.finditer(markup, 0, MAX_HTML):
        name = tag[2].lower()
        # What closes an element that is not open closes nothing.
        if not tag[1]:
            step = 1
        elif still_open.get(name):
            step = -1
        else:
            continue
        still_open[name] = still_open.get(name, 0) + step
        depth += step
        if depth > _DEEPEST:
            return True
    return False


def from_html(markup: str) -> str:
    """The text of an HTML fragment: blocks on lines of their own, list items marked, scripts and hidden parts dropped.

    The result is not yet `clean`: normalise does that once for all strings.
    """
    if "<" not in markup:
        return decode_entities(markup)
    if _nests_deeply(markup):
        return decode_entities(_TAG.sub(" ", markup[:MAX_HTML]))
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(_flowing(markup[:MAX_HTML]))
    for node in tree.css(_DROPPED):
        node.decompose()
    for node in tree.css(_DRAWN_EMOJI) if "<img" in markup else ():
        node.replace_with(node.attributes.get("alt") or "")
    for node in tree.css("td,th"):
        node.insert_after(" ")
    for node in tree.css(_BLOCKS):
        node.insert_before("\n" if node.tag != "li" else "\n- ")
        if node.tag not in ("br", "hr"):
            node.insert_after("\n")
    root = tree.body or tree.root
    return root.text(deep=True) if root is not None else ""


def _flowing(markup: str) -> str:
    """The markup with its line breaks as blanks, as a browser shows it."""
    if "<![" in markup:
        markup = _CDATA.sub("", markup)
    markup = _ended(markup)
    kept: list[str] = []
    within = False
    for piece in _PREFORMATTED.split(markup):
        if piece[:1] == "<" and _PREFORMATTED.fullmatch(piece):
            within = piece[1] != "/"
        kept.append(piece if within else _SOURCE_BLANKS.sub(" ", piece))
    return "".join(kept)


def _ended(markup: str) -> str:
    """The markup with an end for each element whose content is not shown, so that none hides what follows it."""
    markup = _SHORT_FORM.sub(r"<\1\2></\1> ", markup)
    lowered = markup.lower()
    for name in _ENDLESS:
        if lowered.count(f"<{name}") > lowered.count(f"</{name}"):
            markup = re.sub(rf"</?{name}\b[^<>]*>", " ", markup, flags=re.IGNORECASE)
    return markup


def links_in_html(markup: str) -> list[str]:
    """The href of every link of an HTML fragment, in order, http and https only."""
    if "href" not in markup or _nests_deeply(markup):
        return []
    from selectolax.lexbor import LexborHTMLParser

    hrefs = (node.attributes.get("href") or "" for node in LexborHTMLParser(markup[:MAX_HTML]).css("a[href]"))
    return [href for href in hrefs if href.startswith(("http://", "https://"))]
