"""Asking X's API v2 (SOURCES §5): every question that costs money is recorded in the ledger before it is asked.

Nothing here knows what a post says. A question reserves the price of all posts that it may bring; what did not come is
given back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

import msgspec

from socialhub import text
from socialhub.budgets import DOLLAR, MONEY, Receipt
from socialhub.errors import SourceError
from socialhub.sources.base import SourceContext
from socialhub.sources.http import Client, HttpFailure, Response
from socialhub.sources.kinds.x import XSettings
from socialhub.sources.pages import decode, decode_answer
from socialhub.sources.x_post import Includes

MOST_POSTS: Final = 100
FIELDS: Final = {
    "tweet.fields": "created_at,lang,public_metrics,conversation_id,in_reply_to_user_id,referenced_tweets,entities,"
    "attachments,possibly_sensitive,note_tweet,edit_history_tweet_ids,article,geo",
    "expansions": "author_id,attachments.media_keys,attachments.poll_ids,referenced_tweets.id,"
    "referenced_tweets.id.author_id,geo.place_id",
    "user.fields": "username,name,description,created_at,public_metrics,verified",
    "media.fields": "url,preview_image_url,type,alt_text",
    "poll.fields": "options,voting_status",
    "place.fields": "full_name,country",
}
_CAPPED: Final = "UsageCapExceeded"

Parameters: TypeAlias = Mapping[str, str | int | list[str]]


class Problem(msgspec.Struct):
    """What could not be done, in a good answer or a bad one."""

    title: str | None = None
    detail: str | None = None
    type: str | None = None
    resource_type: str | None = None
    resource_id: str | None = None
    value: str | int | None = None


class Meta(msgspec.Struct):
    """What an answer tells of itself."""

    next_token: str | None = None
    result_count: int | None = None
    total_tweet_count: int | None = None


class Answer(msgspec.Struct):
    """A page of posts; without `data` when there are none, with `errors` for what is missing."""

    data: list[msgspec.Raw] | None = None
    includes: Includes | None = None
    errors: list[Problem] | None = None
    meta: Meta | None = None


class _Bucket(msgspec.Struct):
    tweet_count: int = 0


class _Counts(msgspec.Struct):
    data: list[_Bucket] | None = None
    meta: Meta | None = None


class _Found(msgspec.Struct):
    id: str | int


class _OneUser(msgspec.Struct):
    data: _Found | None = None
    errors: list[Problem] | None = None


class XApi:
    """X as one operator's app sees it."""

    def __init__(self, settings: XSettings, context: SourceContext) -> None:
        self.base = settings.server.rstrip("/")
        self.host = urlsplit(settings.server).hostname or ""
        self.allow_private = settings.allow_private
        self.client: Client = context.client
        self.ledger = context.ledger
        self.price = micros(settings.price_per_post)
        self._settings, self._context = settings, context

    def headers(self) -> dict[str, str]:
        """The credential; raises SourceError("secret-missing")."""
        return {"Authorization": f"Bearer {self._context.secret(self._settings.token)}"}

    async def posts(self, path: str, params: Parameters, least: int, most: int = MOST_POSTS) -> Answer:
        """A page of `least` to `most` posts, as many as can be paid for.

        Raises SourceError, "budget-spent" when not even `least` can be.
        """
        asked = await self._affordable(least, most)
        return await self._paid(path, {**params, **FIELDS, "max_results": asked}, asked)

    async def posts_by_id(self, ids: list[str]) -> Answer:
        """These posts as they are now, as far as they can be paid for: all of them or SourceError."""
        return await self._paid("/2/tweets", {"ids": ",".join(ids), **FIELDS}, len(ids))

    async def count(self, query: str, params: Parameters) -> int:
        """How many posts a search would find."""
        price = micros(self._settings.price_per_count)
        asked = {"query": query, "granularity": "day", **params}
        _receipt, answer = await self._charged("/2/tweets/counts/recent", asked, price)
        found = decode_answer(answer.body, _Counts, self.host)
        if found.meta is not None and found.meta.total_tweet_count is not None:
            return found.meta.total_tweet_count
        return sum(bucket.tweet_count for bucket in found.data or ())

    async def user_id(self, name: str) -> str:
        """X's id of an account; raises SourceError("account-unknown")."""
        price = micros(self._settings.price_per_user)
        _receipt, answer = await self._charged(f"/2/users/by/username/{name}", {}, price)
        found = decode_answer(answer.body, _OneUser, self.host).data
        if found is None:
            raise SourceError("account-unknown", host=self.host, account=name)
        return str(found.id)

    async def free(self, path: str, params: Parameters | None = None) -> Response:
        """Ask what costs nothing; raises SourceError."""
        headers = self.headers()
        try:
            return await self.client.get(
                self.base + path, params=params, headers=headers, allow_private=self.allow_private
            )
        except SourceError as error:
            raise explained(error, self.host) from None

    async def tell(self, path: str, payload: Any) -> Response:
        """Post what costs nothing; raises SourceError."""
        headers = self.headers()
        try:
            return await self.client.post_json(
                self.base + path, payload, headers=headers, allow_private=self.allow_private
            )
        except SourceError as error:
            raise explained(error, self.host) from None

    async def _affordable(self, least: int, most: int) -> int:
        left = await self.ledger.remaining(MONEY)
        if left is None or not self.price:
            return most
        return max(least, min(most, left // self.price))

    async def _paid(self, path: str, params: Parameters, posts: int) -> Answer:
        """Ask for so many posts at most; those that do not come are given back."""
        receipt, response = await self._charged(path, params, posts * self.price)
        answer = decode_answer(response.body, Answer, self.host)
        await self.ledger.give_back(receipt, (posts - len(answer.data or ())) * self.price)
        return answer

    async def _charged(self, path: str, params: Parameters, price: int) -> tuple[Receipt, Response]:
        """Ask what costs so much; it costs nothing when X refuses, or was not reached."""
        headers = self.headers()
        receipt = await self.ledger.spend(MONEY, price)
        try:
            answer = await self.client.get(
                self.base + path, params=params, headers=headers, allow_private=self.allow_private
            )
        except SourceError as error:
            if isinstance(error, HttpFailure) or not error.asked:
                await self.ledger.give_back(receipt, price)
            raise explained(error, self.host) from None
        return receipt, answer


def micros(dollars: float) -> int:
    """Dollars as the ledger counts money."""
    return round(dollars * DOLLAR)


def explained(error: SourceError, host: str) -> SourceError:
    """The failure in words of its own where X says more than its status: the account's credit, a query it refuses."""
    if not isinstance(error, HttpFailure):
        return error
    try:
        said = decode(error.body, Problem)
    except msgspec.DecodeError:
        return error
    if error.status == 402 or said.title == _CAPPED:
        return SourceError("credit-spent", host=host)
    if error.status == 400:
        detail = text.clip(text.clean(said.detail or said.title or "", single_line=True), 120)
        return SourceError("refused-question", host=host, detail=detail)
    return error
