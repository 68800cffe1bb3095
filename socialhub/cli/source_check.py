"""Asking one source once, with nothing stored: what `sources check` does and says."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, cast

from rich.text import Text

from socialhub.ages import duration, moment_text
from socialhub.cli.output import plain, print_text, say
from socialhub.cli.setup import Setup
from socialhub.cli.source_show import exchange_values, print_exchange
from socialhub.cli.view import moment
from socialhub.errors import EXIT_USAGE, Reason, SourceError, UserError
from socialhub.i18n import _, labelled, ngettext, number
from socialhub.metric_words import figure
from socialhub.metrics import Measurement
from socialhub.model import Batch, Deletion, Draft
from socialhub.text import clip

if TYPE_CHECKING:
    from socialhub.config import Config
    from socialhub.exchanges import Exchange
    from socialhub.query import Matcher
    from socialhub.sources.base import Source, SourceContext
    from socialhub.sources.http import Client
    from socialhub.sources.settings import SourceSettings

SAMPLES: Final = 3
MOST_ENTRIES: Final = 2_000
"""Enough to judge by: a source with more history is not read to its end."""


@dataclass(slots=True)
class Answer:
    """What a source gave. `reason` is why it failed, `wait` what its server asked for (ms), `exchange` its last one."""

    source: SourceSettings
    entries: int = 0
    deletions: int = 0
    measured: int = 0
    skipped: int = 0
    matched: int = 0
    undated: int = 0
    complete: bool = True
    wait: int | None = None
    moved_to: str = ""
    reason: Reason | None = None
    newest: list[Draft] = field(default_factory=list)
    exchange: Exchange | None = None
    figures: dict[str, Measurement] = field(default_factory=dict)

    def values(self) -> dict[str, Any]:
        """The answer for JSON."""
        return {
            "name": self.source.name,
            "kind": self.source.kind,
            "ok": self.reason is None,
            "error": self.reason.code if self.reason else None,
            "error_text": self.reason.sentence() if self.reason else None,
            "entries": self.entries,
            "matched": self.matched,
            "deletions": self.deletions,
            "metric_rows": self.measured,
            "skipped": self.skipped,
            "undated": self.undated,
            "complete": self.complete,
            "newest": moment(self.newest[0].published if self.newest else None),
            "interval_s": self.source.interval // 1000,
            "server_wait_s": None if self.wait is None else self.wait // 1000,
            "moved_to": self.moved_to or None,
            "samples": [plain(draft.title or draft.text) for draft in self.newest],
            "last_exchange": exchange_values(self.exchange),
        }


def ask_once(setup: Setup, name: str, listen_seconds: float) -> Answer:
    """Ask the source of this name; a stream for `listen_seconds`. Raises UserError when there is none."""
    config = setup.load_config()
    settings = configured(config, name)
    if settings.reaches_out and not config.hub.contact:
        return Answer(settings, reason=Reason("contact-missing"))
    return asyncio.run(_ask(config, settings, setup, listen_seconds))


def configured(config: Config, name: str) -> SourceSettings:
    """The settings of the source of this name. Raises UserError when there is none."""
    by_name = {source.name.casefold(): source for source in config.sources}
    if found := by_name.get(name.casefold()):
        return found
    close = get_close_matches(name.casefold(), by_name, n=1)
    hint = _("Did you mean {name}?").format(name=by_name[close[0]].name) if close else ""
    message = _("The config has no source named {name}.").format(name=name)
    raise UserError(message, hint, EXIT_USAGE)


async def _ask(config: Config, settings: SourceSettings, setup: Setup, listen_seconds: float) -> Answer:
    from socialhub.sources import create

    answer = Answer(settings)
    matcher = matcher_of(config)
    source: Source | None = None
    context: SourceContext | None = None
    client: Client | None = None
    try:
        client = client_of(config, setup)
        context = context_of(settings, setup, client, matcher)
        source = create(settings, context)
        async with asyncio.timeout(listen_seconds if source.streaming else None):
            async with aclosing(cast(Any, source.run({}))) as batches:
                async for batch in batches:
                    _take(answer, batch, matcher, setup.clock.now())
                    if answer.entries + answer.measured >= MOST_ENTRIES:
                        break
    except TimeoutError:
        pass
    except SourceError as error:
        answer.reason = error.reason
        answer.wait = error.retry_after
    finally:
        if context is not None:
            answer.exchange = context.notebook.told(failed=answer.reason is not None)
        if source is not None:
            await source.close()
        if client is not None:
            await client.close()
    return answer


def client_of(config: Config, setup: Setup) -> Client:
    """The polite client as the collector would make it. Raises SourceError."""
    from socialhub.sources import user_agent
    from socialhub.sources.http import Client
    from socialhub.sources.net import NetSettings

    net = NetSettings(proxy=config.hub.proxy_address(), ca_file=config.hub.ca_file)
    return Client(net, user_agent(config.hub.contact), setup.clock)


def context_of(settings: SourceSettings, setup: Setup, client: Client, matcher: Matcher) -> SourceContext:
    """What the collector would give a source."""
    from socialhub.cli.check_ledger import CheckLedger
    from socialhub.config import resolve_secret
    from socialhub.sources.base import SourceContext
    from socialhub.sources.notebook import Notebook

    ledger = CheckLedger(setup, settings)
    notebook = Notebook(setup.clock.now, keeps_texts=settings.keeps_all)
    secrets, noted = notebook.secrets(resolve_secret), client.noted_in(notebook)
    return SourceContext(noted, setup.clock, secrets, lambda: matcher.watched, ledger, setup.zone, notebook)


def matcher_of(config: Config) -> Matcher:
    """The matcher of the config's topics."""
    from socialhub.query import Matcher

    return Matcher({index: topic.tree for index, topic in enumerate(config.topics)})


