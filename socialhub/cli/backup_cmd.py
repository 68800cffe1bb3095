"""`socialhub backup` and `socialhub restore`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from socialhub.cli.command import command, option
from socialhub.cli.output import plain
from socialhub.cli.setup import Setup, pass_setup
from socialhub.errors import EXIT_USAGE, UserError
from socialhub.i18n import N_, _, decimal, number

if TYPE_CHECKING:
    from socialhub.store.backup import BackupReport


@command("backup", help=N_("A verified copy of the cache, also while it is collected into."))
@click.argument("file", type=click.Path(path_type=Path))
@option("--force", is_flag=True, help=N_("Replace a file that is there."))
@pass_setup
def backup(setup: Setup, file: Path, force: bool) -> None:
    """See `help`."""
    from socialhub.store.backup import backup as write_backup

    if file.is_dir():
        raise UserError(_("{path} is a folder: name a file.").format(path=file), exit_code=EXIT_USAGE)
    if file.exists() and not force:
        raise UserError(_("{path} is there already.").format(path=file), _("--force replaces it."), EXIT_USAGE)
    click.echo(plain(_told(write_backup(setup.cache, file))))


@command("restore", help=N_("Put a backup in the place of the cache; the present one is kept beside it."))
@click.argument("file", type=click.Path(path_type=Path))
@option("--yes", is_flag=True, help=N_("Do not ask."))
@pass_setup
def restore(setup: Setup, file: Path, yes: bool) -> None:
    """See `help`."""
    from socialhub.store.backup import restore as put_back

    if setup.cache.exists() and not yes:
        agreed(_("Replace {path} by {file}?").format(path=setup.cache, file=file))
    click.echo(plain(_told(put_back(file, setup.cache))))


def agreed(question: str) -> None:
    """Ask; leaves the command when the answer is no, or when nobody is there to answer."""
    if not sys.stdin.isatty():
        raise UserError(_("Nobody is here to ask."), _("Add --yes if that is meant."), EXIT_USAGE)
    asked = _("{question} [y/N]").format(question=question)
    answer = click.prompt(asked, default="", show_default=False, prompt_suffix=" ", err=True)
    if answer.strip().casefold() not in _("y yes").split():
        raise click.Abort


def _told(report: BackupReport) -> str:
    return _("{path}: {mentions} mentions, {size} MB, verified").format(
        path=report.path, mentions=number(report.mentions), size=decimal(report.size / 1e6)
    )
