"""`socialhub topics rematch`: the past of topics matched again, watched, paused and resumed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from socialhub.cli.command import command, json_option, option
from socialhub.cli.output import Column, print_json, print_table, say
from socialhub.cli.setup import Setup, pass_setup
from socialhub.cli.view import moment
from socialhub.errors import UserError
from socialhub.i18n import N_, _, labelled, ngettext, number, percent
from socialhub.screens.rematch_words import share_done, so_far, time_left

if TYPE_CHECKING:
    from collections.abc import Sequence

    from socialhub.model import Topic
    from socialhub.store.connection import Connection
    from socialhub.store.jobs import Job

STATES = {"waiting": N_("waits"), "running": N_("under way"), "done": N_("done"), "failed": N_("failed")}


@command("rematch", help=N_("Match the past of topics again (all without an ID), in the background."))
@click.argument("ids", metavar="[ID]...", nargs=-1)
@option("--status", is_flag=True, help=N_("Only say how far it is."))
@option("--pause", is_flag=True, help=N_("Let it wait."))
@option("--resume", is_flag=True, help=N_("Let it go on."))
@option("--wait/--no-wait", default=None, help=N_("Wait for a collector that does it (usual on a terminal)."))
@json_option
@pass_setup
def rematch(
    setup: Setup,
    ids: tuple[str, ...],
    status: bool,
    pause: bool,
    resume: bool,
    wait: bool | None,
    as_json: bool,
) -> None:
    """See `help`."""
    if status + pause + resume > 1:
        raise click.UsageError(_("Give one of --status, --pause and --resume."))
    if pause or resume:
        _set_paused(setup, ids, paused=pause)
    elif not status:
        _match_again(setup, ids, wait=sys.stderr.isatty() if wait is None else wait)
    with setup.reader() as db:
        _tell(setup, db, _topics(db, ids), as_json=as_json)


def _topics(db: Connection, ids: Sequence[str]) -> list[Topic]:
    """The topics of these ids, all of them without; raises UserError for an unknown one."""
    from socialhub.store.topics import active_topics

    found = active_topics(db)
    for wanted in ids:
        if wanted not in {topic.id for topic in found}:
            raise UserError(_("There is no topic {id}.").format(id=wanted), _("'socialhub topics list' shows them."))
    return [topic for topic in found if not ids or topic.id in ids]


def _set_paused(setup: Setup, ids: Sequence[str], *, paused: bool) -> None:
    from socialhub.store.jobs import set_paused
    from socialhub.store.rematch_jobs import unfinished_rematches

    with setup.writer() as writer, writer.transaction(durable=True) as db:
        wanted = {topic.number for topic in _topics(db, ids)}
        meant = [job for job in unfinished_rematches(db) if job.parameters["topic"] in wanted]
        changed = sum(set_paused(db, job.id, paused=paused) for job in meant)
    if not changed:
        say(_("There is nothing to pause.") if paused else _("There is nothing to resume."))


def _match_again(setup: Setup, ids: Sequence[str], *, wait: bool) -> None:
    """Ask for each topic, then see to it that it is done, or that somebody does it."""
    from socialhub.cli.jobs import bring_in_line, see_through
    from socialhub.store.rematch_jobs import ask_rematch

    bring_in_line(setup)
    with setup.reader() as db:
        topics = _topics(db, ids)

    def ask(db: Connection) -> list[int]:
        return [ask_rematch(db, topic.number, setup.operator, setup.clock.now()) for topic in topics]

    names = {topic.number: topic.name for topic in topics}
    see_through(setup, ask, lambda job: labelled(names[job.parameters["topic"]], so_far(job)), wait=wait)


def _tell(setup: Setup, db: Connection, topics: Sequence[Topic], *, as_json: bool) -> None:
    from socialhub.config.keeping import holes_in_the_past
    from socialhub.store.rematch_jobs import last_rematches
    from socialhub.store.sources import source_rows

    jobs = last_rematches(db)
    told = [(topic, jobs[topic.number]) for topic in topics if topic.number in jobs]
    if as_json:
        print_json(_values(topic, job) for topic, job in told)
        return
    if not told:
        say(_("No topic's past was matched again."))
        return
    columns = [Column(_("id")), Column(_("topic")), Column(_("state")), Column(_("done"), right=True)]
    columns += [Column(_("more"), right=True), Column(_("fewer"), right=True), Column(_("left"), right=True)]
    print_table(columns, [_row(topic, job) for topic, job in told])
    for hole in holes_in_the_past(setup.config_if_any(), source_rows(db)):
        say(hole.sentence(setup.clock.now(), setup.zone))
    open_jobs = sum(job.ended is None and not job.paused for _topic, job in told)
    if open_jobs:
        words = ngettext("The collector works on {count} topic.", "The collector works on {count} topics.", open_jobs)
        say(words.format(count=number(open_jobs)))


def _row(topic: Topic, job: Job) -> list[str]:
    state = _("paused") if job.paused and job.ended is None else _(STATES[job.state])
    share = percent(share_done(job))
    added, removed = job.progress.get("added", 0), job.progress.get("removed", 0)
    return [topic.id, topic.name, state, share, number(added), number(removed), time_left(job)]


def _values(topic: Topic, job: Job) -> dict[str, Any]:
    from socialhub.store.rematch_jobs import seconds_left

    seconds = seconds_left(job) if job.ended is None else None
    return {
        "id": topic.id,
        "state": job.state,
        "paused": bool(job.paused),
        "done": job.done,
        "total": job.total,
        "added": job.progress.get("added", 0),
        "removed": job.progress.get("removed", 0),
        "seconds_left": None if seconds is None else round(seconds),
        "asked": moment(job.created),
        "ended": moment(job.ended),
    }
