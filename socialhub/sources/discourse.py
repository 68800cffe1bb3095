"""A forum that runs Discourse, by the JSON of its own pages (SOURCES §13): no key for what everybody may read.

New posts come by their ids, which only grow; topics are read on from the last post known. Searches, people and lists
of topics tell of posts by a few words: each new one is asked for whole. Never more than three questions a second go to
a forum (it allows 200 a minute and address). Knows nothing of the cache.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from functools import partial
from typing import Any, Final
from urllib.parse import quote

from socialhub.errors import SourceError
from socialhub.model import Batch, Cursor, Deletion, Item
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.discourse_post import Hit, hits_of, identity, item_of
from socialhub.sources.http import HttpFailure, Parameters
from socialhub.sources.kinds.discourse import DiscourseSettings
from socialhub.sources.loose import Row, id_of, part_of, rows_in, words_of
from socialhub.sources.newest_first import Page, walk
from socialhub.sources.news_index import host_of
from socialhub.sources.parts import Part, State, Steps, read_in_turn
from socialhub.sources.settings import SourceSettings
from socialhub.sources.turns import turns_of

BETWEEN_SECONDS: Final = 0.35
HISTORY_PAGES: Final = 1
MOST_PAGES: Final = 20
POSTS_BACK: Final = 49
"""A page of posts holds those of the fifty ids up to the one asked for: none, where they are all private."""
POSTS_AT_ONCE: Final = 20
HISTORY_POSTS: Final = 40
"""Of a topic, at first."""
MOST_CHUNKS: Final = 25
MOST_WHOLE: Final = 60
"""Posts of a list that are asked for one by one in a poll."""
_PINNED_KEPT: Final = 20
_WHOLE_KEPT: Final = 1_000
_SEARCH: Final = "/search.json"
_DONE_BY: Final = "/user_actions.json"
_MISSING: Final = frozenset({404, 410})
_NOT_SHOWN: Final = _MISSING | {403}


class _EnoughError(Exception):
    """So many posts were asked for whole in this poll; the next one goes on."""


class _Progress:
    """How far a list was read in a poll: what was asked for whole, and (`items`) what of it is not handed over yet."""

    def __init__(self, pinned: list[str], whole: list[str]) -> None:
        self.pinned, self.whole = pinned, whole
        self.items: list[Item] = []
        self._left = MOST_WHOLE

    def count(self) -> None:
        """One more is about to be asked for; raises _EnoughError."""
        if not self._left:
            raise _EnoughError
        self._left -= 1

    def add(self, hit: Hit, item: Item | None) -> None:
        """This one was asked for."""
        self.whole.append(hit.native)
        if hit.row.get("pinned") is True:
            self.pinned.append(hit.native)
        if item is not None:
            self.items.append(item)

    def state(self, walked: State, *, under_way: bool) -> State:
        """The state of the part, once what was handed over is stored."""
        whole = self.whole[-_WHOLE_KEPT:] if under_way else []
        return {"walk": walked, "pinned": self.pinned[-_PINNED_KEPT:], "whole": whole}


class DiscourseSource:
    """One forum's parts as configured."""

    streaming = False

    def __init__(self, settings: DiscourseSettings, context: SourceContext, between: float = BETWEEN_SECONDS) -> None:
        self._settings, self._context, self._between = settings, context, between
        self._server = settings.server.rstrip("/")
        self._turns = turns_of(context, self._server)

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Read every part on. Raises SourceError after the others."""
        async for batch in read_in_turn(self._parts(), cursor, self._context.clock.now()):
            yield batch

    async def refresh(self, native_ids: Sequence[str]) -> AsyncGenerator[Batch]:
        """The present state of these posts; one that is not shown any more is gone."""
        for native in native_ids:
            topic, _slash, number = native.partition("/")
            try:
                # Only the topic tells its title.
                items = [await self._opening(topic) if number == "1" else await self._post(topic, number, "", False)]
            except HttpFailure as failure:
                if failure.status not in _NOT_SHOWN or not _is_of_discourse(failure):
                    raise
                # What is closed to us is not gone; that must not keep us from asking for the others.
                gone = failure.status in _MISSING
                items = [Deletion(native, canonical_id=identity(self._server, native))] if gone else []
            yield Batch([item for item in items if item is not None])

    async def close(self) -> None:
        """Nothing is held between two runs."""

    def _parts(self) -> dict[str, Part]:
        parts: dict[str, Part] = {"posts": self._new_posts} if self._settings.posts else {}
        parts |= {f"topic:{topic}": partial(self._topic, topic) for topic in self._settings.topics}
        asked: dict[str, tuple[str, Parameters]] = {
            f"search:{words}": (_SEARCH, {"q": f"{words} order:latest"}) for words in self._settings.search
        }
        for name in self._settings.users:
            asked[f"user:{name}"] = (_DONE_BY, {"username": name.lstrip("@"), "filter": "4,5"})
        for path in self._settings.lists:
            asked[f"list:{path}"] = (f"/{quote(path.strip('/'))}.json", {"order": "created"})
        return {**parts, **{key: partial(self._hits, *question) for key, question in asked.items()}}

    # ---- all new posts ----

    async def _new_posts(self, state: State) -> Steps:
        """From the newest down to the last id known. State: `last`; under way also `top`, and `before`, where it is."""
        if "before" in state:
            async for step in self._down(state):
                state = step[1]
                yield step
            if "before" in state:
                return
        async for step in self._down({**state, "before": 0, "top": 0}):
            yield step

    async def _down(self, state: State) -> Steps:
        history, last = "last" not in state, state.get("last", 0)
        top, before = state["top"], state["before"]
        for _page in range(HISTORY_PAGES if history else MOST_PAGES):
            document = await self._get("/posts.json", {"before": before} if before else {})
            found = document.get("latest_posts") if isinstance(document, dict) else None
            if not isinstance(found, list):
                raise self._odd("no latest_posts")
            numbered = {int(number): row for row in rows_in(found) if (number := id_of(row, "id")).isdigit()}
            top = top or max(numbered, default=last)
            # Forums differ in whether the id asked for is among them.
            fresh = [numbered[number] for number in sorted(numbered) if number > last and not 0 < before <= number]
            before = min(numbered, default=before) if fresh else before - POSTS_BACK
            ended = not numbered and not state["before"] and before <= 0
            ended = ended or before <= max(last + 1, 1) or history or (bool(numbered) and min(numbered) <= last)
            state = {"last": top} if ended else {**state, "top": top, "before": before}
            yield self._read(fresh, history), state
            if ended:
                return

    # ---- topics ----

    async def _topic(self, topic: str, state: State) -> Steps:
        """The posts of a topic after the last one known, oldest first. State: `last`, its id."""
        document = await self._get(f"/t/{topic}.json", {})
        stream = part_of(document, "post_stream") if isinstance(document, dict) else {}
        if not isinstance(stream.get("posts"), list):
            raise self._odd("no post_stream")
        shown = {id_of(row, "id"): row for row in rows_in(stream["posts"])}
        listed = stream.get("stream")
        ids = [str(each) for each in listed if isinstance(each, int)] if isinstance(listed, list) else list(shown)
        history = "last" not in state
        fresh = [each for each in ids if each.isdigit() and int(each) > state.get("last", 0)]
        fresh = sorted(fresh, key=int)[-HISTORY_POSTS if history else 0 :]
        chunks = [fresh[start : start + POSTS_AT_ONCE] for start in range(0, len(fresh), POSTS_AT_ONCE)][:MOST_CHUNKS]
        title = words_of(document, "title")
        if not chunks:
            yield Page([], [], ""), {"last": state.get("last", 0)}
        for chunk in chunks:
            if any(each not in shown for each in chunk):
                shown |= await self._of_topic(topic, chunk)
            yield self._read([shown[each] for each in chunk if each in shown], history, title), {"last": int(chunk[-1])}

    async def _of_topic(self, topic: str, ids: list[str]) -> dict[str, Row]:
        document = await self._get(f"/t/{topic}/posts.json", {"post_ids[]": ids})
        stream = part_of(document, "post_stream") if isinstance(document, dict) else {}
        return {id_of(row, "id"): row for row in rows_in(stream.get("posts"))}

    # ---- lists that tell of posts ----

    async def _hits(self, path: str, params: Parameters, state: State) -> Steps:
        """From the newest down to what is known; a poll that breaks off keeps what it has asked for whole.

        State: `walk`; `pinned`, what was told of what stands on top; `whole`, what was told of a walk under way.
        """
        walked, progress = state.get("walk", {}), _Progress(list(state.get("pinned", ())), list(state.get("whole", ())))
        known = frozenset(walked.get("anchor", ()))

        async def fetch(token: str, history: bool) -> Page:
            return await self._page_of_hits(path, params, known, progress, token, history)

        try:
            async for page, step in walk(walked, fetch, history_pages=HISTORY_PAGES, most_pages=MOST_PAGES):
                walked = step
                yield page, progress.state(walked, under_way="page_token" in walked)
        except (SourceError, _EnoughError) as stopped:
            if progress.items:
                yield Page([], progress.items, ""), progress.state(walked, under_way=True)
            if isinstance(stopped, SourceError):
                raise

    async def _page_of_hits(
        self, path: str, params: Parameters, known: frozenset[str], progress: _Progress, token: str, history: bool
    ) -> Page:
        """A page; `token` is its number, or how many entries come before it."""
        by_offset = path == _DONE_BY
        document = await self._get(path, {**params, **({"offset" if by_offset else "page": token} if token else {})})
        hits = hits_of(document)
        if hits is None:
            raise self._odd("no posts or topics")
        told: dict[str, Hit] = {}
        for hit in hits:
            told.setdefault(hit.native, hit)
        # What is pinned stands on top whatever its age: it is no sign of what is known.
        on_top = [hit for hit in told.values() if hit.row.get("pinned") is True]
        listed = [hit for hit in told.values() if hit not in on_top]
        reached = next((index for index, hit in enumerate(listed) if hit.native in known), len(listed))
        news = [hit for hit in on_top if hit.native not in progress.pinned] + listed[:reached]
        for hit in news:
            if hit.native not in progress.whole:
                progress.count()
                progress.add(hit, await self._whole(hit, history))
        items, progress.items = progress.items, []
        first = 1 if path == _SEARCH else 0
        following = str(int(token or first) + (len(hits) if by_offset else 1)) if _goes_on(document, hits) else ""
        return Page([hit.native for hit in listed], items, following)

    async def _whole(self, hit: Hit, history: bool) -> Item | None:
        """The post itself; what the list tells of it, where the forum does not show more."""
        try:
            return await self._post(hit.topic, hit.number, hit.title, history)
        except HttpFailure as failure:
            if failure.status not in _NOT_SHOWN:
                raise
        return item_of(hit.row, self._server, hit.title, backfill=history)

    async def _post(self, topic: str, number: str, title: str, history: bool) -> Item | None:
        row = await self._get(f"/posts/by_number/{topic}/{number}.json", {})
        if not isinstance(row, dict) or not id_of(row, "id"):
            raise self._odd("no post")
        return item_of(row, self._server, title, backfill=history)

    async def _opening(self, topic: str) -> Item | None:
        document = await self._get(f"/t/{topic}.json", {})
        rows = rows_in(part_of(document, "post_stream").get("posts")) if isinstance(document, dict) else []
        row = next((row for row in rows if id_of(row, "post_number") == "1"), None)
        return None if row is None else item_of({"topic_id": topic, **row}, self._server, words_of(document, "title"))

    def _read(self, rows: Sequence[Row], history: bool, title: str = "") -> Page:
        items = [item_of(row, self._server, title, backfill=history) for row in rows]
        return Page([], [item for item in items if item is not None], "")

    # ---- asking ----

    async def _get(self, path: str, params: Parameters) -> Any:
        async with self._turns.mine(self._between):
            answer = await self._context.client.get(
                self._server + path,
                params=params,
                headers={"Accept": "application/json", **self._key()},
                allow_private=self._settings.allow_private,
            )
        return answer.json()

    def _key(self) -> Mapping[str, str]:
        if not self._settings.token:
            return {}
        secret = self._context.secret(self._settings.token)
        if not self._settings.user:
            return {"User-Api-Key": secret}
        return {"Api-Key": secret, "Api-Username": self._settings.user}

    def _odd(self, detail: str) -> SourceError:
        return SourceError("unexpected-shape", host=host_of(self._server), detail=detail)


def _goes_on(document: Any, hits: list[Hit]) -> bool:
    """Whether there is another page."""
    if not hits or not isinstance(document, dict):
        return False
    if "topic_list" in document:
        return bool(words_of(part_of(document, "topic_list"), "more_topics_url"))
    if "grouped_search_result" in document:
        return part_of(document, "grouped_search_result").get("more_full_page_results") is True
    return "user_actions" in document


def _is_of_discourse(failure: HttpFailure) -> bool:
    """Whether it is the forum that says so, in its JSON, and not a server before it."""
    return b'"errors"' in failure.body


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """The source that `settings` describe."""
    assert isinstance(settings, DiscourseSettings)
    return DiscourseSource(settings, context)
