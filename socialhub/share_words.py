"""Share of voice in words, in the interface language: figures, and the sentences that say what they rest on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Final

from socialhub.ages import duration, moment_text, period
from socialhub.clock import MINUTE
from socialhub.i18n import N_, _, decimal, number, percent
from socialhub.records import dataclass
from socialhub.shares import (
    OUTLETS,
    Share,
    Silence,
    Voice,
    Window,
    late_share,
    median_age,
    share_of,
    whole_percents,
    wilson,
)

SHOWN_STRETCHES: Final = 3
UNKNOWN: Final = "—"
ABOUT: Final = "≈ "
OUTLET_NAMES: Final = {
    "press": N_("press"),
    "social": N_("social networks"),
    "forum": N_("forums and comments"),
    "reviews": N_("reviews"),
    "other": N_("other outlets"),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the comparison. `text` words it for one topic; `part` is what its bar shows (0…1, None: unknown)."""

    id: str
    name: str
    text: Callable[[Window, int], str]
    part: Callable[[Window, int], float | None]


def share_text(window: Window, place: int) -> str:
    """The share of the mentions, all shares 100 % together; unknown while nothing can be said of them."""
    compared = window.compared
    if compared is None or not sum(compared):
        return UNKNOWN
    return percent(whole_percents(compared)[place] / 100)


def interval_text(window: Window, place: int) -> str:
    """The 95 % interval of the share: "57–66"."""
    compared = window.compared
    if compared is None or not sum(compared):
        return UNKNOWN
    low, high = wilson(compared[place], sum(compared))
    return f"{low * 100:.0f}–{high * 100:.0f}"


def part_of_mentions(window: Window, place: int) -> float | None:
    """The share of the mentions that may be compared."""
    compared = window.compared
    return None if compared is None else share_of(compared[place], sum(compared))


def _share(value: float | None, *, about: bool = False) -> str:
    if value is None:
        return UNKNOWN
    return (ABOUT if about else "") + percent(value)


def _count(window: Window, value: int) -> str:
    """A count; where a source was down it is the least that was said."""
    return ("≥ " if window.down else "") + number(value)


def _part(amount: Callable[[Voice], float]) -> Callable[[Window, int], float | None]:
    def part(window: Window, place: int) -> float | None:
        everything = sum(amount(voice) for voice in window.voices)
        return None if window.down else share_of(amount(window.voices[place]), everything)

    return part


def _voice(text: Callable[[Voice], str]) -> Callable[[Window, int], str]:
    return lambda window, place: text(window.voices[place])


def _depth(voice: Voice) -> str:
    if voice.depth is None:
        return UNKNOWN
    return (ABOUT if sum(voice.depths) < voice.mentions else "") + decimal(voice.depth, 2)


def _depth_part(index: int) -> Callable[[Voice], str]:
    def text(voice: Voice) -> str:
        named = sum(voice.depths)
        return _share(share_of(voice.depths[index], named), about=named < voice.mentions)

    return text


def _age(window: Window, place: int) -> str:
    middle = median_age(window.voices[place].cells, window.end)
    return UNKNOWN if middle is None else duration(middle)


def _late(window: Window, place: int) -> float | None:
    return late_share(window.voices[place].cells, window.start, window.end)


def net_text(voice: Voice) -> str:
    """Net sentiment in points, signed."""
    if voice.net is None:
        return UNKNOWN
    return f"{'−' if voice.net < 0 else '+' if voice.net else ''}{abs(voice.net)}"


def reach_text(voice: Voice) -> str:
    """The reach that is known, as the least it can be, and how many authors told nothing."""
    reach = voice.reach
    if not reach.known:
        return UNKNOWN
    least = "≥ " if reach.unknown or voice.is_sampled else ""
    return least + number(reach.people)


def _unknown_authors(voice: Voice) -> str:
    reach = voice.reach
    return f"{number(reach.unknown)} / {number(reach.known + reach.unknown)}" if voice.looked_at else UNKNOWN


def _outlet(index: int) -> Callable[[Voice], str]:
    return lambda voice: _share(share_of(voice.outlets[index], voice.looked_at), about=voice.is_sampled)


def _outlet_part(index: int) -> Callable[[Window, int], float | None]:
    def part(window: Window, place: int) -> float | None:
        voice = window.voices[place]
        return share_of(voice.outlets[index], voice.looked_at)

    return part


def _depth_share(window: Window, place: int) -> float | None:
    depth = window.voices[place].depth
    return None if depth is None else depth / 3


def _negative(window: Window, place: int) -> float | None:
    voice = window.voices[place]
    return share_of(voice.negative, voice.judged)


def _unsure(window: Window, place: int) -> float | None:
    voice = window.voices[place]
    return share_of(voice.unsure, voice.mentions)


def _as_percent(part: Callable[[Window, int], float | None]) -> Callable[[Window, int], str]:
    return lambda window, place: _share(part(window, place))


