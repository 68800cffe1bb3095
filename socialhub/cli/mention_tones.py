"""The tones of a mention for the command line: in general and towards its topics, how sure, why, and who fixed them."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from socialhub.ages import moment_text
from socialhub.cli.view import moment
from socialhub.i18n import _, labelled
from socialhub.model import Mention
from socialhub.store.corrections import ToneTold, tones_of
from socialhub.tone_words import confidence_words, reason_words, tone_word

if TYPE_CHECKING:
    from socialhub.store.connection import Connection


def tone_facts(db: Connection, mention: Mention, now: int, zone: tzinfo) -> list[tuple[str, str]]:
    """Names and values: the general tone, then those of topics that differ from it."""
    names = {0: "", **dict(db.execute("SELECT id, name FROM topics"))}
    return [
        (
            labelled(_("tone"), names[each.topic]) if each.topic else _("tone"),
            _words(each, mention, now, zone),
        )
        for each in tones_of(db, mention.id)
        if each.verdict is not None
    ]


def _words(told: ToneTold, mention: Mention, now: int, zone: tzinfo) -> str:
    verdict, fixed = told.verdict, told.fixed
    assert verdict is not None
    words = ", ".join(map(reason_words, verdict.why)) or "–"
    if fixed is None:
        how_sure = confidence_words(verdict.confidence, precise=told.precise)
        said = f"{tone_word(verdict.tone, verdict.confidence)}, {how_sure}"
        return labelled(said, words)
    when = moment_text(fixed.at, now, zone)
    said = f"{tone_word(verdict.tone)}, " + _("corrected by {operator}, {time}").format(
        operator=fixed.operator, time=when
    )
    if (mention.edited or 0) > fixed.at:
        said += f" · {_('before the words were edited')}"
    if fixed.judged is not None:
        word = tone_word(fixed.judged.tone, fixed.judged.confidence)
        said += f" · {_('judged: {tone}').format(tone=word)}"
    return said


def tone_values(db: Connection, mention: int) -> list[dict[str, Any]]:
    """The same for JSON; topic null is the general tone."""
    slugs = dict(db.execute("SELECT id, slug FROM topics"))
    return [
        {
            "topic": slugs.get(each.topic),
            "sentiment": None if each.verdict is None else int(each.verdict.tone),
            "confidence": None if each.verdict is None else each.verdict.confidence,
            "score": None if each.verdict is None else each.verdict.score,
            "unsure": each.verdict is None or each.verdict.unsure,
            "precise": each.precise,
            "why": [{"word": word.text, "weight": word.weight} for word in (each.verdict.why if each.verdict else ())],
            "corrected_by": each.fixed.operator if each.fixed else None,
            "corrected_at": moment(each.fixed.at) if each.fixed else None,
            "judged": int(each.fixed.judged.tone) if each.fixed and each.fixed.judged else None,
        }
        for each in tones_of(db, mention)
    ]
