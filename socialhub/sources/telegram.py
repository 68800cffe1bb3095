"""Public channels of Telegram by their web preview, twenty posts a page, newest first (SOURCES §18).

The page is not documented: what is read is named in one place below, and a page on which nothing is recognised says so.
A channel without a preview redirects. Views are what Telegram counts: they are the reach. Knows nothing of the cache.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from socialhub.ballots import Ballot, Choice
from socialhub.errors import SourceError
from socialhub.model import Batch, Cursor, Deletion, Draft, Item, Kind
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.http import Response
from socialhub.sources.kinds.telegram import TelegramSettings
from socialhub.sources.newest_first import FetchPage, Page, walk
from socialhub.sources.pages import parse_time
from socialhub.sources.parts import read_parts
from socialhub.sources.settings import SourceSettings
from socialhub.text import from_html, links_in_html

HISTORY_PAGES: Final = 2
SITE: Final = "t.me"
# What is looked for on the page.
_PAGE: Final = ".tgme_channel_info, .tgme_channel_history"
_MESSAGE: Final = "div.tgme_widget_message[data-post]"
_TEXT: Final = ".tgme_widget_message_text.js-message_text"
_DATE: Final = "a.tgme_widget_message_date time[datetime]"
_VIEWS: Final = ".tgme_widget_message_views"
_OWNER: Final = ".tgme_widget_message_owner_name"
_SIGNED: Final = ".tgme_widget_message_from_author"
_FORWARDED: Final = ".tgme_widget_message_forwarded_from"
_REPLY: Final = "a.tgme_widget_message_reply"
_MEDIA: Final = ".tgme_widget_message_photo_wrap, .tgme_widget_message_video_player, .tgme_widget_message_document_wrap"
_POLL: Final = ".tgme_widget_message_poll"
_QUESTION: Final = ".tgme_widget_message_poll_question"
_OPTION: Final = ".tgme_widget_message_poll_option_text"
_COUNTER: Final = ".tgme_channel_info_counter"
_SCALES: Final[Mapping[str, int]] = {"": 1, "K": 1_000, "M": 1_000_000}
_COUNT: Final = re.compile(r"(\d+(?:\.\d+)?)([KM]?)")


class TelegramSource:
    """The channels as configured."""

    streaming = False

    def __init__(self, settings: TelegramSettings, context: SourceContext) -> None:
        self._settings, self._context = settings, context

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Read every channel on. Raises SourceError after the others."""
        fetches: dict[str, FetchPage] = {name: partial(self._page, name) for name in self._settings.channels}
        parts = {name: partial(walk, fetch=fetch, history_pages=HISTORY_PAGES) for name, fetch in fetches.items()}
        async for batch in read_parts(parts, cursor):
            yield batch

    async def refresh(self, native_ids: Sequence[str]) -> AsyncGenerator[Batch]:
        """The present state of these posts; one that is missing between its neighbours was taken away."""
        wanted: dict[str, list[int]] = {}
        for native in native_ids:
            channel, _slash, number = native.partition("/")
            if number.isdigit():
                wanted.setdefault(channel, []).append(int(number))
        for channel, numbers in wanted.items():
            while numbers:
                page = await self._page(channel, str(max(numbers) + 1), history=False)
                seen = {int(native.partition("/")[2]) for native in page.ids}
                lowest = min(seen, default=0)
                gone = [number for number in numbers if number > lowest and number not in seen] if seen else []
                yield Batch([*page.items, *(Deletion(f"{channel}/{number}") for number in gone)])
                # The page told of all that is above its lowest post; what lies below is asked for next.
                numbers = [number for number in numbers if number < lowest]

    async def close(self) -> None:
        """Nothing is held between two runs."""

    async def _page(self, channel: str, token: str, history: bool) -> Page:
        address = f"{self._settings.server.rstrip('/')}/s/{channel}"
        answer = await self._context.client.get(
            address, params={"before": token} if token else {}, allow_private=self._settings.allow_private
        )
        if not urlsplit(answer.url).path.startswith("/s/"):
            raise SourceError("account-unknown", host=answer.host, account=channel)
        return _read(answer, channel, history)


def _read(answer: Response, channel: str, history: bool) -> Page:
    """The posts of a page; it stands them the oldest first."""
    tree = LexborHTMLParser(answer.body)
    messages = tree.css(_MESSAGE)
    if not messages and not tree.css_matches(_PAGE):
        raise SourceError("unexpected-shape", host=answer.host, detail="no preview of a channel")
    followers = next((_count(node.text()) for node in tree.css(_COUNTER) if "subscriber" in node.text()), None)
    drafts = [draft for node in reversed(messages) if (draft := _draft(node, channel)) is not None]
    for draft in drafts:
        draft.backfill, draft.followers = history, followers
    items: list[Item] = [*drafts]
    lowest = min((int(draft.native_id.partition("/")[2]) for draft in drafts), default=1)
    # Posts are numbered from 1.
    following = str(lowest) if lowest > 1 else ""
    return Page([draft.native_id for draft in drafts], items, following, len(messages) - len(drafts))


def _draft(node: LexborNode, channel: str) -> Draft | None:
    """A post; None for one without a number of its own (a notice of the service)."""
    name, _slash, number = (node.attributes.get("data-post") or "").partition("/")
    moment = node.css_first(_DATE)
    if not number.isdigit() or name.casefold() != channel.casefold():
        return None
    body = node.css_first(_TEXT)
    markup = (body.html or "") if body is not None else ""
    reply = node.css_first(_REPLY)
    answered = (reply.attributes.get("href") or "").partition("t.me/")[2] if reply is not None else ""
    owner, signed, forwarded = _said(node, _OWNER), _said(node, _SIGNED), _said(node, _FORWARDED)
    return Draft(
        native_id=f"{channel}/{number}",
        text=from_html(markup).strip() or _said(node, f"{_POLL} {_QUESTION}"),
        published=parse_time(moment.attributes.get("datetime")) if moment is not None else None,
        title=f"↪ {forwarded}" if forwarded else "",
        url=f"https://t.me/{channel}/{number}",
        author=signed or owner or channel,
        handle=channel,
        kind=Kind.REPLY if answered else Kind.POST,
        reach=_count(_said(node, _VIEWS)),
        parent_id=answered,
        canonical_id=f"telegram:{channel.casefold()}/{number}",
        site=SITE,
        links=tuple(links_in_html(markup)),
        media=len(node.css(_MEDIA)),
        ballot=_ballot(node),
        raw=(node.html or "").encode("utf-8", "replace"),
    )


def _ballot(node: LexborNode) -> Ballot | None:
    """What can be voted on; the page shows shares of the votes, which are no counts."""
    choices = tuple(Choice(option.text(strip=True)) for option in node.css(f"{_POLL} {_OPTION}"))
    return Ballot(choices) if choices else None


def _said(node: LexborNode, selector: str) -> str:
    found = node.css_first(selector)
    return found.text(strip=True) if found is not None else ""


def _count(written: str) -> int | None:
    """ "1.2K" is 1,200; None for what is no count."""
    found = _COUNT.match(written.strip())
    return round(float(found[1]) * _SCALES[found[2]]) if found else None


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """The source that `settings` describe."""
    assert isinstance(settings, TelegramSettings)
    return TelegramSource(settings, context)
