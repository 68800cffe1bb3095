"""`socialhub signs`: signs of inauthenticity of an author, of a story's group, of those who speak on a topic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from socialhub.cli.command import group, json_option, option
from socialhub.cli.setup import Setup, pass_setup
from socialhub.errors import EXIT_USAGE, UserError
from socialhub.i18n import N_, _, labelled

if TYPE_CHECKING:
    from socialhub.signs import Signs


@group(
    "signs", help=N_("Signs of inauthenticity, with their reasons: of an author, a story, a topic. Never a verdict.")
)
def signs() -> None:
    """See `help`."""


@signs.command("author", help=N_("Of one author, over 30 days."))
@click.argument("name")
@json_option
@pass_setup
def author_command(setup: Setup, name: str, as_json: bool) -> None:
    """See `help`. NAME as for 'socialhub authors show'."""
    from socialhub.cli.authors_cmd import one_author
    from socialhub.live.authors import read_author
    from socialhub.live.signs import author_signs

    now = setup.clock.now()
    with setup.reader() as db:
        shown, key, whose = one_author(db, name)
        found = author_signs(db, whose, read_author(db, whose, now).role, now)
    _tell(found, shown, {"author": key}, of_author=True, as_json=as_json)


@signs.command("story", help=N_("Of those who tell the story of a mention."))
@click.argument("number_", metavar="ID", type=click.IntRange(1))
@json_option
@pass_setup
def story_command(setup: Setup, number_: int, as_json: bool) -> None:
    """See `help`."""
    from socialhub.live.signs import story_signs
    from socialhub.store.mentions import mention_by_id

    with setup.reader() as db:
        mention = mention_by_id(db, number_, setup.operator)
        if mention is None:
            raise UserError(_("There is no mention {id}.").format(id=number_))
        found = story_signs(db, mention.story, setup.clock.now())
    _tell(found, _("story {id}").format(id=mention.story), {"story": mention.story}, of_author=False, as_json=as_json)


@signs.command("topic", help=N_("Of those who spoke on a topic lately."))
@click.argument("topic_id", metavar="TOPIC")
@option("--since", metavar="TIME", default="6 h", help=N_("What was published in this length of time (6 h)."))
@json_option
@pass_setup
def topic_command(setup: Setup, topic_id: str, since: str, as_json: bool) -> None:
    """See `help`."""
    from socialhub.cli.durations import span_of
    from socialhub.live.signs import topic_signs
    from socialhub.store.topics import active_topics

    length, now = span_of(since, "--since"), setup.clock.now()
    with setup.reader() as db:
        topics = {topic.id: topic for topic in active_topics(db)}
        if topic_id not in topics:
            hint = _("There are: {topics}").format(topics=", ".join(topics) or "–")
            raise UserError(_("There is no topic {topic}.").format(topic=topic_id), hint, EXIT_USAGE)
        found = topic_signs(db, topics[topic_id].number, now - length, now)
    _tell(found, topics[topic_id].name, {"topic": topic_id}, of_author=False, as_json=as_json)


def _tell(found: Signs, name: str, what: dict[str, Any], *, of_author: bool, as_json: bool) -> None:
    from rich.text import Text

    from socialhub.cli.output import plain, print_json, print_text
    from socialhub.sign_words import sign_text, signs_text

    if as_json:
        print_json([what | signs_values(found)])
        return
    text = Text()
    text.append(labelled(plain(name), ""), "bold")
    text.append(signs_text(found, of_author=of_author))
    for sign in found.shown:
        text.append(f"\n{sign.points:>3}/{sign.most}  ", "dim")
        text.append(plain(sign_text(sign, of_author=of_author)))
    text.append("\n" + _("reasons to look, not a verdict"), "dim")
    print_text(text)


def signs_values(found: Signs) -> dict[str, Any]:
    """Signs for JSON: all five, also those without points; a `score` of null says why in `because`."""
    return {
        "score": found.score,
        "because": None if found.because is None else found.because.value,
        "posts": found.posts,
        "authors": found.authors,
        "press_left_out": found.press,
        "known_left_out": found.known,
        "signs": {
            sign.kind.value: {
                "points": sign.points,
                "of_points": sign.most,
                "count": sign.count,
                "of": sign.of,
                "detail": sign.detail or None,
            }
            for sign in found.signs
        },
    }
