"""A loopback server that speaks YouTube's Data API v3 and serves its feeds, in the documented shapes. Written by us.

It enforces the quota of 2026: so many searches and so many other questions a day, whose day begins in California.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from socialhub.clock import Clock, iso, to_datetime
from socialhub.sources.pages import parse_time
from tests.servers import NOON, Answer, LoopbackServer, Request, clock_at
from tests.sources.strict_server import StrictServer

CHANNEL: Final = "UCmandarine-0123456789ab"
KEY: Final = "env:YT"
_PACIFIC: Final = ZoneInfo("America/Los_Angeles")

Thing = dict[str, Any]


def video_id(number: int) -> str:
    """An id of eleven characters."""
    return f"vid{number:08d}"


def comment_id(number: int) -> str:
    """The id of a thread and its first comment."""
    return f"UgyComment{number:012d}AaABAg"


def date(moment: int) -> str:
    """As the API writes dates."""
    return iso(moment).replace(".000", "")


@dataclass
class FakeYouTube(StrictServer):
    """One channel, its videos and threads (newest first whatever their order here), searches over all videos."""

    clock: Clock = field(default_factory=lambda: clock_at(NOON))
    searches: int = 100
    units: int = 10_000
    videos: list[Thing] = field(default_factory=list)
    threads: list[Thing] = field(default_factory=list)
    found_late: dict[str, int] = field(default_factory=dict)
    """When searches begin to find a video, by its id (ms UTC)."""
    refusals: dict[str, Answer] = field(default_factory=dict)
    """What a method answers instead."""

    knows_replies: bool = True
    """Whether replies are answered for by their own ids."""
    stale: set[str] = field(default_factory=set)
    """Page tokens that are not taken any more."""

    def __post_init__(self) -> None:
        self.http = LoopbackServer({"*": self._answer})
        self.breaches = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.counted: Counter[tuple[str, str]] = Counter()

    def questions(self, method: str) -> list[dict[str, str]]:
        """What was asked of a method."""
        return [query for asked, query in self.asked if asked == method]

    def say_video(self, number: int, moment: int, **changes: Any) -> Thing:
        """Publish a video."""
        snippet = {
            "publishedAt": date(moment),
            "channelId": CHANNEL,
            "title": f"Titre {number} & <suite>",
            "description": f"Description {number}\nhttps://mandarine.example/",
            "channelTitle": "Mandarine",
            "defaultAudioLanguage": "fr-FR",
            **changes,
        }
        counts = {"viewCount": "1200", "likeCount": "30", "favoriteCount": "0", "commentCount": "4"}
        video = {"kind": "youtube#video", "id": video_id(number), "snippet": snippet, "statistics": counts}
        self.videos.append(video)
        return video

    def say(self, number: int, moment: int, words: str = "", replies: int = 0, video: int = 1) -> Thing:
        """Write a comment, with replies of which a page of threads shows two only."""
        thread = comment_id(number)
        top = comment(thread, moment, words or f"comment {number} & <3", video=video)
        snippet = {
            "videoId": video_id(video),
            "topLevelComment": top,
            "canReply": True,
            "totalReplyCount": replies,
            "isPublic": True,
        }
        found = {"kind": "youtube#commentThread", "id": thread, "snippet": snippet}
        self.threads.append(found)
        return found

    # ---- answers ----

    async def _answer(self, request: Request, writer: Any) -> None:
        parts = urlsplit(request.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        method = parts.path.rpartition("/")[2]
        self.asked.append((method, query))
        if method == "videos.xml":
            answer = self.refusals.get(query["channel_id"]) or Answer(self._feed(query["channel_id"]), headers=_XML)
        elif request.headers.get("x-goog-api-key") != KEY:
            answer = refusal(400, "badRequest", "API key not valid. Please pass a valid API key.", "API_KEY_INVALID")
        elif query.get("pageToken") in self.stale:
            self._counted(method)
            self.stale.remove(query["pageToken"])
            answer = refusal(400, "invalidPageToken", "The request specifies an invalid page token.")
        else:
            answer = self._counted(method) or self.refusals.get(method) or _json(getattr(self, f"_{method}")(query))
        await answer(request, writer)

    def _counted(self, method: str) -> Answer | None:
        unit, most = ("searches", self.searches) if method == "search" else ("units", self.units)
        day = to_datetime(self.clock.now(), _PACIFIC).date().isoformat()
        self.counted[unit, day] += 1
        if self.counted[unit, day] > most:
            self.breaches.append(f"{unit} of {day} exceeded")
            return refusal(403, "quotaExceeded")
        return None

    def _channels(self, query: dict[str, str]) -> Thing:
        if query.get("forHandle") not in (None, "@mandarine") or query.get("id") not in (None, CHANNEL):
            return {"pageInfo": {"totalResults": 0}}
        lists = {"relatedPlaylists": {"likes": "", "uploads": CHANNEL.replace("UC", "UU")}}
        counts = {"subscriberCount": "41000", "videoCount": str(len(self.videos))}
        about = {"title": "Mandarine", "customUrl": "@mandarine"}
        return {"items": [{"id": CHANNEL, "contentDetails": lists, "statistics": counts, "snippet": about}]}

    def _newest(self, what: list[Thing]) -> list[Thing]:
        return sorted(what, key=_published, reverse=True)

    def _playlistItems(self, query: dict[str, str]) -> Thing:
        assert query["playlistId"] == CHANNEL.replace("UC", "UU")
        page = self._paged(self._newest(self.videos), query, 50)
        page["items"] = [{"id": f"PL{each['id']}", "contentDetails": {"videoId": each["id"]}} for each in page["items"]]
        return page

    def _videos(self, query: dict[str, str]) -> Thing:
        wanted = query["id"].split(",")
        if len(wanted) > 50:
            self.breaches.append(f"{len(wanted)} videos at once")
        return {"items": [each for each in self.videos if each["id"] in wanted]}

    def _search(self, query: dict[str, str]) -> Thing:
        after = query["publishedAfter"]
        now = self.clock.now()
        found = [
            each
            for each in self._newest(self.videos)
            if each["snippet"]["publishedAt"] > after and self.found_late.get(each["id"], 0) <= now
        ]
        page = self._paged(found, query, 50)
        page["items"] = [{"id": {"kind": "youtube#video", "videoId": each["id"]}} for each in page["items"]]
        return page

    def _commentThreads(self, query: dict[str, str]) -> Thing:
        wanted = query.get("videoId")
        found = [each for each in self._newest(self.threads) if wanted in (None, each["snippet"]["videoId"])]
        page = self._paged(found, query, 100)
        page["items"] = [self._with_replies(each) for each in page["items"]]
        return page

    def _with_replies(self, thread: Thing) -> Thing:
        total = thread["snippet"]["totalReplyCount"]
        return {**thread, "replies": {"comments": _replies(thread)[: min(2, total)]}} if total else thread

    def _comments(self, query: dict[str, str]) -> Thing:
        if "parentId" in query:
            thread = next(each for each in self.threads if each["id"] == query["parentId"])
            return self._paged(_replies(thread), query, 100)
        wanted = query["id"].split(",")
        known = [each["snippet"]["topLevelComment"] for each in self.threads]
        if self.knows_replies:
            known += [reply for each in self.threads for reply in _replies(each)]
        return {"items": [each for each in known if each["id"] in wanted]}

    def _paged(self, found: list[Thing], query: dict[str, str], most: int) -> Thing:
        """A page; a token holds the id that a page ended with, so that what is said meanwhile moves nothing."""
        if int(query["maxResults"]) > most:
            self.breaches.append(f"maxResults {query['maxResults']}")
        ids = [each["id"] for each in found]
        start = ids.index(query["pageToken"]) + 1 if query.get("pageToken") in ids else 0
        page = found[start : start + most]
        more = {"nextPageToken": page[-1]["id"]} if start + most < len(found) else {}
        return {"pageInfo": {"totalResults": 1_000_000, "resultsPerPage": most}, "items": page, **more}

    def _feed(self, channel: str) -> bytes:
        entries = "".join(
            f"<entry><id>yt:video:{each['id']}</id><yt:videoId>{each['id']}</yt:videoId><title>{each['id']}</title>"
            f'<link rel="alternate" href="https://www.youtube.com/watch?v={each["id"]}"/>'
            f"<author><name>Mandarine</name></author><published>{each['snippet']['publishedAt']}</published>"
            f"<updated>{each['snippet']['publishedAt']}</updated><media:group>"
            f"<media:description>Au programme</media:description></media:group></entry>"
            for each in self._newest(self.videos)[:15]
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"'
            ' xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/">'
            f"<id>yt:channel:{channel}</id><title>Mandarine</title>{entries}</feed>"
        ).encode()


_XML: Final = {"Content-Type": "text/xml; charset=UTF-8"}


def comment(native: str, moment: int, words: str, video: int = 0, parent: str = "") -> Thing:
    """A comment as it is shown to everybody: `textDisplay` alone, plain when asked for so."""
    snippet = {
        "authorDisplayName": "@lea_lyon",
        "authorChannelId": {"value": "UCabcdefghijklmnopqrstuv"},
        "textDisplay": words,
        "likeCount": 3,
        "publishedAt": date(moment),
        "updatedAt": date(moment),
        **({"videoId": video_id(video)} if video else {}),
        **({"parentId": parent} if parent else {}),
    }
    return {"kind": "youtube#comment", "id": native, "snippet": snippet}


def _replies(thread: Thing) -> list[Thing]:
    written = parse_time(_published(thread)) or 0
    return [
        comment(f"{thread['id']}.r{number:03d}", written + number * 1000, f"reply {number}", parent=thread["id"])
        for number in range(thread["snippet"]["totalReplyCount"])
    ]


def _published(thing: Thing) -> str:
    snippet = thing["snippet"]
    return str(snippet.get("publishedAt") or snippet["topLevelComment"]["snippet"]["publishedAt"])


def refusal(status: int, reason: str, message: str = "", detail: str = "") -> Answer:
    """An error as Google words it."""
    said = {
        "code": status,
        "message": message,
        "errors": [{"message": message, "domain": "youtube", "reason": reason}],
        **({"details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": detail}]} if detail else {}),
    }
    return _json({"error": said}, status)


def _json(value: Any, status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status, {"Content-Type": "application/json"})
