"""The one query language: text to tree (`parse`), tree to answers (`Matcher`, `matches`, `to_sql`) and reasons.

Search, filters, topics, alerts and purges all speak it. This room opens no file and no database.
"""

from socialhub.query.advice import advice, defects
from socialhub.query.alerts import ALERTS
from socialhub.query.document import AlertDocument, Document
from socialhub.query.errors import QueryError
from socialhub.query.evaluate import matches, words_hold
from socialhub.query.matcher import Matcher
from socialhub.query.parser import parse
from socialhub.query.printer import format_query
from socialhub.query.saved import holds_saved, resolve_saved
from socialhub.query.sql import SqlFilter, to_sql
from socialhub.query.topics import topic_query_problems
from socialhub.query.tree import Node, Scope, all_of, any_of, negate, subject
from socialhub.query.why import ReasonLine, branch, explain, reason_lines, spans

__all__ = [
    "ALERTS",
    "AlertDocument",
    "Document",
    "Matcher",
    "Node",
    "QueryError",
    "ReasonLine",
    "Scope",
    "SqlFilter",
    "advice",
    "all_of",
    "any_of",
    "branch",
    "defects",
    "explain",
    "format_query",
    "holds_saved",
    "matches",
    "negate",
    "parse",
    "reason_lines",
    "resolve_saved",
    "spans",
    "subject",
    "to_sql",
    "topic_query_problems",
    "words_hold",
]
