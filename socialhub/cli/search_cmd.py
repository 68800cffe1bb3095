"""`socialhub search`: stored mentions by a query, newest arrival first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from socialhub.cli.command import command, json_option, option
from socialhub.cli.setup import Setup, pass_setup
from socialhub.i18n import N_, _, ngettext, number

if TYPE_CHECKING:
    from socialhub.cli.find import Finder
    from socialhub.model import Mention


@command("search", help=N_("Stored mentions that match a query, newest first."))
@click.argument("query", nargs=-1, required=True)
@option("--since", metavar="TIME", help=N_("Only what was published in this length of time: '7 d', '2 h'."))
@option("--limit", type=click.IntRange(1), default=50, help=N_("At most so many mentions (50)."))
@option("--explain", is_flag=True, help=N_("Say how the query is understood and why each mention matches."))
@json_option
@pass_setup
def search(setup: Setup, query: tuple[str, ...], since: str | None, limit: int, explain: bool, as_json: bool) -> None:
    """See `help`; several words of the shell are one query."""
    from socialhub.cli.find import Finder, mention_values, node_of, print_mentions, topic_slugs
    from socialhub.cli.output import print_json, say
    from socialhub.query import format_query

    node = node_of(" ".join(query), since)
    assert node is not None
    with setup.reader() as db:
        finder = Finder(setup, db, node)
        found = list(finder.newest_first(limit))
        if explain:
            say(_("Understood as: {query}").format(query=format_query(node)))
        reasons = [explained(finder, mention) for mention in found] if explain else []
        if as_json:
            slugs = topic_slugs(db)
            values = [mention_values(mention, slugs) for mention in found]
            print_json(values if not explain else [v | {"why": r} for v, r in zip(values, reasons, strict=True)])
            return
        print_mentions(found, finder.now, finder.zone, node)
        for mention, reason in zip(found, reasons, strict=False):
            words = ", ".join(reason["words"]) or "–"
            say(_("{id}: {branch} ({words})").format(id=mention.id, branch=reason["branch"], words=words))
        say(ngettext("{count} mention", "{count} mentions", len(found)).format(count=number(len(found))))


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
