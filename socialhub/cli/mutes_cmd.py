"""`socialhub mutes`: list, add, lift, show."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from socialhub.cli.command import group, json_option, option
from socialhub.cli.setup import Setup, pass_setup
from socialhub.clock import DAY
from socialhub.errors import EXIT_PROBLEMS, UserError
from socialhub.i18n import N_, _, ngettext, number
from socialhub.mutes import Mute

if TYPE_CHECKING:
    from socialhub.store.connection import Connection
    from socialhub.store.jobs import Job
    from socialhub.store.mutes import Breadth

USUAL = 7 * DAY
"""How long a mute lasts when nobody says."""


@group("mutes", help=N_("What is hidden from lists, until when: list, add, lift, show."))
def mutes() -> None:
    """See `help`."""


@mutes.command("list", help=N_("The mutes in force, with how much each hid."))
@option("--all", "with_over", is_flag=True, help=N_("Those that are over, too."))
@json_option
@pass_setup
def list_command(setup: Setup, with_over: bool, as_json: bool) -> None:
    """See `help`."""
    from socialhub.cli.output import Column, print_json, print_table, say
    from socialhub.store.mutes import mute_rows

    now = setup.clock.now()
    with setup.reader() as db:
        rows = [mute for mute in mute_rows(db) if with_over or mute.is_active(now)]
    if as_json:
        print_json(mute_values(mute, now) for mute in rows)
        return
    columns = [Column(_("id"), right=True), Column(_("query"), may_shrink=True), Column(_("hid"), right=True)]
    columns += [Column(_("by")), Column(_("ends")), Column(_("why"), may_shrink=True)]
    print_table(columns, [_row(mute, now, setup) for mute in rows])
    if not rows:
        say(_("Nothing is muted."))


def _row(mute: Mute, now: int, setup: Setup) -> list[str]:
    hid = number(mute.hid) + ("…" if mute.busy else "")
    return [str(mute.number), mute.query, hid, mute.operator, end_words(mute, now, setup), mute.reason]


def end_words(mute: Mute, now: int, setup: Setup) -> str:
    """When a mute ends, or ended."""
    from socialhub.ages import moment_text
    from socialhub.work_words import until_words

    if mute.lifted is not None:
        return _("lifted {time}").format(time=moment_text(mute.lifted, now, setup.zone))
    if mute.ends is not None and mute.ends <= now:
        return _("ended {time}").format(time=moment_text(mute.ends, now, setup.zone))
    return until_words(mute.ends, now, setup.zone)


def mute_values(mute: Mute, now: int) -> dict[str, Any]:
    """A mute for JSON; times in UTC."""
    from socialhub.cli.view import moment

    return {
        "id": mute.number,
        "query": mute.query,
        "reason": mute.reason,
        "operator": mute.operator,
        "created_at": moment(mute.created),
        "ends_at": moment(mute.ends),
        "lifted_at": moment(mute.lifted),
        "active": mute.is_active(now),
        "hid": mute.hid,
        "busy": mute.busy,
    }


@mutes.command(
    "add", help=N_("Hide what a query matches, of the past and of the future, until it ends; no count moves.")
)
@click.argument("query", nargs=-1, required=True)
@option("--for", "span", metavar="TIME", help=N_("How long: '2 h', '7 d' (7 d)."))
@option("--until", metavar="DATE", help=N_("Until this day, or this moment: 2026-11-20, 2026-11-20T18:00."))
@option("--for-ever", is_flag=True, help=N_("Until it is lifted."))
@option("--reason", metavar="TEXT", default="", help=N_("Why, for the others."))
@option("--force", is_flag=True, help=N_("Also what would hide more than half of the last day."))
@json_option
@pass_setup
def add(
    setup: Setup,
    query: tuple[str, ...],
    span: str | None,
    until: str | None,
    for_ever: bool,
    reason: str,
    force: bool,
    as_json: bool,
) -> None:
    """See `help`; several words of the shell are one query."""
    ends = end_of(setup, span, until, for_ever=for_ever)
    add_mute(setup, Wish(" ".join(query), ends, reason, force), as_json=as_json)


@mutes.command("lift", help=N_("End mutes: what they hide is shown again."))
@click.argument("numbers", metavar="ID...", nargs=-1, required=True, type=click.IntRange(1))
@pass_setup
@click.pass_context
def lift(context: click.Context, setup: Setup, numbers: tuple[int, ...]) -> None:
    """See `help`."""
    from socialhub.cli.output import say
    from socialhub.store import mutes as mute_store

    now, refused = setup.clock.now(), False
    with setup.writer() as writer:
        found = [_find(writer.db, each) for each in numbers]
        with writer.transaction(durable=True) as db:
            lifted = {each.number: mute_store.lift(db, each.number, now) for each in found}
    for mute in found:
        words = _("Lifted: {query}") if lifted[mute.number] else _("This mute is over already: {query}")
        say(words.format(query=mute.query))
        refused = refused or not lifted[mute.number]
    if refused:
        context.exit(EXIT_PROBLEMS)


@mutes.command("show", help=N_("One mute, and the newest mentions that it hid."))
@click.argument("number_", metavar="ID", type=click.IntRange(1))
@option("--limit", type=click.IntRange(1), default=20, help=N_("At most so many mentions (20)."))
@json_option
@pass_setup
def show(setup: Setup, number_: int, limit: int, as_json: bool) -> None:
    """See `help`."""
    from socialhub.cli.find import mention_values, print_mentions, topic_slugs
    from socialhub.cli.output import print_json, say
    from socialhub.store.mentions import mentions_by_id
    from socialhub.store.mutes import hidden_by

    now = setup.clock.now()
    with setup.reader() as db:
        mute = _find(db, number_)
        found = sorted(mentions_by_id(db, hidden_by(db, number_, limit), setup.operator), key=lambda each: -each.id)
        if as_json:
            slugs = topic_slugs(db)
            print_json([mute_values(mute, now) | {"mentions": [mention_values(each, slugs) for each in found]}])
            return
    told = [mute.query, mute.operator, end_words(mute, now, setup), mute.reason]
    say(" · ".join(part for part in told if part))
    say(_hid_words(mute))
    print_mentions(found, now, setup.zone)


def _find(db: Connection, number_: int) -> Mute:
    from socialhub.store.mutes import mute_rows

    found = next((mute for mute in mute_rows(db) if mute.number == number_), None)
    if found is None:
        raise UserError(_("There is no mute {id}.").format(id=number_), _("'socialhub mutes list --all'"))
    return found


# ---- muting ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wish:
    """A mute that is wanted: its query, its end (ms UTC, None: for ever), why, and whether it may be broad."""

    query: str
    ends: int | None
    reason: str
    force: bool


def end_of(setup: Setup, span: str | None, until: str | None, *, for_ever: bool) -> int | None:
    """When the mute is to end: the one way in which it was said, else a week from now. Raises a usage error."""
    from socialhub.cli.durations import end_in

    if sum((span is not None, until is not None, for_ever)) > 1:
        raise click.UsageError(_("One of --for, --until and --for-ever."))
    if for_ever:
        return None
    ends = end_in(setup, span, until)
    return setup.clock.now() + USUAL if ends is None else ends


def add_mute(setup: Setup, wish: Wish, *, as_json: bool) -> None:
    """Mute, hide the past here or by the collector, and say how much that hid. Raises UserError for a broad one."""
    from socialhub.cli.jobs import see_through
    from socialhub.cli.output import print_json, say
    from socialhub.store import mutes as mute_store

    query = mute_store.checked(wish.query)
    now, made = setup.clock.now(), list[Mute]()

    def ask(db: Connection) -> list[int]:
        made[:] = [
            mute_store.add_mute(
                db, query, reason=wish.reason, operator=setup.operator, now=now, ends=wish.ends, zone=setup.zone
            )
        ]
        return mute_store.jobs_of(db, made[0].number)

    if not wish.force:
        with setup.reader() as db:
            _refuse_broad(mute_store.breadth(db, query, setup.zone, now))
    see_through(setup, ask, _so_far, wait=sys.stderr.isatty())
    with setup.reader() as db:
        mute = _find(db, made[0].number)
    if as_json:
        print_json([mute_values(mute, now)])
    say(f"{mute.number}: {mute.query} · {end_words(mute, now, setup)}")
    say(_hid_words(mute))


def _refuse_broad(day: Breadth) -> None:
    if day.is_broad:
        words = _("This would hide {hidden} of the {total} mentions of the last day.")
        raise UserError(
            words.format(hidden=number(day.hidden), total=number(day.of)), _("Add --force if that is meant.")
        )


def _hid_words(mute: Mute) -> str:
    words = ngettext("It hid {count} mention.", "It hid {count} mentions.", mute.hid).format(count=number(mute.hid))
    rest = _("The collector looks through the rest of the past.") if mute.busy else ""
    return f"{words} {rest}".rstrip()


def _so_far(job: Job) -> str:
    return _("{done} of {total} mentions looked through").format(done=number(job.done), total=number(job.total))
