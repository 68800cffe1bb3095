"""The one query language: text to tree (`parse`), tree to answers (`Matcher`, `matches`, `to_sql`) and reasons.

Search, filters, topics, alerts and purges all speak it. This room opens no file and no database.
"""

from socialhub.query.errors import QueryError
from socialhub.query.evaluate import Document, matches
from socialhub.query.matcher import Matcher
from socialhub.query.parser import parse
from socialhub.query.printer import format_query
from socialhub.query.sql import SqlFilter, to_sql
from socialhub.query.topics import topic_query_problems
from socialhub.query.tree import Node, Scope, all_of, any_of, negate
from socialhub.query.why import branch, spans

__all__ = [
    "Document",
    "Matcher",
    "Node",
    "QueryError",
    "Scope",
    "SqlFilter",
    "all_of",
    "any_of",
    "branch",
    "format_query",
    "matches",
    "negate",
    "parse",
    "spans",
    "to_sql",
    "topic_query_problems",
]
