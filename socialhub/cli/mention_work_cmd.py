"""`socialhub mentions assign|tag|note|state|mute|label`: ids from arguments or stdin, in short transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import click

from socialhub.cli.command import command, json_option, option
from socialhub.cli.setup import Setup, pass_setup
from socialhub.errors import EXIT_PROBLEMS, EXIT_USAGE, UserError
from socialhub.i18n import N_, _, ngettext, number
from socialhub.model import WorkState

if TYPE_CHECKING:
    from socialhub.store.connection import Connection
    from socialhub.store.corrections import Fix
    from socialhub.store.work import Step

    Work = Callable[[Connection, Sequence[int], int], tuple[Sequence[Step | Fix], dict[int, str]]]
    """Changes mentions at a moment (ms UTC); returns the steps, and who has those that were left alone."""

CHUNK: Final = 500
"""Mentions changed in one transaction: well under 200 ms."""
_ids = click.argument("numbers", metavar="[ID]...", nargs=-1, type=click.IntRange(1))


@command("assign", help=N_("Give mentions to somebody; what somebody else has is left alone without --force."))
@_ids
@option("--to", "to", metavar="NAME", help=N_("Who looks after them from now on; without it, you (see --as)."))
@option("--nobody", is_flag=True, help=N_("Give them back."))
@option("--force", is_flag=True, help=N_("Also what somebody else has."))
@json_option
@pass_setup
def assign(setup: Setup, numbers: tuple[int, ...], to: str | None, nobody: bool, force: bool, as_json: bool) -> None:
    """See `help`."""
    from socialhub.store import work

    if nobody and to is not None:
        raise click.UsageError(_("Either --to or --nobody."))
    name = "" if nobody else work.operator_named(to if to is not None else setup.operator)
    if not name and not nobody:
        raise click.BadParameter(_("This is no name."), param_hint="--to")

    def do(db: Connection, ids: Sequence[int], now: int) -> tuple[list[Step], dict[int, str]]:
        try:
            return work.assign(db, ids, name, setup.operator, now, force=force), {}
        except work.HeldError as held:
            free = [each for each in ids if each not in held.holders]
            return work.assign(db, free, name, setup.operator, now), held.holders

    _change(setup, numbers, do, as_json)


@command("state", help=N_("Put mentions into a state: new, open, waiting, answered, closed."))
@click.argument("state", type=click.Choice([state.value for state in WorkState]))
@_ids
@json_option
@pass_setup
def state_command(setup: Setup, state: str, numbers: tuple[int, ...], as_json: bool) -> None:
    """See `help`."""
    from socialhub.store import work

    _change(
        setup,
        numbers,
        lambda db, ids, now: (work.set_state(db, ids, WorkState(state), setup.operator, now), {}),
        as_json,
    )


@command(
    "tag",
    help=N_("Put tags on mentions (+tag) and take others off (-tag)."),
    # Whatever begins with a hyphen is a tag, unless it is a long option.
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},
)
@click.argument("words", metavar="[ID]... +TAG|-TAG...", nargs=-1, required=True, type=click.UNPROCESSED)
@json_option
@pass_setup
def tag(setup: Setup, words: tuple[str, ...], as_json: bool) -> None:
    """See `help`."""
    from socialhub.store import work

    numbers, tags = [], {"+": list[str](), "-": list[str]()}
    for word in words:
        if word.isascii() and word.isdigit():
            numbers.append(int(word))
        elif word[:1] in tags and not word.startswith("--"):
            tags[word[0]].append(work.tag_named(word[1:]))
        else:
            raise click.BadParameter(
                _("{word} is neither an id nor +tag nor -tag.").format(word=word), param_hint="TAG"
            )
    add, remove = tags["+"], tags["-"]
    if not add and not remove:
        raise UserError(_("Which tag?"), _("+tag puts it on, -tag takes it off."), EXIT_USAGE)
    _change(
        setup, numbers, lambda db, ids, now: (work.change_tags(db, ids, add, remove, setup.operator, now), {}), as_json
    )


@command("note", help=N_("Write a note beside mentions."))
@click.argument("text")
@_ids
@json_option
@pass_setup
def note(setup: Setup, text: str, numbers: tuple[int, ...], as_json: bool) -> None:
    """See `help`."""
    from socialhub.store import work

    _change(setup, numbers, lambda db, ids, now: (work.add_note(db, ids, text, setup.operator, now), {}), as_json)


@command("mute", help=N_("Hide mentions like this one from all lists, for a time."))
@click.argument("number_", metavar="ID", type=click.IntRange(1))
@option(
    "--by",
    "kind",
    type=click.Choice(["account", "author", "site", "hashtag", "words", "source"]),
    help=N_("What they have in common with it; without it, the narrowest that it offers."),
)
@option("--for", "span", metavar="TIME", help=N_("How long: '2 h', '7 d' (7 d)."))
@option("--until", metavar="DATE", help=N_("Until this day, or this moment: 2026-11-20, 2026-11-20T18:00."))
@option("--for-ever", is_flag=True, help=N_("Until it is lifted."))
@option("--reason", metavar="TEXT", default="", help=N_("Why, for the others."))
@option("--force", is_flag=True, help=N_("Also what would hide more than half of the last day."))
@json_option
@pass_setup
def mute(
    setup: Setup,
    number_: int,
    kind: str | None,
    span: str | None,
    until: str | None,
    for_ever: bool,
    reason: str,
    force: bool,
    as_json: bool,
) -> None:
    """See `help`."""
    from socialhub.cli.mutes_cmd import Wish, add_mute, end_of
    from socialhub.screens.mute_proposals import proposals
    from socialhub.store.mentions import mention_by_id

    ends = end_of(setup, span, until, for_ever=for_ever)
    with setup.reader() as db:
        found = mention_by_id(db, number_, setup.operator)
    if found is None:
        raise UserError(_("There is no mention {id}.").format(id=number_))
    offered = proposals(found)
    fitting = [each.query for each in offered if kind in (None, each.kind)]
    if not fitting:
        hint = _("There are: {topics}").format(topics=", ".join(dict.fromkeys(each.kind for each in offered)) or "–")
        raise UserError(_("Mention {id} has no {kind}.").format(id=number_, kind=kind), hint)
    add_mute(setup, Wish(fitting[0], ends, reason, force), as_json=as_json)


_TONES: Final = {"neg": -1, "neu": 0, "pos": 1, "auto": None}


@command(
    "label",
    help=N_("Correct the tone of mentions: neg, neu or pos; auto gives the judge's back."),
)
@click.argument("words", metavar="[ID]... neg|neu|pos|auto", nargs=-1, required=True)
@option("--topic", "slug", metavar="ID", default="", help=N_("Towards this topic; without it, in general."))
@json_option
@pass_setup
def label(setup: Setup, words: tuple[str, ...], slug: str, as_json: bool) -> None:
    """See `help`."""
    from socialhub.model import Tone
    from socialhub.store.corrections import fix_tones

    numbers = [int(word) for word in words if word.isascii() and word.isdigit()]
    tones = [word for word in words if word in _TONES]
    if len(tones) != 1 or len(numbers) + 1 != len(words):
        raise UserError(_("Which tone?"), _("Ids, then one of neg, neu, pos, auto."), EXIT_USAGE)
    value = _TONES[tones[0]]
    tone = None if value is None else Tone(value)
    topic = _topic_number(setup, slug) if slug else 0
    _change(setup, numbers, lambda db, ids, now: (fix_tones(db, ids, topic, tone, setup.operator, now), {}), as_json)


def _topic_number(setup: Setup, slug: str) -> int:
    from socialhub.store.topics import active_topics

    with setup.reader() as db:
        numbers = {topic.id: topic.number for topic in active_topics(db)}
    if slug not in numbers:
        raise UserError(_("There is no topic {id}.").format(id=slug), _("'socialhub topics list' shows them."))
    return numbers[slug]


@command(
    "split",
    help=N_("Make what a source shows of a mention a mention of its own: it is not the same post. 'rejoin' undoes it."),
)
@click.argument("number_", metavar="ID", type=click.IntRange(1))
@option("--source", "name", metavar="NAME", required=True, help=N_("What this source shows of it."))
@json_option
@pass_setup
def split(setup: Setup, number_: int, name: str, as_json: bool) -> None:
    """See `help`."""
    from socialhub.cli.output import print_json, say
    from socialhub.store.sightings import ways_of
    from socialhub.store.splitting import split_off

    made = []
    with setup.writer() as writer, writer.transaction(durable=True) as db:
        ways = ways_of(db, number_)
        meant = [way for way in ways if way.name.casefold() == name.casefold()]
        if not ways:
            raise UserError(_("There is no mention {id}.").format(id=number_))
        if not meant:
            hint = _("It was seen by {sources}.").format(sources=", ".join(way.name for way in ways))
            raise UserError(_("{source} does not show this mention.").format(source=name), hint, EXIT_USAGE)
        now = setup.clock.now()
        made = [split_off(db, way.source, way.native_id, setup.operator, now, setup.zone) for way in meant]
    if as_json:
        print_json({"id": each, "split_off": number_} for each in made)
    for each in made:
        say(_("Split off: it is mention {id} now.").format(id=each))


@command("rejoin", help=N_("What was split off is of the same mention again."))
@_ids
@json_option
@pass_setup
def rejoin_command(setup: Setup, numbers: tuple[int, ...], as_json: bool) -> None:
    """See `help`."""
    from socialhub.cli.mention_work import asked_ids
    from socialhub.cli.output import print_json, say
    from socialhub.store.splitting import rejoin

    with setup.writer() as writer, writer.transaction(durable=True) as db:
        joined = [(each, rejoin(db, each, setup.operator, setup.clock.now())) for each in asked_ids(numbers)]
    if as_json:
        print_json({"id": whole, "joined": each} for each, whole in joined)
    for _each, whole in joined:
        say(_("Joined: it is of mention {id} again.").format(id=whole))


WORK_COMMANDS: Final = (assign, state_command, tag, note, mute, label, split, rejoin_command)


def _change(setup: Setup, numbers: Sequence[int], do: Work, as_json: bool) -> None:
    """Change the mentions that are meant, and say or print how they stand then; a problem when one was left alone."""
    from socialhub.cli.mention_work import asked_ids
    from socialhub.cli.output import say

    ids, now = asked_ids(numbers), setup.clock.now()
    held: dict[int, str] = {}
    changed: set[int] = set()
    with setup.writer() as writer:
        known = _known(writer.db, ids)
        for chunk in _chunks(known):
            with writer.transaction(durable=True) as db:
                steps, left = do(db, chunk, now)
            changed |= {step.mention for step in steps}
            held |= left
        if as_json:
            _print_standing(writer.db, known, changed, setup.operator)
    missing = [each for each in ids if each not in set(known)]
    for each in missing:
        say(_("There is no mention {id}.").format(id=each))
    for each, holder in held.items():
        say(_("{name} has mention {id}: --force takes it over.").format(name=holder, id=each))
    count = len(changed)
    say(ngettext("{count} mention changed.", "{count} mentions changed.", count).format(count=number(count)))
    if missing or held:
        click.get_current_context().exit(EXIT_PROBLEMS)


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[low : low + CHUNK] for low in range(0, len(ids), CHUNK))


def _known(db: Connection, ids: Sequence[int]) -> list[int]:
    import json

    rows = db.execute("SELECT id FROM mentions WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),))
    there = {mention for (mention,) in rows}
    return [each for each in ids if each in there]


def _print_standing(db: Connection, ids: Sequence[int], changed: set[int], operator: str) -> None:
    from socialhub.cli.output import print_json
    from socialhub.store.mentions import mentions_by_id

    found = {each.id: each for chunk in _chunks(ids) for each in mentions_by_id(db, chunk, operator)}
    print_json(
        {
            "id": each.id,
            "changed": each.id in changed,
            "state": each.state,
            "assignee": each.assignee or None,
            "tags": list(each.tags),
            "notes": each.notes,
        }
        for each in (found[each] for each in ids if each in found)
    )
