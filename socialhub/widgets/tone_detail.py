"""The tones of one mention in words: in general and towards its topics, how sure, why, and who fixed them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

from textual.content import Content

from socialhub.ages import moment_text
from socialhub.i18n import _, labelled
from socialhub.model import Tone, Verdict, Word
from socialhub.records import dataclass
from socialhub.tone_words import confidence_words, reason_words, tone_word
from socialhub.widgets.cells import packed, safe
from socialhub.widgets.glyphs import Glyphs

_LOOKS: Final = {Tone.NEGATIVE: "negative", Tone.NEUTRAL: "neutral", Tone.POSITIVE: "positive"}
_COLOURS: Final = {
    "negative": "$text-error",
    "positive": "$text-success",
    "neutral": "$text-muted",
    "unsure": "$text-muted",
}
_QUIET: Final = "$text-muted"
MOST_WORDS: Final = 12
_UNBROKEN: Final = 10_000


@dataclass(frozen=True, slots=True)
class ToneLine:
    """One tone of a mention: towards whom ("" in general), the verdict that counts, None where nobody judged.

    `fixed_by` gave it at `fixed_at` (ms UTC) instead of `judged`; `stale` says that the words were edited since,
    `precise` that the precise model judged.
    """

    subject: str
    verdict: Verdict | None
    fixed_by: str = ""
    fixed_at: int = 0
    judged: Verdict | None = None
    stale: bool = False
    precise: bool = False


def tone_block(lines: Sequence[ToneLine], now: int, zone: tzinfo, glyphs: Glyphs, width: int = 0) -> Content:
    """All tones, one under the other; whose they are is only said where there are several or a topic is meant."""
    return Content("\n").join(_line(line, now, zone, glyphs, width, named=len(lines) > 1) for line in lines)


def _line(line: ToneLine, now: int, zone: tzinfo, glyphs: Glyphs, width: int, *, named: bool) -> Content:
    verdict = line.verdict
    unsure = verdict is None or verdict.unsure
    look = "unsure" if verdict is None or unsure else _LOOKS[verdict.tone]
    mark = glyphs.idle if unsure else getattr(glyphs, look)
    word = tone_word(verdict.tone, verdict.confidence) if verdict is not None else tone_word(None)
    parts = []
    if line.subject or named:
        parts.append(Content(labelled(safe(line.subject) or _("in general"), "")))
    parts.append(Content.styled(f"{mark} {word}", _COLOURS[look]))
    if line.fixed_by:
        parts.append(Content.styled(_fixed(line, now, zone), _QUIET))
    elif verdict is not None:
        parts.append(Content.styled(f"  {confidence_words(verdict.confidence, precise=line.precise)}", _QUIET))
    if verdict is not None:
        parts.append(_why(verdict.why, width, fixed=bool(line.fixed_by)))
    return Content("").join(parts)


def _fixed(line: ToneLine, now: int, zone: tzinfo) -> str:
    """Who gave the tone and when; below it whether the words have changed since, and what the judge had said."""
    when = moment_text(line.fixed_at, now, zone)
    said = [f"  {_('corrected by {operator}, {time}').format(operator=safe(line.fixed_by), time=when)}"]
    if line.stale:
        said.append(_("before the words were edited"))
    if line.judged is not None:
        word = tone_word(line.judged.tone, line.judged.confidence)
        said.append(_("judged: {tone}").format(tone=word))
    return "\n".join(said)


def _why(words: Sequence[Word], width: int, *, fixed: bool) -> Content:
    if not words:
        return Content("") if fixed else Content.styled("\n" + _("no word of it carries a tone"), _QUIET)
    strongest = sorted(words, key=lambda word: -abs(word.weight))[:MOST_WORDS]
    lead = _("the judge went by") if fixed else _("because of")
    listed = packed([safe(reason_words(word)) for word in strongest], width or _UNBROKEN, lead)
    return Content.styled("\n" + "\n".join(listed), _QUIET if fixed else "")
