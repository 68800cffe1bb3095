"""`socialhub share`: the brand and its competitors beside each other, in a period and in the one before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from socialhub.cli.command import command, json_option, option
from socialhub.cli.setup import Setup, pass_setup
from socialhub.cli.view import moment
from socialhub.i18n import N_, _

if TYPE_CHECKING:
    from socialhub.shares import Share, Voice, Window

KINDS = ("product", "campaign", "person", "issue")


@command("share", help=N_("Share of voice: the brand and its competitors beside each other, and the period before."))
@option("--since", metavar="TIME", help=N_("Over this length of time until now: '24 h', '30 d' (7 d)."))
@option("--dates", metavar="DATES", help=N_("Over these dates, as a query writes them: 2026-11-01..2026-11-20."))
@option("--kind", "kinds", type=click.Choice(KINDS), multiple=True, help=N_("Compare topics of this kind as well."))
@json_option
@pass_setup
def share(setup: Setup, since: str | None, dates: str | None, kinds: tuple[str, ...], as_json: bool) -> None:
    """See `help`."""
    from socialhub.cli.durations import span_of
    from socialhub.cli.output import print_json
    from socialhub.live.share import RIVALS, ShareWish, read_share

    if since is not None and dates is not None:
        raise click.UsageError(_("--since and --dates exclude each other"))
    wish = ShareWish(dates=dates or "", kinds=(*RIVALS, *kinds))
    if since is not None:
        wish = ShareWish(span_of(since, "--since"), kinds=(*RIVALS, *kinds))
    now = setup.clock.now()
    with setup.reader() as db:
        try:
            found = read_share(db, wish, now, setup.zone)
        except ValueError as error:
            message = _("{written} is no period with a beginning before now.").format(written=dates or since)
            raise click.BadParameter(message, param_hint="--dates" if dates else "--since") from error
    if as_json:
        print_json(_records(found, now, setup))
    else:
        _print(found, now, setup)


def _print(found: Share, now: int, setup: Setup) -> None:
    from socialhub.cli.output import Column, print_table, say
    from socialhub.share_words import MEASURES, before_text, interval_text, period_text, remarks, share_text

    window = found.now
    say(_("{period}, the period before in brackets").format(period=period_text(window, now, setup.zone)))
    for remark in remarks(found, now, setup.zone):
        say(remark)
    places = range(len(found.topics))
    rows = [[_("share of mentions"), *(f"{share_text(window, i)} ({_before_share(found, i)})" for i in places)]]
    rows.append([_("95 % interval"), *(interval_text(window, i) for i in places)])
    for measure in MEASURES:
        texts = (f"{measure.text(window, i)} ({before_text(measure, found, i)})" for i in places)
        rows.append([_(measure.name), *texts])
    columns = [Column(""), *(Column(topic.name, right=True, may_shrink=True) for topic in found.topics)]
    print_table(columns, rows)


def _before_share(found: Share, place: int) -> str:
    from socialhub.share_words import UNKNOWN, share_text

    return share_text(found.before, place) if found.before.listened else UNKNOWN


def _records(found: Share, now: int, setup: Setup) -> list[dict[str, Any]]:
    """The periods with what they rest on, then an object a topic; told apart by `about`."""
    from socialhub.share_words import remarks

    said = remarks(found, now, setup.zone)
    periods = [
        {"about": name, **_window_values(window)} for name, window in (("period", found.now), ("before", found.before))
    ]
    periods[0]["remarks"] = said
    return [
        *periods,
        *(
            {
                "about": "topic",
                "id": topic.id,
                "name": topic.name,
                "kind": topic.kind,
                "since": moment(topic.since),
                "now": _voice_values(found.now, place),
                "before": _voice_values(found.before, place) if found.before.listened else None,
            }
            for place, topic in enumerate(found.topics)
        ),
    ]


def _window_values(window: Window) -> dict[str, Any]:
    return {
        "start": moment(window.start),
        "end": moment(window.end),
        "listened": window.listened,
        "suspended": bool(window.down),
        "silences": [
            {
                "source": silence.source,
                "missing_share": round(silence.share, 4),
                "since": moment(silence.since),
                "stretches": [[moment(low), moment(high)] for low, high in silence.stretches],
            }
            for silence in window.silences
        ],
    }


def _voice_values(window: Window, place: int) -> dict[str, Any]:
    from socialhub.shares import wilson

    voice, compared = window.voices[place], window.compared
    known = compared is not None and sum(compared) > 0
    low, high = wilson(compared[place], sum(compared)) if compared is not None and known else (None, None)
    return {
        "mentions": voice.mentions,
        "stories": voice.stories,
        "share": round(compared[place] / sum(compared), 4) if compared is not None and known else None,
        "share_low": None if low is None else round(low, 4),
        "share_high": None if high is None else round(high, 4),
        **_sentiment_values(voice),
        **_freshness_values(window, voice),
        **_look_values(voice),
    }


def _sentiment_values(voice: Voice) -> dict[str, Any]:
    counts = {"negative": voice.negative, "neutral": voice.neutral, "positive": voice.positive, "unsure": voice.unsure}
    return {**counts, "net": voice.net}


def _freshness_values(window: Window, voice: Voice) -> dict[str, Any]:
    from socialhub.shares import late_share, median_age

    middle, late = median_age(voice.cells, window.end), late_share(voice.cells, window.start, window.end)
    return {
        "median_age_s": None if middle is None else middle // 1000,
        "last_quarter": None if late is None else round(late, 4),
    }


def _look_values(voice: Voice) -> dict[str, Any]:
    from socialhub.shares import OUTLETS

    return {
        "looked_at": voice.looked_at,
        "depth": None if voice.depth is None else round(voice.depth, 3),
        "depths": dict(zip(("title", "lead", "passing"), voice.depths, strict=True)),
        "outlets": dict(zip(OUTLETS, voice.outlets, strict=True)),
        "reach": voice.reach.people if voice.reach.known else None,
        "authors_known": voice.reach.known,
        "authors_unknown": voice.reach.unknown,
    }
