"""`socialhub people`: who of the watchlists spoke, one person whole, what a list talks about more than usual."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from socialhub.ages import moment_text
from socialhub.cli.command import group, json_option, option
from socialhub.cli.output import Column, print_json, print_table, say
from socialhub.cli.setup import Setup, pass_setup
from socialhub.cli.view import moment
from socialhub.errors import EXIT_USAGE, UserError
from socialhub.i18n import N_, _, decimal, labelled, ngettext, number

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.text import Text

    from socialhub.detect.interests import Interests, Subject
    from socialhub.live.people import PersonPage, Watched, WatchedList
    from socialhub.model import Person, Watchlist
    from socialhub.store.connection import Connection
    from socialhub.store.jobs import Job
    from socialhub.store.person_notes import PersonNote

USUAL_SINCE: Final = N_("7 d")
KIND_NAMES: Final = {
    "press": N_("press"),
    "institution": N_("institution"),
    "partner": N_("partner"),
    "influencer": N_("influencer"),
    "employee": N_("employee"),
    "competitor": N_("competitor"),
    "other": N_("other"),
}
"""The kinds of watchlists as a person reads them; files and --json keep the English words."""
MOST_SUBJECTS: Final = 20

since_option = option("--since", default=USUAL_SINCE, metavar="TIME", help=N_("The period: the last so long (7 d)."))


@group("people", help=N_("The watchlists: who spoke, one person whole, what they talk about."))
def people() -> None:
    """See `help`."""


@people.command("list", help=N_("Everybody who is watched: how often they spoke, beside the usual, and about what."))
@option("--list", "list_id", metavar="ID", help=N_("Only this watchlist."))
@since_option
@json_option
@pass_setup
def list_command(setup: Setup, list_id: str | None, since: str, as_json: bool) -> None:
    """See `help`."""
    from socialhub.cli.durations import span_of
    from socialhub.live.people import read_people

    now = setup.clock.now()
    with setup.reader() as db:
        chosen = _chosen_lists(db, list_id)
        found = read_people(db, span_of(since, "--since"), None, now, others=False)
        names = _topic_names(db)
    lists = [each for each in found.lists if each.list in chosen]
    if as_json:
        print_json(_watched_values(each.list, watched, names) for each in lists for watched in each.people)
    else:
        _print_lists(lists, names, setup, now)


def _chosen_lists(db: Connection, list_id: str | None) -> list[Watchlist]:
    """The lists meant, all without an id; raises UserError when there is no such list or none at all."""
    from socialhub.store.people import active_watchlists

    lists = active_watchlists(db)
    if not lists:
        hint = _("Say whom to follow under [[watchlists]] in config.toml, and let it collect once.")
        raise UserError(_("There is no watchlist."), hint)
    chosen = [each for each in lists if list_id in (None, each.id)]
    if not chosen:
        hint = _("There are: {lists}").format(lists=", ".join(each.id for each in lists))
        raise UserError(_("There is no watchlist {id}.").format(id=list_id), hint, EXIT_USAGE)
    return chosen


def _topic_names(db: Connection) -> dict[int, tuple[str, str]]:
    """(slug, name) of the topics by number."""
    from socialhub.store.topics import active_topics

    return {topic.number: (topic.id, topic.name) for topic in active_topics(db)}


def _watched_values(watchlist: Watchlist, watched: Watched, topics: dict[int, tuple[str, str]]) -> dict[str, Any]:
    return {
        "list": watchlist.id,
        "id": watched.person.id,
        "name": watched.person.name,
        **_voice_values(watched, topics),
    }


def _voice_values(watched: Watched, topics: dict[int, tuple[str, str]]) -> dict[str, Any]:
    voice = watched.voice
    return {
        "mentions": voice.mentions,
        "usual": None if watched.usual is None else round(watched.usual, 2),
        "topics": {topics[number_][0]: mentions for number_, mentions in voice.topics if number_ in topics},
        "net_sentiment": voice.net,
        "reach": voice.reach,
        "last_heard": moment(voice.last),
        "last_contact": moment(voice.contact),
    }


def _print_lists(lists: list[WatchedList], names: dict[int, tuple[str, str]], setup: Setup, now: int) -> None:
    columns = [Column(_("list")), Column(_("name")), Column(_("mentions"), right=True), Column(_("usual"), right=True)]
    columns += [Column(_("topics"), may_shrink=True), Column(_("tone"), right=True)]
    columns += [Column(_("last heard"), right=True), Column(_("last contact"), right=True)]
    rows = [
        [
            each.list.id,
            watched.person.name,
            number(watched.voice.mentions) if watched.voice.mentions else _("silent"),
            "–" if watched.usual is None else decimal(watched.usual, 1),
            ", ".join(names[topic][1] for topic, _mentions in watched.voice.topics if topic in names),
            "–" if watched.voice.net is None else f"{watched.voice.net:+d}",
            _when(watched.voice.last, now, setup),
            _when(watched.voice.contact, now, setup),
        ]
        for each in lists
        for watched in sorted(each.people, key=lambda one: (-one.voice.mentions, -(one.voice.last or 0)))
    ]
    print_table(columns, rows)


def _when(at: int | None, now: int, setup: Setup) -> str:
    return "–" if at is None else moment_text(at, now, setup.zone)


# ---- one person --------------------------------------------------------------------------------------------------


@people.command("show", help=N_("One person: what they said, their subjects, notes and exchanges, posts passed on."))
@click.argument("name")
@since_option
@json_option
@pass_setup
def show(setup: Setup, name: str, since: str, as_json: bool) -> None:
    """See `help`. NAME is an id, a name or part of one, or a handle."""
    from socialhub.cli.durations import span_of
    from socialhub.live.people import interests_of, read_person, read_texts

    length, now = span_of(since, "--since"), setup.clock.now()
    with setup.reader() as db:
        person = _one_person(db, name)
        page = read_person(db, person, length, now)
        found = interests_of(read_texts(db, (person.number,), length, now))
        topics = _topic_names(db)
    if as_json:
        print_json(
            [
                {
                    "id": person.id,
                    "name": person.name,
                    "role": person.role,
                    "lists": list(person.lists),
                    "handles": list(person.handles),
                    "sites": list(person.sites),
                    "bylines": list(person.bylines),
                    "over_a_bridge": [
                        {"handle": copy.handle, "mentions": copy.mentions, "kept_apart_by": copy.apart or None}
                        for copy in page.copies
                    ],
                    "since": moment(person.since),
                    **_voice_values(page.watched, topics),
                    "interests": [_subject_values(subject) for subject in found.subjects],
                    "notes": [_note_values(note) for note in page.notes],
                    "passed_on": [
                        {"id": relay.mention, "at": moment(relay.at), "author": relay.author} for relay in page.relays
                    ],
                }
            ]
        )
        return
    from socialhub.cli.output import print_text

    print_text(_whole(page, found, topics, setup))


def _one_person(db: Connection, name: str) -> Person:
    from socialhub.store.people import find_person

    found = find_person(db, name)
    if len(found) == 1:
        return found[0]
    if found:
        hint = _("Name one of them: {people}").format(people=", ".join(person.id for person in found))
        raise UserError(_("{name} is the name of several people.").format(name=name), hint, EXIT_USAGE)
    hint = _("'socialhub people list' names everybody.")
    raise UserError(_("Nobody on the watchlists is called {name}.").format(name=name), hint, EXIT_USAGE)


def _whole(
    page: PersonPage,
    found: Interests,
    topics: dict[int, tuple[str, str]],
    setup: Setup,
) -> Text:
    """The person as a text with styles, empty facts left out."""
    from rich.text import Text

    from socialhub.cli.output import plain
    from socialhub.screens.copy_words import copy_words

    watched, passed_on = page.watched, len(page.relays)
    person, voice, now = watched.person, watched.voice, setup.clock.now()
    known_by = (*person.handles, *person.sites, *person.bylines, *map(copy_words, page.copies))
    usual = "" if watched.usual is None else _("usual {count}").format(count=decimal(watched.usual, 1))
    facts = [
        (_("role"), person.role),
        (_("lists"), ", ".join(person.lists)),
        (_("recognised by"), ", ".join(known_by)),
        (_("mentions"), " · ".join(filter(None, [number(voice.mentions), usual]))),
        (_("topics"), ", ".join(f"{topics[each][1]} {count}" for each, count in voice.topics if each in topics)),
        (_("tone"), "" if voice.net is None else f"{voice.net:+d}"),
        (_("reach"), "" if voice.reach is None else number(voice.reach)),
        (_("last heard"), _when(voice.last, now, setup)),
        (_("last contact"), _when(voice.contact, now, setup)),
        (_("passed on"), number(passed_on) if passed_on else ""),
        (_("subjects"), ", ".join(subject.words for subject in found.subjects)),
    ]
    text = Text()
    text.append(f"{plain(person.name)}\n", "bold")
    for name, value in facts:
        if value:
            text.append(labelled(name, ""), "dim")
            text.append(f"{plain(value)}\n")
    for note in page.notes:
        text.append(f"\n{moment_text(note.at, now, setup.zone)} ", "dim")
        text.append(f"{note_kind(note.kind)} · {plain(note.operator)}\n", "dim")
        text.append(f"{plain(note.text)}\n")
    text.rstrip()
    return text


def note_kind(kind: str) -> str:
    """What a note is, in words."""
    return _("exchange") if kind == "exchange" else _("note")


def _note_values(note: PersonNote) -> dict[str, Any]:
    return {"at": moment(note.at), "operator": note.operator, "kind": note.kind, "text": note.text}


# ---- handles that are not who they would be taken for --------------------------------------------------------------


@people.command("apart", help=N_("A handle is not the person it is taken for: nothing under it is theirs any more."))
@click.argument("handle")
@pass_setup
def apart(setup: Setup, handle: str) -> None:
    """See `help`."""
    from socialhub.store.people import keep_apart

    now = setup.clock.now()
    if _go_through_the_past(setup, lambda db: keep_apart(db, handle, setup.operator, now)):
        say(_("{handle} is nobody’s now.").format(handle=_shown(handle)))
    else:
        say(_("{handle} was nobody’s before.").format(handle=_shown(handle)))


@people.command("together", help=N_("Take 'apart' back: the handle is whom it is taken for."))
@click.argument("handle")
@pass_setup
def together(setup: Setup, handle: str) -> None:
    """See `help`."""
    from socialhub.store.people import put_together

    now = setup.clock.now()
    if _go_through_the_past(setup, lambda db: put_together(db, handle, now)):
        say(_("{handle} is whom it is taken for again.").format(handle=_shown(handle)))
    else:
        say(_("{handle} was not kept apart.").format(handle=_shown(handle)))


def _shown(handle: str) -> str:
    from socialhub.cli.output import plain

    return plain(handle.strip().removeprefix("@"))


def _go_through_the_past(setup: Setup, change: Callable[[Connection], bool]) -> bool:
    """Change who a handle is, and see the past gone through where nobody collects; whether it changed anything."""
    from socialhub.cli.jobs import see_through
    from socialhub.store.people import searches_of_the_past

    changed: list[bool] = []

    def ask(db: Connection) -> list[int]:
        changed[:] = [change(db)]
        return searches_of_the_past(db)

    def words(job: Job) -> str:
        return _("Looking for people in the past: {count}").format(count=number(job.done))

    see_through(setup, ask, words, wait=False)
    return changed[0]


# ---- interests ---------------------------------------------------------------------------------------------------


@people.command("interests", help=N_("What each list talks about more than usual: words, phrases, hashtags."))
@click.argument("list_id", metavar="[LIST]", required=False)
@since_option
@option("--limit", type=click.IntRange(1), default=MOST_SUBJECTS, help=N_("At most so many subjects a list (20)."))
@json_option
@pass_setup
def interests(setup: Setup, list_id: str | None, since: str, limit: int, as_json: bool) -> None:
    """See `help`."""
    from socialhub.cli.durations import span_of
    from socialhub.live.people import interests_of, read_texts
    from socialhub.store.people import watched_people

    length, now = span_of(since, "--since"), setup.clock.now()
    with setup.reader() as db:
        lists = _chosen_lists(db, list_id)
        found = [(each, interests_of(read_texts(db, each.people, length, now), limit)) for each in lists]
        people_ = {person.number: person for person in watched_people(db)}
    if as_json:
        for each, subjects in found:
            print_json(
                {"list": each.id, **_subject_values(subject), "people": [people_[one].id for one in subject.people]}
                for subject in subjects.subjects
            )
        return
    for each, subjects in found:
        say(_list_line(each, subjects))
    _print_subjects(found, people_)


def _list_line(watchlist: Watchlist, found: Interests) -> str:
    """On how much a list's subjects stand, or why there are none."""
    texts = ngettext("{count} text", "{count} texts", found.texts).format(count=number(found.texts))
    if found.texts and not found.comparable:
        return labelled(watchlist.name, _("{texts}; there is no past yet to compare with").format(texts=texts))
    return labelled(
        watchlist.name,
        _("{texts}, compared with {before} of theirs before and {others} of others").format(
            texts=texts, before=number(found.texts_before), others=number(found.texts_background)
        ),
    )


def _print_subjects(found: list[tuple[Watchlist, Interests]], people_: dict[int, Person]) -> None:
    columns = [Column(_("list")), Column(_("subject")), Column(_("texts"), right=True), Column(_("usual"), right=True)]
    columns += [Column("G²", right=True), Column(_("who"), may_shrink=True), Column(_("mentions"))]
    rows = [
        [
            watchlist.id,
            subject.words,
            number(subject.texts),
            "–" if subject.expected is None else decimal(subject.expected, 1),
            decimal(subject.score, 1),
            ", ".join(people_[one].name for one in subject.people),
            " ".join(map(str, subject.examples)),
        ]
        for watchlist, interests_ in found
        for subject in interests_.subjects
    ]
    if rows:
        print_table(columns, rows)


def _subject_values(subject: Subject) -> dict[str, Any]:
    return {
        "subject": subject.words,
        "texts": subject.texts,
        "before": subject.before,
        "expected": None if subject.expected is None else round(subject.expected, 2),
        "g2": subject.score,
        "mentions": list(subject.examples),
    }
