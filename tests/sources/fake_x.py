"""A loopback server that speaks X's API v2 in the documented shapes, and bills. Written by us, nothing recorded.

It enforces what the documentation says: limits per window, lengths of queries, one stream, posts paid for when given.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from socialhub.clock import MINUTE, SECOND, Clock, iso
from tests.servers import NOON, Answer, Behaviour, LoopbackServer, Request, clock_at
from tests.sources.strict_server import StrictServer

EPOCH: Final = 1_288_834_974_657
WINDOW: Final = 15 * MINUTE
LIMITS: Final = {
    "search": 450,
    "tweets": 10_000,
    "mentions": 450,
    "counts": 300,
    "lookup": 3_500,
    "users": 300,
    "stream": 50,
    "rules": 100,
    "list": 450,
}
PRICES: Final = {"post": 5_000, "count": 5_000, "user": 10_000}
PROBLEMS: Final = "https://api.x.com/2/problems/"

Post = dict[str, Any]


def id_at(moment: int, number: int = 0) -> str:
    """An id that X would give out at this moment."""
    return str(((moment - EPOCH) << 22) + number)


def post(moment: int, number: int = 0, text: str = "", **changes: Any) -> Post:
    """A post in the documented shape, by the person "7"."""
    post_id = id_at(moment, number)
    return {
        "id": post_id,
        "text": text or f"message {number}",
        "edit_history_tweet_ids": [post_id],
        "author_id": "7",
        "created_at": iso(moment).replace("Z", ".000Z"),
        "lang": "fr",
        "conversation_id": post_id,
        "public_metrics": {
            "retweet_count": 2,
            "reply_count": 1,
            "like_count": 3,
            "quote_count": 0,
            "bookmark_count": 0,
            "impression_count": 410,
        },
        **changes,
    }


LEA: Final = {
    "id": "7",
    "username": "lea_lyon",
    "name": "Léa",
    "description": "Lyon &amp; environs",
    "created_at": "2019-03-02T10:00:00.000Z",
    "verified": False,
    "public_metrics": {"followers_count": 41, "following_count": 3, "tweet_count": 9, "listed_count": 0},
}


@dataclass
class FakeX(StrictServer):
    """Serves `posts` (oldest first) to every search and timeline, and whatever is said to the stream."""

    posts: list[Post] = field(default_factory=list)
    beside: list[Post] = field(default_factory=list)
    polls: list[Post] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=lambda: [LEA])
    accounts: dict[str, str] = field(default_factory=lambda: {"lea_lyon": "7"})
    missing: dict[str, str] = field(default_factory=dict)
    """What became of posts that are not there any more, by id: deleted, protected or suspended."""
    clock: Clock = field(default_factory=lambda: clock_at(NOON))
    rules: list[dict[str, str]] = field(default_factory=list)
    keep_alive: float = 0.05

    def __post_init__(self) -> None:
        self.http = LoopbackServer({"*": self._answer})
        self.billed = 0
        self.breaches = []
        self.given: list[str] = []
        self.listeners: list[asyncio.StreamWriter] = []
        self.listening = asyncio.Condition()
        self.connections = 0
        self.failures: list[Behaviour] = []
        self._asked: dict[str, deque[int]] = defaultdict(deque)

    def asked(self, part: str) -> list[dict[str, str]]:
        """The queries of what was asked of paths that contain `part`."""
        found = [urlsplit(request.path) for request in self.http.requests if part in request.path.partition("?")[0]]
        return [{name: values[0] for name, values in parse_qs(each.query).items()} for each in found]

    # ---- REST ----

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        parts = urlsplit(request.path)
        path = unquote(parts.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if request.headers.get("authorization") != "Bearer env:X":
            await _json({"title": "Unauthorized", "status": 401, "type": "about:blank"}, 401)(request, writer)
        elif self.failures:
            await self.failures.pop(0)(request, writer)
        elif path == "/2/tweets/search/stream":
            await self._stream(request, writer)
        else:
            await self._plain(request, path, query)(request, writer)

    def _plain(self, request: Request, path: str, query: dict[str, str]) -> Answer:
        if path == "/2/tweets/search/recent":
            self._length(query["query"], 512)
            return self._counted("search", self._page(query, 10, "next_token"))
        if path == "/2/tweets/counts/recent":
            self._length(query["query"], 512)
            self.billed += PRICES["count"]
            total = len(self._since(query))
            bucket = {"start": "2026-11-21T00:00:00.000Z", "end": "2026-11-22T00:00:00.000Z", "tweet_count": total}
            return self._counted("counts", _json({"data": [bucket], "meta": {"total_tweet_count": total}}))
        if path == "/2/tweets/search/stream/rules":
            return self._rules(request)
        if path == "/2/tweets":
            return self._counted("lookup", self._lookup(query["ids"].split(",")))
        if path.startswith("/2/users/by/username/"):
            return self._counted("users", self._user(path.rpartition("/")[2]))
        if path.startswith("/2/users/") and path.endswith(("/tweets", "/mentions")):
            return self._counted(path.rpartition("/")[2], self._page(query, 5, "pagination_token"))
        return _json({"title": "Not Found", "status": 404}, 404)

    def _counted(self, name: str, answer: Answer) -> Answer:
        """The answer with the headers of its limit; a breach when it was not to be asked any more."""
        now, asked = self.clock.now(), self._asked[name]
        while asked and asked[0] <= now - WINDOW:
            asked.popleft()
        if len(asked) >= LIMITS[name]:
            self.breaches.append(f"{name} asked more than {LIMITS[name]} times in a window")
        asked.append(now)
        headers = {
            "x-rate-limit-limit": str(LIMITS[name]),
            "x-rate-limit-remaining": str(LIMITS[name] - len(asked)),
            "x-rate-limit-reset": str((asked[0] + WINDOW) // SECOND),
        }
        return Answer(answer.body, answer.status, {**answer.headers, **headers})

    def _length(self, query: str, most: int) -> None:
        if len(query) > most:
            self.breaches.append(f"a query of {len(query)} characters")

    def _since(self, query: dict[str, str]) -> list[Post]:
        """Newest first, above `since_id`, as far back as X searches."""
        since = int(query.get("since_id", "0"))
        oldest = int(id_at(self.clock.now() - 7 * 24 * 60 * MINUTE))
        if since and since < oldest:
            self.breaches.append("a since_id of more than seven days ago")
        newest = sorted(self.posts, key=lambda each: -int(each["id"]))
        return [each for each in newest if int(each["id"]) > max(since, oldest)]

    def _page(self, query: dict[str, str], least: int, token_name: str) -> Answer:
        size = int(query["max_results"])
        if not least <= size <= 100:
            self.breaches.append(f"max_results {size}")
        # Pages go by ids, so that what is said meanwhile moves nothing.
        before = int(query.get(token_name, "0").removeprefix("t") or 0)
        found = [each for each in self._since(query) if not before or int(each["id"]) < before]
        page, more = found[:size], len(found) > size
        self._bill(page)
        if not page:
            return _json({"meta": {"result_count": 0}})
        meta = {"newest_id": page[0]["id"], "oldest_id": page[-1]["id"], "result_count": len(page)}
        if more:
            meta["next_token"] = f"t{page[-1]['id']}"
        return _json(
            {"data": page, "includes": {"users": self.people, "tweets": self.beside, "polls": self.polls}, "meta": meta}
        )

    def _lookup(self, ids: list[str]) -> Answer:
        by_id = {each["id"]: each for each in [*self.posts, *self.beside]}
        found = [by_id[each] for each in ids if each in by_id and each not in self.missing]
        self._bill(found)
        errors = [
            _problem(each, self.missing.get(each, "deleted"))
            for each in ids
            if each not in by_id or each in self.missing
        ]
        body = {"data": found, "includes": {"users": self.people, "polls": self.polls}, "errors": errors}
        return _json({name: value for name, value in body.items() if value})

    def _user(self, name: str) -> Answer:
        if name not in self.accounts:
            detail = f"Could not find user with username: [{name}]."
            return _json({"errors": [{"title": "Not Found Error", "detail": detail, "value": name}]})
        self.billed += PRICES["user"]
        return _json({"data": {"id": self.accounts[name], "username": name, "name": name}})

    def _bill(self, given: list[Post]) -> None:
        self.billed += len(given) * PRICES["post"]
        self.given += [each["id"] for each in given]

    # ---- stream ----

    def _rules(self, request: Request) -> Answer:
        if request.method == "GET":
            return self._counted("list", _json({"data": self.rules, "meta": {"result_count": len(self.rules)}}))
        told = json.loads(request.body)
        gone = set(told.get("delete", {}).get("ids", ()))
        self.rules = [rule for rule in self.rules if rule["id"] not in gone]
        errors = []
        for rule in told.get("add", ()):
            if rule["value"] in {each["value"] for each in self.rules}:
                errors.append({"title": "DuplicateRule", "value": rule["value"], "type": f"{PROBLEMS}duplicate-rules"})
            elif rule["value"].startswith("bad "):
                errors.append(
                    {"title": "UnprocessableEntity", "detail": "no viable alternative", "value": rule["value"]}
                )
            else:
                self._length(rule["value"], 1_024)
                self.rules.append({"id": str(len(self.rules) + 1_000 + len(self.http.requests)), **rule})
        return self._counted("rules", _json({"meta": {}, **({"errors": errors} if errors else {})}, 201))

    async def _stream(self, request: Request, writer: asyncio.StreamWriter) -> None:
        counted = self._counted("stream", Answer())
        if not self.rules or self.listeners:
            status = 429 if self.listeners else 409
            issue = {"title": "ConnectionException", "connection_issue": "TooManyConnections"} if status == 429 else {}
            await _json({"detail": "No", **issue}, status)(request, writer)
            return
        head = "".join(f"{name}: {value}\r\n" for name, value in counted.headers.items())
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{head}Connection: close\r\n\r\n".encode())
        await writer.drain()
        async with self.listening:
            self.connections += 1
            self.listeners.append(writer)
            self.listening.notify_all()
        try:
            while not writer.is_closing():
                writer.write(b"\r\n")
                await writer.drain()
                await asyncio.sleep(self.keep_alive)
        finally:
            async with self.listening:
                self.listeners.remove(writer)
                self.listening.notify_all()

    async def connected(self, count: int) -> None:
        """Wait until somebody has connected so many times in all, and still listens."""
        async with asyncio.timeout(10), self.listening:
            await self.listening.wait_for(lambda: self.connections >= count and bool(self.listeners))

    async def left(self) -> None:
        """Wait until nobody listens any more."""
        async with asyncio.timeout(10), self.listening:
            await self.listening.wait_for(lambda: not self.listeners)

    async def say(self, *posts: Post, tag: str = "") -> None:
        """Send posts to whoever listens, each for the rule of this tag (the first one's without)."""
        self.posts += posts
        for each in posts:
            rule = next((rule for rule in self.rules if rule["tag"] == tag), self.rules[0] if self.rules else {})
            line = {"data": each, "includes": {"users": self.people}, "matching_rules": [{"id": "1", **rule}]}
            for writer in [each for each in self.listeners if not each.is_closing()]:
                self._bill([each])
                writer.write(json.dumps(line).encode() + b"\r\n")
                with suppress(ConnectionError):
                    await writer.drain()

    async def say_raw(self, line: bytes) -> None:
        """Send a line as it is."""
        for writer in list(self.listeners):
            writer.write(line + b"\r\n")
            await writer.drain()

    def cut(self) -> None:
        """Break the stream."""
        for writer in self.listeners:
            writer.transport.abort()


def _problem(post_id: str, became: str) -> dict[str, Any]:
    kind = "not-authorized-for-resource" if became == "protected" else "resource-not-found"
    details = {
        "deleted": f"Could not find tweet with ids: [{post_id}].",
        "protected": f"Sorry, you are not authorized to see the Tweet with ids: [{post_id}].",
        "suspended": f"User has been suspended: [{post_id}].",
    }
    return {
        "value": post_id,
        "detail": details[became],
        "title": "Authorization Error" if became == "protected" else "Not Found Error",
        "resource_type": "tweet",
        "parameter": "ids",
        "resource_id": post_id,
        "type": f"{PROBLEMS}{kind}",
    }


def _json(value: Any, status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status, {"Content-Type": "application/json; charset=utf-8"})
