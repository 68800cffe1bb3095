"""`socialhub replay`: a file of mentions played at its own pace, or faster, through the whole room."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from socialhub.cli.command import command, option
from socialhub.cli.run_cmd import console_words, quiet_option, remote_option
from socialhub.cli.setup import Setup, pass_setup
from socialhub.errors import EXIT_ENVIRONMENT, UserError
from socialhub.i18n import N_, _

if TYPE_CHECKING:
    from socialhub.config import Config

END_BYTES: Final = 4 << 20
"""So much of the end of a large file is looked at for its last moment."""


@command("replay", help=N_("Play a file of mentions through the room, at its own pace or N times as fast."))
@click.argument("file", type=click.Path(path_type=Path))
@option("--speed", type=click.FloatRange(0.01, 100_000), default=1.0, help=N_("How many times as fast (1)."))
@option("--into-cache", is_flag=True, help=N_("Into the cache instead of a temporary one that is gone afterwards."))
@remote_option
@quiet_option
@pass_setup
@click.pass_context
def replay(
    context: click.Context, setup: Setup, file: Path, speed: float, into_cache: bool, remote: bool, quiet: bool
) -> None:
    """See `help`. All clocks of the room show the file's time; topics are those of the config."""
    from socialhub.cli.played import open_played, temporary_room
    from socialhub.clock import Clock, real_now
    from socialhub.config.export import to_toml

    config = _config_playing(setup, file)
    start = first_moment(file, config)
    if into_cache:
        _refuse_collector(setup.cache)
    with temporary_room() as folder:
        path = folder / "config.toml"
        path.write_text(to_toml(config), encoding="utf-8")
        cache = setup.cache if into_cache else folder / "cache.db"
        clock = Clock(real_now(), start, speed, last_moment(file, config))
        context.exit(open_played(setup, path, cache, clock, *console_words(remote=remote, quiet=quiet)))


def _config_playing(setup: Setup, file: Path) -> Config:
    """The user's config (or an empty one) with the file as its only source; what is played calls nobody."""
    from socialhub.config import Config
    from socialhub.sources.kinds.replay import ReplaySettings
    from socialhub.text import clean

    config = setup.config_if_any() or Config(path=setup.config_file)
    name = clean(file.name.partition(".")[0], single_line=True).replace("/", "-").removeprefix("import:")[:60]
    source = ReplaySettings(name=name or "replay", path=str(file.absolute()))
    return replace(config, sources=(source,), notify=())


def first_moment(file: Path, config: Config) -> int:
    """When the first dated mention of a file was published (ms UTC); raises UserError when there is none."""
    from socialhub.sources.exchange import moment_of
    from socialhub.sources.mention_files import GoodLine, read_drafts

    for line in read_drafts(file, zone=config.hub.zone, source=config.sources[0].name):
        if isinstance(line, GoodLine) and (moment := moment_of(line.item)) is not None:
            return moment
    raise UserError(_("{path} holds no mention that can be read.").format(path=file))


def last_moment(file: Path, config: Config) -> int | None:
    """When the last mention of a file was published (ms UTC). Of a plain JSON Lines file only the end is read."""
    from socialhub.sources.exchange import moment_of
    from socialhub.sources.mention_files import TABLES, GoodLine, form_of, read_drafts

    plain = file.suffix != ".gz" and form_of(file) not in TABLES
    start = max(0, file.stat().st_size - END_BYTES) if plain else 0
    return max(
        (
            moment
            for line in read_drafts(file, zone=config.hub.zone, source=config.sources[0].name, start=start)
            if isinstance(line, GoodLine) and (moment := moment_of(line.item)) is not None
        ),
        default=None,
    )


def _refuse_collector(cache: Path) -> None:
    from socialhub.store.connection import collector_lock

    lock = collector_lock(cache)
    if cache.parent.is_dir() and not lock.acquire():
        raise UserError(
            _("A collector is using {path}.").format(path=cache),
            _("Quit it first, or leave out --into-cache."),
            EXIT_ENVIRONMENT,
        )
    lock.release()
