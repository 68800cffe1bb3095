"""A loopback server that speaks Meta's Threads API in the documented shapes. Written by us, nothing recorded.

Searches are counted over the last 24 hours, those that find nothing are not. Addresses of next pages carry the token.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from socialhub.clock import DAY, SECOND, Clock
from tests.servers import NOON, Answer, LoopbackServer, Request, clock_at
from tests.sources.fake_graph import date, refusal
from tests.sources.strict_server import StrictServer

TOKEN: Final = "env:THREADS"
Thing = dict[str, Any]


def post(number: int, at: int, **changes: Any) -> Thing:
    """A post; `at` (ms UTC) is not sent."""
    return {
        "id": f"180{number:014d}",
        "media_product_type": "THREADS",
        "media_type": "TEXT_POST",
        "text": f"post {number} & <3",
        "timestamp": date(at),
        "permalink": f"https://www.threads.net/@lea.lyon/post/C{number}",
        "username": "lea.lyon",
        "has_replies": False,
        "is_reply": False,
        "is_quote_post": False,
        "at": at,
        **changes,
    }


@dataclass
class FakeThreads(StrictServer):
    """Finds `posts` with every search; `own` are the account's, each with `said` beneath it."""

    clock: Clock = field(default_factory=lambda: clock_at(NOON))
    queries_a_day: int = 2_200
    posts: list[Thing] = field(default_factory=list)
    mentions: list[Thing] = field(default_factory=list)
    own: list[Thing] = field(default_factory=list)
    refusals: dict[str, Answer] = field(default_factory=dict)
    """What is answered instead, by the last part of the path: an edge, or the id of a post."""
    usage: int = 0
    """Per cent of its calls that the account has used up."""
    reads_others: bool = True
    """Whether the app may read posts of others by their id ("advanced access")."""

    def __post_init__(self) -> None:
        self.http = LoopbackServer({"*": self._answer})
        self.breaches = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.counted: deque[int] = deque()

    def questions(self, edge: str) -> list[dict[str, str]]:
        """What was asked of an edge."""
        return [query for path, query in self.asked if path.rpartition("/")[2] == edge]

    async def _answer(self, request: Request, writer: Any) -> None:
        parts = urlsplit(request.path)
        path = unquote(parts.path).removeprefix("/v1.0/")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append((path, query))
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            answer = refusal(190, "Error validating access token", 401)
        else:
            answer = self.refusals.get(path.rpartition("/")[2]) or self._plain(path, query)
        headers = {**answer.headers, "X-App-Usage": json.dumps({"call_count": self.usage})}
        await Answer(answer.body, answer.status, headers)(request, writer)

    def _plain(self, path: str, query: dict[str, str]) -> Answer:
        if path == "debug_token":
            return _json({"data": {"is_valid": True, "expires_at": (NOON + 60 * DAY) // SECOND}})
        if path == "keyword_search":
            return self._search(query)
        if path == "me/mentions":
            return self._paged(self.mentions, query, path)
        if path == "me/threads":
            return self._paged(self.own, query, path)
        if path == "me":
            assert query["fields"] == "username"
            return _json({"username": "mandarine", "id": "1"})
        node, _slash, edge = path.partition("/")
        if not edge:
            return self._one(node)
        above = next((each for each in self.own if each["id"] == node), None)
        if edge != "conversation" or above is None:
            return refusal(100, "Unsupported get request", 400, 33)
        assert query["reverse"] == "true"
        return self._paged(above["said"], query, path)

    def _one(self, native: str) -> Answer:
        """A post by its id; of others only where the app may read them."""
        said = [each for above in self.own for each in above["said"]]
        present = {each["id"]: each for each in [*self.posts, *self.mentions, *self.own, *said]}
        found = present.get(native)
        if found is None or (found["username"] != "mandarine" and not self.reads_others):
            return refusal(100, f"Unsupported get request. Object with ID '{native}' does not exist", 400, 33)
        return _json(_sent(found))

    def _search(self, query: dict[str, str]) -> Answer:
        now, since = self.clock.now(), int(query.get("since", "0")) * SECOND
        found = [each for each in self.posts if since <= each["at"] <= now]
        if found:
            while self.counted and self.counted[0] <= now - DAY:
                self.counted.popleft()
            self.counted.append(now)
            if len(self.counted) > self.queries_a_day:
                self.breaches.append("searched more often than allowed")
        return self._paged(found, query, "keyword_search")

    def _paged(self, things: list[Thing], query: dict[str, str], path: str) -> Answer:
        if int(query["limit"]) > 100:
            self.breaches.append(f"limit {query['limit']}")
        found = sorted(things, key=lambda each: -each["at"])
        ids = [each["id"] for each in found]
        start = ids.index(query["after"]) + 1 if query.get("after") in ids else 0
        page = found[start : start + int(query["limit"])]
        answer: Thing = {"data": [_sent(each) for each in page]}
        if start + len(page) < len(found):
            after = urlencode({"access_token": TOKEN, "limit": 25, "after": page[-1]["id"]})
            cursors = {"before": "b", "after": page[-1]["id"]}
            answer["paging"] = {"cursors": cursors, "next": f"{self.url}/v1.0/{path}?{after}"}
        return _json(answer)


def _sent(thing: Thing) -> Thing:
    return {name: value for name, value in thing.items() if name not in ("at", "said")}


def _json(value: Any) -> Answer:
    return Answer(json.dumps(value).encode(), 200, {"Content-Type": "application/json"})
