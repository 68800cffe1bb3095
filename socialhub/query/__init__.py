"""The one query language: text to tree (`parse`), tree to answers (`Matcher`, `matches`, `to_sql`) and reasons.

Search, filters, topics, alerts and purges all speak it. This room opens no file and no database.
"""

from socialhub.query.document import Document
from socialhub.query.errors import QueryError
from socialhub.query.evaluate import matches, words_hold
from socialhub.query.matcher import Matcher
from socialhub.query.parser import parse
from socialhub.query.printer import format_query
from socialhub.query.sql import SqlFilter, to_sql
from socialhub.query.topics import topic_query_problems
from socialhub.query.tree import Node, Scope, all_of, any_of, negate, resolve
from socialhub.query.why import Reason, branch, explain, spans

__all__ = [
    "Document",
    "Matcher",
    "Node",
    "QueryError",
    "Reason",
    "Scope",
    "SqlFilter",
    "all_of",
    "any_of",
    "branch",
    "explain",
    "format_query",
    "matches",
    "negate",
    "parse",
    "resolve",
    "spans",
    "to_sql",
    "topic_query_problems",
    "words_hold",
]
