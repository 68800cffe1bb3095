"""`socialhub mentions`: list and show; what is done with them is in `mention_work_cmd`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from socialhub.cli.command import group, json_option, option
from socialhub.cli.mention_work_cmd import WORK_COMMANDS
from socialhub.cli.setup import Setup, pass_setup
from socialhub.errors import EXIT_USAGE, UserError
from socialhub.gone_words import gone_because
from socialhub.i18n import N_, _, labelled, number
from socialhub.model import WorkState

if TYPE_CHECKING:
    from socialhub.live.reasons import Judged
    from socialhub.model import Mention
    from socialhub.query import Node
    from socialhub.store.connection import Connection


@group("mentions", help=N_("The stored mentions: list, show, assign, tag, note, state, mute, label, split."))
def mentions() -> None:
    """See `help`."""


for _command in WORK_COMMANDS:
    mentions.add_command(_command)


@mentions.command("list", help=N_("The newest mentions, narrowed as you like."))
@option("--topic", metavar="ID", help=N_("Of this topic ('socialhub topics list')."))
@option("--source", metavar="NAME", help=N_("Of this source."))
@option("--sentiment", type=click.Choice(["neg", "neu", "pos", "unsure"]), help=N_("Of this tone."))
@option("--state", type=click.Choice([state.value for state in WorkState]), help=N_("In this state."))
@option("--assignee", metavar="NAME", help=N_("That this operator looks after; 'none' for nobody."))
@option("--tag", metavar="TAG", help=N_("With this tag."))
@option("--muted", is_flag=True, help=N_("What mutes hide, too."))
@option("--unread", is_flag=True, help=N_("That the operator has not read (see --as)."))
@option("--stories", is_flag=True, help=N_("A line for each story: its first mention, and how many tell it."))
@option("--since", metavar="TIME", help=N_("Only what was published in this length of time: '7 d', '2 h'."))
@option("--limit", type=click.IntRange(1), default=50, help=N_("At most so many mentions (50)."))
@json_option
@pass_setup
def list_command(
    setup: Setup,
    topic: str | None,
    source: str | None,
    sentiment: str | None,
    state: str | None,
    assignee: str | None,
    tag: str | None,
    muted: bool,
    unread: bool,
    stories: bool,
    since: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """See `help`."""
    from socialhub.cli.find import Finder, mention_values, print_mentions, topic_slugs
    from socialhub.cli.output import print_json

    with setup.reader() as db:
        slugs = topic_slugs(db)
        if topic is not None and topic not in slugs.values():
            hint = _("There are: {topics}").format(topics=", ".join(slugs.values()) or "–")
            raise UserError(_("There is no topic {topic}.").format(topic=topic), hint, EXIT_USAGE)
        fields = {"topic": topic, "source": source, "sentiment": sentiment, "is": "unread" if unread else None}
        fields |= {"state": state, "assignee": assignee, "tag": tag}
        finder = Finder(setup, db, _narrowed(db, fields, since), hide_muted=not muted)
        found = list(finder.newest_first(limit, folded=stories))
        if as_json:
            values = (mention_values(mention, slugs) for mention in found)
            print_json(v | {"copies": m.copies} if stories else v for v, m in zip(values, found, strict=True))
        else:
            print_mentions(found, finder.now, finder.zone)
        finder.say_hidden()


def _narrowed(db: Connection, fields: dict[str, str | None], since: str | None) -> Node | None:
    """The tree that asks for these values."""
    from socialhub.cli.find import node_of
    from socialhub.cli.sources_cmd import find_source
    from socialhub.query import all_of
    from socialhub.query.fields import ascii_lower, read_field
    from socialhub.query.tree import Field

    if name := fields["source"]:
        fields["source"] = ascii_lower(find_source(db, name, configured_only=False).name)
    worded = ("assignee", "tag")
    parts: list[Node] = [
        read_field(field, value, 0) if field in worded else Field(field, value)
        for field, value in fields.items()
        if value is not None
    ]
    recent = node_of("", since)
    parts += [recent] if recent is not None else []
    return all_of(parts) if parts else None


@mentions.command("show", help=N_("One mention whole: text, link, topics, why this tone, earlier versions."))
@click.argument("number_", metavar="ID", type=click.IntRange(1))
@option("--explain", is_flag=True, help=N_("Say of every topic why the mention matches it, or which part failed."))
@option("--query", "asked", metavar="QUERY", default="", help=N_("Explain this query too."))
@json_option
@pass_setup
def show(setup: Setup, number_: int, explain: bool, asked: str, as_json: bool) -> None:
    """See `help`."""
    from socialhub.cli.find import mention_values, topic_slugs
    from socialhub.cli.mention_tones import tone_values
    from socialhub.cli.mention_work import work_text, work_values
    from socialhub.cli.output import print_json, print_text
    from socialhub.cli.pace_values import pace_values
    from socialhub.cli.story_words import story_values
    from socialhub.cli.view import moment
    from socialhub.cli.vote_values import vote_values
    from socialhub.cli.way_values import way_values
    from socialhub.store.engagement import snapshots_of
    from socialhub.store.mentions import links_of, mention_by_id, spread_of, versions_of, why_of
    from socialhub.store.story_spread import story_spread

    with setup.reader() as db:
        found = mention_by_id(db, number_, setup.operator)
        if found is None:
            raise UserError(_("There is no mention {id}.").format(id=number_))
        verdicts = _verdicts(db, setup, number_, asked) if explain or asked else []
        if not as_json:
            print_text(_whole(db, setup, found))
            if (done := work_text(db, setup, found)).plain:
                print_text(done)
            if verdicts:
                print_text(_explained(verdicts))
            return
        why, spread = why_of(db, number_), spread_of(db, found)
        more = {
            "tombstone": found.tombstone or None,
            "edited_at": moment(found.edited),
            "score": None if why is None else why.score,
            "tones": tone_values(db, number_),
            "why": [{"word": word.text, "weight": word.weight} for word in (why.why if why else ())],
            "links": list(links_of(db, number_)),
            "seen_by": list(spread.sources),
            "ways": way_values(db, number_),
            "relays": spread.relays,
            "story": story_values(story_spread(db, found.story)),
            "likes": found.likes,
            "shares": found.shares,
            "replies": found.replies,
            **_reach_values(db, found),
            "rating": found.rating,
            "viral": found.viral,
            "ballot": vote_values(db, number_),
            "engagement": pace_values(snapshots_of(db, number_), setup.clock.now()),
            "versions": [
                {"replaced_at": moment(each.seen), "title": each.title, "text": each.text}
                for each in versions_of(db, number_)
            ],
        }
        if verdicts:
            more["explained"] = [verdict_values(each) for each in verdicts]
        more |= work_values(db, found, setup.clock.now())
        print_json([mention_values(found, topic_slugs(db)) | more])


def _reach_values(db: Connection, found: Mention) -> dict[str, Any]:
    """How many it may have reached, how that is known; and its whole story, where a person counts once."""
    from socialhub.store.reach import mention_reach, story_reach

    reach, story = mention_reach(db, found.id), story_reach(db, found.story)
    return {
        "reach": reach.people,
        "reach_known_by": reach.known.value,
        "audience": None if reach.audience is None else reach.audience.kind,
        "story_reach": {
            "people": story.people if story.known else None,
            "authors_known": story.known,
            "authors_unknown": story.unknown,
        },
    }


def _verdicts(db: Connection, setup: Setup, number_: int, asked: str) -> list[Judged]:
    from socialhub.live.reasons import judge
    from socialhub.query import parse
    from socialhub.store.topics import active_topics

    if asked:
        parse(asked)
    topics, now = active_topics(db), setup.clock.now()
    return judge(db, number_, topics, asked, operator=setup.operator, now=now, zone=setup.zone) or []


def verdict_values(judged: Judged) -> dict[str, Any]:
    """A verdict for JSON."""
    parts = [{"query": line.query, "holds": line.holds, "words": list(line.words)} for line in judged.lines]
    return {"topic": judged.name or None, "holds": judged.holds, "parts": parts, "trouble": judged.trouble or None}


def _explained(verdicts: list[Judged]) -> Text:
    """The verdicts as lines: every part of the query with ✓ or ✗ and the words that were found."""
    from socialhub.text import clean

    text = Text()
    for judged in verdicts:
        text.append("\n")
        text.append(*_mark(judged.holds))
        name = judged.name or _("the query")
        text.append(f"{clean(name, single_line=True)}\n", "bold")
        if judged.trouble:
            text.append(f"    {judged.trouble}\n")
        for line in judged.lines:
            text.append("    ")
            text.append(*_mark(line.holds))
            text.append(clean(line.query, single_line=True))
            text.append(f"  {', '.join(clean(word, single_line=True) for word in line.words)}\n", "dim")
    text.rstrip()
    return text


def _mark(holds: bool) -> tuple[str, str]:
    return ("✓ ", "green") if holds else ("✗ ", "red")


def _whole(db: Connection, setup: Setup, found: Mention) -> Text:
    """The mention as a text with styles: words of its topics highlighted, then what is known of it."""
    from socialhub.cli.find import highlighted
    from socialhub.store.topics import active_topics
    from socialhub.text import clean

    if found.tombstone:
        return Text(
            _("This mention was taken away ({reason}); only its identity is kept.").format(
                reason=clean(gone_because(found.tombstone), single_line=True)
            )
        )
    text = Text()
    if found.title:
        text.append(f"{clean(found.title, single_line=True)}\n", "bold")
    node = _asked_for([topic.query for topic in active_topics(db) if topic.number in found.topics])
    text.append(highlighted(clean(found.text), node))
    text.append("\n\n")
    for name, value in _facts(db, setup, found):
        text.append(labelled(name, ""), "dim")
        text.append(f"{clean(value, single_line=True)}\n")
    text.rstrip()
    return text


def _asked_for(queries: list[str]) -> Node | None:
    """What the topics of a mention look for, together."""
    from socialhub.query import QueryError, any_of, parse

    nodes = []
    for query in queries:
        try:
            nodes.append(parse(query))
        except QueryError:
            # A newer socialhub may have written it: the mention is shown without its marks.
            continue
    return any_of(nodes) if nodes else None


def _facts(db: Connection, setup: Setup, found: Mention) -> list[tuple[str, str]]:
    """Names and values, empty ones left out."""
    from socialhub.ages import moment_text
    from socialhub.cli.find import topic_slugs
    from socialhub.cli.mention_tones import tone_facts
    from socialhub.cli.story_words import story_facts
    from socialhub.cli.vote_values import vote_facts
    from socialhub.cli.way_values import way_facts
    from socialhub.pace_words import pace_lines, why_followed
    from socialhub.store.engagement import snapshots_of
    from socialhub.store.mentions import links_of, spread_of, versions_of
    from socialhub.store.story_spread import story_spread

    now, snapshots = setup.clock.now(), snapshots_of(db, found.id)
    spread, slugs = spread_of(db, found), topic_slugs(db)
    times = [(_("published"), found.published), (_("seen"), found.seen), (_("edited"), found.edited)]
    counts = [
        (_("followers"), found.followers),
        (_("likes"), found.likes),
        (_("shares"), found.shares),
        (_("replies"), found.replies),
        (_("passed on"), spread.relays or None),
        (_("earlier versions"), len(versions_of(db, found.id)) or None),
    ]
    facts = [
        (_("author"), f"{found.author} @{found.handle}" if found.handle else found.author),
        (_("source"), f"{found.source} ({found.source_kind})"),
        *((name, moment_text(at, now, setup.zone)) for name, at in times if at is not None),
        (_("link"), found.url),
        (_("topics"), ", ".join(slugs[each] for each in found.topics if each in slugs)),
        *tone_facts(db, found, now, setup.zone),
        (_("language"), found.lang),
        (_("place"), found.place),
        (_("content warning"), found.warning),
        *((name, number(value)) for name, value in counts if value is not None),
        *vote_facts(db, found.id, now, setup.zone),
        *((each.age, each.text) for each in pace_lines(snapshots, now)),
        (_("followed because"), why_followed(snapshots)),
        *story_facts(story_spread(db, found.story), now, setup.zone),
        (_("links"), " ".join(links_of(db, found.id))),
        *way_facts(db, found.id),
    ]
    return [(name, value) for name, value in facts if value.strip()]
