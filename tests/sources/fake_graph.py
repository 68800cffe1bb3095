"""A loopback server that speaks Meta's Graph API (Facebook, Instagram) in the documented shapes. Written by us.

Calls are counted over the last hour: usage is told in headers, and beyond the limit nothing is answered. Addresses of
next pages carry the token, as Meta's do.
"""

from __future__ import annotations

import json
import re
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from socialhub.clock import DAY, HOUR, SECOND, Clock, iso
from tests.servers import NOON, Answer, LoopbackServer, Request, clock_at
from tests.sources.strict_server import StrictServer

TOKEN: Final = "env:META"
PAGE: Final = "1001"
ACCOUNT: Final = "17841400000000001"
Thing = dict[str, Any]


def date(moment: int) -> str:
    """As Meta writes dates: no colon in the zone."""
    return iso(moment).replace(".000", "").replace("Z", "+0000")


@dataclass
class FakeGraph(StrictServer):
    """A page on Facebook and an account on Instagram; lists hold things with `at` (ms UTC), which is not sent."""

    clock: Clock = field(default_factory=lambda: clock_at(NOON))
    calls_an_hour: int = 200
    expires_at: int = 0
    posts: list[Thing] = field(default_factory=list)
    tagged: list[Thing] = field(default_factory=list)
    conversations: list[Thing] = field(default_factory=list)
    media: list[Thing] = field(default_factory=list)
    by_hashtag: dict[str, list[Thing]] = field(default_factory=dict)
    discovered: dict[str, list[Thing]] = field(default_factory=dict)
    most_at_once: int = 1_000
    """Posts of a page beyond which Meta finds a question too much."""
    spoiling: str = ""
    """What no answer can be given with."""
    refusals: dict[str, Answer] = field(default_factory=dict)
    """What an edge answers instead, by the last part of its path."""

    def __post_init__(self) -> None:
        self.http = LoopbackServer({"*": self._answer})
        self.breaches = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.hashtags: dict[str, int] = {}
        self._calls: deque[int] = deque()

    def questions(self, edge: str) -> list[dict[str, str]]:
        """What was asked of an edge."""
        return [query for path, query in self.asked if path.rpartition("/")[2] == edge]

    # ---- what people do ----

    def post(self, number: int, at: int, **changes: Any) -> Thing:
        """Something stands on the page."""
        native = f"{PAGE}_{number}"
        said = {
            "id": native,
            "message": f"post {number} & <3",
            "created_time": date(at),
            "from": {"id": PAGE, "name": "Mandarine"},
            "permalink_url": f"https://www.facebook.com/{PAGE}/posts/{number}/",
            "shares": {"count": 2},
            "reactions": {"data": [], "summary": {"total_count": 7}},
            "at": at,
            "said": [],
            **changes,
        }
        self.posts.append(said)
        return said

    def comment(self, beneath: Thing, number: int, at: int, **changes: Any) -> Thing:
        """Somebody comments a post."""
        native = f"{beneath['id'].rpartition('_')[2]}_{number}"
        said = {
            "id": native,
            "message": f"comment {number}",
            "created_time": date(at),
            "from": {"id": "77", "name": "Léa"},
            "permalink_url": f"{beneath['permalink_url']}?comment_id={number}",
            "like_count": 1,
            "comment_count": 0,
            "at": at,
            **changes,
        }
        beneath["said"].append(said)
        return said

    def picture(self, number: int, at: int, **changes: Any) -> Thing:
        """Something stands on the account."""
        said = medium(number, at, **{"username": "mandarine", "said": [], **changes})
        self.media.append(said)
        return said

    def remark(self, beneath: Thing, number: int, at: int, replies: tuple[tuple[int, int], ...] = ()) -> Thing:
        """Somebody comments a picture; others reply (number, moment)."""
        said = remark(number, at)
        if replies:
            said["replies"] = {"data": [remark(each, moment) for each, moment in replies]}
        beneath["said"].append(said)
        return said

    # ---- answers ----

    async def _answer(self, request: Request, writer: Any) -> None:
        parts = urlsplit(request.path)
        path = unquote(parts.path).removeprefix("/v25.0/")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append((path, query))
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            answer = refusal(190, "Error validating access token: it is malformed", 400)
        else:
            answer = self._limited(path) or self.refusals.get(path.rpartition("/")[2]) or self._plain(path, query)
        usage = {"call_count": min(100, len(self._calls) * 100 // self.calls_an_hour), "total_time": 3}
        headers = {**answer.headers, "X-App-Usage": json.dumps(usage)}
        await Answer(answer.body, answer.status, headers)(request, writer)

    def _limited(self, path: str) -> Answer | None:
        now = self.clock.now()
        while self._calls and self._calls[0] <= now - HOUR:
            self._calls.popleft()
        if len(self._calls) >= self.calls_an_hour:
            self.breaches.append(f"{path} asked beyond the limit")
            return refusal(4, "(#4) Application request limit reached", 400)
        self._calls.append(now)
        return None

    def _plain(self, path: str, query: dict[str, str]) -> Answer:
        if path == "debug_token":
            assert query["input_token"] == TOKEN
            return _json({"data": {"is_valid": True, "expires_at": self.expires_at // SECOND}})
        if path == "ig_hashtag_search":
            return self._hashtag_id(query["q"])
        if path == ACCOUNT and query["fields"] == "username":
            return _json({"username": "mandarine", "id": ACCOUNT})
        if path == ACCOUNT:
            return self._discovery(query["fields"])
        node, _slash, edge = path.partition("/")
        if not edge:
            return self._by_ids(query)
        if edge in ("feed", "media") and int(query["limit"]) > self.most_at_once:
            return refusal(1, "Please reduce the amount of data you're asking for, then retry your request", 500)
        if edge in ("feed", "tagged", "media", "tags"):
            things = {"feed": self.posts, "media": self.media}.get(edge, self.tagged)
            return _json(self._paged([_nested(each, query["fields"]) for each in _newest(things)], query, path))
        if edge == "recent_media":
            return self._recent(node.removeprefix("tag-"), query)
        if edge == "conversations":
            wanted = [each for each in self.conversations if query["platform"] == each.get("platform", "messenger")]
            found = [_talk(each) for each in _newest(wanted)]
            return _json(self._paged(found, query, path))
        if edge in ("comments", "messages"):
            above = next(each for each in [*self.posts, *self.media, *self.conversations] if each["id"] == node)
            return _json(self._paged(_newest(above["said"]), query, path))
        return refusal(2500, "Unknown path components", 400)

    def _by_ids(self, query: dict[str, str]) -> Answer:
        present = {each["id"]: each for each in [*self.posts, *self.media]}
        present |= {said["id"]: said for each in list(present.values()) for said in each["said"]}
        beneath = [said.get("replies", {"data": []})["data"] for said in present.values()]
        present |= {said["id"]: said for replies in beneath for said in replies}
        wanted = query["ids"].split(",")
        if self.spoiling in wanted:
            return refusal(2, "An unexpected error has occurred. Please retry your request later.", 500)
        if any(each not in present for each in wanted):
            return refusal(100, "Unsupported get request. Object does not exist", 400, 33)
        return _json({each: _sent(present[each]) for each in wanted})

    def _hashtag_id(self, tag: str) -> Answer:
        now = self.clock.now()
        self.hashtags = {name: at for name, at in self.hashtags.items() if at > now - 7 * DAY}
        self.hashtags.setdefault(tag, now)
        if len(self.hashtags) > 30:
            self.breaches.append("more than thirty hashtags in seven days")
        return _json({"data": [{"id": f"tag-{tag}"}]})

    def _recent(self, tag: str, query: dict[str, str]) -> Answer:
        """The last 24 hours; the cursor is the same on every page, where one is kept by the server."""
        assert query["user_id"] == ACCOUNT
        now = self.clock.now()
        found = [each for each in _newest(self.by_hashtag.get(tag, [])) if each["at"] > now - DAY]
        return _json(self._paged(found, query, f"tag-{tag}/recent_media"))

    def _discovery(self, fields: str) -> Answer:
        name = re.search(r"username\(([^)]*)\)", fields)
        after = re.search(r"\.after\(([^)]*)\)", fields)
        assert name is not None
        if name[1] not in self.discovered:
            return refusal(110, "Invalid user id", 400, 2207013)
        page = self._paged(_newest(self.discovered[name[1]]), {"limit": "25", "after": after[1] if after else ""}, "x")
        page.get("paging", {}).pop("next", None)
        about = {"name": "Rivale SA", "followers_count": 900, "media": page, "id": "2"}
        return _json({"business_discovery": about, "id": ACCOUNT})

    def _paged(self, found: list[Thing], query: dict[str, str], path: str) -> Thing:
        limit = int(query["limit"])
        ids = [each["id"] for each in found]
        start = ids.index(query["after"]) + 1 if query.get("after") in ids else 0
        page = found[start : start + limit]
        if start + limit >= len(found):
            return {"data": [_sent(each) for each in page]}
        return {"data": [_sent(each) for each in page], "paging": _paging(page[-1]["id"], f"{self.url}/v25.0/{path}")}


def medium(number: int, at: int, **changes: Any) -> Thing:
    """A picture on Instagram."""
    return {
        "id": f"1790000000000{number:04d}",
        "caption": f"picture {number} #fibre",
        "media_type": "IMAGE",
        "permalink": f"https://www.instagram.com/p/C{number}/",
        "timestamp": date(at),
        "like_count": 12,
        "comments_count": 1,
        "at": at,
        **changes,
    }


def remark(number: int, at: int) -> Thing:
    """A comment on Instagram."""
    said = {"id": f"1780000000000{number:04d}", "text": f"remark {number}", "username": "lea.lyon", "like_count": 0}
    return {**said, "timestamp": date(at), "at": at}


def talk(number: int, at: int, messages: int, spacing: int = SECOND) -> Thing:
    """A conversation whose last message is of that moment."""
    said = [
        {
            "id": f"m_{number}_{each}",
            "message": f"message {number}.{each}",
            "created_time": date(at - each * spacing),
            "from": {"id": "77", "name": "Léa", "email": "77@facebook.com"},
            "at": at - each * spacing,
        }
        for each in range(messages)
    ]
    return {"id": f"t_{number}", "link": f"/{PAGE}/inbox/{number}/", "updated_time": date(at), "at": at, "said": said}


def refusal(code: int, message: str, status: int, subcode: int = 0) -> Answer:
    """An error as Meta words it."""
    said = {"message": message, "type": "OAuthException", "code": code, "error_subcode": subcode, "fbtrace_id": "A1"}
    return _json({"error": said}, status)


def _newest(things: list[Thing]) -> list[Thing]:
    return sorted(things, key=lambda each: -each["at"])


def _sent(thing: Thing) -> Thing:
    return {name: value for name, value in thing.items() if name not in ("at", "said")}


def _paging(after: str, address: str) -> Thing:
    query = urlencode({"access_token": TOKEN, "limit": 25, "pretty": 0, "after": after})
    return {"cursors": {"before": "b", "after": after}, "next": f"{address}?{query}"}


def _nested(thing: Thing, fields: str) -> Thing:
    """A post with its newest comments, as many as were asked for."""
    limit = re.search(r"comments(?:\.[a-z]+\([a-z_]+\))*\.limit\((\d+)\)\{", fields)
    if limit is None or "said" not in thing:
        return thing
    newest = _newest(thing["said"])
    shown = newest[: int(limit[1])]
    page: Thing = {"data": [_sent(each) for each in shown], "summary": {"total_count": len(newest)}}
    if len(newest) > len(shown):
        page["paging"] = _paging(shown[-1]["id"], "https://graph.facebook.com/v25.0/x/comments")
    return {**thing, "comments": page} if newest else thing


def _talk(thing: Thing) -> Thing:
    newest = _newest(thing["said"])
    page: Thing = {"data": [_sent(each) for each in newest[:25]]}
    if len(newest) > 25:
        page["paging"] = _paging(newest[24]["id"], "https://graph.facebook.com/v25.0/x/messages")
    return {**thing, "messages": page}


def _json(value: Any, status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status, {"Content-Type": "application/json"})
