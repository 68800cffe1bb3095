"""The topics lab: a topic's query changed and tried on the past before it is in force, and the past matched again.

Draws no number itself (see lab_trial), writes no file itself (config.edit, on a thread).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus
from textual.widgets import Input, Static

from socialhub.config.keeping import holes_in_the_past
from socialhub.config.settings import Config
from socialhub.errors import UserError
from socialhub.i18n import N_, _, number, percent
from socialhub.model import Topic
from socialhub.screens.base import RoomScreen, hints_for
from socialhub.screens.context import Act, Context
from socialhub.screens.lab_rows import counted_text, progress_text
from socialhub.screens.lab_trial import TrialPane
from socialhub.screens.queries import candidates
from socialhub.screens.rematch_words import share_done
from socialhub.screens.state import RoomState
from socialhub.store.connection import Connection
from socialhub.store.jobs import Job, set_paused
from socialhub.supervisor import Post
from socialhub.widgets.alarm_bar import AlarmBar
from socialhub.widgets.bindings import bind
from socialhub.widgets.hints import Hints, key_name
from socialhub.widgets.pane_title import PaneTitle
from socialhub.widgets.topic_list import NEW, TopicList, TopicRow

if TYPE_CHECKING:
    from socialhub.config.edit import TopicChange

_HINTS: Final = {
    "topics": ("open=" + N_("edit"), "next-pane", "save", "pause", "back", "help"),
    "mentions": (
        "open=" + N_("unfold"), "next-pane", "save", "earlier=" + N_("longer"), "later=" + N_("shorter"), "pause",
        "back", "help",
    ),
}  # fmt: skip


class Lab(RoomScreen):
    """The screen. `config` gives the config in force (None: there is none); `topic` is the number to begin with."""

    AUTO_FOCUS = "TopicList"
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("back", "back"),
        bind("lab", "back"),
        bind("next-pane", "next_pane(1)"),
        bind("previous-pane", "next_pane(-1)"),
        *(bind(f"pane-{place}", f"tab({place - 1})") for place in range(1, 5)),
        bind("earlier", "look_back(1)"),
        bind("later", "look_back(-1)"),
        bind("edit", "edit"),
        bind("save", "save"),
        bind("pause", "pause"),
    ]

    def __init__(
        self, context: Context, config: Callable[[], Config | None], *, demo: bool = False, topic: int | None = None
    ) -> None:
        super().__init__(context)
        self._config, self._demo = config, demo
        self._begins_with = topic
        self._at: int | None = None
        self._awaited = ""
        self._drafts: dict[int, str] = {}
        self._topics: dict[int, Topic] = {}
        self._list = TopicList()
        self._pane = TrialPane(context)
        self._progress = Static(id="lab-progress", markup=False)

    def compose(self) -> ComposeResult:
        """Topics beside the trial, how far the past is, the keys."""
        yield AlarmBar()
        with Horizontal(id="lab-body"):
            with Vertical(id="lab-topics", classes="pane"):
                yield PaneTitle(_("Topics"))
                yield self._list
            yield self._pane
        yield self._progress
        yield Hints(id="hints")

    # ---- what the room says --------------------------------------------------------------------------------------

    def show_state(self, state: RoomState) -> None:
        """Topics and progress."""
        super().show_state(state)
        if state.room is None:
            return
        before, self._topics = self._topics, {topic.number: topic for topic in state.room.topics}
        self._pane.holes = self._hole_sentences
        self._show_topics()
        self._show_progress()
        if self._at is None:
            self._pane.offer(candidates(state.room.topics, state.room.sources))
            self._list.select(self._begins_with or next(iter(self._topics), NEW))
            self._turn_to(self._list.cursor or NEW)
            return
        if self._topics.get(self._at) != before.get(self._at):
            self._turn_to(self._at)
        if (saved := next((topic for topic in state.room.topics if topic.id == self._awaited), None)) is not None:
            self._awaited = ""
            self._list.select(saved.number)

    def _hole_sentences(self) -> Sequence[str]:
        rows = self.state.room.sources if self.state is not None and self.state.room is not None else ()
        now = self.context.clock.now()
        return [hole.sentence(now, self.context.zone) for hole in holes_in_the_past(self._config(), rows)]

    def _show_topics(self) -> None:
        room = self.state.room if self.state is not None else None
        if room is None:
            return
        totals = {trend.topic.number: number(trend.total) for trend in room.trends}
        working = {job.parameters["topic"]: percent(share_done(job)) for job in room.rematches}
        rows = [
            TopicRow(
                each.number,
                each.name,
                working.get(each.number, totals.get(each.number, "")),
                each.number in self._drafts,
            )
            for each in room.topics
        ]
        self._list.show([*rows, TopicRow(NEW, _("+ new topic"), "", NEW in self._drafts)])

    def _show_progress(self) -> None:
        """The bar of the topic under the cursor, else of the first one."""
        jobs = self._jobs
        job = next((job for job in jobs if job.parameters["topic"] == self._at), jobs[0] if jobs else None)
        self._progress.display = job is not None
        if job is None or self.state is None:
            return
        topic = self._topics.get(job.parameters["topic"])
        nobody = self.state.supervision.post is Post.NOBODY
        name = topic.name if topic is not None else "?"
        self._progress.update(progress_text(job, name, len(jobs) - 1, collected=not nobody))

    @property
    def _jobs(self) -> tuple[Job, ...]:
        return self.state.room.rematches if self.state is not None and self.state.room is not None else ()

    # ---- topics --------------------------------------------------------------------------------------------------

    def _turn_to(self, topic: int) -> None:
        """Show a topic, with what was typed for it and not saved."""
        self._at = topic
        found = self._topics.get(topic)
        present = _on_one_line(found.query) if found is not None else ""
        name = found.name if found is not None else _("new topic")
        self._pane.ask(name, self._drafts.get(topic, present), present)
        self._show_progress()

    def on_topic_list_moved(self) -> None:
        """Another topic."""
        self._turn_to(self._list.cursor or NEW)

    def on_topic_list_picked(self) -> None:
        """To its query."""
        self.action_edit()

    def on_trial_pane_edited(self) -> None:
        """What is typed is kept until it is saved."""
        if self._at is None:
            return
        found = self._topics.get(self._at)
        if self._pane.asked and (found is None or self._pane.asked != _on_one_line(found.query)):
            self._drafts[self._at] = self._pane.asked
        else:
            self._drafts.pop(self._at, None)
        self._show_topics()

    # ---- saving --------------------------------------------------------------------------------------------------

    def action_save(self) -> None:
        """Ask, then write the config."""
        self.run_worker(self._ask_to_save(), group="ask-to-save", exclusive=True)

    async def _ask_to_save(self) -> None:
        from socialhub.screens.lab_save import SaveTopic

        await self._pane.settled()
        tried, topic = self._pane.tried, self._topics.get(self._at or NEW)
        why_not = self._why_not()
        if why_not:
            self.notify(why_not, severity="warning", timeout=4, markup=False)
            return
        self.app.push_screen(SaveTopic(topic, tried.query, self._effect()), self._save)

    def _why_not(self) -> str:
        tried = self._pane.tried
        if self._config() is None:
            return _("This console has no configuration to save into.")
        if tried.query != self._pane.asked or (tried.query and tried.node is None):
            return _("This query cannot be read (yet).")
        if tried.refused:
            return tried.remarks[0]
        topic = self._topics.get(self._at or NEW)
        if not tried.query or (topic is not None and topic.query == tried.query):
            return _("Nothing is changed.")
        return ""

    def _effect(self) -> str:
        """What saving does, in a sentence."""
        tried = self._pane.tried
        if tried.difference is not None:
            added, removed = tried.difference.added, tried.difference.removed
            told = _("{added} more and {removed} fewer in the time tried; then all of the past is matched again.")
            return told.format(
                added=counted_text(added.mentions, exact=added.exact),
                removed=counted_text(removed.mentions, exact=removed.exact),
            )
        return _("The past is matched, beside the live stream.")

    def _save(self, change: TopicChange | None) -> None:
        config = self._config()
        if change is not None and config is not None:
            self.run_worker(self._write(config.path, change), group="save")

    async def _write(self, path: Path, change: TopicChange) -> None:
        from socialhub.config.edit import EditRefused
        from socialhub.screens.lab_save import PasteTopic, write_change

        try:
            saved = await asyncio.to_thread(write_change, path, change, demo=self._demo)
        except EditRefused as refusal:
            self.app.push_screen(PasteTopic(self.context, refusal))
        except UserError as error:
            self.notify(f"{error.message} {error.hint}".strip(), severity="error", markup=False)
        else:
            self._awaited = change.id or saved.topics[-1].id
            self._drafts.pop(self._at or NEW, None)
            self._show_topics()
            self.notify(self._what_follows(), timeout=5, markup=False)

    def _what_follows(self) -> str:
        if self.state is not None and self.state.supervision.post is Post.NOBODY:
            return _("Saved. Nobody collects: the next collector matches the past.")
        return _("Saved. The collector follows and matches the past.")

    # ---- keys ----------------------------------------------------------------------------------------------------

    def action_back(self) -> None:
        """Out of the lab."""
        self.dismiss()

    def action_edit(self) -> None:
        """To the query."""
        self.remove_class("-at-topics")
        self._pane.begin()

    def action_tab(self, place: int) -> None:
        """Matches, near misses, added, removed."""
        self._pane.turn_to(place)

    def action_look_back(self, step: int) -> None:
        """Over a longer or shorter time."""
        self._pane.look_back(step)

    def action_next_pane(self, step: int) -> None:
        """Topics, query, mentions, and round again."""
        stops = (self._list, self._pane.query_one(Input), self._pane.list)
        at = next((place for place, stop in enumerate(stops) if stop is self.focused), 0)
        goal = stops[(at + step) % len(stops)]
        self.set_class(goal is self._list, "-at-topics")
        self.set_focus(goal)

    def action_pause(self) -> None:
        """Let the past wait, or go on."""
        job = next((job for job in self._jobs if job.parameters["topic"] == self._at), next(iter(self._jobs), None))
        if job is None:
            self.notify(_("No past is being matched."), timeout=3, markup=False)
            return
        pause = not job.paused

        def do(db: Connection) -> bool:
            return set_paused(db, job.id, paused=pause)

        def undo(db: Connection) -> bool:
            return set_paused(db, job.id, paused=not pause)

        said = _("The past waits.") if pause else _("The past is matched on.")
        self.post_message(Act(said, do, undo, nothing=_("It is over already.")))

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Other keys answer now; where there is room for one pane, the focused one shows."""
        self.set_class(self.focused is self._list, "-at-topics")
        if isinstance(self.focused, Input):
            hints = [(key_name("enter"), _("to the mentions")), (key_name("right"), _("complete"))]
            hints += hints_for(("next-pane", "save", "back=" + N_("to the mentions")), self.context.keys)
            self.query_one(Hints).show(hints)
        else:
            at = "topics" if self.focused is self._list else "mentions"
            self.query_one(Hints).show(hints_for(_HINTS[at], self.context.keys))


def _on_one_line(query: str) -> str:
    """A query as the bar shows it: line breaks and what surrounds them are blanks."""
    return re.sub(r"\s*\n\s*", " ", query.strip())