MEASURES: Final = (
    Measure("mentions", N_("mentions"), lambda w, i: _count(w, w.voices[i].mentions), part_of_mentions),
    Measure("stories", N_("stories"), lambda w, i: _count(w, w.voices[i].stories), _part(lambda voice: voice.stories)),
    Measure("depth", N_("depth (1–3)"), _voice(_depth), _depth_share),
    Measure("title", N_("in the title"), _voice(_depth_part(0)), _depth_share),
    Measure("lead", N_("in the first words"), _voice(_depth_part(1)), _depth_share),
    Measure("passing", N_("in passing"), _voice(_depth_part(2)), _depth_share),
    Measure("age", N_("median age"), _age, _late),
    Measure("late", N_("in the last quarter"), _as_percent(_late), _late),
    Measure("net", N_("net sentiment"), _voice(net_text), _negative),
    Measure("negative", N_("negative"), _as_percent(_negative), _negative),
    Measure("unsure", N_("tone unsure"), _as_percent(_unsure), _unsure),
    *(
        Measure(outlet, OUTLET_NAMES[outlet], _voice(_outlet(index)), _outlet_part(index))
        for index, outlet in enumerate(OUTLETS)
    ),
    Measure("reach", N_("reach known"), _voice(reach_text), _part(lambda voice: voice.reach.people)),
    Measure("unknown", N_("reach unknown"), _voice(_unknown_authors), _part(lambda voice: voice.reach.people)),
)
"""Every line of the comparison, in order."""
BARS: Final = tuple(
    measure
    for measure in MEASURES
    if measure.id in ("mentions", "stories", "depth", "late", "negative", "press", "social", "reach")
)
"""What the bars can show."""


def before_text(measure: Measure, share: Share, place: int) -> str:
    """The same of the period before; unknown when nobody listened then."""
    return measure.text(share.before, place) if share.before.listened else UNKNOWN


def period_text(window: Window, now: int, zone: tzinfo | None) -> str:
    """The period with its ends: "17 Nov 19:09 – 20 Nov 12:00", or "17 Nov 19:09 – now"."""
    end = _("now") if now - window.end < MINUTE else moment_text(window.end, now, zone)
    return f"{moment_text(window.start, now, zone)} – {end}"


# ---- what the figures rest on ------------------------------------------------------------------------------------


def remarks(share: Share, now: int, zone: tzinfo | None) -> list[str]:
    """Why shares are suspended, which sources were away for a while, which topics are young; the gravest first."""
    window = share.now
    found = _suspension(window, now, zone)
    down = {silence.source for silence in window.down}
    small = [silence for silence in window.silences if silence.stretches and silence.source not in down]
    if small:
        missing = [f"{silence.source} {duration(_missing(silence))}" for silence in small]
        words = _("Not listened to for a while, too short to change the shares: {sources}.")
        found.append(words.format(sources=_listed(missing)))
    found += [*_late_sources(share, now, zone), *_young(share, now, zone)]
    if not share.before.listened:
        found.append(_("Nobody listened in the period before: there is nothing to compare with."))
    elif share.before.down:
        sources = _listed([silence.source for silence in share.before.down])
        found.append(_("Not heard all along in the period before: {sources}.").format(sources=sources))
    return found


def _suspension(window: Window, now: int, zone: tzinfo | None) -> list[str]:
    if not window.listened and not window.down:
        return [_("Nobody listened for most of this period: the figures are what was found later.")]
    if not window.down:
        return []
    alike: dict[tuple[tuple[int, int], ...], list[str]] = {}
    for silence in window.down:
        alike.setdefault(silence.stretches, []).append(silence.source)
    found = [
        _("Suspended: not listened to {stretches}: {sources}.").format(
            sources=_listed(sources), stretches=_stretches(stretches, now, zone)
        )
        for stretches, sources in alike.items()
    ]
    if window.whole is None:
        found.append(_("No source was heard all along: counts are the least that was said, shares cannot be told."))
    else:
        found.append(_("Counts are the least that was said; shares are those among the sources heard all along."))
    return found


def _stretches(stretches: Sequence[tuple[int, int]], now: int, zone: tzinfo | None) -> str:
    longest = sorted(stretches, key=lambda each: each[0] - each[1])[:SHOWN_STRETCHES]
    words = [period(low, high, now, zone) for low, high in sorted(longest)]
    others = len(stretches) - len(longest)
    return ", ".join([*words, _("and {count} times more").format(count=others)] if others else words)


def _begin(share: Share) -> int:
    """Since when everything must have been there for the figures of both periods to be comparable."""
    return share.before.start if share.before.listened else share.now.start


def _late_sources(share: Share, now: int, zone: tzinfo | None) -> list[str]:
    begun = {silence.source: silence.since for silence in (*share.before.silences, *share.now.silences)}
    late = {source: since for source, since in begun.items() if since is not None and since > _begin(share)}
    return [
        _("Listened to since {time} only: {sources}.").format(
            sources=_listed([source for source in late if late[source] == since]), time=moment_text(since, now, zone)
        )
        for since in sorted(set(late.values()))
    ]


def _young(share: Share, now: int, zone: tzinfo | None) -> list[str]:
    young = [topic for topic in share.topics if topic.since > _begin(share)]
    return [
        _("Looked for since {time}, before that only found in what was kept: {topics}.").format(
            topics=_listed([topic.name for topic in young if topic.since == since]), time=moment_text(since, now, zone)
        )
        for since in sorted({topic.since for topic in young})
    ]


def _missing(silence: Silence) -> int:
    return sum(high - low for low, high in silence.stretches)


def _listed(names: Sequence[str]) -> str:
    """A few names, and how many others."""
    shown = ", ".join(names[:4])
    return shown if len(names) <= 4 else _("{names} and {count} others").format(names=shown, count=len(names) - 4)
