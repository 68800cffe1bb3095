"""`socialhub import`: files of mentions into the cache, in the exchange format or as tables."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from socialhub.cli.command import command, json_option, option
from socialhub.cli.output import plain, print_json, say
from socialhub.cli.setup import Setup, pass_setup
from socialhub.errors import EXIT_OK, EXIT_PROBLEMS, Reason, UserError
from socialhub.i18n import N_, _, ngettext, number

if TYPE_CHECKING:
    from socialhub.store.jobs import Job

SHOWN_LINES: Final = 20
"""Bad lines that are told one by one; --json has them all."""


@command("import", help=N_("Files of mentions (JSON Lines or CSV, .gz or not) into the cache."))
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@option("--restore", is_flag=True, help=N_("Store under the names in the file, even those of live sources."))
@option("--source", metavar="NAME", help=N_("The source of lines that name none (a table's: its file name)."))
@option("--wait/--no-wait", default=None, help=N_("Wait for a collector that does it (usual on a terminal)."))
@json_option
@pass_setup
@click.pass_context
def import_files(
    context: click.Context,
    setup: Setup,
    files: tuple[Path, ...],
    restore: bool,
    source: str | None,
    wait: bool | None,
    as_json: bool,
) -> None:
    """See `help`; the files are taken one after the other."""
    from socialhub.cli.jobs import do_job
    from socialhub.sources.mention_files import TABLES, form_of

    for path in files:
        _refuse_unreadable(path)
    code = EXIT_OK
    for path in files:
        named = source or (path.name.partition(".")[0] if form_of(path) in TABLES else "")
        parameters: dict[str, Any] = {"path": str(path.absolute()), "restore": restore, "source": named}
        job = do_job(
            setup,
            "import",
            parameters,
            lambda job, path=path: _so_far(job, path),  # type: ignore[misc]
            wait=sys.stderr.isatty() if wait is None else wait,
            create=True,
        )
        if as_json:
            print_json([_values(job, path)])
        else:
            _tell(job, path)
        if job.error or job.progress.get("bad_lines"):
            code = EXIT_PROBLEMS
    context.exit(code)


def _refuse_unreadable(path: Path) -> None:
    if not path.exists():
        raise UserError(_("There is no file {path}.").format(path=path))
    if not path.is_file():
        raise UserError(_("{path} is not a file.").format(path=path))
    with path.open("rb"):
        pass


def _so_far(job: Job, path: Path) -> str:
    if job.state == "waiting":
        return _("{file}: waits for the collector").format(file=path.name)
    return _("{file}: {lines} lines, {new} new").format(
        file=path.name, lines=number(job.done), new=number(job.progress.get("new", 0))
    )


def _values(job: Job, path: Path) -> dict[str, Any]:
    reason = Reason.from_json(job.error) if job.error else None
    return {
        "file": str(path),
        "job": job.id,
        "state": job.state,
        "lines": job.done,
        "new": job.progress.get("new", 0),
        "edited": job.progress.get("edited", 0),
        "bad_lines": job.progress.get("bad_lines", 0),
        "bad": [
            {"line": bad["line"], "why": Reason.from_json(bad["why"]).sentence()} for bad in job.progress.get("bad", [])
        ],
        "error": reason.sentence() if reason else None,
    }


def _tell(job: Job, path: Path) -> None:
    """What became of the file: a line on stdout, its bad lines on stderr."""
    bad_lines, listed = job.progress.get("bad_lines", 0), job.progress.get("bad", [])[:SHOWN_LINES]
    for bad in listed:
        say(f"{path}:{bad['line']}: {Reason.from_json(bad['why']).sentence()}")
    if bad_lines > len(listed):
        more = bad_lines - len(listed)
        say(ngettext("and {count} more bad line", "and {count} more bad lines", more).format(count=number(more)))
    if job.error:
        say(_("{file}: {reason}").format(file=path, reason=Reason.from_json(job.error).sentence()))
        return
    if job.ended is None:
        click.echo(plain(_("{file}: the collector takes it in (job {id})").format(file=path, id=job.id)))
        return
    told = _("{file}: {new} new, {edited} edited, {known} known before, {bad} bad lines")
    new, edited = job.progress.get("new", 0), job.progress.get("edited", 0)
    known = max(0, job.done - new - edited - bad_lines)
    counts = {"new": number(new), "edited": number(edited), "known": number(known), "bad": number(bad_lines)}
    click.echo(plain(told.format(file=path, **counts)))
