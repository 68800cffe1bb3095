"""All that looks at topics, and which of it follows which kind of rule."""

from __future__ import annotations

from typing import Final

from socialhub.alerts.coordination_rules import CoordinationRules
from socialhub.alerts.detractor_rules import DetractorRules
from socialhub.alerts.keyword_rules import KeywordRules
from socialhub.alerts.latest import LatestNews
from socialhub.alerts.metric_rules import MetricRules
from socialhub.alerts.pick_up_rules import PickUpRules
from socialhub.alerts.rating_rules import RatingRules
from socialhub.alerts.settings import Settings
from socialhub.alerts.tone_rules import ToneRules
from socialhub.alerts.volume_rules import VolumeRules
from socialhub.alerts.watch import Watch
from socialhub.alerts.weak_signal_rules import WeakSignalRules
from socialhub.clock import HOUR

PAST_LEARNT_EVERY: Final = 6 * HOUR
"""What is usual is learnt so often where many hours are gone through at once; in the room itself every hour."""


def watches_of(
    settings: Settings, *, past: bool = False, back: bool = False, learnt_every: int = HOUR
) -> tuple[Watch, ...]:
    """One of each sort, knowing nothing yet.

    `past`: for a backtest, which learns less often and sees topics whole; `back`: for a moment that is over. What is
    usual is learnt every `learnt_every` ms.
    """
    latest = LatestNews(back=past or back)
    learnt_every = PAST_LEARNT_EVERY if past else learnt_every
    volume = VolumeRules(settings.week, settings.planned, settings.rules, learnt_every=learnt_every, whole=past)
    return (
        volume,
        ToneRules(learnt_every=learnt_every, whole=past),
        CoordinationRules(back=past or back),
        WeakSignalRules(settings.planned, past=past, back=past or back),
        KeywordRules(latest, settings.week.zone),
        DetractorRules(latest),
        PickUpRules(latest),
        RatingRules(past=past),
        MetricRules(settings.week, settings.planned, past=past),
    )


def watch_for(kind: str, settings: Settings, *, past: bool = False) -> Watch:
    """The one that follows rules of a kind. Raises KeyError for an unknown kind."""
    return {kind: watch for watch in watches_of(settings, past=past) for kind in watch.kinds}[kind]
