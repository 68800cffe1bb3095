"""`socialhub privacy`: erasing what is too old, and people who ask for it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from socialhub.cli.command import group, option
from socialhub.cli.output import plain, say
from socialhub.cli.setup import Setup, pass_setup
from socialhub.errors import EXIT_USAGE, UserError
from socialhub.i18n import N_, _, ngettext, number

if TYPE_CHECKING:
    from socialhub.store.jobs import Job
    from socialhub.store.privacy import Purge


@group("privacy", help=N_("Erase what is too old, or what one person wrote."))
def privacy() -> None:
    """See `help`."""


@privacy.command("purge", help=N_("Erase mentions for good; without options, what the config's retention says."))
@option("--older-than", metavar="TIME", help=N_("Published longer ago than this: '13 months'. Curves stay."))
@option("--topic", metavar="ID", help=N_("Of this topic only."))
@option("--author", metavar="NAME", help=N_("By this author or handle; never collected again."))
@option("--yes", is_flag=True, help=N_("Do not ask."))
@pass_setup
def purge(setup: Setup, older_than: str | None, topic: str | None, author: str | None, yes: bool) -> None:
    """See `help`. What leaves the cache leaves every table, the index and the file."""
    from socialhub.cli.backup_cmd import agreed
    from socialhub.store.privacy import count_doomed

    purges = _wanted(setup, older_than, topic, author)
    with setup.reader() as db:
        doomed = [(each, count_doomed(db, each)) for each in purges]
    total = sum(count for _each, count in doomed)
    if not total:
        click.echo(_("There is nothing to erase."))
        return
    told = ngettext("{count} mention will be erased for good.", "{count} mentions will be erased for good.", total)
    say(told.format(count=number(total)))
    if not yes:
        agreed(_("Erase?"))
    erased = sum(_do(setup, each) for each, count in doomed if count)
    click.echo(ngettext("{count} mention erased.", "{count} mentions erased.", erased).format(count=number(erased)))


def _wanted(setup: Setup, older_than: str | None, topic: str | None, author: str | None) -> list[Purge]:
    """The purges that the options mean, or those of the config's retention."""
    from socialhub.cli.durations import span_of
    from socialhub.store.privacy import Purge
    from socialhub.store.topics import active_topics

    now = setup.clock.now()
    if older_than is None and topic is None and author is None:
        return _of_retention(setup, now)
    if topic is not None:
        with setup.reader() as db:
            known = [each.id for each in active_topics(db)]
        if topic not in known:
            hint = _("There are: {topics}").format(topics=", ".join(known) or "–")
            raise UserError(_("There is no topic {topic}.").format(topic=topic), hint, EXIT_USAGE)
    limit = None if older_than is None else now - span_of(older_than, "--older-than")
    who = plain(author or "").lstrip("@")
    return [Purge(limit, topic or "", who, keep_counts=not who, remember=bool(who))]


def _of_retention(setup: Setup, now: int) -> list[Purge]:
    from socialhub.store.privacy import Purge

    config = setup.load_config()
    own = [topic for topic in config.topics if topic.retention is not None]
    purges = [Purge(older_than=now - (topic.retention or 0), topic=topic.id) for topic in own]
    if config.hub.retention is not None:
        purges.append(Purge(older_than=now - config.hub.retention, except_topics=tuple(topic.id for topic in own)))
    if not purges:
        raise UserError(
            _("The config keeps everything: hub.retention is not set."),
            _("Name what is to go: --older-than, --topic, --author."),
            EXIT_USAGE,
        )
    return purges


def _do(setup: Setup, purge: Purge) -> int:
    """Erase, here or by the collector; returns how many mentions went."""
    from socialhub.cli.jobs import do_job

    job = do_job(setup, "purge", purge.to_parameters(), _so_far, wait=sys.stderr.isatty(), create=False)
    if job.ended is None:
        say(_("The collector erases them (job {id}).").format(id=job.id))
    return job.done


def _so_far(job: Job) -> str:
    return _("{done} of {total} mentions erased").format(done=number(job.done), total=number(job.total))
