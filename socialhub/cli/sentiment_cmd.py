"""`socialhub sentiment`: what judges the tones, how many by which model, corrections; the past judged anew."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from socialhub.cli.command import group, json_option, option
from socialhub.cli.output import Column, print_json, print_table, say
from socialhub.cli.sentiment_adapt_cmd import adapt
from socialhub.cli.setup import Setup, pass_setup
from socialhub.i18n import N_, _, labelled, ngettext, number, percent

if TYPE_CHECKING:
    from socialhub.store.connection import Connection
    from socialhub.store.jobs import Job


@group("sentiment", help=N_("What judges the tones and how many by which; adapt it; judge the past anew."))
def sentiment() -> None:
    """See `help`."""


sentiment.add_command(adapt)


@sentiment.command("status", help=N_("The model, how many mentions each judged, how many are unsure, corrections."))
@json_option
@pass_setup
def status(setup: Setup, as_json: bool) -> None:
    """See `help`."""
    model = _model_name(setup)
    with setup.reader() as db:
        values = _values(db, model) | {"effect": _effect(db)}
        job = _last_relabel(db)
    if as_json:
        print_json([values | {"relabel": None if job is None else _job_values(job)}])
        return
    say(labelled(_("model"), model))
    total = max(1, sum(values["judged_by"].values()))
    columns = [Column(_("judged by")), Column(_("mentions"), right=True), Column(_("share"), right=True)]
    print_table(
        columns,
        [[name or _("nobody"), number(count), percent(count / total)] for name, count in values["judged_by"].items()],
    )
    say(labelled(_("unsure"), percent(values["unsure_share"] or 0.0)))
    fixed = ngettext("{count} correction", "{count} corrections", values["corrections"])
    other = _("{count} of them against the judge").format(count=number(values["corrections_against_judge"]))
    say(f"{fixed.format(count=number(values['corrections']))}, {other}")
    say(_effect_words(values["effect"]))
    if job is not None:
        say(labelled(_("judging anew"), _so_far(job)))
    elif any(name != model for name in values["judged_by"]):
        say(_("'socialhub sentiment relabel' judges anew what another model judged."))


@sentiment.command("relabel", help=N_("Judge the past by the model in force, in the background; corrections stay."))
@option("--all", "everything", is_flag=True, help=N_("Also what this model has judged already."))
@option("--wait/--no-wait", default=None, help=N_("Wait for a collector that does it (usual on a terminal)."))
@json_option
@pass_setup
def relabel(setup: Setup, everything: bool, wait: bool | None, as_json: bool) -> None:
    """See `help`."""
    from socialhub.cli.jobs import bring_in_line, see_through
    from socialhub.store.relabel import ask_relabel

    bring_in_line(setup)
    model = _model_name(setup)

    def ask(db: Connection) -> list[int]:
        return [ask_relabel(db, model, setup.operator, setup.clock.now(), everything=everything)]

    (job,) = see_through(setup, ask, _so_far, wait=sys.stderr.isatty() if wait is None else wait)
    if as_json:
        print_json([_job_values(job)])
    else:
        say(_so_far(job))


def _effect(db: Connection) -> dict[str, int] | None:
    """What the corrections are worth on those that were not just learnt; None while there are too few."""
    from socialhub.collector.teaching import lessons, weights_in_force
    from socialhub.pipeline.sentiment.personal import cross_validated_effect

    taught = lessons(db)
    if len(taught) < _FEWEST_LESSONS:
        return None
    found = cross_validated_effect(weights_in_force(db), taught)
    return {"mentions": found.lessons, "right_before": found.right_before, "right_after": found.right_after}


def _effect_words(effect: dict[str, int] | None) -> str:
    if effect is None:
        return _("Too few corrections to tell what they teach: from {count} on.").format(count=_FEWEST_LESSONS)
    return _(
        "What they teach, tried on corrections left out: {after} of {mentions} right, {before} without them."
    ).format(after=effect["right_after"], mentions=effect["mentions"], before=effect["right_before"])


_FEWEST_LESSONS: Final = 10
"""Corrections below which a share of them says nothing."""


def _model_name(setup: Setup) -> str:
    from socialhub.collector.teaching import model_in_force
    from socialhub.config import Config

    config = setup.config_if_any() or Config(path=setup.config_file)
    with setup.reader() as db:
        return model_in_force(db, config.sentiment.backend).name


def _last_relabel(db: Connection) -> Job | None:
    from socialhub.store.jobs import jobs_of_kind
    from socialhub.store.relabel import RELABEL

    return next(reversed(jobs_of_kind(db, RELABEL)), None)


def _values(db: Connection, model: str) -> dict[str, Any]:
    from socialhub.store.corrections import how_many
    from socialhub.store.relabel import judged_by
    from socialhub.store.schema import ALL_TOPICS, UNSURE_BUCKET

    counted = dict(
        db.execute("SELECT tone, sum(mentions) FROM hour_counts WHERE topic = ? GROUP BY tone", (ALL_TOPICS,))
    )
    total = sum(counted.values())
    fixed, against = how_many(db)
    return {
        "model": model,
        "judged_by": judged_by(db),
        "unsure_share": round(counted.get(UNSURE_BUCKET, 0) / total, 4) if total else None,
        "corrections": fixed,
        "corrections_against_judge": against,
    }


def _so_far(job: Job) -> str:
    """How far it is, how many tones changed, how long it still takes."""
    from socialhub.screens.rematch_words import share_done, time_left

    changed = int(job.progress.get("changed", 0))
    words = ngettext(
        "{share}, {count} mention has another tone", "{share}, {count} mentions have another tone", changed
    )
    told = words.format(share=percent(share_done(job)), count=number(changed))
    left = time_left(job)
    return f"{told} · {left}" if left else told


def _job_values(job: Job) -> dict[str, Any]:
    from socialhub.cli.view import moment
    from socialhub.store.rematch_jobs import seconds_left

    seconds = seconds_left(job) if job.ended is None else None
    return {
        "state": job.state,
        "model": job.parameters["model"],
        "done": job.done,
        "total": job.total,
        "judged": job.progress.get("judged", 0),
        "changed": job.progress.get("changed", 0),
        "seconds_left": None if seconds is None else round(seconds),
        "asked": moment(job.created),
        "ended": moment(job.ended),
    }
