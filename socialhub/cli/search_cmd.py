"""`socialhub search`: stored mentions by a query, in one of three orders, or counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from socialhub.cli.command import command, json_option, option
from socialhub.cli.setup import Setup, pass_setup
from socialhub.errors import EXIT_USAGE, UserError
from socialhub.i18n import N_, _, ngettext, number
from socialhub.model import Order

if TYPE_CHECKING:
    from socialhub.cli.find import Finder
    from socialhub.model import Mention
    from socialhub.query import Node


@command("search", help=N_("Stored mentions that match a query, newest first."))
@click.argument("query", nargs=-1)
@option("--since", metavar="TIME", help=N_("Only what was published in this length of time: '7 d', '2 h'."))
@option("--limit", type=click.IntRange(1), default=50, help=N_("At most so many mentions (50)."))
@option(
    "--order",
    type=click.Choice([order.value for order in Order]),
    default=Order.ARRIVAL.value,
    help=N_("Newest arrival, newest published or most relevant first (arrival)."),
)
@option("--facets", is_flag=True, help=N_("Count by source, tone, language and day instead of listing."))
@option("--saved", metavar="NAME", help=N_("The search that was saved under this name; QUERY narrows it."))
@option("--save", "keep_as", metavar="NAME", help=N_("Save the search under this name."))
@option("--muted", is_flag=True, help=N_("What mutes hide, too."))
@option("--explain", is_flag=True, help=N_("Say how the query is understood and why each mention matches."))
@json_option
@pass_setup
def search(
    setup: Setup,
    query: tuple[str, ...],
    since: str | None,
    limit: int,
    order: str,
    facets: bool,
    saved: str | None,
    keep_as: str | None,
    muted: bool,
    explain: bool,
    as_json: bool,
) -> None:
    """See `help`; several words of the shell are one query."""
    from socialhub.cli.find import Finder
    from socialhub.cli.output import say
    from socialhub.query import advice, format_query

    written = asked_for(query, saved)
    node = _within(written, since)
    for sentence in advice(node):
        say(sentence)
    with setup.reader() as db:
        finder = Finder(setup, db, node, hide_muted=not muted)
        if explain:
            say(_("Understood as: {query}").format(query=format_query(node)))
        if facets:
            from socialhub.cli.facet_table import print_facets

            print_facets(finder, as_json)
        else:
            _list(finder, Order(order), limit, explain, as_json)
        finder.say_hidden()
    if keep_as is not None:
        _keep(setup, keep_as, written)


def asked_for(query: tuple[str, ...], saved: str | None) -> str:
    """The query as it was written, with the saved one that it narrows."""
    from socialhub.query import all_of, format_query, parse
    from socialhub.query.tree import Saved

    written = " ".join(query).strip()
    if saved is not None:
        return format_query(all_of([Saved(saved), *([parse(written)] if written else [])]))
    if not written:
        raise click.MissingParameter(ctx=click.get_current_context(), param_hint="'QUERY...'", param_type="argument")
    return written


def _within(written: str, since: str | None) -> Node:
    from socialhub.cli.find import node_of

    node = node_of(written, since)
    assert node is not None
    return node


def _list(finder: Finder, order: Order, limit: int, explain: bool, as_json: bool) -> None:
    """The mentions as a table or as JSON, with the reasons of each."""
    from socialhub.cli.find import mention_values, print_mentions, topic_slugs
    from socialhub.cli.output import print_json, say

    found = finder.in_order(order, limit)
    reasons = [explained(finder, mention) for mention in found] if explain else []
    if as_json:
        slugs = topic_slugs(finder.db)
        values = [mention_values(mention, slugs) for mention in found]
        print_json(values if not explain else [v | {"why": r} for v, r in zip(values, reasons, strict=True)])
        return
    print_mentions(found, finder.now, finder.zone, finder.node)
    for mention, reason in zip(found, reasons, strict=False):
        words = ", ".join(reason["words"]) or "–"
        say(_("{id}: {branch} ({words})").format(id=mention.id, branch=reason["branch"], words=words))
    say(ngettext("{count} mention", "{count} mentions", len(found)).format(count=number(len(found))))


def _keep(setup: Setup, name: str, written: str) -> None:
    """Save the search for everybody, in the place of one that had this name."""
    from socialhub.cli.output import plain, say
    from socialhub.store.searches import SavedSearch, save_search

    name = plain(name).strip()
    if not name:
        raise UserError(_("A saved search needs a name."), "", EXIT_USAGE)
    with setup.writer() as writer, writer.transaction(durable=True) as db:
        before = save_search(db, SavedSearch(name, written, setup.operator, setup.clock.now()))
    say(_("Saved as {name}.").format(name=name))
    if before is not None:
        say(_("It was {query} before.").format(query=before.query))


def explained(finder: Finder, mention: Mention) -> dict[str, Any]:
    """Why a mention matches: the true branch of the query, and the words of the mention that it found."""
    from socialhub.query import Scope, branch, format_query, spans
    from socialhub.store.documents import document_of

    assert finder.node is not None
    document = document_of(finder.db, mention.id, finder.operator, finder.now)
    true_part = branch(finder.node, document, finder.now, finder.zone) if document is not None else None
    shown = true_part or finder.node
    words = [
        text[start:end]
        for text, scope in ((mention.title, Scope.TITLE), (mention.text, Scope.TEXT))
        for start, end in spans(shown, text, scope)
    ]
    return {"branch": format_query(shown), "words": list(dict.fromkeys(words))}
