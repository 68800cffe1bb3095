"""What the query of a topic, or of an alert rule, may not ask: it is decided once, when a mention comes in, for all."""

from __future__ import annotations

from typing import Final

from socialhub.i18n import _
from socialhub.query.printer import format_query
from socialhub.query.tree import Field, Leaf, Node, NumberRange, Recent, Saved, leaves

_OURS: Final = frozenset({("is", "muted"), ("is", "repost"), ("is", "viral"), ("has", "reply")})
"""Fields (name, value) that tell what happened to a mention after it came in."""


def topic_query_problems(node: Node) -> list[str]:
    """One sentence for each part that a topic or a rule cannot use, in the interface language; none: all is well."""
    problems = (_problem(leaf) for leaf in leaves(node))
    return list(dict.fromkeys(problem for problem in problems if problem))


def _problem(leaf: Leaf) -> str:
    match leaf:
        case Field("sentiment"):
            reason = _("the sentiment is judged after the topics")
        case Field("topic"):
            reason = _("a topic cannot depend on a topic")
        case Field("is", "unread"):
            reason = _("it is not the same for every reader")
        case Field("state" | "assignee" | "tag") | NumberRange("engagement" | "reach"):
            reason = _("it changes after the mention came in")
        case Field(name, value) if (name, value) in _OURS:
            reason = _("it changes after the mention came in")
        case Recent():
            reason = _("it would be true today and false tomorrow")
        case Saved():
            reason = _("a saved search may be changed by anybody at any time")
        case _:
            return ""
    return _("{part} cannot be used in a topic or a rule: {reason}").format(part=format_query(leaf), reason=reason)
