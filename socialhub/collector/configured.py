"""What the configuration says as the store knows it: topics, people, classes of sites, metrics, sources."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from socialhub.config import Config, TopicSettings
from socialhub.config.audiences import audiences_of
from socialhub.config.watchlists import people_of
from socialhub.model import Person
from socialhub.sources.settings import SourceSettings
from socialhub.store import people as people_store
from socialhub.store import sources as source_store
from socialhub.store import topics as topic_store
from socialhub.store.audiences import sync_audiences
from socialhub.store.connection import Connection
from socialhub.store.metrics import ConfiguredMetric, sync_metrics


def configured_topic(topic: TopicSettings) -> topic_store.ConfiguredTopic:
    """The store's view of a configured topic."""
    return topic_store.ConfiguredTopic(topic.id, topic.name, topic.kind, topic.query, topic.colour)


def sync_config_metrics(db: Connection, config: Config) -> None:
    """Bring what is said of metrics in line with the config's."""
    sync_metrics(db, [ConfiguredMetric(each.name, each.adds, each.topics) for each in config.metrics])


def sync_config_authors(db: Connection, config: Config, now: int) -> list[Person]:
    """Bring watchlists and classes of sites in line with the config's; returns everybody who is watched."""
    sync_audiences(db, audiences_of(config.audiences))
    lists = [
        people_store.ConfiguredList(each.id, each.name, each.kind, tuple(person.id for person in each.people))
        for each in config.watchlists
    ]
    people = [
        people_store.ConfiguredPerson(each.id, each.name, each.role, each.handles, each.sites, each.bylines)
        for each in people_of(config.watchlists)
    ]
    return people_store.sync_people(db, lists, people, now)


def configured_source(settings: SourceSettings) -> source_store.Configured:
    """The store's view of a configured source."""
    digest = hashlib.sha256(json.dumps(asdict(settings), sort_keys=True, default=str).encode()).hexdigest()[:16]
    return source_store.Configured(
        settings.name, settings.kind, settings.interval, settings.streams, digest, settings.was
    )
