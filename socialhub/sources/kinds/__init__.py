"""The kinds of sources by name: those of the house, and those that other packages bring as plug-ins.

What can be configured for a kind is imported when a config names it, never before. A plug-in is an entry point of the
group GROUP: its name is the kind, its object a subclass of SourceSettings whose `factory` names what makes the source.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

from socialhub.sources.settings import SourceSettings

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP: Final = "socialhub.sources"
BUILT_IN: Final[dict[str, str]] = {
    "rss": "RssSettings",
    "mastodon": "MastodonSettings",
    "bluesky": "BlueskySettings",
    "jetstream": "JetstreamSettings",
    "file": "FileSettings",
    "replay": "ReplaySettings",
    "exec": "ExecSettings",
    "json": "JsonSettings",
    "appstore": "AppStoreSettings",
    "telegram": "TelegramSettings",
    "wikipedia": "WikipediaSettings",
    "gdelt": "GdeltSettings",
    "reddit": "RedditSettings",
    "hackernews": "HackerNewsSettings",
    "lemmy": "LemmySettings",
    "discourse": "DiscourseSettings",
    "stackexchange": "StackExchangeSettings",
    "phpbb": "PhpbbSettings",
    "googleplay": "GooglePlaySettings",
    "webhook": "WebhookSettings",
    "imap": "ImapSettings",
    "x": "XSettings",
    "youtube": "YouTubeSettings",
    "facebook": "FacebookSettings",
    "instagram": "InstagramSettings",
    "threads": "ThreadsSettings",
    "trustpilot": "TrustpilotSettings",
}
"""The class of each kind of the house; it stands in the module of that name beside this one."""


def kind_names() -> list[str]:
    """All kinds that a source can be of."""
    return [*BUILT_IN, *(kind for kind in _plug_ins() if kind not in BUILT_IN)]


def settings_class(kind: str) -> type[SourceSettings] | None:
    """What can be configured for a kind; None where there is no such kind, or its plug-in cannot be used."""
    if kind in BUILT_IN:
        return _subclass(getattr(import_module(f"{__name__}.{kind}"), BUILT_IN[kind]))
    return _loaded(_plug_ins()[kind]) if kind in _plug_ins() else None


@cache
def _plug_ins() -> dict[str, EntryPoint]:
    # Costs as much as all else that reading a config imports: only kinds that are not ours are looked for.
    from importlib.metadata import entry_points

    return {each.name: each for each in entry_points(group=GROUP)}


def _loaded(plug_in: EntryPoint) -> type[SourceSettings] | None:
    try:
        return _subclass(plug_in.load())
    except (ImportError, AttributeError):
        return None


def _subclass(found: object) -> type[SourceSettings] | None:
    return found if isinstance(found, type) and issubclass(found, SourceSettings) else None
