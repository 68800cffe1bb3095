"""From what is behind an alert to the rows of the crisis view: an overview, and the sections it leads to. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

from socialhub.ages import age, clock_time, moment_text
from socialhub.alerts import wording
from socialhub.alerts.told_words import told_lines
from socialhub.clock import to_datetime
from socialhub.gazetteer import place_name
from socialhub.i18n import N_, _, labelled, ngettext, number, percent
from socialhub.live.crisis import Crisis, Trace, Words
from socialhub.live.figures import Beside
from socialhub.metric_words import figure, times
from socialhub.model import Mention
from socialhub.records import dataclass
from socialhub.screens.places_pane import query_of
from socialhub.text import clean, clip
from socialhub.widgets.crisis_rows import FactRow, Heading, PostRow, Row, StepRow, TraceRow, WordRow
from socialhub.widgets.feed_rows import who
from socialhub.widgets.glyphs import Glyphs

OVERVIEW, ORIGIN, POSTS, WORDS, WAITING, STEPS = range(6)
SECTIONS: Final = (N_("overview"), N_("origin"), N_("posts"), N_("words"), N_("unanswered"), N_("life"))
_NAMED: Final = 4
"""So many sources, places and words stand in the overview."""
_SHOWN: Final = 6
"""So many of each sort stand in their section."""
_FOLLOWED: Final = 10_000
"""From so many followers on an account counts as one that is heard."""
_LONGEST_METRIC: Final = 24
_QUOTED: Final = 200


@dataclass(frozen=True, slots=True)
class Moment:
    """What rows are made with: now (ms UTC), the reader's zone, the marks of the terminal."""

    now: int
    zone: tzinfo
    glyphs: Glyphs


def tabs_of(crisis: Crisis, words: Words | None) -> list[tuple[str, str]]:
    """(name, count) of the sections."""
    counts = {WORDS: len(words.subjects) if words else 0, WAITING: crisis.posts.unanswered, STEPS: len(crisis.steps)}
    return [(_(name), number(counts[section]) if counts.get(section) else "") for section, name in enumerate(SECTIONS)]


def rows_of(section: int, crisis: Crisis, words: Words | None, moment: Moment) -> list[Row]:
    """The rows of a section; `words` None: they are still worked out."""
    if section == OVERVIEW:
        return _overview(crisis, words, moment)
    if section == ORIGIN:
        return _origin(crisis)
    if section == POSTS:
        return _posts(crisis, moment)
    if section == WORDS:
        return _words(words)
    if section == WAITING:
        return _waiting(crisis, moment)
    return _life(crisis, moment)


# ---- overview ----------------------------------------------------------------------------------------------------


def _overview(crisis: Crisis, words: Words | None, moment: Moment) -> list[Row]:
    """What can be told in a line each; what is not known is left out."""
    posts = crisis.posts
    told = [
        (_("tone"), _tone(crisis), WAITING),
        (_("from"), _shares(crisis.sources, crisis.mentions), ORIGIN),
        (_("where"), _shares(crisis.places, crisis.mentions), ORIGIN),
        *((clip(each.metric.shown, _LONGEST_METRIC), _beside(each, moment), OVERVIEW) for each in crisis.figures),
        (_("voices"), _voices(crisis), ORIGIN),
        (_("words"), _named_words(words), WORDS),
        (_("first"), _quoted(posts.first, moment), POSTS),
        (_("passed on"), _quoted(posts.relayed, moment, _times(posts.passed_on, moment.glyphs)), POSTS),
        (_("followed"), _quoted(posts.followed, moment, _follow(posts.followed)), POSTS),
        (_("waiting"), _unanswered(crisis, moment), WAITING),
        (_("told"), _told(crisis, moment), STEPS),
        (_("last step"), _last_step(crisis, moment), STEPS),
    ]
    return [FactRow(label, text, section) for label, text, section in told if text]


def _tone(crisis: Crisis) -> str:
    if crisis.negative is None:
        return ""
    words = _("{share} negative").format(share=percent(crisis.negative))
    if crisis.usual_negative is None:
        return words
    return _("{share}, usually {usual}").format(share=words, usual=percent(crisis.usual_negative))


