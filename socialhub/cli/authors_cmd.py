"""`socialhub authors`: anybody who was heard, on a list or not: role with its reason, reach, influence by topic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from socialhub.ages import moment_text
from socialhub.author_words import parts_of, reason_text, role_text
from socialhub.cli.command import group, json_option
from socialhub.cli.setup import Setup, pass_setup
from socialhub.cli.view import moment
from socialhub.errors import EXIT_USAGE, UserError
from socialhub.i18n import N_, _, labelled, number
from socialhub.roles import Role

if TYPE_CHECKING:
    from rich.text import Text

    from socialhub.live.authors import Author, OnTopic
    from socialhub.model import Topic
    from socialhub.store.authors import Whose
    from socialhub.store.connection import Connection

AUTO: Final = "auto"
"""Takes a correction back: the rules speak again."""
_MOST_NAMED: Final = 8


@group("authors", help=N_("Whoever was heard: role and why, reach, influence on each topic; correct a role."))
def authors() -> None:
    """See `help`."""


@authors.command("show", help=N_("One author: role and why, reach, tone, and influence on each topic with its parts."))
@click.argument("name")
@json_option
@pass_setup
def show(setup: Setup, name: str, as_json: bool) -> None:
    """See `help`. NAME is a handle, a site, a byline, a key (mastodon/lea@piaille.fr), or somebody on a watchlist."""
    from socialhub.cli.output import print_json, print_text
    from socialhub.live.authors import read_author
    from socialhub.store.topics import active_topics

    now = setup.clock.now()
    with setup.reader() as db:
        shown, key, whose = one_author(db, name)
        found = read_author(db, whose, now)
        topics = {topic.number: topic for topic in active_topics(db)}
    if as_json:
        print_json([{"author": key, "name": shown, **author_values(found, topics)}])
    else:
        print_text(_whole(shown, key, found, topics, setup))


@authors.command("role", help=N_("Correct what an author is taken for; 'auto' lets the rules speak again."))
@click.argument("name")
@click.argument("role", type=click.Choice([*(role.value for role in Role), AUTO]))
@json_option
@pass_setup
def role_command(setup: Setup, name: str, role: str, as_json: bool) -> None:
    """See `help`."""
    from socialhub.cli.output import print_json, say
    from socialhub.live.authors import read_author
    from socialhub.store.authors import SaidRole, say_role

    now = setup.clock.now()
    with setup.writer() as writer:
        shown, key, whose = one_author(writer.db, name)
        said = None if role == AUTO else SaidRole(role, setup.operator, now)
        with writer.transaction(durable=True) as db:
            say_role(db, whose, said)
        judged = read_author(writer.db, whose, now).role
    if as_json:
        print_json([{"author": key, "role": judged.role.value, "because": reason_text(judged)}])
    else:
        say(labelled(shown, role_text(judged)))


def one_author(db: Connection, name: str) -> tuple[str, str, Whose]:
    """(name as shown, key, who) of whoever is meant; raises UserError for nobody and for several."""
    from socialhub.store.authors import find_authors, role_key
    from socialhub.store.people import find_person

    people = find_person(db, name)
    if len(people) == 1:
        return people[0].name, role_key(db, people[0].number), people[0].number
    if people:
        hint = _("Name one of them: {people}").format(people=", ".join(person.id for person in people))
        raise UserError(_("{name} is the name of several people.").format(name=name), hint, EXIT_USAGE)
    found = find_authors(db, name)
    if len(found) == 1:
        return found[0].shown, found[0].text, found[0]
    if found:
        hint = _("Name one of them: {people}").format(people=", ".join(key.text for key in found[:_MOST_NAMED]))
        raise UserError(_("{name} is the name of several people.").format(name=name), hint, EXIT_USAGE)
    hint = _("Give a handle as it was heard (lea@piaille.fr), a site, a byline, or who is on a watchlist.")
    raise UserError(_("Nobody called {name} was heard.").format(name=name), hint, EXIT_USAGE)


def author_values(found: Author, topics: dict[int, Topic]) -> dict[str, Any]:
    """What is told of an author, for --json."""
    return {
        "role": found.role.role.value,
        "role_because": found.role.because.value,
        "role_detail": found.role.detail,
        "mentions": found.mentions,
        "partial": found.partial,
        "reach": found.reach,
        "net_sentiment": found.net,
        "first_heard": moment(found.first),
        "last_heard": moment(found.last),
        "sources": dict(found.sources),
        "over_a_bridge": {key.text: mentions for key, mentions in found.same},
        "verified_links": {key.text: mentions for key, mentions in found.verified},
        "topics": [
            {"topic": topics[each.topic].id, "mentions": each.mentions, "net_sentiment": each.net, **_influence(each)}
            for each in found.topics
        ],
    }


def _influence(each: OnTopic) -> dict[str, Any]:
    heard = each.influence.heard
    return {
        "influence": each.influence.score,
        "parts": {part.part.value: {"points": part.points, "of": part.most} for part in each.influence.parts},
        "stories": heard.stories,
        "passed_on": heard.passed_on,
        "taken_over_by": heard.copied,
        "early": heard.early,
        "shared_stories": heard.shared,
        "reach": heard.reach,
    }


def _whole(shown: str, key: str, found: Author, topics: dict[int, Topic], setup: Setup) -> Text:
    from rich.text import Text

    from socialhub.cli.output import plain

    now = setup.clock.now()
    heard = [moment_text(at, now, setup.zone) for at in (found.first, found.last) if at is not None]
    facts = [
        (_("key"), key),
        (_("role"), role_text(found.role)),
        (_("description"), found.told.bio),
        (_("mentions · 90 d"), ("≥ " if found.partial else "") + number(found.mentions)),
        (_("reach"), _("unknown") if found.reach is None else number(found.reach)),
        (_("tone"), "" if found.net is None else f"{found.net:+d}"),
        (_("sources"), ", ".join(f"{name} {number(count)}" for name, count in found.sources)),
        (_("over a bridge"), ", ".join(f"{same.text} {number(count)}" for same, count in found.same)),
        (_("verified link"), ", ".join(f"{link.text} {number(count)}" for link, count in found.verified)),
        (_("first heard"), heard[0] if heard else ""),
        (_("last heard"), heard[-1] if heard else ""),
    ]
    text = Text()
    text.append(f"{plain(shown)}\n", "bold")
    for name, value in facts:
        if value:
            text.append(labelled(name, ""), "dim")
            text.append(f"{plain(value)}\n")
    for each in found.topics:
        text.append(f"\n{plain(topics[each.topic].name)} ", "bold")
        text.append(labelled(_("influence"), f"{each.influence.score}/100\n"))
        rows = list(parts_of(each.influence))
        width = max(len(name) for name, _points, _fact in rows)
        for name, points, fact in rows:
            text.append(f"  {name.ljust(width)}  {points:>6}  ", "dim")
            text.append(f"{fact}\n")
    text.rstrip()
    return text
