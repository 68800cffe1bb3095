"""Reddit's OAuth: an access token for the credentials of an app, kept in memory only, renewed when it is refused."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from typing import Any, Final
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from socialhub import __version__
from socialhub.errors import SourceError
from socialhub.sources.base import SourceContext
from socialhub.sources.http import Client, HttpFailure, Parameters, Response
from socialhub.sources.kinds.reddit import RedditSettings
from socialhub.sources.loose import words_of

TOKEN_PATH: Final = "/api/v1/access_token"


class RedditSession:
    """One app's credentials."""

    def __init__(self, settings: RedditSettings) -> None:
        self._settings = settings
        self._token = ""
        self._renewing = asyncio.Lock()

    async def get(self, context: SourceContext, path: str, params: Parameters) -> Any:
        """What the API answers, decoded. Raises SourceError."""
        token = self._token or await self._renew(context, "")
        try:
            return (await self._ask(context, token, path, params)).json()
        except HttpFailure as failure:
            if failure.status != 401:
                raise
        return (await self._ask(context, await self._renew(context, token), path, params)).json()

    async def _ask(self, context: SourceContext, token: str, path: str, params: Parameters) -> Response:
        return await context.client.get(
            self._settings.api.rstrip("/") + path,
            params={**params, "raw_json": 1},
            headers={**self._named(), "Authorization": f"Bearer {token}"},
            allow_private=self._settings.allow_private,
        )

    def _named(self) -> dict[str, str]:
        """The form of a user agent that Reddit asks for."""
        return {"User-Agent": f"python:socialhub:{__version__} (by /u/{self._settings.user})"}

    async def _renew(self, context: SourceContext, stale: str) -> str:
        """A fresh token instead of `stale`; who came second takes what the first got."""
        async with self._renewing:
            if self._token and self._token != stale:
                return self._token
            self._token = ""
            self._token = await self._log_in(context)
            return self._token

    async def _log_in(self, context: SourceContext) -> str:
        host = urlsplit(self._settings.server).hostname or ""
        pair = f"{self._settings.client_id}:{context.secret(self._settings.client_secret)}"
        fields = {"grant_type": "client_credentials"}
        if self._settings.refresh_token:
            fields = {"grant_type": "refresh_token", "refresh_token": context.secret(self._settings.refresh_token)}
        try:
            answer = await context.client.post_form(
                self._settings.server.rstrip("/") + TOKEN_PATH,
                fields,
                headers={**self._named(), "Authorization": f"Basic {b64encode(pair.encode()).decode()}"},
                allow_private=self._settings.allow_private,
            )
        except HttpFailure as failure:
            if failure.status in (400, 401, 403):
                raise SourceError("login-failed", permanent=True, host=host) from None
            raise
        document = answer.json()
        token = words_of(document, "access_token") if isinstance(document, dict) else ""
        if not token:
            raise SourceError("login-failed", permanent=True, host=host)
        return token


_SESSIONS: Final[WeakKeyDictionary[Client, dict[tuple[str, ...], RedditSession]]] = WeakKeyDictionary()


def session_for(context: SourceContext, settings: RedditSettings) -> RedditSession:
    """The process's session of these credentials."""
    key = (settings.server, settings.api, settings.client_id, settings.refresh_token)
    return _SESSIONS.setdefault(context.client, {}).setdefault(key, RedditSession(settings))