def _beside(beside: Beside, moment: Moment) -> str:
    """What a metric did meanwhile, beside what is usual at this time of the week."""
    seen, usual = figure(beside.seen, beside.metric.unit), figure(beside.usual)
    since = clock_time(beside.start, moment.zone)
    ratio = times(beside.seen, beside.usual)
    if ratio:
        words = _("{times} since {time}: {seen}, usually {usual}")
        return words.format(times=ratio, time=since, seen=seen, usual=usual)
    return _("since {time}: {seen}, usually {usual}").format(time=since, seen=seen, usual=usual)


def _shares(traces: Sequence[Trace], of: int) -> str:
    named = [f"{_name(trace)} {percent(trace.total / of)}" for trace in traces[:_NAMED]] if of else []
    return " · ".join([*named, *(["…"] if len(traces) > _NAMED else [])])


def _name(trace: Trace) -> str:
    return place_name(trace.key) or trace.key


def _voices(crisis: Crisis) -> str:
    if not crisis.authors:
        return ""
    parts = [ngettext("{count} author", "{count} authors", crisis.authors).format(count=number(crisis.authors))]
    if crisis.new.total:
        parts.append(_("{count} never heard before").format(count=number(crisis.new.total)))
    if crisis.young.total:
        parts.append(_("{count} with an account younger than 90 days").format(count=number(crisis.young.total)))
    return " · ".join(parts)


def _named_words(words: Words | None) -> str:
    if words is None:
        return "…"
    return " · ".join(_quote(subject.words) for subject in words.subjects[:_NAMED])


def _quote(words: str) -> str:
    return f"«\u00a0{clean(words, single_line=True)}\u00a0»"


def _quoted(mentions: Sequence[Mention], moment: Moment, note: str = "") -> str:
    """The first of them: when, who, what was said."""
    if not mentions:
        return ""
    mention = mentions[0]
    said = clip(clean(mention.title or mention.text, single_line=True), _QUOTED)
    parts = (note, clock_time(mention.published, moment.zone), clean(who(mention), single_line=True), _quote(said))
    return " ".join(part for part in parts if part)


def _times(counts: Sequence[int], glyphs: Glyphs) -> str:
    return f"{glyphs.times}{number(counts[0])}" if counts else ""


def _follow(mentions: Sequence[Mention]) -> str:
    return number(mentions[0].followers or 0) if mentions else ""


def _unanswered(crisis: Crisis, moment: Moment) -> str:
    posts = crisis.posts
    if not posts.unanswered or posts.oldest is None:
        return ""
    words = ngettext("{count} negative, for {age}", "{count} negative, the oldest for {age}", posts.unanswered)
    told = words.format(count=number(posts.unanswered), age=age(moment.now - posts.oldest))
    loud = sum((mention.followers or 0) >= _FOLLOWED for mention in posts.waiting)
    if not loud:
        return told
    many = ngettext("{count} followed by more than {many}", "{count} followed by more than {many} each", loud).format(
        count=number(loud), many=number(_FOLLOWED)
    )
    return f"{told} · {many}"


def _told(crisis: Crisis, moment: Moment) -> str:
    """Whom a message reached, and when; who was not told is counted."""
    lines = told_lines(crisis.steps, crisis.messages, moment.now, moment.zone)
    reached = [f"{each.target} {clock_time(each.at, moment.zone)}" for each in lines if each.at is not None]
    others = [each for each in lines if each.at is None and each.target]
    parts = [", ".join(reached)] if reached else []
    if others:
        parts.append(labelled(_("not told"), ", ".join(each.target for each in others)))
    if not parts and lines:
        parts.append(labelled(_("nobody"), lines[-1].text))
    return " · ".join(parts)


def _last_step(crisis: Crisis, moment: Moment) -> str:
    if not crisis.steps:
        return ""
    by_people = [step for step in crisis.steps if step.operator]
    step = (by_people or crisis.steps)[-1]
    return f"{clock_time(step.at, moment.zone)} {wording.step_line(step, moment.now, moment.zone)}"


# ---- sections ----------------------------------------------------------------------------------------------------