def _take(answer: Answer, batch: Batch, matcher: Any, now: int) -> None:
    """Add a batch to the answer, as the way in would see it."""
    from socialhub.pipeline.normalise import normalise
    from socialhub.query import Document
    from socialhub.text import tokenise

    for item in batch.items:
        if isinstance(item, Deletion):
            answer.deletions += 1
        elif isinstance(item, Measurement):
            answer.measured += 1
            before = answer.figures.setdefault(item.metric, item)
            answer.figures[item.metric] = max(before, item, key=lambda row: row.at)
        elif isinstance(item, Draft):
            answer.undated += item.published is None
            draft = normalise(item, now)
            document = Document(
                tokenise(draft.title),
                tokenise(draft.text),
                draft.title,
                draft.text,
                author=draft.author,
                handle=draft.handle,
                site=draft.site,
                url=draft.url,
                lang=draft.lang,
                kind=draft.kind,
                source=answer.source.name,
                source_kind=answer.source.kind,
                published=draft.published or now,
                followers=draft.followers,
                rating=draft.rating,
                links=draft.links,
            )
            answer.entries += 1
            answer.matched += bool(matcher.match(document))
            answer.newest.append(draft)
    answer.newest = sorted(answer.newest, key=lambda draft: -(draft.published or 0))[:SAMPLES]
    answer.skipped += batch.skipped
    answer.complete = answer.complete and batch.complete
    answer.wait = max(answer.wait or 0, batch.wait) if batch.wait is not None else answer.wait
    answer.moved_to = batch.moved_to or answer.moved_to


def print_answer(answer: Answer, setup: Setup) -> None:
    """The answer in words: the finding on stdout, the samples below it."""
    name, now = answer.source.name, setup.clock.now()
    if answer.reason is not None:
        say(_("{name}: {reason}").format(name=name, reason=answer.reason.sentence()))
    print_text(Text(plain(_found(answer))))
    for draft in answer.newest:
        when = moment_text(draft.published or now, now, setup.zone)
        print_text(Text(clip(f"  {when}  {plain(draft.title or draft.text)}", 160)))
    for row in answer.figures.values():
        when = moment_text(row.at, now, setup.zone)
        print_text(Text(clip(f"  {when}  {labelled(plain(row.metric), figure(row.value, plain(row.unit)))}", 160)))
    for sentence in _remarks(answer):
        say(sentence)
    if answer.reason is not None and answer.exchange is not None:
        print_exchange(answer.exchange, now, setup)


def _found(answer: Answer) -> str:
    if answer.measured and not answer.entries:
        rows = ngettext("{count} row of metrics", "{count} rows of metrics", answer.measured)
        return labelled(answer.source.name, rows.format(count=number(answer.measured)))
    entries = ngettext("{count} entry", "{count} entries", answer.entries).format(count=number(answer.entries))
    if answer.source.keeps_all:
        kept = _("{matched} of them match a topic, all are kept").format(matched=number(answer.matched))
    else:
        kept = _("{matched} of them match a topic and are kept").format(matched=number(answer.matched))
    return labelled(answer.source.name, f"{entries}; {kept}")


def _remarks(answer: Answer) -> list[str]:
    remarks = [_("Asked every {length}.").format(length=duration(answer.source.interval))]
    if answer.source.streams:
        remarks = [_("A stream: it is listened to all the time.")]
    if answer.wait:
        remarks.append(_("Its server asks to stay away for {length}.").format(length=duration(answer.wait)))
    if answer.moved_to:
        remarks.append(_("It has moved for good to {url}: change the config.").format(url=answer.moved_to))
    if answer.skipped:
        skipped = ngettext("{count} entry could not be read.", "{count} entries could not be read.", answer.skipped)
        remarks.append(skipped.format(count=number(answer.skipped)))
    if answer.undated:
        undated = ngettext(
            "{count} entry has no date: it counts from when it is seen.",
            "{count} entries have no date: they count from when they are seen.",
            answer.undated,
        )
        remarks.append(undated.format(count=number(answer.undated)))
    if not answer.complete:
        remarks.append(_("It says itself that something is missing."))
    return remarks
