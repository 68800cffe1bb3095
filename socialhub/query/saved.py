"""Saved searches inside a query: found by name, put in their place, errors told as those of the query."""

from __future__ import annotations

from collections.abc import Mapping

from socialhub.i18n import _
from socialhub.query.errors import QueryError, nearest, shown
from socialhub.query.parser import parse
from socialhub.query.tree import Node, Saved, leaves, resolve


def holds_saved(node: Node) -> bool:
    """Whether a query holds a saved search."""
    return any(isinstance(leaf, Saved) for leaf in leaves(node))


def resolve_saved(node: Node, saved: Mapping[str, str]) -> Node:
    """The query with every `search:"name"` replaced by what is saved under that name (name -> query).

    Raises QueryError for a name that is not there, a saved query that cannot be read, and a circle.
    """
    by_name = {name.casefold(): query for name, query in saved.items()}

    def tree(name: str) -> Node | None:
        query = by_name.get(name.casefold())
        return None if query is None else parse(query)

    try:
        return resolve(node, tree)
    except LookupError as error:
        name = str(error.args[0])
        found = nearest(name, saved)
        suggestion = f'search:"{found}"' if found else ""
        problem = _("there is no saved search {name}").format(name=shown(name))
        raise QueryError(problem, 0, ", ".join(map(shown, list(saved)[:10])), suggestion) from error
    except RecursionError as error:
        names = " → ".join(shown(str(name)) for name in error.args)
        raise QueryError(_("the saved searches hold each other in a circle: {names}").format(names=names), 0) from error
