"""Silences: alerts that somebody does not want to hear of for a while, told by a query over the alert itself.

What is asked is the alert's sentence, in French and in English (operator and collector may speak different ones), and
what it is about (`query.ALERTS`). It is looked at again whenever an alert changes: what has grown into a crisis is
heard in spite of a silence of warnings.

A silence hides and resolves nothing; when it ends, what still burns is heard again, and escalates from the beginning.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import Any, Final

from socialhub.alerts.wording import alert_lines
from socialhub.clock import DAY, MINUTE
from socialhub.errors import UserError
from socialhub.gazetteer import asked_names, place_codes, with_ancestors
from socialhub.i18n import LANGUAGES, _, in_language
from socialhub.incidents import Action, Alert, Heard, Silence
from socialhub.query import ALERTS, AlertDocument, QueryError, format_query, matches, parse
from socialhub.query.tree import Field, Node, all_of
from socialhub.store import silences as store
from socialhub.store.alerts import alert_rows, log_step
from socialhub.store.connection import Connection
from socialhub.store.topics import active_topics
from socialhub.text import clean, clip

LONGEST: Final = 31 * DAY
"""What is to be quiet for longer is a matter of the rules."""
LONGEST_REASON: Final = 200
"""Characters."""
ANNOUNCED_BEFORE: Final = 15 * MINUTE
"""How long before its end a silence that hides something says so (a quarter of a short one)."""


# ---- what people do ----------------------------------------------------------------------------------------------


def silence(db: Connection, query: str, *, reason: str, operator: str, now: int, ends: int) -> Silence:
    """Hide what the query matches until then (ms UTC), from now on. Raises QueryError, or UserError for no reason, an
    end that is past or an end too far away.
    """
    words = clip(clean(reason, single_line=True).strip(), LONGEST_REASON)
    if not words:
        raise UserError(_("A silence needs a reason."), _("The others will want to know."))
    asked = clean(query, single_line=True)
    parse(asked, ALERTS)
    number = store.insert_silence(db, asked, words, operator, now, _checked_end(ends, now))
    return _applied(db, number, now)


def extend(db: Connection, number: int, ends: int, now: int) -> bool:
    """Let a silence end at another moment. False when it is over. Raises UserError for an end as `silence` does."""
    return store.move_end(db, number, _checked_end(ends, now), now)


def end(db: Connection, number: int, operator: str, now: int) -> bool:
    """End a silence before its time: what it hides is heard again at once. False when it is over."""
    ended = store.end_silence(db, number, operator, now)
    if ended:
        apply_silences(db, now)
    return ended


def would_hide(db: Connection, query: str, now: int) -> list[Alert]:
    """The open alerts that a query matches, hidden or not. Raises QueryError."""
    node = parse(clean(query, single_line=True), ALERTS)
    document = _documents(db, now)
    return [alert for alert in alert_rows(db, limit=-1, resolved=False) if matches(node, document(alert), now)]


def query_like(db: Connection, alert: Alert) -> str:
    """The query that an operator probably wants to silence an alert with: its kind, and what it is about."""
    document = _documents(db, alert.updated)(alert)
    place = _about(alert, "place")
    parts: list[Node] = [Field("kind", alert.kind)]
    parts += [Field("topic", slug) for slug in document.topics]
    parts += [Field("source", document.source)] if document.source else []
    parts += [Field("place", place)] if place else []
    return format_query(all_of(parts))


def _checked_end(ends: int, now: int) -> int:
    if ends <= now:
        raise UserError(_("This end is past."))
    if ends > now + LONGEST:
        limit = LONGEST // DAY
        raise UserError(
            _("A silence ends within {limit} days.").format(limit=limit),
            _("For longer, change the rule that raises it."),
        )
    return ends


def _applied(db: Connection, number: int, now: int) -> Silence:
    apply_silences(db, now)
    made = store.silence_by_number(db, number)
    assert made is not None, "it was written in this transaction"
    return made


def is_silenced(db: Connection, alert: Alert, now: int) -> bool:
    """Whether a silence in force is for it, be it over or not."""
    active = store.silences_in_force(db, now)
    document = _documents(db, now)(alert) if active else None
    trees = (_tree(each.query) for each in active)
    return document is not None and any(tree is not None and matches(tree, document, now) for tree in trees)


# ---- once a minute, and when one changes -------------------------------------------------------------------------


def apply_silences(db: Connection, now: int) -> None:
    """Hide and show open alerts as the silences in force say, and announce those that are about to end.

    Inside the caller's transaction; each change is a step of the alert's life.
    """
    active = store.silences_in_force(db, now)
    alerts = alert_rows(db, limit=-1, resolved=False)
    asked = [(each, _tree(each.query)) for each in active]
    document = _documents(db, now)
    hidden: dict[int, list[int]] = {}
    for alert in alerts:
        seen = document(alert) if asked else None
        hiding = [each for each, node in asked if node is not None and seen is not None and matches(node, seen, now)]
        if not hiding and alert.silence is not None:
            _hear(db, alert.id, alert.silence, now)
        if hiding:
            # The one that hides it already goes on doing so.
            chosen = next((each for each in hiding if each.id == alert.silence), hiding[0])
            hidden.setdefault(chosen.id, []).append(alert.id)
            if alert.silence != chosen.id:
                store.hide_alert(db, alert.id, chosen, now)
    for each in active:
        _announce_end(db, each, hidden.get(each.id, []), now)


def _hear(db: Connection, alert: int, number: int, now: int) -> None:
    over = store.silence_by_number(db, number)
    why = Heard.CHANGED if over is not None and over.in_force(now) else Heard.OVER
    store.show_alert(db, alert, over.ended_by if over is not None else "", why, now)


def _announce_end(db: Connection, each: Silence, hidden: list[int], now: int) -> None:
    before = min(ANNOUNCED_BEFORE, (each.ends - each.made) // 4)
    if hidden and each.warned is None and now >= each.ends - before:
        store.mark_warned(db, each.id, now)
        for alert in hidden:
            log_step(db, alert, now, Action.SILENCE_ENDS, "", each.reason, each.ends)


def _tree(query: str) -> Node | None:
    """None for a query that a later socialhub wrote and this one does not know."""
    try:
        return parse(query, ALERTS)
    except QueryError:
        return None


# ---- an alert as a document --------------------------------------------------------------------------------------


def _documents(db: Connection, now: int) -> Callable[[Alert], AlertDocument]:
    """What makes a document of an alert; the topics are read once."""
    topics = {topic.number: topic for topic in active_topics(db)}

    def document(alert: Alert) -> AlertDocument:
        topic = topics.get(alert.topic) if alert.topic is not None else None
        place = _about(alert, "place")
        return AlertDocument(
            text="\n".join([*_sentences(alert, now), topic.name if topic is not None else ""]),
            kind=alert.kind,
            severity=alert.severity.name.lower(),
            rule=alert.rule,
            topics=(topic.id,) if topic is not None else (),
            source=_about(alert, "source"),
            places=asked_names(with_ancestors(place_codes(place))) if place else (),
        )

    return document


def _sentences(alert: Alert, now: int) -> list[str]:
    """What an alert says, in each language."""
    said: list[str] = []
    for language in LANGUAGES:
        with in_language(language):
            said += alert_lines(alert, now, UTC)
    return said


def _about(alert: Alert, what: str) -> str:
    """The one place or source that an alert is about: of its facts, or of a subject like "orange·place:FR-75"."""
    told: Any = alert.facts.get(what)
    if isinstance(told, str) and told:
        return told
    parts = (part.partition(":") for part in alert.subject.split("·"))
    return next((value for name, _colon, value in parts if name == what), "")
