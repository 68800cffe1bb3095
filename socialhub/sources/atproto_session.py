"""A session with a Bluesky account: created once, refreshed when its token expires, kept in memory only.

Servers allow 300 log-ins a day and account, so that sessions are shared by all sources of a process and outlive a
source that failed. Tokens are never written anywhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import msgspec

from socialhub.errors import SourceError
from socialhub.sources.base import SourceContext
from socialhub.sources.http import Client, HttpFailure, Response
from socialhub.sources.kinds.bluesky import BlueskySettings
from socialhub.sources.pages import decode, decode_answer

_PDS_SERVICE: Final = "AtprotoPersonalDataServer"
_EXPIRED: Final = frozenset({"ExpiredToken", "InvalidToken"})


class Service(msgspec.Struct):
    """An entry of a DID document: where the account lives."""

    type: str | None = None
    endpoint: Any = msgspec.field(default=None, name="serviceEndpoint")


class DidDocument(msgspec.Struct):
    """What is read of it."""

    service: list[Service] | None = None


class Tokens(msgspec.Struct):
    """What createSession and refreshSession give."""

    access: str = msgspec.field(name="accessJwt")
    refresh: str = msgspec.field(name="refreshJwt")
    document: DidDocument | None = msgspec.field(default=None, name="didDoc")


class XrpcError(msgspec.Struct):
    """How every refusal looks."""

    error: str | None = None
    message: str | None = None


def error_of(failure: HttpFailure) -> XrpcError:
    """What a server said with an error status; empty when it is not of the documented shape."""
    try:
        return decode(failure.body, XrpcError)
    except msgspec.DecodeError:
        return XrpcError()


class Session:
    """One account on one service."""

    def __init__(self, service: str, identifier: str) -> None:
        self._service = service.rstrip("/")
        self._identifier = identifier
        self._host = urlsplit(service).hostname or service
        self._tokens: Tokens | None = None
        self._renewing = asyncio.Lock()

    async def get(
        self,
        context: SourceContext,
        settings: BlueskySettings,
        method: str,
        params: Mapping[str, str | int | list[str]],
    ) -> Response:
        """Ask the account's server; logs in or refreshes as needed. Raises SourceError."""
        tokens = self._tokens or await self._renew(context, settings, None)
        try:
            return await self._ask(context.client, settings, tokens, method, params)
        except HttpFailure as failure:
            if failure.status not in (400, 401) or error_of(failure).error not in _EXPIRED:
                raise
        tokens = await self._renew(context, settings, tokens)
        return await self._ask(context.client, settings, tokens, method, params)

    async def _ask(
        self,
        client: Client,
        settings: BlueskySettings,
        tokens: Tokens,
        method: str,
        params: Mapping[str, str | int | list[str]],
    ) -> Response:
        return await client.get(
            f"{self._home(tokens)}/xrpc/{method}",
            params=params,
            headers={"Authorization": f"Bearer {tokens.access}"},
            allow_private=settings.allow_private,
        )

    def _home(self, tokens: Tokens) -> str:
        """The account's own server as its DID document names it; never less protected than the service."""
        for service in (tokens.document.service or ()) if tokens.document else ():
            endpoint = service.endpoint
            if service.type == _PDS_SERVICE and isinstance(endpoint, str) and self._is_as_safe(endpoint):
                return endpoint.rstrip("/")
        return self._service

    def _is_as_safe(self, endpoint: str) -> bool:
        return endpoint.startswith("https://") or (
            endpoint.startswith("http://") and self._service.startswith("http://")
        )

    async def _renew(self, context: SourceContext, settings: BlueskySettings, stale: Tokens | None) -> Tokens:
        """Fresh tokens instead of `stale`, by refreshing where possible; who came second takes what the first got."""
        async with self._renewing:
            if self._tokens is not None and self._tokens is not stale:
                return self._tokens
            renewed = await self._refresh(context.client, settings, stale) if stale else None
            if renewed is None:
                self._tokens = None
                renewed = await self._log_in(context, settings)
            if renewed.document is None and stale is not None:
                renewed.document = stale.document
            self._tokens = renewed
            return renewed

    async def _refresh(self, client: Client, settings: BlueskySettings, stale: Tokens) -> Tokens | None:
        """None when the refresh token is no longer taken."""
        try:
            answer = await client.post_json(
                f"{self._home(stale)}/xrpc/com.atproto.server.refreshSession",
                None,
                headers={"Authorization": f"Bearer {stale.refresh}"},
                allow_private=settings.allow_private,
            )
        except HttpFailure as failure:
            if failure.status in (400, 401, 403):
                return None
            raise
        return decode_answer(answer.body, Tokens, self._host)

    async def _log_in(self, context: SourceContext, settings: BlueskySettings) -> Tokens:
        payload = {"identifier": self._identifier, "password": context.secret(settings.password)}
        try:
            answer = await context.client.post_json(
                f"{self._service}/xrpc/com.atproto.server.createSession", payload, allow_private=settings.allow_private
            )
        except HttpFailure as failure:
            if failure.status in (400, 401, 403):
                raise SourceError("login-failed", permanent=True, host=self._host) from None
            raise
        return decode_answer(answer.body, Tokens, self._host)


_sessions: WeakKeyDictionary[Client, dict[tuple[str, str], Session]] = WeakKeyDictionary()


def session_for(context: SourceContext, settings: BlueskySettings) -> Session | None:
    """The process's session of this account; None when the settings name no account."""
    if not (settings.identifier and settings.password):
        return None
    sessions = _sessions.setdefault(context.client, {})
    key = (settings.service, settings.identifier)
    if key not in sessions:
        sessions[key] = Session(settings.service, settings.identifier)
    return sessions[key]
