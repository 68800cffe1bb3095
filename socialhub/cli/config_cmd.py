"""`socialhub config`: check the config file, write a first one, say where it lies, print it as it acts."""

from __future__ import annotations

import json
import os
import shlex
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from socialhub.cli.command import Group, option
from socialhub.errors import EXIT_PROBLEMS, UserError
from socialhub.i18n import N_, _, labelled, language

if TYPE_CHECKING:
    from socialhub.cli.starter import Answers
    from socialhub.config import Config, Problem


class GlobalOptions(Protocol):
    """What the root command puts into the context."""

    config_path: Path | None


@click.group("config", cls=Group, help=N_("Check, write or show the configuration."))
def config_group() -> None:
    """See `help`."""


def _config_path(context: click.Context) -> Path:
    from socialhub.config import default_config_path

    options: GlobalOptions = context.obj
    return options.config_path or default_config_path()


@config_group.command("path", help=N_("Print where the config file lies, or would lie."))
@click.pass_context
def path_command(context: click.Context) -> None:
    """See `help`."""
    click.echo(_config_path(context))


@config_group.command("check", help=N_("List every mistake with file, line, key and what was probably meant."))
@option("--json", "as_json", is_flag=True, help=N_("One problem a line, as JSON."))
@option("--secrets", is_flag=True, help=N_("Every secret must have a value; keyrings are asked too."))
@click.pass_context
def check_command(context: click.Context, as_json: bool, secrets: bool) -> None:
    """See `help`."""
    from socialhub.config import ConfigProblems, load, summary

    path = _config_path(context)
    config: Config | None = None
    code = EXIT_PROBLEMS
    try:
        config = load(path, require_secrets=secrets)
        problems, hint = config.warnings, ""
    except ConfigProblems as error:
        problems, hint, code = error.problems, error.hint, error.exit_code
    for problem in problems:
        click.echo(_as_json(problem) if as_json else _as_line(problem))
    if config is None:
        click.echo(f"{summary(problems)}. {hint}".strip(), err=True)
        context.exit(code)
    counts = _("{path}: {topics} topics, {sources} sources; {summary}").format(
        path=path, topics=len(config.topics), sources=len(config.sources), summary=summary(problems)
    )
    click.echo(counts, err=True)


def _as_line(problem: Problem) -> str:
    sentence = problem.sentence()
    return _("{sentence} [warning]").format(sentence=sentence) if problem.warning else sentence


def _as_json(problem: Problem) -> str:
    return json.dumps(
        {
            "file": str(problem.path),
            "line": problem.line,
            "key": problem.key,
            "message": problem.message,
            "suggestion": problem.suggestion,
            "severity": "warning" if problem.warning else "error",
        },
        ensure_ascii=False,
    )


@config_group.command("export", help=N_("Print the configuration as it acts, every default filled in, as TOML."))
@click.pass_context
def export_command(context: click.Context) -> None:
    """See `help`."""
    from socialhub.config import load
    from socialhub.config.export import to_toml

    click.echo(to_toml(load(_config_path(context))), nl=False)


@config_group.command("init", help=N_("Write a first config from five questions, or from flags."))
@option("--brand", help=N_("The name of the brand."))
@option("--words", help=N_("Other words for it, and what it is not: 'Livebox, Sosh, -fruit'."))
@option("--rivals", help=N_("Its rivals: 'SFR, Free'."))
@option("--language", "languages", help=N_("Languages listened for: 'fr, en'."))
@option("--contact", help=N_("Your mail address or page, sent to the servers that are asked."))
@option("--opml", type=click.Path(path_type=Path, dir_okay=False), help=N_("Take over the feeds of this OPML file."))
@option("--output", type=click.Path(path_type=Path, dir_okay=False), help=N_("Where to write it ('-': print it)."))
@option("--force", is_flag=True, help=N_("Replace a file that is there."))
@option("--yes", is_flag=True, help=N_("Ask nothing: what is not given is left out."))
@click.pass_context
def init_command(
    context: click.Context,
    brand: str | None,
    words: str | None,
    rivals: str | None,
    languages: str | None,
    contact: str | None,
    opml: Path | None,
    output: Path | None,
    force: bool,
    yes: bool,
) -> None:
    """See `help`. Without a terminal nothing is asked either."""
    from socialhub.config import default_config_path

    path = output or _config_path(context)
    printed = str(path) == "-"
    if not printed and path.exists() and not force:
        raise UserError(
            _("{path} is there already").format(path=path), _("--force replaces it, --output names another")
        )
    given = {"brand": brand, "words": words, "rivals": rivals, "languages": languages, "contact": contact}
    ask = not yes and sys.stdin.isatty()
    answers = _answers({name: value for name, value in given.items() if value is not None}, ask=ask)
    text = _checked(_with_feeds(answers, opml, path) if opml else answers, path)
    if printed:
        click.echo(text, nl=False)
    else:
        _write(path, text)
        opens = "socialhub" if path == default_config_path() else shlex.join(["socialhub", "--config", str(path)])
        click.echo(_("{path} is written; `{command}` opens the room").format(path=path, command=opens), err=True)


def _answers(given: dict[str, str], *, ask: bool) -> Answers:
    """The answers from flags, and from questions for what no flag gives."""
    from socialhub.cli.starter import Answers, split_list, split_words

    usual = "fr, en" if language() == "fr" else "en, fr"
    questions = {
        "brand": (_("The brand"), None),
        "words": (_("Other words for it, and with a - before them those it is not (Livebox, Sosh, -fruit)"), ""),
        "rivals": (_("Its rivals"), ""),
        "languages": (_("Languages listened for"), usual),
        "contact": (_("Your mail address or page, for the servers that are asked"), ""),
    }
    colon = labelled("", "")
    for name, (question, default) in questions.items():
        if name not in given and ask:
            given[name] = click.prompt(
                question, default=default, show_default=bool(default), prompt_suffix=colon, err=True
            )
    brands = split_list(given.get("brand", ""))
    if not brands:
        raise click.UsageError(_("a brand is needed: --brand NAME"))
    words, unwanted = split_words(given.get("words", ""))
    return Answers(
        brand=brands[0],
        words=(*brands[1:], *words),
        unwanted=unwanted,
        rivals=tuple(
            rival for rival in split_list(given.get("rivals", "")) if rival.casefold() != brands[0].casefold()
        ),
        languages=tuple(code.lower() for code in split_list(given.get("languages") or usual)),
        contact=given.get("contact", "").strip(),
    )


def _with_feeds(answers: Answers, opml: Path, path: Path) -> Answers:
    """The answers with the feeds of an OPML file, named unlike the other sources; what cannot be taken is said."""
    from socialhub.cli.starter import starter
    from socialhub.config import read
    from socialhub.config.opml import read_opml

    taken = [source.name for source in read(starter(answers), path).sources]
    found = read_opml(opml, taken)
    for sentence in found.refused:
        click.echo(sentence, err=True)
    return replace(answers, feeds=tuple(found.feeds))


def _checked(answers: Answers, path: Path) -> str:
    """The starter file for these answers; raises ConfigProblems when one of them cannot stand in a config."""
    from socialhub.cli.starter import starter
    from socialhub.config import read

    text = starter(answers)
    for problem in read(text, path).warnings:
        click.echo(_as_line(problem), err=True)
    return text


def _write(path: Path, text: str) -> None:
    """Write the file whole or not at all, readable by its owner alone."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
            file.write(text)
        os.replace(file.name, path)
    except OSError as error:
        raise UserError(_("{path} cannot be written ({detail})").format(path=path, detail=error.strerror)) from error
