"""`socialhub export`: stored mentions in the exchange format (JSON Lines), or as a table for a spreadsheet."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

import click

from socialhub.cli.command import command, option
from socialhub.cli.output import end_progress, progress, say
from socialhub.cli.setup import Setup, pass_setup
from socialhub.i18n import N_, _, ngettext, number

if TYPE_CHECKING:
    from socialhub.ballots import Tally
    from socialhub.model import Mention
    from socialhub.paces import Snapshot

KEYS: Final = (
    *("source", "native_id", "published_at", "title", "text", "url", "author", "handle", "bio", "followers"),
    *(
        "account_created_at",
        "lang",
        "kind",
        "rating",
        "likes",
        "shares",
        "replies",
        "reach",
        "place",
        "parent_id",
        "canonical_id",
        "warning",
        "site",
    ),
    *("links", "media", "edited_at", "deleted"),
)
"""The keys of the exchange format that a table has, in the order of its columns.

JSON Lines have `engagement` and `ballot` too.
"""
METRIC_KEYS: Final = ("source", "kind", "published_at", "metric", "value", "unit", "place", "topic")
"""The same of a row of a metric."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would run instead of showing."""
_TELL_EVERY: Final = 1_000


@command("export", help=N_("Stored mentions, oldest arrival first, as 'socialhub import --restore' reads them back."))
@click.argument("query", nargs=-1)
@option("--since", metavar="TIME", help=N_("Only what was published in this length of time: '7 d', '2 h'."))
@option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", help=N_("JSON Lines, or a table."))
@option("--output", type=click.Path(path_type=Path), help=N_("Into this file (.gz: compressed) instead of stdout."))
@option("--metrics", is_flag=True, help=N_("The rows of metrics instead of the mentions."))
@pass_setup
def export(
    setup: Setup, query: tuple[str, ...], since: str | None, form: str, output: Path | None, metrics: bool
) -> None:
    """See `help`. Without a query the deletions are told too."""
    from socialhub.cli.find import Finder, node_of

    if metrics:
        if query:
            raise click.UsageError(_("--metrics takes no query"))
        export_metrics(setup, since, form, output)
        return
    from socialhub.store.ballots import tally_of
    from socialhub.store.engagement import snapshots_of
    from socialhub.store.mentions import account_created_of, links_of

    node = node_of(" ".join(query), since)
    with setup.reader() as db, _opened(output) as file:
        found = Finder(setup, db, node).oldest_first()
        records = (
            record_of(
                each,
                links_of(db, each.id),
                account_created_of(db, each.id),
                snapshots_of(db, each.id),
                tally_of(db, each.id),
            )
            for each in found
            if node is None or not each.tombstone
        )
        written = _write_table(file, records) if form == "csv" else _write_lines(file, records)
    end_progress()
    if output is not None:
        told = ngettext("{count} mention in {path}", "{count} mentions in {path}", written)
        say(told.format(count=number(written), path=output))


def export_metrics(setup: Setup, since: str | None, form: str, output: Path | None) -> None:
    """The rows of all metrics, one after the other, as `import --restore` reads them back."""
    from socialhub.cli.durations import span_of
    from socialhub.store.metrics import all_rows

    start = 0 if since is None else setup.clock.now() - span_of(since, "--since")
    with setup.reader() as db, _opened(output) as file:
        records = (_metric_record(*row) for row in all_rows(db, start))
        if form == "csv":
            written = _write_table(file, records, METRIC_KEYS)
        else:
            kept = ({key: value for key, value in record.items() if value != ""} for record in records)
            written = _write_lines(file, kept)
    end_progress()
    if output is not None:
        told = ngettext("{count} row in {path}", "{count} rows in {path}", written)
        say(told.format(count=number(written), path=output))


def _metric_record(source: str, name: str, place: str, topic: str, unit: str, at: int, value: float) -> dict[str, Any]:
    figure = int(value) if value == int(value) else value
    values = (source, "metric", _iso(at), name, figure, unit, place, topic)
    return dict(zip(METRIC_KEYS, values, strict=True))


def record_of(
    mention: Mention,
    links: tuple[str, ...],
    account_created: int | None,
    snapshots: Sequence[Snapshot],
    tally: Tally | None = None,
) -> dict[str, Any]:
    """A mention in the exchange format; what is empty is left out."""
    from socialhub.sources.exchange_ballot import ballot_values
    from socialhub.sources.exchange_engagement import engagement_values

    if mention.tombstone:
        return {
            "source": mention.source,
            "native_id": mention.native_id,
            "canonical_id": mention.canonical_id,
            "deleted": mention.tombstone,
        }
    derived = f"{mention.source}/{mention.native_id}"
    optional = {
        **{key: getattr(mention, key) for key in KEYS if hasattr(mention, key)},
        "canonical_id": "" if mention.canonical_id == derived else mention.canonical_id,
        "account_created_at": None if account_created is None else _iso(account_created),
        "edited_at": None if mention.edited is None else _iso(mention.edited),
        "ballot": ballot_values(tally),
        "engagement": engagement_values(snapshots, _iso),
        "links": list(links),
        "media": mention.media or None,
    }
    required = {
        "source": mention.source,
        "native_id": mention.native_id,
        "published_at": _iso(mention.published),
        "text": mention.text,
    }
    kept = {key: value for key, value in optional.items() if value not in (None, "", [])}
    return required | {key: value for key, value in kept.items() if key not in required}


def _iso(moment: int) -> str:
    """ISO 8601 in UTC, with the milliseconds where there are any."""
    exactness = "milliseconds" if moment % 1000 else "seconds"
    return datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec=exactness).replace("+00:00", "Z")


def _write_lines(file: TextIO, records: Iterator[dict[str, Any]]) -> int:
    written = 0
    for written, record in enumerate(records, 1):
        file.write(json.dumps(record, ensure_ascii=not _is_utf8(file)) + "\n")
        _tell(written)
    return written


def _is_utf8(file: TextIO) -> bool:
    return (file.encoding or "").lower().replace("-", "") == "utf8" and not file.isatty()


def _write_table(file: TextIO, records: Iterator[dict[str, Any]], keys: Sequence[str] = KEYS) -> int:
    written = 0
    table = csv.writer(file)
    table.writerow(keys)
    for written, record in enumerate(records, 1):
        table.writerow([cell(record.get(key)) for key in keys])
        _tell(written)
    return written


def cell(value: object) -> str:
    """A value as a spreadsheet may hold it: a text that it would take for a formula begins with an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    text = " ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _tell(written: int) -> None:
    if written % _TELL_EVERY == 0 and not sys.stdout.isatty():
        progress(_("{count} mentions").format(count=number(written)))


@contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    """Where to write: stdout, or a file that appears under its name only when it is whole."""
    if output is None:
        yield sys.stdout
        return
    partial = output.with_name(output.name + ".partial")
    try:
        with partial.open("wb") as raw:
            compressed = gzip.GzipFile(fileobj=raw, mode="wb") if output.suffix == ".gz" else None
            with io.TextIOWrapper(compressed or raw, encoding="utf-8", newline="") as file:
                yield file
        os.replace(partial, output)
    finally:
        partial.unlink(missing_ok=True)
