"""All that looks at topics, and which of it follows which kind of rule."""

from __future__ import annotations

from socialhub.alerts.coordination_rules import CoordinationRules
from socialhub.alerts.detractor_rules import DetractorRules
from socialhub.alerts.keyword_rules import KeywordRules
from socialhub.alerts.latest import LatestNews
from socialhub.alerts.pick_up_rules import PickUpRules
from socialhub.alerts.rating_rules import RatingRules
from socialhub.alerts.settings import Settings
from socialhub.alerts.tone_rules import ToneRules
from socialhub.alerts.volume_rules import VolumeRules
from socialhub.alerts.watch import Watch
from socialhub.alerts.weak_signal_rules import WeakSignalRules


def watches_of(settings: Settings, *, past: bool = False, back: bool = False) -> tuple[Watch, ...]:
    """One of each sort, knowing nothing yet.

    `past`: for a backtest, which learns less often and sees topics whole; `back`: for a moment that is over.
    """
    latest = LatestNews(back=past or back)
    volume = VolumeRules(settings.week, settings.planned, settings.rules, past=past)
    return (
        volume,
        ToneRules(past=past),
        CoordinationRules(back=past or back),
        WeakSignalRules(settings.planned, past=past, back=past or back),
        KeywordRules(latest, settings.week.zone),
        DetractorRules(latest),
        PickUpRules(latest),
        RatingRules(past=past),
    )


def watch_for(kind: str, settings: Settings, *, past: bool = False) -> Watch:
    """The one that follows rules of a kind. Raises KeyError for an unknown kind."""
    return {kind: watch for watch in watches_of(settings, past=past) for kind in watch.kinds}[kind]
