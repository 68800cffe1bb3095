"""Reading a timeline by REST without gaps: first a bounded history backwards, then forward by `min_id` until empty.

Where forward leads through what is too old to be fetched (an outage longer than `catch_up`), the rest is read from the
newest post backwards, down to there; what lies beneath is left, and told.

State of a timeline, JSON-able: `min_id` is the newest id reached going forward ("" when there was nothing at the first
contact), `history` what is still to be read backwards (`late`: as news, `above`: down to this id at most), `account_id`
the looked-up account, `gap` where statuses may have been left out by a server that takes `min_id` for `since_id`
(Pixelfed), `walks` that this one does not. Ids are only ever handed back to the server that gave them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from socialhub.errors import SourceError
from socialhub.model import Draft, Item
from socialhub.sources.kinds.mastodon import MastodonSettings
from socialhub.sources.mastodon_api import MastodonApi, StatusPage
from socialhub.sources.mastodon_status import read_statuses
from socialhub.sources.newest_first import UNDER_WAY

HISTORY_PAGES: Final = 3
_MOST_PAGES: Final = 50
_LARGE_PAGE: Final = 15
"""Statuses of a page that may not be all there are: servers cap their pages at twenty or forty."""
_GAP_PAGES: Final = 10

TimelineState: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A timeline to follow. `stream` is the name of its stream and the tag; "" where there is none for it."""

    key: str
    path: str = ""
    params: tuple[tuple[str, str], ...] = ()
    stream: tuple[str, str] = ("", "")
    account: str = ""
    access: tuple[str, tuple[str, ...]] = ("", ())
    """The entry of `timelines_access` that rules it, and which of its sides."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read and the state that is true once it is stored."""

    items: list[Item]
    state: TimelineState
    skipped: int = 0
    complete: bool = True
    """False where something beneath is left unread."""


_PUBLIC: Final = {
    "all": ((), "public", ("local", "remote")),
    "local": ((("local", "true"),), "public:local", ("local",)),
    "remote": ((("remote", "true"),), "public:remote", ("remote",)),
}


def timelines_of(settings: MastodonSettings) -> list[Timeline]:
    """The timelines (without searches) that the settings ask for, each once."""
    found: list[Timeline] = []
    for name in settings.tags:
        tag = name.removeprefix("#").strip().lower()
        both = ("hashtag_feeds", ("local", "remote"))
        path = f"/api/v1/timelines/tag/{quote(tag, safe='')}"
        found.append(Timeline(f"tag:{tag}", path, stream=("hashtag", tag), access=both))
    if settings.public:
        params, stream, sides = _PUBLIC[settings.public]
        access = ("live_feeds", sides)
        path = "/api/v1/timelines/public"
        found.append(Timeline(f"public:{settings.public}", path, params, (stream, ""), access=access))
    for name in settings.accounts:
        account = name.strip().removeprefix("@")
        found.append(Timeline(f"account:{account}", account=account))
    return list({timeline.key: timeline for timeline in found}.values())


