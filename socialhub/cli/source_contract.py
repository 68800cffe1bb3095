"""`socialhub sources check --contract`: whether a source keeps what every source owes the room, clause by clause."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from socialhub.cli.output import MARK, Column, Row, print_table, say
from socialhub.cli.setup import Setup
from socialhub.cli.source_check import client_of, configured, context_of, matcher_of
from socialhub.errors import EXIT_ENVIRONMENT, SourceError, UserError
from socialhub.i18n import N_, _
from socialhub.sources.contract import Clause, Finding, try_contract

if TYPE_CHECKING:
    from socialhub.config import Config
    from socialhub.sources.settings import SourceSettings

CLAUSES: Final[dict[Clause, str]] = {
    Clause.RUNS: N_("it answers, or says in a SourceError why not"),
    Clause.ITEMS: N_("it gives drafts, boosts and deletions, each with an id"),
    Clause.UNIQUE: N_("it tells nothing twice in one run"),
    Clause.DATES: N_("its dates are milliseconds UTC, neither of the future nor from before 1995"),
    Clause.PLAIN: N_("its titles and texts are plain text, without markup"),
    Clause.CURSOR: N_("its cursor can be kept as JSON"),
    Clause.RESUMES: N_("broken off after a batch and taken up again, it loses nothing"),
    Clause.GOES_ON: N_("asked again, it goes on from where it was"),
    Clause.SECRETS: N_("no secret stands in its cursor, nor in what is kept as received"),
    Clause.LETS_GO: N_("broken off, it lets go within seconds; closing it twice is harmless"),
}


def contract_of(setup: Setup, name: str, listen_seconds: float) -> list[Finding]:
    """Try the source of this name. Raises UserError when there is none, or it cannot be asked now."""
    config = setup.load_config()
    settings = configured(config, name)
    try:
        if settings.reaches_out and not config.hub.contact:
            raise SourceError("contact-missing")
        return asyncio.run(_try(config, settings, setup, listen_seconds))
    except SourceError as error:
        message = _("{name} cannot be tried: {reason}.").format(name=settings.name, reason=error.reason.sentence())
        raise UserError(message, "", EXIT_ENVIRONMENT) from error


async def _try(config: Config, settings: SourceSettings, setup: Setup, listen_seconds: float) -> list[Finding]:
    from socialhub.sources import create

    client, matcher = client_of(config, setup), matcher_of(config)
    try:
        context = context_of(settings, setup, client, matcher)
        return await try_contract(
            lambda: create(settings, context), setup.clock.now, _secrets(settings), listen_seconds
        )
    finally:
        await client.close()


def _secrets(settings: SourceSettings) -> list[str]:
    """The values that must not leak."""
    from socialhub.config import resolve_secret
    from socialhub.config.checks import names_with

    named = [str(getattr(settings, name)) for name in names_with(settings, "secret")]
    return [resolve_secret(reference) for reference in named if reference]


def print_contract(findings: list[Finding]) -> None:
    """A line for each clause; what broke it on stderr."""
    words = {True: ("ok", _("kept")), False: ("fail", _("broken")), None: ("warn", _("cannot be told"))}
    rows: list[Row] = []
    for each in findings:
        mark, word = words[each.kept]
        rows.append([Text(word, MARK[mark]), _(CLAUSES[each.clause])])
    print_table([Column(_("stands")), Column(_("what every source promises"), may_shrink=True)], rows)
    for each in findings:
        if each.kept is False and each.detail:
            say(f"{each.clause}: {each.detail}")


def contract_values(finding: Finding) -> dict[str, Any]:
    """A clause for JSON."""
    return {"clause": str(finding.clause), "kept": finding.kept, "detail": finding.detail or None}
