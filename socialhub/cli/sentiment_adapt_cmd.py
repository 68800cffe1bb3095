"""`socialhub sentiment adapt`: the model fitted to this room's own mentions, what that is worth, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from socialhub.cli.command import command, json_option, option
from socialhub.cli.output import Column, end_progress, print_json, print_table, progress, say
from socialhub.cli.setup import Setup, pass_setup
from socialhub.errors import EXIT_ENVIRONMENT, UserError
from socialhub.i18n import N_, _, labelled, number, percent

if TYPE_CHECKING:
    from socialhub.config import Config
    from socialhub.pipeline.sentiment.adapt import Floats, OwnText, Report
    from socialhub.pipeline.sentiment.linear import Weights
    from socialhub.store.connection import Connection

_BATCH: Final = 32
"""Texts that the teacher judges between two words of progress."""


@command(
    "adapt",
    help=N_(
        "Fit the model to your own mentions, with the extra [precise] as teacher and corrections as gold; the past is"
        " judged anew."
    ),
)
@option("--dry-run", is_flag=True, help=N_("Only tell what it would be worth."))
@option("--undo", is_flag=True, help=N_("Go back to the model that was in force before."))
@json_option
@pass_setup
def adapt(setup: Setup, dry_run: bool, undo: bool, as_json: bool) -> None:
    """See `help`."""
    from socialhub.config import Config

    config = setup.config_if_any() or Config(path=setup.config_file)
    if config.sentiment.backend != "linear":
        raise UserError(
            _("Only the linear model can be adapted; the configuration names {backend}.").format(
                backend=config.sentiment.backend
            )
        )
    if undo:
        _go_back(setup, as_json=as_json)
    else:
        _go_on(setup, config, dry_run=dry_run, as_json=as_json)


# ---- forth -------------------------------------------------------------------------------------------------------


def _go_on(setup: Setup, config: Config, *, dry_run: bool, as_json: bool) -> None:
    from socialhub.collector.teaching import lessons
    from socialhub.pipeline.sentiment.adapt import FEWEST
    from socialhub.pipeline.sentiment.adapt import adapt as adapted
    from socialhub.pipeline.sentiment.linear import shipped_weights
    from socialhub.pipeline.sentiment.precise import is_installed

    if not is_installed():
        raise UserError(
            _("Adapting needs the precise model as its teacher, and it is not installed."),
            _("Install it beside socialhub: pip install 'socialhub[precise]'"),
            EXIT_ENVIRONMENT,
        )
    with setup.reader() as db:
        texts, taught = _own_texts(db, config), lessons(db)
    if len(texts) < FEWEST:
        raise UserError(
            _("There are {count} different mentions to learn from, and {least} are needed.").format(
                count=number(len(texts)), least=number(FEWEST)
            ),
            _("Let the room collect, or import past mentions, and try again."),
        )
    base = shipped_weights()
    weights, report = adapted(base, texts, _teacher_says(texts), taught)
    name = None if dry_run else _keep(setup, base, weights, report)
    if as_json:
        print_json([{"model": name, "base": base.name, **report.to_values()}])
        return
    _tell(report)
    if name is None:
        say(_("Nothing was changed. Without --dry-run it is put in force and the past is judged anew."))
    else:
        say(_("{model} is in force and the past is being judged anew; --undo goes back.").format(model=name))


def _own_texts(db: Connection, config: Config) -> list[OwnText]:
    """The newest different texts of the room as the model is shown them."""
    from socialhub.pipeline.sentiment.adapt import MOST, OwnText
    from socialhub.pipeline.sentiment.judge import Judge, Told, topic_names
    from socialhub.pipeline.sentiment.linear import LinearModel
    from socialhub.store.sentiment_models import own_texts

    judge = Judge(LinearModel(), {}, topic_names(config.topics))
    return [OwnText(judge.nameless(Told(title, text, lang).words), lang) for title, text, lang in own_texts(db, MOST)]


def _teacher_says(texts: list[OwnText]) -> Floats:
    import numpy as np

    from socialhub.pipeline.sentiment.precise import PreciseModel

    teacher, told = PreciseModel(), []
    try:
        for start in range(0, len(texts), _BATCH):
            batch = texts[start : start + _BATCH]
            told.append(teacher.shares([each.text for each in batch], [each.lang for each in batch]))
            done = percent((start + len(batch)) / len(texts))
            progress(_("the precise model judges: {share}").format(share=done))
    finally:
        end_progress()
    return np.vstack(told)


def _keep(setup: Setup, base: Weights, weights: Weights, report: Report) -> str:
    from dataclasses import replace

    from socialhub.store.relabel import ask_relabel
    from socialhub.store.sentiment_models import add_model, next_name

    now = setup.clock.now()
    with setup.writer() as writer, writer.transaction(durable=True) as db:
        named = replace(weights, name=next_name(db, base.name))
        add_model(db, named.name, base.name, setup.operator, now, report.to_values(), named.to_bytes())
        ask_relabel(db, named.name, setup.operator, now)
    return named.name


def _tell(report: Report) -> None:
    before, after = report.before, report.after
    say(
        _("Learnt from {count} mentions and {gold} corrections; each was tried by what the others taught.").format(
            count=number(report.learnt), gold=number(report.gold)
        )
    )
    rows = [
        (_("judged as the precise model judges"), before.agreed, after.agreed),
        (_("complaints found"), before.negative_found, after.negative_found),
        (_("complaints called praise"), before.negative_called_positive, after.negative_called_positive),
        (_("neutral kept"), before.neutral_kept, after.neutral_kept),
    ]
    columns = [Column(_("beside the precise model")), Column(_("before"), right=True), Column(_("after"), right=True)]
    print_table(columns, [[name, percent(old), percent(new)] for name, old, new in rows])
    if report.gold:
        say(
            _("Corrections judged as people said: {before} of {count} before, {after} after.").format(
                before=number(report.gold_before), count=number(report.gold), after=number(report.gold_after)
            )
        )
    say(labelled(_("mentions with another tone"), percent(report.moved)))


# ---- back --------------------------------------------------------------------------------------------------------


def _go_back(setup: Setup, *, as_json: bool) -> None:
    from socialhub.pipeline.sentiment.linear import shipped_weights
    from socialhub.store.relabel import ask_relabel
    from socialhub.store.sentiment_models import undo

    with setup.writer() as writer, writer.transaction(durable=True) as db:
        back = undo(db)
        if back is None:
            raise UserError(_("No adapted model is in force: there is nothing to undo."))
        left, earlier = back
        now_in_force = earlier or shipped_weights().name
        ask_relabel(db, now_in_force, setup.operator, setup.clock.now())
    values: dict[str, Any] = {"left": left, "model": now_in_force}
    if as_json:
        print_json([values])
    else:
        say(_("{left} is out of force, {model} judges again; the past is being judged anew.").format(**values))