class TimelineReader:
    """Reads one timeline on from a state; what was published before `oldest` (ms UTC) is not fetched late."""

    def __init__(self, api: MastodonApi, timeline: Timeline, oldest: int = 0) -> None:
        self._api = api
        self._timeline = timeline
        self._path = timeline.path
        self._oldest = oldest

    async def read(self, state: TimelineState) -> AsyncIterator[Read]:
        """Yield what is new, then what is left of the history; at least one (perhaps empty) Read."""
        if self._timeline.account:
            if "account_id" not in state:
                state = {**state, "account_id": await self._api.account_id(self._timeline.account)}
            self._path = f"/api/v1/accounts/{quote(state['account_id'], safe='')}/statuses"
        steps = self._forward(state) if state.get("min_id") else self._first_contact(state)
        async for step in steps:
            state = step.state
            yield step
        async for step in self._backward(state):
            yield step

    async def _page(self, **bounds: str) -> StatusPage:
        return await self._api.statuses(self._path, {**dict(self._timeline.params), **bounds})

    async def _first_contact(self, state: TimelineState) -> AsyncIterator[Read]:
        """The newest page. Where there was nothing the first time, what is there now is news, not history."""
        late = "min_id" in state
        page = await self._page()
        ids, items, skipped = read_statuses(page.statuses, self._api.home, backfill=not late)
        newest, oldest = page.min_id or next(iter(ids), ""), page.max_id or next(reversed(ids), "")
        if not newest and not late:
            await self._explain_emptiness()
        state = {**state, "min_id": newest}
        if oldest:
            state["history"] = {"max_id": oldest, "pages": 1, "late": late}
        yield Read(items, state, skipped)

    async def _forward(self, state: TimelineState) -> AsyncIterator[Read]:
        async for step in self._fill(state):
            state = step.state
            yield step
        ended = False
        for number in range(_MOST_PAGES):
            before = state["min_id"]
            page = await self._page(min_id=before)
            ids, items, skipped = read_statuses(page.statuses, self._api.home)
            newest, oldest = page.min_id or next(iter(ids), ""), page.max_id or next(reversed(ids), "")
            ended = not page.statuses or not newest or newest == before
            state = {**state, "min_id": newest or before}
            state.pop(UNDER_WAY, None)
            if not ended and not state.get("history") and self._is_too_old(items):
                state.pop("gap", None)
                yield Read(items, state, skipped)
                async for read in self._leap(state):
                    yield read
                return
            if not ended:
                _suspect(state, len(page.statuses), before, oldest)
            if not ended and number == _MOST_PAGES - 1:
                state[UNDER_WAY] = state["min_id"]
            yield Read(items, state, skipped)
            if ended:
                break
        if ended:
            async for step in self._fill(state):
                yield step

    async def _fill(self, state: TimelineState) -> AsyncIterator[Read]:
        """Look below the last large page: a server that gives the newest instead of the next ones left some out."""
        for number in range(_GAP_PAGES):
            if (gap := state.get("gap")) is None:
                return
            page = await self._page(max_id=gap["max_id"])
            ids, items, skipped = read_statuses(page.statuses, self._api.home)
            left_out = any(_order(each) > _order(gap["min_id"]) for each in ids)
            oldest = page.max_id or next(reversed(ids), "")
            state = {name: value for name, value in state.items() if name != "gap"}
            if left_out and oldest and _order(oldest) > _order(gap["min_id"]) and number < _GAP_PAGES - 1:
                state["gap"] = {**gap, "max_id": oldest}
            yield Read(items if left_out else [], state, skipped if left_out else 0)

    async def _leap(self, state: TimelineState) -> AsyncIterator[Read]:
        """Over what is too old: the newest page, from which the way leads back."""
        page = await self._page(since_id=state["min_id"])
        ids, items, skipped = read_statuses(page.statuses, self._api.home)
        newest, oldest = page.min_id or next(iter(ids), ""), page.max_id or next(reversed(ids), "")
        if newest and oldest:
            history = {"max_id": oldest, "pages": 1, "late": True, "above": state["min_id"]}
            yield Read(items, {**state, "min_id": newest, "history": history}, skipped)

    def _is_too_old(self, items: Sequence[Item]) -> bool:
        moments = [item.published for item in items if isinstance(item, Draft) and item.published is not None]
        return bool(moments) and max(moments) < self._oldest

    async def _backward(self, state: TimelineState) -> AsyncIterator[Read]:
        for _turn in range(_MOST_PAGES):
            if not (history := state.get("history")):
                return
            above, backfill = history.get("above"), not history["late"]
            bounds = {"max_id": history["max_id"], **({"since_id": above} if above else {})}
            page = await self._page(**bounds)
            ids, items, skipped = read_statuses(page.statuses, self._api.home, backfill=backfill)
            oldest = page.max_id or next(reversed(ids), "")
            pages = history["pages"] + 1
            most = HISTORY_PAGES if backfill else _MOST_PAGES
            state = {name: value for name, value in state.items() if name != "history"}
            more = bool(page.statuses and oldest and oldest != history["max_id"])
            # A way back over an outage may be long: it goes on with the next poll.
            left = more and not backfill and (self._is_too_old(items) or (pages >= most and not above))
            if more and not left and (above or pages < most):
                state["history"] = {**history, "max_id": oldest, "pages": pages}
                state["history"].update({UNDER_WAY: oldest} if above else {})
            yield Read(items, state, skipped, complete=not left)

    async def _explain_emptiness(self) -> None:
        """Servers answer with an empty list where a timeline is switched off: raise SourceError when that is so."""
        name, sides = self._timeline.access
        configuration = (await self._api.instance()).configuration if name else None
        access = configuration.timelines_access if configuration else None
        feeds = getattr(access, name, None)
        allowed = {getattr(feeds, side, None) for side in sides}
        if allowed == {"disabled"}:
            raise SourceError("timeline-disabled", host=self._api.host)
        if allowed and allowed <= {"disabled", "authenticated"} and not self._api.has_token:
            raise SourceError("token-needed", host=self._api.host)


def _suspect(state: TimelineState, size: int, before: str, oldest: str) -> None:
    """Note where statuses may have been left out, until one large page has followed another: this server walks."""
    if size < _LARGE_PAGE or state.get("walks"):
        return
    if "gap" in state:
        state["walks"] = True
        del state["gap"]
    elif oldest:
        state["gap"] = {"min_id": before, "max_id": oldest}


def _order(status_id: str) -> tuple[int, str]:
    """Ids of one server in the order of time (Mastodon's guidelines; true of its kin as well)."""
    return len(status_id), status_id
