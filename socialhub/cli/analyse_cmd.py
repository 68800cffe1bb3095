"""`socialhub analyse`: language and tone of texts from stdin, by the stages that mentions go through."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

import click

from socialhub.cli.command import command
from socialhub.cli.output import json_line
from socialhub.cli.setup import Setup, pass_setup
from socialhub.i18n import N_


@command("analyse", help=N_("Language and tone of texts: a text a line on stdin, an object a line on stdout."))
@pass_setup
def analyse(setup: Setup) -> None:
    """See `help`; every answer is flushed, so that a program may ask and wait."""
    from socialhub.config import Config

    config = setup.config_if_any() or Config(path=setup.config_file)
    lines = (raw.decode("utf-8", "replace").rstrip("\r\n") for raw in sys.stdin.buffer)
    for values in judged(lines, config.hub.languages, config.sentiment.backend):
        click.echo(json_line(values))
        sys.stdout.flush()


def judged(texts: Iterable[str], languages: tuple[str, ...], backend: str) -> Iterator[dict[str, Any]]:
    """What the way in finds out about each text: {"lang", "sentiment", "score", "confidence", "why"}."""
    from socialhub.clock import real_now
    from socialhub.model import Draft
    from socialhub.pipeline.language import LanguageDetector
    from socialhub.pipeline.normalise import normalise
    from socialhub.pipeline.sentiment.base import create_model

    detector, model = LanguageDetector(languages), create_model(backend)
    for text in texts:
        draft = normalise(Draft("line", text), real_now())
        lang = detector.detect(draft.text)
        verdict = model.judge(draft.text, lang)
        yield {
            "lang": lang,
            "sentiment": int(verdict.tone),
            "score": verdict.score,
            "confidence": verdict.confidence,
            "why": [{"word": word.text, "weight": word.weight} for word in verdict.why],
        }
