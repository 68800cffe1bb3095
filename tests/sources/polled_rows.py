"""The rows of the table for kinds that ask: each with its settings at a server of ours, and what it calls a fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from socialhub.sources.kinds.appstore import AppStoreSettings
from socialhub.sources.kinds.bluesky import BlueskySettings
from socialhub.sources.kinds.discourse import DiscourseSettings
from socialhub.sources.kinds.facebook import FacebookSettings
from socialhub.sources.kinds.gdelt import GdeltSettings
from socialhub.sources.kinds.googleplay import GooglePlaySettings
from socialhub.sources.kinds.hackernews import HackerNewsSettings
from socialhub.sources.kinds.instagram import InstagramSettings
from socialhub.sources.kinds.json import JsonFields, JsonSettings
from socialhub.sources.kinds.lemmy import LemmySettings
from socialhub.sources.kinds.mastodon import MastodonSettings
from socialhub.sources.kinds.phpbb import PhpbbSettings
from socialhub.sources.kinds.reddit import RedditSettings
from socialhub.sources.kinds.stackexchange import StackExchangeSettings
from socialhub.sources.kinds.telegram import TelegramSettings
from socialhub.sources.kinds.threads import ThreadsSettings
from socialhub.sources.kinds.trustpilot import TrustpilotSettings
from socialhub.sources.kinds.x import XSettings
from socialhub.sources.kinds.youtube import YouTubeSettings
from socialhub.sources.settings import SourceSettings
from tests.sources.fault_table import Fault

_TOKEN: Final = "env:TOKEN"
APIS: Final[dict[str, Callable[[str], SourceSettings]]] = {
    "x": lambda url: XSettings(name="essai", token=_TOKEN, search=("fibre",), server=url),
    "facebook": lambda url: FacebookSettings(name="essai", token=_TOKEN, pages=("1",), mentions=False, server=url),
    "instagram": lambda url: InstagramSettings(name="essai", token=_TOKEN, account="1", tagged=False, server=url),
    "threads": lambda url: ThreadsSettings(
        name="essai", token=_TOKEN, search=("fibre",), mentions=False, replies=False, server=url
    ),
    "trustpilot": lambda url: TrustpilotSettings(name="essai", key=_TOKEN, companies=("1" * 24,), server=url),
    "youtube": lambda url: YouTubeSettings(name="essai", key=_TOKEN, search=("fibre",), server=url),
    "reddit": lambda url: RedditSettings(
        name="essai", subreddits=("fibre",), client_id="app", client_secret=_TOKEN, user="desk", server=url, api=url
    ),
    "hackernews": lambda url: HackerNewsSettings(name="essai", search=("fibre",), server=url),
    "discourse": lambda url: DiscourseSettings(name="essai", posts=True, server=url),
    "stackexchange": lambda url: StackExchangeSettings(name="essai", tags=("fibre",), server=url),
    "googleplay": lambda url: GooglePlaySettings(name="essai", apps=("org.example.box",), server=url),
    "lemmy": lambda url: LemmySettings(name="essai", public="all", server=url),
    "bluesky": lambda url: BlueskySettings(name="essai", accounts=("lea.example",), public_service=url, service=url),
    "mastodon": lambda url: MastodonSettings(name="essai", server=url, tags=("fibre",), stream=False),
    "json": lambda url: JsonSettings(
        name="essai", url=f"{url}/api", fields=JsonFields(native_id="id", text="text"), items="results"
    ),
    "gdelt": lambda url: GdeltSettings(name="essai", queries=("fibre",), server=url),
    "telegram": lambda url: TelegramSettings(name="essai", channels=("fibre",), server=url),
    "appstore": lambda url: AppStoreSettings(name="essai", apps=("1234",), server=url),
}
"""Kinds that ask a JSON API, each at a server of ours."""
POSTING: Final = ("googleplay",)
"""Those of them whose questions are posted."""
FEEDS: Final[dict[str, Callable[[str], SourceSettings]]] = {
    "phpbb": lambda url: PhpbbSettings(name="essai", posts=True, server=url),
    "reddit without a key": lambda url: RedditSettings(name="essai", subreddits=("fibre",), server=url),
}
"""Kinds that read feeds of their own."""
LOG_IN: Final = "/api/v1/access_token"
TRIES: Final = {"reddit": 2, "lemmy": 2, "phpbb": 3, "appstore": 2}
"""Questions of kinds that ask once more, with a fresh token or at the place of another version, and then no more."""
ASKS_ELSEWHERE: Final = "appstore"
"""Apple's two forms fail each by itself: a server error of one says nothing of the other."""
_NO_JSON: Final = ("HTML instead of JSON", "no body", "JSON cut off", "another shape")
OWN_CODES: Final[dict[str, dict[str, str]]] = {
    "appstore": dict.fromkeys(_NO_JSON, "not-a-feed"),
    "telegram": dict.fromkeys(_NO_JSON, "unexpected-shape"),
    "mastodon": {"401": "token-needed", "410": "part-gone", "JSON cut off": "unexpected-shape"},
    # Its servers answer in words, and with nothing where there is no article.
    "gdelt": {"HTML instead of JSON": "unexpected-shape", "no body": ""},
}
"""What a kind calls a fault by another name; "" where it is none."""


def as_told(kind: str, fault: Fault) -> Fault:
    """The fault by the name that this kind has for it."""
    if kind in POSTING and fault.name.startswith("redirect"):
        # What is posted is for the host that was meant.
        return replace(fault, code="http-status")
    return replace(fault, code=OWN_CODES.get(kind, {}).get(fault.name, fault.code))