def _origin(crisis: Crisis) -> list[Row]:
    rows: list[Row] = []
    for heading, traces, field in ((_("Sources"), crisis.sources, "source"), (_("Places"), crisis.places, "place")):
        if traces:
            rows.append(Heading(heading, _more(len(traces) - _SHOWN)))
            greatest = max(max(trace.cells, default=0) for trace in traces[:_SHOWN])
            rows += [_trace(crisis, trace, greatest, field) for trace in traces[:_SHOWN]]
    if crisis.authors:
        authors = ngettext("{count} author", "{count} authors", crisis.authors).format(count=number(crisis.authors))
        rows.append(Heading(_("New accounts"), authors))
        for label, trace in ((_("never heard before"), crisis.new), (_("younger than 90 days"), crisis.young)):
            share = trace.total / crisis.authors
            greatest = max(*crisis.new.cells, *crisis.young.cells, 1)
            rows.append(
                TraceRow(label, trace.cells, crisis.curve.holes, greatest, trace.total, share, "", trace.begins)
            )
    return rows


def _more(count: int) -> str:
    return ngettext("{count} more", "{count} more", count).format(count=number(count)) if count > 0 else ""


def _trace(crisis: Crisis, trace: Trace, greatest: int, field: str) -> TraceRow:
    share = trace.total / crisis.mentions if crisis.mentions else None
    query = query_of(trace.key) if field == "place" else f'source:"{trace.key}"'
    return TraceRow(_name(trace), trace.cells, crisis.curve.holes, greatest, trace.total, share, query)


def _posts(crisis: Crisis, moment: Moment) -> list[Row]:
    posts, times = crisis.posts, moment.glyphs.times
    rows: list[Row] = []
    groups = (
        (_("First posts"), posts.first, [""] * len(posts.first)),
        (_("Passed on most"), posts.relayed, [f"{times}{number(count)}" for count in posts.passed_on]),
        (_("Followed most"), posts.followed, [number(mention.followers or 0) for mention in posts.followed]),
    )
    seen: set[int] = set()
    for heading, mentions, notes in groups:
        # A post is listed once, where it stands first: a key has one place only.
        chosen = [pair for pair in zip(mentions, notes, strict=True) if pair[0].id not in seen][:_SHOWN]
        if chosen:
            rows.append(Heading(heading))
            rows += [PostRow(mention, note) for mention, note in chosen]
            seen |= {mention.id for mention, _note in chosen}
    return rows


def _words(words: Words | None) -> list[Row]:
    if words is None:
        return []
    return [WordRow(each.words, each.texts, each.expected, words.example(each)) for each in words.subjects]


def _waiting(crisis: Crisis, moment: Moment) -> list[Row]:
    posts = crisis.posts
    if not posts.waiting:
        return []
    remark = labelled(
        _("the most followed first"), _more(posts.unanswered - len(posts.waiting)) or number(posts.unanswered)
    )
    return [
        Heading(_("Negative and unanswered"), remark),
        *(
            PostRow(mention, number(mention.followers or 0), age(moment.now - mention.published))
            for mention in posts.waiting
        ),
    ]


def _life(crisis: Crisis, moment: Moment) -> list[Row]:
    """Who was told and who was not, then every step."""
    told = told_lines(crisis.steps, crisis.messages, moment.now, moment.zone)
    steps: list[Row] = [
        StepRow(moment_text(step.at, moment.now, moment.zone), wording.step_line(step, moment.now, moment.zone))
        for step in crisis.steps
    ]
    if not told:
        return steps
    reached = sum(each.at is not None for each in told)
    remark = ngettext("{count} target reached", "{count} targets reached", reached).format(count=number(reached))
    rows = [StepRow(each.target or _("nobody"), each.text) for each in told]
    return [Heading(_("Who was told"), remark), *rows, Heading(_("Who did what")), *steps]


def empty_words(section: int, crisis: Crisis, words: Words | None) -> str:
    """What an empty section says."""
    if section == WORDS and (words is None or not words.comparable):
        return "…" if words is None else _("Too little was said before to compare with.")
    return {
        WORDS: _("No word is said more often than before."),
        WAITING: _("No negative mention waits."),
    }.get(section, _("There is nothing to tell yet."))


def since_query(crisis: Crisis, zone: tzinfo) -> str:
    """The query for the time of the alert."""
    begun = to_datetime(crisis.since, zone)
    over = f" date:<={to_datetime(crisis.until, zone):%Y-%m-%dT%H:%M}" if crisis.alert.ended is not None else ""
    return f"date:>={begun:%Y-%m-%dT%H:%M}{over}"
