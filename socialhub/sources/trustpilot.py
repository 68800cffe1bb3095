"""Reviews on Trustpilot by its API, newest first, with the companies' answers (SOURCES §19).

The newest hundred come again with every poll: an edit or an answer of the company is told then. Pages have numbers:
what is written meanwhile moves reviews to later pages, so that none is missed. Knows nothing of the cache.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from functools import partial
from typing import Final
from urllib.parse import urlsplit

import msgspec

from socialhub.errors import SourceError
from socialhub.model import Batch, Cursor, Draft, Kind
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.http import Parameters
from socialhub.sources.kinds.trustpilot import TrustpilotSettings
from socialhub.sources.odd_fields import decode_item
from socialhub.sources.pages import decode_answer, parse_time, primary_language
from socialhub.sources.parts import Part, State, Steps, read_parts
from socialhub.sources.settings import SourceSettings
from socialhub.sources.with_comments import Found, posts_with_comments

REVIEWS_AT_ONCE: Final = 100
SITE: Final = "trustpilot.com"
_ID_LENGTH: Final = 24


class _Consumer(msgspec.Struct, rename="camel"):
    id: str = ""
    display_name: str | None = None


class _Reply(msgspec.Struct, rename="camel"):
    text: str | None = None
    created_at: str | None = None
    updated_at: str | None = None


class Review(msgspec.Struct, rename="camel"):
    """What is read of a review."""

    id: str
    stars: int | None = None
    title: str | None = None
    text: str | None = None
    language: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    consumer: _Consumer | None = None
    company_reply: _Reply | None = None
    number_of_likes: int | None = None


class _Reviews(msgspec.Struct):
    reviews: list[msgspec.Raw]


class _Company(msgspec.Struct, rename="camel"):
    id: str
    display_name: str = ""


class TrustpilotSource:
    """Companies as configured."""

    streaming = False

    def __init__(self, settings: TrustpilotSettings, context: SourceContext) -> None:
        self._settings, self._context = settings, context
        self._host = urlsplit(settings.server).hostname or ""

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Read each company's reviews on. Raises SourceError after the others."""
        parts: dict[str, Part] = {
            company: partial(self._reviews, company) for company in dict.fromkeys(self._settings.companies)
        }
        async for batch in read_parts(parts, cursor):
            yield batch

    async def close(self) -> None:
        """Nothing is held between two runs."""

    async def _reviews(self, company: str, state: State) -> Steps:
        known = state.get("company") or await self._company(company)
        ask = partial(self._ask, known["id"], known["name"])
        async for page, later in posts_with_comments(ask, _no_more, state):
            yield page, {**later, "company": known}

    async def _company(self, company: str) -> dict[str, str]:
        """Which company this is: its number, and what it calls itself."""
        if len(company) == _ID_LENGTH and "." not in company:
            return {"id": company, "name": ""}
        try:
            found = await self._get("find", {"name": company})
        except SourceError as error:
            if error.reason.code != "not-found":
                raise
            raise SourceError("account-unknown", host=self._host, account=company) from None
        about = decode_answer(found, _Company, self._host)
        return {"id": about.id, "name": about.display_name}

    async def _ask(self, number: str, company: str, token: str) -> tuple[list[Found], str, int]:
        page = int(token or 1)
        asked: dict[str, str | int | list[str]] = {"perPage": REVIEWS_AT_ONCE, "page": page}
        asked |= {"orderBy": "createdat.desc"}
        if self._settings.language:
            asked |= {"language": self._settings.language}
        answer = decode_answer(await self._get(f"{number}/reviews", asked), _Reviews, self._host)
        found: list[Found] = []
        skipped = 0
        for raw in answer.reviews:
            try:
                review = decode_item(raw, Review)
            except msgspec.DecodeError:
                skipped += 1
                continue
            found.append(Found(_review(review, bytes(raw)), _answers(review, company)))
        return found, str(page + 1) if len(answer.reviews) >= REVIEWS_AT_ONCE else "", skipped

    async def _get(self, path: str, params: Parameters) -> bytes:
        answer = await self._context.client.get(
            f"{self._settings.server.rstrip('/')}/v1/business-units/{path}",
            params=params,
            headers={"apikey": self._context.secret(self._settings.key)},
            allow_private=self._settings.allow_private,
        )
        return answer.body


async def _no_more(_native: str, _token: str) -> tuple[list[Draft], str]:
    """A review has one answer, which comes with it."""
    return [], ""


def _review(review: Review, raw: bytes) -> Draft:
    author = review.consumer or _Consumer()
    written, changed = parse_time(review.created_at), parse_time(review.updated_at)
    return Draft(
        native_id=review.id,
        canonical_id=f"trustpilot:{review.id}",
        title=review.title or "",
        text=review.text or "",
        published=written,
        edited=changed if changed is not None and written is not None and changed > written else None,
        url=f"https://www.trustpilot.com/reviews/{review.id}",
        site=SITE,
        author=author.display_name or "",
        handle=author.id,
        lang=primary_language(review.language),
        kind=Kind.REVIEW,
        rating=float(review.stars) if review.stars is not None and 1 <= review.stars <= 5 else None,
        likes=review.number_of_likes,
        replies=1 if review.company_reply is not None and review.company_reply.text else 0,
        raw=raw,
    )


def _answers(review: Review, company: str) -> list[Draft]:
    reply = review.company_reply
    if reply is None or not reply.text:
        return []
    native = f"{review.id}/reply"
    return [
        Draft(
            native_id=native,
            canonical_id=f"trustpilot:{native}",
            text=reply.text,
            published=parse_time(reply.created_at),
            url=f"https://www.trustpilot.com/reviews/{review.id}",
            site=SITE,
            author=company,
            kind=Kind.REPLY,
            parent_id=review.id,
            raw=msgspec.json.encode(reply),
        )
    ]


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """The source that `settings` describe."""
    assert isinstance(settings, TrustpilotSettings)
    return TrustpilotSource(settings, context)
