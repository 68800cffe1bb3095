"""Asking a server that speaks Mastodon's API: addresses, token, pages, and what its refusals mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import msgspec

from socialhub.errors import SourceError
from socialhub.sources.base import SourceContext
from socialhub.sources.http import Client, HttpFailure, Response
from socialhub.sources.kinds.mastodon import MastodonSettings
from socialhub.sources.mastodon_status import server_host
from socialhub.sources.pages import decode_answer, decode_list

PAGE_LIMIT: Final = 40
_LINK: Final = re.compile(r'<([^<>]*)>\s*;[^,<]*\brel="?(next|prev)\b')
_DOMAIN: Final = re.compile(r"[^\s@/?#:]{1,253}(?::\d{1,5})?")
# What servers say to somebody without a token who should have one.
_WANTS_TOKEN: Final = frozenset({401, 422})


class Urls(msgspec.Struct):
    """Where an instance streams (wss://…)."""

    streaming: str | None = None
    streaming_api: str | None = None


class Feeds(msgspec.Struct):
    """Who may read a kind of timeline: public, authenticated or disabled."""

    local: str | None = None
    remote: str | None = None


class Access(msgspec.Struct):
    """Since Mastodon 4.5."""

    live_feeds: Feeds | None = None
    hashtag_feeds: Feeds | None = None


class Configuration(msgspec.Struct):
    """What an instance tells of itself."""

    urls: Urls | None = None
    timelines_access: Access | None = None


class Instance(msgspec.Struct):
    """`configuration` and `domain` are the form of /api/v2/instance, `urls` and `uri` that of /api/v1/instance."""

    configuration: Configuration | None = None
    urls: Urls | None = None
    domain: str | None = None
    uri: str | None = None
    account_domain: str | None = None
    """GoToSocial's word for the domain of its users, where that is another than its own."""


@dataclass(frozen=True, slots=True)
class StatusPage:
    """A page of statuses, undecoded, in the server's order (newest first), and the ids its `Link` header names."""

    statuses: list[msgspec.Raw]
    min_id: str
    max_id: str


class MastodonApi:
    """One server as one operator sees it."""

    def __init__(self, settings: MastodonSettings, context: SourceContext) -> None:
        self.base = settings.server.rstrip("/")
        self.host = server_host(settings.server)
        self.home = self.host
        """The domain of the server's own users: another than its address where a site names them after itself."""
        self._knows_home = False
        self.allow_private = settings.allow_private
        self.client: Client = context.client
        self._context = context
        self._token = settings.token

    @property
    def has_token(self) -> bool:
        """Whether the operator gave a token."""
        return bool(self._token)

    def headers(self) -> dict[str, str]:
        """The credential; raises SourceError("secret-missing")."""
        return {"Authorization": f"Bearer {self._context.secret(self._token)}"} if self._token else {}

    async def get(self, path: str, params: Mapping[str, str | int | list[str]] | None = None) -> Response:
        """Ask; raises SourceError, "token-needed" where a token would help."""
        try:
            return await self.client.get(
                self.base + path, params=params, headers=self.headers(), allow_private=self.allow_private
            )
        except HttpFailure as failure:
            if not self._token and failure.status in _WANTS_TOKEN:
                raise SourceError("token-needed", host=self.host) from None
            raise

    async def statuses(self, path: str, params: Mapping[str, str | int | list[str]]) -> StatusPage:
        """A page of a timeline."""
        answer = await self.get(path, {**params, "limit": PAGE_LIMIT})
        links = page_links(answer.headers.get("link", ""))
        statuses = decode_list(answer.body, self.host)
        if statuses:
            await self.learn_home()
        return StatusPage(
            statuses,
            min_id=links.get("prev", {}).get("min_id", ""),
            max_id=links.get("next", {}).get("max_id", ""),
        )

    async def account_id(self, account: str) -> str:
        """The server's id of user@host; raises SourceError("account-unknown")."""
        try:
            answer = await self.get("/api/v1/accounts/lookup", {"acct": account})
        except HttpFailure as failure:
            if failure.status in (404, 410):
                raise SourceError("account-unknown", host=self.host, account=account) from None
            raise
        found = decode_answer(answer.body, dict[str, Any], self.host).get("id")
        if not found:
            raise SourceError("unexpected-shape", host=self.host, detail="id")
        return str(found)

    async def learn_home(self) -> None:
        """Ask once what the server's users are called after; one that does not tell names them by its address.

        To be called once the server gave something to be named: one in trouble is not asked twice.
        """
        if self._knows_home:
            return
        self._knows_home = True
        try:
            told = await self.instance()
        except SourceError:
            return
        named = (told.account_domain or told.domain or told.uri or "").rpartition("://")[2].rstrip("/").lower()
        if _DOMAIN.fullmatch(named):
            self.home = named

    async def instance(self) -> Instance:
        """What the server tells of itself; empty when it does not."""
        for path in ("/api/v2/instance", "/api/v1/instance"):
            try:
                return decode_answer((await self.get(path)).body, Instance, self.host)
            except SourceError as error:
                if error.reason.code not in ("not-found", "http-status", "not-json", "unexpected-shape"):
                    raise
        return Instance()


def page_links(header: str) -> dict[str, dict[str, str]]:
    """The query of the `prev` and `next` addresses of a Link header; the addresses themselves are never followed."""
    links: dict[str, dict[str, str]] = {}
    for address, relation in _LINK.findall(header):
        query = parse_qs(urlsplit(address).query)
        links[relation] = {name: values[-1] for name, values in query.items()}
    return links
