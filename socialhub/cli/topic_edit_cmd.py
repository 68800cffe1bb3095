"""`socialhub topics add` and `topics edit`: config.toml changed in place, its comments and layout kept."""

from __future__ import annotations

import click

from socialhub.cli.command import command, option
from socialhub.cli.output import say
from socialhub.cli.setup import Setup, pass_setup
from socialhub.i18n import N_, _

KINDS = ("brand", "competitor", "product", "campaign", "person", "issue")

kind_option = option("--kind", type=click.Choice(KINDS), help=N_("What it is (brand)."))


@command("add", help=N_("Add a topic to the config; its past is matched in the background."))
@click.argument("name")
@click.argument("query")
@kind_option
@option("--id", "id_", metavar="ID", default="", help=N_("Its stable id (made from the name)."))
@pass_setup
def add_command(setup: Setup, name: str, query: str, kind: str | None, id_: str) -> None:
    """See `help`; what cannot be saved is printed to be pasted."""
    from socialhub.config.edit import TopicChange, TopicEditor

    config = TopicEditor(setup.config_file).add(TopicChange(id_, name, kind or KINDS[0], query))
    say(_("{topic} stands in {path}.").format(topic=config.topics[-1].id, path=setup.config_file))
    say_what_follows(setup, config.topics[-1].id)


@command("edit", help=N_("Change a topic in the config; its past is matched again in the background."))
@click.argument("id_", metavar="ID")
@option("--query", help=N_("Its new query."))
@option("--name", help=N_("Its new name; the id stays."))
@kind_option
@pass_setup
def edit_command(setup: Setup, id_: str, query: str | None, name: str | None, kind: str | None) -> None:
    """See `help`; what cannot be saved is printed to be pasted."""
    from socialhub.config.edit import TopicChange, TopicEditor

    if query is None and name is None and kind is None:
        raise click.UsageError(_("Nothing to change: give --query, --name or --kind."))
    TopicEditor(setup.config_file).change(TopicChange(id_, name, kind, query))
    say(_("{topic} is changed in {path}.").format(topic=id_, path=setup.config_file))
    if query is not None:
        say_what_follows(setup, id_)


def say_what_follows(setup: Setup, topic: str) -> None:
    """Who matches the past: the collector that runs, or whoever is asked."""
    from socialhub.store.connection import collector_lock

    if not setup.cache.exists():
        return
    lock = collector_lock(setup.cache)
    if lock.acquire():
        lock.release()
        hint = _("Nobody collects: the next collector matches its past, or now 'socialhub topics rematch {topic}'.")
        say(hint.format(topic=topic))
    else:
        say(_("The collector follows within three seconds and matches its past: 'socialhub topics rematch --status'."))
